#!/bin/bash
# What every boot needs, whatever runs on the instance: only functions and
# constants. main.sh says in which order things happen, and its head documents
# the BEAN_ variables that the generated header sets.
#
# Three rules hold everywhere. A step that cannot go on calls `fail` with a
# reason for people, which becomes the last line of the console output. A
# secret's value is never an argument of a program and never printed. User data
# ends at 16 KiB: code is terse, while comments and indentation, which instances
# do not get, need not be. Scripts behind this one may set anew what stands here, and
# have what few instances need.
set -Eeuo pipefail
export AWS_DEFAULT_REGION="$BEAN_REGION" HOME=/root

LOG=/var/log/bean-boot.log
DIR=/opt/bean
STAGING=/var/app/staging
CURRENT=/var/app/current
# Folders with the runtime's own commands, for builds, hooks and processes.
RUNTIME_PATH=$DIR/bin
PROXY="${BEAN_PROXY:-nginx}"
SERVICE_USER=webapp
# Environment properties as NAME=value; the values among them to hide.
ENVIRONMENT=()
HIDDEN=()
PROCESSES=()

# --- Logging and failing ---

say() { echo "bean: $*" | tee -a /dev/console || :; }

# Ends the boot. In a subshell the reason waits in a file for the main shell,
# whose exit trap tells it. The first reason is the cause of the others.
fail() {
	[ -s $DIR/reason ] || echo "$@" | tr '\n' ' ' >$DIR/reason
	exit 1
}

# must REASON COMMAND...: the reason gets the last line of the log behind it.
must() {
	local reason="$1"
	shift
	"$@" || fail "$reason: $(last_line)"
}

last_line() { grep -v '^\s*$' $LOG | tail -n1; }

# Standard input without the values of secrets.
masked() {
	local text value
	text="$(cat)"
	for value in "${HIDDEN[@]}"; do text="${text//"${value:-$'\n\n'}"/****}"; done
	echo "$text"
}

on_exit() {
	local status=$?
	trap - EXIT
	[ $status != 0 ] || return 0
	set +e
	[ -s $DIR/reason ] || echo "status $status at $FAILED" >$DIR/reason
	tail -n30 $LOG | masked >>/dev/console
	signal FAILURE ABANDON
	say "$BEAN_ENVIRONMENT failed to boot: $(masked <$DIR/reason)"
	exit $status
}

begin() {
	mkdir -p $DIR/bin $DIR/processes
	rm -f $DIR/reason
	(umask 077 && : >>$LOG)
	exec >>$LOG 2>&1
	trap 'FAILED="line $LINENO: $BASH_COMMAND"' ERR
	trap on_exit EXIT
	say "boot $BEAN_ENVIRONMENT of $BEAN_APPLICATION on $BEAN_PLATFORM"
	INSTANCE="$(imds instance-id)" || fail "the instance metadata service does not answer"
}

# Waits 1, 2, 4 and 8 seconds: the rights of a new role take a moment to arrive.
retry() {
	local wait=1
	until "$@"; do
		[ $wait -lt 16 ] || return
		sleep $wait
		wait=$((wait * 2))
	done
}

# --- The instance and its readiness ---

imds() {
	local url=http://169.254.169.254/latest header=X-aws-ec2-metadata-token
	curl -sf --retry 4 -H "$header: $(curl -sf --retry 4 -X PUT -H "$header-ttl-seconds: 60" $url/api/token)" "$url/meta-data/$1"
}

# The tag is there when the launch template shows tags to the instance; asking
# Auto Scaling instead needs a right that a role may lack.
group_name() {
	imds tags/instance/aws:autoscaling:groupName ||
		aws autoscaling describe-auto-scaling-instances --instance-ids "$INSTANCE" --query 'AutoScalingInstances[0].AutoScalingGroupName' --output text
}

# signal SUCCESS CONTINUE or signal FAILURE ABANDON: to CloudFormation and to
# the lifecycle hook of the group, whichever wait.
signal() {
	local group done=true
	if [ -n "${BEAN_HOOK-}" ]; then
		if ! group="$(group_name)"; then
			say "the Auto Scaling group is unknown: neither the instance's tags nor autoscaling:DescribeAutoScalingInstances can be read"
			done=false
		fi
		! $done || retry aws autoscaling complete-lifecycle-action --lifecycle-hook-name "$BEAN_HOOK" --auto-scaling-group-name "$group" --instance-id "$INSTANCE" --lifecycle-action-result "$2" || done=false
	fi
	# A stack takes the next batch once it is told: in service, then the pause.
	if [ -n "${BEAN_SIGNAL_RESOURCE-}" ]; then
		[ "$1" = FAILURE ] || sleep "${BEAN_PAUSE:-0}"
		retry aws cloudformation signal-resource --stack-name "$BEAN_STACK" --logical-resource-id "$BEAN_SIGNAL_RESOURCE" --unique-id "$INSTANCE" --status "$1" || done=false
	fi
	$done
}

associate_address() {
	[ -z "${BEAN_ALLOCATION_ID-}" ] ||
		must "the Elastic IP address cannot be taken" retry aws ec2 associate-address --allocation-id "$BEAN_ALLOCATION_ID" --instance-id "$INSTANCE" --allow-reassociation
}

# Every FILE=GROUP to CloudWatch Logs, in a stream named after the instance.
start_log_agent() {
	local agent=/opt/aws/amazon-cloudwatch-agent
	[ ${#BEAN_LOGS[@]} != 0 ] || return 0
	jq -n '{logs:{logs_collected:{files:{collect_list:[$ARGS.positional[]|capture("(?<file_path>[^=]*)=(?<log_group_name>.*)")+{log_stream_name:"{instance_id}"}]}}}}' --args "${BEAN_LOGS[@]}" >$DIR/logs.json
	must "the CloudWatch agent cannot be started" $agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:$DIR/logs.json
}

# A log that grows for ever fills the disk. What a process prints goes to a file
# that stays open, hence the copy. An image of one's own may have no such timer.
rotate_logs() {
	local timer=/etc/systemd/system/logrotate.timer.d
	mkdir -p $timer
	printf '[Timer]\nOnCalendar=\nOnCalendar=hourly\n' >$timer/bean.conf
	cat >/etc/logrotate.d/bean <<-'LOGS'
		/var/log/*.stdout.log {
		daily
		maxsize 100M
		rotate 7
		compress
		copytruncate
		missingok
		notifempty
		}
	LOGS
	systemctl daemon-reload
	systemctl restart logrotate.timer || say "logs are not rotated: $(last_line)"
}

# --- Environment properties and secrets ---

# secret ssm:/path or secret secretsmanager:name#json_key. Messages of jq may
# quote its input, hence our own.
secret() {
	local name="${1#*:}" key=
	case "$1" in
	ssm:*)
		aws ssm get-parameter --name "$name" --with-decryption --query Parameter.Value | jq -er values
		;;
	*)
		case "$name" in *\#*) key="${name#*#}" ;; esac
		aws secretsmanager get-secret-value --secret-id "${name%%#*}" --query SecretString |
			jq -r --arg key "$key" 'if $key=="" then values else fromjson|if has($key) then .[$key] else error end end' 2>/dev/null || {
			echo "the secret cannot be read or is not JSON with the key $key"
			return 1
		} >&2
		;;
	esac
}

resolve_environment() {
	local pair value
	ENVIRONMENT=("${BEAN_PROPERTIES[@]}")
	for pair in "${BEAN_SECRETS[@]}"; do
		value="$(retry secret "${pair#*=}")" || fail "the secret ${pair%%=*} (${pair#*=}) cannot be read: $(last_line)"
		ENVIRONMENT+=("${pair%%=*}=$value")
		HIDDEN+=("$value")
	done
	(umask 077 && environment_lines >$DIR/environment)
}

# property NAME DEFAULT
property() {
	local pair value="$2"
	for pair in "${ENVIRONMENT[@]}"; do
		[ "${pair%%=*}" != "$1" ] || value="${pair#*=}"
	done
	echo "$value"
}

# Lines of NAME="value" as systemd and the shell read them.
environment_lines() {
	local pair
	for pair in "${ENVIRONMENT[@]}"; do
		printf '%s="' "${pair%%=*}"
		printf %s "${pair#*=}" | sed 's/[\\"$`]/\\&/g'
		echo '"'
	done
}

# Runs a command as root with the application's environment.
as_root() (
	for pair in "${ENVIRONMENT[@]}"; do export "${pair?}"; done
	export PATH="$RUNTIME_PATH:$PATH"
	exec "$@"
)

# --- The bundle ---

# S3 answers with the checksum that the upload had, and the command verifies it.
get_bundle() {
	aws s3api get-object --bucket "$BEAN_BUCKET" --key "$1" --checksum-mode ENABLED $DIR/bundle.zip && return
	# Waiting does not help when there is no such object.
	! last_line | grep -q NoSuchKey || fail "there is no $1 in bucket $BEAN_BUCKET"
	return 1
}

fetch_bundle() {
	local key="versions/$BEAN_RELEASE.zip" zip=$DIR/bundle.zip
	must "$key of bucket $BEAN_BUCKET cannot be fetched (AccessDenied: it is not there, or may not be read)" retry get_bundle "$key"
	rm -rf $STAGING
	mkdir -p $STAGING
	must "$key cannot be unpacked" unzip -q $zip -d $STAGING
	rm -rf $zip $STAGING/__MACOSX
	[ ! -d $STAGING/.ebextensions ] || say ".ebextensions is in the bundle and not executed: its packages, commands and options belong into the program or .platform/hooks"
	[ ! -d "$STAGING/.platform/$OTHER_SERVER" ] || say ".platform/$OTHER_SERVER is in the bundle and not read: $SERVER is the proxy and reads .platform/$SERVER"
	cd $STAGING
	[ "$(find . -maxdepth 1 -printf %y)" != dd ] || fail "$key holds nothing but the folder $(ls -A): zip what is in it, not the folder itself"
	chown -R webapp: .
}

# build COMMANDS...: as the user that runs the application.
build() {
	local command
	for command; do
		say "build: $command"
		must "the build command \"$command\" failed" as_root runuser -u webapp -- env HOME=/home/webapp bash -c "$command"
	done
}

# hooks NAME COMMANDS...: the application's own scripts, then the platform's
# commands. A zip file may have lost the executable bit.
hooks() {
	local hook name="$1"
	shift
	for hook in .platform/hooks/"$name"/*; do
		[ -f "$hook" ] || continue
		say "hook $hook"
		chmod +x "$hook"
		must "the hook $hook failed" as_root "./$hook"
	done
	for hook; do
		say "$name: $hook"
		must "the $name command \"$hook\" failed" as_root bash -c "$hook"
	done
}

# --- Processes ---

# write_process NAME PORT COMMAND: a program that is restarted when it ends. Its
# start is a script, so that a command may hold what a unit would interpret.
write_process() {
	local start="$DIR/processes/$1"
	# shellcheck disable=SC2016 # PATH is the process's own
	printf '#!/bin/bash\nexport PORT=%q PATH=%q:"$PATH"\nexec bash -c %q\n' "$2" "$RUNTIME_PATH" "$3" >"$start"
	chmod 755 "$start"
	cat >"/etc/systemd/system/bean-$1.service" <<-UNIT
		[Unit]
		After=network-online.target docker.service
		StartLimitIntervalSec=0
		[Service]
		User=$SERVICE_USER
		WorkingDirectory=$CURRENT
		EnvironmentFile=$DIR/environment
		ExecStart=$start
		Restart=always
		RestartSec=1
		StandardOutput=append:/var/log/$1.stdout.log
		$([ "$PROXY" != none ] || echo AmbientCapabilities=CAP_NET_BIND_SERVICE)
		[Install]
		WantedBy=multi-user.target
	UNIT
	PROCESSES+=("bean-$1")
}

start_service() {
	systemctl enable "$1"
	must "$1 cannot be started" systemctl restart "$1"
}

# --- Health ---

# The port at which the load balancer asks the application; checks.sh knows others.
# shellcheck disable=SC2034 # scripts of families read it
HEALTH_PORT=80

# healthy CODE: whether it is in a list such as 200-299,301.
healthy() {
	local range
	for range in ${BEAN_HEALTH_CODES//,/ }; do
		if [ "$1" -ge "${range%-*}" ] && [ "$1" -le "${range#*-}" ]; then return; fi
	done
	return 1
}

# passes URL: sets CODE to what answers.
passes() {
	CODE="$(curl -so /dev/null -w '%{http_code}' -m 5 -A ELB-HealthChecker/2.0 "$1" || :)"
	healthy "$CODE"
}

# Asks as the load balancer does, until the application answers. A process that
# keeps ending is told without waiting for the end of the time.
wait_until_healthy() {
	local url name
	url="http://$(imds local-ipv4)$BEAN_HEALTH_PATH"
	say "wait for $url"
	until passes "$url"; do
		for name in "${PROCESSES[@]}"; do
			if [ "$(systemctl show -p NRestarts --value "$name")" -gt 3 ]; then
				name="${name#bean-}"
				tail -n20 "/var/log/$name.stdout.log" | masked
				fail "the process $name keeps ending with status $(systemctl show -p ExecMainStatus --value "bean-$name"); its output is above and in /var/log/$name.stdout.log"
			fi
		done
		[ $SECONDS -lt "$BEAN_BOOT_TIMEOUT" ] || fail "$BEAN_HEALTH_PATH answers ${CODE/000/nothing} instead of $BEAN_HEALTH_CODES after $SECONDS seconds"
		sleep 1
	done
}
