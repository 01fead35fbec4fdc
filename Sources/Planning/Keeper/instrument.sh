#!/bin/sh
# Temporary changes to this host, or to the network namespace that it is run in, each with its way back.
#
#   instrument.sh hold DIR NAME log-invalid   makes the change, and holds it until it is ended
#   instrument.sh undo DIR NAME log-invalid   takes it back; may be done twice
#
# Says `changed` on stderr once it did. `log-invalid` has the kernel log what connection tracking finds INVALID: a rule logs ten
# such packets a second, and nf_conntrack_log_invalid says why each is; more than a thousand a second end it: a host is not to be
# slowed down. DIR/NAME.was holds what that setting was before, DIR/NAME.with what made the rule.
#
# shellcheck disable=SC2154 # variables that the functions of keeper.sh set
verb=${1-} dir=${2-}
[ $# -eq 4 ] || {
  echo 'usage: instrument.sh hold|undo FOLDER NAME log-invalid' >&2
  exit 64
}
# shellcheck source=/dev/null
. "$dir/keeper.sh"
open_case "$dir"
open_unit "$3"
setting=/proc/sys/net/netfilter/nf_conntrack_log_invalid
mark=stakeout:$id

# --- the rule: a table of our own where the host has nft; else a rule in its tables, known by its comment

name_table() { # a name in nft may not hold what a case's id may
  table=stakeout_$(printf %s "$id" | tr -c 'A-Za-z0-9' _)
}

# Where tables of the old kind are in use, rules of both kinds beside each other would be new to the host.
uses_nft() {
  tables=
  { read -r tables; } 2>/dev/null </proc/net/ip_tables_names
  [ -z "$tables" ] && has nft && nft list tables >/dev/null 2>&1
}

add_rule() {
  if uses_nft; then
    echo nft >"$unit.with" || return
    name_table
    nft -f - <<EOF
table inet $table {
  chain arriving { type filter hook prerouting priority -150; policy accept;
    ct state invalid limit rate 10/second burst 20 packets log prefix "stakeout invalid " comment "$mark"
  }
  chain leaving { type filter hook output priority -150; policy accept;
    ct state invalid limit rate 10/second burst 20 packets log prefix "stakeout invalid " comment "$mark"
  }
}
EOF
    return
  fi
  has iptables || say 'there is neither nft nor iptables here' 127
  echo iptables >"$unit.with" || return
  for tool in iptables ip6tables; do
    has $tool || continue
    for chain in PREROUTING OUTPUT; do change_rule $tool -I $chain || return; done
  done
}

change_rule() { # iptables|ip6tables -I|-D CHAIN
  "$1" -w -t mangle "$2" "$3" -m conntrack --ctstate INVALID -m limit --limit 10/second --limit-burst 20 \
    -m comment --comment "$mark" -j LOG --log-prefix 'stakeout invalid '
}

drop_rules() {
  with=
  { read -r with; } 2>/dev/null <"$unit.with"
  case $with in
    nft)
      name_table
      ! nft list table inet "$table" >/dev/null 2>&1 || nft delete table inet "$table"
      ;;
    iptables)
      for tool in iptables ip6tables; do
        has $tool || continue
        for chain in PREROUTING OUTPUT; do
          while "$tool" -w -t mangle -S $chain 2>/dev/null | grep -qF -- "$mark"; do
            change_rule "$tool" -D $chain || return
          done
        done
      done
      ;;
  esac
}

# --- the change

# Loading it would change the host more than anybody asked for.
hold() {
  [ -e "$setting" ] || say 'connection tracking is not in use here: nothing can be INVALID' 1
  if [ ! -e "$unit.was" ]; then cat "$setting" >"$unit.was" || say "\`$setting\` cannot be read" 1; fi
  trap 'exit 0' INT TERM
  add_rule || say 'the rule that logs INVALID packets was refused' 1
  echo 255 >"$setting" || say "\`$setting\` cannot be written" 1
  echo changed >&2
  watch_rate
}

# The setting itself knows no limit.
watch_rate() {
  count
  while :; do
    before=$invalid
    sleep 1
    count
    [ $((invalid - before)) -le 1000 ] || say 'more than 1,000 INVALID packets a second: logging them was ended' 3
  done
}

# sets $invalid to what all processors found so far
count() {
  invalid=0 column=0
  { while read -r line; do
    # shellcheck disable=SC2086 # the words are wanted
    set -- $line
    if [ "$column" = 0 ]; then
      for word; do
        column=$((column + 1))
        [ "$word" != invalid ] || break
      done
      continue
    fi
    [ $# -ge "$column" ] || continue
    shift $((column - 1))
    invalid=$((invalid + 0x$1))
  done; } 2>/dev/null </proc/net/stat/nf_conntrack
}

undo() {
  failed=
  drop_rules || failed=1
  was=
  { read -r was; } 2>/dev/null <"$unit.was"
  case $was in
    '' | *[!0-9]*) ;;
    *) [ ! -e "$setting" ] || echo "$was" >"$setting" || failed=1 ;;
  esac
  [ -z "$failed" ] || say "not all of instrument \`$name\` could be taken back" 1
}

case $4 in log-invalid) ;; *) say "\`$4\` is no instrument" 64 ;; esac
case $verb in
  hold | undo) "$verb" ;;
  *) say "\`$verb\` is not something that is done with an instrument" 64 ;;
esac
