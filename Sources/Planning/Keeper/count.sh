#!/bin/sh
# Waits until a counter of this network namespace has risen by more than so much, says by how much, and ends.
# Usage: count.sh COUNTER RISE     COUNTER: as nstat calls it, TcpExtListenOverflows
#
# It looks every second, and forks for nothing but the sleep.
set -u
counter=$1 rise=$2

# sets $value; fails where the kernel has no such counter, which is not the same as 0
look() {
  for file in /proc/net/netstat /proc/net/snmp; do
    while read -r group names && read -r group values; do
      group=${group%:} column=0 found=
      case $counter in "$group"*) ;; *) continue ;; esac
      for name in $names; do
        column=$((column + 1))
        if [ "$group$name" = "$counter" ]; then
          found=$column
          break
        fi
      done
      [ -n "$found" ] || continue
      # shellcheck disable=SC2086 # the words are wanted
      set -- $values
      shift $((found - 1))
      value=$1
      return
    done <"$file"
  done
  return 1
}

look || {
  echo "this kernel has no counter \`$counter\`" >&2
  exit 3
}
first=$value
until [ $((value - first)) -gt "$rise" ]; do
  sleep 1
  look || exit 3
done
echo "$counter rose by $((value - first))"
