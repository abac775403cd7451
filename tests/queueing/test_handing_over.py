"""A colleague goes on at a counter: with the same visitor, whose time runs on, and nobody sits at two counters."""

from __future__ import annotations

import pytest

from antrean.queueing.commands import (
    CallNext,
    CloseDay,
    CompleteTicket,
    HandOverCounter,
    HoldTicket,
    PauseCounter,
    ResumeTicket,
    TakeOverCounter,
    UndoStep,
)
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.office import Office
from tests.conftest import SetClock
from tests.queueing.wishes import issue, refused, serve, sit, states

ANI, BUDI = {"counter": "3", "operator": "Ani"}, {"counter": "3", "operator": "Budi"}
BOTH = pytest.mark.parametrize(
    "over", [HandOverCounter(**ANI, to="Budi"), TakeOverCounter(**BUDI, before="Ani")], ids=["handed", "taken"]
)


def row(office: Office, counter: str = "3") -> CounterState:
    return office.read(lambda day, _plan: day.counter(counter))


@BOTH
def test_a_colleague_goes_on_with_the_same_visitor_and_the_same_time(
    office: Office, clock: SetClock, over: HandOverCounter | TakeOverCounter
) -> None:
    issue(office), issue(office)
    sit(office)
    serve(office)
    office.execute(HoldTicket(ticket="A-001", counter="3"))
    serve(office)
    began = clock()
    clock.forward(minutes=4)
    office.execute(over)
    ticket = office.read(lambda day, _plan: day.tickets["A-002"])
    assert (ticket.state, ticket.started_at, ticket.operator) == ("serving", began, "Budi")
    assert (row(office).operator, row(office).ticket, row(office).held) == ("Budi", "A-002", ("A-001",))
    assert refused(office, CallNext, **ANI) == "not_at_counter"
    office.execute(CompleteTicket(ticket="A-002", counter="3"))
    office.execute(ResumeTicket(ticket="A-001", counter="3"))
    assert states(office) == {"A-001": "serving", "A-002": "completed"}


@BOTH
def test_a_counter_on_a_break_is_open_for_the_colleague(
    office: Office, over: HandOverCounter | TakeOverCounter
) -> None:
    sit(office)
    office.execute(PauseCounter(**ANI, reason="break"))
    office.execute(over)
    assert (row(office).state, row(office).reason, row(office).handed_by) == ("open", "", "Ani")


@BOTH
def test_nobody_takes_back_what_the_colleague_before_did(
    office: Office, over: HandOverCounter | TakeOverCounter
) -> None:
    issue(office)
    sit(office)
    serve(office)
    office.execute(over)
    assert refused(office, UndoStep, **BUDI) == "nothing_to_undo"


@BOTH
def test_a_colleague_who_sits_at_a_counter_does_not_get_a_second_one(
    office: Office, over: HandOverCounter | TakeOverCounter
) -> None:
    sit(office)
    sit(office, "1", "Budi")
    with pytest.raises(Exception, match="Budi sits at counter 1 already"):
        office.execute(over)
    assert (row(office).operator, row(office, "1").operator) == ("Ani", "Budi")


def test_nobody_hands_over_to_themselves_nor_a_counter_that_is_not_theirs(office: Office) -> None:
    sit(office)
    assert refused(office, HandOverCounter, **ANI, to="Ani") == "sits_elsewhere"
    assert refused(office, HandOverCounter, **BUDI, to="Citra") == "not_at_counter"


def test_a_counter_is_taken_over_only_from_who_was_seen_there(office: Office) -> None:
    assert refused(office, TakeOverCounter, **BUDI, before="Ani") == "counter_not_open"
    assert refused(office, TakeOverCounter, counter="9", operator="Budi", before="Ani") == "counter_unknown"
    sit(office)
    assert refused(office, TakeOverCounter, **BUDI, before="Citra") == "counter_taken"
    office.execute(CloseDay())
    assert refused(office, TakeOverCounter, **BUDI, before="Ani") == "counter_not_open"


def test_a_hand_over_is_told_until_the_next_call(office: Office) -> None:
    issue(office)
    sit(office)
    office.execute(HandOverCounter(**ANI, to="Budi"))
    assert row(office).handed_by == "Ani"
    office.execute(CallNext(**BUDI))
    assert row(office).handed_by == ""
