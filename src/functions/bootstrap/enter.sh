#!/bin/sh
# Makes the view of files of one execution environment, in namespaces that were just made for it, and
# becomes a shell without privileges inside, which reads what to run from its standard input.
#
#   enter.sh ROOT USER MEGABYTES [SOURCE TARGET]...
#
# ROOT is an empty folder; USER a number, or - to keep the user of a user namespace; MEGABYTES what
# /tmp may hold; each SOURCE is shown, read-only, at TARGET. Everything else of the machine's files is
# absent: what is not there need not be guarded.
set -eu
# The server's own hides its files from everybody; what is made here is for the one who comes in.
umask 022
root=$1 user=$2 megabytes=$3
shift 3

show() {
  if [ -d "$1" ]; then mkdir -p ".$2"; else mkdir -p ".$(dirname "$2")"; : >".$2"; fi
  mount --rbind "$1" ".$2"
}

show_read_only() {
  show "$1" "$2"
  mount -o remount,bind,ro,nosuid ".$2"
}

mount -t tmpfs -o size=1m,nr_inodes=4k,mode=755 tmpfs "$root"
cd "$root"
mkdir proc dev tmp old

for folder in /usr /bin /sbin /lib /lib32 /lib64 /libx32 /nix/store /gnu/store; do
  if [ -L "$folder" ]; then ln -s "$(readlink "$folder")" ".$folder"
  elif [ -d "$folder" ]; then show_read_only "$folder" "$folder"; fi
done

# Names, certificates and the time zone; not the rest of /etc, where other programs keep passwords.
for path in resolv.conf hosts host.conf nsswitch.conf gai.conf services protocols localtime \
  ld.so.cache ld.so.conf ld.so.conf.d alternatives ssl/certs ssl/cert.pem ssl/openssl.cnf \
  ca-certificates pki/tls/certs pki/ca-trust/extracted crypto-policies; do
  if [ -e "/etc/$path" ]; then show_read_only "/etc/$path" "/etc/$path"; fi
done
inside=$user
if [ "$user" = - ]; then inside=0; fi
printf 'sbx_user1051:x:%s:%s::/tmp:/bin/sh\n' "$inside" "$inside" >etc/passwd
printf 'sbx_user1051:x:%s:\n' "$inside" >etc/group

for device in null zero full random urandom; do show "/dev/$device" "/dev/$device"; done
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr

while [ $# -gt 0 ]; do
  show_read_only "$1" "$2"
  shift 2
done
mount -t proc -o nosuid,nodev,noexec proc proc
# Inside a user namespace of ours none further may be made: each would be a set of privileges again.
if [ "$user" = - ]; then echo 0 >proc/sys/user/max_user_namespaces; fi
mount -t tmpfs -o "size=${megabytes}m,nr_inodes=64k,nosuid,nodev,mode=1777" tmpfs tmp

pivot_root . old
umount -l /old
mount -o remount,ro,bind /
cd /

if [ "$user" != - ]; then set -- --reuid="$user" --regid="$user" --clear-groups; fi
# The signal of the parent's death is asked for again: it is forgotten where the user changes.
exec setpriv "$@" --inh-caps=-all --bounding-set=-all --no-new-privs --pdeathsig KILL /bin/sh
