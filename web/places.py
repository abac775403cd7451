"""Keeps places for the office's own screens: however many phones come, a kiosk always gets in."""

from __future__ import annotations

import json
import logging
import resource
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from web.guard import DEVICES, STAFF, bearer, identify

log = logging.getLogger(__name__)
KEPT_FILES = 1500  # for kiosks, staff, pages on their way, the database
THREADED = 256  # native threads hold one each; gunicorn.conf.py allows twice as many
RETRY_SECONDS = 60


def follower_cap(wanted: int, mode: str) -> int:
    """Return how many phones may follow at once: what is set, or less where files or threads would run out."""
    files, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = max(files - KEPT_FILES, files // 2) if files != resource.RLIM_INFINITY else wanted
    if mode == "threading":
        most = min(most, THREADED)
    if wanted > most:
        log.warning("max_followers is %d, but this system has room for %d", wanted, most)
    return min(wanted, most)


class Places:
    """WSGI wrapper: counts open Socket.IO requests; past its limit only paired devices and staff get one more.

    The followers' own limit answers politely, inside the protocol. This one stands before it for browsers that
    connect and never join, or do not leave when they are refused.
    """

    def __init__(self, app: Flask, inner: Callable[..., Iterable[bytes]], followers: int) -> None:
        self._flask = app
        self._inner = inner
        self._open: set[object] = set()
        self.most = followers + followers // 4 + 16

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass the request on, or answer 503 to a stranger when the house is full."""
        if not environ["PATH_INFO"].startswith("/socket.io/"):
            return self._inner(environ, start_response)
        if len(self._open) >= self.most and not self._known(environ):
            body = json.dumps({"error": {"code": "too_many_followers", "message": ""}}).encode()
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
            start_response("503 Service Unavailable", [*headers, ("Retry-After", str(RETRY_SECONDS))])
            return [body]
        place = object()
        self._open.add(place)
        try:
            return self._inner(environ, start_response)
        finally:
            self._open.discard(place)

    def _known(self, environ: dict[str, Any]) -> bool:
        with self._flask.request_context(environ):
            return identify(frozenset(DEVICES) | STAFF, bearer()) is not None
