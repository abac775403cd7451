"""One hub that is never restarted lives through the days: each begins at midnight in the office's zone, not before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.events import CounterClosed, DayClosed, SecurityNoted, SlipFailed, TicketExpired
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import OfficeHub

END_OF_DAY = (TicketExpired, CounterClosed, SlipFailed, DayClosed)


class LongLived:
    """A hub with a kiosk, an operator and a display, asked over HTTP only."""

    def __init__(self, folder: Path, plan: OfficePlan, clock: SetClock) -> None:
        self.hub = OfficeHub(folder, plan, clock)
        self.clock = clock
        services = self.hub.app.extensions["antrean"]
        self.folder = services.config.data
        self.kiosk, self.display = self._paired("kiosk"), self._paired("display")
        services.identities.load()
        self.operator = self.hub.as_staff("Ani")

    def _paired(self, kind: str) -> FlaskClient:
        services = self.hub.app.extensions["antrean"]
        client = self.hub.app.test_client()
        client.set_cookie(f"antrean_{kind}", pair_device(services.settings, kind, kind, self.clock)[1])
        return client

    def at(self, local: str) -> None:
        """Move the clock to a time in Jakarta."""
        self.clock.now = datetime.fromisoformat(local + "+07:00").astimezone(UTC)

    def take(self, service: str = "card", **more: object) -> dict[str, Any]:
        answer = self.kiosk.post("/kiosk/tickets", json={"service": service, **more})
        assert answer.status_code == 201, answer.json
        return dict(answer.get_json()["ticket"])

    def lines(self) -> dict[date, list[str]]:
        """Return what was written on each business day, as a new process would read it.

        Without what the hub itself adds to a day that has ended, whenever it comes to that, and who signed in.
        """
        journal = SqlJournal(open_engine(database_url("", self.folder)), "test")
        found: dict[date, list[str]] = {}
        for entry in journal.read(after=0):
            if not isinstance(entry.event, (*END_OF_DAY, SecurityNoted)):
                found.setdefault(entry.business_day, []).append(getattr(entry.event, "ticket", ""))
        journal.close()
        return found


@pytest.fixture
def office(tmp_path: Path, plan: OfficePlan, clock: SetClock) -> Iterator[LongLived]:
    living = LongLived(tmp_path, plan, clock)
    yield living
    living.hub.stop()


def test_neither_seven_in_the_morning_nor_utc_but_midnight_in_jakarta_begins_the_day(office: LongLived) -> None:
    told = []
    for moment in (
        "2026-11-24T06:59:59", "2026-11-24T07:00:00", "2026-11-24T23:59:59",
        "2026-11-25T00:00:00", "2026-11-25T06:59:59", "2026-11-25T07:00:00",
    ):  # fmt: skip
        office.at(moment)
        told.append(office.take()["number"])
    assert told == ["A-001", "A-002", "A-003", "A-001", "A-002", "A-003"]
    assert office.lines() == {
        date(2026, 11, 24): ["A-001", "A-002", "A-003"],
        date(2026, 11, 25): ["A-001", "A-002", "A-003"],
    }


def test_a_week_without_a_restart_is_seven_days_and_none_changes_another(office: LongLived) -> None:
    first = datetime(2026, 11, 24)  # noqa: DTZ001 - a time in Jakarta
    written: dict[date, list[str]] = {}
    for day in range(7):
        office.at((first + timedelta(days=day, hours=8)).isoformat())
        taken = [office.take()["number"], office.take("family")["number"], office.take()["number"]]
        assert taken == ["A-001", "B-001", "A-002"]
        assert office.operator.post("/counter_panel/session", json={"counter": "3"}).status_code == 200
        called = office.operator.post("/counter_panel/calls", json={}).get_json()["ticket"]["number"]
        assert called == "A-001"
        view = office.display.get("/display/view").get_json()
        assert [call["number"] for call in view["calls"]] == ["A-001"]
        assert view["business_day"] == (first + timedelta(days=day)).date().isoformat()
        services = office.kiosk.get("/kiosk/services").get_json()["services"]
        assert [service["waiting"] for service in services] == [1, 1, 0]
        lines = office.lines()
        assert {past: lines[past] for past in written} == written
        assert len(lines) == day + 1
        written = lines


def test_screens_are_empty_after_midnight_although_nobody_asks_for_anything(office: LongLived) -> None:
    office.at("2026-11-24T23:59:59")
    office.take()
    office.operator.post("/counter_panel/session", json={"counter": "3"})
    office.operator.post("/counter_panel/calls", json={})
    assert office.display.get("/display/view").get_json()["calls"] != []
    office.at("2026-11-25T00:00:00")
    wait_until(lambda: office.display.get("/display/view").get_json()["calls"] == [], "the new day on the display")
    assert office.display.get("/display/view").get_json()["business_day"] == "2026-11-25"
    assert office.operator.get("/counter_panel/view").get_json()["state"] == "lobby"
    assert office.kiosk.get("/kiosk/tickets/A-001").get_json()["error"]["code"] == "ticket_unknown"


def test_a_wish_repeated_after_midnight_is_still_the_ticket_of_yesterday(office: LongLived) -> None:
    office.at("2026-11-24T23:59:59")
    first = office.take(request_id="late-wish")
    office.at("2026-11-25T00:00:01")
    assert office.take(request_id="late-wish") == first
    assert office.take()["number"] == "A-001"
    assert office.lines() == {date(2026, 11, 24): ["A-001"], date(2026, 11, 25): ["A-001"]}
