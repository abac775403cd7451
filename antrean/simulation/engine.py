"""A day run again, or invented: visitors and counters as a script, decided by the real rules on a real day."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Literal

from antrean.queueing.commands import (
    STANDING,
    CallNext,
    CancelTicket,
    CloseCounter,
    CloseDay,
    Command,
    CompleteTicket,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    ReadmitTicket,
    ResumeCounter,
    ReturnTicket,
    StartService,
    TransferTicket,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.port import NoEstimates, WaitEstimator
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.model import OPEN, Counter, Limits, OfficePlan

ACTOR = "simulation"
NOW = timedelta()
Change = Literal["open", "pause", "resume", "close", "close_when_empty"]
End = Literal["completed", "transferred", "returned", "no_show", "cancelled"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One call of a visit and what follows it, whoever calls and whenever.

    `walk` passes from the call to the start; `serve` from the start to the `end`, None when nobody came to be served.
    `patience` is how long they wait for this call before they leave, None when they stay. `again` passes from the
    end until they wait for the next stage (an absent visitor comes back late).
    """

    service: str
    walk: timedelta
    serve: timedelta | None
    end: End = "completed"
    outcome: str = "finished"
    position: str = "arrival"
    patience: timedelta | None = None
    again: timedelta = NOW


@dataclass(frozen=True, slots=True)
class Visitor:
    """One ticket as it is known before the day: who comes when, and the stages of the visit."""

    at: datetime
    persons: int
    priority: bool
    stages: tuple[Stage, ...]
    language: str = "id"


@dataclass(frozen=True, slots=True)
class Shift:
    """A counter's day: when somebody sits there, and the pause before each of its calls.

    A change is (when, what, word); the word is the operator who opens, or the reason of a pause.
    `delays` are taken one after another: from the moment when the counter is free and somebody waits for it until
    the call, or until others took everybody first; after the last one `usual_delay` is taken. `calls` is how many
    it really made, where that is known.
    """

    counter: Counter
    changes: tuple[tuple[datetime, Change, str], ...]
    delays: tuple[timedelta, ...] = ()
    usual_delay: timedelta = NOW
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that is the same whatever the rules are. `closes_at` ends the day; None when the last one has left."""

    business_day: date
    plan: OfficePlan
    visitors: tuple[Visitor, ...]
    shifts: tuple[Shift, ...]
    closes_at: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The day as it came out, and its journal lines, numbered from one."""

    day: ServiceDay
    entries: Sequence[JournalEntry]


def run(scenario: Scenario, waits: WaitEstimator | None = None) -> Outcome:
    """Let the day happen. The same scenario always gives the same lines; `waits` says what visitors are told."""
    return _Run(scenario, waits).run()


def lasting(plan: OfficePlan) -> OfficePlan:
    """Return the plan without what would refuse a scripted visit: closed services, limits, printers."""
    services = tuple(replace(service, state=OPEN, daily_limit=None) for service in plan.services)
    limits = Limits(recalls=99, recall_gap_seconds=0, holds=99, readmits=99, readmit_minutes=24 * 60)
    return replace(plan, services=services, limits=limits, printers={})


# What comes first when several things happen at one instant.
_ARRIVE, _END, _CHANGE, _LEAVE, _CALL, _CLOSE = range(6)


@dataclass(slots=True)
class _Post:
    """A counter during the run. `call` is the attempt that counts; older ones on the heap are void."""

    shift: Shift
    operator: str = ""
    state: str = "closed"
    busy: bool = False
    closing: bool = False
    turns: int = 0
    call: int = 0
    waiting_to_call: bool = False

    @property
    def delay(self) -> timedelta:
        delays = self.shift.delays
        return delays[self.turns] if self.turns < len(delays) else self.shift.usual_delay

    def turn_over(self) -> None:
        """The counter has called, or has nobody to call any more: the attempt on the heap is void."""
        self.turns += self.waiting_to_call
        self.waiting_to_call = False
        self.call += 1


@dataclass(slots=True)
class _Visit:
    """A visitor during the run: the stage waited for, and how often they have waited."""

    visitor: Visitor
    number: str = ""
    stage: int = 0


@dataclass(slots=True)
class _Run:
    scenario: Scenario
    waits: WaitEstimator | None
    day: ServiceDay = field(init=False)
    plan: OfficePlan = field(init=False)
    entries: list[JournalEntry] = field(default_factory=list)
    heap: list[tuple[datetime, int, int, Callable[[datetime], None]]] = field(default_factory=list)
    serial: count[int] = field(default_factory=lambda: count(1))
    posts: list[_Post] = field(default_factory=list)
    visits: dict[str, _Visit] = field(default_factory=dict)
    ended: bool = False

    def run(self) -> Outcome:
        scenario = self.scenario
        self.day = ServiceDay(scenario.business_day, self.waits or NoEstimates())
        counters = tuple(shift.counter for shift in scenario.shifts)
        self.plan = replace(lasting(scenario.plan), counters=counters)
        for visitor in scenario.visitors:
            self.later(visitor.at, _ARRIVE, partial(self.arrive, visitor))
        for shift in scenario.shifts:
            post = _Post(shift)
            self.posts.append(post)
            for when, change, word in shift.changes:
                self.later(when, _CHANGE, partial(self.change, post, change, word))
        if scenario.closes_at is not None:
            self.later(scenario.closes_at, _CLOSE, self.close)
        while self.heap and not self.ended:
            at, _kind, _serial, happen = heapq.heappop(self.heap)
            happen(at)
            self.look_around(at)
        if self.day.last_at is not None and not self.ended:
            self.close(self.day.last_at)
        return Outcome(self.day, self.entries)

    def later(self, at: datetime, kind: int, happen: Callable[[datetime], None]) -> None:
        heapq.heappush(self.heap, (at, kind, next(self.serial), happen))

    def execute(self, command: Command, at: datetime) -> None:
        for event in command.decide(self.day, STANDING, self.plan, at):
            entry = JournalEntry(self.day.seq + 1, at, self.day.business_day, event, None, ACTOR)
            self.day.apply(entry)
            self.entries.append(entry)

    # -- visitors ----------------------------------------------------------------------------

    def arrive(self, visitor: Visitor, at: datetime) -> None:
        language = visitor.language if visitor.language in self.plan.languages else ""  # the office spoke it then
        take = IssueTicket(
            service=visitor.stages[0].service, persons=visitor.persons, priority=visitor.priority, language=language
        )
        self.execute(take, at)
        number = next(reversed(self.day.tickets))
        visit = self.visits[number] = _Visit(visitor, number)
        self.wait(visit, at)

    def wait(self, visit: _Visit, at: datetime) -> None:
        patience, stage = visit.visitor.stages[visit.stage].patience, visit.stage
        if patience is not None:
            self.later(at + patience, _LEAVE, partial(self.leave, visit, stage))

    def leave(self, visit: _Visit, stage: int, at: datetime) -> None:
        if visit.stage == stage and self.day.tickets[visit.number].state == "waiting":
            self.execute(CancelTicket(ticket=visit.number, reason="visitor_left"), at)

    def come(self, post: _Post, visit: _Visit, at: datetime) -> None:
        stage = visit.visitor.stages[visit.stage]
        if stage.serve is None:
            self.finish(post, visit, at)
            return
        self.execute(StartService(ticket=visit.number, counter=post.shift.counter.code), at)
        self.later(at + stage.serve, _END, partial(self.finish, post, visit))

    def finish(self, post: _Post, visit: _Visit, at: datetime) -> None:
        """End the stage at its counter, and go on to the next one if there is one."""
        stages, here = visit.visitor.stages, {"ticket": visit.number, "counter": post.shift.counter.code}
        stage = stages[visit.stage]
        following = stages[visit.stage + 1] if visit.stage + 1 < len(stages) else None
        post.busy = False
        if following is None or stage.end == "no_show":
            self.end(stage, here, visit.visitor.persons, at)
        elif following.service != stage.service:
            self.execute(TransferTicket(**here, service=following.service, position=stage.position), at)
        else:
            self.execute(ReturnTicket(**here), at)
        if following is not None:
            visit.stage += 1
            if stage.end == "no_show":
                self.later(at + stage.again, _ARRIVE, partial(self.come_back, visit))
            else:
                self.wait(visit, at)

    def end(self, stage: Stage, here: dict[str, str], persons: int, at: datetime) -> None:
        if stage.end == "cancelled" and stage.serve is None:
            self.execute(CancelTicket(ticket=here["ticket"], reason="visitor_left"), at)
        elif stage.serve is None:
            self.execute(MarkNoShow(**here), at)
        else:
            self.execute(CompleteTicket(**here, outcome=stage.outcome, persons=persons), at)

    def come_back(self, visit: _Visit, at: datetime) -> None:
        self.execute(ReadmitTicket(ticket=visit.number), at)
        self.wait(visit, at)

    # -- counters ----------------------------------------------------------------------------

    def change(self, post: _Post, change: Change, word: str, at: datetime) -> None:
        code = post.shift.counter.code
        if change == "open":
            post.closing = False
            if post.state == "closed":
                post.operator = word
                self.execute(OpenCounter(counter=code, operator=word), at)
            elif self.day.counter(code).state == "paused":
                self.execute(ResumeCounter(counter=code, operator=post.operator), at)
            # Somebody who should have left still serves a visitor: they stay on instead of changing places.
            post.state = "open"
        elif change in ("close", "close_when_empty"):
            post.closing = True
            if change == "close":
                post.state = "leaving"
        elif post.state in ("open", "paused"):
            post.state = "paused" if change == "pause" else "open"
            if change == "pause":
                self.execute(PauseCounter(counter=code, operator=post.operator, reason=word), at)
            else:
                self.execute(ResumeCounter(counter=code, operator=post.operator), at)

    def look_around(self, at: datetime) -> None:
        """After anything has happened: free counters get ready to call, or stop, or are left."""
        for post in self.posts:
            if post.busy or post.state == "closed":
                continue
            wanted = self.day.waiting.count(post.shift.counter.services) > 0
            if post.closing and (post.state == "leaving" or not wanted):
                post.state, post.closing = "closed", False
                post.turn_over()
                code = post.shift.counter.code
                self.execute(CloseCounter(counter=code, operator=post.operator), at)
            elif not wanted or post.state != "open":
                post.turn_over()
            elif not post.waiting_to_call:
                post.waiting_to_call = True
                self.later(at + post.delay, _CALL, partial(self.call, post, post.call))

    def call(self, post: _Post, call: int, at: datetime) -> None:
        if call != post.call or self.ended:
            return
        code = post.shift.counter.code
        self.execute(CallNext(counter=code, operator=post.operator), at)
        visit = self.visits[self.day.counters[code].ticket]
        post.busy = True
        post.turn_over()
        self.later(at + visit.visitor.stages[visit.stage].walk, _END, partial(self.come, post, visit))

    def close(self, at: datetime) -> None:
        self.execute(CloseDay(), at)
        self.ended = True
