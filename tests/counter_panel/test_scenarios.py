"""Seven visits from the door to the end, over HTTP with a set clock: answers, views and journal lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.storage.database.engine import database_url, open_engine, reading
from antrean.storage.database.schema import journal
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub

Line = tuple[str, str, dict[str, Any]]


class Visit:
    """A kiosk, two operators and the waiting room of one hub; every wish goes over HTTP."""

    def __init__(self, hub: OfficeHub, clock: SetClock, folder: Path) -> None:
        self.hub, self.clock, self.folder = hub, clock, folder
        services = hub.app.extensions["antrean"]
        self.devices = {}
        for kind in ("kiosk", "display"):
            device, token = pair_device(services.settings, kind, kind, clock)
            self.devices[kind] = hub.app.test_client()
            self.devices[kind].set_cookie(f"antrean_{kind}", token)
            if kind == "kiosk":
                self.kiosk = f"kiosk:{device.id}"
        services.identities.load()
        self.staff: dict[str, FlaskClient] = {}

    def sit(self, name: str, counter: str) -> None:
        self.staff[name] = self.hub.as_staff(name)
        answer = self.staff[name].post("/counter_panel/session", json={"counter": counter})
        assert answer.status_code == 200, answer.json

    def take(self, service: str = "card", **more: Any) -> dict[str, Any]:
        answer = self.devices["kiosk"].post("/kiosk/tickets", json={"service": service, **more})
        assert answer.status_code == 201, answer.json
        ticket: dict[str, Any] = answer.get_json()["ticket"]
        return ticket

    def call(self, name: str) -> dict[str, Any]:
        answer = self.staff[name].post("/counter_panel/calls", json={})
        assert answer.status_code == 201, answer.json
        called: dict[str, Any] = answer.get_json()
        return called

    def wish(self, name: str, number: str, what: str, **fields: Any) -> dict[str, Any]:
        answer = self.staff[name].post(f"/counter_panel/tickets/{number}/{what}", json=fields)
        assert answer.status_code == 200, answer.json
        ticket: dict[str, Any] = answer.get_json()["ticket"]
        return ticket

    def refused(self, name: str, path: str, **fields: Any) -> str:
        """Return the code of a refusal that left no line."""
        before = self.lines()
        answer = self.staff[name].post(f"/counter_panel/{path}", json=fields)
        assert answer.status_code == 409, answer.json
        assert self.lines() == before
        return str(answer.get_json()["error"]["code"])

    def panel(self, name: str) -> dict[str, Any]:
        view: dict[str, Any] = self.staff[name].get("/counter_panel/view").get_json()
        return view

    def shown_calls(self) -> list[tuple[str, str, bool]]:
        calls = self.devices["display"].get("/display/view").get_json()["calls"]
        return [(call["number"], call["counter"], call["recall"]) for call in calls]

    def phone(self, ticket: dict[str, Any]) -> Any:
        """Return what the visitor's phone hears of the ticket: state, people ahead, …"""
        token = ticket["follow_url"].partition("ticket=")[2]
        view = self.hub.app.test_client().get(f"/mobile_ticket/view?ticket={token}").get_json()
        return view["tickets"].get(ticket["number"])

    def lines(self, number: str | None = None) -> list[Line]:
        """Return the journal's rows as the database has them: kind, actor, data; of one ticket, or all."""
        engine = open_engine(database_url("", self.folder))
        with reading(engine) as connection:
            rows = connection.execute(sa.select(journal).order_by(journal.c.seq)).all()
        lines = [(row.kind, row.actor, json.loads(row.data)) for row in rows]
        return [line for line in lines if number is None or line[2].get("ticket") == number]

    def kinds(self, number: str) -> list[str]:
        return [kind.removeprefix("ticket.") for kind, _actor, _data in self.lines(number)]

    def legs(self, number: str) -> list[tuple[str, str, float | None, float | None, str]]:
        """Return service, counter, minutes waited, minutes served and the end of each leg."""

        def minutes(start: datetime | None, end: datetime | None) -> float | None:
            return None if start is None or end is None else (end - start).total_seconds() / 60

        found = []
        for leg in self.hub.ticket(number).legs:
            waited, served = minutes(leg.waiting_since, leg.called_at), minutes(leg.started_at, leg.ended_at)
            found.append((leg.service, leg.counter, waited, served, leg.end))
        return found


@pytest.fixture
def visit(hub: OfficeHub, clock: Callable[[], datetime], tmp_path: Path) -> Visit:
    assert isinstance(clock, SetClock)
    return Visit(hub, clock, tmp_path)


def test_a_plain_visit(visit: Visit) -> None:
    visit.sit("Ani", "1")
    ticket = visit.take(persons=2)
    assert (ticket["number"], ticket["people_ahead"], ticket["persons"]) == ("A-001", 0, 2)
    assert visit.panel("Ani")["waiting"] == 1
    visit.clock.forward(minutes=4)
    called = visit.call("Ani")
    assert (called["ticket"]["state"], called["ticket"]["counter"]) == ("called", "1")
    assert called["reason"]["rule"] == "earliest_due_date"
    assert visit.shown_calls() == [("A-001", "1", False)]
    assert visit.phone(ticket)[0] == "called"
    visit.clock.forward(minutes=1)
    assert visit.wish("Ani", "A-001", "start")["state"] == "serving"
    visit.clock.forward(minutes=6)
    assert visit.wish("Ani", "A-001", "complete", outcome="finished", persons=2)["outcome"] == "finished"
    assert visit.panel("Ani")["ticket"] is None
    assert visit.kinds("A-001") == ["issued", "called", "started", "completed"]
    assert [actor for _kind, actor, _data in visit.lines("A-001")] == [visit.kiosk] + ["operator:Ani"] * 3
    assert visit.legs("A-001") == [("card", "1", 4, 6, "finished")]


def test_a_visitor_is_held_while_another_is_served_and_then_served_on(visit: Visit) -> None:
    visit.sit("Ani", "1")
    visit.take(), visit.take()
    visit.call("Ani")
    visit.wish("Ani", "A-001", "start")
    visit.clock.forward(minutes=3)
    assert visit.wish("Ani", "A-001", "hold", reason="server pusat")["state"] == "held"
    assert visit.panel("Ani")["held"] == 1
    visit.call("Ani")
    visit.wish("Ani", "A-002", "start")
    assert visit.refused("Ani", "tickets/A-001/resume") == "counter_busy"
    visit.clock.forward(minutes=5)
    visit.wish("Ani", "A-002", "complete")
    assert visit.wish("Ani", "A-001", "resume")["state"] == "serving"
    assert (visit.panel("Ani")["ticket"], visit.panel("Ani")["held"]) == ("A-001", 0)
    visit.clock.forward(minutes=2)
    visit.wish("Ani", "A-001", "complete")
    assert visit.kinds("A-001") == ["issued", "called", "started", "held", "resumed", "completed"]
    assert visit.kinds("A-002") == ["issued", "called", "started", "completed"]
    assert visit.shown_calls() == [("A-001", "1", False), ("A-002", "1", False)]
    held = next(data for kind, _actor, data in visit.lines("A-001") if kind == "ticket.held")
    assert held == {"ticket": "A-001", "counter": "1", "reason": "server pusat"}


def test_two_visitors_leave_before_they_are_called_and_the_others_move_up(visit: Visit) -> None:
    visit.sit("Ani", "1")
    first, second, third = visit.take(), visit.take(), visit.take()
    assert visit.phone(third)[:2] == ["waiting", 2]
    token = first["follow_url"].partition("ticket=")[2]
    left = visit.hub.app.test_client().post("/mobile_ticket/leave", json={"ticket": token})
    assert (left.status_code, left.get_json()["state"]) == (200, "cancelled")
    assert visit.phone(third)[:2] == ["waiting", 1]
    assert visit.wish("Ani", second["number"], "cancel", reason="pulang")["state"] == "cancelled"
    assert visit.phone(third)[:2] == ["waiting", 0]
    assert visit.call("Ani")["ticket"]["number"] == third["number"]
    assert visit.refused("Ani", f"tickets/{second['number']}/cancel") == "ticket_not_waiting"
    assert visit.lines("A-001")[-1] == (
        "ticket.cancelled",
        "visitor:A-001",
        {"ticket": "A-001", "reason": "visitor_left"},
    )
    assert visit.lines("A-002")[-1] == ("ticket.cancelled", "operator:Ani", {"ticket": "A-002", "reason": "pulang"})
    assert visit.shown_calls() == [("A-003", "1", False)]


def test_a_visitor_misses_all_calls_comes_back_and_is_served(visit: Visit) -> None:
    visit.sit("Ani", "1")
    ticket = visit.take()
    visit.take()
    visit.clock.forward(minutes=10)
    visit.call("Ani")
    assert visit.refused("Ani", "tickets/A-001/recall") == "recall_too_soon"
    for _ in range(3):
        visit.clock.forward(seconds=20)
        visit.wish("Ani", "A-001", "recall")
    visit.clock.forward(seconds=20)
    assert visit.refused("Ani", "tickets/A-001/recall") == "recall_limit"
    assert visit.wish("Ani", "A-001", "no_show")["state"] == "no_show"
    assert visit.call("Ani")["ticket"]["number"] == "A-002"
    visit.wish("Ani", "A-002", "start")
    visit.clock.forward(minutes=5)
    assert visit.wish("Ani", "A-001", "readmit")["state"] == "waiting"
    assert visit.phone(ticket)[:2] == ["waiting", 0]
    assert visit.call("Ani")["ticket"]["number"] == "A-001"
    visit.wish("Ani", "A-001", "start")
    visit.wish("Ani", "A-001", "complete")
    assert visit.kinds("A-001") == [
        "issued", "called", "recalled", "recalled", "recalled", "no_show", "readmitted", "called", "started",
        "completed",
    ]  # fmt: skip
    recalls = [("A-001", "1", True)] * 3
    assert visit.shown_calls() == [("A-001", "1", False), *recalls, ("A-002", "1", False), ("A-001", "1", False)]
    assert [leg[-1] for leg in visit.legs("A-001")] == ["no_show", "finished"]


def test_one_visitor_needs_two_services_and_keeps_the_number(visit: Visit) -> None:
    visit.sit("Ani", "1")
    visit.sit("Budi", "2")
    visit.take("card")
    visit.clock.forward(minutes=2)
    visit.call("Ani")
    visit.wish("Ani", "A-001", "start")
    visit.clock.forward(minutes=5)
    moved = visit.wish("Ani", "A-001", "transfer", service="family", position="arrival")
    assert (moved["number"], moved["service"], moved["state"]) == ("A-001", "family", "waiting")
    assert visit.refused("Ani", "tickets/A-001/start") == "ticket_not_called"
    visit.clock.forward(minutes=3)
    assert visit.call("Budi")["ticket"]["number"] == "A-001"
    visit.wish("Budi", "A-001", "start")
    visit.clock.forward(minutes=7)
    visit.wish("Budi", "A-001", "transfer", service="card", position="front")
    visit.take("card")
    visit.clock.forward(minutes=1)
    back = visit.call("Ani")
    assert (back["ticket"]["number"], back["reason"]["rule"]) == ("A-001", "brought_forward")
    visit.wish("Ani", "A-001", "start")
    visit.clock.forward(minutes=4)
    visit.wish("Ani", "A-001", "complete")
    assert visit.legs("A-001") == [
        ("card", "1", 2, 5, "transferred"),
        ("family", "2", 3, 7, "transferred"),
        ("card", "1", 1, 4, "finished"),
    ]
    assert visit.kinds("A-001") == [
        "issued", "called", "started", "transferred", "called", "started", "transferred", "called", "started",
        "completed",
    ]  # fmt: skip
    assert visit.kinds("A-002") == ["issued"]
    numbers = [data["number"] for kind, _actor, data in visit.lines() if kind == "ticket.issued"]
    assert numbers == [1, 2]


def test_a_party_grows_lacks_papers_and_comes_back_fast(visit: Visit) -> None:
    visit.sit("Ani", "1")
    visit.take(persons=3)
    visit.take()
    visit.call("Ani")
    visit.wish("Ani", "A-001", "start")
    assert visit.wish("Ani", "A-001", "persons", persons=5)["persons"] == 5
    assert visit.panel("Ani")["persons"] == 5
    visit.clock.forward(minutes=2)
    done = visit.wish("Ani", "A-001", "complete", outcome="papers_missing", persons=1)
    assert (done["state"], done["outcome"]) == ("completed", "papers_missing")
    assert visit.lines("A-001")[-1][2] == {
        "ticket": "A-001", "counter": "1", "outcome": "papers_missing", "persons": 1, "missing": "", "come_on": "",
        "not_collected": "",
    }  # fmt: skip
    # The papers are fetched: a new number, called before those who came earlier, with the reason in the journal.
    visit.clock.forward(minutes=30)
    assert visit.take(persons=4)["number"] == "A-003"
    chosen = visit.wish("Ani", "A-003", "call", reason="berkas dilengkapi")
    assert (chosen["state"], chosen["counter"]) == ("called", "1")
    assert visit.lines("A-003")[-1][2]["facts"] == {"note": "berkas dilengkapi", "passed": 1}
    assert visit.hub.ticket("A-002").state == "waiting"
    assert visit.kinds("A-002") == ["issued"]
    visit.wish("Ani", "A-003", "start")
    visit.wish("Ani", "A-003", "complete")
    assert [visit.hub.ticket(number).persons for number in ("A-001", "A-003")] == [1, 4]


def test_a_counter_helps_out_when_its_own_queue_is_empty_and_returns_to_it(visit: Visit) -> None:
    visit.sit("Ani", "1")  # cards first, families when no card waits
    visit.take("family"), visit.take("family")
    visit.clock.forward(minutes=1)
    helped = visit.call("Ani")
    assert (helped["ticket"]["number"], helped["reason"]["rule"]) == ("B-001", "overflow_empty")
    visit.wish("Ani", "B-001", "start")
    visit.take("card")
    visit.clock.forward(minutes=1)
    own = visit.call("Ani")
    assert (own["ticket"]["number"], own["reason"]["rule"]) == ("A-001", "earliest_due_date")
    assert visit.hub.ticket("B-002").state == "waiting"
    visit.wish("Ani", "A-001", "start")
    visit.take("card")
    visit.clock.forward(minutes=40)
    late = visit.call("Ani")
    # Overdue by now, and due before the card that came later.
    assert (late["ticket"]["number"], late["reason"]["rule"]) == ("B-002", "overflow_overdue")
    assert [data["rule"] for kind, _actor, data in visit.lines() if kind == "ticket.called"] == [
        "overflow_empty", "earliest_due_date", "overflow_overdue",
    ]  # fmt: skip
    assert visit.panel("Ani")["waiting"] == 1
