#!/bin/sh
# Kernel tracepoints of this host, through a tracing instance of the case's own. It carries the host's name, too: hosts that share a
# kernel, as containers and the lab's do, see each other's instances.
#
#   trace.sh follow DIR EVENT...   prints what the kernel says, until it is ended; EVENT: SUBSYSTEM:NAME
#   trace.sh undo   DIR            takes the instance away; may be done twice
#
# Says `tracing` on stderr once it does. Every few seconds a mark ties the trace's own clock to the wall clock: a line
# `... tracing_mark_write: stakeout wall EPOCH.NANOS`. More than 10,000 events a second end it: a host is not to be slowed down.
#
# shellcheck disable=SC2154 # variables that the functions of keeper.sh set
verb=${1-} dir=${2-}
# shellcheck source=/dev/null
. "$dir/keeper.sh"
open_case "$dir"
shift 2
instance=

# Mounting it would change the host.
find_instance() {
  for root in /sys/kernel/tracing /sys/kernel/debug/tracing; do
    if [ -d "$root/instances" ]; then
      instance=$root/instances/stakeout-$id-$(uname -n | tr -cd 'A-Za-z0-9._-')
      return
    fi
  done
  return 1
}

mark() { echo "stakeout wall $(date +%s.%N)" >"$instance/trace_marker"; }

# Dropped packets are an everyday affair: of kfree_skb only those with a reason, or, on kernels that know none, IP alone.
restrict() { # EVENT-FOLDER
  case $1 in */skb/kfree_skb) ;; *) return 0 ;; esac
  if grep -q ' reason;' "$1/format"; then
    unspecified=$(sed -n 's/.*{ *\([0-9]*\), *"NOT_SPECIFIED" *}.*/\1/p' "$1/format")
    echo "reason != ${unspecified:-2}" >"$1/filter"
  else
    echo 'protocol == 2048 || protocol == 34525' >"$1/filter"
  fi
}

switch_on() { # EVENT
  event=$instance/events/${1%%:*}/${1#*:}
  [ -d "$event" ] || say "this kernel has no tracepoint \`$1\`" 1
  restrict "$event" || say "the filter of \`$1\` was refused" 1
  echo 1 >"$event/enable" || say "\`$1\` could not be enabled" 1
}

follow() { # EVENT...
  find_instance || say "tracefs is not mounted here: \`mount -t tracefs nodev /sys/kernel/tracing\`" 1
  mkdir "$instance" || say "\`$instance\` could not be made" 1
  echo mono >"$instance/trace_clock" 2>/dev/null
  echo 2048 >"$instance/buffer_size_kb" 2>/dev/null
  for each; do switch_on "$each"; done
  mark
  echo tracing >&2
  cat "$instance/trace_pipe" &
  reader=$!
  trap 'kill $reader 2>/dev/null; lost; exit 0' INT TERM
  seconds=0 before=0
  while kill -0 $reader 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    [ $((seconds % 5)) != 0 ] || mark
    count
    [ $((events - before)) -le 10000 ] || {
      kill $reader
      lost
      say "more than 10,000 events a second: tracing was ended" 3
    }
    before=$events
  done
}

# sets $events to how many there were, read or not, and $overrun to those that nobody can read any more
count() {
  events=0 overrun=0
  for file in "$instance"/per_cpu/cpu*/stats; do
    while IFS=: read -r word value; do
      case $word in
        entries | 'read events') events=$((events + value)) ;;
        overrun | 'dropped events') overrun=$((overrun + value)) events=$((events + value)) ;;
      esac
    done <"$file"
  done
}

lost() {
  count
  echo "lost $overrun of $events events" >&2
}

undo() {
  find_instance || return 0
  [ -d "$instance" ] || return 0
  echo 0 >"$instance/tracing_on"
  echo 0 >"$instance/events/enable"
  # Somebody's reader may still hold it for a moment.
  tries=0
  until rmdir "$instance" 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 20 ] || say "\`$instance\` could not be removed" 1
    sleep 0.2 2>/dev/null || sleep 1
  done
}

case $verb in
  follow | undo) "$verb" "$@" ;;
  *) say "\`$verb\` is not something that is done with a trace" 64 ;;
esac
