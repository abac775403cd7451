"""A request is read as Flask reads it, whichever host it names and whatever came before it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Request
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder

from antrean.web.http.requests import HostAdapters, HubRequest, read_leanly

HOSTS = ("office.local", "OFFICE.local:8080", "127.0.0.1:80", "127.0.0.1:443", "[::1]:8080", "xn--bcher-kva.local", "a")


@pytest.fixture
def app() -> Flask:
    found = Flask("an app")
    found.add_url_rule("/kiosk/", "page", lambda: "")
    found.add_url_rule("/kiosk/tickets/<number>", "ticket", lambda number: number, methods=["POST"])
    return found


def environ(path: str, host: str, scheme: str = "http", method: str = "GET", **more: str) -> dict[str, Any]:
    return {
        **EnvironBuilder(path=path, method=method).get_environ(),
        "wsgi.url_scheme": scheme,
        "HTTP_HOST": host,
    } | more


def told(adapter: Any, request: Request) -> object:
    """Return all that an adapter says of a request: where it leads, and under which address others are."""
    try:
        found: object = adapter.match()
    except HTTPException as refusal:
        found = (type(refusal), getattr(refusal, "new_url", None))
    ways = [adapter.build("ticket", {"number": "A-1"}, method="POST", force_external=away) for away in (False, True)]
    known = {name: value for name, value in vars(adapter).items() if name != "path_info"}
    return found, ways, known, request.host, request.url


def test_every_request_is_routed_as_flask_routes_it(app: Flask) -> None:
    ours = HostAdapters(app)
    for _ in range(2):  # a host is not known and then is
        for host in HOSTS:
            for scheme in ("http", "https"):
                for script in ("", "/office"):
                    for path in ("/kiosk/?language=id&x=%C3%A4", "/kiosk", "//kiosk/", "/kiosk/tickets/A%2F1", "/"):
                        for method in ("GET", "POST"):
                            wire = environ(path, host, scheme, method, SCRIPT_NAME=script)
                            here, there = HubRequest(dict(wire)), Request(dict(wire))
                            assert told(ours(here), here) == told(app.create_url_adapter(there), there), wire


def test_a_socket_and_a_request_without_a_host_are_routed_as_flask_routes_them(app: Flask) -> None:
    ours = HostAdapters(app)
    socket = environ("/kiosk/", "a", HTTP_UPGRADE="websocket", HTTP_CONNECTION="Upgrade")
    without = environ("/kiosk/", "a")
    del without["HTTP_HOST"]
    for wire in (socket, without):
        here, there = HubRequest(dict(wire)), Request(dict(wire))
        assert told(ours(here), here) == told(app.create_url_adapter(there), there)
    assert ours(None) is None


@pytest.mark.parametrize("host", ["a" * 70 + ".local", "a..b"])
def test_what_is_no_host_is_refused_each_time(app: Flask, host: str) -> None:
    ours = HostAdapters(app)
    for _ in range(2):
        with pytest.raises(HTTPException):
            ours(HubRequest(environ("/kiosk/", host)))


@pytest.mark.parametrize(
    "cookie", [None, "", "a=b; c=d; a=e", 'a="b\\073c"; ;=; d', "a=\u00e4", "antrean_kiosk=x,antrean_kiosk=y"]
)
def test_cookies_are_those_that_flask_reads(app: Flask, cookie: str | None) -> None:
    wire = environ("/", "a") if cookie is None else environ("/", "a", HTTP_COOKIE=cookie)
    assert list(HubRequest(wire).cookies.items(multi=True)) == list(Request(wire).cookies.items(multi=True))


def test_an_app_reads_its_requests_like_this(app: Flask) -> None:
    read_leanly(app)
    with app.test_client() as client:
        client.set_cookie("a", "b")
        assert client.get("/kiosk").location.endswith("/kiosk/")
        assert client.get("/kiosk/").status_code == 200
