"""Hosts: refuses requests under names that are not the hub's.

A page of another site can make its own name point at this machine (DNS rebinding) and would then be of one origin with
the hub. It can't do so with an address in numbers, nor with a name that only this network gives; every other name has
to be the hub's own.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, jsonify, render_template

from antrean.queueing.errors import Forbidden
from antrean.web.http.errors import sentence
from antrean.web.http.forms import wants_html
from antrean.web.http.headers import EVERY, PAGE_POLICY

if TYPE_CHECKING:
    from antrean.config import Config

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:[0-9]{1,5})?")
# Nobody can register a name with these endings, so no stranger can make one point anywhere.
OWN_ENDINGS = (".local", ".localhost", ".lan", ".internal", ".home.arpa")
OPEN_PATHS = ("/healthz",)
LONGEST_HOST = 260
_POLICY = "content-security-policy"
_EVERY = [(name.lower(), (name, value)) for name, value in EVERY]


class HostNotAllowed(Forbidden):
    """The request names a host that is not the hub."""

    status = 421


class Hosts:
    """WSGI wrapper: refuses requests under foreign names, and completes the headers of every response."""

    def __init__(self, app: Flask, inner: Callable[..., Iterable[bytes]], names: frozenset[str]) -> None:
        self._flask = app
        self._inner = inner
        self._names = names
        self._allowed = lru_cache(1000)(self._looked_at)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass the request on, or answer 421 to one under a foreign name."""
        host = environ.get("HTTP_HOST", "")
        well_formed, allowed = self._allowed(host) if len(host) <= LONGEST_HOST else (False, False)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            said = {name.lower(): value for name, value in headers}
            if well_formed and _POLICY not in said and said.get("content-type", "").startswith("text/html"):
                said[_POLICY] = PAGE_POLICY.format(host=host)
                headers.append(("Content-Security-Policy", said[_POLICY]))
            headers.extend([one for name, one in _EVERY if name not in said])
            return start_response(status, headers, *more)

        if allowed:
            return self._inner(environ, start)
        if environ.get("PATH_INFO") in OPEN_PATHS:
            return self._inner({**environ, "HTTP_HOST": "localhost"}, start)
        return self._refused(environ, host, start)

    def _looked_at(self, host: str) -> tuple[bool, bool]:
        """Return whether a Host header is well formed, and whether it names the hub; programs may send none."""
        if not host:
            return False, True
        found = _HOST.fullmatch(host)
        if found is None:
            return False, False
        name = found["name"].lower().rstrip(".")
        return True, _is_address(name) or "." not in name or name.endswith(OWN_ENDINGS) or name in self._names

    def _refused(self, environ: dict[str, Any], host: str, start_response: Any) -> Iterable[bytes]:
        known = {**environ, "HTTP_HOST": "localhost"}
        with self._flask.request_context(known):
            refusal = HostNotAllowed("host_not_allowed", host="".join(filter(str.isprintable, host))[:100])
            message = sentence(refusal)
            if wants_html():
                answer = self._flask.make_response(render_template("host_not_allowed.html", message=message))
            else:
                answer = jsonify(error={"code": refusal.code, "message": message})
            answer.status_code = refusal.status
            answer.headers["Cache-Control"] = "no-store"
            return answer(known, start_response)


def own_names(config: Config, base_url: str) -> frozenset[str]:
    """Return the names of this hub: of its settings, of its own address, and of the machine."""
    written = config.allowed_hosts.replace(",", " ").split()
    names = {*written, socket.gethostname(), urlsplit(base_url).hostname or "", urlsplit(config.hub_url).hostname or ""}
    return frozenset(name.lower().rstrip(".") for name in names if name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
