#!/bin/sh
# Looks every few seconds whether a container is still the one that was found; where it was replaced, finds the next one and begins for
# it what was begun for the one before. It runs on the host, so it needs no controller.
#
#   rearm.sh DIR NAME container|pod VALUE     prints what `namespace.sh find` says of each next one
#
# `DIR/NAME.again NUMBER` begins everything for the container of that number, the first next one being 2; it fails when there were enough.
#
# shellcheck disable=SC2154 # variables that the functions of keeper.sh set
dir=${1-}
[ $# -eq 4 ] || {
  echo 'usage: rearm.sh FOLDER NAME container|pod VALUE' >&2
  exit 64
}
# shellcheck source=/dev/null
. "$dir/keeper.sh"
open_case "$dir"
open_unit "$2"
shift 2

number=2
while sleep 5; do
  sh "$dir/namespace.sh" look "$dir" "$name" 2>/dev/null && continue
  # Between the old one's end and the new one's start there is none.
  found=$(sh "$dir/namespace.sh" find "$dir" "$name" "$@" 2>/dev/null) || continue
  printf '%s\n' "$found"
  sh "$unit.again" "$number" || say "\`$name\` was replaced $((number - 1)) times: no more of it is begun" 3
  number=$((number + 1))
done
