"""Runs a script of visitors and counters through the real commands on a real day."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from antrean.queueing.commands import (
    STANDING,
    CallNext,
    CancelTicket,
    ChangeService,
    CloseCounter,
    CloseDay,
    Command,
    CompleteTicket,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    PauseService,
    ReadmitTicket,
    ResumeCounter,
    ResumeService,
    ReturnTicket,
    StartService,
    TransferTicket,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.port import NoEstimates, WaitEstimator
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.scenario import Change, Scenario, ScriptedLeg, Shift, Visitor, callable_now, lasting

ACTOR = "simulation"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The day after the run, and its journal lines, numbered from one."""

    day: ServiceDay
    entries: Sequence[JournalEntry]


def run(scenario: Scenario, waits: WaitEstimator | None = None) -> Outcome:
    """Run the day. The same scenario always gives the same lines. `waits` estimates what visitors read."""
    return _Run(scenario, waits).run()


# The order of things that happen at one instant. A service goes on before visitors of that instant come to it, and
# stands still after them.
_GO_ON, _ARRIVE, _END, _CHANGE, _LEAVE, _CALL, _STAND_STILL, _CLOSE = range(8)


@dataclass(slots=True)
class _Post:
    """A counter during the run. `call` numbers the current attempt to call; older ones on the heap are void."""

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
        """End the current attempt to call, since the counter has called or nobody is left for it."""
        self.turns += self.waiting_to_call
        self.waiting_to_call = False
        self.call += 1


@dataclass(slots=True)
class _Visit:
    """A visitor during the run. `place` is the place of the current leg among the legs of the visit."""

    visitor: Visitor
    number: str = ""
    place: int = 0

    @property
    def leg(self) -> ScriptedLeg:
        """The leg that the visitor waits for, or is in."""
        return self.visitor.legs[self.place]


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
        for still in scenario.standstills:
            self.later(still.since, _STAND_STILL, partial(self.execute, PauseService(service=still.service)))
            if still.until is not None:
                self.later(still.until, _GO_ON, partial(self.execute, ResumeService(service=still.service)))
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
            self.note(event, at)

    def note(self, event: Event, at: datetime) -> None:
        entry = JournalEntry(self.day.seq + 1, at, self.day.business_day, event, None, ACTOR)
        self.day.apply(entry)
        self.entries.append(entry)

    # -- visitors ----------------------------------------------------------------------------

    def arrive(self, visitor: Visitor, at: datetime) -> None:
        language = (
            visitor.language if visitor.language in self.plan.languages else ""
        )  # the language was removed from the plan since
        take = IssueTicket(
            service=visitor.asked or visitor.legs[0].service,
            persons=visitor.persons,
            priority=visitor.priority,
            language=language,
        )
        # Whoever came then is not turned away, whatever hours the plan has; a service that is held up may give numbers.
        self.note(take.issued(self.day, self.plan, at, visitor.carried_over), at)
        number = next(reversed(self.day.tickets))
        if visitor.asked:
            self.execute(ChangeService(ticket=number, service=visitor.legs[0].service), at)
        visit = self.visits[number] = _Visit(visitor, number)
        self.wait(visit, at)

    def wait(self, visit: _Visit, at: datetime) -> None:
        patience = visit.leg.patience
        if patience is not None:
            self.later(at + patience, _LEAVE, partial(self.leave, visit, visit.place))

    def leave(self, visit: _Visit, place: int, at: datetime) -> None:
        if visit.place == place and self.day.tickets[visit.number].state == "waiting":
            self.execute(CancelTicket(ticket=visit.number, reason="visitor_left"), at)

    def come(self, post: _Post, visit: _Visit, at: datetime) -> None:
        leg = visit.leg
        if leg.serve is None:
            self.finish(post, visit, at)
            return
        self.execute(StartService(ticket=visit.number, counter=post.shift.counter.code), at)
        self.later(at + leg.serve, _END, partial(self.finish, post, visit))

    def finish(self, post: _Post, visit: _Visit, at: datetime) -> None:
        """End the leg at its counter, and go on to the next one if there is one."""
        here = {"ticket": visit.number, "counter": post.shift.counter.code}
        leg, following = visit.leg, next(iter(visit.visitor.legs[visit.place + 1 :]), None)
        post.busy = False
        if following is None or leg.end == "no_show":
            self.end(leg, here, visit.visitor.persons, at)
        elif following.service != leg.service:
            self.execute(TransferTicket(**here, service=following.service, position=leg.position), at)
        else:
            self.execute(ReturnTicket(**here), at)
        if following is not None:
            visit.place += 1
            if leg.end == "no_show":
                self.later(at + leg.again, _ARRIVE, partial(self.come_back, visit))
            else:
                self.wait(visit, at)

    def end(self, leg: ScriptedLeg, here: dict[str, str], persons: int, at: datetime) -> None:
        if leg.end == "cancelled" and leg.serve is None:
            self.execute(CancelTicket(ticket=here["ticket"], reason="visitor_left"), at)
        elif leg.serve is None:
            self.execute(MarkNoShow(**here), at)
        else:
            self.execute(
                CompleteTicket(ticket=here["ticket"], counter=here["counter"], outcome=leg.outcome, persons=persons), at
            )

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
        """After each event: let free counters get ready to call, stop getting ready, or close."""
        for post in self.posts:
            if post.busy or post.state == "closed":
                continue
            wanted = callable_now(self.day, post.shift.counter.services) > 0
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
        self.later(at + visit.leg.walk, _END, partial(self.come, post, visit))

    def close(self, at: datetime) -> None:
        self.execute(CloseDay(), at)
        self.ended = True
