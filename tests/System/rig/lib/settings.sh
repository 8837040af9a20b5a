# shellcheck shell=bash disable=SC2034 # used by the other parts
# What can be set from outside, and what follows from it. 'up' writes its settings down, so that later commands agree with it.

RIG_STATE=${RIG_STATE:-/var/lib/rig}
KUBE_BIN=${KUBE_BIN:-$HOME/kube/bin}
RIG_IMAGES=${RIG_IMAGES:-$(dirname "$KUBE_BIN")/images}
RIG_CNI_BIN=${RIG_CNI_BIN:-/usr/lib/cni}
RIG_FAMILY=${RIG_FAMILY:-ipv4}        # ipv4 | dual
RIG_CNI=${RIG_CNI:-none}              # what 'up' configures: none | stock
RIG_PROXY=${RIG_PROXY:-iptables}      # iptables | nftables | none
RIG_DNS=${RIG_DNS:-yes}               # cluster DNS on the control host: yes | no
RIG_NET4=${RIG_NET4:-172.18.0}        # the underlay, a /24
RIG_NET6=${RIG_NET6:-fd00:18:}        # the underlay, a /64
RIG_POD4=${RIG_POD4:-10.244.0.0/16}
RIG_POD6=${RIG_POD6:-fd00:10:244::/56}
RIG_SVC4=${RIG_SVC4:-10.96.0.0/16}
RIG_SVC6=${RIG_SVC6:-fd00:10:96::/112}
RIG_INTERNET4=8.8.8.8                 # what the upstream suite takes for the Internet; lives on the control host
RIG_INTERNET6=2001:4860:4860::8888
RIG_PAUSE=${RIG_PAUSE:-registry.k8s.io/pause:3.10.2}
RIG_AGNHOST=${RIG_AGNHOST:-registry.k8s.io/e2e-test-images/agnhost:2.63.0}
RIG_BUSYBOX=${RIG_BUSYBOX:-registry.k8s.io/e2e-test-images/busybox:1.37.0-1}
RIG_MTU=${RIG_MTU:-1500}
RIG_V=${RIG_V:-2}                     # log level of the Kubernetes components
RIG_ALLOCATE_CIDRS=${RIG_ALLOCATE_CIDRS:-true}
SAVED=(KUBE_BIN RIG_IMAGES RIG_CNI_BIN RIG_FAMILY RIG_PROXY RIG_NET4 RIG_NET6 RIG_POD4 RIG_POD6 RIG_SVC4 RIG_SVC6
  RIG_PAUSE RIG_MTU RIG_V RIG_KUBELET_ARGS RIG_PRIVATE_EXTRA)
if [ "${1:-}" != up ] && [ -e "$RIG_STATE/settings" ]; then
  # shellcheck source=/dev/null
  source "$RIG_STATE/settings"
fi

# Flags and directories are words that blanks separate.
read -r -a APISERVER_ARGS <<< "${RIG_APISERVER_ARGS:-}"
read -r -a KCM_ARGS <<< "${RIG_KCM_ARGS:-}"
read -r -a KUBELET_ARGS <<< "${RIG_KUBELET_ARGS:-}"
read -r -a EXTRA_DIRS <<< "${RIG_PRIVATE_EXTRA:-}"
PRIVATE_DIRS=(/var/lib/kubelet /var/lib/containerd /var/lib/cni /var/lib/calico /var/log/calico
  /var/log/pods /var/log/containers /etc/cni /opt/cni /etc/kubernetes /etc/calico /etc/containerd
  /usr/libexec/kubernetes "${EXTRA_DIRS[@]}")
SYSCTLS=(vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops
  kernel/keys/root_maxkeys kernel/keys/root_maxbytes)

CONTROL4=$RIG_NET4.2
CONTROL6=$RIG_NET6:2
KCONF=$RIG_STATE/admin.conf
PKI=$RIG_STATE/pki
export PATH=$KUBE_BIN:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

save_settings() {
  local s
  for s in "${SAVED[@]}"; do printf '%s=%q\n' "$s" "${!s:-}"; done > "$RIG_STATE/settings"
}
say() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }
die() { say "$*"; exit 1; }
hosts() { [ ! -d "$RIG_STATE/hosts" ] || find "$RIG_STATE/hosts" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V; }
nodes() { hosts | grep -vx control || true; }
kc() { kubectl --kubeconfig "$KCONF" "$@"; }
wait_for() { # SECONDS WHAT CMD...
  local t=$1 what=$2 end=$((SECONDS + $1)); shift 2
  until "$@" > /dev/null 2>&1; do
    [ $SECONDS -lt $end ] || die "gave up after ${t}s waiting for $what"
    sleep 0.3
  done
}
