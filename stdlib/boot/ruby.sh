#!/bin/bash
# Ruby with Bundler, served by Puma unless told otherwise.
#
# shellcheck disable=SC2034 # common.sh and main.sh read what is set here
# shellcheck disable=SC2164 # common.sh ends the boot at the first failure

# Amazon Linux has a Ruby of its own for some versions, side by side with others:
# ruby3.4, ruby3.4-bundle. The application sees them as ruby and bundle. Others
# are compiled, which takes some minutes: an image that brings them is faster.
runtime_install() {
	local name path
	if [ -x "/usr/bin/ruby$BEAN_RUNTIME" ]; then
		ln -sf "/usr/bin/ruby$BEAN_RUNTIME" "$DIR/bin/ruby"
		for path in "/usr/bin/ruby$BEAN_RUNTIME"-{gem,bundle,bundler,rake,irb}; do
			name="${path##*-}"
			[ ! -x "$path" ] || ln -sf "$path" "$DIR/bin/$name"
		done
		return
	fi
	[ -x "$DIR/ruby/bin/ruby" ] || compile_ruby
	RUNTIME_PATH=$DIR/ruby/bin
}

compile_ruby() {
	local version sum
	case "$BEAN_RUNTIME" in
	4.0) version=4.0.5 sum=5dc5521ea54c726e6cc10b1b5a0f4004b27b482e61c04c99aed79315e30895e5 ;;
	3.3) version=3.3.11 sum=9116bb2e313203bd78cd3e8dc09284d34b2645f725877623a7185bf3807c8ca3 ;;
	*) fail "Amazon Linux has no Ruby $BEAN_RUNTIME, and nothing is known about its source" ;;
	esac
	say "compile Ruby $version"
	cd "$DIR"
	must "Ruby cannot be fetched" retry curl -fsSLo ruby.tar.xz "https://cache.ruby-lang.org/pub/ruby/$BEAN_RUNTIME/ruby-$version.tar.xz"
	echo "$sum ruby.tar.xz" | sha256sum -c || fail "Ruby $version is not what it was when beanc was made"
	tar -xJf ruby.tar.xz
	cd "ruby-$version"
	must "Ruby cannot be compiled" ./configure -q --prefix="$DIR/ruby" --disable-install-doc --enable-shared
	must "Ruby cannot be compiled" make -sj "$(nproc)" install
	cd "$DIR"
	rm -rf "ruby-$version" ruby.tar.xz
}

# bundled GEM: whether the application brings it.
bundled() { grep -Eqs "^ +$1 \(" Gemfile.lock; }

# Puma is what starts an application when nobody said another way.
lacks_puma() { [ ! -f Procfile ] && [ -z "$BEAN_START" ] && ! bundled puma; }

# Instances of one environment start at the same time, and Rails lets one of them
# migrate: for the others it is done, or free, a moment later.
app_install() {
	if [ -f Gemfile ]; then
		[ -f Gemfile.lock ] || build "bundle lock"
		! lacks_puma || build "bundle add puma --skip-install"
		grep -qs BUNDLE_PATH .bundle/config || build "bundle config set --local path vendor/bundle"
		build "bundle config set --local frozen true && bundle install --jobs $(nproc)"
	elif lacks_puma && ! as_root bash -c "command -v puma"; then
		must "Puma cannot be installed" as_root gem install --no-document --bindir "$DIR/bin" puma
	fi
	bundled rails || return 0
	if [ -d db/migrate ] && [ "$(property RAILS_SKIP_MIGRATIONS false)" != true ]; then
		build "bundle exec rake db:migrate || { sleep 15; bundle exec rake db:migrate; }"
	fi
	if [ -d app/assets ] && [ "$(property RAILS_SKIP_ASSET_COMPILATION false)" != true ]; then
		build "bundle exec rake assets:precompile"
	fi
}

app_start() {
	[ -f config.ru ] || fail "nothing says how to start: there is no Procfile and no config.ru"
	# shellcheck disable=SC2016 # PORT is the process's own
	START='puma -b tcp://0.0.0.0:$PORT'
	! bundled puma || START="bundle exec $START"
}
