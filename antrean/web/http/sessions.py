"""Sessions of staff in signed cookies, whose lifetime does not depend on the clocks of hub and browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from antrean.web.services import services

MOST_VERIFIED = 1000  # cookies; a few for each member of staff
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
    """Signs by its own clock. A signature made before that clock was set back is accepted.

    A right signature stays right, so each cookie's is worked out once; how old it is, is asked each time.
    """

    clock: Callable[[], datetime]
    verified: dict[Any, tuple[bytes, datetime]]  # what is signed -> its contents and when it was signed

    def get_timestamp(self) -> int:
        """Return the time in whole seconds."""
        return int(self.clock().timestamp())

    def unsign(self, signed_value: Any, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        """Return what was signed; raises SignatureExpired when that was longer ago than `max_age` seconds."""
        found = self.verified.get(signed_value)
        if found is None:
            found = super().unsign(signed_value, return_timestamp=True)
            if len(self.verified) >= MOST_VERIFIED:
                self.verified.clear()
            self.verified[signed_value] = found
        value, signed = found
        if max_age is not None and abs(self.clock() - signed) > timedelta(seconds=max_age + 1):
            raise SignatureExpired("the session has ended", payload=value, date_signed=signed)
        return (value, signed) if return_timestamp else value


class HubSessions(SecureCookieSessionInterface):
    """Sessions with one signer for all requests, as the secret does not change, and a fresh cookie once an hour.

    Creating a signer per request costs as much as routing; re-signing the cookie costs twice that. However often a
    session is used, it ends when its lifetime has passed since the sign-in.
    """

    def __init__(self, clock: Callable[[], datetime], lifetime: timedelta) -> None:
        self._clock = clock
        self._lifetime = int(lifetime.total_seconds())
        self._serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the one signer."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
            assert self._serializer is not None
            own = {"clock": staticmethod(self._clock), "verified": {}}
            self._serializer.signer = type("HubSigner", (HubSigner,), own)
        return self._serializer

    def over(self, session: Mapping[str, Any]) -> bool:
        """Whether its lifetime has passed since the sign-in; one of an earlier release begins with its next use."""
        began = session.get(BEGAN)
        return isinstance(began, int) and abs(self._now() - began) > self._lifetime

    def open_session(self, app: Flask, request: Request) -> Any:
        """Return the session that the browser carries, an empty one in the place of one that has ended."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()  # as for every program
        found = super().open_session(app, request)
        return self.session_class() if found is not None and self.over(found) else found

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
        start = self.get_cookie_name(app) + "="
        age = f"; Max-Age={self._left(session)}"
        cookies = [cookie + age * cookie.startswith(start) for cookie in response.headers.getlist("Set-Cookie")]
        response.headers.setlist("Set-Cookie", cookies)
