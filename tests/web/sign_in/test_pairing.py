"""Pairing a browser as a kiosk or a display, and what ends it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from tests.fakes.office_hub import PASSWORD, OfficeHub

HTML = {"Accept": "text/html"}


@pytest.fixture
def browser(hub: OfficeHub) -> FlaskClient:
    return hub.app.test_client()


def test_a_paired_browser_keeps_its_place_until_it_is_revoked(hub: OfficeHub, browser: FlaskClient) -> None:
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "kiosk", "Kiosk 1", hub.office.clock)
    other, other_token = pair_device(services.settings, "kiosk", "Kiosk 2", hub.office.clock)
    paired = browser.post("/pair", json={"token": f" {token} "})
    assert (paired.status_code, paired.json) == (200, {"kind": "kiosk"})
    assert "HttpOnly" in paired.headers["Set-Cookie"]
    assert browser.get("/kiosk/view").status_code == 200
    issued = browser.post("/kiosk/tickets", json={"service": "card"}).get_json()["ticket"]["number"]
    services.settings.revoke_device(device.id, hub.office.clock())
    hub.office.execute(ChangePlan(what="devices"))
    before = hub.seq()
    refused = browser.post("/kiosk/tickets", json={"service": "card"})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "device_not_paired")
    assert browser.get("/kiosk/", headers=HTML).headers["Location"] == "/pair?kind=kiosk"
    assert browser.post("/pair", json={"token": token}).status_code == 403
    assert hub.seq() == before
    assert hub.ticket(issued).state == "waiting"
    kept = browser.get("/kiosk/view", headers={"Authorization": f"Bearer {other_token}"})
    assert kept.status_code == 200
    assert other.id != device.id


def test_only_kiosks_and_displays_pair_in_a_browser_and_guesses_fail(hub: OfficeHub, browser: FlaskClient) -> None:
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "print_agent", "Printer 1", hub.office.clock)
    for guess in (token, "guessed", token[:-1]):
        refused = browser.post("/pair", json={"token": guess})
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "device_not_paired")
        assert browser.post("/pair", data={"token": guess}, headers=HTML).status_code == 403
        assert "Set-Cookie" not in refused.headers
    assert browser.post("/pair/demo", json={"kind": "kiosk"}).get_json()["error"]["code"] == "not_allowed"


def test_no_token_and_no_password_stands_in_the_database(hub: OfficeHub) -> None:
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "display", "Layar", hub.office.clock)
    stored = b"".join(file.read_bytes() for file in hub.app.extensions["antrean"].config.data.glob("antrean.sqlite3*"))
    assert b"Layar" in stored
    assert token.encode() not in stored
    assert PASSWORD.encode() not in stored
