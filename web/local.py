"""Whether a request comes from this very machine: one rule for everything that only this machine may ask."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

# What proxies add. Whoever comes through one is somewhere else, wherever the proxy is.
_ADDED = (
    "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_X_CLUSTER_CLIENT_IP",
    "HTTP_X_ORIGINATING_IP", "HTTP_X_REMOTE_IP", "HTTP_X_REMOTE_ADDR", "HTTP_TRUE_CLIENT_IP", "HTTP_CF_CONNECTING_IP",
    "HTTP_FASTLY_CLIENT_IP", "HTTP_CDN_LOOP",
)  # fmt: skip
_ADDED_BEGINNINGS = ("HTTP_X_FORWARDED", "HTTP_X_ORIGINAL_", "HTTP_X_PROXY", "HTTP_X_ENVOY_")


def from_this_machine(environ: Mapping[str, Any]) -> bool:
    """Whether the other end of the connection is this machine, and nobody stands between who asks and the hub.

    A proxy on this machine is told by what it adds to a request; any such header, also an empty one, says no.
    """
    try:
        peer = ipaddress.ip_address(str(environ.get("REMOTE_ADDR", "")))
    except ValueError:
        return False
    peer = getattr(peer, "ipv4_mapped", None) or peer
    return peer.is_loopback and not any(name in _ADDED or name.startswith(_ADDED_BEGINNINGS) for name in environ)
