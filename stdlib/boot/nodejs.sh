#!/bin/bash
# Node.js with npm. The packages of the platform bring node-22 and npm-22 side
# by side with other versions; the application sees them as node and npm.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here

runtime_install() {
	local name
	for name in node npm npx; do ln -sf "/usr/bin/$name-$BEAN_RUNTIME" "$DIR/bin/$name"; done
}

# The image has one version of the platform's branch: an application that asks for
# another branch ends the boot, and of another version npm warns. npm's own library
# knows what its ranges mean; what cannot be read is npm's to refuse.
eval "procfile_$(declare -f app_build)"
app_build() {
	local range
	range="$("$DIR/bin/node" -p 'r=JSON.parse(fs.readFileSync("package.json")).engines.node
		s=module.constructor.createRequire(fs.realpathSync(process.argv[1]))("semver")
		!s.validRange(r)||s.intersects(r,process.argv[2])?"":r' "$DIR/bin/npm" "$BEAN_RUNTIME" 2>/dev/null || :)"
	[ ! "$range" ] || fail "package.json asks for Node.js $range (engines.node), and $BEAN_PLATFORM has $BEAN_RUNTIME"
	procfile_app_build
}

# Modules that came in the bundle are taken as they are.
app_install() {
	local command=install omit=--omit=dev
	if [ ! -f package.json ] || [ -d node_modules ]; then return; fi
	if [ -f package-lock.json ] || [ -f npm-shrinkwrap.json ]; then command=ci; fi
	[ "$(property NPM_USE_PRODUCTION true)" = true ] || omit=--include=dev
	build "npm $command $omit --no-audit --no-fund"
}

app_start() {
	if [ -f package.json ] && jq -e .scripts.start package.json >/dev/null; then
		START="npm start"
	elif [ -f app.js ]; then
		START="node app.js"
	elif [ -f server.js ]; then
		START="node server.js"
	else
		fail 'nothing says how to start: there is no Procfile, no "start" script in package.json, no app.js and no server.js'
	fi
}
