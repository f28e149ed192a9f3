#!/bin/bash
# .NET on Linux: what `dotnet publish` made.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here

runtime_install() { :; }

# A bundle is published: there is nothing to fetch.
app_install() { :; }

# ASP.NET Core listens where ASPNETCORE_URLS says, also when appsettings.json has
# another address.
app_start() {
	local configs name
	shopt -s nullglob
	configs=(*.runtimeconfig.json)
	shopt -u nullglob
	[ ${#configs[@]} != 0 ] || fail "nothing says how to start: there is no Procfile and no .runtimeconfig.json of a published application"
	[ ${#configs[@]} = 1 ] || fail "there is no Procfile to choose between ${configs[*]}"
	name="${configs[0]%.runtimeconfig.json}.dll"
	# Without it the command asks for an SDK, which is beside the point.
	[ -f "$name" ] || fail "there is ${configs[0]}, but no $name: the bundle holds what dotnet publish makes"
	# shellcheck disable=SC2016 # PORT is the process's own
	printf -v START 'ASPNETCORE_URLS="http://0.0.0.0:$PORT" exec dotnet %q' "./$name"
}
