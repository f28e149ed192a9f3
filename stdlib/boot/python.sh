#!/bin/bash
# Python in a virtual environment, served by gunicorn unless told otherwise.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here
VENV=/var/app/venv

runtime_install() {
	must "there is no virtual environment" "python$BEAN_RUNTIME" -m venv $VENV
	chown -R webapp: $VENV
	RUNTIME_PATH=$VENV/bin
}

app_install() {
	local pipenv="pip install pipenv && VIRTUAL_ENV=$VENV pipenv"
	if [ -f requirements.txt ]; then
		build "pip install -r requirements.txt"
	elif [ -f Pipfile.lock ]; then
		build "$pipenv sync"
	elif [ -f Pipfile ]; then
		build "$pipenv install --skip-lock"
	fi
	if [ ! -f Procfile ] && [ -z "$BEAN_START" ] && [ ! -x $VENV/bin/gunicorn ]; then build "pip install gunicorn"; fi
}

# The properties WSGIPATH, NUM_PROCESSES and NUM_THREADS are what Beanstalk has
# as options of the platform, with its defaults.
app_start() {
	local path file
	path="$(property WSGIPATH application)"
	file="${path%%:*}"
	file="${file//.//}"
	[ -e "$file.py" ] || [ -d "$file" ] ||
		fail "nothing says how to start: there is no Procfile, and no $file.py; the property WSGIPATH names another module"
	# shellcheck disable=SC2016 # PORT is the process's own
	printf -v START 'gunicorn --bind ":$PORT" --workers %q --threads %q %q' "$(property NUM_PROCESSES 1)" "$(property NUM_THREADS 15)" "$path"
}
