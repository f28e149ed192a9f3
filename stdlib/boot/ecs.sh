#!/bin/bash
# Containers that ECS places on the instance: there is nothing to build, and no
# bundle to fetch unless containers see a folder of it. The instance joins the
# cluster once all is in place, and is ready when the task that ECS then starts
# answers.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here
# shellcheck disable=SC2164 # common.sh ends the boot at the first failure
PROXY=none

# The agent's unit waits for the end of user data, which here waits for the
# agent: without that line it starts at once.
runtime_install() {
	install -m 600 /dev/null /etc/ecs/ecs.config
	cat >/etc/ecs/ecs.config <<-CONFIG
		ECS_CLUSTER=$BEAN_CLUSTER
		ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
		ECS_AVAILABLE_LOGGING_DRIVERS=["json-file","awslogs","awsfirelens","fluentd","gelf","journald","splunk","syslog"]
		ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true
	CONFIG
	# The agent wants them in one line, without `auths` around them.
	[ -z "${BEAN_REGISTRIES:-}" ] || add_passwords "$BEAN_REGISTRIES" /etc/ecs/ecs.config '"ECS_ENGINE_AUTH_TYPE=dockercfg\nECS_ENGINE_AUTH_DATA=\(.auths//.|tojson)"'
	sed /cloud-final/d /usr/lib/systemd/system/ecs.service >/etc/systemd/system/ecs.service
}

eval "bundle_$(declare -f fetch_bundle)"
fetch_bundle() {
	if [ "$BEAN_RELEASE" != containers ]; then
		bundle_fetch_bundle
		return
	fi
	mkdir -p "$STAGING"
	cd "$STAGING"
}

app_build() { build "${BEAN_BUILD[@]}"; }

write_processes() { :; }

eval "answer_$(declare -f wait_until_healthy)"
wait_until_healthy() {
	start_service ecs
	say "join cluster $BEAN_CLUSTER"
	until curl -sf -m 5 http://localhost:51678/v1/metadata | jq -e .ContainerInstanceArn; do
		[ $SECONDS -lt "$BEAN_BOOT_TIMEOUT" ] || fail "the agent has not joined cluster $BEAN_CLUSTER after $SECONDS seconds; see /var/log/ecs"
		sleep 1
	done
	answer_wait_until_healthy
}
