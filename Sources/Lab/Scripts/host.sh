#!/bin/sh
# The first process of a lab host, run in namespaces of its own: gives the host its own view of a few folders, starts its
# sshd, and reaps orphans until it is killed, which ends everything in there.
# Usage: host.sh FOLDER NAME [KERNEL]        KERNEL 2.6: what runs over ssh is told that this is Linux 2.6
set -eu
folder=$1 name=$2 kernel=${3:-}

# /proc is still the outer one: there, this very shell says its outer number and the time of its start.
read -r stat </proc/self/stat
# shellcheck disable=SC2086 # fields on purpose
{ set -- $stat; identity="$1 ${22}"; }

mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/sshd /run/lock /run/home
mount --bind "$folder/etc-ssh" /etc/ssh
mount --bind "$folder/log" /var/log
mount -o bind "$folder/var-tmp" /var/tmp
# The kernel's tracepoints, where the machine does not show them anyway.
[ -d /sys/kernel/tracing/instances ] || mount -t tracefs nodev /sys/kernel/tracing 2>/dev/null || :
cd /
hostname "$name"

set -- /usr/sbin/sshd -D -e -f /etc/ssh/sshd_config
[ "$kernel" != 2.6 ] || set -- setarch --uname-2.6 "$@"
"$@" 2>>/var/log/sshd.log &
# Whoever waits for this file may come in.
printf '%s\n' "$identity" >/etc/ssh/identity.part
mv /etc/ssh/identity.part /etc/ssh/identity

# A shell that waits reaps every child, adopted ones too.
while :; do
  sleep 3600 &
  wait "$!" || :
done
