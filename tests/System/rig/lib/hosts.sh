# shellcheck shell=bash
# Hosts: a set of namespaces on one underlay, and the services that run in them.

host_pid() { # prints the pid of HOST's pid 1, if it is still that process
  local p
  p=$(cat "$RIG_STATE/hosts/$1/pid" 2>/dev/null) || return 1
  tr '\0' ' ' < "/proc/$p/cmdline" 2>/dev/null | grep -q "rig-host-init $1 " || return 1
  echo "$p"
}
cgroups() { # the hierarchies of this machine, by directory name
  awk '$3 == "cgroup" || $3 == "cgroup2" { n = split($2, a, "/"); if ($2 ~ "^/sys/fs/cgroup/") print a[n] }' /proc/mounts
}
hexec() { # HOST CMD...
  local p
  p=$(host_pid "$1") || die "$1 is not up"
  shift
  nsenter -t "$p" -m -u -i -n -p -C -- "$HERE/rig-enter" "$@"
}
start_service() { # HOST SERVICE CMD...
  local h=$1 s=$2; shift 2
  printf '%q ' "$@" > "$RIG_STATE/hosts/$h/$s.cmd"
  hexec "$h" --bg "$s" "$RIG_STATE/hosts/$h/log/$s.log" "$@"
}
restart_service() { # HOST SERVICE: as it was started last
  eval "hexec $1 --bg $2 $RIG_STATE/hosts/$1/log/$2.log $(cat "$RIG_STATE/hosts/$1/$2.cmd")"
}
# shellcheck disable=SC2016 # expanded by the shell in the host
service_pid() { # HOST SERVICE -> pid inside the host
  hexec "$1" sh -c 'p=$(cat "/run/rig-$1.pid") && kill -0 $p && echo $p' sh "$2" 2>/dev/null
}
# shellcheck disable=SC2016 # expanded by the shell in the host
stop_service() { # HOST SERVICE SIGNAL
  hexec "$1" sh -c 'p=$(cat "/run/rig-$1.pid" 2>/dev/null) || exit 0
    kill -s "$2" "$p" 2>/dev/null
    i=0
    while kill -0 "$p" 2>/dev/null; do
      i=$((i+1))
      [ $i -le 100 ] || kill -9 "$p"
      sleep 0.1
    done
    rm -f "/run/rig-$1.pid"' sh "$2" "$3"
}

host_files() { # HOST IP4 IP6
  local d=$RIG_STATE/hosts/$1
  mkdir -p "$d/log" "$d/fs/etc"
  echo "$1" > "$d/fs/etc/hostname"
  printf '127.0.0.1 localhost\n::1 localhost\n%s %s\n' "$2" "$1" > "$d/fs/etc/hosts"
  printf 'nameserver %s\n' "$RIG_NET4.1" > "$d/fs/etc/resolv.conf"
  # A reboot keeps the identity of the machine.
  [ -e "$d/fs/etc/machine-id" ] || tr -d - < /proc/sys/kernel/random/uuid > "$d/fs/etc/machine-id"
  echo "$2" > "$d/ip4"
  echo "$3" > "$d/ip6"
}
control_network() { # IP4 IP6: the bridge that is the underlay, and this machine's leg on it
  ip -n control link add br0 type bridge
  ip netns exec control sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0 2>/dev/null || true
  ip -n control addr add "$1/24" dev br0
  ip -n control addr add "$2/64" dev br0 nodad
  ip -n control addr add "$RIG_INTERNET4/32" dev lo
  ip -n control addr add "$RIG_INTERNET6/128" dev lo nodad
  ip -n control link set br0 up
  ip link add rig0 mtu "$RIG_MTU" type veth peer name up0 netns control
  ip -n control link set up0 mtu "$RIG_MTU" master br0 up
  ip addr add "$RIG_NET4.1/24" dev rig0
  ip addr add "$RIG_NET6:1/64" dev rig0 nodad
  ip link set rig0 up
}
node_network() { # NODE IP4 IP6
  ip -n "$1" link add eth0 mtu "$RIG_MTU" type veth peer name "$1" netns control
  ip -n control link set "$1" mtu "$RIG_MTU" master br0 up
  ip -n "$1" addr add "$2/24" dev eth0
  ip -n "$1" addr add "$3/64" dev eth0 nodad
  ip -n "$1" link set eth0 up
  ip -n "$1" route add "$RIG_INTERNET4" via "$CONTROL4"
  ip -n "$1" -6 route add "$RIG_INTERNET6" via "$CONTROL6"
  ip netns exec "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}
host_network() { # HOST IP4 IP6
  ip netns add "$1"
  ip -n "$1" link set lo up
  if [ "$1" = control ]; then control_network "$2" "$3"; else node_network "$1" "$2" "$3"; fi
  ip -n "$1" route add default via "$RIG_NET4.1"
  ip -n "$1" -6 route add default via "$RIG_NET6:1"
}
host_cgroups() { # HOST
  local c g parent
  for c in $(cgroups); do
    parent=/sys/fs/cgroup/$c
    for g in rig "$1"; do
      mkdir -p "$parent/$g"
      if [ -e "$parent/cpuset.mems" ]; then
        cat "$parent/cpuset.cpus" > "$parent/$g/cpuset.cpus"
        cat "$parent/cpuset.mems" > "$parent/$g/cpuset.mems"
      fi
      parent=$parent/$g
    done
  done
}
host_up() { # HOST IP4 IP6
  local h=$1 d=$RIG_STATE/hosts/$1 u
  host_files "$@"
  host_network "$@"
  host_cgroups "$h"
  rm -f "$d/ready"
  (
    for g in $(cgroups); do echo "$BASHPID" > "/sys/fs/cgroup/$g/rig/$h/cgroup.procs"; done
    RIG_CGROUPS=$(cgroups | tr '\n' ' ')
    export RIG_CGROUPS RIG_PRIVATE_DIRS="${PRIVATE_DIRS[*]}"
    cd /
    exec setsid nsenter --net="/run/netns/$h" \
      unshare -m -u -i -p -C --fork --kill-child "$HERE/rig-host-init" "$h" "$d"
  ) > "$d/log/init.log" 2>&1 < /dev/null &
  u=$!
  disown $u
  wait_for 20 "pid 1 of $h" test -e "$d/ready"
  ps -o pid= --ppid "$u" | tr -d ' ' > "$d/pid"
  host_pid "$h" > /dev/null || die "pid 1 of $h is not there: $(cat "$d/log/init.log")"
}

host_down() { # HOST
  local h=$1 p
  if p=$(host_pid "$h"); then
    kill -KILL "$p" 2>/dev/null || true
    for _ in $(seq 100); do [ -e "/proc/$p" ] || break; sleep 0.1; done
  fi
  if [ -d "$RIG_STATE/hosts/$h" ] && [ -e "/run/netns/$h" ]; then ip netns del "$h" || true; fi
}
cgroups_down() { # DIR under each hierarchy
  local g d
  for g in $(cgroups); do
    d=/sys/fs/cgroup/$g/$1
    for _ in 1 2 3 4 5 6 7 8 9 10; do
      [ -d "$d" ] || break
      find "$d" -depth -type d -exec rmdir {} + 2>/dev/null || true
      [ ! -d "$d" ] || sleep 0.3
    done
    [ ! -d "$d" ] || say "left: $d ($(find "$d" -name cgroup.procs -exec cat {} + 2>/dev/null | tr '\n' ' '))"
  done
}

