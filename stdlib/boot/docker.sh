#!/bin/bash
# Containers: a compose file, a Dockerfile, or an image that Dockerrun.aws.json
# names, in this order. A Procfile in the bundle is the image's own.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here
SERVICE_USER=root
IMAGE=bean-application
CONTAINER_PORT=
OPTIONS=()

# Docker keeps what containers print, without an end unless told.
runtime_install() {
	mkdir -p /etc/docker
	[ -f /etc/docker/daemon.json ] || echo '{"log-driver":"json-file","log-opts":{"max-size":"50m","max-file":"3"}}' >/etc/docker/daemon.json
	start_service docker
}

docker_step() {
	say "docker $*"
	must "docker $* failed" docker "$@"
}

# Amazon Linux has no package of compose. Later versions want a newer buildx than
# its package of Docker brings. The checksums are those of its release.
install_compose() {
	local plugin=/usr/local/lib/docker/cli-plugins/docker-compose sum
	! docker compose version || return 0
	case "$(uname -m)" in
	aarch64) sum=0c4591cf3b1ed039adcd803dbbeddf757375fc08c11245b0154135f838495a2f ;;
	*) sum=ed1917fb54db184192ea9d0717bcd59e3662ea79db48bff36d3475516c480a6b ;;
	esac
	must "docker compose cannot be fetched" curl -sSfL --retry 4 --create-dirs -o $plugin "https://github.com/docker/compose/releases/download/v2.32.4/docker-compose-linux-$(uname -m)"
	must "docker compose is not what was released" sha256sum -c <<<"$sum  $plugin"
	chmod +x $plugin
}

# dockerrun FILTER: what Dockerrun.aws.json says, or nothing.
dockerrun() { [ ! -f Dockerrun.aws.json ] || jq -r "$1" Dockerrun.aws.json; }

# dockerrun_is VERSION REASON
dockerrun_is() {
	local version
	version="$(dockerrun .AWSEBDockerrunVersion)"
	[ "${version:-$1}" = "$1" ] || fail "Dockerrun.aws.json is of version $version: $2"
}

# Images of ECR need a login; the rights are the instance role's. For others a
# file in S3, as Docker keeps it, has the passwords; in its old form the
# registries are at the top.
log_in() {
	local registry place
	dockerrun type || fail "Dockerrun.aws.json is not JSON: $(last_line)"
	place="$(dockerrun '.Authentication//.authentication//empty|"\(.Bucket//.bucket)/\(.Key//.key)"')"
	if [ "$place" ]; then
		install -D -m 600 /dev/null /root/.docker/config.json
		add_passwords "$place" /root/.docker/config.json '{auths:(.auths//.)}'
	fi
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
		dockerrun_is 3 "beside a compose file version 3 says where passwords of registries are"
		install_compose
		# The compose file publishes port 80 itself, and reads properties from .env,
		# in which a backquote needs no escape.
		# shellcheck disable=SC2016
		(umask 077 && environment_lines | sed 's/\\`/`/g' >.env)
		PROXY=none
		docker_step compose -f "$COMPOSE" pull --ignore-buildable
		docker_step compose -f "$COMPOSE" build
	elif [ -f Dockerfile ]; then
		dockerrun_is 1 "a Dockerfile goes with version 1"
		docker_step build -t $IMAGE .
		CONTAINER_PORT="$(sed -nE 's/^\s*EXPOSE\s+([0-9]+).*/\1/Ip' Dockerfile | head -n1)"
	elif [ -f Dockerrun.aws.json ]; then
		dockerrun_is 1 "several containers run on the platform ecs"
		IMAGE="$(dockerrun '.Image.Name//empty')"
		[ "$IMAGE" ] || fail "Dockerrun.aws.json names no image, and there is no Dockerfile"
		docker_step pull "$IMAGE"
	else
		fail "there is no docker-compose.yml, Dockerfile or Dockerrun.aws.json"
	fi
}

# What a Dockerrun.aws.json of version 1 says of the container, with or without a
# Dockerfile. Logs that it writes into files go to a folder of the instance.
read_dockerrun() {
	local line
	while read -r line; do OPTIONS+=(-v "$line"); done < <(dockerrun '.Volumes[]?|"\(.HostDirectory):\(.ContainerDirectory)"')
	line="$(dockerrun '.Logging//empty')"
	[ -z "$line" ] || OPTIONS+=(-v "/var/log/docker:$line")
	line="$(dockerrun '.Entrypoint//empty')"
	[ -z "$line" ] || OPTIONS+=(--entrypoint "$line")
	START="${BEAN_START:-$(dockerrun '.Command//empty')}"
	line="$(dockerrun '.Ports[0].ContainerPort//empty')"
	CONTAINER_PORT="${line:-$CONTAINER_PORT}"
}

# Properties are passed by name: their values come from the unit's environment,
# where any character is allowed. The host's port is not the container's, which
# may be the proxy's own 80.
write_processes() {
	local pair host=80
	if [ "$COMPOSE" ]; then
		write_process web 80 "docker compose -f $COMPOSE up"
		return
	fi
	read_dockerrun
	CONTAINER_PORT="${APP_PORT:-$CONTAINER_PORT}"
	[ "$CONTAINER_PORT" ] || CONTAINER_PORT="$(docker image inspect -f '{{range $port, $_ := .Config.ExposedPorts}}{{println $port}}{{end}}' "$IMAGE" | sed -nE '1s/^([0-9]+).*/\1/p')"
	[ "$CONTAINER_PORT" ] || fail "neither the property PORT nor EXPOSE of the Dockerfile says the port"
	if [ "$PROXY" != none ]; then
		APP_PORT=5000
		host=127.0.0.1:5000
	fi
	[ "$HEALTH_PORT" = 80 ] || OPTIONS+=(-p "$HEALTH_PORT:$CONTAINER_PORT")
	for pair in "${BEAN_PROCESSES[@]}"; do OPTIONS+=(-p "${pair#*=}:${pair#*=}"); done
	for pair in "${ENVIRONMENT[@]}"; do OPTIONS+=(-e "${pair%%=*}"); done
	write_process web "$CONTAINER_PORT" "docker rm -f app; exec docker run --rm --init --name app -p $host:$CONTAINER_PORT $(printf '%q ' "${OPTIONS[@]}" -e "PORT=$CONTAINER_PORT" "$IMAGE") $START"
}
