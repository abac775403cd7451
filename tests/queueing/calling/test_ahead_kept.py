"""What is kept of the virtual run of calls tells the same as playing all of it anew, whatever happens on a day."""

from __future__ import annotations

from collections import Counter as Count
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from antrean.queueing.calling import ahead
from antrean.queueing.calling.disciplines import discipline_of, keys, overdue_after
from antrean.queueing.calling.waiting_lists import priority_class
from antrean.queueing.commands import (
    CancelTicket,
    CloseCounter,
    DeferTicket,
    IssueTicket,
    OpenCounter,
    PauseService,
    ResumeService,
    ReturnTicket,
    TransferTicket,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.plan.model import Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import small_plan
from tests.queueing.calling.test_ahead import CODES, SERVICES, Driven, every_discipline

Place = tuple[int, int, bool]  # how many are ahead, how many of the same service, whether nobody calls it
THINGS = (
    *("issue",) * 20, *("ask",) * 14, *("call",) * 4, "look", "return", "front", "cancel", "defer", "pause", "open",
    "plan", "stop", "go on",
)  # fmt: skip


def played_anew(day: ServiceDay, plan: OfficePlan, at: datetime, newcomer: Ticket | None = None) -> dict[str, Place]:
    """Return where everybody stands, a newcomer among them, when each call is made by looking at all who wait."""
    usual, regular = keys(plan, at)
    is_open = {service.code for service in plan.services if day.service_today(service).state == "open"}
    counters = in_turn(day, plan)
    served = {code for counter in counters for code in counter.services} & is_open
    waiting = sorted(day.waiting, key=lambda ticket: ticket.key) + ([newcomer] if newcomer is not None else [])
    lanes: dict[object, list[Ticket]] = {}
    for ticket in waiting:
        lanes.setdefault((ticket.service, priority_class(ticket)), []).append(ticket)
    called: list[Ticket] = []
    streak = day.priority_streak
    while counters and len(called) < ahead.MOST_TURNS:
        counter = counters.pop(0)
        heads = [lane[0] for lane in lanes.values() if lane and lane[0].service in served]
        own = [ticket for ticket in heads if ticket.service in counter.primary]
        others = [ticket for ticket in heads if ticket.service in counter.overflow]
        found = own + [ticket for ticket in others if not own or overdue_after(ticket, plan) < at]
        if not found:
            continue
        called.append(min(found, key=regular if discipline_of(plan).is_regular_turn(plan, streak) else usual))
        lanes[called[-1].service, priority_class(called[-1])].pop(0)
        streak = streak + 1 if called[-1].goes_ahead else 0
        counters.append(counter)
    left = sorted((ticket for lane in lanes.values() for ticket in lane), key=usual)
    places: dict[str, Place] = {}
    own_before: Count[str] = Count()
    for ticket in called + [ticket for ticket in left if ticket.service in served]:
        places[ticket.number] = (len(places), own_before[ticket.service], False)
        own_before[ticket.service] += 1
    for ticket in left:
        if ticket.service not in served:
            places[ticket.number] = (own_before[ticket.service], own_before[ticket.service], True)
            own_before[ticket.service] += 1
    return places


def in_turn(day: ServiceDay, plan: OfficePlan) -> list[Counter]:
    """Return the open counters, the free ones first, or all when none is open."""
    rows = [
        (bool(row.ticket), row.turn, index)
        for index, row in enumerate(day.counter(counter.code) for counter in plan.counters)
        if row.state == "open"
    ]
    return [plan.counters[index] for *_, index in sorted(rows)] or list(plan.counters)


def told(driven: Driven, service: str, priority: bool) -> Place:
    figure = driven.day.ahead.for_arrival(driven.day, driven.plan, somebody(driven, service, priority))
    return figure.ahead, figure.own, figure.stands


def somebody(driven: Driven, service: str, priority: bool) -> Ticket:
    return Ticket(
        number="new", service=service, series="", persons=1, priority=priority, language="", device="",
        issued_at=driven.at, arrival=driven.at, seq=driven.day.seq + 1,
    )  # fmt: skip


def happen(driven: Driven, what: str, service: str, priority: bool, which: int) -> None:
    """Let something happen, if it can: to one of those who wait or at one of the counters."""
    counter = driven.plan.counters[which % len(driven.plan.counters)].code
    row = driven.day.counter(counter)
    waiting = sorted(driven.waiting())
    try:
        if what == "issue":
            driven.execute(IssueTicket(service=service, priority=priority, language="id"))
        elif what == "call":
            driven.call(counter)
        elif what == "return":
            driven.execute(ReturnTicket(ticket=row.ticket, counter=counter))
        elif what == "front":
            driven.execute(TransferTicket(ticket=row.ticket, counter=counter, service=service, position="front"))
        elif what == "cancel" and waiting:
            driven.execute(CancelTicket(ticket=waiting[which % len(waiting)], reason="left"))
        elif what == "defer" and waiting:
            driven.execute(DeferTicket(ticket=waiting[which % len(waiting)]))
        elif what == "open":
            driven.execute(OpenCounter(counter=counter, operator=f"Operator {counter}"))
        elif what == "pause":
            driven.execute(CloseCounter(counter=counter, operator=row.operator))
        elif what == "stop":
            driven.execute(PauseService(service=service))
        elif what == "go on":
            driven.execute(ResumeService(service=service))
    except QueueError:
        pass


def some_plan(random: Random, discipline: str) -> OfficePlan:
    """Return a plan of one to four counters that share services as they like; most of them help in others."""
    counters = []
    for n in range(random.randint(1, 4)):
        own = random.sample(CODES, random.randint(1, 3))
        rest = [code for code in CODES if code not in own]
        counters.append(Counter(str(n), str(n), tuple(own), tuple(random.sample(rest, random.randint(0, len(rest))))))
    return small_plan(
        services=SERVICES, counters=tuple(counters), discipline=discipline, credit_minutes=random.choice((0, 15, 40)),
        interleave=random.randint(1, 3),
    )  # fmt: skip


@every_discipline
@pytest.mark.parametrize("most", [3, 8, 64])
def test_a_figure_is_the_same_as_when_every_call_is_played_anew(
    discipline: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MOST_TURNS", most)
    for seed in range(12):
        random = Random(seed)
        plan = some_plan(random, discipline)
        closed = replace(plan, services=(replace(SERVICES[0], closed=True), *SERVICES[1:]))
        driven = Driven(plan)
        driven.open([counter.code for counter in plan.counters if random.random() < 0.7])
        for _ in range(50):
            driven.at += timedelta(minutes=random.choice((0, 0, 1, 3, 12)))
            what, service, priority = random.choice(THINGS), random.choice(CODES), random.random() < 0.3
            if what == "ask":
                newcomer = somebody(driven, service, priority)
                places = played_anew(driven.day, driven.plan, driven.at, newcomer)
                assert told(driven, service, priority) == places["new"]
            elif what == "look":
                places = played_anew(driven.day, driven.plan, driven.at)
                for ticket in random.sample(list(driven.day.waiting), min(3, driven.day.waiting.count())):
                    before = ahead.Ahead().before(driven.day, driven.plan, driven.at, ticket)
                    assert before == places[ticket.number][0]
                    assert driven.day.ahead.before(driven.day, driven.plan, driven.at, ticket) == before
                assert figures(driven) == places
            elif what == "plan":
                driven.plan = plan if driven.plan is closed else closed
            else:
                happen(driven, what, service, priority, random.randrange(30))
        assert figures(driven) == played_anew(driven.day, driven.plan, driven.at)


def figures(driven: Driven) -> dict[str, Place]:
    return {number: (one.ahead, one.own, one.stands) for number, one in driven.told().items()}


@every_discipline
def test_behind_many_of_the_same_service_a_figure_is_the_same_as_when_every_call_is_played_anew(
    discipline: str,
) -> None:
    counters = (Counter("1", "1", ("card", "family")), Counter("2", "2", ("card",), ("family",)))
    driven = Driven(small_plan(counters=counters, discipline=discipline))
    driven.open(["1", "2"])
    for n in range(90):
        driven.at += timedelta(seconds=20)
        happen(driven, "issue", ("card", "card", "card", "family")[n % 4], n % 7 == 0, 0)
        for service in ("card", "family"):
            for priority in (False, True):
                newcomer = somebody(driven, service, priority)
                places = played_anew(driven.day, driven.plan, driven.at, newcomer)
                assert told(driven, service, priority) == places["new"]
        if n % 20 == 19:
            driven.call("12"[n // 20 % 2])


@pytest.fixture
def helping() -> Driven:
    """One counter for cards, which helps families of 10 minutes' promise; priority counts as 40 minutes."""
    services = tuple(replace(one, promised_wait=10 if one.code == "family" else 30) for one in small_plan().services)
    counters = (Counter("1", "1", ("card",), ("family",)),)
    driven = Driven(small_plan(services=services, counters=counters, credit_minutes=40))
    driven.open(["1"])
    return driven


def arrive(driven: Driven, service: str, priority: bool = False) -> None:
    """Let somebody come whom a screen has asked for, so that the calls are played and kept."""
    told(driven, service, priority)
    happen(driven, "issue", service, priority, 0)


def test_somebody_of_its_own_takes_a_counter_from_those_that_it_helps_though_an_overdue_one_is_called_first(
    helping: Driven,
) -> None:
    helping.plan = replace(helping.plan, discipline="strict_priority", credit_minutes=0)
    arrive(helping, "family")
    helping.at += timedelta(minutes=11)
    told(helping, "card", False)
    arrive(helping, "card")
    assert told(helping, "family", True) == (2, 1, False)
    arrive(helping, "family", True)
    assert figures(helping) == {"B-001": (0, 0, False), "A-001": (1, 0, False), "B-002": (2, 1, False)}


def test_who_is_overdue_on_arrival_is_helped_at_once_however_long_ago_the_calls_were_played(helping: Driven) -> None:
    arrive(helping, "card")
    told(helping, "card", False)
    helping.at += timedelta(minutes=35)
    assert told(helping, "family", True) == (0, 0, False)
    arrive(helping, "family", True)
    assert figures(helping) == {"B-001": (0, 0, False), "A-001": (1, 0, False)}


def test_in_turns_of_regular_visitors_those_are_called_who_come_later_than_a_priority_visitor(
    helping: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MOST_TURNS", 4)
    helping.plan = replace(helping.plan, discipline="interleave", interleave=1)
    for _ in range(5):
        arrive(helping, "card", True)
        arrive(helping, "card")
    newcomer = somebody(helping, "card", True)
    assert told(helping, "card", True) == played_anew(helping.day, helping.plan, helping.at, newcomer)["new"]
