# shellcheck shell=bash
# Images: those that the tests and the upstream suite need, and what brings an image into the nodes.

agnhost_image() { # CERTIFICATE_DIR
  local tools=() p
  if p=$(command -v nc.openbsd); then
    tools=(--bin "$p:/usr/bin/nc" --link /bin/nc:/usr/bin/nc)
  else
    say "no nc.openbsd (package netcat-openbsd): the specs on services will fail"
  fi
  if p=$(command -v iperf); then
    case $(iperf --version 2>&1) in
      'iperf version 2.'[01].*) tools+=(--bin "$p:/usr/bin/iperf-before-2.2" --file "$HERE/iperf-as-2.2:/usr/bin/iperf:755") ;;
      *) tools+=(--bin "$p:/usr/bin/iperf") ;;
    esac
  else
    say "no iperf (package iperf, not iperf3): the spec IPerf2 will fail"
  fi
  # Debian's busybox sh prefers its own applets (nc, ip) to what PATH says; dash does not.
  "$HERE/mkimage.py" --ref "$RIG_AGNHOST" --out "$RIG_IMAGES/agnhost.tar" --busybox "$(command -v busybox)" \
    --file "$KUBE_BIN/agnhost:/agnhost:755" --link /agnhost-2:agnhost --bin /usr/bin/curl --bin /bin/bash --bin /sbin/ip \
    --bin /bin/dash:/bin/sh "${tools[@]}" \
    --file "$1/localhost.crt:/localhost.crt:644" --file "$1/localhost.key:/localhost.key:644" \
    --mkdir /uploads --mkdir /tmp:1777 --mkdir /root:700 --mkdir /var/run \
    --text '/etc/passwd:root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\nuser-defined-in-image:x:1000:1000::/:/bin/sh\n' \
    --text '/etc/group:root:x:0:\nnobody:x:65534:\nuser-defined-in-image:x:1000:\ngroup-defined-in-image:x:50000:user-defined-in-image\n' \
    --entrypoint '["/agnhost"]' --cmd '["pause"]'
}

cmd_images() {
  local t
  for t in pause agnhost; do [ -x "$KUBE_BIN/$t" ] || die "no $t in $KUBE_BIN"; done
  mkdir -p "$RIG_IMAGES"
  t=$(mktemp -d)
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$t/localhost.key" -out "$t/localhost.crt" 2>/dev/null
  "$HERE/mkimage.py" --ref "$RIG_PAUSE" --out "$RIG_IMAGES/pause.tar" \
    --file "$KUBE_BIN/pause:/pause:755" --entrypoint '["/pause"]'
  agnhost_image "$t"
  "$HERE/mkimage.py" --ref "$RIG_BUSYBOX" --out "$RIG_IMAGES/busybox.tar" --busybox "$(command -v busybox)" \
    --mkdir /tmp:1777 --mkdir /root:700 --text '/etc/passwd:root:x:0:0:root:/root:/bin/sh\n' --text '/etc/group:root:x:0:\n' --cmd '["sh"]'
  rm -rf "$t"
}

cmd_load() { # TAR [NODE...]
  local t h all=()
  t=$(readlink -f "$1")
  shift
  [ $# -gt 0 ] || readarray -t all < <(nodes)
  for h in "${all[@]}" "$@"; do hexec "$h" ctr -n k8s.io images import "$t"; done
}
