# The same contents as calico-images packs (Recipes.cs), for those who have a container engine and a registry.
#   ./build.sh --target=Publish && docker build -f manifests/images/node.Dockerfile -t calico/node:0.1.0 .
FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends bird2 iptables ipset containernetworking-plugins netbase libssl3 \
 && mkdir -p /opt/cni/bin && mv /usr/lib/cni/loopback /usr/lib/cni/portmap /opt/cni/bin/ \
 && rm -rf /usr/lib/cni /var/lib/apt/lists/* /var/cache/apt /var/log/*
COPY artifacts/bin/calico artifacts/bin/calico-ipam /opt/cni/bin/
COPY artifacts/bin/calico-agent artifacts/bin/calicoctl /usr/bin/
ENTRYPOINT ["/usr/bin/calico-agent"]
