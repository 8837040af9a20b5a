# shellcheck shell=bash
# The stock CNI: ptp, host-local, portmap, and a route to every node's pods.

pod_cidrs() { kc get node "$1" -o jsonpath='{.spec.podCIDRs[*]}'; }
routes() { # add|del: routes to every node's pod range, on every other host and this machine
  local verb=$1 h n c via
  for n in $(nodes); do
    for c in $(pod_cidrs "$n"); do
      case $c in *:*) via=$(cat "$RIG_STATE/hosts/$n/ip6") ;; *) via=$(cat "$RIG_STATE/hosts/$n/ip4") ;; esac
      for h in $(hosts); do
        [ "$h" = "$n" ] && continue
        ip -n "$h" route "$verb" "$c" via "$via" 2>/dev/null || true
      done
      ip route "$verb" "$c" via "$via" 2>/dev/null || true
    done
  done
}
has_pod_range() { [ -n "$(pod_cidrs "$1")" ]; }
cni_stock() {
  local n c ranges routes='{"dst":"0.0.0.0/0"}'
  if [ "$RIG_FAMILY" = dual ]; then routes=$routes',{"dst":"::/0"}'; fi
  for n in $(nodes); do
    wait_for 30 "the pod range of $n" has_pod_range "$n"
    ranges=
    for c in $(pod_cidrs "$n"); do ranges="$ranges${ranges:+,}[{\"subnet\":\"$c\"}]"; done
    cat > "$RIG_STATE/hosts/$n/fs/etc/cni/net.d/50-rig-stock.conflist" <<C
{"cniVersion":"1.0.0","name":"stock","plugins":[
 {"type":"ptp","ipMasq":false,"mtu":$RIG_MTU,"ipam":{"type":"host-local","dataDir":"/run/cni-stock","ranges":[$ranges],"routes":[$routes]}},
 {"type":"portmap","capabilities":{"portMappings":true}}]}
C
  done
  routes add
}
cni_none() {
  local n
  routes del
  for n in $(nodes); do rm -f "$RIG_STATE/hosts/$n/fs/etc/cni/net.d/50-rig-stock.conflist"; done
}

