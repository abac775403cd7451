"""The address of a request's client: whether it is this machine, and which client a trusted proxy names.

One rule for everything that only this machine may do, and one address for everything that is counted by address.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IP = ipaddress.IPv4Address | ipaddress.IPv6Address

# The headers that proxies add. A client behind a proxy is not on this machine, wherever the proxy runs.
_ADDED = (
    "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_X_CLUSTER_CLIENT_IP",
    "HTTP_X_ORIGINATING_IP", "HTTP_X_REMOTE_IP", "HTTP_X_REMOTE_ADDR", "HTTP_TRUE_CLIENT_IP", "HTTP_CF_CONNECTING_IP",
    "HTTP_FASTLY_CLIENT_IP", "HTTP_CDN_LOOP", "HTTP_CLIENT_IP", "HTTP_PROXY_CLIENT_IP", "HTTP_WL_PROXY_CLIENT_IP",
    "HTTP_FORWARDED_FOR", "HTTP_X_AZURE_CLIENTIP", "HTTP_X_AZURE_SOCKETIP",
)  # fmt: skip
_ADDED_BEGINNINGS = ("HTTP_X_FORWARDED", "HTTP_X_ORIGINAL_", "HTTP_X_PROXY", "HTTP_X_ENVOY_")


def from_this_machine(environ: Mapping[str, Any]) -> bool:
    """Whether the client is on this machine, with no proxy between client and hub.

    A proxy on this machine is recognised by the headers it adds; any such header, also an empty one, means no.
    """
    peer = _ip(str(environ.get("REMOTE_ADDR", "")))
    if peer is None or not peer.is_loopback:
        return False
    return not any(name in _ADDED or name.startswith(_ADDED_BEGINNINGS) for name in environ)


class Proxies:
    """WSGI wrapper: a request from a trusted proxy counts as coming from the client that the proxy names.

    The last address in X-Forwarded-For that is no trusted proxy is the client's: the client may have written all before
    it. The headers stay, so that no client behind a proxy is taken for this machine.
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
                    break  # the addresses before it are unknown
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
