"""What gunicorn works out for each response comes out the same when it is worked out once."""

from __future__ import annotations

import io
import ipaddress
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn import util
from gunicorn.config import Config
from gunicorn.http import message, wsgi
from gunicorn.http.errors import InvalidHeader, InvalidHeaderName

from antrean.server.worked_out_once import Answer, HttpDate, keep_addresses, keep_responses, keep_settings
from antrean.web.http.headers import EVERY


@pytest.fixture
def as_before() -> Iterator[None]:
    """gunicorn's own way, again, after the test."""
    kept = message.ipaddress, wsgi.Response, wsgi.base_environ
    yield
    message.ipaddress, wsgi.Response, wsgi.base_environ = kept


def response(kind: type[Any], headers: list[tuple[str, str]]) -> Any:
    """Return a response of gunicorn's to which these headers were given."""
    found = kind(SimpleNamespace(version=(1, 1), method="GET", should_close=bool), None, Config())
    found.start_response("200 OK", headers)
    return found


def test_a_response_has_the_date_of_its_second_whenever_the_clock_is_set() -> None:
    now = 1_800_000_000.4
    date = HttpDate(util.http_date, lambda: now)
    assert date() == "Fri, 15 Jan 2027 08:00:00 GMT"
    now += 0.5
    assert date() == "Fri, 15 Jan 2027 08:00:00 GMT"
    now += 0.2
    assert date() == "Fri, 15 Jan 2027 08:00:01 GMT"
    now -= 3600  # the clock is set back
    assert date() == "Fri, 15 Jan 2027 07:00:01 GMT"
    assert date(0.0) == "Thu, 01 Jan 1970 00:00:00 GMT"


def test_a_date_is_formatted_once_in_a_second() -> None:
    formatted: list[float] = []
    date = HttpDate(lambda second: f"{formatted.append(second)}", lambda: 1_800_000_000.4)
    for _ in range(100):
        date()
    assert formatted == [1_800_000_000]


def test_every_setting_of_the_server_is_what_it_was() -> None:
    settings = Config()
    settings.set("workers", 3)
    settings.set("bind", "127.0.0.1:8000")
    before = {name: getattr(settings, name) for name in settings.settings}
    keep_settings(settings)
    assert {name: getattr(settings, name) for name in settings.settings} == before
    assert (settings.workers, bool(settings.is_ssl), settings.address) == (3, False, [("127.0.0.1", 8000)])


def test_what_every_response_carries_is_as_gunicorn_leaves_it() -> None:
    assert response(wsgi.Response, list(EVERY)).headers == list(EVERY)  # nothing of it is trimmed, left out or refused


def test_a_response_has_the_headers_that_gunicorn_gives_it() -> None:
    own = [("Content-Type", "text/plain "), ("Content-Length", "3"), ("Connection", "close"), ("Set-Cookie", "a=b")]
    for headers in (own, [*own, *EVERY], [*own, ("Cache-Control", "private")]):
        with_all, by_us = response(wsgi.Response, headers), response(Answer, headers)
        assert sorted(by_us.headers) == sorted(with_all.headers)
        assert (by_us.response_length, by_us.upgrade) == (with_all.response_length, with_all.upgrade) == (3, False)


@pytest.mark.parametrize(
    ("header", "refusal"),
    [
        (("X-Frame-Options", "DENY\r\nSet-Cookie: a=b"), InvalidHeader),
        (("Cache-Control", "no-store\0"), InvalidHeader),
        (("X Frame-Options", "DENY"), InvalidHeaderName),
    ],
)
def test_a_header_that_is_none_is_refused_whatever_it_resembles(header: tuple[str, str], refusal: type) -> None:
    with pytest.raises(refusal):
        response(Answer, [*EVERY, header])


@pytest.mark.usefixtures("as_before")
def test_an_address_is_trusted_as_before() -> None:
    trusted = [ipaddress.ip_network(one) for one in ("127.0.0.1", "10.0.0.0/8", "::1")]
    addresses = ["127.0.0.1", "127.0.0.2", "10.1.2.3", "::1", "::2", "::ffff:127.0.0.1", "", "no address", "010.1.1.1"]
    before = [message._ip_in_allow_list(one, [], trusted) for one in addresses]
    keep_addresses()
    for _ in range(2):
        assert [message._ip_in_allow_list(one, [], trusted) for one in addresses] == before


@pytest.mark.usefixtures("as_before")
def test_each_request_has_an_environment_of_its_own() -> None:
    settings = Config()
    before = wsgi.base_environ(settings)
    keep_responses(settings)
    first = wsgi.base_environ(settings)
    assert {**first, "wsgi.errors": None} == {**before, "wsgi.errors": None}
    first["HTTP_COOKIE"] = "of one client"
    assert "HTTP_COOKIE" not in wsgi.base_environ(settings)


@pytest.mark.usefixtures("as_before")
def test_a_fault_is_written_to_the_log_that_is_open_now() -> None:
    settings = Config()
    settings.set("errorlog", "a file")
    log = logging.getLogger("gunicorn.error")
    handler = logging.StreamHandler(io.StringIO())
    log.addHandler(handler)
    try:
        keep_responses(settings)
        errors = wsgi.base_environ(settings)["wsgi.errors"]
        handler.stream.close()
        handler.stream = io.StringIO()  # as gunicorn does when its log is moved away
        errors.write("a fault")
        assert handler.stream.getvalue() == "a fault"
    finally:
        log.removeHandler(handler)
