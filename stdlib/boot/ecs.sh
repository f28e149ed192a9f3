#!/bin/bash
# Containers that ECS places on the instance: there is no bundle to fetch and
# nothing to build. The instance joins the cluster, and is ready when the task
# that ECS then starts answers.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here
# shellcheck disable=SC2164 # common.sh ends the boot at the first failure
PROXY=none

# The agent's unit waits for the end of user data, which here waits for the
# agent: without that line it starts at once.
runtime_install() {
	local wait=0
	cat >/etc/ecs/ecs.config <<-CONFIG
		ECS_CLUSTER=$BEAN_CLUSTER
		ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
		ECS_AVAILABLE_LOGGING_DRIVERS=["json-file","awslogs"]
		ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true
	CONFIG
	sed /cloud-final/d /usr/lib/systemd/system/ecs.service >/etc/systemd/system/ecs.service
	systemctl daemon-reload
	start_service ecs
	say "join cluster $BEAN_CLUSTER"
	until curl -sf -m 5 http://localhost:51678/v1/metadata | jq -e .ContainerInstanceArn; do
		[ $SECONDS -lt "$BEAN_BOOT_TIMEOUT" ] || fail "the agent has not joined cluster $BEAN_CLUSTER after $SECONDS seconds; see /var/log/ecs"
		sleep 1
	done
}

fetch_bundle() {
	mkdir -p "$STAGING"
	cd "$STAGING"
}

app_build() { build "${BEAN_BUILD[@]}"; }

write_processes() { :; }
