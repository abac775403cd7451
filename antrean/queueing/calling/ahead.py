"""How many are ahead, and who is next: one virtual run of calls gives every waiting ticket its figure.

The counters that are open take turns, the one that has been idle longest first, each by its own order and overflow
rule, and nobody new arrives. As long as none is open, all counters of the plan take turns. How many tickets are called
before one is what its holder is told; it is next when each of these counters that may serve it would call it first.

A run plays the next `MOST_TURNS` calls: most of what a number costs that is due before others, so a longer run makes
numbers dearer. Those that are left count as behind it, in the order of their keys, which is exact as long as the
counters serve the same services. It is played when somebody asks, as far as that takes, and kept until a change can
alter it. A newcomer alters nothing before the first call that they would win, so the run goes on from there; for
somebody who stands last behind many of the same service nothing is played at all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter as Count
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from antrean.queueing import events as e
from antrean.queueing.calling.disciplines import ACCUMULATING_PRIORITY, INTERLEAVE, due, keys, stays_before
from antrean.queueing.calling.heads import Choice, Heads
from antrean.queueing.calling.waiting_lists import CLASSES, priority_class
from antrean.queueing.plan.model import OPEN, Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket

if TYPE_CHECKING:
    from antrean.queueing.day import ServiceDay

MOST_TURNS = 64
_NEVER = 1 << 62  # after so many calls nothing happens any more
# What happens to slips, printers and displays, and at a counter between a call and its end, moves nobody in the queue.
_MOVES_NOBODY = (
    e.SlipRequested, e.SlipClaimed, e.SlipReleased, e.SlipPrinted, e.SlipFailed, e.PrinterReported, e.TestSlipRequested,
    e.PrinterHeld, e.PrinterReleased, e.RollChanged, e.CallAnnounced, e.TicketRecalled, e.TicketStarted,
    e.PersonsChanged, e.VisitorSeated,
)  # fmt: skip


class Figure(NamedTuple):
    """What the holder of a waiting ticket is told.

    `ahead` are the tickets called before it, `own` those of its service among them. `stands`: nobody calls it now, as
    its service is not open or no open counter may serve it; both then count those before it in its service, and stay.
    """

    ahead: int
    own: int
    next: bool = False
    stands: bool = False


class Ahead:
    """The figures of one day, worked out when they are asked for and kept as long as nothing has moved anybody.

    It belongs to whoever owns that day and is used from the same thread.
    """

    def __init__(self) -> None:
        self._run: _Run | None = None

    def figures(self, day: ServiceDay, plan: OfficePlan, at: datetime) -> Mapping[str, Figure]:
        """Return the figure of every waiting ticket by its number."""
        return self._run_of(day, plan, at).figures(day)

    def for_arrival(self, day: ServiceDay, plan: OfficePlan, ticket: Ticket) -> Figure:
        """Return the figure of a ticket that would arrive now: last of its class, nobody else after it."""
        return self._run_of(day, plan, ticket.arrival).for_arrival(day, ticket)

    def heard(self, day: ServiceDay, event: e.Event) -> None:
        """Keep what an event of the day leaves true, right after the day has taken it in; forget the rest."""
        if self._run is None or isinstance(event, _MOVES_NOBODY):
            return
        if not isinstance(event, e.TicketIssued) or not self._run.joined(day, day.tickets[event.ticket]):
            self._run = None

    def _run_of(self, day: ServiceDay, plan: OfficePlan, at: datetime) -> _Run:
        if self._run is None or not self._run.holds(plan, at):
            self._run = _Run(day, plan, at)
        return self._run


class _Turn(NamedTuple):
    """One call of the run: the counter by its place in `_Run.counters`, whom it chose, and the turns of priority then:
    whether it was a regular visitor's, and how many priority calls in a row came before.
    """

    counter: int
    choice: Choice
    turn: int
    streak: int


class _Newcomer:
    """Somebody who comes last of their class, and what decides when they are called: keys, and who serves them."""

    def __init__(self, ticket: Ticket, run: _Run) -> None:
        self.ticket = ticket
        self.keys = run.keys[0](ticket), run.keys[1](ticket)
        self.overdue = due(ticket, run.plan) < ticket.arrival
        self.owned, self.helped = run.serving(ticket.service)

    def effect(self, turn: _Turn) -> Literal["none", "hidden", "called", "another"]:
        """Return what becomes of a call beside them: nothing; nothing that is seen, though it is made for another
        reason; they are called; or, in the rare case, somebody else is who is overdue, as a counter has its own now.
        """
        counter, (key, _ticket, own, overdue), kind, _streak = turn
        mine = self.keys[kind]
        if counter in self.owned:
            if own or key == overdue:
                return "called" if mine < key else "none" if own else "hidden"
            return "called" if overdue is None or mine < overdue else "another"
        if counter not in self.helped:
            return "none"
        return "called" if (self.overdue or not own) and mine < key else "none"


class _Run:
    """The calls that the counters of one day make when nobody new arrives, as of one moment.

    They are played as far as somebody asks.
    """

    def __init__(self, day: ServiceDay, plan: OfficePlan, at: datetime, newcomer: Ticket | None = None) -> None:
        self.counters = _in_turn(day, plan)
        self.plan = plan
        self.keys = keys(plan, at)
        self._at = at
        is_open = {service.code for service in plan.services if service.state == OPEN}
        self._served = {code for counter in self.counters for code in counter.services if code in is_open}
        self._until = self._first_overdue(day)
        self._turns: list[_Turn] = []
        self._gone: dict[int, int] = {}  # counter -> after how many calls it had nobody left to call
        self._rotation = deque(range(len(self.counters)))
        self._heads = Heads(day.waiting, plan, at, day.priority_streak, newcomer)
        self._serving: dict[str, tuple[frozenset[int], frozenset[int]]] = {}
        self._same: dict[tuple[str, bool], int] = {}  # service, priority -> calls that a newcomer of these leaves alone
        self._figures: dict[str, Figure] | None = None

    def serving(self, service: str) -> tuple[frozenset[int], frozenset[int]]:
        """Return the counters, by their places, that have a service for their own, and those that help in it."""
        if service not in self._serving:
            self._serving[service] = (
                frozenset(place for place, counter in enumerate(self.counters) if service in counter.primary),
                frozenset(place for place, counter in enumerate(self.counters) if service in counter.overflow),
            )
        return self._serving[service]

    def holds(self, plan: OfficePlan, at: datetime) -> bool:
        """Whether the run would be the same at another moment, while nobody has moved."""
        return plan is self.plan and at >= self._at and (self._until is None or at <= self._until)

    def figures(self, day: ServiceDay) -> Mapping[str, Figure]:
        """Return every figure; worked out once."""
        if self._figures is None:
            self._figures = self._all(day)
        return self._figures

    def for_arrival(self, day: ServiceDay, ticket: Ticket) -> Figure:
        """Return where a newcomer would stand, who would then be called like all others."""
        service = ticket.service
        if service not in self._served:
            own = self._before(ticket, service)
            return Figure(own, own, stands=True)
        newcomer = _Newcomer(ticket, self)
        index = self._called_after(newcomer)
        if index is None:
            return _Run(day, self.plan, ticket.arrival, ticket)._figure_of(ticket)
        return self._figure(ticket, index)

    def joined(self, day: ServiceDay, ticket: Ticket) -> bool:
        """Take in a newcomer whom the day has taken in: what was played stays true up to the first call that they
        change. False when the run has to be played anew.
        """
        lane = day.waiting.lane(ticket.service, priority_class(ticket))
        newcomer = _Newcomer(ticket, self)
        if lane[-1] is not ticket or not self.holds(self.plan, ticket.arrival):
            return False
        if newcomer.helped:
            moment = due(ticket, self.plan)
            self._until = moment if self._until is None else min(self._until, moment)
        self._figures = None
        if ticket.service in self._served:
            self._cut(min(self._unmoved(newcomer), self._had_nobody(newcomer)))
        self._heads.join(ticket)
        return True

    # -- how ---------------------------------------------------------------------------------

    def _play_one(self) -> bool:
        """Play one call more; False when there is none, or when enough were played."""
        heads = self._heads
        while self._rotation and len(self._turns) < MOST_TURNS:
            counter = self._rotation.popleft()
            choice = heads.choose(self.counters[counter])
            if choice is None:
                self._gone[counter] = len(self._turns)
                continue
            self._turns.append(_Turn(counter, choice, heads.turn, heads.streak))
            self._rotation.append(counter)
            heads.take(choice.ticket)
            return True
        return False

    def _cut(self, index: int) -> None:
        """Forget what was played after so many calls, the newest first."""
        gone = list(self._gone)
        undone = self._turns[index:]
        if not undone and (not gone or self._gone[gone[-1]] < index):
            return
        while len(self._turns) > index or (gone and self._gone[gone[-1]] >= index):
            if gone and self._gone[gone[-1]] >= len(self._turns):
                counter = gone.pop()
                del self._gone[counter]
            else:
                counter = self._turns.pop().counter
                self._rotation.pop()
            self._rotation.appendleft(counter)
        if undone:
            self._heads.put_back([turn.choice.ticket for turn in undone], undone[0].streak)
        self._same = {cls: min(known, index) for cls, known in self._same.items()}

    def _called_after(self, newcomer: _Newcomer) -> int | None:
        """Return after how many calls of the run a newcomer is called, or how many were played when they surely come
        behind it. They are called in the place of somebody who comes later, or by a counter that had nobody left.

        Until then the run goes on as without them. None in the rare case that it does not: a counter that had nobody of
        its own, and helped out, would help somebody else who is overdue, and the newcomer would still wait.
        """
        index, gone, nobody = self._unmoved(newcomer), len(self._gone), self._had_nobody(newcomer)
        if index == len(self._turns) < nobody and self._is_behind(newcomer):
            return index
        while index < nobody and (index < len(self._turns) or self._play_one()):
            if gone != len(self._gone):
                gone, nobody = len(self._gone), self._had_nobody(newcomer)
                continue
            effect = newcomer.effect(self._turns[index])
            if effect == "called":
                return index
            if effect == "another":
                return None
            index += 1
        return min(index, self._had_nobody(newcomer))

    def _unmoved(self, newcomer: _Newcomer) -> int:
        """Return how many of the calls that were played a newcomer leaves as they are, and so do all who come later of
        the same service and priority: their keys are larger.
        """
        of = newcomer.ticket.service, newcomer.ticket.priority
        index = self._same.get(of, 0)
        while index < len(self._turns) and newcomer.effect(self._turns[index]) == "none":
            index += 1
        self._same[of] = index
        return index

    def _is_behind(self, newcomer: _Newcomer) -> bool:
        """Whether what is left of the run need not be played to know that a newcomer comes behind it, and nobody who
        comes later is called in it: each counter has enough of one service who come before.
        """
        left = MOST_TURNS - len(self._turns)
        if self.keys[0] is not self.keys[1]:  # the two kinds of turns call by different keys
            return False
        many = [service for service in self._left_services() if self._heads.left_of(service) >= left]
        enough = {service for service in many if self._before(newcomer.ticket, service) >= left}
        return all(not enough.isdisjoint(self.counters[counter].primary) for counter in self._rotation)

    def _had_nobody(self, newcomer: _Newcomer) -> int:
        """Return after how many calls the first counter for a newcomer had nobody left, as far as was played."""
        served = (
            after for counter, after in self._gone.items() if counter in newcomer.owned or counter in newcomer.helped
        )
        return min(served, default=_NEVER)

    def _figure_of(self, newcomer: Ticket) -> Figure:
        """Return the figure of a newcomer who stands among those that wait."""
        while self._play_one():
            if self._turns[-1].choice.ticket is newcomer:
                return self._figure(newcomer, len(self._turns) - 1)
        return self._figure(newcomer, len(self._turns))

    def _figure(self, ticket: Ticket, index: int) -> Figure:
        """Return the figure of a newcomer who is called after so many calls of the run, or after all of them."""
        if index < len(self._turns):
            return Figure(index, sum(turn.choice.ticket.service == ticket.service for turn in self._turns[:index]))
        before = {service: self._before(ticket, service) for service in self._left_services()}
        own = self._heads.taken(ticket.service) + before.get(ticket.service, 0)
        return Figure(index + sum(before.values()), own)

    def _left_services(self) -> list[str]:
        """Return the services that are served and for which somebody is left."""
        return [service for service in self._heads.services() if service in self._served]

    def _before(self, ticket: Ticket, service: str) -> int:
        """Count those of a service that the run did not reach and whose keys come before that of a newcomer."""
        key = self.keys[0]
        mine = key(ticket)
        count = 0
        for lane, taken in self._heads.left(service):
            if len(lane) > taken:
                # A newcomer mostly stands behind everybody: one look at the last in line instead of a search.
                last = len(lane) if key(lane[-1]) < mine else bisect_left(lane, mine, lo=taken, key=key)
                count += last - taken
        return count

    def _all(self, day: ServiceDay) -> dict[str, Figure]:
        while self._play_one():
            pass
        nexts = self._nexts(day)
        own: Count[str] = Count()
        found: dict[str, Figure] = {}
        for index, turn in enumerate(self._turns):
            ticket = turn.choice.ticket
            found[ticket.number] = Figure(index, own[ticket.service], ticket.number in nexts)
            own[ticket.service] += 1
        for index, ticket in enumerate(self._left(self._served), len(self._turns)):
            found[ticket.number] = Figure(index, own[ticket.service])
            own[ticket.service] += 1
        for service in self.plan.services:
            if service.code not in self._served:
                for index, ticket in enumerate(self._left((service.code,))):
                    found[ticket.number] = Figure(index, index, stands=True)
        return found

    def _left(self, services: Iterable[str]) -> list[Ticket]:
        """Return those of these services that the run did not reach, in the order of their keys."""
        lanes = (lane for service in services for lane in self._heads.left(service))
        return sorted((ticket for lane, taken in lanes for ticket in lane[taken:]), key=self.keys[0])

    def _nexts(self, day: ServiceDay) -> set[str]:
        """Return the numbers that are next: the first choice, now and later, of each counter that may serve them."""
        heads = Heads(day.waiting, self.plan, self._at, day.priority_streak)
        choices = [choice and choice.ticket for choice in map(heads.choose, self.counters)]
        agreed = self.plan.discipline == INTERLEAVE and len({id(ticket) for ticket in choices}) == 1

        def sure(counter: Counter, ticket: Ticket) -> bool:
            """Whether it is the counter's first choice whatever time passes and whoever is called elsewhere.

            Where all counters choose the same ticket nobody is called before it, so the turns of priority stay.
            """
            others = [other for other in heads.firsts(counter.services) if other is not ticket]
            if agreed:
                key = self.keys[heads.turn]
                return all(key(ticket) < key(other) for other in others)
            return all(stays_before(ticket, other, self.plan, self._at) for other in others)

        firsts = {id(ticket): ticket for ticket in choices if ticket is not None}
        return {
            ticket.number
            for ticket in firsts.values()
            if all(
                choice is ticket and sure(counter, ticket)
                for counter, choice in zip(self.counters, choices, strict=True)
                if ticket.service in counter.services
            )
        }

    def _first_overdue(self, day: ServiceDay) -> datetime | None:
        """Return until when time alone changes nothing: the next ticket of an overflow service becomes overdue then."""
        plan, at = self.plan, self._at
        if plan.discipline == ACCUMULATING_PRIORITY:
            return at
        moments = []
        for service in {code for counter in self.counters for code in counter.overflow} & self._served:
            for cls in CLASSES:
                lane = day.waiting.lane(service, cls)
                after = 0 if cls == "front" else bisect_left(lane, at, key=lambda ticket: due(ticket, plan))
                later = lane[after:] if cls == "front" else lane[after : after + 1]
                moments += [moment for ticket in later if (moment := due(ticket, plan)) >= at]
        return min(moments, default=None)


def _in_turn(day: ServiceDay, plan: OfficePlan) -> list[Counter]:
    """Return the open counters: free ones first, longest free first; then the others, whose call is longest ago first.

    All of the plan's as long as none is open.
    """
    rows = [
        (bool(row.ticket), row.turn, index)
        for index, counter in enumerate(plan.counters)
        if (row := day.counter(counter.code)).state == "open"
    ]
    return [plan.counters[index] for *_, index in sorted(rows)] or list(plan.counters)
