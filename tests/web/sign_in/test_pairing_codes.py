"""A new screen shows a short code, an administrator types it, and the screen goes on by itself."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from antrean.queueing.events import SecurityNoted
from antrean.web.limits.rate_limit import RateLimiter
from tests.conftest import SetClock, Stopwatch
from tests.fakes.office_hub import OfficeHub

HTML = {"Accept": "text/html"}
TODAY = {"kind": "kiosk", "name": "Kios depan"}


@pytest.fixture
def eka(hub: OfficeHub) -> FlaskClient:
    return hub.as_staff("Eka")


def shown(hub: OfficeHub, address: str = "192.0.2.7") -> tuple[FlaskClient, str]:
    """Return a new screen, and the code that it shows."""
    screen = hub.app.test_client()
    started = screen.post("/pair/code", headers=HTML, environ_base={"REMOTE_ADDR": address})
    assert (started.status_code, started.headers["Location"]) == (303, "/pair/waiting")
    assert waiting(screen).headers["Refresh"] == "3"
    found = re.search(r'class="pairing-code number">([A-Z0-9]{3}-[A-Z0-9]{3})<', waiting(screen).text)
    assert found is not None
    return screen, found[1]


def waiting(screen: FlaskClient) -> TestResponse:
    return screen.get("/pair/waiting", headers=HTML)


def typed(browser: FlaskClient, code: str, **more: str) -> tuple[int, str]:
    answer = browser.post("/admin/devices", json={"code": code, **TODAY, **more})
    return answer.status_code, "" if answer.status_code == 200 else answer.get_json()["error"]["code"]


def test_a_screen_whose_code_is_typed_becomes_what_the_administrator_says(hub: OfficeHub, eka: FlaskClient) -> None:
    screen, code = shown(hub)
    assert typed(eka, f" {code.lower().replace('-', ' ')} ") == (200, "")
    led = waiting(screen)
    assert (led.status_code, led.headers["Location"]) == (303, "/kiosk/")
    assert screen.get("/kiosk/view").status_code == 200
    device = hub.app.extensions["antrean"].identities.devices("kiosk")[-1]
    assert device.name == "Kios depan"
    lines = hub.app.extensions["antrean"].settings.security.page(3).entries
    assert [(one.actor, one.event.what) for one in lines if isinstance(one.event, SecurityNoted)] == [
        (f"kiosk:{device.id}", "browser_paired"), ("administrator:Eka", "device_paired"),
    ]  # fmt: skip


def test_a_code_pairs_one_screen_once(hub: OfficeHub, eka: FlaskClient) -> None:
    (_, code), (other, other_code) = shown(hub), shown(hub)
    assert code != other_code
    assert typed(eka, code) == (200, "")
    assert typed(eka, code, name="Kios belakang") == (404, "pairing_code_unknown")
    assert waiting(other).status_code == 200
    assert other.get("/kiosk/view").status_code == 403
    stolen = hub.app.test_client()
    stolen.set_cookie("antrean_pairing", f"guessed.{code.replace('-', '')}", path="/pair")
    assert waiting(stolen).status_code == 200
    assert "Set-Cookie" not in waiting(stolen).headers


def test_a_code_is_good_for_five_minutes(hub: OfficeHub, eka: FlaskClient) -> None:
    hub.app.extensions["antrean"].identities.sessions.clock = clock = SetClock()
    eka = hub.as_staff("Eka")
    _, early = shown(hub)
    clock.forward(minutes=4, seconds=59)
    assert typed(eka, early) == (200, "")
    _, late = shown(hub)
    clock.forward(minutes=5)
    assert typed(eka, late, name="Kios belakang") == (404, "pairing_code_unknown")


def test_guessing_codes_is_limited_and_none_is_used_up_by_what_is_refused(hub: OfficeHub, eka: FlaskClient) -> None:
    hub.app.extensions["antrean"].pairings = RateLimiter(watch := Stopwatch(), most=3)
    _, code = shown(hub)
    assert typed(eka, code, kind="print_agent") == (422, "value_invalid")
    assert typed(eka, code, name=" ") == (422, "value_invalid")
    assert [typed(eka, f"AAAAA{sign}") for sign in "ABCD"] == [(404, "pairing_code_unknown")] * 3 + [
        (429, "rate_limited")
    ]
    assert typed(eka, code) == (429, "rate_limited")
    watch.seconds += 61
    assert typed(eka, code) == (200, "")


def test_strangers_who_ask_for_many_codes_are_refused_and_others_still_get_one(hub: OfficeHub) -> None:
    for _ in range(5):
        shown(hub)
    refused = hub.app.test_client().post("/pair/code", json={}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (429, "rate_limited")
    shown(hub, "192.0.2.8")


@pytest.mark.parametrize("name", ["Ani", "Dewi"])
def test_nobody_but_administrators_pairs_a_screen(hub: OfficeHub, name: str) -> None:
    screen, code = shown(hub)
    assert typed(hub.as_staff(name), code) == (403, "not_allowed")
    assert waiting(screen).status_code == 200


def test_a_browser_that_shows_no_code_is_led_to_where_it_gets_one(hub: OfficeHub) -> None:
    browser = hub.app.test_client()
    assert waiting(browser).headers["Location"] == "/pair"
    assert browser.get("/pair/waiting").get_json()["error"]["code"] == "pairing_code_unknown"
