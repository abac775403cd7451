"""What a ticket takes along from one state to the next, and what it must leave behind: as a person notices it."""

from __future__ import annotations

from typing import Any

import pytest

from antrean.queueing import events as e
from antrean.queueing.commands import (
    CallNext,
    CallTicket,
    CancelTicket,
    ChangePriority,
    CloseDay,
    CompleteTicket,
    FreeCounter,
    HoldTicket,
    MarkNoShow,
    ReadmitTicket,
    RecallTicket,
    ReopenTicket,
    ResumeTicket,
    ReturnTicket,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.errors import Refused
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Limits, OfficePlan
from antrean.queueing.tickets.commands import POSITIONS
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import ListJournal, SetClock, small_plan
from tests.fakes.stands import stands
from tests.queueing.wishes import call, issue, refused, serve, sit, states

ANI = {"counter": "3", "operator": "Ani"}
A_001: dict[str, Any] = {"ticket": "A-001", "counter": "3"}


@pytest.fixture
def journal() -> ListJournal:
    return ListJournal()


@pytest.fixture
def office(journal: ListJournal, plan: OfficePlan, clock: SetClock) -> Office:
    return Office(journal, lambda: plan, clock)


def a_001(office: Office) -> Ticket:
    return office.read(lambda day, _plan: day.tickets["A-001"].snapshot())


def with_birth(clock: SetClock, state: str) -> Office:
    """Return an office whose third service is in this state."""
    office = Office(ListJournal(), small_plan, clock)
    stands(office, "birth", state)
    return office


def test_nobody_is_sent_on_to_a_service_that_is_closed(clock: SetClock) -> None:
    office = with_birth(clock, "closed")
    issue(office)
    sit(office)
    serve(office)
    for position in POSITIONS:
        refusal = refused(office, TransferTicket, **A_001, service="birth", position=position)
        assert refusal == "service_closed"
    assert states(office) == {"A-001": "serving"}


def test_a_visitor_may_be_sent_on_to_a_service_that_is_paused_and_waits_there(clock: SetClock) -> None:
    office = with_birth(clock, "paused")
    issue(office)
    sit(office)
    serve(office)
    office.execute(TransferTicket(**A_001, service="birth", position="arrival"))
    assert (a_001(office).state, a_001(office).service) == ("waiting", "birth")


def test_who_was_finished_can_not_be_taken_back_once_the_next_was_called_and_left(office: Office) -> None:
    issue(office), issue(office)
    sit(office)
    serve(office)
    office.execute(CompleteTicket(ticket="A-001", counter="3"))
    call(office)
    office.execute(CancelTicket(ticket="A-002", reason="visitor_left"))
    assert refused(office, UndoStep, **ANI) == "nothing_to_undo"
    assert states(office) == {"A-001": "completed", "A-002": "cancelled"}


def test_who_was_sent_to_the_front_is_in_front_once(office: Office, clock: SetClock) -> None:
    issue(office, "family")
    clock.forward(minutes=1)
    issue(office, "card")
    for counter, operator in (("1", "Ani"), ("2", "Budi")):
        sit(office, counter, operator)
    office.execute(CallTicket(ticket="A-001", counter="1", operator="Ani", reason=""))
    office.execute(TransferTicket(ticket="A-001", counter="1", service="family", position="front"))
    assert call(office, "2", "Budi").number == "A-001"
    office.execute(ReturnTicket(ticket="A-001", counter="2"))
    assert call(office, "2", "Budi").number == "B-001"  # it came first


def test_repeated_calls_are_counted_anew_after_a_return_to_the_queue(clock: SetClock) -> None:
    office = Office(ListJournal(), lambda: small_plan(limits=Limits(recalls=1)), clock)
    issue(office)
    sit(office)
    for _ in range(2):
        call(office)
        clock.forward(seconds=5)
        office.execute(RecallTicket(**A_001))
        clock.forward(seconds=5)
        assert refused(office, RecallTicket, **A_001) == "recall_limit"
        office.execute(ReturnTicket(**A_001))


def test_a_number_is_not_called_again_right_after_it_was_called_again(office: Office, clock: SetClock) -> None:
    issue(office)
    sit(office)
    call(office)
    clock.forward(seconds=5)
    office.execute(RecallTicket(**A_001))
    clock.forward(seconds=4)
    assert refused(office, RecallTicket, **A_001) == "recall_too_soon"
    clock.forward(seconds=1)
    office.execute(RecallTicket(**A_001))


def test_the_time_of_an_earlier_start_is_forgotten_when_the_visitor_waits_again(office: Office) -> None:
    issue(office)
    sit(office)
    serve(office)
    office.execute(ReturnTicket(**A_001))
    assert a_001(office).started_at is None
    call(office)
    assert a_001(office).started_at is None


@pytest.mark.parametrize("how", ["resumed", "expired"])
def test_the_reason_of_a_hold_ends_with_the_hold(office: Office, how: str) -> None:
    issue(office)
    sit(office)
    serve(office)
    office.execute(HoldTicket(**A_001, reason="papers"))
    assert (a_001(office).hold_reason, a_001(office).held_at is None) == ("papers", False)
    if how == "resumed":
        office.execute(ResumeTicket(**A_001))
    else:
        office.execute(CloseDay())
    assert (a_001(office).hold_reason, a_001(office).held_at) == ("", None)


def test_a_held_number_that_somebody_calls_is_said_to_be_at_its_counter(office: Office) -> None:
    issue(office)
    sit(office)
    sit(office, "1", "Budi")
    serve(office)
    office.execute(HoldTicket(**A_001, reason="papers"))
    with pytest.raises(Refused) as caught:
        office.execute(CallTicket(ticket="A-001", counter="1", operator="Budi", reason=""))
    assert caught.value.code == "already_called"
    assert str(caught.value) == "The number A-001 was already called to counter 3."


def test_the_line_of_a_visitor_who_came_back_says_which_counter_had_called(
    office: Office, journal: ListJournal
) -> None:
    issue(office)
    sit(office)
    call(office)
    office.execute(MarkNoShow(**A_001))
    office.execute(ReadmitTicket(ticket="A-001"))
    assert journal.entries[-1].event == e.TicketReadmitted("A-001", "3")


def test_a_finished_visitor_who_comes_back_has_the_same_number_and_goes_first(
    office: Office, journal: ListJournal, clock: SetClock
) -> None:
    for _ in range(3):
        issue(office, persons=2)
    sit(office)
    serve(office)
    office.execute(CompleteTicket(**A_001, outcome="papers_missing", persons=1))
    clock.forward(minutes=20)
    office.execute(ReopenTicket(ticket="A-001"))
    assert journal.entries[-1].event == e.TicketReopened("A-001", "3")
    back = a_001(office)
    assert (back.state, back.outcome, back.counter, back.ended_at, back.persons) == ("waiting", "", "", None, 1)
    assert [leg.end for leg in back.legs] == ["papers_missing", ""]
    assert back.legs[-1].waiting_since == clock.now
    assert states(office) == {"A-001": "waiting", "A-002": "waiting", "A-003": "waiting"}
    assert call(office).number == "A-001"
    office.execute(ReturnTicket(**A_001))
    assert call(office).number == "A-001"  # by arrival: it came first
    assert office.read(lambda day, _plan: day.issued) == {"card": 3}


@pytest.mark.parametrize("state", ["waiting", "called", "serving", "held", "no_show", "cancelled"])
def test_only_a_finished_visitor_is_taken_in_again_as_finished(office: Office, state: str) -> None:
    issue(office)
    sit(office)
    if state in ("called", "no_show"):
        call(office)
    if state in ("serving", "held"):
        serve(office)
    if state == "held":
        office.execute(HoldTicket(**A_001, reason=""))
    if state == "no_show":
        office.execute(MarkNoShow(**A_001))
    if state == "cancelled":
        office.execute(CancelTicket(ticket="A-001", reason=""))
    assert states(office) == {"A-001": state}
    assert refused(office, ReopenTicket, ticket="A-001") == "ticket_not_completed"


def test_on_a_closed_day_nobody_is_taken_in_again(office: Office) -> None:
    issue(office)
    sit(office)
    serve(office)
    office.execute(CompleteTicket(ticket="A-001", counter="3"))
    office.execute(CloseDay())
    assert refused(office, ReopenTicket, ticket="A-001") == "day_closed"


def test_a_tap_for_a_number_that_went_elsewhere_is_not_told_that_it_has_ended(office: Office) -> None:
    issue(office)
    sit(office)
    serve(office)
    office.execute(ReturnTicket(**A_001))
    assert refused(office, CallNext, **ANI, current="A-001") == "ticket_not_here"
    assert refused(office, FreeCounter, counter="3", ticket="A-001") == "ticket_not_here"
    office.execute(CancelTicket(ticket="A-001", reason=""))
    assert refused(office, CallNext, **ANI, current="A-001") == "ticket_ended"
    assert refused(office, FreeCounter, counter="3", ticket="A-001") == "ticket_ended"


@pytest.mark.parametrize(
    ("after", "told"), [(0, "5 seconds"), (0.3, "5 seconds"), (3.9, "2 seconds"), (4.2, "1 second")]
)
def test_after_the_seconds_that_were_told_a_number_can_be_called_again(
    office: Office, clock: SetClock, after: float, told: str
) -> None:
    issue(office)
    sit(office)
    call(office)
    clock.forward(seconds=after)
    with pytest.raises(Refused) as caught:
        office.execute(RecallTicket(**A_001))
    assert str(caught.value) == f"The number was called a moment ago. Try again in {told}."
    clock.forward(seconds=int(told.split()[0]))
    office.execute(RecallTicket(**A_001))


def test_the_limit_of_calls_that_is_told_counts_the_first_one_too(clock: SetClock) -> None:
    office = Office(ListJournal(), lambda: small_plan(limits=Limits(recalls=3, recall_gap_seconds=0)), clock)
    issue(office)
    sit(office)
    call(office)
    for _ in range(3):
        office.execute(RecallTicket(**A_001))
    with pytest.raises(Refused) as caught:
        office.execute(RecallTicket(**A_001))
    assert str(caught.value) == "The number was called 4 times. Mark it as absent."


def test_a_slip_comes_out_at_the_kiosk_that_gave_the_number(clock: SetClock) -> None:
    plan = small_plan(printers={"kiosk-1": "printer-1", "kiosk-2": "printer-2", "": "printer-3"})
    office = Office(ListJournal(), lambda: plan, clock)
    printers = [issue(office, device=device).slips[0].printer for device in ("kiosk-2", "kiosk-1", "kiosk-9")]
    assert printers == ["printer-2", "printer-1", "printer-3"]


def test_a_place_that_is_none_is_refused_when_a_visitor_is_sent_on(office: Office) -> None:
    issue(office)
    sit(office)
    call(office)
    assert refused(office, TransferTicket, **A_001, service="family", position="middle") == "value_invalid"


def test_a_visitor_who_was_absent_may_come_back_in_the_last_second_of_the_hour(office: Office, clock: SetClock) -> None:
    issue(office)
    sit(office)
    call(office)
    office.execute(MarkNoShow(**A_001))
    clock.forward(minutes=60)
    office.execute(ReadmitTicket(ticket="A-001"))
    assert states(office) == {"A-001": "waiting"}


def test_priority_that_is_taken_back_at_the_counter_is_gone_when_the_visitor_waits_again(office: Office) -> None:
    issue(office)
    sit(office)
    office.execute(ChangePriority(ticket="A-001", priority=True))
    call(office)
    assert refused(office, ChangePriority, ticket="A-001", priority=False, counter="1") == "not_at_counter"
    sit(office, "1", "Budi")
    assert refused(office, ChangePriority, ticket="A-001", priority=False, counter="1") == "ticket_not_here"
    assert a_001(office).priority
    office.execute(ChangePriority(ticket="A-001", priority=False, counter="3"))
    office.execute(ReturnTicket(ticket="A-001", counter="3"))
    assert not a_001(office).priority
