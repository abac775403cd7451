"""What may be taken back, and by whom; and that a ticket which has gone on is left where it is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing import events as e
from antrean.queueing.commands import (
    CallNext,
    CallTicket,
    CancelTicket,
    ChangePersons,
    ChangePriority,
    CloseCounter,
    CloseDay,
    CompleteTicket,
    HelpToSeat,
    HoldTicket,
    MarkNoShow,
    PauseCounter,
    ReadmitTicket,
    RecallTicket,
    ReopenTicket,
    ResumeTicket,
    ReturnTicket,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office, Request
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import ListJournal, SetClock, small_plan
from tests.examples import examples
from tests.queueing.wishes import call, issue, refused, serve, sit, states


def test_a_start_is_not_taken_back_when_the_visitor_is_served_elsewhere_by_now(office: Office) -> None:
    issue(office)
    sit(office, "3", "Ani")
    sit(office, "1", "Budi")
    serve(office, "3", "Ani")
    office.execute(ReturnTicket(ticket="A-001", counter="3"))
    serve(office, "1", "Budi")
    assert refused(office, UndoStep, counter="3", operator="Ani") == "nothing_to_undo"
    assert office.read(lambda day, _plan: day.tickets["A-001"].counter) == "1"


def test_an_absence_is_not_taken_back_when_the_visitor_was_absent_elsewhere_since(office: Office) -> None:
    issue(office)
    sit(office, "3", "Ani")
    sit(office, "1", "Budi")
    call(office, "3", "Ani")
    office.execute(MarkNoShow(ticket="A-001", counter="3"))
    office.execute(ReadmitTicket(ticket="A-001"))
    call(office, "1", "Budi")
    office.execute(MarkNoShow(ticket="A-001", counter="1"))
    assert refused(office, UndoStep, counter="3", operator="Ani") == "nothing_to_undo"
    office.execute(UndoStep(counter="1", operator="Budi"))
    assert states(office) == {"A-001": "called"}


def test_nobody_takes_back_what_the_operator_before_did(office: Office) -> None:
    issue(office)
    sit(office, "3", "Ani")
    serve(office, "3", "Ani")
    office.execute(CompleteTicket(ticket="A-001", counter="3"))
    office.execute(CloseCounter(counter="3", operator="Ani"))
    sit(office, "3", "Budi")
    assert refused(office, UndoStep, counter="3", operator="Budi") == "nothing_to_undo"


def test_taking_back_a_completion_takes_back_its_count_of_persons(office: Office) -> None:
    issue(office, persons=2)
    sit(office)
    serve(office)
    office.execute(CompleteTicket(ticket="A-001", counter="3", persons=7))
    office.execute(UndoStep(counter="3", operator="Ani"))
    assert office.read(lambda day, _plan: day.tickets["A-001"].persons) == 2


def test_a_held_visitor_is_not_served_at_a_counter_where_nobody_sits(office: Office) -> None:
    issue(office)
    sit(office)
    serve(office)
    office.execute(HoldTicket(ticket="A-001", counter="3", reason="server"))
    office.execute(CloseCounter(counter="3", operator="Ani"))
    assert refused(office, ResumeTicket, ticket="A-001", counter="3") == "counter_not_open"
    sit(office, "3", "Budi")
    office.execute(ResumeTicket(ticket="A-001", counter="3"))
    assert states(office) == {"A-001": "serving"}


def test_yesterday_closed_twice_in_one_batch_is_closed_once(office: Office, clock: SetClock) -> None:
    yesterday = issue(office).issued_at.date()
    clock.forward(days=1)
    office.catch_up()
    close = Request(CloseDay(business_day=yesterday))
    batch = office.decide([close, close])
    assert [entry.event.kind for entry in batch.entries] == ["ticket.expired", "day.closed"]


ANI = {"counter": "3", "operator": "Ani"}


def everything(office: Office) -> dict[str, object]:
    """Return the tickets, who waits and the counters as they are, but for what can be taken back."""

    def look(day: ServiceDay, _plan: OfficePlan) -> dict[str, object]:
        counters = {code: replace(row) for code, row in day.counters.items()}
        tickets = {number: ticket.snapshot() for number, ticket in day.tickets.items()}
        return {
            "tickets": tickets,
            "waiting": day.waiting.numbers(),
            "counters": counters,
            "streak": day.priority_streak,
        }

    return office.read(look)


def test_finish_and_call_next_is_one_step_back(office: Office, clock: SetClock) -> None:
    issue(office, persons=2)
    sit(office)
    serve(office)
    issue(office, priority=True), issue(office)
    clock.forward(minutes=4)
    before = everything(office)
    assert call(office).number == "A-002"
    clock.forward(seconds=30)
    office.execute(RecallTicket(ticket="A-002", counter="3"))
    answer = office.execute(UndoStep(**ANI))
    assert answer.ticket is not None
    assert (answer.ticket.number, answer.ticket.state) == ("A-001", "serving")
    assert everything(office) == before
    assert refused(office, UndoStep, **ANI) == "nothing_to_undo"
    assert len(office.read(lambda day, _plan: day.calls)) == 3  # what the room heard was heard


def test_a_call_out_of_turn_that_finished_a_visitor_is_one_step_back(office: Office) -> None:
    issue(office), issue(office), issue(office)
    sit(office)
    serve(office)
    before = everything(office)
    office.execute(CallTicket(ticket="A-003", **ANI, reason=""))
    office.execute(UndoStep(**ANI))
    assert everything(office) == before


def test_who_was_in_front_is_in_front_again_when_the_call_is_taken_back(office: Office) -> None:
    issue(office, "family"), issue(office, "family"), issue(office, "card")
    sit(office, "1", "Budi")
    office.execute(CallTicket(ticket="A-001", counter="1", operator="Budi", reason=""))
    office.execute(TransferTicket(ticket="A-001", counter="1", service="family", position="front"))
    sit(office, "2", "Ani")
    office.execute(CallTicket(ticket="B-001", counter="2", operator="Ani", reason=""))
    office.execute(StartService(ticket="B-001", counter="2"))
    before = everything(office)
    assert call(office, "2").number == "A-001"
    office.execute(UndoStep(counter="2", operator="Ani"))
    assert everything(office) == before
    assert call(office, "2").number == "A-001"


@pytest.mark.parametrize("then", ["started", "absent", "left", "returned", "paused then left"])
def test_finish_and_call_next_stays_once_the_next_has_come_or_gone(office: Office, then: str) -> None:
    issue(office), issue(office), issue(office)
    sit(office)
    serve(office)
    call(office)
    a_002 = {"ticket": "A-002", "counter": "3"}
    if then == "started":
        office.execute(StartService(**a_002))
    elif then == "absent":
        office.execute(MarkNoShow(**a_002))
    elif then == "returned":
        office.execute(ReturnTicket(**a_002))
    else:
        if then.startswith("paused"):
            office.execute(PauseCounter(**ANI, reason=""))
        office.execute(CancelTicket(ticket="A-002", reason=""))
    if then in ("left", "paused then left"):
        assert refused(office, UndoStep, **ANI) == "nothing_to_undo"
    else:
        office.execute(UndoStep(**ANI))  # the step after it
        assert states(office) == {"A-001": "completed", "A-002": "called", "A-003": "waiting"}
        assert refused(office, UndoStep, **ANI) == "nothing_to_undo"


def test_a_call_alone_is_no_step_back(office: Office) -> None:
    issue(office), issue(office)
    sit(office)
    serve(office)
    office.execute(CompleteTicket(ticket="A-001", counter="3"))
    call(office)
    assert refused(office, UndoStep, **ANI) == "nothing_to_undo"


@pytest.mark.parametrize("served", [False, True])
@pytest.mark.parametrize("step", ["return", "front", "arrival", "end"])
def test_a_visitor_who_was_sent_away_from_the_counter_is_there_again(
    office: Office, clock: SetClock, step: str, served: bool
) -> None:
    issue(office, persons=2), issue(office)
    sit(office)
    (serve if served else call)(office)
    clock.forward(minutes=2)
    before = everything(office)
    if step == "return":
        office.execute(ReturnTicket(ticket="A-001", counter="3"))
    else:
        office.execute(TransferTicket(ticket="A-001", counter="3", service="family", position=step))
    clock.forward(minutes=2)
    office.execute(UndoStep(**ANI))
    assert everything(office) == before


def test_priority_given_meanwhile_stays_when_a_return_is_taken_back(office: Office) -> None:
    issue(office)
    sit(office)
    call(office)
    office.execute(ReturnTicket(ticket="A-001", counter="3"))
    office.execute(ChangePriority(ticket="A-001", priority=True))
    office.execute(ChangePersons(ticket="A-001", persons=4))
    office.execute(UndoStep(**ANI))
    ticket = office.read(lambda day, _plan: day.tickets["A-001"])
    assert (ticket.state, ticket.priority, ticket.persons) == ("called", True, 4)
    assert office.read(lambda day, _plan: day.waiting.numbers()) == {}


def test_a_seat_that_was_given_meanwhile_is_known_when_a_return_is_taken_back(office: Office) -> None:
    issue(office)
    sit(office)
    call(office)
    office.execute(ReturnTicket(ticket="A-001", counter="3"))
    office.execute(HelpToSeat(ticket="A-001"))
    office.execute(UndoStep(counter="3", operator="Ani"))
    assert states(office) == {"A-001": "called"}
    assert office.read(lambda day, _plan: day.ticket("A-001").seated)


@pytest.mark.parametrize("meanwhile", ["called elsewhere", "called elsewhere and back", "called here", "left"])
def test_a_return_is_not_taken_back_once_the_visitor_has_gone_on(office: Office, meanwhile: str) -> None:
    issue(office), issue(office)
    sit(office)
    sit(office, "1", "Budi")
    call(office)
    office.execute(ReturnTicket(ticket="A-001", counter="3"))
    if meanwhile == "left":
        office.execute(CancelTicket(ticket="A-001", reason=""))
    elif meanwhile == "called here":
        call(office)
    else:
        call(office, "1", "Budi")
        if meanwhile.endswith("back"):
            office.execute(ReturnTicket(ticket="A-001", counter="1"))
    before = everything(office)
    assert refused(office, UndoStep, **ANI) == "nothing_to_undo"
    assert everything(office) == before


def test_lines_of_a_release_that_did_not_say_whom_a_call_finished_are_one_step_no_more(office: Office) -> None:
    at, day = SetClock().now, ServiceDay(SetClock().now.date())
    events = (
        e.TicketIssued("A-001", "card", "A", 1), e.TicketIssued("A-002", "card", "A", 2),
        e.CounterOpened("3", "Ani"), e.TicketCalled("A-001", "3"), e.TicketStarted("A-001", "3"),
        e.TicketCompleted("A-001", "3"), e.TicketCalled("A-002", "3"),
    )  # fmt: skip
    for seq, event in enumerate(events, 1):
        day.apply(JournalEntry(seq, at, day.business_day, event))
    assert day.undo == {}


def test_a_finish_is_not_taken_back_once_the_visitor_waits_again(office: Office) -> None:
    issue(office)
    sit(office)
    serve(office)
    office.execute(CompleteTicket(ticket="A-001", counter="3"))
    office.execute(ReopenTicket(ticket="A-001"))
    assert refused(office, UndoStep, **ANI) == "nothing_to_undo"
    assert states(office) == {"A-001": "waiting"}


def test_a_call_that_is_taken_back_leaves_the_priority_calls_that_others_made_meanwhile() -> None:
    office = Office(ListJournal(), lambda: small_plan(discipline="interleave", interleave=2), SetClock())
    issue(office), issue(office)
    sit(office)
    sit(office, "1", "Budi")
    serve(office)
    issue(office, priority=True), issue(office, priority=True), issue(office, priority=True)
    assert [call(office).number, call(office, "1", "Budi").number] == ["A-003", "A-004"]
    office.execute(UndoStep(**ANI))
    assert office.read(lambda day, _plan: day.priority_streak) == 1
    office.execute(StartService(ticket="A-004", counter="1"))
    assert call(office, "1", "Budi").number == "A-003"  # the second in a row, and then it is a regular one's turn
    assert call(office).number == "A-002"


def test_who_sat_is_not_said_to_sit_while_served_again(office: Office) -> None:
    issue(office)
    sit(office)
    for leave, values in ((TransferTicket, {"service": "family"}), (ReturnTicket, {})):
        serve(office)
        office.execute(leave(ticket="A-001", counter="3", **values))
        office.execute(HelpToSeat(ticket="A-001"))
        office.execute(UndoStep(**ANI))
        there = office.read(lambda day, _plan: (day.tickets["A-001"].state, day.tickets["A-001"].seated))
        assert there == ("serving", False)
        office.execute(ReturnTicket(ticket="A-001", counter="3"))


def ticket_at(day: ServiceDay, _plan: OfficePlan, counter: str) -> str | None:
    return day.counter(counter).ticket


WISHES = {"next": CallNext, "start": StartService, "undo": UndoStep}
OFTEN = ["next", "start", "next", "start", "next", "undo"]
wishes_of_three = st.lists(st.tuples(st.sampled_from("123"), st.sampled_from(OFTEN)), min_size=20, max_size=60)


@examples(150)
@given(wishes_of_three, st.lists(st.booleans(), min_size=30, max_size=30))
def test_priority_calls_in_a_row_are_counted_without_those_that_were_taken_back(
    wishes: list[tuple[str, str]], classes: list[bool]
) -> None:
    """The test keeps a list of its own of the calls that stand."""
    office = Office(ListJournal(), lambda: small_plan(discipline="interleave", interleave=2), SetClock())
    for number, priority in enumerate(classes):
        issue(office, ("card", "family")[number % 2], priority=priority)
    for counter in "123":
        sit(office, counter, counter)
    stand: list[tuple[str, bool]] = []
    for counter, wish in wishes:
        here = office.read(partial(ticket_at, counter=counter))
        who = {"ticket": here} if wish == "start" else {"operator": counter}
        with suppress(QueueError):
            ticket = office.execute(WISHES[wish](counter=counter, **who)).ticket
            assert ticket is not None
            if wish == "next":
                stand.append((ticket.number, ticket.priority))
            elif wish == "undo" and states(office)[str(here)] == "waiting":
                stand.remove(next(call for call in reversed(stand) if call[0] == here))
        in_a_row = len(stand) - max((place for place, call in enumerate(stand, 1) if not call[1]), default=0)
        assert office.read(lambda day, _plan: day.priority_streak) == in_a_row


def test_finishing_and_calling_is_not_taken_back_once_the_visitor_was_let_in_again_and_served_elsewhere(
    clock: SetClock,
) -> None:
    plan = small_plan()
    office = Office(ListJournal(), lambda: plan, clock)
    sit(office, "3", "Ani"), sit(office, "1", "Budi")
    first, second = issue(office, "card").number, issue(office, "card").number
    office.execute(CallTicket(ticket=first, counter="3", operator="Ani"))
    office.execute(StartService(ticket=first, counter="3"))
    office.execute(CallNext(counter="3", operator="Ani"))
    office.execute(ReopenTicket(ticket=first))
    office.execute(CallTicket(ticket=first, counter="1", operator="Budi"))
    office.execute(StartService(ticket=first, counter="1"))
    office.execute(CompleteTicket(ticket=first, counter="1"))
    assert refused(office, UndoStep, counter="3", operator="Ani") == "nothing_to_undo"
    assert states(office)[second] == "called"
