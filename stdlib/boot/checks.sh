#!/bin/bash
# What a load balancer may ask beside one path at port 80 that answers with 200:
# further processes, other ports, other statuses, a connection. Only instances of
# such environments get this; what stands here takes the place of what common.sh
# says of health.
#
# shellcheck disable=SC2034 # common.sh and a family's script read what is set here

# Checks are CODES=:PORT/path, without the port where it is the proxy's.
CHECKS=("$BEAN_HEALTH_CODES=$BEAN_HEALTH_PATH" "${BEAN_CHECKS[@]}")

# check_port CHECK
check_port() { [[ $1 =~ =:([0-9]+) ]] && echo "${BASH_REMATCH[1]}" || echo 80; }

HEALTH_PORT="$(check_port "${CHECKS[0]}")"

eval "http_$(declare -f passes)"
passes() {
	local place="${1#http://}"
	[ "$BEAN_HEALTH_CODES" = tcp ] || {
		http_passes "$1"
		return
	}
	CODE=000
	timeout 5 bash -c ": </dev/tcp/${place/://}" 2>/dev/null
}

eval "one_$(declare -f wait_until_healthy)"
wait_until_healthy() {
	local check
	for check in "${CHECKS[@]}"; do BEAN_HEALTH_CODES="${check%%=*}" BEAN_HEALTH_PATH="${check#*=}" one_wait_until_healthy; done
}
