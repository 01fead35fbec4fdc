#!/bin/sh
# Runs one command again and again and notes each time how it went, for the timeline.
# Usage: probe.sh TIMES INTERVAL TIMEOUT COMMAND ARG...     TIMES 0: until it is stopped.
# Prints `EPOCH.NANOS begin N` and `EPOCH.NANOS end N status S`; what the command itself prints goes to stderr, the unit's log,
# but what it writes to its descriptor 3 stands between the two. SIGUSR1 asks for an end after the try that runs, SIGTERM or SIGINT
# for one now: a try that is cut off has no end.
set -u
times=$1 interval=$2 timeout=$3
shift 3

now() {
  stamp=$(date +%s.%N)
  case $stamp in *N*) stamp=$(date +%s).000000000 ;; esac
  echo "$stamp"
}

# In a process of its own, which it becomes: `timeout` has a process group of its own, so it must be told itself.
bounded() {
  if command -v timeout >/dev/null 2>&1; then exec timeout "$timeout" "$@"; else exec "$@"; fi
}

is_last='' is_cut='' was_told='' try='' nap=''
trap 'is_last=1 was_told=1; [ -z "$nap" ] || kill "$nap"' USR1
trap 'is_last=1 was_told=1 is_cut=1; [ -z "$nap$try" ] || kill $nap $try' TERM INT

goes_on() {
  [ -z "$is_last" ] && { [ "$times" -eq 0 ] || [ "$count" -lt "$times" ]; }
}

# A signal breaks off a wait, which then goes on.
outcome() { # sets $status
  while :; do
    was_told=''
    wait "$try"
    status=$?
    if [ -z "$was_told" ] || [ $status -le 128 ]; then break; fi
  done
  try=''
}

rest() {
  sleep "$interval" &
  nap=$!
  [ -n "$is_last" ] || wait "$nap"
  nap=''
}

count=0
while goes_on; do
  count=$((count + 1))
  echo "$(now) begin $count"
  bounded "$@" 3>&1 >&2 </dev/null &
  try=$!
  [ -z "$is_cut" ] || kill "$try"
  outcome
  [ -z "$is_cut" ] || exit 143
  echo "$(now) end $count status $status"
  if goes_on; then rest; fi
done
