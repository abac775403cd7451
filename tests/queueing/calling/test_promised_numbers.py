"""The numbers that the calling rules promise, on each side of each boundary, as figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antrean.queueing.commands import CallNext, MarkNoShow, StartService
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.results import CommandResult
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import issue, serve, sit


def office_with(clock: SetClock, **changes: object) -> Office:
    plan: OfficePlan = small_plan(**changes)
    return Office(ListJournal(), lambda: plan, clock)


def call_next(office: Office, counter: str = "3", operator: str = "Ani") -> CommandResult:
    return office.execute(CallNext(counter=counter, operator=operator))


def number(answer: CommandResult) -> str:
    assert answer.ticket is not None
    return answer.ticket.number


# Minutes that the regular visitor waits, minutes that the priority visitor waits, whether the latter goes first.
@pytest.mark.parametrize(
    ("regular", "priority", "first"),
    [(39, 10, True), (41, 10, False), (59, 16, True), (60, 16, True), (61, 60, False), (61, 16, False)],
)
def test_priority_counts_its_wait_four_times_and_nobody_waits_beyond_an_hour_for_it(
    clock: SetClock, regular: int, priority: int, first: bool
) -> None:
    office = office_with(clock, discipline="accumulating_priority")
    sit(office)
    issue(office)
    clock.forward(minutes=regular - priority)
    issue(office, priority=True)
    clock.forward(minutes=priority)
    assert number(call_next(office)) == ("A-002" if first else "A-001")


@pytest.mark.parametrize(("later", "first"), [(19, True), (21, False)])
def test_a_priority_visitor_counts_as_arrived_twenty_minutes_earlier(clock: SetClock, later: int, first: bool) -> None:
    office = office_with(clock, credit_minutes=20)
    sit(office)
    issue(office)
    clock.forward(minutes=later)
    issue(office, priority=True)
    answer = call_next(office)
    assert number(answer) == ("A-002" if first else "A-001")
    assert answer.facts.get("credit") == (20 if first else None)


@pytest.mark.parametrize(("later", "first"), [(9, True), (11, False)])
def test_who_comes_for_a_service_with_a_head_start_counts_as_arrived_so_much_earlier(
    clock: SetClock, later: int, first: bool
) -> None:
    services = tuple(replace(one, head_start=10 * (one.code == "birth")) for one in small_plan().services)
    office = office_with(clock, services=services)
    sit(office)
    issue(office)
    clock.forward(minutes=later)
    issue(office, "birth")
    answer = call_next(office)
    assert number(answer) == ("C-001" if first else "A-001")
    assert (answer.facts.get("head_start"), answer.facts.get("credit")) == (10 if first else None, None)


def test_after_two_priority_visitors_in_a_row_it_is_a_regular_ones_turn(clock: SetClock) -> None:
    office = office_with(clock, discipline="interleave", interleave=2)
    sit(office)
    for _ in range(3):
        issue(office)
    for _ in range(3):
        issue(office, priority=True)
    called = [serve(office).number for _ in range(6)]
    assert called == ["A-004", "A-005", "A-001", "A-006", "A-002", "A-003"]


@pytest.mark.parametrize(("seconds", "called", "rule"), [(0, "A-001", ""), (1, "B-001", "overflow_overdue")])
def test_a_visitor_of_another_service_is_overdue_a_second_after_the_promise_and_not_before(
    clock: SetClock, seconds: int, called: str, rule: str
) -> None:
    office = office_with(clock)
    sit(office, "1")  # cards first, families when they are overdue: promised are 30 minutes
    issue(office, "family")
    clock.forward(minutes=30)
    issue(office, "card")
    clock.forward(seconds=seconds)
    answer = call_next(office, "1")
    assert number(answer) == called
    assert answer.facts["rule"] == (rule or "earliest_due_date")


def test_who_is_passed_over_is_counted_among_those_whom_the_counter_could_call(clock: SetClock) -> None:
    office = office_with(clock)
    sit(office, "1")
    issue(office, "family")
    clock.forward(minutes=1)
    issue(office, "card")
    issue(office, "card", priority=True)
    own = call_next(office, "1")  # the priority visitor before an earlier card; the family is none of its own
    assert (number(own), own.facts["passed"]) == ("A-002", 1)
    office.execute(StartService(ticket="A-002", counter="1"))
    assert number(call_next(office, "1")) == "A-001"
    office.execute(StartService(ticket="A-001", counter="1"))
    issue(office, "family", priority=True)
    helped = call_next(office, "1")
    assert (number(helped), helped.facts["rule"], helped.facts["passed"]) == ("B-002", "overflow_empty", 1)


def test_the_minutes_waited_are_whole_ones_at_the_call(clock: SetClock) -> None:
    office = office_with(clock)
    sit(office)
    for seconds, minutes in ((59, 0), (60, 1), (119, 1), (3600, 60)):
        issue(office)
        clock.forward(seconds=seconds)
        answer = call_next(office)
        assert answer.facts["waited"] == minutes
        office.execute(MarkNoShow(ticket=number(answer), counter="3"))
