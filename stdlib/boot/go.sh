#!/bin/bash
# Go: a module, a single application.go, or a program that was built elsewhere.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here

runtime_install() { :; }

# Sets PROGRAM to what is built already. A zip file may have lost the executable
# bit.
find_program() {
	for PROGRAM in bin/application application; do
		[ ! -f $PROGRAM ] || return 0
	done
	return 1
}

app_install() {
	if find_program || [ -f Buildfile ]; then return; fi
	if [ -f go.mod ]; then
		build "go build -o bin/application ."
	elif [ -f application.go ]; then
		build "go build -o bin/application application.go"
	fi
}

app_start() {
	find_program || fail "nothing says how to start: there is no Procfile, and no bin/application, application.go or go.mod"
	chmod +x "$PROGRAM"
	START="./$PROGRAM"
}
