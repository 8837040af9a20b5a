# The same contents as calico-images packs (Recipes.cs), for those who have a container engine and a registry.
#   ./build.sh --target=Publish && docker build -f manifests/images/kube-controllers.Dockerfile -t calico/kube-controllers:0.1.0 .
FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends libssl3 && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/*
COPY artifacts/bin/calico-controller /usr/bin/
USER 65532:65532
ENTRYPOINT ["/usr/bin/calico-controller"]
