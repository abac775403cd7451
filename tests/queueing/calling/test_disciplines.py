"""Who is next, whatever the queue: first come first served within a class, a bound on overtaking, no swapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.calling.disciplines import DISCIPLINES, NOBODY_WAITS_BEYOND, Discipline, Key, overdue_after
from antrean.queueing.calling.order import order
from antrean.queueing.calling.waiting_lists import priority_class
from antrean.queueing.commands import IssueTicket
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import TicketIssued, TicketTransferred
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock, small_plan

OPENING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SERIES = {"card": "A", "family": "B", "birth": "C"}
every_discipline = pytest.mark.parametrize("discipline", list(DISCIPLINES))

# (minutes after opening, service, priority, brought to the front)
arrival = st.tuples(
    st.integers(0, 240), st.sampled_from(tuple(SERIES)), st.booleans(), st.integers(0, 9).map(lambda n: n == 0)
)
arrivals = st.lists(arrival, min_size=1, max_size=25)
Arrivals = Sequence[tuple[int, str, bool, bool]]


def test_plans_and_lines_of_before_name_the_disciplines_that_there_are() -> None:
    named = {"earliest_due_date", "first_come_first_served", "strict_priority", "interleave", "accumulating_priority"}
    assert named <= set(DISCIPLINES)


def entries_of(people: Arrivals) -> list[JournalEntry]:
    """Return the journal of these arrivals, in the order of time; some were brought to the front of their service."""
    lines: list[JournalEntry] = []
    last = dict.fromkeys(SERIES.values(), 0)
    for minute, service, priority, front in sorted(people):
        at = OPENING + timedelta(minutes=minute)
        series = SERIES[service]
        last[series] += 1
        number = f"{series}-{last[series]:03d}"
        issued = TicketIssued(number, service, series, last[series], priority=priority)
        events = [issued] + [TicketTransferred(number, "", service, "front")] * front
        lines += [JournalEntry(len(lines) + 1 + n, at, OPENING.date(), event) for n, event in enumerate(events)]
    return lines


def day_of(people: Arrivals) -> ServiceDay:
    return ServiceDay.fold(OPENING.date(), entries_of(people))


def called(day: ServiceDay, plan: OfficePlan, at: datetime) -> list[Ticket]:
    return [ranked.ticket for ranked in order(day, plan, at)]


def plan_for(discipline: str, **more: object) -> OfficePlan:
    return small_plan(discipline=discipline, **more)


def after(people: Arrivals, minutes: int = 0) -> datetime:
    return OPENING + timedelta(minutes=max(person[0] for person in people) + minutes)


@every_discipline
@given(people=arrivals, later=st.integers(0, 200))
def test_everybody_waiting_is_called_exactly_once(discipline: str, people: Arrivals, later: int) -> None:
    day = day_of(people)
    numbers = [ticket.number for ticket in called(day, plan_for(discipline), after(people, later))]
    assert sorted(numbers) == sorted(day.tickets)


@every_discipline
@given(people=arrivals, later=st.integers(0, 200))
def test_a_class_is_served_in_the_order_it_came(discipline: str, people: Arrivals, later: int) -> None:
    seen: dict[tuple[str, str], list[Ticket]] = {}
    for ticket in called(day_of(people), plan_for(discipline), after(people, later)):
        seen.setdefault((ticket.service, priority_class(ticket)), []).append(ticket)
    for lane in seen.values():
        assert lane == sorted(lane, key=lambda ticket: ticket.key)


@every_discipline
@given(people=arrivals, later=st.integers(0, 200), shuffle=st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_tickets_got_into_the_lanes(
    discipline: str, people: Arrivals, later: int, shuffle: object
) -> None:
    plan, at = plan_for(discipline), after(people, later)
    day, other = day_of(people), day_of(people)
    tickets = list(other.tickets.values())
    for ticket in tickets:
        other.waiting.remove(ticket)
    shuffle.shuffle(tickets)  # type: ignore[attr-defined]
    for ticket in tickets:
        other.waiting.add(ticket)
    assert [one.number for one in called(day, plan, at)] == [one.number for one in called(other, plan, at)]


@pytest.mark.parametrize(
    "discipline", ["earliest_due_date", "first_come_first_served", "strict_priority", "interleave"]
)
@given(people=arrivals, first=st.integers(0, 200), second=st.integers(0, 400))
def test_nobody_swaps_places_as_time_passes(discipline: str, people: Arrivals, first: int, second: int) -> None:
    day, plan = day_of(people), plan_for(discipline)
    assert called(day, plan, after(people, first)) == called(day, plan, after(people, second))


@given(people=arrivals, first=st.integers(0, 200), wait=st.integers(0, 200))
def test_accumulating_priority_lets_two_tickets_swap_only_towards_the_older(
    people: Arrivals, first: int, wait: int
) -> None:
    # Its keys grow at different speeds, so places do change; but only a ticket beyond the cap overtakes by age, and
    # otherwise a priority ticket gains on an older regular one, never the other way round.
    day, plan = day_of(people), plan_for("accumulating_priority")
    before = called(day, plan, after(people, first))
    then = called(day, plan, after(people, first + wait))
    place = {ticket.number: n for n, ticket in enumerate(then)}
    at = after(people, first + wait)
    for n, one in enumerate(before):
        for other in before[n + 1 :]:
            if place[other.number] < place[one.number]:
                capped = at - other.arrival > NOBODY_WAITS_BEYOND and other.key < one.key
                assert capped or (other.priority and not one.priority)


def overtaken(people: Arrivals, plan: OfficePlan, later: int) -> list[tuple[Ticket, Ticket]]:
    """Return the pairs (who went first, who had come earlier)."""
    row = [ticket for ticket in called(day_of(people), plan, after(people, later)) if not ticket.front]
    return [(one, other) for n, one in enumerate(row) for other in row[n + 1 :] if other.key < one.key]


minutes_of = st.fixed_dictionaries({code: st.integers(0, 60) for code in SERIES})  # by service


def plan_with(field: str, minutes: Mapping[str, int], discipline: str, **more: object) -> OfficePlan:
    """Return a plan whose services have these minutes in one of their fields."""
    plan = plan_for(discipline, **more)
    changes: dict[str, dict[str, Any]] = {code: {field: count} for code, count in minutes.items()}
    return replace(plan, services=tuple(replace(one, **changes.get(one.code, {})) for one in plan.services))


@given(people=arrivals, later=st.integers(0, 200), credit=st.integers(0, 45), head_starts=minutes_of)
def test_due_date_is_overtaken_by_no_more_than_the_credit_and_the_difference_of_head_starts(
    people: Arrivals, later: int, credit: int, head_starts: Mapping[str, int]
) -> None:
    plan = plan_with("head_start", head_starts, "earliest_due_date", credit_minutes=credit)
    for one, other in overtaken(people, plan, later):
        earlier = (one.priority - other.priority) * credit + head_starts[one.service] - head_starts[other.service]
        assert one.arrival - other.arrival <= timedelta(minutes=earlier)


@every_discipline
@given(people=arrivals, later=st.integers(0, 200), promises=minutes_of)
def test_what_a_service_promises_is_no_part_of_the_order(
    discipline: str, people: Arrivals, later: int, promises: Mapping[str, int]
) -> None:
    day, at = day_of(people), after(people, later)
    promised, alike = (
        called(day, plan_with("promised_wait", minutes, discipline), at)
        for minutes in (promises, dict.fromkeys(SERIES, 30))
    )
    assert promised == alike


@given(people=arrivals, credit=st.integers(0, 45), promises=minutes_of)
def test_head_starts_give_an_office_the_order_back_that_it_had_when_promises_decided(
    people: Arrivals, credit: int, promises: Mapping[str, int]
) -> None:
    longest = max(promises.values())
    head_starts = {code: longest - promise for code, promise in promises.items()}
    plan = plan_with("head_start", head_starts, "earliest_due_date", credit_minutes=credit)
    row = [ticket for ticket in called(day_of(people), plan, after(people)) if not ticket.front]

    def due_before(ticket: Ticket) -> datetime:
        return ticket.arrival + timedelta(minutes=promises[ticket.service] - ticket.priority * credit)

    assert row == sorted(row, key=lambda ticket: (due_before(ticket), ticket.seq))


@given(people=arrivals, later=st.integers(0, 200))
def test_first_come_first_served_is_never_overtaken(people: Arrivals, later: int) -> None:
    assert overtaken(people, plan_for("first_come_first_served"), later) == []


@given(people=arrivals, later=st.integers(0, 200))
def test_strict_priority_is_overtaken_by_priority_alone(people: Arrivals, later: int) -> None:
    # It has no bound for regular visitors: that is why it is not the default.
    for one, other in overtaken(people, plan_for("strict_priority"), later):
        assert one.priority
        assert not other.priority


@given(people=arrivals, later=st.integers(0, 200), n=st.integers(1, 4))
def test_interleave_gives_a_regular_visitor_one_turn_after_so_many_priority_calls(
    people: Arrivals, later: int, n: int
) -> None:
    row = [
        one
        for one in called(day_of(people), plan_for("interleave", interleave=n), after(people, later))
        if not one.front
    ]
    for start in range(len(row) - n):
        window = row[start : start + n + 1]
        regular_waits = any(not ticket.priority for ticket in row[start:])
        assert not regular_waits or any(not ticket.priority for ticket in window)


@given(people=arrivals, later=st.integers(0, 200))
def test_accumulating_priority_never_passes_over_somebody_beyond_the_cap_for_a_younger_one(
    people: Arrivals, later: int
) -> None:
    at = after(people, later)
    for one, other in overtaken(people, plan_for("accumulating_priority"), later):
        assert at - other.arrival <= NOBODY_WAITS_BEYOND
        assert one.priority
        assert not other.priority


@given(people=arrivals, later=st.integers(0, 90))
def test_a_counter_takes_overflow_only_when_its_own_services_are_empty_or_overflow_is_overdue(
    people: Arrivals, later: int
) -> None:
    day, plan, at = day_of(people), small_plan(), after(people, later)
    counter = plan.counter("1")
    waiting = set(day.tickets)
    for ranked in order(day, plan, at, counter):
        own = [n for n in waiting if day.tickets[n].service in counter.primary]
        if ranked.ticket.service in counter.overflow:
            assert not own or overdue_after(ranked.ticket, plan) < at
            assert ranked.rule == ("overflow_overdue" if own else "overflow_empty")
        waiting.discard(ranked.ticket.number)
    assert all(day.tickets[number].service not in counter.services for number in waiting)


class ByService(Discipline):
    """Services in the order of their letters: no discipline of the product."""

    code = "by_service"

    def key(self, ticket: Ticket, plan: OfficePlan, at: datetime) -> Key:
        return (ticket.series, *ticket.key)

    def facts(self, ticket: Ticket, plan: OfficePlan) -> Mapping[str, Any]:
        return {"letter": ticket.series}


def test_a_discipline_is_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DISCIPLINES, "by_service", ByService())
    day = day_of([(0, "birth", False, False), (1, "card", False, False), (2, "family", True, True)])
    counters = (Counter("1", "1", tuple(SERIES)),)
    plan, at = plan_for("by_service", counters=counters), OPENING + timedelta(minutes=9)
    ranked = list(order(day, plan, at))
    assert [(one.ticket.number, one.rule, one.facts) for one in ranked] == [
        ("B-001", "brought_forward", {"waited": 7, "passed": 2}),
        ("A-001", "by_service", {"waited": 8, "passed": 1, "letter": "A"}),
        ("C-001", "by_service", {"waited": 9, "passed": 0, "letter": "C"}),
    ]
    figures = day.ahead.figures(day, plan, at)
    assert {number: figure.ahead for number, figure in figures.items()} == {"B-001": 0, "A-001": 1, "C-001": 2}


def test_both_databases_give_the_same_order(open_journal: Callable[[], SqlJournal]) -> None:
    # A fixed crowd: the fold of what a database gives back ranks it as the fold of what was written does.
    people = [(n * 7 % 60, tuple(SERIES)[n % 3], n % 4 == 0, False) for n in range(40)]
    clock, plan = SetClock(), small_plan()
    clock.now = OPENING
    office = Office(open_journal(), lambda: plan, clock)
    for minute, service, priority, _front in sorted(people):
        clock.now = OPENING + timedelta(minutes=minute)
        office.execute(IssueTicket(service=service, priority=priority, language="id"))
    read = ServiceDay.fold(OPENING.date(), open_journal().read(after=0))
    written = day_of(people)
    at = clock.forward(minutes=35)
    for discipline in DISCIPLINES:
        plan = plan_for(discipline)
        assert [one.number for one in called(read, plan, at)] == [one.number for one in called(written, plan, at)]
