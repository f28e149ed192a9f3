#!/bin/bash
# Web applications in Tomcat, with a server.xml of our own: the package's has
# ports and users that nobody asked for. `tomcat` is a command, for a Procfile
# that runs something beside it.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here
BASE=$DIR/tomcat

# The runtime is both versions: 11-21 is Tomcat 11 on Corretto 21.
runtime_install() {
	local package="tomcat${BEAN_RUNTIME%-*}"
	local home=/usr/share/$package
	use_java "${BEAN_RUNTIME#*-}"
	mkdir -p "$BASE"/{conf/Catalina/localhost,temp,webapps,work}
	must "there is no $package" cp /etc/"$package"/{web.xml,context.xml,catalina.properties} "$BASE/conf"
	cat >"$BASE/conf/server.xml" <<-'XML'
		<Server port="-1"><Service name="Catalina">
		<Connector port="${bean.port}"/>
		<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps" autoDeploy="false">
		<Valve className="org.apache.catalina.valves.RemoteIpValve" protocolHeader="X-Forwarded-Proto"/>
		<Valve className="org.apache.catalina.valves.ErrorReportValve" showReport="false" showServerInfo="false"/>
		</Host></Engine>
		</Service></Server>
	XML
	cat >"$BASE/conf/logging.properties" <<-'LOGGING'
		handlers=java.util.logging.ConsoleHandler
		java.util.logging.ConsoleHandler.formatter=org.apache.juli.OneLineFormatter
	LOGGING
	cat >"$DIR/bin/tomcat" <<-RUN
		#!/bin/bash
		exec java \${JVM_OPTIONS--XX:MaxRAMPercentage=70} -cp $home/bin/bootstrap.jar:$home/bin/tomcat-juli.jar -Dcatalina.home=$home -Dcatalina.base=$BASE -Djava.io.tmpdir=$BASE/temp -Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager -Djava.util.logging.config.file=$BASE/conf/logging.properties -Dbean.port=\$PORT org.apache.catalina.startup.Bootstrap start
	RUN
	chmod +x "$DIR/bin/tomcat"
	RUNTIME_PATH="$RUNTIME_PATH:$DIR/bin"
}

# context NAME PATH: where Tomcat finds an application.
context() { echo "<Context docBase=\"$CURRENT$2\"/>" >"$BASE/conf/Catalina/localhost/$1.xml"; }

# A bundle is an application itself, as a WAR is one when it is unpacked; or it
# holds one WAR, which gets all requests; or several, each at its own path.
write_contexts() {
	local war wars
	shopt -s nullglob
	wars=(*.war)
	shopt -u nullglob
	case ${#wars[@]} in
	0)
		[ -d WEB-INF ] || [ -f index.jsp ] || [ -f index.html ] || fail "there is nothing for Tomcat: no WAR, no WEB-INF, index.jsp or index.html"
		context ROOT ""
		;;
	1) context ROOT "/${wars[0]}" ;;
	*) for war in "${wars[@]}"; do context "${war%.war}" "/$war"; done ;;
	esac
}

# Environment properties are system properties too, as Beanstalk has them; in a
# file, since arguments can be seen by everybody on the instance. JSON escapes
# what a file of properties does.
write_properties() {
	printf '%s\0' "${ENVIRONMENT[@]}" |
		jq -Rsa 'split("\u0000")[] | select(. != "")' | sed 's/^"//; s/"$//; s/= /=\\ /' >>"$BASE/conf/catalina.properties"
	chmod 600 "$BASE/conf/catalina.properties"
	chown -R webapp: "$BASE"
}

app_start() { START=tomcat; }

eval "procfile_$(declare -f write_processes)"
write_processes() {
	write_contexts
	write_properties
	procfile_write_processes
}
