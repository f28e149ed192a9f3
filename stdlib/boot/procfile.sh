#!/bin/bash
# Applications that say in a Procfile what they run and in a Buildfile what they
# build. A family of such adds two functions:
#
#   app_install          fetches what the application needs, its usual way
#   app_start            sets START, the command, when nobody said one
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here

# read_commands FILE: NAMES and COMMANDS of a Procfile or Buildfile.
read_commands() {
	local line
	NAMES=() COMMANDS=()
	while read -r line || [ "$line" ]; do
		line="${line%$'\r'}"
		case "$line" in '' | \#*) continue ;; esac
		[[ $line =~ ^([A-Za-z0-9_-]+):[[:space:]]*(.+) ]] || fail "a line of $1 is not \"name: command\": $line"
		NAMES+=("${BASH_REMATCH[1]}")
		COMMANDS+=("${BASH_REMATCH[2]}")
	done <"$1"
	[ ${#NAMES[@]} != 0 ] || fail "$1 is empty"
}

app_build() {
	if [ -f Buildfile ]; then
		read_commands Buildfile
		build "${COMMANDS[@]}"
	fi
	if [ ${#BEAN_BUILD[@]} != 0 ]; then build "${BEAN_BUILD[@]}"; else app_install; fi
}

# One unit a process. `web`, or else the first, gets the traffic of port 80; the
# others get the ports that the load balancer knows, or the next hundreds.
write_processes() {
	local index name pair port main
	if [ -f Procfile ]; then
		read_commands Procfile
	else
		START="$BEAN_START"
		[ "$START" ] || app_start
		NAMES=(web) COMMANDS=("$START")
	fi
	main="${NAMES[0]}"
	case " ${NAMES[*]} " in *" web "*) main=web ;; esac
	for pair in "${BEAN_PROCESSES[@]}"; do
		[[ " ${NAMES[*]} " = *" ${pair%%=*} "* ]] ||
			fail "the load balancer has a process ${pair%%=*}, which no line of a Procfile starts"
	done
	# Without a proxy the process itself is where the load balancer asks.
	[ "$PROXY" != none ] || APP_PORT=$HEALTH_PORT
	for index in "${!NAMES[@]}"; do
		name="${NAMES[index]}" port=$((APP_PORT + 100 * index))
		for pair in "${BEAN_PROCESSES[@]}"; do
			[ "${pair%%=*}" != "$name" ] || port="${pair#*=}"
		done
		[ "$name" != "$main" ] || port=$APP_PORT
		write_process "$name" "$port" "${COMMANDS[index]}"
	done
}
