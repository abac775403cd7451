#!/usr/bin/env bash
# Install what the tests need besides Python packages: a browser, a QR reader, Redis, openssl and fonts.
# What a hub takes for PDF files comes first. With names of programs it installs only those: benchmarks say what they need.
set -euo pipefail
[ $# -gt 0 ] || bash "$(dirname "$0")/../antrean/reporting/set_up.sh"
declare -A packages=([chromium]=chromium [zbarimg]=zbar-tools [redis-server]=redis-server [gcc]="gcc libc6-dev")
missing=()
programs=("$@")
may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}
install() {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}
if [ $# -eq 0 ]; then
    programs=(zbarimg redis-server openssl)
    # The engine without the browser around it takes a third of the time; the whole browser does where it can't be had.
    command -v chromium-headless-shell >/dev/null ||
        { may_install && install chromium-headless-shell 2>/dev/null; } || programs+=(chromium)
    fc-list 2>/dev/null | grep -qi "noto sans javanese" || missing+=(fonts-noto-core fontconfig)
fi
for program in "${programs[@]}"; do
    # shellcheck disable=SC2206  # some programs are several packages
    command -v "$program" >/dev/null || missing+=(${packages[$program]:-$program})
done
[ ${#missing[@]} -eq 0 ] && exit 0
if may_install; then
    install "${missing[@]}"
elif [ "${CI:-}" = true ]; then
    echo "missing: ${missing[*]}" >&2
    exit 1
else
    echo "not installed, what needs it will be skipped: ${missing[*]}" >&2
fi
