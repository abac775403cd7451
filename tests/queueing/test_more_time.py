"""Who needs more time lets others go first, once, and nobody loses by it; who is on the way says so."""

from __future__ import annotations

from typing import Any

import pytest

from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.commands import (
    CallNext,
    CompleteTicket,
    DeferTicket,
    MarkNoShow,
    ReadmitTicket,
    ReopenTicket,
    ReturnTicket,
    SayComing,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Limits
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import call, issue, refused, sit, states

every_discipline = pytest.mark.parametrize("discipline", sorted(DISCIPLINES))


def office_of(clock: SetClock, let_first: int = 2, **changes: Any) -> Office:
    plan = small_plan(limits=Limits(let_first=let_first), **changes)
    office = Office(ListJournal(), lambda: plan, clock)
    sit(office)
    return office


def taken(office: Office, clock: SetClock, kinds: str) -> None:
    """Take numbers of one service a minute apart: `r` a regular visitor, `p` one with priority."""
    for kind in kinds:
        issue(office, priority=kind == "p")
        clock.forward(minutes=1)


def called(office: Office) -> list[str]:
    """Return the last digits of the numbers in the order in which they are called when nothing else happens."""
    numbers = []
    while "waiting" in states(office).values():
        ticket = call(office)
        numbers.append(ticket.number[-1])
        office.execute(StartService(ticket=ticket.number, counter="3"))
    return numbers


@every_discipline
def test_as_many_as_the_plan_says_go_first_and_the_rest_stays_in_order(clock: SetClock, discipline: str) -> None:
    office = office_of(clock, discipline=discipline)
    taken(office, clock, "rrrrr")
    done = office.execute(DeferTicket(ticket="A-001"))
    assert (done.event_kind, done.ticket and done.ticket.state) == ("ticket.deferred", "waiting")
    assert called(office) == ["2", "3", "1", "4", "5"]


@every_discipline
def test_where_fewer_wait_all_of_them_go_first(clock: SetClock, discipline: str) -> None:
    office = office_of(clock, let_first=3, discipline=discipline)
    taken(office, clock, "rr")
    office.execute(DeferTicket(ticket="A-001"))
    taken(office, clock, "r")
    assert called(office) == ["2", "1", "3"]


def test_numbers_that_were_given_in_the_same_instant_go_first_one_by_one(clock: SetClock) -> None:
    office = office_of(clock)
    for _ in range(4):
        issue(office)
    office.execute(DeferTicket(ticket="A-001"))
    assert called(office) == ["2", "3", "1", "4"]


def test_two_who_let_the_same_go_first_keep_their_order(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "rrrr")
    office.execute(DeferTicket(ticket="A-002"))  # 1 3 4 2
    office.execute(DeferTicket(ticket="A-001"))  # 3 4 1 2
    assert called(office) == ["3", "4", "1", "2"]


def test_who_stands_behind_another_who_let_others_go_first_stands_right_behind(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "rrrrr")
    office.execute(DeferTicket(ticket="A-001"))  # 2 3 1 4 5
    office.execute(DeferTicket(ticket="A-003"))  # 2 1 4 3 5
    office.execute(DeferTicket(ticket="A-002"))  # 1 4 2 3 5
    assert called(office) == ["1", "4", "2", "3", "5"]


def test_it_can_be_done_once_only_while_waiting_and_only_where_somebody_waits_behind(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "rrr")
    assert refused(office, DeferTicket, ticket="A-003") == "nobody_behind"
    assert refused(office, DeferTicket, ticket="Z-999") == "ticket_unknown"
    office.execute(DeferTicket(ticket="A-001"))
    assert refused(office, DeferTicket, ticket="A-001") == "deferred_before"
    assert call(office).number == "A-002"
    assert refused(office, DeferTicket, ticket="A-002") == "ticket_not_waiting"


@every_discipline
def test_whoever_comes_later_comes_behind_so_nobody_waits_for_ever(clock: SetClock, discipline: str) -> None:
    office = office_of(clock, discipline=discipline)
    taken(office, clock, "rrrr")
    office.execute(DeferTicket(ticket="A-001"))
    clock.forward(minutes=30)
    taken(office, clock, "rrr")
    assert called(office)[:3] == ["2", "3", "1"]


def test_a_visitor_with_priority_lets_regular_ones_go_first_where_only_these_wait_behind(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "prrr")
    office.execute(DeferTicket(ticket="A-001"))
    assert called(office) == ["2", "3", "1", "4"]


@every_discipline
def test_a_regular_visitor_never_gets_among_those_with_priority(clock: SetClock, discipline: str) -> None:
    office = office_of(clock, discipline=discipline)
    taken(office, clock, "rrrr")
    clock.forward(minutes=1)
    taken(office, clock, "pp")
    office.execute(DeferTicket(ticket="A-001"))
    order = called(office)
    assert order.index("3") < order.index("1") < order.index("4")


def test_the_number_keeps_its_priority_and_is_counted_among_those_it_stands_with(clock: SetClock) -> None:
    office = office_of(clock, discipline="strict_priority")
    taken(office, clock, "prr")
    office.execute(DeferTicket(ticket="A-001"))
    taken(office, clock, "p")
    ticket = office.read(lambda day, _plan: day.ticket("A-001").snapshot())
    assert (ticket.priority, ticket.goes_ahead) == (True, False)
    assert called(office) == ["4", "2", "3", "1"]


def test_others_are_told_their_new_places_at_once(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "rrrr")

    def ahead() -> list[int]:
        return office.read(
            lambda day, plan: [day.ahead.figures(day, plan, clock())[f"A-00{n}"].ahead for n in (1, 2, 3, 4)]
        )

    assert ahead() == [0, 1, 2, 3]
    office.execute(DeferTicket(ticket="A-001"))
    assert ahead() == [2, 0, 1, 3]


def test_the_place_stays_when_the_visitor_is_sent_back_or_comes_late(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "rrrr")
    office.execute(DeferTicket(ticket="A-001"))
    assert [call(office).number, *_absent(office, "A-002")] == ["A-002"]
    assert [call(office).number, *_absent(office, "A-003")] == ["A-003"]
    assert call(office).number == "A-001"
    office.execute(ReturnTicket(ticket="A-001", counter="3"))
    office.execute(ReadmitTicket(ticket="A-003"))
    assert called(office) == ["3", "1", "4"]


def _absent(office: Office, number: str) -> tuple[str, ...]:
    office.execute(MarkNoShow(ticket=number, counter="3"))
    return ()


def test_the_wait_that_is_told_to_the_operator_counts_from_the_number(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "rrr")
    office.execute(DeferTicket(ticket="A-001"))
    for _ in range(2):
        office.execute(ReturnTicket(ticket=call(office).number, counter="3"))
        clock.forward(minutes=1)
    for number in ("A-002", "A-003"):
        assert call(office).number == number
        _absent(office, number)
    told = office.execute(CallNext(counter="3", operator="Ani"))
    assert (told.ticket and told.ticket.number, told.facts["waited"]) == ("A-001", 5)


def test_a_transfer_to_the_end_counts_anew_and_taking_it_back_leads_back(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "rr")
    office.execute(DeferTicket(ticket="A-001"))
    call(office), _absent(office, "A-002")
    call(office)
    before = office.read(lambda day, _plan: day.ticket("A-001").snapshot())
    office.execute(TransferTicket(ticket="A-001", counter="3", service="family", position="end"))
    assert office.read(lambda day, _plan: day.ticket("A-001").behind) is None
    office.execute(UndoStep(counter="3", operator="Ani"))
    assert office.read(lambda day, _plan: day.ticket("A-001")) == before


def test_who_was_at_a_counter_before_goes_first_also_after_letting_others_go(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "rrr")
    office.execute(DeferTicket(ticket="A-001"))
    call(office)
    office.execute(StartService(ticket="A-002", counter="3"))
    office.execute(CompleteTicket(ticket="A-002", counter="3"))
    office.execute(ReopenTicket(ticket="A-002"))
    assert called(office) == ["2", "3", "1"]


def test_a_restarted_office_knows_the_same_order(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "rprpr")
    office.execute(DeferTicket(ticket="A-001"))
    office.execute(DeferTicket(ticket="A-002"))
    office.execute(SayComing(ticket="A-003"))
    day = office.read(lambda day, _plan: day)
    assert ServiceDay.fold(day.business_day, office._journal.read(after=0)).same_as(day)


def test_who_is_on_the_way_is_known_until_they_stand_at_a_counter_or_miss_the_call(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "rr")

    def coming() -> list[str]:
        return office.read(lambda day, _plan: [number for number, ticket in day.tickets.items() if ticket.coming])

    assert office.execute(SayComing(ticket="A-001")).event_kind == "ticket.coming"
    seq = office.read(lambda day, _plan: day.seq)
    office.execute(SayComing(ticket="A-001"))
    assert office.read(lambda day, _plan: day.seq) == seq  # said twice it is known once
    call(office)
    assert coming() == ["A-001"]
    office.execute(StartService(ticket="A-001", counter="3"))
    assert coming() == []
    assert refused(office, SayComing, ticket="A-001") == "ticket_not_waiting"
    office.execute(UndoStep(counter="3", operator="Ani"))
    assert coming() == ["A-001"]
    office.execute(MarkNoShow(ticket="A-001", counter="3"))
    assert coming() == []
    call(office)
    office.execute(SayComing(ticket="A-002"))  # also of a called number
    assert coming() == ["A-002"]


def test_a_call_that_is_taken_back_leaves_the_visitor_on_the_way(clock: SetClock) -> None:
    office = office_of(clock)
    taken(office, clock, "rr")
    call(office)
    office.execute(StartService(ticket="A-001", counter="3"))
    call(office)  # finishes the first
    office.execute(SayComing(ticket="A-002"))
    office.execute(UndoStep(counter="3", operator="Ani"))
    second = office.read(lambda day, _plan: day.ticket("A-002"))
    assert (second.state, second.coming) == ("waiting", True)
