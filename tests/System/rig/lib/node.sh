# shellcheck shell=bash
# A node: containerd, kubelet, kube-proxy.

containerd_config() { # NODE
  local d=$RIG_STATE/hosts/$1/fs/etc/containerd
  mkdir -p "$d"
  cat > "$d/config.toml" <<C
version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.cri.v1.images"]
  snapshotter = "overlayfs"
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "$RIG_PAUSE"
[plugins."io.containerd.cri.v1.runtime"]
  # Without CAP_SYS_RESOURCE nobody may lower oom_score_adj, and runc fails on it.
  restrict_oom_score_adj = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["/opt/cni/bin"]
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      SystemdCgroup = false
C
}

kubelet_config() { # FILE
  cat > "$1" <<C
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: /etc/kubernetes/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: /etc/kubernetes/kubelet.crt
tlsPrivateKeyFile: /etc/kubernetes/kubelet.key
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
clusterDNS: ["${RIG_SVC4%.*}.10"]
clusterDomain: cluster.local
resolvConf: /etc/kubernetes/resolv.conf
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
serializeImagePulls: false
maxPods: 110
shutdownGracePeriod: 0s
C
}

kube_proxy_config() { # FILE NODE
  local pods=$RIG_POD4
  if [ "$RIG_FAMILY" = dual ]; then pods=$pods,$RIG_POD6; fi
  cat > "$1" <<C
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: /etc/kubernetes/kube-proxy.conf}
mode: $RIG_PROXY
hostnameOverride: $2
clusterCIDR: "$pods"
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
C
}

node_files() { # NODE IP4 IP6
  local n=$1 d=$RIG_STATE/hosts/$1/fs e=$RIG_STATE/hosts/$1/fs/etc/kubernetes
  mkdir -p "$e" "$d/opt/cni/bin" "$d/etc/cni/net.d"
  if [ -d "$RIG_CNI_BIN" ]; then cp -L "$RIG_CNI_BIN"/* "$d/opt/cni/bin/"; fi
  cert ca "$n" "/O=system:nodes/CN=system:node:$n" "DNS:$n,IP:$2,IP:$3,IP:127.0.0.1"
  cp "$PKI/ca.crt" "$e/ca.crt"
  cp "$PKI/$n.crt" "$e/kubelet.crt"
  cp "$PKI/$n.key" "$e/kubelet.key"
  kubeconfig "$e/kubelet.conf" "$n"
  kubeconfig "$e/kube-proxy.conf" kube-proxy
  : > "$e/resolv.conf"
  containerd_config "$n"
  kubelet_config "$e/kubelet.yaml"
  kube_proxy_config "$e/kube-proxy.yaml" "$n"
}

node_up() { # NODE INDEX
  local n=$1 d=$RIG_STATE/hosts/$1 ip4=$RIG_NET4.$((10 + $2)) ip6=$RIG_NET6:$((10 + $2)) t
  host_up "$n" "$ip4" "$ip6"
  node_files "$n" "$ip4" "$ip6"
  start_service "$n" containerd containerd --config /etc/containerd/config.toml
  wait_for 30 "containerd on $n" hexec "$n" ctr version
  for t in "$RIG_IMAGES"/*.tar; do
    [ -e "$t" ] || continue
    hexec "$n" ctr -n k8s.io images import "$t" > /dev/null
  done
  if [ "$RIG_FAMILY" = dual ]; then ip4=$ip4,$ip6; fi
  start_service "$n" kubelet kubelet --v="$RIG_V" --config=/etc/kubernetes/kubelet.yaml \
    --kubeconfig=/etc/kubernetes/kubelet.conf --hostname-override="$n" --node-ip="$ip4" "${KUBELET_ARGS[@]}"
  wait_for 90 "$n to register (see $d/log/kubelet.log)" kc get node "$n"
  if [ "$RIG_PROXY" != none ]; then
    start_service "$n" kube-proxy kube-proxy --v="$RIG_V" --config=/etc/kubernetes/kube-proxy.yaml
  fi
}
