"""A hub that runs takes up an office that was set up meanwhile; the one it served notices nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from antrean.access.devices import pair_device
from antrean.access.identities import Identities
from antrean.access.staff import add_existing, add_staff
from antrean.config import Config
from antrean.hub.watches.new_offices import AGAIN_SECONDS, NewOffices
from antrean.queueing.commands import ChangePlan
from antrean.web.offices import Offices
from app import open_office
from tests.conftest import SetClock, small_plan
from tests.fakes.hub_process import wait_until
from tests.fakes.made_once import create_app
from tests.fakes.office_hub import PASSWORD, QUICK


class Growing:
    """A hub that began with one office."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock()
        self.config = Config(data=folder, async_mode="threading", public_url="http://hub.test")
        self.kiosk = self.set_up("kuningan", "Ani")
        self.app: Flask = create_app(self.config, self.clock)
        self.offices: Offices = self.app.extensions["antrean_offices"]
        self.offices.first.identities.passwords = QUICK

    def set_up(self, code: str, operator: str) -> str:
        """Set an office up as the commands do; returns the token of its kiosk."""
        office, rows = open_office(replace(self.config, office=code), self.clock)
        rows.create_office(small_plan(office=code, name=f"Kantor {code}"), self.clock())
        add_staff(rows, operator, "operator", PASSWORD, QUICK)
        token = pair_device(rows, "kiosk", "kiosk", self.clock)[1]
        office.execute(ChangePlan(what="devices"), "command")
        return token

    def issue(self, token: str) -> str:
        headers = {"Authorization": f"Bearer {token}"}
        answer = self.app.test_client().post("/kiosk/tickets", json={"service": "card"}, headers=headers)
        assert answer.status_code == 201, answer.get_json()
        number: str = answer.get_json()["ticket"]["number"]
        return number


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[Growing]:
    hub = Growing(tmp_path)
    yield hub
    hub.app.extensions["antrean"].stop()


def test_its_kiosk_and_its_people_are_served_within_seconds(growing: Growing) -> None:
    client = growing.app.test_client()
    assert client.post("/sign_in", json={"name": "Ani", "password": PASSWORD}).status_code == 200
    socketio = growing.app.extensions["antrean_socketio"]
    screen = socketio.test_client(growing.app, namespace="/kiosk", auth={"token": growing.kiosk})
    assert growing.issue(growing.kiosk) == "A-001"
    token = growing.set_up("jayapura", "Yosefa")
    wait_until(lambda: len(growing.offices) == 2, "the hub serves the new office")
    there = growing.offices.get("jayapura")
    assert there is not None
    there.identities.passwords = QUICK
    assert growing.issue(token) == "A-001"
    assert growing.issue(growing.kiosk) == "A-002"
    signed_in = growing.app.test_client().post("/sign_in", json={"name": "Yosefa", "password": PASSWORD})
    assert signed_in.get_json()["office"] == "jayapura"
    # What was open before goes on, and hears of its own office alone.
    assert client.get("/counter_panel/view").status_code == 200
    assert screen.is_connected("/kiosk")
    assert there.folder == growing.config.data / "offices" / "jayapura"
    # The new office hears of its own changes by itself, like one that was there from the start.
    add_existing(there.settings, "Ani", "viewer")
    there.office.execute(ChangePlan(what="staff"), "command")
    chosen = growing.app.test_client().post(
        "/sign_in", json={"name": "Ani", "password": PASSWORD, "office": "jayapura"}
    )
    assert chosen.get_json()["role"] == "viewer"


def test_an_office_that_could_not_begin_at_first_is_looked_after_once(
    growing: Growing, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[str] = []
    load = Identities.load

    def once(identities: Identities) -> None:
        if not failed:
            failed.append("")
            raise OSError(5, "Input/output error")
        load(identities)

    monkeypatch.setattr("antrean.hub.watches.new_offices.AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(Identities, "load", once)
    growing.set_up("jayapura", "Yosefa")
    wait_until(lambda: len(growing.offices) == 2, "the hub serves the new office")
    assert failed
    first = growing.offices.first
    assert len(first.damage.other_heads) == len(first.backups.others) == 1


def test_whoever_goes_through_the_offices_meanwhile_goes_on(growing: Growing) -> None:
    through = iter(growing.offices)
    first = next(through)
    growing.offices.add(replace(first, config=replace(first.config, office="garawangi")))
    assert list(through) == []
    assert len(growing.offices) == 2


def test_an_office_that_cannot_be_taken_up_holds_up_no_other_and_is_tried_again() -> None:
    served, tried, now = ["first"], list[str](), [0.0]

    def take_up(code: str) -> None:
        tried.append(code)
        if code == "broken" and now[0] < AGAIN_SECONDS:
            raise ValueError(code)
        served.append(code)

    watch = NewOffices(lambda: ["first", "broken", "second"], lambda: served, take_up, lambda: now[0])
    with pytest.raises(ValueError, match="broken"):
        watch.look()
    assert served == ["first", "second"]
    watch.look()
    assert tried == ["broken", "second"]
    now[0] = AGAIN_SECONDS
    watch.look()
    assert served == ["first", "second", "broken"]
