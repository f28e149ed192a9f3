#!/bin/bash
# How Apache shows the welcome page.

write_welcome() { welcome_page | write_proxy; }

welcome_page() {
	echo "<title>$BEAN_ENVIRONMENT</title><h1>$BEAN_ENVIRONMENT</h1>Deploy a release of $BEAN_APPLICATION to see it here." >"$DIR/welcome.html"
	echo "AliasMatch ^ $DIR/welcome.html
	<Directory $DIR>
	Require all granted
	</Directory>"
}
