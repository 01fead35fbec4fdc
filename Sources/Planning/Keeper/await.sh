#!/bin/sh
# Waits until so many lines of a file that grows match, prints the last of them behind its number, and ends.
# Usage: await.sh FILE COUNT PATTERN     PATTERN: a POSIX extended regular expression; only whole lines are looked at
set -u
file=$1 count=$2 pattern=$3
fifo=$file.$$.fifo
mkfifo "$fifo" || exit 1
until [ -e "$file" ]; do sleep 1; done
tail -n +1 -f -- "$file" >"$fifo" &
tail=$!
trap 'kill $tail 2>/dev/null' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
exec 3<"$fifo"
rm -f "$fifo"
found=$(grep -n -E -m "$count" -e "$pattern" <&3) || exit 1
printf '%s\n' "$found" | tail -n 1
