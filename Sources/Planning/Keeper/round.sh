#!/bin/sh
# One round of a probe to several targets at once; tells of each on file descriptor 3: `EPOCH.NANOS to NAME WHAT ok|failed MS`.
#
#   round.sh DIR ping    TIMEOUT SIZES df|- TARGET...     SIZES: payload bytes, with commas between; df: do not fragment
#   round.sh DIR connect TIMEOUT PORTS -    TARGET...     TCP: whether the port accepts
#
# A TARGET is an address, or `=NAME`: then DIR/peers has its addresses, `NAME ADDRESS ...` a line, and the first is taken that there is
# a route to from here: the network that the controller comes by may be none of those between the hosts. Ends with the number that
# failed.
set -u
LC_ALL=C
export LC_ALL
dir=$1 how=$2 timeout=$3 values=$4 df=$5
shift 5
whole=${timeout%%.*}
[ "$whole" -ge 1 ] || whole=1

now() {
  instant=$(date +%s.%N)
  case $instant in *[!0-9.]* | *.) instant=$(date +%s).000000000 ;; esac
}

address() { # TARGET: sets $address and $target
  target=${1#=} address=$1
  case $1 in =*) address=$(while read -r name there; do [ "$name" != "$target" ] || reachable "$there"; done 2>/dev/null <"$dir/peers") ;; esac
}

reachable() { # ADDRESSES: the first that another host has and this one has a route to; else the first
  first=${1%% *} rest="$1 "
  while [ -n "$rest" ]; do
    each=${rest%% *} rest=${rest#* }
    case $(ip -o route get "$each" 2>/dev/null) in
      '' | local* | unreachable* | blackhole* | prohibit*) ;;
      *) first=$each rest='' ;;
    esac
  done
  echo "$first"
}

# sets $outcome; fails if nothing came back
ping_once() { # SIZE
  set -- -n -c 1 -W "$whole" -s "$1"
  [ "$df" != df ] || set -- "$@" -M "do"
  said=$(ping "$@" -- "$address" 2>/dev/null) || return 1
  milliseconds=${said#*time=}
  outcome="${milliseconds%% *} ms"
}

connect_once() { # PORT
  now
  began=${instant%.*}${instant#*.}
  try_connect "$1" >/dev/null 2>&1 || return 1
  now
  outcome="$(((${instant%.*}${instant#*.} - began) / 1000)) us"
}

# shellcheck disable=SC2016 # expanded by the inner bash
try_connect() { # PORT
  if command -v bash >/dev/null; then
    timeout "$timeout" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$address" "$1"
  elif command -v python3 >/dev/null; then
    python3 -c 'import socket, sys
socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]))' "$address" "$1" "$timeout"
  elif command -v nc >/dev/null; then
    nc -z -w "$whole" -- "$address" "$1"
  else
    echo "there is no bash, python3 or nc here to connect with" >&2
    return 127
  fi
}

try() { # VALUE
  outcome='' word=failed
  if [ -n "$address" ]; then
    case $how in
      ping) if ping_once "$1"; then word=ok; fi ;;
      connect) if connect_once "$1"; then word=ok; fi ;;
    esac
  fi
  now
  echo "$instant to $target $how $1 $word $outcome" >&3
  [ $word = ok ]
}

tries=''
for each; do
  address "$each"
  rest=$values,
  while [ -n "$rest" ]; do
    try "${rest%%,*}" &
    tries="$tries $!"
    rest=${rest#*,}
  done
done
failed=0
for each in $tries; do
  wait "$each" || failed=$((failed + 1))
done
[ $failed -le 100 ] || failed=100
exit $failed
