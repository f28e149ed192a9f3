#!/bin/bash
# How nginx shows the welcome page where checks want more than it at port 80.

# requests PORT: the page, and what is asked for there with another status.
requests() {
	local status path
	refusals "$1" | while read -r status path; do echo "if (\$request_uri = \"$path\") { return $status; }"; done
	welcome_page
}

write_welcome() {
	local port
	requests 80 | write_proxy
	for port in $(further_ports); do
		echo "server { listen $port;"
		requests "$port"
		echo "}"
	done >/etc/nginx/conf.d/welcome.conf
}
