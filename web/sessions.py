"""Sessions of staff in signed cookies, which last as long as they should whatever the clocks of both sides say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from web.hub import hub


class SteadyClock:
    """The time of this process: what the machine's clock said at first, and what has passed since by the other clock.

    Setting the machine's clock throws nobody out.
    """

    def __init__(self, clock: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._began, self._began_at, self._monotonic = clock(), monotonic(), monotonic

    def __call__(self) -> datetime:
        """Return the time."""
        return self._began + timedelta(seconds=self._monotonic() - self._began_at)


class HubSigner(TimestampSigner):
    """Signs with a clock of its own. One signed before that clock was set back is younger than it says, and good."""

    clock: Callable[[], datetime]

    def get_timestamp(self) -> int:
        """Return the time in whole seconds."""
        return int(self.clock().timestamp())

    def unsign(self, signed_value: Any, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        """Return what was signed; raises SignatureExpired when that was longer ago than `max_age` seconds."""
        value, signed = super().unsign(signed_value, return_timestamp=True)
        if max_age is not None and abs(self.clock() - signed) > timedelta(seconds=max_age + 1):
            raise SignatureExpired("the session has ended", payload=value, date_signed=signed)
        return (value, signed) if return_timestamp else value


class HubSessions(SecureCookieSessionInterface):
    """Sessions with one signer for all requests, as the secret does not change, and a fresh cookie once an hour.

    A signer for each request costs as much as finding the route, and signing a cookie for each twice that.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the one signer."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
            assert self._serializer is not None
            self._serializer.signer = type("HubSigner", (HubSigner,), {"clock": staticmethod(self._clock)})
        return self._serializer

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whether the cookie has new contents, or is used for the first time in this hour: it then lasts anew."""
        hour = hub().office.clock().hour
        if session.permanent and session.get("hour") != hour:
            session["hour"] = hour
        return session.modified

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie with an age beside its end: a browser whose clock is right keeps what a wrong hub sent."""
        super().save_session(app, session, response)
        if not (session and session.permanent):
            return
        start = self.get_cookie_name(app) + "="
        age = f"; Max-Age={int(app.permanent_session_lifetime.total_seconds())}"
        cookies = [cookie + age * cookie.startswith(start) for cookie in response.headers.getlist("Set-Cookie")]
        response.headers.setlist("Set-Cookie", cookies)
