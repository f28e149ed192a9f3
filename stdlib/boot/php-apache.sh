#!/bin/bash
# How Apache asks FPM. The application's own .htaccess files are read: they are
# what PHP is put behind Apache for.
#
# A name that ends in .php and is not there is FPM's to refuse. CGIPassAuth lets
# passwords through, as nginx does.
write_fpm_proxy() {
	write_proxy <<-HTTPD
		ProxyTimeout $2
		DocumentRoot "$1"
		DirectoryIndex index.php index.html
		RedirectMatch 404 /\.(?!well-known)
		SetEnvIf X-Forwarded-Proto ^https$ HTTPS=on
		<Directory "$1">
		AllowOverride All
		Options FollowSymLinks
		Require all granted
		CGIPassAuth on
		FallbackResource /index.php
		</Directory>
		<FilesMatch \.php$>
		SetHandler proxy:unix:$SOCKET|fcgi://localhost
		</FilesMatch>
	HTTPD
	# Where the load balancer asks past the proxy nobody else would answer.
	[ "$HEALTH_PORT" = 80 ] ||
		sed -i "s/^Listen 80$/&\nListen $HEALTH_PORT/; s/^<VirtualHost \*:80>/<VirtualHost *:80 *:$HEALTH_PORT>/" /etc/httpd/conf/httpd.conf
}
