"""Every sentence of the phone about a state: shown when it is so, and hidden when it is not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from antrean.config import ROOT
from antrean.queueing.commands import (
    CallNext,
    CancelTicket,
    ChangePlan,
    CloseDay,
    CompleteTicket,
    HoldTicket,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    PauseService,
    ReadmitTicket,
    ReopenTicket,
    StartService,
)
from antrean.queueing.plan.model import CLOSED, PAUSED, Limits
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part
from tests.fakes.stands import stands

FACES = {
    "called": "It is your turn Please go to Loket 3",
    "serving": "You are being served Loket 3",
    "held": "Please stay close Your visit is on hold. The operator will ask you back. Loket 3",
    "completed": "Finished Thank you for your visit.",
    "no_show": "You were called and did not come Please speak to an operator soon: your number can be taken in again.",
    "cancelled": "Your place was given back To be served after all, please take a new number.",
    "expired": "The office has closed Please take a new number on the next opening day.",
}
COMES_BACK = "Please speak to an operator soon: your number can be taken in again."
NEW_NUMBER = "To be served after all, please take a new number."


def link(hub: OfficeHub, ticket: Ticket) -> str:
    return hub.link(ticket)


def page(hub: OfficeHub, ticket: Ticket) -> str:
    query = {"ticket": link(hub, ticket), "language": "en"}
    answer = hub.app.test_client().get("/mobile_ticket/", query_string=query, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return answer.text


def shown(hub: OfficeHub, ticket: Ticket) -> str:
    """Return the words of the page that are not hidden."""
    seen = re.sub(r"<(p|section|span|details)\b[^>]* hidden>.*?</\1>", " ", page(hub, ticket), flags=re.DOTALL)
    return text_of(seen)


def face(hub: OfficeHub, ticket: Ticket) -> str:
    """Return the words of the one face that is shown."""
    faces = re.findall(r'<section class="face [^"]*" data-face="\w+">(.*?)</section>', page(hub, ticket), re.DOTALL)
    assert len(faces) == 1
    return text_of(re.sub(r"<p [^>]* hidden>.*?</p>", "", faces[0], flags=re.DOTALL))


def marks(hub: OfficeHub, ticket: Ticket) -> str:
    """Return what the message to all phones marks of a ticket."""
    view = hub.app.test_client().get(f"/mobile_ticket/view?ticket={link(hub, ticket)}").get_json()
    return str(view["tickets"][ticket.number][8])


def told_until(hub: OfficeHub, ticket: Ticket) -> Any:
    """Return what the message to all phones says of the ends of pauses."""
    return hub.app.test_client().get(f"/mobile_ticket/view?ticket={link(hub, ticket)}").get_json()["until"]


def change(hub: OfficeHub, **changes: Any) -> None:
    plan = hub.office.read(lambda _day, plan: plan)
    hub.office._load_plan = lambda: replace(plan, **changes)
    hub.office.execute(ChangePlan(what="services"))


def bring_to(hub: OfficeHub, state: str) -> Ticket:
    """Take a number and bring it to a state at counter 3."""
    ticket = hub.issue()
    here = {"ticket": ticket.number, "counter": "3"}
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    if state in ("cancelled", "expired"):
        if state == "cancelled":
            hub.office.execute(CancelTicket(ticket=ticket.number, reason="visitor_left"))
        else:
            hub.office.execute(CloseDay())
        return ticket
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    if state == "no_show":
        hub.office.execute(MarkNoShow(**here))
    if state in ("serving", "held", "completed"):
        hub.office.execute(StartService(**here))
    if state == "held":
        hub.office.execute(HoldTicket(**here, reason="papers"))
    if state == "completed":
        hub.office.execute(CompleteTicket(ticket=here["ticket"], counter=here["counter"]))
    return ticket


OUTCOMES = {
    "finished": FACES["completed"],
    "papers_missing": "Some papers were missing Bring them while the office is open today and show this number to an "
    "operator: you go first. On another day, please take a new number.",
    "referred": "It goes on at another office Nothing more is to be done here with this number. If you are not sure "
    "where to go, ask our staff.",
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_how_a_visit_ended_is_said_to_its_holder_alone(hub: OfficeHub, outcome: str) -> None:
    ticket = bring_to(hub, "serving")
    assert not any(words in page(hub, ticket) for words in OUTCOMES.values())
    hub.office.execute(CompleteTicket(ticket=ticket.number, counter="3", outcome=outcome))
    assert face(hub, ticket) == OUTCOMES[outcome]
    told = hub.app.test_client().get(f"/mobile_ticket/view?ticket={link(hub, ticket)}")
    assert told.get_json()["tickets"][ticket.number][0] == "completed"
    assert outcome not in told.text


def test_whoever_brings_missing_papers_on_the_same_day_does_go_first(hub: OfficeHub) -> None:
    ticket = bring_to(hub, "serving")
    hub.office.execute(CompleteTicket(ticket=ticket.number, counter="3", outcome="papers_missing"))
    hub.issue(), hub.issue(priority=True)
    hub.office.execute(ReopenTicket(ticket=ticket.number))
    assert "papers were missing" not in page(hub, ticket)
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    assert hub.ticket(ticket.number).state == "called"


@pytest.mark.parametrize("state", FACES)
def test_each_state_has_its_own_face_and_names_the_counter_where_there_is_one(hub: OfficeHub, state: str) -> None:
    ticket = bring_to(hub, state)
    assert hub.ticket(ticket.number).state == state
    assert face(hub, ticket) == FACES[state]


def test_who_did_not_come_is_sent_to_an_operator_only_while_an_operator_can_help(
    hub: OfficeHub, clock: SetClock
) -> None:
    change(hub, limits=Limits(readmits=1, readmit_minutes=10))
    ticket = bring_to(hub, "no_show")
    clock.forward(minutes=10)
    hub.issue("birth")
    assert (COMES_BACK in face(hub, ticket), "r" in marks(hub, ticket)) == (True, True)
    clock.forward(seconds=1)
    hub.issue("birth")
    assert face(hub, ticket) == f"You were called and did not come {NEW_NUMBER}"
    assert "r" not in marks(hub, ticket)
    with pytest.raises(Exception, match="can't come back"):
        hub.office.execute(ReadmitTicket(ticket=ticket.number))


def test_who_came_back_as_often_as_allowed_is_not_promised_another_time(hub: OfficeHub) -> None:
    change(hub, limits=Limits(readmits=1))
    ticket = bring_to(hub, "no_show")
    hub.office.execute(ReadmitTicket(ticket=ticket.number))
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    hub.office.execute(MarkNoShow(ticket=ticket.number, counter="3"))
    assert NEW_NUMBER in face(hub, ticket)


def test_once_the_day_was_closed_nobody_is_promised_to_be_taken_in_again(hub: OfficeHub) -> None:
    ticket = bring_to(hub, "no_show")
    hub.office.execute(CloseDay())
    assert (COMES_BACK in face(hub, ticket), "r" in marks(hub, ticket)) == (False, False)
    hub.office.execute(OpenDay())
    assert COMES_BACK in face(hub, ticket)


def test_a_waiting_number_is_told_whether_its_service_is_paused_or_closed_and_others_are_not(hub: OfficeHub) -> None:
    words = {
        PAUSED: "This service is paused at the moment. Your place is kept.",
        CLOSED: "This service is closed at the moment. Your place is kept.",
    }
    ticket, other = hub.issue("card"), hub.issue("family")
    for state, said in words.items():
        stands(hub.office, "card", state, {"en": "no cards"})
        assert f"{said} no cards" in shown(hub, ticket)
        assert [one for one in words.values() if one in shown(hub, ticket)] == [said]
        assert [one for one in words.values() if one in shown(hub, other)] == []
    stands(hub.office, "card", "open")
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    stands(hub.office, "card", "paused")
    assert [one for one in words.values() if one in shown(hub, ticket)] == []  # it is called, whatever its service is


def test_a_pause_says_when_it_is_expected_to_end_as_long_as_that_is_to_come(hub: OfficeHub, clock: SetClock) -> None:
    ticket = hub.issue("card")
    words = "This service is paused at the moment. Your place is kept."
    hub.office.execute(PauseService(service="card", reasons={"en": "no cards"}, until="09:30"))
    assert f"{words} It is expected to go on at about 09:30. no cards" in shown(hub, ticket)
    assert told_until(hub, ticket) == {"card": "09:30"}
    clock.forward(minutes=30)
    hub.catch_up()
    assert f"{words} no cards" in shown(hub, ticket)
    hub.issue("family")
    assert told_until(hub, ticket) == {}


def test_what_can_still_be_done_is_offered_while_the_number_is_open(hub: OfficeHub) -> None:
    said = shown(hub, hub.issue())
    for words in ("Keep this page open: it changes by itself.", "Others move up and your number is no longer called."):
        assert words in said
    styles = (ROOT / "mobile_ticket" / "static" / "ticket.css").read_text(encoding="utf-8")
    for state in ("completed", "no_show", "cancelled", "expired", "serving"):
        assert re.search(rf'\[data-shown="{state}"\] \.only-open[^{{]*\{{\s*display: none;\s*\}}', styles)
    assert re.search(r'\[data-shown="held"\] \.wishes[^{]*\{\s*display: none;\s*\}', styles)


def test_the_documents_to_bring_stand_there_until_the_visitor_is_called_and_again_when_papers_were_missing(
    hub: OfficeHub,
) -> None:
    names = [{"code": "d1", "names": {"id": "Kartu Keluarga", "en": "Family card"}}]
    save_part(hub.office, "services/card/requirements", names)
    ticket, other = hub.issue("card"), hub.issue("family")
    listed = '<section class="bring only-hoping"><h2>Documents to bring</h2>'
    shown = page(hub, ticket)
    assert listed in shown
    assert "Family card" in shown
    assert shown.index('data-face="called"') < shown.index('data-signals="off"') < shown.index(listed)
    assert "Documents to bring" not in page(hub, other)
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    hub.office.execute(CallNext(counter="1", operator="Ani"))
    hub.office.execute(StartService(ticket=ticket.number, counter="1"))
    hub.office.execute(CompleteTicket(ticket=ticket.number, counter="1", outcome="papers_missing"))
    assert "<h3>Documents to bring</h3>" in page(hub, ticket)
