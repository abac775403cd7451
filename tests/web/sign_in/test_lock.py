"""A panel that nobody uses is locked: it is seen, nothing can be pressed, and its person's PIN or password opens it."""

from __future__ import annotations

import pytest
import socketio
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from antrean.access.pins import refuse_weak_pin
from antrean.queueing.errors import Invalid
from antrean.queueing.events import SecurityNoted
from tests.conftest import SetClock
from tests.fakes.office_hub import PASSWORD, OfficeHub

HTML = {"Accept": "text/html"}
PIN = "739105"


@pytest.fixture
def time(hub: OfficeHub) -> SetClock:
    """Give the clock by which sessions last."""
    found = SetClock()
    hub.app.extensions["antrean"].identities.sessions.clock = found
    return found


@pytest.fixture
def ani(hub: OfficeHub, time: SetClock) -> FlaskClient:
    """Give Ani's browser: she has a PIN, and sits at the first counter."""
    browser = hub.as_staff("Ani")
    assert browser.post("/account/pin", json={"password": PASSWORD, "pin": PIN}).status_code == 200
    assert browser.post("/counter_panel/session", json={"counter": "1"}).status_code == 200
    return browser


def code_of(answer: TestResponse) -> str:
    return "" if answer.status_code < 400 else str(answer.get_json()["error"]["code"])


def call(browser: FlaskClient) -> str:
    return code_of(browser.post("/counter_panel/calls", json={}))


def unlock(browser: FlaskClient, **fields: str) -> str:
    return code_of(browser.post("/sign_in/unlock", json=fields))


def noted(hub: OfficeHub) -> list[str]:
    found = hub.app.extensions["antrean"].settings.security.page(50).entries
    return [entry.event.what for entry in reversed(found) if isinstance(entry.event, SecurityNoted)]


def test_a_panel_that_nobody_used_for_ten_minutes_sees_and_does_nothing_until_the_pin_opens_it(
    hub: OfficeHub, ani: FlaskClient, time: SetClock
) -> None:
    hub.issue()
    time.forward(minutes=9, seconds=59)
    assert ani.get("/sign_in/locked").get_json() == {"locked": False, "seconds": 1, "opens": "pin"}
    time.forward(seconds=1)
    assert ani.get("/sign_in/locked").get_json() == {"locked": True, "seconds": 0, "opens": "pin"}
    assert call(ani) == "session_locked"
    assert ani.get("/counter_panel/view").status_code == 200
    assert 'data-locked="yes"' in ani.get("/counter_panel/", headers=HTML).text
    assert call(ani) == "session_locked"  # to look at the page opens nothing
    assert unlock(ani, pin=PIN) == ""
    assert call(ani) == ""
    assert 'data-locked="no"' in ani.get("/counter_panel/", headers=HTML).text


def test_whoever_works_is_never_locked_out(hub: OfficeHub, ani: FlaskClient, time: SetClock) -> None:
    for _ in range(4):
        time.forward(minutes=9)
        assert ani.post("/sign_in/used", json={}).status_code == 204
    hub.issue()
    assert call(ani) == ""


def test_a_locked_session_reaches_nothing_but_the_panel_it_sees(hub: OfficeHub, time: SetClock) -> None:
    eka = hub.as_staff("Eka")
    eka.post("/sign_in/lock", json={})
    page = eka.get("/admin/devices", headers=HTML)
    assert (page.status_code, page.headers["Location"]) == (302, "/sign_in/locked?next=/admin/devices")
    assert code_of(eka.get("/admin/view?page=devices")) == "session_locked"
    assert code_of(eka.post("/account/pin", json={"password": PASSWORD, "pin": PIN})) == "session_locked"
    assert code_of(eka.post("/sign_in/used", json={})) == "session_locked"
    page = eka.get("/sign_in/locked?next=/admin/devices", headers=HTML)
    assert "Layar ini terkunci" in page.text
    form = {"password": PASSWORD, "next": "/admin/devices"}
    opened = eka.post("/sign_in/unlock", data=form, headers=HTML)
    assert (opened.status_code, opened.headers["Location"]) == (303, "/admin/devices")
    assert eka.get("/admin/devices", headers=HTML).status_code == 200


def test_a_locked_session_hears_the_panel_and_no_other_socket(hub: OfficeHub, time: SetClock) -> None:
    eka = hub.as_staff("Eka")
    eka.post("/sign_in/lock", json={})
    cookie = eka.get_cookie("antrean_staff")
    assert cookie is not None
    heard: list[object] = []
    with hub.served() as url:
        for namespace, expected in (("/counter_panel", True), ("/admin", False)):
            screen = socketio.Client(reconnection=False)
            screen.on("connect_error", heard.append, namespace=namespace)
            try:
                screen.connect(
                    url, {"Cookie": f"antrean_staff={cookie.value}"}, auth={"page": "today"},
                    transports=["polling"], namespaces=[namespace], wait_timeout=60,
                )  # fmt: skip
            except socketio.exceptions.ConnectionError:
                assert not expected
            else:
                assert expected
            screen.disconnect()
    assert "session_locked" in str(heard)


def test_five_wrong_pins_and_only_the_password_opens(hub: OfficeHub, ani: FlaskClient, time: SetClock) -> None:
    ani.post("/sign_in/lock", json={})
    said = [unlock(ani, pin="000000") for _ in range(4)]
    assert said == ["pin_wrong"] * 4
    assert unlock(ani, pin="000000") == "pin_blocked"
    assert unlock(ani, pin=PIN) == "pin_blocked"
    assert ani.get("/sign_in/locked").get_json()["opens"] == "password"
    assert unlock(ani, password="wrong-password") == "sign_in_failed"
    assert unlock(ani, password=PASSWORD) == ""
    ani.post("/sign_in/lock", json={})
    assert unlock(ani, pin=PIN) == ""
    services = hub.app.extensions["antrean"]
    assert noted(hub).count("blocked_pin") == 1
    assert services.security.counts["failed_pin"] == 5


def test_wrong_pins_are_counted_on_by_a_hub_that_starts_anew(hub: OfficeHub, ani: FlaskClient, time: SetClock) -> None:
    ani.post("/sign_in/lock", json={})
    for _ in range(3):
        unlock(ani, pin="000000")
    services = hub.app.extensions["antrean"]
    (row,) = services.settings.sessions.all()
    assert (row.locked, row.wrong_pins) == (True, 3)
    assert unlock(ani, pin=PIN) == ""
    (row,) = services.settings.sessions.all()
    assert (row.locked, row.wrong_pins) == (False, 0)


def test_a_wrong_pin_at_a_panel_that_is_open_locks_it(ani: FlaskClient) -> None:
    assert unlock(ani, pin="000000") == "pin_wrong"
    assert call(ani) == "session_locked"


def test_a_pin_is_worth_nothing_where_its_person_did_not_sign_in(hub: OfficeHub, ani: FlaskClient) -> None:
    stranger, budi = hub.app.test_client(), hub.as_staff("Budi")
    assert unlock(stranger, pin=PIN) == "sign_in_required"
    budi.post("/sign_in/lock", json={})
    assert unlock(budi, pin=PIN) == "pin_none"
    assert unlock(budi, password=PASSWORD) == ""


def test_a_colleague_signs_in_at_a_locked_tablet_and_the_session_left_there_ends(
    hub: OfficeHub, ani: FlaskClient
) -> None:
    ani.post("/sign_in/lock", json={})
    assert ani.post("/sign_in", json={"name": "Budi", "password": PASSWORD}).status_code == 200
    sessions = hub.app.extensions["antrean"].identities.sessions
    assert [one.staff for one in sessions.all()] == ["Budi"]
    assert code_of(ani.post("/counter_panel/take_over", json={"counter": "1", "before": "Ani"})) == ""


def test_an_office_says_when_panels_are_locked_or_that_they_never_are(hub: OfficeHub, time: SetClock) -> None:
    dewi = hub.as_staff("Dewi")
    assert dewi.post("/admin/rules", json={"lock_minutes": 0}).status_code == 200
    time.forward(hours=3)
    assert dewi.get("/sign_in/locked").get_json() == {"locked": False, "seconds": None, "opens": "password"}
    assert dewi.post("/admin/rules", json={"lock_minutes": 2}).status_code == 200
    time.forward(minutes=2)
    assert code_of(dewi.post("/admin/rules", json={"lock_minutes": 0})) == "session_locked"
    unlock(dewi, password=PASSWORD)
    assert code_of(dewi.post("/admin/rules", json={"lock_minutes": -1})) == "value_invalid"


@pytest.mark.parametrize(
    "pin",
    ["1111", "1234", "9876", "7890", "2468", "1212", "1122", "123123", "112233", "1990", "2026", "170845", "450817",
     "20081990", "19900820", "2580", "147258"],
)  # fmt: skip
def test_a_pin_that_is_guessed_first_is_refused(pin: str) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_weak_pin(pin)
    assert refused.value.code == "pin_weak"


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "12 45", "١٢٣٥", "-739"])
def test_a_pin_is_four_to_eight_digits(pin: str) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_weak_pin(pin)
    assert refused.value.code == "pin_digits"


@pytest.mark.parametrize("pin", ["8102", "5820", "739105", "48151623"])
def test_any_other_pin_is_taken(pin: str) -> None:
    refuse_weak_pin(pin)


def test_a_pin_is_set_with_the_password_and_taken_away_without(hub: OfficeHub, time: SetClock) -> None:
    ani = hub.as_staff("Ani")
    assert "Anda belum punya PIN" in ani.get("/account", headers=HTML).text
    assert code_of(ani.post("/account/pin", json={"password": "wrong-password", "pin": PIN})) == "sign_in_failed"
    weak = ani.post("/account/pin", data={"password": PASSWORD, "pin": "1234"}, headers=HTML)
    assert (weak.status_code, "PIN ini termasuk" in weak.text) == (422, True)
    done = ani.post("/account/pin", data={"password": PASSWORD, "pin": PIN}, headers=HTML)
    assert (done.status_code, done.headers["Location"]) == (303, "/account?pin=set")
    assert "Anda punya PIN." in ani.get("/account", headers=HTML).text
    services = hub.app.extensions["antrean"]
    assert PIN not in str(services.settings.factors.of("Ani"))
    ani.post("/account/pin/remove", json={})
    ani.post("/sign_in/lock", json={})
    assert unlock(ani, pin=PIN) == "pin_none"
    assert noted(hub)[-2:] == ["pin_set", "pin_removed"]
