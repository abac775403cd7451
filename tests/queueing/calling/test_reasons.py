"""Whom a counter calls and the reason it says, and who surely stays before whom, case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from antrean.queueing.calling.disciplines import DISCIPLINES, stays_before
from antrean.queueing.calling.order import Ranked, order
from antrean.queueing.calling.waiting_lists import WaitingLists
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import ServiceClosed, ServicePaused, TicketIssued, TicketTransferred
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.model import Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import small_plan

OPENING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SERIES = {"card": "A", "family": "B", "birth": "C"}
every_discipline = pytest.mark.parametrize("discipline", list(DISCIPLINES))


def day_of(*people: tuple[float, str, bool, bool]) -> ServiceDay:
    """Return a day with these arrivals: minutes after the opening, service, priority, brought to the front."""
    day = ServiceDay(OPENING.date())
    last = dict.fromkeys(SERIES.values(), 0)
    for minutes, service, priority, front in people:
        series = SERIES[service]
        last[series] += 1
        number = f"{series}-{last[series]:03d}"
        issued = TicketIssued(number, service, series, last[series], priority=priority)
        for event in (issued, *[TicketTransferred(number, "", service, "front")] * front):
            day.apply(JournalEntry(day.seq + 1, OPENING + timedelta(minutes=minutes), OPENING.date(), event))
    return day


def stopped(day: ServiceDay, states: dict[str, str], reasons: dict[str, dict[str, str]] | None = None) -> ServiceDay:
    """Return the day after these services were paused or closed, in their order."""
    kinds = {"paused": ServicePaused, "closed": ServiceClosed}
    for code, state in states.items():
        event = kinds[state](code, (reasons or {}).get(code, {}))
        day.apply(JournalEntry(day.seq + 1, OPENING, OPENING.date(), event))
    return day


def ranked(day: ServiceDay, plan: OfficePlan, minutes: float = 5, counter: str | None = None) -> list[Ranked]:
    at = OPENING + timedelta(minutes=minutes)
    return list(order(day, plan, at, None if counter is None else plan.counter(counter)))


def numbers(found: list[Ranked]) -> list[str]:
    return [one.ticket.number for one in found]


# -- why a counter helps another service -----------------------------------------------------

TWO_CARDS_AND_A_FAMILY = ((0, "card", False, False), (1, "card", True, False), (2, "family", False, False))


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_counter_whose_own_service_stands_says_how_many_wait_for_it_and_why_it_stands(state: str) -> None:
    reasons = {"card": {"id": "Sistem mati", "en": "The system is down"}}
    day = stopped(day_of(*TWO_CARDS_AND_A_FAMILY), {"card": state}, reasons)
    (only,) = ranked(day, small_plan(), counter="1")
    assert (only.ticket.number, only.rule) == ("B-001", "overflow_paused")
    assert only.facts == {
        "waited": 3, "passed": 0, "standing": 2, "state": state,
        "notices": {"id": "Sistem mati", "en": "The system is down"},
    }  # fmt: skip


@pytest.mark.parametrize("reasons", [{}, {"card": {"id": ""}}], ids=["none", "an empty one"])
def test_a_counter_whose_own_service_stands_without_a_reason_says_none(reasons: dict[str, dict[str, str]]) -> None:
    day = stopped(day_of(*TWO_CARDS_AND_A_FAMILY), {"card": "paused"}, reasons)
    (only,) = ranked(day, small_plan(), counter="1")
    assert only.facts == {"waited": 3, "passed": 0, "standing": 2, "state": "paused"}


def test_a_counter_says_paused_when_one_of_its_services_is_that_and_the_first_reason_that_there_is() -> None:
    counters = (Counter("1", "Loket 1", ("card", "birth"), ("family",)),)
    people = (*TWO_CARDS_AND_A_FAMILY, (3, "birth", False, False))
    reasons = {"birth": {"id": "Petugas sakit"}}
    day = stopped(day_of(*people), {"card": "closed", "birth": "paused"}, reasons)
    (only,) = ranked(day, small_plan(counters=counters), counter="1")
    assert only.facts == {
        "waited": 3, "passed": 0, "standing": 3, "state": "paused", "notices": {"id": "Petugas sakit"},
    }  # fmt: skip


def test_a_service_that_stands_and_for_which_nobody_waits_is_no_reason() -> None:
    day = stopped(day_of((0, "family", False, False)), {"card": "paused"}, {"card": {"id": "Sistem mati"}})
    (only,) = ranked(day, small_plan(), counter="1")
    assert (only.rule, only.facts) == ("overflow_empty", {"waited": 5, "passed": 0})


def test_a_counter_with_nobody_of_its_own_says_so_also_where_the_service_it_helps_is_full_of_people() -> None:
    found = ranked(day_of((0, "family", False, False), (1, "family", False, False)), small_plan(), counter="1")
    assert [(one.ticket.number, one.rule) for one in found] == [
        ("B-001", "overflow_empty"),
        ("B-002", "overflow_empty"),
    ]
    assert found[0].facts == {"waited": 5, "passed": 0}


def test_an_overdue_visitor_of_a_helped_service_is_called_though_somebody_of_its_own_waits() -> None:
    day = day_of((0, "family", False, False), (31, "card", False, False), (32, "family", False, False))
    found = ranked(day, small_plan(), minutes=33, counter="1")
    assert [(one.ticket.number, one.rule, one.facts["passed"]) for one in found] == [
        ("B-001", "overflow_overdue", 0),
        ("A-001", "earliest_due_date", 0),
        ("B-002", "overflow_empty", 0),
    ]


def test_a_counter_goes_on_while_a_service_that_it_helps_stands() -> None:
    day = day_of((0, "family", False, False), (1, "card", False, False))
    (only,) = ranked(stopped(day, {"family": "paused"}), small_plan(), counter="1")
    assert (only.ticket.number, only.rule) == ("A-001", "earliest_due_date")


# -- brought forward -------------------------------------------------------------------------


@every_discipline
@pytest.mark.parametrize("streak", [0, 2], ids=["usual turn", "regular turn"])
def test_who_was_brought_forward_comes_first_whoever_has_the_turn(discipline: str, streak: int) -> None:
    day = day_of((0, "card", True, False), (1, "card", False, False), (9, "card", False, True))
    day.priority_streak = streak
    first, *_others = ranked(day, small_plan(discipline=discipline, interleave=2), minutes=10)
    assert (first.ticket.number, first.rule, first.facts["passed"]) == ("A-003", "brought_forward", 2)


def test_after_two_priority_calls_in_the_same_order_a_regular_visitor_is_next() -> None:
    day = day_of(*[(n, "card", n < 4, False) for n in range(6)])
    found = ranked(day, small_plan(discipline="interleave", interleave=2), minutes=10)
    assert numbers(found) == ["A-001", "A-002", "A-005", "A-003", "A-004", "A-006"]


# -- who surely stays before whom ------------------------------------------------------------


def ticket(minutes: float, priority: bool = False, front: bool = False, seq: int = 0) -> Ticket:
    at = OPENING + timedelta(minutes=minutes)
    return Ticket("A-001", "card", "A", 1, priority, "id", "", at, at, seq or int(minutes) + 1, front=front)


@every_discipline
@pytest.mark.parametrize("priority", [False, True])
def test_who_came_earlier_stays_before_somebody_of_the_same_class(discipline: str, priority: bool) -> None:
    first, second = ticket(0, priority), ticket(1, priority)
    plan, at = small_plan(discipline=discipline), OPENING + timedelta(minutes=5)
    assert stays_before(first, second, plan, at)
    assert not stays_before(second, first, plan, at)


@every_discipline
def test_who_was_brought_forward_stays_before_who_was_not(discipline: str) -> None:
    first, second = ticket(0, True), ticket(1, front=True)
    plan, at = small_plan(discipline=discipline), OPENING + timedelta(minutes=5)
    assert stays_before(second, first, plan, at)
    assert not stays_before(first, second, plan, at)


@pytest.mark.parametrize(
    ("discipline", "regular_stays", "priority_stays"),
    [
        ("earliest_due_date", False, True),
        ("first_come_first_served", True, False),
        ("strict_priority", False, True),
        ("interleave", False, False),
        ("accumulating_priority", False, False),
    ],
)
def test_between_a_regular_visitor_and_a_later_priority_one_it_depends_on_the_discipline(
    discipline: str, regular_stays: bool, priority_stays: bool
) -> None:
    regular, priority = ticket(0), ticket(1, True)
    plan, at = small_plan(discipline=discipline), OPENING + timedelta(minutes=5)
    assert stays_before(regular, priority, plan, at) is regular_stays
    assert stays_before(priority, regular, plan, at) is priority_stays


def test_waits_count_four_times_until_the_hour_is_full_and_nobody_is_passed_beyond_it() -> None:
    regular, priority = ticket(0), ticket(30, True)
    plan = small_plan(discipline="accumulating_priority")
    hour = OPENING + timedelta(hours=1)
    assert not stays_before(regular, priority, plan, hour)
    assert stays_before(regular, priority, plan, hour + timedelta(seconds=1))
    assert stays_before(ticket(0, True), ticket(30), plan, hour)


# -- the lists of those who wait -------------------------------------------------------------


def test_a_ticket_that_does_not_wait_is_not_taken_out_of_the_lists_in_the_place_of_another() -> None:
    lists = WaitingLists()
    there = ticket(5, seq=7)
    lists.add(there)
    with pytest.raises(LookupError):
        lists.remove(ticket(3, seq=4))
    assert list(lists) == [there]
    assert (lists.count(), lists.count(["card"]), lists.count(["family"])) == (1, 1, 0)


def test_those_who_wait_are_listed_by_class_and_in_the_order_they_came() -> None:
    lists = WaitingLists()
    people = [ticket(3, seq=4), ticket(1, True, seq=2), ticket(2, seq=3), ticket(0, front=True, seq=5)]
    for one in people:
        lists.add(one)
    assert list(lists.of("card")) == [people[3], people[1], people[2], people[0]]
    assert list(lists.of("family")) == []
    assert (lists.count(), lists.count(["card", "family"])) == (4, 4)
