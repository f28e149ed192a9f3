#!/bin/bash
# Nothing but what the platform's own words and the application's Procfile say:
# the runtime is in the image, or among the packages.

runtime_install() { :; }

app_install() { :; }

app_start() { fail "nothing says what to start: neither a Procfile nor \`start\` of the platform"; }
