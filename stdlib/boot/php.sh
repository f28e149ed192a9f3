#!/bin/bash
# PHP behind a web server, by the FastCGI process manager FPM, which is a process like
# any other: restarted, logged to web.stdout.log, with the application's
# environment.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here
COMPOSER=2.9.8
COMPOSER_SHA256=59b2c50e10cafa0d8efc19ede9a326d782f096c674a26baf98cf042ce23de890
SOCKET=$DIR/php/web.sock
# Nothing but a web server can speak to FPM.
[ "$PROXY" != none ] || PROXY=nginx
FPM=false

runtime_install() {
	install -d -o webapp "$DIR/php"
	mkdir -p /var/www
	ln -sfn "$CURRENT" /var/www/html
}

# Modules that came in the bundle are taken as they are.
app_install() {
	local composer=composer
	if [ ! -f composer.json ] || [ -d vendor ]; then return; fi
	if [ -f composer.phar ]; then
		composer="php composer.phar"
	elif ! command -v composer; then
		must "Composer cannot be fetched" retry curl -fsSLo "$DIR/bin/composer" https://getcomposer.org/download/$COMPOSER/composer.phar
		echo "$COMPOSER_SHA256 $DIR/bin/composer" | sha256sum -c || fail "Composer is not what it was when beanc was made"
		chmod 755 "$DIR/bin/composer"
	fi
	build "$composer install --no-dev --no-interaction --no-progress --optimize-autoloader $(property COMPOSER_OPTIONS '')"
}

# The properties PHP_... are what Beanstalk has as options of the platform, with
# its defaults. Clients wait for workers to end, not for a memory that is full: a
# worker needs some 64 MiB.
write_fpm() {
	local name value
	# It opens standard error by name, which only the owner of the file may.
	install -o webapp -m 644 /dev/null /var/log/web.stdout.log
	cat >"$DIR/php/fpm.conf" <<-FPM
		[global]
		error_log = /dev/stderr
		[web]
		listen = $SOCKET
		listen.mode = 0666
		pm = dynamic
		pm.max_children = $(($(awk '/^MemTotal/{print $2}' /proc/meminfo) / 65536 + 4))
		pm.start_servers = 2
		pm.min_spare_servers = 1
		pm.max_spare_servers = 4
		clear_env = no
		catch_workers_output = yes
		decorate_workers_output = no
		php_value[error_log] = /dev/stderr
		php_flag[log_errors] = on
		php_flag[expose_php] = off
	FPM
	for name in memory_limit=256M max_execution_time=60 display_errors=Off allow_url_fopen=On zlib.output_compression=Off; do
		value="${name#*=}" name="${name%=*}"
		echo "php_admin_value[$name] = \"$(property "PHP_$(tr a-z. A-Z_ <<<"$name")" "$value")\""
	done >>"$DIR/php/fpm.conf"
}

# FPM is the web process unless a Procfile names another; what else is in a
# Procfile runs beside it.
eval "procfile_$(declare -f write_processes)"
write_processes() {
	if [ -z "$BEAN_START" ] && ! grep -qs '^web:' Procfile; then
		write_fpm
		printf '\nweb: exec php-fpm -Fy %s\n' "$DIR/php/fpm.conf" >>Procfile
		FPM=true
	fi
	procfile_write_processes
}

# php-nginx.sh and php-apache.sh have write_fpm_proxy FOLDER SECONDS, which serves
# a folder and waits so long for FPM.
eval "http_$(declare -f write_application_proxy)"
write_application_proxy() {
	local root patience
	if ! $FPM; then
		http_write_application_proxy
		return
	fi
	patience=$(($(property PHP_MAX_EXECUTION_TIME 60) + 5))
	[ $patience -ge "${BEAN_PATIENCE:-0}" ] || patience=$BEAN_PATIENCE
	root="$(property PHP_DOCUMENT_ROOT /)"
	[ -d ".$root" ] || fail "there is no folder $root, which the property PHP_DOCUMENT_ROOT names"
	write_fpm_proxy "$CURRENT${root%/}" "$patience"
}
