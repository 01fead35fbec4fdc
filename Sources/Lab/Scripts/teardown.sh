#!/bin/sh
# Ends everything that a lab has on this machine and removes its folder. Running it twice is harmless.
# Usage: teardown.sh FOLDER
set -u
folder=$1
case "$folder" in */stakeout-lab-?*) ;; *) echo "teardown: \`$folder\` is no lab folder" >&2; exit 64 ;; esac
[ -d "$folder" ] || exit 0

# alive PID START: whether that very process still runs.
alive() {
  # shellcheck disable=SC2046 # fields on purpose
  set -- "$1" "$2" $(cat "/proc/$1/stat" 2>/dev/null)
  [ "$#" -ge 24 ] && [ "${24}" = "$2" ] && [ "${5}" != Z ]
}

# each KIND COMMAND...: runs the command for every such line of `standing`, with its values.
each() {
  kind=$1
  shift
  [ -f "$folder/standing" ] || return 0
  while read -r what first second; do
    [ "$what" != "$kind" ] || "$@" "$first" "$second"
  done <"$folder/standing"
}

end() { ! alive "$1" "$2" || kill -KILL "$1" 2>/dev/null || :; }
gone() { ! alive "$1" "$2" || left="$left process $1"; }
# The guard may be who runs this; if not, what it waits with goes too: it leads a process group of its own.
end_guard() { [ "$1" = "$$" ] || ! alive "$1" "$2" || kill -KILL "-$1" 2>/dev/null || :; }
guard_gone() { [ "$1" = "$$" ] || gone "$1" "$2"; }
unlink_interface() { ip link delete dev "$1" 2>/dev/null || :; }
# The engine's own name for a container is a folder deeper.
remove_group() {
  case "$1" in stakeout-?*) find /sys/fs/cgroup -depth -type d -path "*/$1*" -exec rmdir {} + 2>/dev/null || : ;; esac
}
group_gone() { [ -z "$(find /sys/fs/cgroup -type d -name "$1" 2>/dev/null)" ] || left="$left cgroup $1"; }
interface_gone() { [ ! -e "/sys/class/net/$1" ] || left="$left interface $1"; }

# each_host COMMAND: runs it with the identity of every host's first process. A host whose start was cut short has told that to
# nobody but its own folder; and it is gone only when everything in its namespaces is.
each_host() {
  for identity in "$folder"/hosts/*/etc-ssh/identity; do
    [ ! -f "$identity" ] || { read -r first second <"$identity" && "$1" "$first" "$second"; }
  done
}

each_host end
each process end
each guard end_guard
each interface unlink_interface

tries=0
while :; do
  left=''
  each process gone
  each_host gone
  each guard guard_gone
  each interface interface_gone
  each cgroup remove_group
  each cgroup group_gone
  [ -n "$left" ] || break
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { echo "teardown: still there:$left" >&2; exit 1; }
  sleep 0.1
done
rm -rf --one-file-system -- "$folder"
