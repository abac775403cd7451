"""A session's cookie: it is read once, and it ends all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, session

from antrean.access.sessions import LASTS
from antrean.web.http.security import protect
from tests.conftest import SetClock

LIFETIME = int(LASTS.total_seconds())


@dataclass
class Cookies:
    app: Flask

    def written(self, **held: Any) -> str:
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return str(serializer.dumps(held))

    def read(self, cookie: str) -> Any:
        return self.app.session_interface.read(self.app, cookie)  # type: ignore[attr-defined]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def cookies(clock: SetClock) -> Cookies:
    app = Flask(__name__)
    protect(app, "a secret of the hub", False, clock)
    return Cookies(app)


def test_a_cookie_that_was_read_before_ends_with_its_lifetime(cookies: Cookies, clock: SetClock) -> None:
    cookie = cookies.written(staff="Ani")
    for _ in range(2):
        assert cookies.read(cookie) == {"staff": "Ani"}
    clock.forward(seconds=LIFETIME + 2)
    assert cookies.read(cookie) is None


def test_a_changed_cookie_is_refused_however_often_the_right_one_was_read(cookies: Cookies) -> None:
    cookie = cookies.written(staff="Ani")
    changed = ("A" if cookie[0] != "A" else "B") + cookie[1:]
    for _ in range(2):
        assert cookies.read(cookie) == {"staff": "Ani"}
        assert cookies.read(changed) is None


def test_more_cookies_than_are_remembered_are_read_all_the_same(cookies: Cookies) -> None:
    written = [cookies.written(staff=f"Staff {number}") for number in range(1100)]
    assert all(cookies.read(one)["staff"] == f"Staff {number}" for number, one in enumerate(written))


def test_what_one_request_puts_into_its_session_is_not_in_that_of_the_next(cookies: Cookies) -> None:
    cookie = cookies.written(staff="Ani", told=["first"])
    for _ in range(2):
        with cookies.app.test_request_context(headers={"Cookie": f"antrean_staff={cookie}"}):
            assert dict(session) == {"staff": "Ani", "told": ["first"]}
            session["staff"] = "Budi"
            session["told"].append("second")
