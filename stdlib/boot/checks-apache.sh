#!/bin/bash
# How Apache shows the welcome page where checks want more than it at port 80.

# requests PORT: the page, and what is asked for there with another status.
requests() {
	local status path
	refusals "$1" | while read -r status path; do
		echo "RewriteCond %{REQUEST_URI} \"=${path%%\?*}\""
		case "$status" in 3*) echo "RewriteRule ^ / [R=$status,L]" ;; *) echo "RewriteRule ^ - [R=$status,L]" ;; esac
	done
	welcome_page
}

write_welcome() {
	local port
	requests 80 | write_proxy
	for port in $(further_ports); do
		echo "Listen $port
		<VirtualHost *:$port>
		RewriteEngine on"
		requests "$port"
		echo "</VirtualHost>"
	done >/etc/httpd/conf.d/welcome.conf
}
