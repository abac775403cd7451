"""Requests as the hub reads them: what Werkzeug works out for each one anew is worked out once for each host."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import MapAdapter
from werkzeug.sansio.http import parse_cookie
from werkzeug.utils import cached_property

HOSTS_KEPT = 100


class HubRequest(Request):
    """A request whose cookies are read where the worker has put them; Werkzeug goes through all headers for them."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """The cookies by name."""
        return parse_cookie(self.environ.get("HTTP_COOKIE", ""), cls=ImmutableMultiDict)  # type: ignore[return-value]


class HostAdapters:
    """Finds the routes of requests: what follows from host and scheme alone is kept for each of them.

    It does not change while the app runs. Where a host is not all that counts, Flask's own way is taken.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._flask_s = app.create_url_adapter
        self._kept = lru_cache(HOSTS_KEPT)(self._of_host)

    def __call__(self, request: Request | None) -> MapAdapter | None:
        """Return what Flask's `create_url_adapter` returns."""
        environ = request.environ if request is not None else {}
        if request is None or "HTTP_HOST" not in environ or "HTTP_UPGRADE" in environ:
            return self._flask_s(request)
        request.host, kept = self._kept(environ["HTTP_HOST"], environ["wsgi.url_scheme"], environ["SCRIPT_NAME"])
        return MapAdapter(
            kept.map,
            kept.server_name,
            kept.script_name,
            kept.subdomain,
            kept.url_scheme,
            request.path,
            request.method,
            request.query_string.decode(errors="replace"),
        )

    def _of_host(self, host: str, scheme: str, script_name: str) -> tuple[str, MapAdapter]:
        """Return the host as requests name it, and an adapter for it; what can't be a host is refused and not kept."""
        wire = {"HTTP_HOST": host, "wsgi.url_scheme": scheme, "SCRIPT_NAME": script_name, "REQUEST_METHOD": "GET"}
        request = self._app.request_class(wire)
        found = self._flask_s(request)
        assert found is not None
        return request.host, found


def read_leanly(app: Flask) -> None:
    """Have the requests of an app cost less to read."""
    app.request_class = HubRequest
    app.create_url_adapter = HostAdapters(app)  # type: ignore[method-assign]
