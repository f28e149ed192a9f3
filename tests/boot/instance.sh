#!/bin/bash
# Runs user data as an instance would, on a copy of this machine that is thrown
# away: files are an overlay, and processes, network and mounts are private.
#
#   instance.sh CASE   (as root)
#
# CASE is a folder. What goes in: user-data, bucket/ (the objects of S3),
# secrets.json, probes/NAME (commands to run afterwards). What comes out: status,
# console, calls (what was asked of AWS), boot.log, answers/NAME.
#
# Stand-ins take the place of dnf, systemctl, aws, docker, the CloudWatch agent
# and the metadata service; everything else is real.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
case_folder="$1"

if [ "${2:-}" != inside ]; then
	exec unshare --mount --pid --mount-proc --net --fork --kill-child "$0" "$case_folder" inside
fi

# The metadata service is a machine of its own at the other end of a cable, since
# the instance's port 80 is nginx's.
ip link set lo up
unshare --net python3 "$here/stand-ins/metadata-service" "$case_folder" &
service=$!
until [ "$(readlink "/proc/$service/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
ip link add eth0 type veth peer name eth0 netns "/proc/$service/ns/net"
ip address add 10.0.0.10/24 dev eth0
ip link set eth0 up
ip route add 169.254.169.254 dev eth0
nsenter --net="/proc/$service/ns/net" bash -c '
	ip address add 169.254.169.254/32 dev eth0
	ip link set eth0 up
	ip route add 10.0.0.0/24 dev eth0'

root="$case_folder/root"
mkdir -p "$root"
mount -t tmpfs tmpfs "$root"
mkdir "$root"/{upper,work,merged}
mount -t overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" overlay "$root/merged"
machine="$root/merged"
mount -t proc proc "$machine/proc"
mount --rbind /dev "$machine/dev"
: >"$case_folder/console"
mount --bind "$case_folder/console" "$machine/dev/console"
mkdir -p "$machine/case" "$machine/wheels" "$machine/dotnet" "$machine/debian"
mount --bind "$case_folder" "$machine/case"
[ ! -d "$here/../../target/boot-wheels" ] || mount --bind "$here/../../target/boot-wheels" "$machine/wheels"
[ ! -d "$here/../../target/dotnet" ] || mount --bind "$here/../../target/dotnet" "$machine/dotnet"
[ ! -d "$here/../../target/debian" ] || mount --bind "$here/../../target/debian" "$machine/debian"
rm -rf "$machine/var/app" "$machine/etc/nginx/sites-enabled" "$machine/root/.npmrc" "$machine/root/.config/pip"
printf '[global]\nno-index = true\nfind-links = /wheels\n' >"$machine/etc/pip.conf"
cp "$here"/stand-ins/* "$machine/usr/local/bin/"

cat >"$machine/usr/local/bin/run-the-case" <<'RUN'
#!/bin/bash
cd /
until curl -s -o /dev/null http://169.254.169.254/; do sleep 0.05; done
status=0
bash /case/user-data >/case/stdout 2>&1 </dev/null || status=$?
echo "$status" >/case/status
cp /var/log/bean-boot.log /case/boot.log
mkdir -p /case/answers
for probe in /case/probes/*; do
	[ -f "$probe" ] || continue
	bash "$probe" >"/case/answers/${probe##*/}" 2>&1 || echo "(ended with status $?)" >>"/case/answers/${probe##*/}"
done
exit 0
RUN
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	chroot "$machine" bash /usr/local/bin/run-the-case
