"""How many are ahead, and who is next: one virtual run of calls gives every waiting ticket its figure.

The open counters take turns, the one that has been idle longest first, each by its own order and overflow rule, and
nobody new arrives. As long as no counter is open, all counters of the plan take turns. The figure of a ticket is how
many tickets are called before it. A ticket is next when each of these counters that may serve it would call it first.

A run plays the next `MOST_TURNS` calls. A longer run makes issuing dearer: most of the cost of a number that is due
before others lies here. The tickets that are left count as behind the run, in the order of their keys, which is exact
as long as the counters serve the same services. The run is played when a figure is asked for, as far as that needs, and
kept until a change can alter it. A newcomer alters nothing before the first call that they would win, so the run goes
on from there. Nothing is played at all for a newcomer who stands last behind many of the same service.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter as Count
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from antrean.queueing import events as e
from antrean.queueing.calling.disciplines import Key, discipline_of, keys, overdue_after, stays_before
from antrean.queueing.calling.heads import Choice, Heads, Lane, counter_of
from antrean.queueing.calling.queue import Queue
from antrean.queueing.calling.waiting_lists import CLASSES, priority_class
from antrean.queueing.plan.model import OPEN, Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket

MOST_TURNS = 64
_NEVER = 1 << 62  # more calls than any run has
# Events of slips, printers and displays, and of a visit between its call and its end, move nobody in the queue.
_MOVES_NOBODY = (
    e.SlipRequested, e.SlipClaimed, e.SlipReleased, e.SlipPrinted, e.SlipFailed, e.PrinterReported, e.TestSlipRequested,
    e.ListRequested, e.VoucherSlipRequested, e.PrinterHeld, e.PrinterReleased, e.RollChanged, e.CallAnnounced,
    e.TicketRecalled, e.VisitSpared, e.TicketStarted, e.PersonsChanged, e.VisitorSeated, e.VisitorComing,
    e.AnnouncementMade, e.AnnouncementRepeated, e.AnnouncementEnded,
)  # fmt: skip


class Figure(NamedTuple):
    """The place of a waiting ticket.

    `ahead` counts the tickets called before it, `own` those of its service among them. `next` is whether it is the
    first choice of every counter that may serve it. `stands` is whether nobody calls it now, since its service is not
    open or no open counter may serve it; both figures then count the tickets before it in its service.
    """

    ahead: int
    own: int
    next: bool = False
    stands: bool = False


class Ahead:
    """The figures of one day, computed when they are asked for and kept until an event may move a waiting ticket.

    It belongs to the owner of that day and is used from the same thread.
    """

    def __init__(self) -> None:
        self._run: _Run | None = None

    def figures(self, queue: Queue, plan: OfficePlan, at: datetime) -> Mapping[str, Figure]:
        """Return the figure of every waiting ticket by its number."""
        return self._run_of(queue, plan, at).figures(queue)

    def for_arrival(self, queue: Queue, plan: OfficePlan, ticket: Ticket) -> Figure:
        """Return the figure of a ticket that would arrive now: last of its class, or where its voucher leads it."""
        return self._run_of(queue, plan, ticket.arrival).for_arrival(queue, ticket)

    def before(self, queue: Queue, plan: OfficePlan, at: datetime, ticket: Ticket) -> int:
        """Return how many are called before a waiting ticket, as its figure says, without those of all others."""
        return self._run_of(queue, plan, at).before(queue, ticket)

    def heard(self, queue: Queue, event: e.Event) -> None:
        """Forget what an event of the day makes untrue. Call it right after the day has taken the event in."""
        if self._run is None or isinstance(event, _MOVES_NOBODY):
            return
        if not isinstance(event, e.TicketIssued) or not self._run.joined(queue, queue.tickets[event.ticket]):
            self._run = None

    def _run_of(self, queue: Queue, plan: OfficePlan, at: datetime) -> _Run:
        if self._run is None or not self._run.holds(plan, at):
            self._run = _Run(queue, plan, at)
        return self._run


class _Turn(NamedTuple):
    """One call of the run: the counter by its index in `_Run.counters`, and its choice.

    `turn` is 1 while a regular visitor has the turn, else 0; `streak` counts the priority calls in a row before it.
    """

    counter: int
    choice: Choice
    turn: int
    streak: int


class _Newcomer:
    """A ticket that arrives last of its class, with its keys and the indices of the counters that may serve it.

    `owned` are the counters that have its service among their own, `helped` those that have it as overflow. `before`
    keeps how many tickets of a lane are left that come before it, as long as no further call is played.
    """

    def __init__(self, ticket: Ticket, run: _Run) -> None:
        self.ticket = ticket
        self.before: dict[Lane, int] = {}
        usual, regular = run.keys
        key = usual(ticket)
        self.keys = key, key if regular is usual else regular(ticket)
        self.owned, self.helped = run.serving(ticket.service)
        self.overdue = bool(self.helped) and overdue_after(ticket, run.plan) < ticket.arrival

    def effect(self, turn: _Turn) -> Literal["none", "hidden", "called", "another"]:
        """Return how the presence of the newcomer changes a call of the run.

        none: not at all. hidden: the same ticket is called for another reason. called: the newcomer is called instead.
        another: in the rare case, an overdue ticket of an overflow service is called instead, since the counter now has
        somebody waiting for its own services.
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
    """The calls that the counters of one day make from one moment on when nobody new arrives.

    They are played as far as figures are asked for.
    """

    def __init__(self, queue: Queue, plan: OfficePlan, at: datetime, newcomer: Ticket | None = None) -> None:
        self.counters = _in_turn(queue, plan)
        self.plan = plan
        self.keys = keys(plan, at)
        self._at = at
        is_open = {service.code for service in plan.services if queue.service_today(service).state == OPEN}
        self._served: set[Lane] = {code for counter in self.counters for code in counter.services if code in is_open}
        self._until = self._first_overdue(queue)
        self._turns: list[_Turn] = []
        self._gone: dict[int, int] = {}  # counter -> after how many calls nobody was left for it
        self._rotation = deque(range(len(self.counters)))
        self._heads = Heads(queue, plan, at, newcomer)
        here = {counter.code for counter in self.counters}
        self._served.update(lane for lane in self._heads.lanes_left() if counter_of(lane) in here)
        self._serving: dict[str, tuple[frozenset[int], frozenset[int]]] = {}
        self._same: dict[tuple[str, bool], int] = {}  # service, priority -> calls that such a newcomer does not change
        self._figures: dict[str, Figure] | None = None
        self._key_of: dict[str, Key] = {}  # of the tickets that newcomers are compared with: mostly the same ones

    def serving(self, service: str) -> tuple[frozenset[int], frozenset[int]]:
        """Return the indices of the counters with this service among their own, and of those with it as overflow."""
        if service not in self._serving:
            self._serving[service] = (
                frozenset(index for index, counter in enumerate(self.counters) if service in counter.primary),
                frozenset(index for index, counter in enumerate(self.counters) if service in counter.overflow),
            )
        return self._serving[service]

    def holds(self, plan: OfficePlan, at: datetime) -> bool:
        """Whether the run would be the same at another moment, if no ticket has moved."""
        return plan is self.plan and at >= self._at and (self._until is None or at <= self._until)

    def figures(self, queue: Queue) -> Mapping[str, Figure]:
        """Return every figure; computed once."""
        if self._figures is None:
            self._figures = self._all(queue)
        return self._figures

    def before(self, queue: Queue, ticket: Ticket) -> int:
        """Return how many tickets are called before a waiting one."""
        mine, index = self.keys[0](ticket), 0
        if self._heads.lane_of(ticket) not in self._served:
            return sum(self.keys[0](other) < mine for other in queue.waiting.of(ticket.service))
        while index < len(self._turns) or self._play_one():
            if self._turns[index].choice.ticket is ticket:
                return index
            index += 1
        return index + sum(self._before(mine, lane) for lane in self._left_lanes())

    def for_arrival(self, queue: Queue, ticket: Ticket) -> Figure:
        """Return the figure that a newcomer would have."""
        service = ticket.service
        if service not in self._served:
            own = sum(self._before(self.keys[0](ticket), lane) for lane in self._heads.lanes(service))
            return Figure(own, own, stands=True)
        newcomer = _Newcomer(ticket, self)
        index = self._called_after(newcomer)
        if index is None:
            run = _Run(queue, self.plan, ticket.arrival, ticket)
            return run._figure_of(_Newcomer(ticket, run))
        return self._figure(newcomer, index)

    def joined(self, queue: Queue, ticket: Ticket) -> bool:
        """Take in a newcomer whom the day has taken in. Calls before the first one that they change stay as they are.

        Returns False when the run has to be played anew.
        """
        tickets = queue.waiting.in_class(ticket.service, priority_class(ticket))
        if tickets[-1] is not ticket or not self.holds(self.plan, ticket.arrival):
            return False
        if queue.waiting.sent(ticket.service):  # the run then has lists of its own, without the newcomer
            return False
        if self.serving(ticket.service)[1]:
            moment = overdue_after(ticket, self.plan)
            self._until = moment if self._until is None else min(self._until, moment)
        self._figures = None
        if ticket.service in self._served and self._may_change(ticket):
            newcomer = _Newcomer(ticket, self)
            self._cut(min(self._unmoved(newcomer), self._had_nobody(newcomer)))
        self._heads.join(ticket)
        return True

    # -- how ---------------------------------------------------------------------------------

    def _play_one(self) -> bool:
        """Play one more call. Returns False when there is none, or when enough were played."""
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
        """Forget the calls after the first `index` ones, the newest first."""
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
        """Return after how many calls of the run a newcomer is called, in the place of another ticket or by a counter
        for which nobody was left. For a newcomer who surely comes behind the run, return how many calls were played.

        Until then the run goes on as without the newcomer. None in the rare case that it does not: a counter that had
        nobody of its own would call another overdue ticket of its overflow services, and the newcomer would still wait.
        """
        index, gone, nobody = self._unmoved(newcomer), len(self._gone), self._had_nobody(newcomer)
        if index == len(self._turns) < nobody and self._is_behind(newcomer):
            return index
        newcomer.before.clear()
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

    def _may_change(self, newcomer: Ticket) -> bool:
        """Whether a newcomer may change a call that was played, as far as is known without comparing.

        Mostly its figure was asked for before, and with that it was compared with all of them.
        """
        unchanged = self._same.get((newcomer.service, newcomer.priority), 0)
        return newcomer.front or bool(self._gone) or unchanged < len(self._turns)

    def _unmoved(self, newcomer: _Newcomer) -> int:
        """Return how many of the played calls a newcomer does not change.

        Later newcomers of the same service and priority do not change them either, since their keys are larger. One of
        a voucher comes before those.
        """
        of = newcomer.ticket.service, newcomer.ticket.priority
        if newcomer.ticket.front:
            return next(
                (at for at, turn in enumerate(self._turns) if newcomer.effect(turn) != "none"), len(self._turns)
            )
        index = self._same.get(of, 0)
        while index < len(self._turns) and newcomer.effect(self._turns[index]) == "none":
            index += 1
        self._same[of] = index
        return index

    def _is_behind(self, newcomer: _Newcomer) -> bool:
        """Whether a newcomer surely comes behind the rest of the run, so that it need not be played.

        That is so when each counter has enough tickets of one service that come before the newcomer.
        """
        left = MOST_TURNS - len(self._turns)
        if self.keys[0] is not self.keys[1]:  # the two kinds of turns call by different keys
            return False
        served = {self.counters[counter].primary for counter in self._rotation}  # most counters serve the same
        return all(any(self._has_before(newcomer, service, left) for service in services) for services in served)

    def _had_nobody(self, newcomer: _Newcomer) -> int:
        """Return after how many played calls nobody was left for one of the counters that may serve a newcomer."""
        if not self._gone:
            return _NEVER
        served = (
            after for counter, after in self._gone.items() if counter in newcomer.owned or counter in newcomer.helped
        )
        return min(served, default=_NEVER)

    def _figure_of(self, newcomer: _Newcomer) -> Figure:
        """Return the figure of a newcomer who is among the waiting tickets of this run."""
        while self._play_one():
            if self._turns[-1].choice.ticket is newcomer.ticket:
                return self._figure(newcomer, len(self._turns) - 1)
        return self._figure(newcomer, len(self._turns))

    def _figure(self, newcomer: _Newcomer, index: int) -> Figure:
        """Return the figure of a newcomer who is called after `index` calls of the run, or after all of them."""
        service = newcomer.ticket.service
        if index < len(self._turns):
            return Figure(index, sum(turn.choice.ticket.service == service for turn in self._turns[:index]))
        before = {lane: self._left_before(newcomer, lane) for lane in self._left_lanes()}
        own = self._heads.taken(service) + sum([before.get(lane, 0) for lane in self._heads.lanes(service)])
        return Figure(index + sum(before.values()), own)

    def _has_before(self, newcomer: _Newcomer, service: str, least: int) -> bool:
        """Whether a served service has at least so many tickets left that come before a newcomer."""
        if service not in self._served or self._heads.left_of(service) < least:
            return False
        return self._left_before(newcomer, service) >= least

    def _left_before(self, newcomer: _Newcomer, lane: Lane) -> int:
        """Return how many tickets of a lane are left that come before a newcomer; counted once."""
        found = newcomer.before.get(lane)
        if found is None:
            found = newcomer.before[lane] = self._before(newcomer.keys[0], lane)
        return found

    def _left_lanes(self) -> list[Lane]:
        """Return the served lanes of which tickets are left after the run."""
        return [lane for lane in self._heads.lanes_left() if lane in self._served]

    def _before(self, mine: Key, lane: Lane) -> int:
        """Count the tickets of a lane that the run did not reach and that come before a newcomer with this key."""
        count = 0
        for tickets, taken in self._heads.left(lane):
            # A newcomer mostly comes behind all of them: comparing with the last one saves the search.
            behind_all = self._key(tickets[-1]) < mine
            last = len(tickets) if behind_all else bisect_left(tickets, mine, lo=taken, key=self._key)
            count += last - taken
        return count

    def _key(self, ticket: Ticket) -> Key:
        """Return the usual key of a ticket; none changes as long as the run is kept."""
        found = self._key_of.get(ticket.number)
        if found is None:
            found = self._key_of[ticket.number] = self.keys[0](ticket)
        return found

    def _all(self, queue: Queue) -> dict[str, Figure]:
        while self._play_one():
            pass
        nexts = self._nexts(queue)
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
            lanes = self._heads.lanes(service.code)
            if not self._served.issuperset(lanes):
                for index, ticket in enumerate(sorted(queue.waiting.of(service.code), key=self.keys[0])):
                    if self._heads.lane_of(ticket) not in self._served:
                        found[ticket.number] = Figure(index, index, stands=True)
        return found

    def _left(self, lanes: Iterable[Lane]) -> list[Ticket]:
        """Return the tickets of these lanes that the run did not reach, in the order of their keys."""
        lists = (tickets for lane in lanes for tickets in self._heads.left(lane))
        return sorted((ticket for tickets, taken in lists for ticket in tickets[taken:]), key=self.keys[0])

    def _nexts(self, queue: Queue) -> set[str]:
        """Return the numbers that are next: the first choice, now and later, of every counter that may serve them."""
        heads = Heads(queue, self.plan, self._at)
        choices = [choice and choice.ticket for choice in map(heads.choose, self.counters)]
        agreed = discipline_of(self.plan).takes_turns and len({id(ticket) for ticket in choices}) == 1

        def sure(counter: Counter, ticket: Ticket) -> bool:
            """Whether the ticket stays the counter's first choice as time passes and others are called elsewhere.

            Where all counters choose the same ticket, nobody is called before it, so the turn stays with its class.
            """
            others = [other for other in heads.firsts(counter) if other is not ticket]
            if agreed:
                key = self.keys[heads.turn]
                return all(key(ticket) < key(other) for other in others)
            return all(stays_before(ticket, other, self.plan, self._at) for other in others)

        def may_call(counter: Counter, ticket: Ticket) -> bool:
            alone = counter_of(heads.lane_of(ticket))
            return alone == counter.code if alone else ticket.service in counter.services

        firsts = {id(ticket): ticket for ticket in choices if ticket is not None}
        return {
            ticket.number
            for ticket in firsts.values()
            if all(
                choice is ticket and sure(counter, ticket)
                for counter, choice in zip(self.counters, choices, strict=True)
                if may_call(counter, ticket)
            )
        }

    def _first_overdue(self, queue: Queue) -> datetime | None:
        """Return until when time alone changes nothing: then a ticket of an overflow service becomes overdue."""
        plan, at = self.plan, self._at
        if discipline_of(plan).changes_with_time:
            return at
        moments = []
        for service in {code for counter in self.counters for code in counter.overflow} & self._served:
            for cls in CLASSES:
                tickets = queue.waiting.in_class(service, cls)
                after = (
                    0 if cls == "front" else bisect_left(tickets, at, key=lambda ticket: overdue_after(ticket, plan))
                )
                later = tickets[after:] if cls == "front" else tickets[after : after + 1]
                moments += [moment for ticket in later if (moment := overdue_after(ticket, plan)) >= at]
        return min(moments, default=None)


def _in_turn(queue: Queue, plan: OfficePlan) -> list[Counter]:
    """Return the open counters: first the free ones, longest free first; then the others, by the time of their call.

    As long as none is open, return all counters of the plan.
    """
    rows = [
        (bool(row.ticket), row.turn, index)
        for index, counter in enumerate(plan.counters)
        if (row := queue.counter(counter.code)).state == "open"
    ]
    return [plan.counters[index] for *_, index in sorted(rows)] or list(plan.counters)
