"""Start screen, result, slip and phone say the same number ahead, and what they say comes true."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import CallNext, MarkNoShow, OpenCounter
from antrean.queueing.plan.model import Counter, OfficePlan
from antrean.web.text.slip_words import slip_content
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub

HTML = {"Accept": "text/html"}


@pytest.fixture
def plan(plan: OfficePlan) -> OfficePlan:
    """Return an office of which all three counters serve cards and births; families are served at the third only."""
    both = ("card", "birth")
    counters = (Counter("1", "1", both), Counter("2", "2", both), Counter("3", "3", (*both, "family")))
    return replace(plan, counters=counters, services=tuple(replace(one, promised_wait=30) for one in plan.services))


@pytest.fixture
def rush(hub: OfficeHub, clock: SetClock) -> OfficeHub:
    """Three open counters, and six people who came for a birth certificate."""
    for counter, operator in (("1", "Ani"), ("2", "Budi"), ("3", "Dewi")):
        hub.office.execute(OpenCounter(counter=counter, operator=operator))
    for _ in range(6):
        hub.issue("birth")
        clock.forward(seconds=20)
    return hub


def tile(kiosk: FlaskClient, code: str) -> dict[str, object]:
    services = kiosk.get("/kiosk/services").get_json()["services"]
    return next(service for service in services if service["code"] == code)


def test_tile_result_slip_and_phone_tell_the_same_number_ahead(rush: OfficeHub, kiosk: FlaskClient) -> None:
    assert (tile(kiosk, "family")["ahead"], tile(kiosk, "family")["waiting"]) == (6, 0)
    start = kiosk.get("/kiosk/", headers=HTML).text
    assert '<b class="number">6</b> di depan Anda' in start
    told = kiosk.post("/kiosk/tickets", json={"service": "family"}).get_json()["ticket"]
    assert told["people_ahead"] == 6
    assert '<dd class="number">6 nomor</dd>' in kiosk.get(f"/kiosk/tickets/{told['number']}", headers=HTML).text
    ticket = rush.ticket(told["number"])
    with rush.app.test_request_context():
        plan = rush.office.read(lambda _day, plan: plan)
        fields = {field.get("key"): field["value"] for field in slip_content(plan, ticket, ticket.slips[0])["fields"]}
    assert fields["people_ahead"] == "6"
    view = kiosk.get(f"/mobile_ticket/view?ticket={rush.link(ticket)}").get_json()["tickets"][ticket.number]
    page = kiosk.get(f"/mobile_ticket/?ticket={rush.link(ticket)}", headers=HTML).text
    assert (view[0], view[1], "n" in view[8]) == ("waiting", 6, False)
    assert "data-ahead>6<" in page
    assert 'data-shown="waiting"' in page


def test_the_number_ahead_counts_down_with_each_call_and_next_is_said_when_nobody_goes_before(
    rush: OfficeHub, kiosk: FlaskClient
) -> None:
    ticket = rush.issue("family")
    client = rush.app.test_client()

    def phone() -> tuple[int, str]:
        row = client.get(f"/mobile_ticket/view?ticket={rush.link(ticket)}").get_json()["tickets"][ticket.number]
        return row[1], row[8]

    heard = []
    for _ in range(6):
        heard.append(phone())
        called = rush.office.execute(CallNext(counter="2", operator="Budi")).ticket
        assert called is not None
        assert called.service == "birth"
        rush.office.execute(MarkNoShow(ticket=called.number, counter="2"))
    assert heard == [(6, ""), (5, ""), (4, ""), (3, ""), (2, ""), (1, "")]
    assert phone() == (0, "n")
    called = rush.office.execute(CallNext(counter="3", operator="Dewi")).ticket
    assert called is not None
    assert called.number == ticket.number


def test_a_tile_without_anybody_before_says_that_there_is_no_queue(hub: OfficeHub, kiosk: FlaskClient) -> None:
    assert tile(kiosk, "card")["ahead"] == 0
    hub.office.execute(OpenCounter(counter="3", operator="Dewi"))  # it serves all three
    assert kiosk.get("/kiosk/", headers=HTML).text.count("Tanpa antre") == 3
