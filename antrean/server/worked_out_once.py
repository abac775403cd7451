"""What gunicorn works out anew for each request, worked out once.

That is the date, what the server is set to, the addresses of clients, and the headers that every response carries.
"""

from __future__ import annotations

import io
import ipaddress
import time
from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from gunicorn import util
from gunicorn.http import message, wsgi

from antrean.web.http.headers import EVERY


class HttpDate:
    """The time as a header says it, formatted once in each second. `now` returns seconds since 1970."""

    def __init__(self, formatted: Callable[[float], str], now: Callable[[], float] = time.time) -> None:
        self._formatted = formatted
        self._now = now
        self._kept = (-1, "")  # the second, and how a header says it

    def __call__(self, timestamp: float | None = None) -> str:
        """Return this second, or another time, as a header says it."""
        if timestamp is not None:
            return self._formatted(timestamp)
        second = int(self._now())
        kept, text = self._kept
        if kept != second:
            text = self._formatted(second)
            self._kept = second, text
        return text


def keep_date() -> None:
    """Have gunicorn format the date of its responses once in a second; 12 of a request's 330 µs went into it."""
    util.http_date = HttpDate(util.http_date)


def keep_settings(settings: Any) -> None:
    """Have gunicorn's settings looked up as attributes: it asks some twenty for each request, 0.5 µs each.

    They don't change in a worker.
    """
    vars(settings).update({name: setting.get() for name, setting in settings.settings.items()})


def keep_addresses() -> None:
    """Have gunicorn read a client's address once: it asks of each request whether it came from a trusted proxy."""
    message.ipaddress = SimpleNamespace(ip_address=lru_cache(1000)(ipaddress.ip_address))


class Answer(wsgi.Response):
    """A response whose headers are checked but for those that every response carries: they never change."""

    known = frozenset(EVERY)

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        """Take the headers over; refuses what can't be one."""
        super().process_headers([one for one in headers if one not in self.known])
        self.headers += [one for one in headers if one in self.known]


class Errors(io.RawIOBase):
    """Where a fault may be written to: to the streams that the log has then, as logs are opened anew."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings

    def write(self, data: Any) -> None:
        """Write a text to the streams of gunicorn's log."""
        wsgi.WSGIErrorsWrapper(self._settings).write(data)


def keep_responses(settings: Any) -> None:
    """Have gunicorn check fewer headers, and make up once what is alike in the environment of every request."""
    wsgi.Response = Answer
    alike = {**wsgi.base_environ(settings), "wsgi.errors": Errors(settings)}
    wsgi.base_environ = lambda _settings: alike.copy()
