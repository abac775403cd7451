"""Plays the days of a queue trace as lines of a journal, through the estimator that a hub keeps beside its day."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from antrean.queueing import events as e
from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.day import DayEstimator
from antrean.queueing.estimation.formula import Interval
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.model import Counter, OfficePlan, Service
from bench._queue_trace import QueueDay, Snapshot, Trace, geometric_mean

ZONE = "Europe/Warsaw"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was known of the minutes still to wait: the interval, known even where none is told, and the range told."""

    actual: float
    interval: Interval
    told: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One ticket that had to wait: the answer as it was issued, one later, and other ways of estimating, in minutes.

    `update` is the answer at a snapshot drawn from those after the first at which the ticket waits; None without any.
    """

    day: str
    office: str
    queue: str
    joined: Answer
    update: Answer | None
    announced: float
    geometric: float | None


def replay(trace: Trace) -> Iterator[Outcome]:
    """Yield an outcome for every ticket that had to wait; each office learns from its own past alone."""
    memories: dict[str, Mapping[str, Any]] = {}
    for day in sorted(trace):
        for office, queues in sorted(trace[day].items()):
            played = OfficeDay(day, office, queues, memories.get(office))
            yield from played.play()
            memories[office] = played.day.waits.memory()


@dataclass(slots=True)
class _Waiting:
    """A ticket of the trace that waits in the day."""

    asks_at: int | None
    joined: Answer
    announced: float
    geometric: float | None
    update: Answer | None = None


@dataclass
class OfficeDay:
    """One day of an office of the trace, with `memory` of the days before."""

    name: str
    office: str
    queues: dict[str, QueueDay]
    memory: Mapping[str, Any] | None
    plan: OfficePlan = field(init=False)
    day: ServiceDay = field(init=False)
    watch: DayEstimator = field(init=False)

    def __post_init__(self) -> None:
        self.plan = plan_of(self.queues)
        self.watch = DayEstimator(self.plan, self.memory)
        self.day = ServiceDay(date.fromisoformat(self.name), self.watch)
        midnight = datetime.combine(self.day.business_day, time(), ZoneInfo(ZONE))
        self._midnight = midnight.astimezone(UTC)
        self._open: dict[str, int] = defaultdict(int)
        self._waiting: dict[str, dict[int, _Waiting]] = defaultdict(dict)

    def play(self) -> Iterator[Outcome]:
        """Walk through the day in the order of its snapshots: calls, counters, new tickets, and what phones ask."""
        arrivals: dict[tuple[str, int], list[int]] = defaultdict(list)
        calls: dict[tuple[str, int], list[int]] = defaultdict(list)
        for name, queue in self.queues.items():
            for ticket, (seen, called) in sorted(queue.tickets.items()):
                arrivals[name, seen].append(ticket)
                calls[name, called].append(ticket)
        moments = sorted((s.time, name, i) for name, q in self.queues.items() for i, s in enumerate(q.snapshots))
        for minute, name, i in moments:
            tickets = self.queues[name].tickets
            for ticket in calls[name, minute]:
                if tickets[ticket][0] < minute:
                    yield self._call(name, ticket, minute)
            self._counters_are(name, self.queues[name].snapshots[i].open_counters, minute)
            for ticket in arrivals[name, minute]:
                if tickets[ticket][1] > minute:
                    self._issue(name, i, ticket)
                else:
                    self._pass_through(name, ticket, minute)
            self._ask(name, minute)

    # -- lines of the journal ----------------------------------------------------------------

    def _take(self, minute: int, event: e.Event) -> None:
        self.day.apply(JournalEntry(self.day.seq + 1, self._at(minute), self.day.business_day, event))

    def _counters_are(self, name: str, count: int, minute: int) -> None:
        """Open or close counters of the queue until as many are open as the snapshot says."""
        while self._open[name] < count:
            self._open[name] += 1
            self._take(minute, e.CounterOpened(_counter(name, self._open[name]), "operator"))
        while self._open[name] > count:
            self._take(minute, e.CounterClosed(_counter(name, self._open[name])))
            self._open[name] -= 1

    def _issue_line(self, name: str, ticket: int, minute: int, told: tuple[int, int] | None) -> None:
        ahead, (low, high) = self.day.waiting.count([name]), told or (None, None)
        issued = e.TicketIssued(
            _number(name, ticket), name, name, ticket,
            people_ahead=ahead, service_ahead=ahead, wait_low=low, wait_high=high,
        )  # fmt: skip
        self._take(minute, issued)

    def _call_lines(self, name: str, ticket: int, minute: int) -> None:
        number, counter = _number(name, ticket), _counter(name, 1)
        self._take(minute, e.TicketCalled(number, counter, "operator"))
        self._take(minute, e.TicketStarted(number, counter))
        self._take(minute, e.TicketCompleted(number, counter))

    # -- the trace ---------------------------------------------------------------------------

    def _issue(self, name: str, i: int, ticket: int) -> None:
        """Ask for the wait of a ticket as the hub does before it gives the number, and give it."""
        queue = self.queues[name]
        snapshot, (seen, called) = queue.snapshots[i], queue.tickets[ticket]
        at, ahead = self._at(seen), self.day.waiting.count([name])
        told = self.watch.for_arrival(name, at)
        answer = Answer(called - seen, self.watch.guess(name, ahead, at), told)
        self._issue_line(name, ticket, seen, told)
        others = announced(snapshot, ahead + 1), geometric_mean(queue, i, ahead + 1)
        self._waiting[name][ticket] = _Waiting(self._asks_at(name, ticket), answer, *others)

    def _pass_through(self, name: str, ticket: int, minute: int) -> None:
        """Seen and called within one snapshot: nobody is asked, but the call teaches the rate."""
        self._issue_line(name, ticket, minute, None)
        self._call_lines(name, ticket, minute)

    def _call(self, name: str, ticket: int, minute: int) -> Outcome:
        found = self._waiting[name].pop(ticket)
        self._call_lines(name, ticket, minute)
        return Outcome(self.name, self.office, name, found.joined, found.update, found.announced, found.geometric)

    def _ask(self, name: str, minute: int) -> None:
        """Ask again, as a phone does, for those tickets of the queue whose drawn snapshot this is."""
        for ahead, (number, waiting) in enumerate(self._waiting[name].items()):
            if waiting.asks_at == minute:
                actual, ticket = self.queues[name].tickets[number][1] - minute, self.day.tickets[_number(name, number)]
                told = self.watch.for_ticket(ticket, ahead, self._at(minute))
                waiting.update = Answer(actual, self.watch.guess(name, ahead, self._at(minute), ticket), told)

    def _asks_at(self, name: str, ticket: int) -> int | None:
        """Return one of the snapshots at which the ticket waits after its first, each as likely; None without any."""
        seen, called = self.queues[name].tickets[ticket]
        between = [s.time for s in self.queues[name].snapshots if seen < s.time < called]
        return random.Random(f"{self.name} {self.office} {name} {ticket}").choice(between) if between else None

    def _at(self, minute: int) -> datetime:
        return self._midnight + timedelta(minutes=minute)


def announced(snapshot: Snapshot, place: int) -> float:
    """Return place × announced service time ÷ open counters, in minutes."""
    return place * snapshot.service_minutes / max(snapshot.open_counters, 1)


def plan_of(queues: Mapping[str, QueueDay]) -> OfficePlan:
    """Return an office with a service for each queue, and as many counters of its own as were ever open for it."""
    counters = [
        Counter(_counter(name, number), str(number), (name,))
        for name, queue in queues.items()
        for number in range(1, max((s.open_counters for s in queue.snapshots), default=0) + 1)
    ]
    services = tuple(Service(name, name, {"en": name}) for name in queues)
    return OfficePlan(office="trace", name="", zone=ZONE, services=services, counters=tuple(counters))


def _counter(name: str, number: int) -> str:
    return f"{name}/{number}"


def _number(name: str, ticket: int) -> str:
    return f"{name}-{ticket:03}"
