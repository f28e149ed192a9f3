#!/bin/bash
# Containers: a compose file, a Dockerfile, or an image that Dockerrun.aws.json
# names, in this order. A Procfile in the bundle is the image's own.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here
SERVICE_USER=root
IMAGE=bean-application
CONTAINER_PORT=

runtime_install() { start_service docker; }

docker_step() {
	say "docker $*"
	must "docker $* failed" docker "$@"
}

# Amazon Linux has no package of compose. Later versions want a newer buildx than
# its package of Docker brings.
install_compose() {
	local plugin=/usr/local/lib/docker/cli-plugins/docker-compose
	! docker compose version || return 0
	must "docker compose cannot be fetched" curl -sSfL --retry 4 --create-dirs -o $plugin "https://github.com/docker/compose/releases/download/v2.32.4/docker-compose-linux-$(uname -m)"
	chmod +x $plugin
}

# Images of ECR need a login; the rights are the instance role's.
log_in() {
	local registry
	{ grep -ohsE '[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?' Dockerfile Dockerrun.aws.json ./*compose.y*ml || :; } | sort -u |
		while read -r registry; do
			aws ecr get-login-password | docker login --username AWS --password-stdin "$registry" || fail "no login to $registry: $(last_line)"
		done
}

app_build() {
	build "${BEAN_BUILD[@]}"
	log_in
	COMPOSE="$(find . -maxdepth 1 -regex '.*/\(docker-\)?compose\.ya?ml' | sort | tail -n1)"
	if [ "$COMPOSE" ]; then
		install_compose
		# The compose file publishes port 80 itself, and reads properties from .env,
		# in which a backquote needs no escape.
		# shellcheck disable=SC2016
		(umask 077 && environment_lines | sed 's/\\`/`/g' >.env)
		PROXY=none
		docker_step compose -f "$COMPOSE" pull --ignore-buildable
		docker_step compose -f "$COMPOSE" build
	elif [ -f Dockerfile ]; then
		docker_step build -t $IMAGE .
		CONTAINER_PORT="$(sed -nE 's/^\s*EXPOSE\s+([0-9]+).*/\1/Ip' Dockerfile | head -n1)"
	elif [ -f Dockerrun.aws.json ]; then
		jq -e '.AWSEBDockerrunVersion=="1" and .Image.Name and keys-["AWSEBDockerrunVersion","Image","Ports"]==[]' Dockerrun.aws.json ||
			fail "Dockerrun.aws.json is not of version 1 with just Image and Ports: docker-compose.yml can say more"
		IMAGE="$(jq -r .Image.Name Dockerrun.aws.json)"
		CONTAINER_PORT="$(jq -r '.Ports[0].ContainerPort//""' Dockerrun.aws.json)"
		docker_step pull "$IMAGE"
	else
		fail "there is no docker-compose.yml, Dockerfile or Dockerrun.aws.json"
	fi
}

# Properties are passed by name: their values come from the unit's environment,
# where any character is allowed. The host's port is not the container's, which
# may be the proxy's own 80.
write_processes() {
	local pair options=() host=80
	if [ "$COMPOSE" ]; then
		write_process web 80 "docker compose -f $COMPOSE up"
		return
	fi
	CONTAINER_PORT="${APP_PORT:-$CONTAINER_PORT}"
	[ "$CONTAINER_PORT" ] || CONTAINER_PORT="$(docker image inspect -f '{{range $port, $_ := .Config.ExposedPorts}}{{println $port}}{{end}}' "$IMAGE" | sed -nE '1s/^([0-9]+).*/\1/p')"
	[ "$CONTAINER_PORT" ] || fail "neither the property PORT nor EXPOSE of the Dockerfile says the port"
	if [ "$PROXY" = nginx ]; then
		APP_PORT=5000
		host=127.0.0.1:5000
	fi
	for pair in "${BEAN_PROCESSES[@]}"; do options+=(-p "${pair#*=}:${pair#*=}"); done
	for pair in "${ENVIRONMENT[@]}"; do options+=(-e "${pair%%=*}"); done
	write_process web "$CONTAINER_PORT" "docker rm -f app; exec docker run --rm --init --name app -p $host:$CONTAINER_PORT $(printf '%q ' "${options[@]}" -e "PORT=$CONTAINER_PORT" "$IMAGE") $BEAN_START"
}
