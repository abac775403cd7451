"""How many are ahead, and who is next: what is told is what happens when nothing new does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.calling import ahead
from antrean.queueing.calling.ahead import Figure
from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.commands import (
    STANDING,
    CallNext,
    CloseCounter,
    Command,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    StartService,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Counter, OfficePlan, Service
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import ListJournal, SetClock, small_plan
from tests.examples import examples
from tests.fakes.stands import stands
from tests.queueing.wishes import call, issue

OPENING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
every_discipline = pytest.mark.parametrize("discipline", list(DISCIPLINES))
checked = examples(25)

SERVICES = (
    Service("card", "A", {"id": "A"}, promised_wait=30),
    Service("family", "B", {"id": "B"}, promised_wait=10, head_start=5),
    Service("birth", "C", {"id": "C"}, promised_wait=60, head_start=40),
    Service("moving", "D", {"id": "D"}, promised_wait=30),
)
CODES = tuple(service.code for service in SERVICES)


@st.composite
def plans(draw: Any, discipline: str) -> OfficePlan:
    """Return a plan of one to four counters that share services as they like; each may help in others."""
    counters = []
    for n in range(draw(st.integers(1, 4))):
        own = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True))
        rest = [code for code in CODES if code not in own]
        helped = draw(st.lists(st.sampled_from(rest), max_size=2, unique=True)) if rest else []
        counters.append(Counter(str(n), f"Loket {n}", tuple(own), tuple(helped)))
    closed = draw(st.lists(st.sampled_from((False, False, False, True)), min_size=4, max_size=4))
    services = tuple(replace(one, closed=shut) for one, shut in zip(SERVICES, closed, strict=True))
    return small_plan(
        services=services, counters=tuple(counters), discipline=discipline, credit_minutes=draw(st.integers(0, 40)),
        interleave=draw(st.integers(1, 3)),
    )  # fmt: skip


@dataclass
class Driven:
    """A day in memory, driven through the rules as an office would, with the plan as it is now."""

    plan: OfficePlan
    at: datetime = OPENING
    day: ServiceDay = field(default_factory=lambda: ServiceDay(OPENING.date()))

    def execute(self, command: Command) -> None:
        for event in command.decide(self.day, STANDING, self.plan, self.at):
            self.day.apply(JournalEntry(self.day.seq + 1, self.at, self.day.business_day, event))

    def issue(self, service: str, priority: bool = False) -> Ticket:
        open_plan, self.plan = self.plan, lasting(self.plan)
        self.execute(IssueTicket(service=service, priority=priority, language="id"))
        self.plan = open_plan
        return next(reversed(self.day.tickets.values()))

    def newcomer(self, service: str) -> int:
        """Return how many would be ahead of a regular visitor who took a number now."""
        ticket = Ticket(
            number="", service=service, series="", persons=1, priority=False, language="", device="",
            issued_at=self.at, arrival=self.at, seq=self.day.seq + 1,
        )  # fmt: skip
        return self.day.ahead.for_arrival(self.day, self.plan, ticket).ahead

    def open(self, counters: Sequence[str]) -> None:
        for code in counters:
            self.execute(OpenCounter(counter=code, operator=f"Operator {code}"))

    def call(self, counter: str) -> str:
        """Finish who is there and call the next; the number, or "" when nobody waits for this counter."""
        row = self.day.counter(counter)
        if row.ticket and self.day.tickets[row.ticket].state == "called":
            self.execute(StartService(ticket=row.ticket, counter=counter))
        try:
            self.execute(CallNext(counter=counter, operator=row.operator))
        except Exception:
            return ""
        return self.day.counter(counter).ticket

    def told(self) -> Mapping[str, Figure]:
        return dict(self.day.ahead.figures(self.day, self.plan, self.at))

    def waiting(self) -> set[str]:
        return {ticket.number for ticket in self.day.waiting}


def lasting(plan: OfficePlan) -> OfficePlan:
    return replace(plan, services=tuple(replace(service, closed=False) for service in plan.services))


# (minutes since the one before, service, priority)
arrivals = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(CODES), st.booleans()), min_size=1, max_size=16
)  # fmt: skip


def take_turns(driven: Driven, counters: Sequence[str]) -> list[str]:
    """Let counters call in turns, in this order, until nobody can call anybody; return the numbers in their order."""
    called, idle = [], 0
    turns = list(counters)
    while idle < len(turns):
        number = driven.call(turns[0])
        called += [number] if number else []
        idle = 0 if number else idle + 1
        turns.append(turns.pop(0))
    return called


@every_discipline
@checked
@given(data=st.data(), people=arrivals, late=st.integers(0, 90))
def test_the_number_ahead_is_the_number_really_called_before_when_nothing_new_happens(
    discipline: str, data: Any, people: Sequence[tuple[int, str, bool]], late: int
) -> None:
    driven = Driven(data.draw(plans(discipline)))
    for minutes, service, priority in people:
        driven.at += timedelta(minutes=minutes)
        driven.issue(service, priority)
    driven.at += timedelta(minutes=late)
    everybody = [counter.code for counter in driven.plan.counters]
    sits = data.draw(st.lists(st.sampled_from(everybody), min_size=1, max_size=len(everybody), unique=True))
    driven.open(sits)
    told, waiting = driven.told(), driven.waiting()
    called = take_turns(driven, sits)  # they opened in this order: the first has been idle longest
    assert [told[number].ahead for number in called] == list(range(len(called)))
    assert told.keys() == waiting
    for number in waiting - set(called):
        assert told[number].stands
        assert not told[number].next
    assert all(told[number].stands == (number not in called) for number in waiting)


@every_discipline
@checked
@given(data=st.data(), people=arrivals, service=st.sampled_from(CODES), priority=st.booleans())
def test_what_a_newcomer_is_told_is_what_the_phone_says_right_after(
    discipline: str, data: Any, people: Sequence[tuple[int, str, bool]], service: str, priority: bool
) -> None:
    driven = Driven(data.draw(plans(discipline)))
    driven.plan = lasting(driven.plan)
    driven.open(data.draw(st.lists(st.sampled_from([one.code for one in driven.plan.counters]), unique=True)))
    for minutes, code, first in [*people, (1, service, priority)]:
        driven.at += timedelta(minutes=minutes)
        for one in CODES:  # a screen asks for everybody who might come, and then somebody does
            expected = driven.newcomer(one)
            if (one, False) == (code, first):
                tile = expected
        ticket = driven.issue(code, first)
        assert first or ticket.people_ahead_at_issue == tile
        fresh = ServiceDay(OPENING.date(), seq=driven.day.seq, waiting=driven.day.waiting, counters=driven.day.counters)
        fresh.priority_streak = driven.day.priority_streak
        figure = fresh.ahead.figures(fresh, driven.plan, driven.at)[ticket.number]
        assert ticket.people_ahead_at_issue == figure.ahead
        assert driven.told()[ticket.number].ahead == figure.ahead


@every_discipline
@checked
@given(data=st.data(), people=arrivals, wait=st.integers(0, 120))
def test_who_was_told_next_is_called_next_at_each_of_their_counters_however_long_it_takes(
    discipline: str, data: Any, people: Sequence[tuple[int, str, bool]], wait: int
) -> None:
    plan = data.draw(plans(discipline))
    codes = [counter.code for counter in plan.counters]
    calls = data.draw(st.lists(st.sampled_from(codes), max_size=5))
    first = data.draw(st.sampled_from(codes))

    def morning() -> Driven:
        driven = Driven(plan)
        driven.open(codes)
        for minutes, service, priority in people:
            driven.at += timedelta(minutes=minutes)
            driven.issue(service, priority)
        return driven

    told = {number for number, figure in morning().told().items() if figure.next}
    driven = morning()
    driven.at += timedelta(minutes=wait)
    for counter in [*calls, first]:
        services = plan.counter(counter).services
        expected = {number for number in told & driven.waiting() if driven.day.tickets[number].service in services}
        number = driven.call(counter)
        assert not expected or {number} == expected
        driven.at += timedelta(minutes=1)


def test_a_screen_that_asked_for_somebody_else_tells_each_newcomer_the_place_of_their_own(
    office: Office, clock: SetClock, plan: OfficePlan
) -> None:
    for counter in ("1", "2"):  # cards and late families · families and births
        office.execute(OpenCounter(counter=counter, operator=counter))
    for n in range(12):
        clock.forward(seconds=20)
        issue(office, ("card", "birth", "birth")[n % 3])

    def ask(day: ServiceDay, plan: OfficePlan) -> int:
        newcomer = replace(day.tickets["C-001"], number="", arrival=clock(), seq=day.seq + 1)
        return day.ahead.for_arrival(day, plan, newcomer).ahead  # the last one that the start screen asks for

    assert office.read(ask) == 12
    told = issue(office, "family").people_ahead_at_issue
    assert numbers_ahead(office)["B-001"] == told < 12


def last_at(day: ServiceDay) -> datetime:
    assert day.last_at is not None
    return day.last_at


def numbers_ahead(office: Office) -> dict[str, int]:
    return {
        number: figure.ahead
        for number, figure in office.read(lambda day, plan: day.ahead.figures(day, plan, last_at(day))).items()
    }


def nexts(office: Office) -> set[str]:
    found = office.read(lambda day, plan: day.ahead.figures(day, plan, last_at(day))).items()
    return {number for number, figure in found if figure.next}


@pytest.fixture
def shared(clock: SetClock) -> Office:
    """Three counters that all serve cards and births; only the third serves families as well."""
    both = ("card", "birth")
    plan = small_plan(
        counters=(Counter("1", "1", both), Counter("2", "2", both), Counter("3", "3", (*both, "family"))),
        services=tuple(replace(one, promised_wait=30) for one in small_plan().services),
    )
    office = Office(ListJournal(), lambda: plan, clock)
    for counter in ("1", "2", "3"):
        office.execute(OpenCounter(counter=counter, operator=f"Operator {counter}"))
    return office


def test_somebody_of_another_service_who_is_called_before_counts_as_ahead(shared: Office, clock: SetClock) -> None:
    for _ in range(6):
        issue(shared, "birth")
        clock.forward(seconds=10)
    assert issue(shared, "family").people_ahead_at_issue == 6
    assert "B-001" not in nexts(shared)


def test_who_is_alone_in_a_service_is_not_next_while_the_only_counter_for_it_calls_others_first(
    shared: Office, clock: SetClock
) -> None:
    issue(shared, "birth")
    clock.forward(seconds=10)
    issue(shared, "family")
    assert nexts(shared) == {"C-001"}
    shared.execute(CallNext(counter="3", operator="Operator 3"))
    assert nexts(shared) == {"B-001"}


def test_who_will_be_passed_by_an_overdue_visitor_of_another_service_is_not_next_before(
    office: Office, clock: SetClock
) -> None:
    office.execute(OpenCounter(counter="1", operator="Ani"))  # cards, and families that are overdue
    issue(office, "family")
    clock.forward(minutes=1)
    issue(office, "card")
    assert numbers_ahead(office) == {"A-001": 0, "B-001": 1}
    assert nexts(office) == set()
    clock.forward(minutes=31)
    assert call(office, "1").number == "B-001"
    assert nexts(office) == {"A-001"}


def test_the_counter_that_has_been_free_longest_has_the_first_turn(shared: Office, clock: SetClock) -> None:
    issue(shared, "card"), issue(shared, "card")
    for counter in ("3", "1"):
        shared.execute(CallNext(counter=counter, operator=f"Operator {counter}"))
    issue(shared, "family"), issue(shared, "card")
    # Counter 2 is free; of the others 3 was the first to call, so it is expected back first.
    assert numbers_ahead(shared) == {"A-003": 0, "B-001": 1}
    shared.execute(MarkNoShow(ticket="A-002", counter="1"))
    shared.execute(PauseCounter(counter="2", operator="Operator 2", reason="break"))
    assert numbers_ahead(shared) == {"A-003": 0, "B-001": 1}
    shared.execute(PauseCounter(counter="1", operator="Operator 1", reason="break"))
    # Only counter 3 is left, and the family came first.
    assert numbers_ahead(shared) == {"B-001": 0, "A-003": 1}
    assert nexts(shared) == {"B-001"}


def test_the_figures_of_a_paused_service_stand_still_and_nobody_of_it_is_next(
    office: Office, clock: SetClock, plan: OfficePlan
) -> None:
    for counter in ("1", "2"):
        office.execute(OpenCounter(counter=counter, operator=counter))
    issue(office, "birth"), issue(office, "birth"), issue(office, "card"), issue(office, "family")
    stands(office, "birth", "paused")

    def figures() -> Mapping[str, Figure]:
        return office.read(lambda day, _plan: day.ahead.figures(day, plan, last_at(day)))

    before = {number: figures()[number] for number in ("C-001", "C-002")}
    assert before == {"C-001": Figure(0, 0, stands=True), "C-002": Figure(1, 1, stands=True)}
    office.execute(CallNext(counter="1", operator="1"))
    assert {number: figures()[number] for number in ("C-001", "C-002")} == before


def test_before_any_counter_is_open_all_of_them_are_expected_to_open(shared: Office, clock: SetClock) -> None:
    for counter in ("1", "2", "3"):
        shared.execute(CloseCounter(counter=counter, operator=f"Operator {counter}"))
    for _ in range(6):
        issue(shared, "birth")
    assert issue(shared, "family").people_ahead_at_issue == 6
    shared.execute(OpenCounter(counter="1", operator="Operator 1"))
    # Counter 1 does not serve families: nobody calls this number until another counter opens.
    assert shared.read(lambda day, plan: day.ahead.figures(day, plan, last_at(day)))["B-001"] == Figure(
        0, 0, stands=True
    )


def test_behind_the_calls_that_are_played_people_count_in_the_order_of_their_keys(
    shared: Office, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MOST_TURNS", 10)
    told = []
    for n in range(40):
        told.append(issue(shared, ("card", "birth")[n % 2]).people_ahead_at_issue)
        clock.forward(seconds=10)
    assert told == list(range(40))
    assert sorted(numbers_ahead(shared).values()) == told
    assert issue(shared, "card", priority=True).people_ahead_at_issue == 0
    assert issue(shared, "card", priority=True).people_ahead_at_issue == 1
    assert sorted(numbers_ahead(shared).values()) == list(range(42))


def test_a_slip_that_is_printed_and_a_visitor_who_has_come_change_no_figure_and_a_call_does(shared: Office) -> None:
    issue(shared, "card"), issue(shared, "birth"), issue(shared, "card")
    shared.execute(CallNext(counter="1", operator="Operator 1"))
    before = numbers_ahead(shared)
    shared.execute(StartService(ticket="A-001", counter="1"))
    assert numbers_ahead(shared) == before == {"C-001": 0, "A-002": 1}
    shared.execute(CallNext(counter="1", operator="Operator 1"))
    assert numbers_ahead(shared) == {"A-002": 0}


def test_who_was_asked_for_of_another_service_is_not_taken_for_the_one_that_came(clock: SetClock) -> None:
    lonely = Service("moving", "D", {"id": "D"})  # no counter serves it
    office = Office(ListJournal(), lambda: small_plan(services=(*small_plan().services, lonely)), clock)

    def told() -> dict[str, int]:
        """Return what a kiosk says on its tiles: for every service, how many are ahead of a newcomer."""

        def newcomer(day: ServiceDay, service: str) -> Ticket:
            return Ticket(
                number="", service=service, series="", persons=1, priority=False, language="", device="",
                issued_at=clock(), arrival=clock(), seq=day.seq + 1,
            )  # fmt: skip

        return office.read(
            lambda day, plan: {
                service.code: day.ahead.for_arrival(day, plan, newcomer(day, service.code)).ahead
                for service in plan.services
            }
        )

    assert told() == {"card": 0, "family": 0, "birth": 0, "moving": 0}
    issue(office, "birth")
    assert told()["birth"] == 1
    issue(office, "card")
    assert told()["birth"] == 2
