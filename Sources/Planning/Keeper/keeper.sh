#!/bin/sh
# The watchdog of one case on one host: POSIX sh, for dash, busybox ash and bash.
#
#   keeper.sh start DIR NAME KEY=VALUE... -- COMMAND ARG...   put a unit under a keeper and a guard; returns at once
#   keeper.sh end   DIR       ask all units to end; end what nobody watches any more
#   keeper.sh sweep DIR       remove DIR if nothing of it lives and all is undone: `removed`, or what is left and 2
#   keeper.sh list  ROOT      CASEID live|stopped BYTES for every case's folder below ROOT
#
# Three processes per unit. The command. The keeper: looks at the command, the heartbeat, the stop files and the limits
# a few times a second, and ends the command. The guard: blocks on a fifo that only the keeper could write to, so it
# wakes when the keeper dies of anything, ends the command and undoes. `over` is written before the guard looks for the
# command, `pid` before the command looks for `over`: whichever way they race, one of them sees the other.
#
# Files of a unit: state (replaced by rename), unit (what others must know of its settings), keeper, guard, pid (each a
# number and the start time that makes it ours), armed, stop, over, undo, undone, log, keeper.log. Times are counted in
# hundredths of a second of uptime, since the wall clock may step. Nothing here may fork without need: it runs beside
# production.
#
# watch.sh reads this file for its functions.
set -u
umask 022 # the folder is 0700; within it the login user must be able to read what root's keeper wrote
LC_ALL=C
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH

refuse() { # MESSAGE
  printf 'keeper: %s\n' "$1" >&2
  exit 64
}

say() { # MESSAGE STATUS: for the scripts that read this one
  printf '%s\n' "$1" >&2
  exit "$2"
}

has() { command -v "$1" >/dev/null 2>&1; }

# The only places that are ever written to or removed.
open_case() { # DIR
  dir=$1
  case $dir in /var/tmp/stakeout-?*) id=${dir#/var/tmp/stakeout-} ;; *) id=/ ;; esac
  case $id in
    *[!A-Za-z0-9._~@%+-]* | *..*) refuse "\`$dir\` is not a case's folder (/var/tmp/stakeout-CASEID), left alone" ;;
  esac
  [ ! -L "$dir" ] || refuse "\`$dir\` is a symbolic link, left alone"
}

open_unit() { # NAME
  case $1 in
    '' | [.-]* | *[!A-Za-z0-9._~@%+-]*) refuse "\`$1\` cannot be a unit's name: letters, digits and ._~@%+- only" ;;
  esac
  name=$1 unit=$dir/$1
}

# --- time, processes, sizes: results in variables, because a command substitution is a fork

without_leading_zeros() { # DIGITS: sets $number, which the shell must not take for octal
  number=$1
  while :; do case $number in 0?*) number=${number#0} ;; *) return ;; esac done
}

hundredths() { # SECONDS, with decimals or without: sets $number
  case $1 in '' | .* | *[!0-9.]* | *.*.*) refuse "\`$1\` is not a number of seconds" ;; esac
  case $1 in *.*) decimals=${1#*.}00 ;; *) decimals=00 ;; esac
  without_leading_zeros "${1%%.*}${decimals%"${decimals#??}"}"
}

clock() { # sets $uptime
  read -r uptime rest </proc/uptime
  hundredths "$uptime"
  uptime=$number
}

# sets $instant to a file's mtime, EPOCH.NANOS
# shellcheck disable=SC2086 # the words are wanted
stamp() { # FILE
  rest=$(stat -c '%Y %y' -- "$1" 2>/dev/null)
  set -- ${rest:-"$(date +%s)"}
  rest=${3-}
  case $rest in *.*) rest=${rest#*.} ;; *) rest= ;; esac
  case $rest in '' | *[!0-9]*) rest=000000000 ;; esac
  instant=$1.$rest
}

# sets $instant to now; a `date` without nanoseconds is replaced by the mtime of a file just written
now() { # FILE
  instant=$(date +%s.%N)
  case ${instant#*.} in
    '' | *[!0-9]*)
      echo >"$1"
      stamp "$1"
      ;;
  esac
}

# sets $mode (its state letter), $group, $session and $born; fails if there is no such process
# shellcheck disable=SC2086 # the words are wanted
look() { # PID
  line=
  { read -r line; } 2>/dev/null <"/proc/$1/stat" || return 1
  set -- ${line##*)} # the name before it may hold blanks and parentheses
  [ $# -ge 20 ] || return 1
  mode=$1 group=$3 session=$4
  shift 19
  born=$1
}

runs() { # PID BORN
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  look "$1" || return 1
  case $mode in Z | X | x) return 1 ;; esac
  [ "$born" = "$2" ]
}

has_ended() {
  line=
  { read -r line rest; } 2>/dev/null <"$unit.state"
  [ "$line" = ended ]
}

# sets $living to those of the unit's processes that live; where /proc hides others' processes (hidepid) a unit that has
# not ended counts as living
alive() {
  living=
  for part in keeper guard pid; do
    number='' since=''
    { read -r number since; } 2>/dev/null <"$unit.$part" || continue
    if runs "$number" "$since"; then living="$living $part $number"; fi
  done
  if [ -z "$living" ] && ! look 1 && ! has_ended; then living=' hidden'; fi
  [ -n "$living" ]
}

sign() { # PART: the running shell is that part of the unit
  look $$ && echo "$$ $born" >"$unit.$1"
}

# waits until a process is gone; fails if it outlives the time
until_gone() { # PID BORN HUNDREDTHS
  clock
  limit=$((uptime + $3))
  while runs "$1" "$2"; do
    [ "$uptime" -lt "$limit" ] || return 1
    sleep "$tick"
    clock
  done
}

# sets $size to the output's size, all files of a ring together
measure() {
  size=0
  [ "$out" != - ] || return 0
  set -- "$dir/$out"
  case $out in *.pcap) set -- "$@" "$dir/$out"[0-9]* ;; esac
  for file; do
    [ -f "$file" ] || continue
    bytes_there=$(stat -c %s -- "$file" 2>/dev/null) || bytes_there=$(wc -c <"$file")
    case $bytes_there in '' | *[!0-9]*) ;; *) size=$((size + bytes_there)) ;; esac
  done
}

# sets $free to the kilobytes that are free in the case's folder, or to -
# shellcheck disable=SC2086 # the words are wanted
measure_free() {
  free=-
  rest=$(df -Pk "$dir" 2>/dev/null)
  set -- ${rest#*on}
  while [ $# -gt 1 ]; do # a device's name may hold blanks: what is free stands before the percentage
    case $2 in
      *[0-9]%)
        free=$1
        break
        ;;
    esac
    shift
  done
  case $free in '' | *[!0-9]*) free=- ;; esac
}

# On a full disk the rename cannot be had: then the line goes over the old one, whose block is there already.
put_state() { # WORD...
  { echo "$*" >"$unit.state.new"; } 2>/dev/null && mv -f "$unit.state.new" "$unit.state" || echo "$*" 1<>"$unit.state"
}

# --- settings

configure() { # KEY=VALUE... --: sets $skip to their number
  kind=capture silence=3000 grace=3000 duration=0 bytes=0 floor=0 deadline=0 flush=200
  out=- stdout='' signal=INT ready='' tick=0.2 skip=0
  for word; do
    [ "$word" != -- ] || break
    skip=$((skip + 1))
    set_one "${word%%=*}" "${word#*=}"
  done
  case $kind in capture | probe) ;; *) refuse "\`kind=$kind\` is neither capture nor probe" ;; esac
  case $signal in '' | *[!A-Z0-9]*) refuse "\`signal=$signal\` is no signal's name" ;; esac
  case $out in '' | .* | *[!A-Za-z0-9._~@%+-]*) refuse "\`$out\` is not the name of a file in the case's folder" ;; esac
  case $bytes$floor$deadline in *[!0-9]*) refuse "bytes, floor and deadline are whole numbers" ;; esac
}

set_one() { # KEY VALUE
  case $1 in
    silence | grace | duration | flush | poll) hundredths "$2" ;;
  esac
  case $1 in
    kind) kind=$2 ;;
    silence) silence=$number ;;
    grace) grace=$number ;;
    duration) duration=$number ;;
    flush) flush=$number ;;
    poll) tick=$2 ;;
    bytes) bytes=$2 ;;
    floor) floor=$2 ;;
    deadline) deadline=$2 ;;
    out) out=$2 ;;
    stdout) out=$2 stdout=$2 ;;
    signal) signal=$2 ;;
    ready) ready=$2 ;;
    *) refuse "\`$1\` is not a setting of a unit" ;;
  esac
}

# what the guard and the watch must know of a unit that is already there
recall() {
  out=- signal=INT flush=200 kind=capture tick=0.2
  { read -r out signal flush kind; } 2>/dev/null <"$unit.unit"
  slow_sleep
}

slow_sleep() { # without fractions a look a second must do
  sleep 0.01 2>/dev/null || tick=1
}

detached() { # COMMAND...: a session of its own, so that no hang-up and no signal to our group reaches it
  if command -v setsid >/dev/null; then exec setsid "$@"; fi
  trap '' HUP
  exec "$@"
}

# --- start

start() { # DIR NAME KEY=VALUE... -- COMMAND ARG...
  [ $# -ge 4 ] || refuse 'start needs DIR NAME KEY=VALUE... -- COMMAND'
  open_case "$1"
  open_unit "$2"
  [ -d "$dir" ] || refuse "\`$dir\` is not there"
  shift 2
  configure "$@"
  [ $# -ge $((skip + 2)) ] || refuse "unit \`$name\` has no command"
  tick=0.02
  slow_sleep
  (set -C && echo "$out $signal $flush $kind" >"$unit.unit") 2>/dev/null ||
    refuse "unit \`$name\` was started before in \`$dir\`; what it left is kept"
  now "$unit.state.new"
  put_state starting "$instant"
  detached sh "$dir/keeper.sh" keep "$dir" "$name" "$@" \
    </dev/null >/dev/null 2>>"$unit.keeper.log" 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&- &
  wait_for_both
}

# With a guard on its post all is taken care of; a keeper that dies before that has nobody else to notice.
wait_for_both() {
  clock
  latest=$((uptime + 1000))
  until [ -s "$unit.guard" ]; do
    number='' since=''
    { read -r number since; } 2>/dev/null <"$unit.keeper"
    if [ -n "$since" ] && ! runs "$number" "$since"; then
      alive || take_over
      give_up 'died before anything was started'
    fi
    [ "$uptime" -le "$latest" ] || give_up 'did not come up within 10 s and was told to stop'
    sleep "$tick"
    clock
  done
}

give_up() { # WHAT
  echo >"$unit.stop"
  echo "keeper: the keeper of unit \`$name\` $1; see \`$unit.keeper.log\`" >&2
  exit 1
}

# --- the keeper

keep() { # DIR NAME KEY=VALUE... -- COMMAND ARG...
  open_case "$1"
  open_unit "$2"
  shift 2
  configure "$@"
  shift $((skip + 1))
  poll=$tick
  slow_sleep
  [ "$tick" != 1 ] || poll=1
  told='' reason='' pid='' armed='' last_beat='' silent='' guard='' guard_born=''
  size=0 next_second=0 next_free=0
  trap 'told=1' TERM
  sign keeper
  clock
  began=$uptime heard=$uptime last_weighed=$uptime next_size=$((uptime + 20)) # a rate wants some time between two looks
  if [ "$deadline" -gt 0 ]; then deadline=$((uptime + (deadline - $(date +%s)) * 100 + 1)); fi
  rm -f "$unit.fifo"
  mkfifo "$unit.fifo" || exit 1
  exec 9<>"$unit.fifo"
  exec 8<"$unit.fifo"
  rm -f "$unit.fifo"
  # From here on the write end is only the shell's own saved copy of 9, which is close-on-exec: no child inherits it.
  watch_over "$@" 9>&-
}

watch_over() { # COMMAND ARG...
  post_guard
  detached sh "$dir/keeper.sh" run "$dir" "$name" "$bytes" "$@" \
    </dev/null >>"${stdout:+$dir/}${stdout:-$unit.log}" 2>>"$unit.log" 8<&- &
  pid=$!
  look "$pid"
  pid_born=$born
  tick=0.02
  [ "$poll" != 1 ] || tick=1
  while runs "$pid" "$pid_born"; do
    [ -n "$armed" ] || note_ready
    hear
    is_due && break
    sleep "$tick"
    clock
    if [ -n "$armed" ] || [ $((uptime - began)) -gt 1000 ]; then tick=$poll; fi
  done
  [ -z "$reason" ] || end_command
  conclude
}

post_guard() {
  detached sh "$dir/keeper.sh" guard "$dir" "$name" <&8 8<&- &
  guard=$! guard_born=
  look "$guard" && guard_born=$born
}

# Armed is the moment at which the command said so: the time its log was written.
note_ready() {
  if [ -n "$ready" ]; then
    says_ready 2>/dev/null <"$unit.log" || return 0
    stamp "$unit.log"
  else
    [ -s "$unit.pid" ] || return 0
    stamp "$unit.pid"
  fi
  armed=$uptime
  echo "$instant" >"$unit.armed"
  put_state recording "$instant" "$pid"
}

says_ready() { # reads the log's beginning
  lines=0
  while read -r line || [ -n "$line" ]; do
    case $line in *"$ready"*) return 0 ;; esac
    lines=$((lines + 1))
    [ $lines -lt 200 ] || return 1
  done
  return 1
}

# A beat is a change of the file's content; its mtime would be the wall clock's. One that goes away on purpose says until when
# silence is none.
hear() {
  beat=
  { read -r beat; } 2>/dev/null <"$dir/beat"
  [ "$beat" != "$last_beat" ] || return 0
  last_beat=$beat heard=$uptime silent=
  case $beat in *' until '*[0-9]) heard=${beat##* } ;; esac
}

is_due() { # sets $reason
  if [ -n "$told" ] || [ -e "$dir/stop" ] || [ -e "$unit.stop" ]; then
    reason=stop
  elif [ "$silence" -gt 0 ] && [ $((uptime - heard)) -ge "$silence" ]; then
    grow_silent
  fi
  since=${armed:-$began}
  if [ -n "$reason" ]; then return 0; fi
  if [ "$duration" -gt 0 ] && [ $((uptime - since)) -ge "$duration" ]; then reason=duration; fi
  if [ "$deadline" -ne 0 ] && [ "$uptime" -ge "$deadline" ]; then reason=deadline; fi
  if [ "$bytes" -gt 0 ] && [ "$uptime" -ge "$next_size" ]; then weigh; fi
  if [ "$uptime" -ge "$next_second" ]; then look_closer; fi
  [ -n "$reason" ]
}

grow_silent() {
  if [ -z "$silent" ]; then # instruments go at once, whatever the grace of the capture; a probe ends first
    silent=1
    [ "$kind" = probe ] || undo
  fi
  if [ "$kind" = probe ] || [ $((uptime - heard)) -ge $((silence + grace)) ]; then reason=silence; fi
}

# Ended shortly before its limit a command still says its drop counts and closes its file well; the kernel's limit,
# which is exact, would cut it off. So the nearer the limit, by the present rate, the more often the size is looked at.
weigh() {
  last_size=$size
  measure
  time_left=100
  if [ "$size" -gt "$last_size" ]; then
    time_left=$(((bytes - size) * (uptime - last_weighed) / (size - last_size)))
  fi
  last_weighed=$uptime next_size=$((uptime + (time_left < 200 ? time_left / 2 : 100)))
  if [ "$time_left" -le 25 ] || [ "$size" -ge "$bytes" ]; then reason=size; fi
}

look_closer() {
  next_second=$((uptime + 100))
  runs "$guard" "$guard_born" || post_guard
  if [ "$floor" -gt 0 ] && [ "$uptime" -ge "$next_free" ]; then
    next_free=$((uptime + 500))
    measure_free
    if [ "$free" != - ] && [ "$free" -lt "$floor" ]; then reason=disk; fi
  fi
}

# Packets lie up to a second in the kernel's ring: a capture signalled at once loses them and says that it dropped none.
end_command() {
  tick=0.05
  [ "$poll" != 1 ] || tick=1
  case $reason in size | disk) flush=0 ;; esac
  if [ -n "$armed" ] && [ "$flush" -gt 0 ]; then
    [ "$kind" != probe ] || finish_try
    until_gone "$pid" "$pid_born" "$flush" && return
  fi
  ask_to_end
}

# The try that runs when the fault comes is the one that somebody will ask for: it may end, and none begins after it.
finish_try() {
  ! runs "$pid" "$pid_born" || kill -USR1 "$pid" 2>/dev/null
}

ask_to_end() {
  send "$signal"
  until_gone "$pid" "$pid_born" 1000 && return
  send KILL
  until_gone "$pid" "$pid_born" 500
}

send() { # SIGNAL
  runs "$pid" "$pid_born" || return 0
  asked=$1
  # A shell starts what runs beside it with SIGINT ignored; tcpdump and ping catch it all the same, others need SIGTERM.
  if [ "$asked" = INT ] && ignores_interrupt; then asked=TERM; fi
  # Only this form names a group in all shells: dash knows no group after -s, ash no `--`.
  if [ "$group" = "$pid" ]; then kill "-$asked" "-$pid"; else kill "-$asked" "$pid"; fi 2>/dev/null
}

# What a probe's script left running in the session that was made for it, in whatever group.
end_children() {
  [ "$kind" = probe ] || kill -0 "-$pid" 2>/dev/null || return 0
  for process in /proc/[0-9]*; do
    look "${process#/proc/}" || continue
    if [ "$session" = "$pid" ] && [ "$born" -ge "$pid_born" ]; then kill -KILL "${process#/proc/}" 2>/dev/null; fi
  done
}

ignores_interrupt() {
  { while read -r line rest; do
    case $line in SigIgn:)
      case $rest in *[2367abef]) return 0 ;; *) return 1 ;; esac
      ;;
    esac
  done; } 2>/dev/null <"/proc/$pid/status"
  return 1
}

# The command has ended, or will never: what it leaves behind is ended, then all is undone, and only then it is said.
conclude() {
  status=-
  if ! runs "$pid" "$pid_born"; then
    wait "$pid"
    status=$?
  fi
  end_children
  now "$unit.state.new"
  ended=$instant
  measure
  [ -n "$armed" ] || note_ready
  [ -n "$reason" ] || judge
  undo
  put_state ended "$ended" "$reason" "$status" "$size"
}

judge() { # it ended by itself
  free=-
  [ "$floor" -eq 0 ] || measure_free
  if [ -z "$armed" ]; then
    reason=failed
  elif [ "$bytes" -gt 0 ] && [ "$size" -ge "$bytes" ] && [ "$status" != 0 ]; then
    reason=size
  elif [ "$status" != 0 ] && [ "$free" != - ] && [ "$free" -lt "$floor" ]; then
    reason=disk
  elif [ -z "$ready" ] && { [ "$status" = 126 ] || [ "$status" = 127 ]; }; then
    reason=failed
  elif [ "$status" = 0 ] && [ "$kind" = capture ]; then
    reason=packets
  else
    reason=died
  fi
}

# Runs the undo script, 20 s at most; it is idempotent, so twice is right where once is not certain.
undo() {
  [ -e "$unit.undo" ] || return 0
  sh "$unit.undo" </dev/null >>"$unit.log" 2>&1 8<&- &
  undoing=$!
  look "$undoing"
  if until_gone "$undoing" "$born" 2000; then
    wait "$undoing"
    echo $? >"$unit.undone"
  else
    kill -KILL "$undoing" 2>/dev/null
    echo 124 >"$unit.undone"
  fi
}

# --- the command, in the moment before it is the command

run() { # DIR NAME BYTES COMMAND ARG...
  open_case "$1"
  open_unit "$2"
  sign pid
  [ ! -e "$unit.over" ] || exit 125 # the keeper is gone, and the guard may have looked already
  # shellcheck disable=SC3045 # every shell that matters has it
  ulimit -c 0 2>/dev/null
  [ "$3" -eq 0 ] || limit_file_size "$3"
  cd "$dir" || exit 125
  shift 3
  exec "$@"
}

# The unit of `ulimit -f` is 512 bytes in some shells and 1024 in others: one is set and the kernel asked what it took.
limit_file_size() { # BYTES
  # shellcheck disable=SC3045 # a shell without it gives the fallback
  block=$(ulimit -S -f 64 2>/dev/null && file_size_limit)
  case $block in '' | *[!0-9]*) block=65536 ;; esac
  block=$((block / 64))
  ulimit -f $((($1 + block - 1) / block)) 2>/dev/null ||
    echo 'keeper: the kernel does not hold the size limit; the size is only looked at now and then' >&2
}

file_size_limit() {
  while read -r first second third soft rest; do
    case "$first $second $third" in 'Max file size') echo "$soft" ;; esac
  done </proc/self/limits
}

# --- the guard

guard() { # DIR NAME; stdin is the fifo
  open_case "$1"
  open_unit "$2"
  trap : TERM
  sign guard
  recall
  read -r keeper_pid keeper_born <"$unit.keeper"
  while :; do
    read -r rest
    runs "$keeper_pid" "$keeper_born" || break
    sleep 1 # only a signal wakes it while the keeper lives
  done
  take_over
}

# ends what a dead keeper left
take_over() {
  has_ended && return 0
  : >"$unit.over"
  pid='' pid_born=''
  if { read -r pid pid_born; } 2>/dev/null <"$unit.pid" && runs "$pid" "$pid_born"; then
    tick=0.05
    slow_sleep
    until_gone "$pid" "$pid_born" "$flush" || ask_to_end
    end_children
  fi
  now "$unit.state.new"
  ended=$instant
  measure
  undo
  put_state ended "$ended" killed - "$size"
}

# --- the folder

each_unit() { # FUNCTION: called with $name and $unit set
  for file_of_unit in "$dir"/*.unit; do
    [ -f "$file_of_unit" ] || continue
    file_of_unit=${file_of_unit##*/}
    open_unit "${file_of_unit%.unit}"
    "$1"
  done
}

end() { # DIR
  open_case "$1"
  [ -d "$dir" ] || return 0
  : >"$dir/stop"
  each_unit end_unwatched
}

end_unwatched() {
  alive
  case $living in *keeper* | *guard* | *hidden*) return 0 ;; esac
  recall
  take_over
}

sweep() { # DIR
  open_case "$1"
  left=
  each_unit name_what_lives
  [ -n "$left" ] || each_unit name_what_is_not_undone
  [ -z "$left" ] || exit 2
  rm -rf -- "$dir"
  if [ -e "$dir" ]; then
    echo "folder $dir"
    exit 2
  fi
  echo removed
}

# A unit that has ended is given the moment that its keeper and its guard need to end too.
name_what_lives() {
  tick=0.05
  slow_sleep
  clock
  latest=$((uptime + 200))
  while alive; do
    if ! has_ended || [ "$uptime" -gt "$latest" ]; then
      left=1
      echo "unit $name$living"
      return
    fi
    sleep "$tick"
    clock
  done
}

# With the folder the undo script would go: it gets another try, and if that fails too the folder stays.
name_what_is_not_undone() {
  [ -e "$unit.undo" ] || return 0
  undone=
  { read -r undone; } 2>/dev/null <"$unit.undone"
  [ "$undone" = 0 ] && return 0
  tick=0.05
  slow_sleep
  undo
  read -r undone <"$unit.undone"
  [ "$undone" != 0 ] || return 0
  left=1
  echo "undo $name status $undone"
}

list() { # ROOT
  for dir in "$1"/stakeout-*; do
    case ${dir##*/stakeout-} in '' | *[!A-Za-z0-9._~@%+-]*) continue ;; esac
    if [ ! -d "$dir" ] || [ -L "$dir" ]; then continue; fi
    left=stopped
    if beats; then left=live; fi
    each_unit count_living
    kilobytes=$(du -sk "$dir" 2>/dev/null)
    kilobytes=${kilobytes%%[!0-9]*}
    echo "${dir##*/stakeout-} $left $((${kilobytes:-0} * 1024))"
  done
}

count_living() {
  if alive; then left=live; fi
}

# Whether a controller was heard less than 30 s ago, though nothing may run at the moment.
beats() {
  beat=
  { read -r beat rest; } 2>/dev/null <"$dir/beat" || return 1
  case $beat in '' | *[!0-9]*) return 1 ;; esac
  clock
  [ "$beat" -le "$uptime" ] && [ $((uptime - beat)) -lt 3000 ]
}

case ${0##*/} in
  keeper.sh)
    [ $# -ge 2 ] || refuse 'usage: keeper.sh start|end|sweep|list FOLDER ...'
    verb=$1
    shift
    case $verb in
      start | keep | run | guard | end | sweep | list) "$verb" "$@" ;;
      *) refuse "\`$verb\` is not something a keeper does" ;;
    esac
    exit
    ;;
esac
