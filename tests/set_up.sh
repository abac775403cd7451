#!/usr/bin/env bash
# Install what the tests need besides Python packages: a browser, a QR reader and Redis.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v zbarimg >/dev/null || missing+=(zbar-tools)
command -v redis-server >/dev/null || missing+=(redis-server)
fc-list 2>/dev/null | grep -qi "noto sans javanese" || missing+=(fonts-noto-core fontconfig)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
elif [ "${CI:-}" = true ]; then
    echo "missing: ${missing[*]}" >&2
    exit 1
else
    echo "not installed, some tests will be skipped: ${missing[*]}" >&2
fi
