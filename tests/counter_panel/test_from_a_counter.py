"""Operators act on numbers only from a counter, supervisors anywhere; whoever cancels says why, and it is on record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import CompleteTicket, MarkNoShow, StartService
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

NEEDS_A_COUNTER = "Cancelling, correcting and letting wait again need a counter: sit down at one first."
# What is done with a waiting number, and with one that has ended; none of it is called to a counter.
WAITING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("persons", {"persons": 4}),
    ("priority", {"priority": True}),
    ("service", {"service": "family"}),
    ("cancel", {"reason": "The visitor has left"}),
)
ENDED = {"A-002": "readmit", "A-003": "reopen"}


class Room:
    """An office in English: A-001 waits, A-002 was absent at Ani's counter, A-003 is finished there."""

    def __init__(self, folder: Path, clock: SetClock) -> None:
        self.hub = OfficeHub(folder, small_plan(languages=("en", "id", "su")), clock)
        self.ani, self.budi, self.dewi = (self.hub.as_staff(name) for name in ("Ani", "Budi", "Dewi"))
        self.ani.post("/counter_panel/session", json={"counter": "3"})
        for _ in range(3):
            self.hub.issue()
        for number in ("A-002", "A-003"):
            self.ani.post(f"/counter_panel/tickets/{number}/call", json={"reason": ""})
            if number == "A-002":
                self.hub.office.execute(MarkNoShow(ticket=number, counter="3"))
        self.hub.office.execute(StartService(ticket="A-003", counter="3"))
        self.hub.office.execute(CompleteTicket(ticket="A-003", counter="3"))

    def wish(self, client: FlaskClient, number: str, what: str, **fields: Any) -> tuple[int, str]:
        answer = client.post(f"/counter_panel/tickets/{number}/{what}", json=fields)
        return answer.status_code, (answer.get_json().get("error") or {}).get("code", "")

    def found(self, client: FlaskClient, typed: str) -> str:
        return str(client.get("/counter_panel/search", query_string={"q": typed}).get_json()["html"])

    def audited(self) -> list[str]:
        page = self.hub.as_staff("Eka").get("/admin/audit?about=numbers", headers={"Accept": "text/html"}).text
        return [text_of(one).removesuffix(" Visit") for one in re.findall(r'<td class="what">(.*?)</td>', page, re.S)]


@pytest.fixture
def room(tmp_path: Path, clock: SetClock) -> Iterator[Room]:
    found = Room(tmp_path, clock)
    yield found
    found.hub.stop()


def test_an_operator_at_no_counter_changes_no_number_and_is_told_why(room: Room) -> None:
    seq = room.hub.seq()
    for what, fields in WAITING:
        assert room.wish(room.budi, "A-001", what, **fields) == (409, "not_at_counter"), what
    for number, what in ENDED.items():
        assert room.wish(room.budi, number, what) == (409, "not_at_counter"), what
    undo = room.budi.post("/counter_panel/undo", json={})
    assert (undo.status_code, undo.get_json()["error"]["code"]) == (409, "not_at_counter")
    assert room.hub.seq() == seq
    for typed in ("A-001", "A-002", "A-003"):
        drawn = room.found(room.budi, typed)
        assert NEEDS_A_COUNTER in drawn
        assert not any(f"/{what}" in drawn for what in ("readmit", "reopen"))
        assert not any(f'data-open="{what}"' in drawn for what in ("cancel", "correct"))


def test_an_operator_at_a_counter_changes_numbers_that_wait_or_have_ended(room: Room) -> None:
    for number, what in ENDED.items():
        assert NEEDS_A_COUNTER not in room.found(room.ani, number)
        assert f"/{what}" in room.found(room.ani, number)
        assert room.wish(room.ani, number, what) == (200, ""), what
    for what, fields in WAITING:
        assert room.wish(room.ani, "A-001", what, **fields) == (200, ""), what


def test_a_supervisor_at_no_counter_does_the_same_and_takes_nobody_from_a_counter(room: Room) -> None:
    assert 'data-open="cancel"' in room.found(room.dewi, "A-001")
    assert 'data-open="correct"' in room.found(room.dewi, "A-001")
    for number, what in ENDED.items():
        assert f"/{what}" in room.found(room.dewi, number)
        assert room.wish(room.dewi, number, what) == (200, ""), what
    for what, fields in WAITING:
        assert room.wish(room.dewi, "A-001", what, **fields) == (200, ""), what
    room.ani.post("/counter_panel/tickets/A-002/call", json={"reason": ""})
    for what, fields in WAITING:
        assert room.wish(room.dewi, "A-002", what, **fields) == (409, "ticket_not_here"), what


def test_a_wish_that_was_answered_is_answered_again_after_its_operator_has_left_the_counter(room: Room) -> None:
    wish = {"persons": 4, "request_id": "tablet-0001"}
    assert room.wish(room.ani, "A-001", "persons", **wish) == (200, "")
    assert room.ani.delete("/counter_panel/session").status_code == 200
    assert room.wish(room.ani, "A-001", "persons", **wish) == (200, "")
    assert room.wish(room.ani, "A-001", "persons", persons=5, request_id="tablet-0002") == (409, "not_at_counter")


@pytest.mark.parametrize("who", ["ani", "dewi"])
def test_whoever_cancels_says_why_and_the_audit_keeps_it(room: Room, who: str) -> None:
    client: FlaskClient = getattr(room, who)
    for fields, code in (
        ({}, "reason_missing"), ({"reason": "  "}, "reason_missing"),
        ({"reason": "NIK 3208 0112 3456 7890"}, "note_has_id_number"),
    ):  # fmt: skip
        assert room.wish(client, "A-001", "cancel", **fields) == (422, code)
    assert room.hub.ticket("A-001").state == "waiting"
    assert room.wish(client, "A-001", "cancel", reason=" went to Cirebon instead ") == (200, "")
    assert room.audited()[0] == "A-001 cancelled: went to Cirebon instead"


def test_a_visitor_gives_the_place_back_without_a_reason(room: Room) -> None:
    link = room.hub.link("A-001").partition("?ticket=")[2] or room.hub.link("A-001")
    answer = room.hub.app.test_client().post("/mobile_ticket/leave", json={"ticket": link})
    assert answer.status_code == 200, answer.text
    assert room.hub.ticket("A-001").state == "cancelled"


def test_who_gave_priority_is_on_record_and_a_reason_for_it_is_taken_nowhere(room: Room) -> None:
    shown = text_of(room.ani.get("/counter_panel/corrections?ticket=A-001").get_json()["html"])
    assert "Others wait longer then. Who gave it stands in the audit; why is written nowhere." in shown
    refused = room.wish(room.ani, "A-001", "priority", priority=True, reason="hamil")
    assert refused == (422, "field_unknown")
    assert room.wish(room.ani, "A-001", "priority", priority=True) == (200, "")
    assert room.audited()[0] == "A-001 was given priority"
    shown = text_of(room.ani.get("/counter_panel/corrections?ticket=A-001").get_json()["html"])
    assert "Others wait longer" not in shown


def test_the_question_behind_cancel_offers_reasons_in_the_offices_language_and_room_for_others(room: Room) -> None:
    def asked() -> str:
        page = room.ani.get("/counter_panel/", headers={"Accept": "text/html"}).text
        return page.partition('id="ask-cancel"')[2].partition("</dialog>")[0]

    assert "Why? A tap cancels the number; the audit keeps the reason." in asked()
    assert re.findall(r'name="reason" value="([^"]+)"', asked()) == [
        "The visitor has left", "The visitor wishes it", "A number too many was taken",
    ]  # fmt: skip
    save_part(room.hub.office, "languages", ["id", "en", "su"])
    assert 'value="Pengunjung sudah pergi"' in asked()
