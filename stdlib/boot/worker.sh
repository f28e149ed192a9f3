#!/bin/bash
# The daemon that posts the messages of the queue to the application. It comes
# from the application's bucket, with its checksum beside it. It starts behind the
# application, so when the instance shuts down it is stopped first, and requests end
# while there is somebody to end them.
#
#   BEAN_DAEMON  its version: artifacts/bean-sqsd/VERSION/ARCHITECTURE/bean-sqsd
#   BEAN_QUEUE   array of lines: its configuration
start_daemon() {
	local key bin=/usr/local/bin config=/etc/bean-sqsd.toml
	key="artifacts/bean-sqsd/$BEAN_DAEMON/$(uname -m)/bean-sqsd"
	for name in bean-sqsd bean-sqsd.sha256; do
		must "$key of bucket $BEAN_BUCKET cannot be fetched" retry aws s3api get-object --bucket "$BEAN_BUCKET" --key "${key%/*}/$name" "$bin/$name"
	done
	(cd $bin && must "the checksum of $key is not that of its file" sha256sum -c bean-sqsd.sha256)
	chmod 755 $bin/bean-sqsd
	id bean-sqsd &>/dev/null || useradd -rMs /sbin/nologin bean-sqsd
	printf '%s\n' "region = \"$BEAN_REGION\"" "port = 80" "${BEAN_QUEUE[@]}" >$config
	must "the configuration of the daemon is refused" $bin/bean-sqsd --config $config --check-config
	cat >/etc/systemd/system/bean-sqsd.service <<-UNIT
		[Unit]
		After=network-online.target docker.service $SERVER.service ${PROCESSES[*]/%/.service}
		StartLimitIntervalSec=0
		[Service]
		User=bean-sqsd
		ExecStart=$bin/bean-sqsd --config $config
		Restart=always
		RestartSec=1
		TimeoutStopSec=infinity
		StandardOutput=append:/var/log/bean-sqsd.log
		[Install]
		WantedBy=multi-user.target
	UNIT
	touch /var/log/bean-sqsd.log
	sed 's/\*.stdout/bean-sqsd/' /etc/logrotate.d/bean >/etc/logrotate.d/bean-sqsd
	systemctl daemon-reload
	start_service bean-sqsd
}
