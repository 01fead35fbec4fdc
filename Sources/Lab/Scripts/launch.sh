#!/bin/sh
# Becomes a host's outermost process, after noting itself among what stands: from its first moment on it can be undone.
# Usage: launch.sh LAB-FOLDER HOST-FOLDER NAME [KERNEL]        as host.sh takes it
set -eu
folder=$1 host=$2 name=$3 kernel=${4:-}
read -r stat </proc/self/stat
# shellcheck disable=SC2086 # fields on purpose
{ set -- $stat; printf 'process %s %s\n' "$1" "${22}" >>"$folder/standing"; }
exec unshare --net --mount --uts --ipc --pid --fork --kill-child=KILL --propagation private -- \
  /bin/sh "$folder/host.sh" "$host" "$name" "$kernel"
