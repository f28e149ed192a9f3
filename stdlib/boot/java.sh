#!/bin/bash
# Java of Amazon Corretto: a JAR that runs by itself, or what a Procfile says.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here

# use_java VERSION: the package of Corretto 8 still calls it 1.8.0.
use_java() {
	local homes
	homes=("/usr/lib/jvm/java-${1/#8/1.8.0}-amazon-corretto"*)
	[ -x "${homes[0]}/bin/java" ] || fail "there is no Corretto $1 in /usr/lib/jvm"
	RUNTIME_PATH="${homes[0]}/bin"
	# A JAVA_HOME of the user's own comes later and wins.
	BEAN_PROPERTIES=("JAVA_HOME=${homes[0]}" "${BEAN_PROPERTIES[@]}")
}

runtime_install() { use_java "$BEAN_RUNTIME"; }

app_install() { :; }

# The JVM alone would take a quarter of the memory for its heap. Spring Boot reads
# SERVER_PORT.
app_start() {
	local jars
	shopt -s nullglob
	jars=(*.jar)
	shopt -u nullglob
	[ ${#jars[@]} != 0 ] || fail "nothing says how to start: there is no Procfile and no JAR at the top of the bundle"
	[ ${#jars[@]} = 1 ] || fail "there is no Procfile to choose between ${jars[*]}"
	# shellcheck disable=SC2016 # variables of the process
	printf -v START 'SERVER_PORT="${SERVER_PORT:-$PORT}" exec java ${JVM_OPTIONS--XX:MaxRAMPercentage=70} -jar %q' "./${jars[0]}"
}
