#!/bin/sh
# Follows one log from now on and prints its lines, each behind the moment at which it came: `EPOCH.NANOS LINE`.
#
#   follow.sh DIR NAME file PATH        rotated files are followed by name; NAME: a namespace of namespace.sh, or - for the host
#   follow.sh DIR NAME journal UNIT     journald's own stamps
#   follow.sh DIR NAME kernel -         the kernel's messages
#   follow.sh DIR NAME container -      what the container itself prints, by its engine
#
# shellcheck disable=SC2154 # variables that the functions of keeper.sh set
dir=${1-} place=${2-} kind=${3-} value=${4-}
# shellcheck source=/dev/null
. "$dir/keeper.sh"
open_case "$dir"

# Stamps lines as they come. A shell alone forks for every line: that is for hosts that have nothing else.
# shellcheck disable=SC2016 # the programs' own variables
stamped() {
  if has perl; then
    exec perl -MTime::HiRes=clock_gettime -ne 'BEGIN { $| = 1 } printf "%.6f %s", clock_gettime(0), $_'
  elif has python3; then
    exec python3 -uc '
import sys, time
for line in iter(sys.stdin.buffer.readline, b""):
    sys.stdout.buffer.write(b"%.6f " % time.time() + line)
    sys.stdout.buffer.flush()'
  else
    while IFS= read -r line; do printf '%s %s\n' "$(date +%s.%N)" "$line"; done
  fi
}

# The place's process, engine and id, as namespace.sh noted them.
recall_place() {
  open_unit "$place"
  { read -r rest rest pid rest engine id; } 2>/dev/null <"$unit.ns" || say "namespace \`$name\` was not found before" 125
}

follow_file() {
  file=$value
  if [ "$place" != - ]; then
    recall_place
    [ "$pid" = - ] || file=/proc/$pid/root/${value#/}
  fi
  [ -e "$file" ] || say "there is no file \`$value\`" 1
  tail -n 0 -F -- "$file" | stamped
}

follow_container() {
  recall_place
  case $engine in
    docker | podman | nerdctl) exec "$engine" logs --follow --tail 0 --timestamps "$id" 2>&1 ;;
    crictl) exec crictl logs --follow --tail 0 --timestamps "$id" 2>&1 ;;
    *) say "\`$name\` is no container: it has no log of its own" 64 ;;
  esac
}

follow_kernel() {
  if has journalctl && journalctl -k -n 0 >/dev/null 2>&1; then
    exec journalctl -k -f -n 0 -o short-unix
  elif dmesg --help 2>&1 | grep -q -e --follow-new; then
    dmesg --follow-new | stamped
  else
    say "neither journalctl nor a \`dmesg\` that follows is here" 127
  fi
}

case $kind in
  file) follow_file ;;
  container) follow_container ;;
  kernel) follow_kernel ;;
  journal)
    has journalctl || say "there is no \`journalctl\` here" 127
    exec journalctl -f -n 0 -o short-unix --unit="$value"
    ;;
  *) say "\`$kind\` is no kind of log" 64 ;;
esac
