#!/bin/sh
# The controller's ear on a host: `watch.sh DIR SECONDS [quiet]` answers one line for each line on stdin, until end of file, or until
# nothing was asked for SECONDS, or at most twice as long. A quiet one lets nobody believe that a controller is there.
#
#   beat         ok EPOCH.NANOS FREEKB UNIT=STATE:BYTES ...   STATE: starting, recording, ended-WHY
#   look         the same answer, without a beat
#   armed        UNIT=EPOCH.NANOS ...                         - for one that has not begun to record
#   state UNIT   the unit's state line
#   stop [UNIT]  ok; all units, or one, end
#   alone SECS   ok; nobody will be heard for so long, and triggers end the wait by themselves
#
# The keepers of the case's units hear of a beat through the file `beat`, whose content then changes.
#
# shellcheck disable=SC2034,SC2154 # variables that the functions of keeper.sh read and set
dir=${1-}
# shellcheck source=/dev/null
. "$dir/keeper.sh"

# Written over the old one, so that a full disk cannot silence a controller that is there.
beat() {
  clock
  beats=$((beats + 1))
  { echo "$uptime $$ $beats" 1<>"$dir/beat"; } 2>/dev/null
}

answer_beat() {
  [ -n "$is_leaving" ] || beat || return 1
  answer_look
}

answer_look() {
  now "$dir/beat.time"
  measure_free
  answer="ok $instant $free"
  each_unit add_state
}

add_state() {
  read_state
  case $phase in
    ended) answer="$answer $name=ended-$why:$bytes_then" ;;
    *)
      recall_output
      measure
      answer="$answer $name=$phase:$size"
      ;;
  esac
}

# A unit that says it records though nothing of it lives lost its keeper and its guard at once.
read_state() {
  phase=starting
  { read -r phase when why status bytes_then; } 2>/dev/null <"$unit.state"
  [ "$phase" = recording ] || return 0
  alive && return 0
  { read -r phase when why status bytes_then; } 2>/dev/null <"$unit.state"
  [ "$phase" = recording ] || return 0
  recall_output
  measure
  phase=ended why=killed bytes_then=$size
}

recall_output() {
  out=-
  { read -r out rest; } 2>/dev/null <"$unit.unit"
}

add_armed() {
  when=-
  { read -r when; } 2>/dev/null <"$unit.armed"
  answer="$answer${answer:+ }$name=$when"
}

of_unit() { # NAME: fails with an answer if there is none
  answer="error no unit \`$1\` here"
  case $1 in '' | [.-]* | *[!A-Za-z0-9._~@%+-]*) return 1 ;; esac
  [ -f "$dir/$1.unit" ] || return 1
  open_unit "$1"
}

# A trigger that came before anybody could know that nobody listens ends the wait now.
go_away() { # SECONDS
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  : >"$dir/alone" || return 1
  clock
  { echo "$uptime $$ $beats until $((uptime + $1 * 100))" 1<>"$dir/beat"; } || return 1
  is_leaving=1
  for file in "$dir"/*.fired; do
    [ ! -e "$file" ] || : >"$dir/stop"
  done
}

answer_line() { # VERB [UNIT]: sets $answer
  answer=
  case $1 in
    beat) answer_beat || answer="error the case's folder \`$dir\` cannot be written" ;;
    look) answer_look ;;
    armed) each_unit add_armed ;;
    state)
      of_unit "${2-}" || return 0
      answer="error unit \`$name\` has no state"
      read -r answer <"$unit.state"
      ;;
    stop)
      stop=$dir/stop
      if [ -n "${2-}" ]; then
        of_unit "$2" || return 0
        stop=$unit.stop
      fi
      answer=ok
      { echo >"$stop"; } 2>/dev/null || [ -e "$stop" ] || answer="error \`$stop\` could not be written"
      ;;
    alone)
      answer=ok
      go_away "${2-}" 2>/dev/null || answer="error \`$dir\` could not be told that nobody listens"
      ;;
    *) answer="error \`$1\` is not understood" ;;
  esac
}

# A connection that is cut without a word leaves its session standing for hours. Who reads nothing does not switch either.
end_in_silence() { # SECONDS
  (
    trap 'kill "$nap"; exit' TERM
    last=''
    while :; do
      sleep "$1" &
      nap=$!
      wait "$nap"
      switches=''
      while read -r line rest; do
        [ "$line" != voluntary_ctxt_switches: ] || switches=$rest
      done <"/proc/$$/status" || exit
      if [ "$switches" = "$last" ]; then kill -TERM $$ && exit; fi
      last=$switches
    done
  ) </dev/null >/dev/null 2>&1 &
  alarm=$!
  trap 'kill "$alarm" 2>/dev/null' EXIT
}

open_case "$dir"
beats=0 is_leaving=
case ${2-} in '' | *[!0-9]*) ;; *) end_in_silence "$2" ;; esac
[ "${3-}" = quiet ] || beat
while read -r verb rest; do
  answer_line "$verb" "$rest"
  printf '%s\n' "$answer"
done
