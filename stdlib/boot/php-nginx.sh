#!/bin/bash
# How nginx asks FPM.
#
# try_files stands outside of a location, so that an application may have a
# location / of its own. A port at which the load balancer asks the application
# past the proxy has nobody else to answer.
write_fpm_proxy() {
	write_proxy <<-NGINX
		$([ "$HEALTH_PORT" = 80 ] || echo "listen $HEALTH_PORT;")
		root $1;
		index index.php index.html;
		try_files \$uri \$uri/ /index.php\$is_args\$args;
		location ~ /\.(?!well-known) { return 404; }
		location ~ \.php(/|\$) {
		fastcgi_split_path_info ^(.+?\.php)(/.*)?\$;
		try_files \$fastcgi_script_name =404;
		include fastcgi_params;
		fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
		fastcgi_param PATH_INFO \$fastcgi_path_info;
		fastcgi_param HTTPS \$https_forwarded;
		fastcgi_read_timeout $2;
		fastcgi_pass unix:$SOCKET;
		}
	NGINX
	# shellcheck disable=SC2016 # variables of nginx
	echo 'map $forwarded_proto $https_forwarded { https on; default ""; }' >/etc/nginx/conf.d/php.conf
}
