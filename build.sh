#!/bin/bash
# The one door: ./build.sh --target=NAME [--option=value ...]. Without a target it lists them.
# Installs what a fresh Debian 12 with the .NET SDK 10 lacks, then hands over to build.cake.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export HOME="${HOME:-/root}"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Nobody needs idle compiler servers after a run that no person follows.
if [[ "${CI:-}" == true ]]; then export MSBUILDDISABLENODEREUSE=1; fi

# Native AOT links with gcc against the C library.
build_packages=(gcc libc6-dev binutils zlib1g-dev)
# A real store, router, kernel tools and container runtimes for the tests, the demo and the benchmark.
rig_packages=(etcd-server etcd-client bird2 iptables ipset conntrack iproute2 iputils-ping procps tcpdump iperf3 strace jq openssl
  busybox-static containernetworking-plugins containerd runc podman)
# What those packages would start at the next boot. We run our own copies, each in its namespace.
declare -A services=(
  [etcd-server]="etcd.service"
  [bird2]="bird.service"
  [containerd]="containerd.service"
  [podman]="podman.service podman.socket podman-restart.service podman-auto-update.service podman-auto-update.timer"
)

say() { printf '%s  %s\n' "$(date +%T)" "$*"; }

target_of() {
  local previous="" argument
  for argument in "$@"; do
    case "$argument" in
      --target=*) echo "${argument#*=}"; return ;;
    esac
    [[ "$previous" == --target ]] && { echo "$argument"; return; }
    previous="$argument"
  done
  echo Help
}

packages_for() {
  case "${1,,}" in
    publish | images) echo "${build_packages[@]}" ;;
    e2e) if [[ -n "${KUBECONFIG:-}${KUBE_BIN:-}" ]]; then echo "${build_packages[@]}" "${rig_packages[@]}" python3 curl; fi ;;
    test | chaos | demo | bench) echo "${build_packages[@]}" "${rig_packages[@]}" ;;
  esac
}

missing_of() {
  local package
  for package in "$@"; do
    [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || echo "$package"
  done
}

# Debian starts the daemons of a package while installing it; policy-rc.d is its way to say no.
without_daemons() {
  local policy=/usr/sbin/policy-rc.d status=0 ours=false
  if [[ ! -e "$policy" ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    ours=true
  fi
  "$@" || status=$?
  if [[ "$ours" == true ]]; then rm -f "$policy"; fi
  return "$status"
}

# Of the packages this run brought, and of no other: a containerd that was here before is somebody's.
disable_services_of() {
  [[ -d /run/systemd/system ]] || return 0
  local package service
  for package in "$@"; do
    for service in ${services[$package]:-}; do
      systemctl disable --now --quiet "$service" 2>/dev/null || true
    done
  done
}

install_packages() {
  local log
  log="$(mktemp)"
  say "installing: $*"
  if { apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive without_daemons apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
    rm -f "$log"
    say "installed"
  else
    tail -n 20 "$log" >&2
    say "installing failed; the whole log is in $log" >&2
    return 1
  fi
}

install_missing() {
  local missing
  mapfile -t missing < <(missing_of "$@")
  (( ${#missing[@]} == 0 )) && return
  if (( EUID != 0 )); then
    echo "These Debian packages are missing, and only root can install them: ${missing[*]}" >&2
    echo "Run: sudo apt-get install ${missing[*]}" >&2
    return 1
  fi
  install_packages "${missing[@]}"
  disable_services_of "${missing[@]}"
}

require_dotnet() {
  if ! command -v dotnet >/dev/null; then
    echo "The .NET SDK 10 is missing: see https://dotnet.microsoft.com/download or your distribution's packages." >&2
    return 1
  fi
}

require_dotnet
target="$(target_of "$@")"
read -r -a packages < <(packages_for "$target"; echo)
if (( ${#packages[@]} > 0 )); then
  if command -v dpkg-query >/dev/null; then
    install_missing "${packages[@]}"
  else
    say "not a Debian: expecting the equivalents of ${packages[*]}"
  fi
fi
dotnet tool restore --verbosity quiet >/dev/null || { echo "The Cake tool of .config/dotnet-tools.json does not restore." >&2; exit 1; }
exec dotnet cake build.cake "$@" </dev/null
