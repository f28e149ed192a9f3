#!/bin/bash
# Before the first release there is nothing to build or to start. Instances whose
# release is known do not get this.
#
# shellcheck disable=SC2164 # common.sh ends the boot at the first failure
welcome() {
	say "there is no release yet: serve a welcome page"
	must "packages cannot be installed" retry dnf install -yq "$SERVER"
	cd "$DIR"
	write_welcome
	start_proxy
	wait_until_healthy
	associate_address
}
