"""Sessions of staff in signed cookies, whose lifetime does not depend on the clocks of hub and browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from antrean.web.services import services

MOST_READ = 1000  # cookies; a few for each member of staff
BEGAN = "began"  # in a session: when its person signed in, in seconds of this process's clock


class SteadyClock:
    """The time of this process: what the machine's clock said at first, and what has passed since by the other clock.

    Setting the machine's clock ends no session.
    """

    def __init__(self, clock: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._began, self._began_at, self._monotonic = clock(), monotonic(), monotonic

    def __call__(self) -> datetime:
        """Return the time."""
        return self._began + timedelta(seconds=self._monotonic() - self._began_at)


class HubSigner(TimestampSigner):
    """Signs by its own clock."""

    clock: Callable[[], datetime]

    def get_timestamp(self) -> int:
        """Return the time in whole seconds."""
        return int(self.clock().timestamp())


class HubSessions(SecureCookieSessionInterface):
    """Sessions with one signer for all requests, as the secret does not change, and a fresh cookie once an hour.

    Creating a signer per request costs as much as routing; re-signing the cookie costs twice that. However often a
    session is used, it ends when its lifetime has passed since the sign-in.
    """

    def __init__(self, clock: Callable[[], datetime], lifetime: timedelta) -> None:
        self._clock = clock
        self._lifetime = int(lifetime.total_seconds())
        self._serializer: URLSafeTimedSerializer | None = None
        self._read: dict[str, tuple[Mapping[str, Any], datetime]] = {}  # cookies with what they hold, and since when

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the one signer."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
            assert self._serializer is not None
            self._serializer.signer = type("HubSigner", (HubSigner,), {"clock": staticmethod(self._clock)})
        return self._serializer

    def read(self, app: Flask, cookie: str) -> Mapping[str, Any] | None:
        """Return what a cookie holds, not to be changed. None where its signature is wrong, or where it has ended.

        A right signature stays right, so each cookie is read once; how old it is, is asked each time. A signature made
        before the clock was set back is accepted.
        """
        found = self._read.get(cookie)
        if found is None:
            serializer = self.get_signing_serializer(app)
            try:
                found = serializer.loads(cookie, return_timestamp=True) if serializer is not None else None
            except BadSignature:
                return None
            if found is None:
                return None
            if all(isinstance(value, (str, int)) for value in found[0].values()):  # what can change is read anew
                if len(self._read) >= MOST_READ:
                    self._read.clear()
                self._read[cookie] = found
        held, signed = found
        old = abs(self._clock() - signed) > timedelta(seconds=self._lifetime + 1)
        return None if old or self.over(held) else held

    def over(self, session: Mapping[str, Any]) -> bool:
        """Whether its lifetime has passed since the sign-in; one of an earlier release begins with its next use."""
        began = session.get(BEGAN)
        return isinstance(began, int) and abs(self._now() - began) > self._lifetime

    def open_session(self, app: Flask, request: Request) -> Any:
        """Return the session that the browser carries, an empty one in the place of one that has ended."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()  # as for every program
        cookie = request.cookies.get(self.get_cookie_name(app))
        held = self.read(app, cookie) if cookie else None
        return self.session_class(held)

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        """Return when the browser is to forget the cookie."""
        return datetime.now(UTC) + timedelta(seconds=self._left(session)) if session.permanent else None

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _left(self, session: Mapping[str, Any]) -> int:
        began: int = session.get(BEGAN, self._now())
        return max(0, self._lifetime - abs(self._now() - began))

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whether the cookie has new contents, or is used for the first time in this hour: it then lasts anew."""
        hour = services().office.clock().hour
        if session.permanent and session.get("hour") != hour:
            session["hour"] = hour
            session.setdefault(BEGAN, self._now())
        return session.modified

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie with an age beside its end: a browser whose clock is right keeps what a wrong hub sent."""
        super().save_session(app, session, response)
        if not (session and session.permanent):
            return
        cookies = response.headers.getlist("Set-Cookie")
        if cookies:
            start = self.get_cookie_name(app) + "="
            age = f"; Max-Age={self._left(session)}"
            marked = [cookie + age * cookie.startswith(start) for cookie in cookies]
            response.headers.setlist("Set-Cookie", marked)
