"""A session's cookie: its signature is worked out once, and it ends all the same."""

from __future__ import annotations

import pytest
from flask import Flask
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from antrean.access.sessions import LASTS
from antrean.web.http.security import protect
from tests.conftest import SetClock

LIFETIME = int(LASTS.total_seconds())


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def cookies(clock: SetClock) -> URLSafeTimedSerializer:
    app = Flask(__name__)
    protect(app, "a secret of the hub", False, clock)
    found = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert isinstance(found, URLSafeTimedSerializer)
    return found


def test_a_cookie_that_was_read_before_ends_with_its_lifetime(cookies: URLSafeTimedSerializer, clock: SetClock) -> None:
    cookie = cookies.dumps({"staff": "Ani"})
    for _ in range(2):
        assert cookies.loads(cookie, max_age=LIFETIME) == {"staff": "Ani"}
    clock.forward(seconds=LIFETIME + 2)
    with pytest.raises(SignatureExpired):
        cookies.loads(cookie, max_age=LIFETIME)


def test_a_changed_cookie_is_refused_however_often_the_right_one_was_read(cookies: URLSafeTimedSerializer) -> None:
    cookie = str(cookies.dumps({"staff": "Ani"}))
    changed = ("A" if cookie[0] != "A" else "B") + cookie[1:]
    for _ in range(2):
        assert cookies.loads(cookie, max_age=LIFETIME) == {"staff": "Ani"}
        with pytest.raises(BadSignature):
            cookies.loads(changed, max_age=LIFETIME)


def test_more_cookies_than_are_remembered_are_read_all_the_same(cookies: URLSafeTimedSerializer) -> None:
    written = [cookies.dumps({"staff": f"Staff {number}"}) for number in range(1100)]
    assert all(cookies.loads(one, max_age=LIFETIME)["staff"] == f"Staff {n}" for n, one in enumerate(written))
