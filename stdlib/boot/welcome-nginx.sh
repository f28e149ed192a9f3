#!/bin/bash
# How nginx shows the welcome page.

write_welcome() { welcome_page | write_proxy; }

welcome_page() { echo "location / { default_type text/html; return 200 '<title>$BEAN_ENVIRONMENT</title><h1>$BEAN_ENVIRONMENT</h1>Deploy a release of $BEAN_APPLICATION to see it here.'; }"; }
