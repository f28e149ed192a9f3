#!/bin/bash
# What checks.sh is for before the first release: the welcome page passes each of
# the checks, as checks-nginx.sh and checks-apache.sh write it down.

# The ports beside the proxy's at which somebody asks.
further_ports() {
	local check
	for check in "${CHECKS[@]}"; do check_port "$check"; done | sort -u | sed '/^80$/d'
}

# refusals PORT: what is asked there and must not be answered with 200, as lines of
# a status that is healthy and the path.
refusals() {
	local check path BEAN_HEALTH_CODES
	for check in "${CHECKS[@]}"; do
		BEAN_HEALTH_CODES="${check%%=*}" path="${check#*=}"
		if [ "$BEAN_HEALTH_CODES" = tcp ] || [ "$(check_port "$check")" != "$1" ] || healthy 200; then continue; fi
		echo "${BEAN_HEALTH_CODES%%[-,]*} /${path#*/}"
	done
}
