# The same contents as calico-images packs (Recipes.cs), for those who have a container engine and a registry.
#   docker build -f manifests/images/etcd.Dockerfile -t calico/etcd:0.1.0 .
FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends etcd-server etcd-client && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/*
ENV ETCDCTL_API=3
ENTRYPOINT ["/usr/bin/etcd"]
