#!/bin/sh
# Runs one command again and again and notes each time how it went, for the timeline.
# Usage: probe.sh TIMES INTERVAL TIMEOUT COMMAND ARG...     TIMES 0: until it is stopped.
# Prints `EPOCH.NANOS begin N` and `EPOCH.NANOS end N status S`; what the command itself prints goes to stderr, the unit's log,
# but what it writes to its descriptor 3 stands between the two.
set -u
times=$1 interval=$2 timeout=$3
shift 3

now() {
  stamp=$(date +%s.%N)
  case $stamp in *N*) stamp=$(date +%s).000000000 ;; esac
  echo "$stamp"
}

bounded() {
  if command -v timeout >/dev/null 2>&1; then timeout "$timeout" "$@"; else "$@"; fi
}

count=0
while [ "$times" -eq 0 ] || [ "$count" -lt "$times" ]; do
  count=$((count + 1))
  echo "$(now) begin $count"
  bounded "$@" 3>&1 >&2 </dev/null
  echo "$(now) end $count status $?"
  if [ "$times" -eq 0 ] || [ "$count" -lt "$times" ]; then sleep "$interval"; fi
done
