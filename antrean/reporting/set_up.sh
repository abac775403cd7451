#!/usr/bin/env bash
# Install what PDF files need besides Python packages: Pango, and what makes fonts small. Without them a PDF is refused.
set -euo pipefail
packages=(libpangoft2-1.0-0 libharfbuzz-subset0)
ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
known=$("$ldconfig" -p 2>/dev/null || true)
[[ $known == *libpangoft2-1.0.so.0* && $known == *libharfbuzz-subset.so.0* ]] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}" >/dev/null; } && exit 0
fi
if [ "${CI:-}" = true ]; then
    echo "missing: ${packages[*]}" >&2
    exit 1
fi
echo "reports can't be saved as PDF on this machine: apt-get install ${packages[*]}" >&2
