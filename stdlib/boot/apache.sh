#!/bin/bash
# Apache on port 80, with the application's own additions in .platform/httpd.
#
# What it does is what nginx.sh does. Where a setting is given twice Apache takes
# the later one, so the application's own need not be looked for.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here
SERVER=httpd
OTHER_SERVER=nginx

# Apache in front of the application, with the application's own additions. Its
# whole httpd.conf would replace ours.
#
# Connections are kept for longer than the balancer keeps them, which would send
# requests into one that just closes. What the package has in conf.d takes paths
# from the application: its own page for /, icons and homes. LimitRequestBody says
# nothing about requests that are passed on, hence a limit of our own, which a
# body without a length escapes.
write_proxy() {
	local own=.platform/httpd conf=/etc/httpd/conf.d name
	mkdir -p $conf/elasticbeanstalk /etc/httpd/conf
	for name in autoindex userdir welcome; do rm -f $conf/$name.conf; done
	cat >/etc/httpd/conf/httpd.conf <<-HTTPD
		ServerRoot /etc/httpd
		ServerName localhost
		PidFile /run/httpd/httpd.pid
		Listen 80
		User apache
		Group apache
		Include conf.modules.d/*.conf
		TypesConfig /etc/mime.types
		ServerTokens Prod
		TraceEnable off
		Define UPLOAD_LIMIT 52428800
		Timeout 60
		ProxyTimeout ${BEAN_PATIENCE:-60}
		RequestReadTimeout header=60 body=60,MinRate=500
		KeepAliveTimeout $((${BEAN_PATIENCE:-60} + 15))
		MaxKeepAliveRequests 0
		ErrorLog /var/log/httpd/error_log
		LogFormat "%a \"%{X-Forwarded-For}i\" %t \"%r\" %>s %B %{ms}T \"%{User-Agent}i\"" main
		<Directory />
		AllowOverride None
		Require all denied
		</Directory>
		IncludeOptional conf.d/*.conf
		<VirtualHost *:80>
		CustomLog /var/log/httpd/access_log main
		RewriteEngine on
		RewriteCond expr "%{req:Content-Length} -gt \${UPLOAD_LIMIT}"
		RewriteRule ^ - [R=413,L]
		IncludeOptional conf.d/elasticbeanstalk/*.conf
		</VirtualHost>
	HTTPD
	cat >$conf/elasticbeanstalk/00_application.conf
	[ ! -d $own ] || cp -rT $own /etc/httpd
}

# Paths reach the application as they were asked. A connection that nobody used
# for a second is not used again: the application may be closing it, and a
# request that changes something cannot be sent twice.
write_application_proxy() {
	write_proxy <<-HTTPD
		AllowEncodedSlashes NoDecode
		ProxyPreserveHost on
		ProxyPass / http://127.0.0.1:$APP_PORT/ nocanon retry=0 ttl=1 upgrade=websocket
		ProxyPassReverse / http://127.0.0.1:$APP_PORT/
		RequestHeader set X-Real-IP expr=%{REMOTE_ADDR}
		RequestHeader setifempty X-Forwarded-Proto expr=%{REQUEST_SCHEME}
	HTTPD
}

# Files that Apache answers with itself. What a Location says of the proxy comes
# before what the server says.
write_static() {
	local pair path file folder
	for pair in "${BEAN_STATIC[@]}"; do
		path="${pair%%=*}" file="${pair#*=}"
		path="${path%/}" file="${file%/}"
		folder="$file"
		if [ -d "$file" ]; then
			path="$path/" file="$file/"
		elif [ -f "$file" ]; then
			folder="$(dirname "$file")"
		else
			fail "there is no $file in the bundle, which is static at $path"
		fi
		echo "<Location \"$path\">
		ProxyPass !
		</Location>
		Alias \"$path\" \"$CURRENT/$file\"
		<Directory \"$CURRENT/$folder\">
		Options FollowSymLinks
		Require all granted
		</Directory>"
	done >/etc/httpd/conf.d/elasticbeanstalk/01_static.conf
}

start_proxy() {
	httpd -t || fail "Apache refuses its configuration: $(grep -v '^$' "$LOG" | tail -n2)"
	start_service httpd
}
