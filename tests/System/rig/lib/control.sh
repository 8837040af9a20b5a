# shellcheck shell=bash
# The control plane, and the cluster's DNS.

control_up() {
  local d=$RIG_STATE/hosts/control svc=$RIG_SVC4 pod=$RIG_POD4 c
  if [ "$RIG_FAMILY" = dual ]; then svc=$svc,$RIG_SVC6; pod=$pod,$RIG_POD6; fi
  host_up control "$CONTROL4" "$CONTROL6"
  for c in kube-controller-manager kube-scheduler; do kubeconfig "$d/$c.conf" $c; done
  # Plain HTTP for whoever tests with it, and TLS with client certificates.
  start_service control etcd etcd --name rig --data-dir "$d/etcd" \
    --listen-client-urls "http://127.0.0.1:2379,http://$CONTROL4:2379,http://[$CONTROL6]:2379,https://$CONTROL4:2381" \
    --advertise-client-urls "http://$CONTROL4:2379" \
    --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
    --initial-cluster rig=http://127.0.0.1:2380 --unsafe-no-fsync \
    --cert-file "$PKI/etcd.crt" --key-file "$PKI/etcd.key" --trusted-ca-file "$PKI/etcd-ca.crt" --client-cert-auth
  start_service control kube-apiserver kube-apiserver --v="$RIG_V" \
    --etcd-servers=http://127.0.0.1:2379 --advertise-address="$CONTROL4" --bind-address=:: --secure-port=6443 \
    --client-ca-file="$PKI/ca.crt" --tls-cert-file="$PKI/apiserver.crt" --tls-private-key-file="$PKI/apiserver.key" \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --service-account-key-file="$PKI/sa.pub" --service-account-signing-key-file="$PKI/sa.key" \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
    --service-cluster-ip-range="$svc" --kubelet-preferred-address-types=InternalIP \
    --kubelet-certificate-authority="$PKI/ca.crt" \
    --kubelet-client-certificate="$PKI/apiserver-kubelet.crt" --kubelet-client-key="$PKI/apiserver-kubelet.key" \
    --requestheader-client-ca-file="$PKI/front-ca.crt" --requestheader-allowed-names=front-proxy-client \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file="$PKI/front.crt" --proxy-client-key-file="$PKI/front.key" "${APISERVER_ARGS[@]}"
  wait_for 90 "the API server (see $d/log/kube-apiserver.log)" kc get --raw /readyz
  start_service control kube-controller-manager kube-controller-manager --v="$RIG_V" --leader-elect=false \
    --kubeconfig="$d/kube-controller-manager.conf" --authentication-kubeconfig="$d/kube-controller-manager.conf" \
    --authorization-kubeconfig="$d/kube-controller-manager.conf" --use-service-account-credentials=true \
    --allocate-node-cidrs="$RIG_ALLOCATE_CIDRS" --cluster-cidr="$pod" --service-cluster-ip-range="$svc" \
    --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key" \
    --root-ca-file="$PKI/ca.crt" --service-account-private-key-file="$PKI/sa.key" "${KCM_ARGS[@]}"
  start_service control kube-scheduler kube-scheduler --v="$RIG_V" --leader-elect=false \
    --kubeconfig="$d/kube-scheduler.conf" --authentication-kubeconfig="$d/kube-scheduler.conf" \
    --authorization-kubeconfig="$d/kube-scheduler.conf"
}

internet_up() { # somebody who accepts connections there
  local a p
  for a in "$RIG_INTERNET4" "$RIG_INTERNET6"; do
    for p in 53 80; do
      start_service control "internet-$a-$p" /usr/bin/python3 -m http.server "$p" --bind "$a" --directory /srv
    done
  done
}

dns_up() {
  start_service control rig-dns /usr/bin/python3 "$HERE/rig-dns.py" "$CONTROL4" "https://$CONTROL4:6443" "$PKI/ca.crt" "$PKI/admin.crt" "$PKI/admin.key" \
    "google.com=$RIG_INTERNET4"
  kc apply -f - > /dev/null <<K
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system, labels: {k8s-app: kube-dns}}
spec: {clusterIP: "${RIG_SVC4%.*}.10", ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53, protocol: TCP}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: kube-dns-rig, namespace: kube-system, labels: {kubernetes.io/service-name: kube-dns}}
addressType: IPv4
endpoints: [{addresses: ["$CONTROL4"], conditions: {ready: true}}]
ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53, protocol: TCP}]
K
}

