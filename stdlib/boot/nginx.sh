#!/bin/bash
# nginx on port 80, with the application's own additions in .platform/nginx.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here
SERVER=nginx
OTHER_SERVER=httpd

# nginx in front of the application, with the application's own additions. Its
# whole nginx.conf would replace ours.
write_proxy() {
	local own=.platform/nginx conf=/etc/nginx/conf.d
	mkdir -p $conf/elasticbeanstalk
	cat >/etc/nginx/nginx.conf <<-'NGINX'
		user nginx;
		worker_processes auto;
		error_log /var/log/nginx/error.log;
		pid /run/nginx.pid;
		events { worker_connections 1024; }
		http {
		include mime.types;
		default_type application/octet-stream;
		log_format main '$remote_addr "$http_x_forwarded_for" [$time_local] "$request" $status $body_bytes_sent $request_time "$http_user_agent"';
		map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
		map $http_x_forwarded_proto $forwarded_proto { default $http_x_forwarded_proto; '' $scheme; }
		include conf.d/*.conf;
		server {
		listen 80 default_server;
		access_log /var/log/nginx/access.log main;
		include conf.d/elasticbeanstalk/*.conf;
		}
		}
	NGINX
	cat >$conf/elasticbeanstalk/00_application.conf
	# A second one at the same level would be an error of nginx.
	grep -rqs client_max_body_size $own || echo 'client_max_body_size 50m;' >$conf/body_size.conf
	[ ! "${BEAN_PATIENCE-}" ] || grep -rqs proxy_read_timeout $own || echo "proxy_read_timeout $BEAN_PATIENCE;" >$conf/patience.conf
	[ ! -d $own ] || cp -rT $own /etc/nginx
}

write_application_proxy() {
	write_proxy <<-NGINX
		location / {
		proxy_pass http://application;
		proxy_http_version 1.1;
		proxy_set_header Host \$host;
		proxy_set_header Upgrade \$http_upgrade;
		proxy_set_header Connection \$connection_upgrade;
		proxy_set_header X-Real-IP \$remote_addr;
		proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
		proxy_set_header X-Forwarded-Proto \$forwarded_proto;
		}
	NGINX
	echo "upstream application { server 127.0.0.1:$APP_PORT; keepalive 64; }" >/etc/nginx/conf.d/application.conf
}

# Files that nginx answers with itself. `^~` keeps them from what a family does
# with names of files.
write_static() {
	local pair path file
	for pair in "${BEAN_STATIC[@]}"; do
		path="${pair%%=*}" file="${pair#*=}"
		path="${path%/}" file="${file%/}"
		if [ -d "$file" ]; then
			echo "location ^~ $path/ { alias \"$CURRENT/$file/\"; }"
		elif [ -f "$file" ]; then
			echo "location = $path { alias \"$CURRENT/$file\"; }"
		else
			fail "there is no $file in the bundle, which is static at $path"
		fi
	done >/etc/nginx/conf.d/elasticbeanstalk/01_static.conf
}

start_proxy() {
	nginx -t || fail "nginx refuses its configuration: $(grep emerg "$LOG" | tail -n1)"
	start_service nginx
}
