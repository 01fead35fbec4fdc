#!/bin/sh
# Waits for what a command waits for, notes when it came and what it printed in DIR/UNIT.fired, and ends.
# Usage: fire.sh DIR UNIT THEN watched|alone COMMAND ARG...
# Where nobody else is there to do so, everything on this host is asked to stop THEN seconds later.
set -u
dir=$1 unit=$2 then=$3 who=$4
shift 4
said=$("$@") || exit
# The moment as its modification time tells it would be the file system's: the clock itself is asked.
instant=$(date +%s.%N)
case $instant in *[!0-9.]* | *.) instant=$(date +%s).000000000 ;; esac
printf '%s %s\n' "$instant" "$said" >"$dir/$unit.fired.new" && mv -f "$dir/$unit.fired.new" "$dir/$unit.fired" || exit
[ "$who" = alone ] || [ -e "$dir/alone" ] || exit 0
sleep "$then"
: >"$dir/stop"
