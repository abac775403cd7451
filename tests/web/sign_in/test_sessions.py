"""Signed out means out: whatever somebody kept of a session is worth nothing once it has ended."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import socketio
from flask.testing import FlaskClient

from antrean.config import Config
from app import create_app
from tests.conftest import SetClock
from tests.fakes.office_hub import PASSWORD, QUICK, OfficeHub

HTML = {"Accept": "text/html"}


def cookie_of(browser: FlaskClient) -> str:
    found = browser.get_cookie("antrean_staff")
    assert found is not None
    return found.value


def another(hub: OfficeHub, cookie: str) -> FlaskClient:
    """Return a browser that carries a copy of somebody's cookie."""
    browser = hub.app.test_client()
    browser.set_cookie("antrean_staff", cookie)
    return browser


def told(browser: FlaskClient, path: str = "/counter_panel/view") -> tuple[int, str]:
    answer = browser.get(path)
    return answer.status_code, "" if answer.status_code == 200 else answer.get_json()["error"]["code"]


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(hub: OfficeHub) -> None:
    ani = hub.as_staff("Ani")
    thief = another(hub, cookie_of(ani))
    assert told(thief) == (200, "")
    ani.post("/sign_out", json={})
    assert told(thief) == (403, "sign_in_required")
    assert thief.post("/counter_panel/session", json={"counter": "1"}).get_json()["error"]["code"] == "sign_in_required"
    page = thief.get("/counter_panel/", headers=HTML)
    assert (page.status_code, page.headers["Location"]) == (302, "/sign_in?next=/counter_panel/")


def test_signing_out_cuts_off_the_screens_of_this_session_and_no_others(hub: OfficeHub) -> None:
    ani, budi = hub.as_staff("Ani"), hub.as_staff("Budi")
    gone: dict[str, threading.Event] = {}
    with hub.served() as url:
        screens = []
        for name, browser in (("Ani", ani), ("Budi", budi)):
            gone[name] = threading.Event()
            screen = socketio.Client(reconnection=False)
            screen.on("disconnect", lambda *_why, of=gone[name]: of.set(), namespace="/counter_panel")
            cookie = {"Cookie": f"antrean_staff={cookie_of(browser)}"}
            screen.connect(url, cookie, transports=["polling"], namespaces=["/counter_panel"], wait_timeout=60)
            screens.append(screen)
        kept = cookie_of(ani)
        ani.post("/sign_out", json={})
        assert gone["Ani"].wait(60)
        assert not gone["Budi"].is_set()
        again = socketio.Client(reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            again.connect(
                url, {"Cookie": f"antrean_staff={kept}"}, transports=["polling"], namespaces=["/counter_panel"],
                wait_timeout=60,
            )  # fmt: skip
        for screen in screens:
            screen.disconnect()


def test_two_hubs_of_one_database_know_who_is_signed_in_and_who_no_longer_is(hub: OfficeHub, tmp_path: Path) -> None:
    clock = SetClock()
    config: Config = hub.app.extensions["antrean"].config
    other = create_app(config, clock=clock)
    services = other.extensions["antrean"]
    services.identities.passwords = QUICK
    try:
        ani = hub.as_staff("Ani")
        there = other.test_client()
        there.set_cookie("antrean_staff", cookie_of(ani))
        assert told(there) == (200, "")
        ani.post("/sign_out", json={})
        services.session_watch._looked = float("-inf")
        services.session_watch.look()
        assert told(there) == (403, "sign_in_required")
    finally:
        services.stop()


def test_a_page_that_nobody_uses_keeps_no_session_alive(hub: OfficeHub) -> None:
    time = SetClock()
    hub.app.extensions["antrean"].identities.sessions.clock = time
    ani, budi = hub.as_staff("Ani"), hub.as_staff("Budi")
    for _ in range(4):
        time.forward(hours=1)
        assert told(ani) == told(budi) == (200, "")
        assert budi.get("/counter_panel/", headers=HTML).status_code == 200  # it is locked, and only seen
        assert ani.post("/sign_in/unlock", json={"password": PASSWORD}).status_code == 200
    time.forward(seconds=1)
    assert (told(ani), told(budi)) == ((200, ""), (403, "sign_in_required"))


def test_a_cookie_of_a_release_that_had_no_sessions_asks_to_sign_in(hub: OfficeHub) -> None:
    members = {one.name: one.session for one in hub.app.extensions["antrean"].settings.staff()}
    browser = hub.app.test_client()
    with browser.session_transaction() as session:
        session.update(staff="Ani", session=members["Ani"], key="0123456789abcdef")
    assert told(browser) == (403, "sign_in_required")
    assert browser.post("/sign_in", json={"name": "Ani", "password": PASSWORD}).status_code == 200
    assert told(browser) == (200, "")
