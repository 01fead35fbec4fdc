#!/bin/sh
# The network namespaces of one case on one host: found once, and entered only while they are still what was found.
#
#   namespace.sh find  DIR NAME container|pod|netns|pid VALUE   notes where it is; prints `NAME INODE PID ENGINE ID`
#   namespace.sh seek  DIR NAME container|pod|netns|pid VALUE   prints the same and notes nothing: DIR need not be there
#   namespace.sh look  DIR NAME                                 status 125 where it is no more what was found
#   namespace.sh enter DIR NAME net COMMAND ARG...              runs a command in its network, with the host's programs
#   namespace.sh enter DIR NAME all COMMAND ARG...              runs it among the container's own files and processes
#
# DIR/NAME.ns holds PATH INODE PID BORN ENGINE ID. A process number may be given to another process: it is believed only with its start
# time, and a namespace only with its inode.
#
# shellcheck disable=SC2154 # variables that the functions of keeper.sh set
verb=${1-} dir=${2-}
[ $# -ge 3 ] || {
  echo 'usage: namespace.sh find|seek|look|enter FOLDER NAME ...' >&2
  exit 64
}
# shellcheck source=/dev/null
[ "$verb" = seek ] || . "$dir/keeper.sh" # who seeks has given its text before this one
open_case "$dir"
open_unit "$3"
shift 3

# --- finding

found='' count=0 asked='' called='' label=''

# One process number and one id per line.
add() { # ENGINE LINES
  asked="$asked $1"
  while read -r number id; do
    case $number in '' | 0 | *[!0-9]*) continue ;; esac
    case " $found " in *" $number "*) continue ;; esac
    count=$((count + 1)) found="$found $number" pid=$number engine=$1 identity=${id:--}
    short=${id%"${id#????????????}"}
    called="$called${called:+, }$1 ${label:-${short:-$id}}"
  done <<EOF
$2
EOF
}

find_container() { # NAME OR ID
  for each in docker podman nerdctl; do
    has $each || continue
    add $each "$($each inspect --type container --format '{{.State.Pid}} {{.Id}}' "$1" 2>/dev/null)"
  done
  has crictl || return 0
  ids=$(crictl ps --quiet --name "^$1\$" 2>/dev/null)
  [ -n "$ids" ] || ids=$(crictl ps --quiet --id "$1" 2>/dev/null)
  for id in $ids; do
    add crictl "$(crictl inspect --output go-template --template '{{.info.pid}} {{.status.id}}' "$id" 2>/dev/null)"
  done
  asked="$asked crictl"
}

find_pod() { # NAMESPACE/NAME or NAMESPACE/NAME-*
  has crictl || say "there is no \`crictl\` here to ask for pods" 127
  name_there="^${1#*/}\$"
  case $1 in *'*') name_there="^${1#*/}" name_there=${name_there%\*} ;; esac
  for id in $(crictl pods --quiet --state ready --namespace "${1%%/*}" --name "$name_there" 2>/dev/null); do
    label=$(crictl inspectp --output go-template --template '{{.status.metadata.name}}' "$id" 2>/dev/null)
    add crictl "$(crictl inspectp --output go-template --template '{{.info.pid}} {{.status.id}}' "$id" 2>/dev/null)"
  done
  asked="$asked crictl"
}

note() { # PATH
  inode=$(stat -L -c %i -- "$1" 2>/dev/null)
  [ -n "$inode" ] || say "\`$1\` cannot be looked at" 1
  [ "$verb" = seek ] || echo "$1 $inode $pid $born $engine $identity" >"$unit.ns" || exit 1
  echo "$name $inode $pid $engine $identity"
}

find_namespace() { # KIND VALUE
  pid=- born=- engine=- identity=-
  case $2 in '' | -*) say "\`$2\` names no $1" 64 ;; esac
  case $1 in
    netns)
      for place in "/run/netns/$2" "/var/run/netns/$2"; do
        if [ -e "$place" ]; then
          note "$place"
          return
        fi
      done
      say "there is no network namespace \`$2\` here" 1
      ;;
    pid)
      pid=$2 count=1
      ;;
    container | pod)
      one='name one by its id'
      [ "$1" = container ] || one='name one in full'
      "find_$1" "$2"
      [ -n "$asked" ] || say "there is no docker, podman, nerdctl or crictl here to ask for $1 \`$2\`" 127
      [ $count -gt 0 ] || say "no running $1 \`$2\` is known to${asked}" 1
      [ $count -eq 1 ] || say "$count ${1}s here are called \`$2\` ($called): $one" 1
      ;;
    *) say "\`$1\` is no kind of namespace" 64 ;;
  esac
  look "$pid" || say "there is no process $pid here" 1
  note "/proc/$pid/ns/net"
}

# --- entering

gone() { say "namespace \`$name\` is not what it was: its container was replaced, or has ended" 125; }

look_at() { # sets $place and $pid
  { read -r place inode pid born rest; } 2>/dev/null <"$unit.ns" || say "namespace \`$name\` was not found before" 125
  since=$born
  [ "$(stat -L -c %i -- "$place" 2>/dev/null)" = "$inode" ] || gone
  [ "$pid" = - ] || runs "$pid" "$since" || gone
}

enter() { # net|all COMMAND ARG...
  how=$1
  shift
  look_at
  has nsenter || say "there is no \`nsenter\` here (package util-linux)" 127
  if [ "$pid" = - ]; then exec nsenter --net="$place" "$@"; fi
  case $how in
    net) exec nsenter --net="$place" "$@" ;;
    all) exec nsenter --target "$pid" --mount --uts --ipc --net --pid --root --wd "$@" ;;
    *) say "\`$how\` is neither net nor all" 64 ;;
  esac
}

case $verb in
  find | seek) find_namespace "$@" ;;
  look) look_at ;;
  enter) enter "$@" ;;
  *) say "\`$verb\` is not something that is done with a namespace" 64 ;;
esac
