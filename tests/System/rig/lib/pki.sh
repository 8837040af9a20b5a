# shellcheck shell=bash
# Certificates and kubeconfigs.

ca() { # NAME CN
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -keyout "$PKI/$1.key" -out "$PKI/$1.crt" -subj "/CN=$2" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,digitalSignature 2>/dev/null
}
cert() { # CA NAME SUBJECT [SAN]
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -keyout "$PKI/$2.key" -out "$PKI/$2.csr" -subj "$3" 2>/dev/null
  openssl x509 -req -in "$PKI/$2.csr" -CA "$PKI/$1.crt" -CAkey "$PKI/$1.key" -set_serial "0x$(openssl rand -hex 16)" \
    -days 3650 -out "$PKI/$2.crt" -extfile <(
      echo "keyUsage=critical,digitalSignature"
      echo "extendedKeyUsage=serverAuth,clientAuth"
      [ -z "${4:-}" ] || echo "subjectAltName=$4") 2>/dev/null
}
kubeconfig() { # FILE CERTNAME
  cat > "$1" <<K
apiVersion: v1
kind: Config
clusters: [{name: rig, cluster: {server: "https://$CONTROL4:6443", certificate-authority-data: $(base64 -w0 "$PKI/ca.crt")}}]
users: [{name: "$2", user: {client-certificate-data: $(base64 -w0 "$PKI/$2.crt"), client-key-data: $(base64 -w0 "$PKI/$2.key")}}]
contexts: [{name: rig, context: {cluster: rig, user: "$2"}}]
current-context: rig
K
  chmod 600 "$1"
}
make_pki() {
  mkdir -p "$PKI"
  ca ca rig-ca
  ca front-ca rig-front-ca
  ca etcd-ca rig-etcd-ca
  local first4=${RIG_SVC4%.*}.1 first6=${RIG_SVC6%%/*}1
  cert ca apiserver /CN=kube-apiserver "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:$CONTROL4,IP:$CONTROL6,IP:$RIG_NET4.1,IP:$first4,IP:$first6"
  cert ca apiserver-kubelet "/O=system:masters/CN=kube-apiserver-kubelet-client"
  cert ca admin "/O=system:masters/CN=admin"
  cert ca kube-controller-manager "/CN=system:kube-controller-manager"
  cert ca kube-scheduler "/CN=system:kube-scheduler"
  cert ca kube-proxy "/CN=system:kube-proxy"
  cert front-ca front /CN=front-proxy-client
  cert etcd-ca etcd /CN=etcd "DNS:localhost,IP:127.0.0.1,IP:$CONTROL4,IP:$CONTROL6"
  cert etcd-ca etcd-client /CN=etcd-client
  openssl genrsa -out "$PKI/sa.key" 2048 2>/dev/null
  openssl rsa -in "$PKI/sa.key" -pubout -out "$PKI/sa.pub" 2>/dev/null
  kubeconfig "$KCONF" admin
}

