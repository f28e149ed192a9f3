#!/bin/bash
# The order in which an instance boots. The compiler writes a header of
# variables; common.sh, the script of the proxy, those of the platform's family and
# this one follow. Further ones are there for those who need them: worker.sh,
# checks.sh for what is not usual of health checks, and before the first release
# welcome.sh, each with what belongs to it.
#
# What the header sets. Arrays are written NAME=('a' 'b'), values are quoted
# with single quotes and may hold any character.
#
#   BEAN_ENVIRONMENT     name of the environment
#   BEAN_APPLICATION     name of the application
#   BEAN_TIER            web or worker
#   BEAN_REGION          region of the stack
#   BEAN_BUCKET          bucket of the application's versions
#   BEAN_RELEASE         what runs: versions/RELEASE.zip in the bucket; empty
#                        for a welcome page that answers on every port that is
#                        asked, with 200 or what is healthy there
#   BEAN_PLATFORM        name of the platform, for the log: nodejs-22
#   BEAN_RUNTIME         version of the runtime: 22, 3.13; empty for Docker
#   BEAN_PACKAGES        array: packages of the runtime
#   BEAN_BUILD           array: commands instead of the family's way to build; for
#                        Docker, commands before its image is built
#   BEAN_START           command instead of the family's way to start; a
#                        Procfile of the application comes first. For Docker,
#                        the command in the container
#   BEAN_PORT            port of the application behind the proxy; the property
#                        PORT comes first. Empty for Docker: what is exposed
#   BEAN_PROXY           nginx, apache, or none: the application listens on port 80
#   BEAN_PROCESSES       array NAME=PORT: further processes of the Procfile that
#                        the load balancer reaches at ports of their own
#   BEAN_PREBUILD        arrays: commands of the platform, run by root after the
#   BEAN_PREDEPLOY       application's hooks of the same name
#   BEAN_POSTDEPLOY
#   BEAN_HEALTH_PATH     path that has to answer, with :PORT in front of it where
#                        the load balancer asks past the proxy
#   BEAN_HEALTH_CODES    statuses that are healthy: 200 or 200-299,301; tcp where a
#                        connection is enough
#   BEAN_CHECKS          optional array CODES=:PORT/path: the same of the load
#                        balancer's further processes, which checks.sh reads
#   BEAN_BOOT_TIMEOUT    seconds from the start of this script to a healthy answer
#   BEAN_PAUSE           seconds between the instance's first request and the
#                        signal to its stack, which then takes the next batch
#   BEAN_PROPERTIES      array NAME=value: environment properties
#   BEAN_SECRETS         array NAME=ssm:/path or NAME=secretsmanager:name#json_key
#   BEAN_LOGS            array FILE=GROUP: files for CloudWatch Logs
#   BEAN_CLUSTER         optional: the ECS cluster to join
#   BEAN_REGISTRIES      optional: BUCKET/KEY of the passwords of registries that
#                        the cluster's images come from
#   BEAN_STATIC          optional array PATH=FILE: what the proxy answers itself,
#                        with a folder or file of the bundle
#   BEAN_PATIENCE        optional: seconds for which the proxy waits for an answer,
#                        where a minute is too short
#   BEAN_ALLOCATION_ID   optional: the Elastic IP address to take
#   BEAN_TAKES_OVER      optional: another instance has it until this one answers
#   BEAN_STACK           optional: CloudFormation stack and resource in it that
#   BEAN_SIGNAL_RESOURCE wait for a signal
#   BEAN_DAEMON          optional: version of the daemon of a worker, which
#                        worker.sh starts with the lines of BEAN_QUEUE
#   BEAN_HOOK            optional: lifecycle hook of the group that waits
#
# What a family's scripts give; they may also set SERVICE_USER and PROXY anew. All
# but the first run in the folder of the unpacked bundle.
#
#   runtime_install      prepares what the packages brought
#   app_build            builds the application
#   write_processes      writes the units; sets APP_PORT to what the proxy asks
#
# What the scripts of a proxy give. Its server shows the welcome page even where
# an application has no proxy.
#
#   SERVER               its package, its service and its folder in .platform
#   OTHER_SERVER         the folder of the other one, which nobody reads
#   write_proxy          its configuration, with what standard input has in the
#                        server of port 80
#   write_application_proxy, write_static, write_welcome, start_proxy
#
# shellcheck disable=SC2164 # common.sh ends the boot at the first failure

deploy() {
	local name
	say "install the platform"
	[ "$PROXY" = none ] || BEAN_PACKAGES+=("$SERVER")
	[ ${#BEAN_LOGS[@]} = 0 ] || BEAN_PACKAGES+=(amazon-cloudwatch-agent)
	must "packages cannot be installed" retry dnf install -yq unzip jq logrotate "${BEAN_PACKAGES[@]}"
	start_log_agent
	rotate_logs
	id webapp &>/dev/null || useradd -rms /sbin/nologin webapp
	runtime_install

	say "fetch release $BEAN_RELEASE"
	fetch_bundle
	resolve_environment
	hooks prebuild "${BEAN_PREBUILD[@]}"
	app_build
	# shellcheck disable=SC2034 # write_processes and the proxy read it
	APP_PORT="$(property PORT "$BEAN_PORT")"
	write_processes
	if [ "$PROXY" != none ]; then
		write_application_proxy
		write_static
	fi
	hooks predeploy "${BEAN_PREDEPLOY[@]}"

	say "start the application"
	[ "${BEAN_TAKES_OVER:-}" ] || associate_address
	chown -R webapp: .
	rm -rf "$CURRENT"
	mv "$STAGING" "$CURRENT"
	cd "$CURRENT"
	systemctl daemon-reload
	for name in "${PROCESSES[@]}"; do start_service "$name"; done
	[ "$PROXY" = none ] || start_proxy
	wait_until_healthy
	[ -z "${BEAN_TAKES_OVER:-}" ] || associate_address
	[ ! "${BEAN_DAEMON:-}" ] || start_daemon
	hooks postdeploy "${BEAN_POSTDEPLOY[@]}"
}

begin
if [ "$BEAN_RELEASE" ]; then deploy; else welcome; fi
signal SUCCESS CONTINUE || fail "nobody was told that the instance is ready: $(last_line)"
say "$BEAN_ENVIRONMENT is ready after $SECONDS seconds"
