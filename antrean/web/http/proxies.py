"""From where a request comes: whether from this very machine, and from whom a trusted proxy brings it.

One rule for everything that only this machine may ask, and one address for everything that is counted by address.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IP = ipaddress.IPv4Address | ipaddress.IPv6Address

# What proxies add. Whoever comes through one is somewhere else, wherever the proxy is.
_ADDED = (
    "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_X_CLUSTER_CLIENT_IP",
    "HTTP_X_ORIGINATING_IP", "HTTP_X_REMOTE_IP", "HTTP_X_REMOTE_ADDR", "HTTP_TRUE_CLIENT_IP", "HTTP_CF_CONNECTING_IP",
    "HTTP_FASTLY_CLIENT_IP", "HTTP_CDN_LOOP", "HTTP_CLIENT_IP", "HTTP_PROXY_CLIENT_IP", "HTTP_WL_PROXY_CLIENT_IP",
    "HTTP_FORWARDED_FOR", "HTTP_X_AZURE_CLIENTIP", "HTTP_X_AZURE_SOCKETIP",
)  # fmt: skip
_ADDED_BEGINNINGS = ("HTTP_X_FORWARDED", "HTTP_X_ORIGINAL_", "HTTP_X_PROXY", "HTTP_X_ENVOY_")


def from_this_machine(environ: Mapping[str, Any]) -> bool:
    """Whether the other end of the connection is this machine, and nobody stands between who asks and the hub.

    A proxy on this machine is told by what it adds to a request; any such header, also an empty one, says no.
    """
    peer = _ip(str(environ.get("REMOTE_ADDR", "")))
    if peer is None or not peer.is_loopback:
        return False
    return not any(name in _ADDED or name.startswith(_ADDED_BEGINNINGS) for name in environ)


class Proxies:
    """WSGI wrapper: what a trusted proxy brings counts as coming from whom the proxy names, not from the proxy.

    The last address in X-Forwarded-For that is no trusted proxy is the client's: whatever stands before it the client
    may have written. The headers stay, so that nobody who comes through a proxy is taken for this machine.
    """

    def __init__(self, inner: Callable[..., Iterable[bytes]], trusted: Iterable[Network]) -> None:
        self._inner = inner
        self._trusted = tuple(trusted)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass the request on, under the client's address."""
        if self._is_trusted(_ip(str(environ.get("REMOTE_ADDR", "")))):
            for word in reversed(str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")):
                client = _ip(word.strip())
                if client is None:
                    break  # nobody knows then who stands before it
                if not self._is_trusted(client):
                    environ["REMOTE_ADDR"] = str(client)
                    break
        return self._inner(environ, start_response)

    def _is_trusted(self, ip: IP | None) -> bool:
        return ip is not None and any(ip in network for network in self._trusted)


def networks(setting: str) -> tuple[Network, ...]:
    """Return the networks of a setting, with commas between; refuses (ValueError) what is none."""
    return tuple(ipaddress.ip_network(word) for word in setting.replace(",", " ").split())


def _ip(text: str) -> IP | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
