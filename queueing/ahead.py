"""How many are ahead, and who is next: one virtual run of calls gives every waiting ticket its figure.

The counters that are open take turns, the one that has been idle longest first, each by its own order and overflow
rule, and nobody new arrives. As long as none is open, all counters of the plan take turns. How many tickets are called
before one is what its holder is told; it is next when each of these counters that may serve it would call it first.

A run plays the next `MOST_TURNS` calls: most of what a number costs that is due before others, so a longer run makes
numbers dearer. Those that are left count as behind it, in the order of their keys, which is exact as long as the
counters serve the same services. It is played when somebody asks, once after each change that can alter it. A newcomer
is put into a run that was played already: for somebody who stands last that costs some microseconds, however many wait.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter as Count
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from queueing import events as e
from queueing.disciplines import ACCUMULATING_PRIORITY, INTERLEAVE, Key, due, keys, stays_before
from queueing.heads import Choice, Heads
from queueing.lanes import CLASSES
from queueing.plan import OPEN, Counter, OfficePlan
from queueing.ticket import Ticket

if TYPE_CHECKING:
    from queueing.day import ServiceDay

MOST_TURNS = 64
# What happens to slips, printers and displays, and at a counter between a call and its end, moves nobody in the queue.
_MOVES_NOBODY = (
    e.SlipRequested, e.SlipTaken, e.SlipReleased, e.SlipPrinted, e.SlipFailed, e.PrinterReported, e.TestSlipRequested,
    e.PrinterHeld, e.PrinterReleased, e.RollChanged, e.CallAnnounced, e.TicketRecalled, e.TicketStarted,
    e.PersonsChanged,
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
        self._placed: tuple[_Newcomer, _Place] | None = None  # the newcomer that was asked for last, and its place

    def figures(self, day: ServiceDay, plan: OfficePlan, at: datetime) -> Mapping[str, Figure]:
        """Return the figure of every waiting ticket by its number."""
        return self._run_of(day, plan, at).figures(day)

    def newcomer(self, day: ServiceDay, plan: OfficePlan, ticket: Ticket) -> Figure:
        """Return the figure of a ticket that would arrive now: last of its class, nobody else after it."""
        place = self._run_of(day, plan, ticket.arrival).place(day, ticket)
        self._placed = _newcomer(ticket), place
        return place.figure

    def heard(self, day: ServiceDay, event: e.Event) -> None:
        """Keep what an event of the day leaves true, right after the day has taken it in; forget the rest."""
        run, placed, self._placed = self._run, self._placed, None
        if run is None or isinstance(event, _MOVES_NOBODY):
            return
        if isinstance(event, e.TicketIssued) and placed is not None:
            ticket = day.tickets[event.ticket]
            if placed[0] == _newcomer(ticket) and run.joined(ticket, placed[1]):
                return
        self._run = None

    def _run_of(self, day: ServiceDay, plan: OfficePlan, at: datetime) -> _Run:
        if self._run is None or not self._run.holds(plan, at):
            self._run = _Run(day, plan, at)
        return self._run


_Newcomer = tuple[int, str, bool, datetime]


def _newcomer(ticket: Ticket) -> _Newcomer:
    """Return by what a newcomer is the one that was asked for: a kiosk asks for one of each service."""
    return ticket.seq, ticket.service, ticket.priority, ticket.arrival


class _Turn(NamedTuple):
    """One call of the run: the counter by its place in `_Run.counters`, whom it chose, whether the turn was regular."""

    counter: int
    choice: Choice
    turn: int


class _Place(NamedTuple):
    """Where a newcomer stands: within the run, at its end, behind it, or nowhere as nobody calls it."""

    figure: Figure
    where: Literal["within", "end", "behind", "nowhere"]


class _Run:
    """The calls that the counters of one day make when nobody new arrives, as of one moment."""

    def __init__(self, day: ServiceDay, plan: OfficePlan, at: datetime, newcomer: Ticket | None = None) -> None:
        self.counters = _in_turn(day, plan)
        self._plan = plan
        self._at = at
        self._keys = keys(plan, at)
        is_open = {service.code for service in plan.services if service.state == OPEN}
        self._served = {code for counter in self.counters for code in counter.services if code in is_open}
        self._until = self._first_overdue(day)
        self._turns: list[_Turn] = []
        self._gone: dict[int, int] = {}  # counter -> after how many calls it had nobody left to call
        self._rotation = deque(range(len(self.counters)))
        self._heads = Heads(day.waiting, plan, at, day.priority_streak, newcomer)
        self._figures: dict[str, Figure] | None = None
        self._highest: dict[int, Key] = {}  # the largest key that was called, in turns of either kind
        self._helped = False  # whether any counter had nobody of its own and called somebody else
        self._whole = self._play(day.waiting.count(self._served) + (newcomer is not None), newcomer)

    def holds(self, plan: OfficePlan, at: datetime) -> bool:
        """Whether the run would be the same at another moment, while nobody has moved."""
        return plan is self._plan and at >= self._at and (self._until is None or at <= self._until)

    def figures(self, day: ServiceDay) -> Mapping[str, Figure]:
        """Return every figure; worked out once."""
        if self._figures is None:
            self._figures = self._all(day)
        return self._figures

    def place(self, day: ServiceDay, ticket: Ticket) -> _Place:
        """Return where a newcomer would stand, who would then be called like all others."""
        service = ticket.service
        if service not in self._served:
            own = self._before(ticket, (service,))
            return _Place(Figure(own, own, stands=True), "nowhere")
        index = self._won(ticket)
        if index is None:
            index = _Run(day, self._plan, ticket.arrival, ticket)._index(ticket)
        reached = self._turns[:index]
        own = sum(turn.choice.ticket.service == service for turn in reached)
        if index < len(self._turns) or self._served_up(service) is not None:
            return _Place(Figure(index, own), "within")
        if self._whole:
            return _Place(Figure(index, own), "end")
        own += self._before(ticket, (service,))
        return _Place(Figure(index + self._before(ticket, self._served), own), "behind")

    def joined(self, ticket: Ticket, place: _Place) -> bool:
        """Take a newcomer in where it was placed; False when the run has to be played anew."""
        self._figures = None
        moment = due(ticket, self._plan)
        if moment >= ticket.arrival and any(ticket.service in counter.overflow for counter in self.counters):
            self._until = moment if self._until is None else min(self._until, moment)
        if place.where == "end":
            if len(self._turns) >= MOST_TURNS:
                self._whole = False
                return True
            self._append(ticket)
        return place.where != "within"

    # -- how ---------------------------------------------------------------------------------

    def _play(self, left: int, newcomer: Ticket | None) -> bool:
        """Play the calls, up to that of a newcomer; return whether all that are served were called."""
        while left and self._rotation and (len(self._turns) < MOST_TURNS or newcomer is not None):
            counter = self._rotation.popleft()
            turn = self._heads.turn
            choice = self._heads.choose(self.counters[counter])
            if choice is None:
                self._gone[counter] = len(self._turns)
                continue
            self._heads.take(choice.ticket)
            self._call(counter, choice, turn)
            left -= 1
            if choice.ticket is newcomer:
                break
        return not left

    def _index(self, ticket: Ticket) -> int:
        return next((index for index, turn in enumerate(self._turns) if turn.choice.ticket is ticket), len(self._turns))

    def _won(self, ticket: Ticket) -> int | None:
        """Return before how many calls of the run a newcomer is called: a call that it wins, a counter without anybody.

        Until then the run goes on as without it. None in the rare case that it does not: a counter that had nobody of
        its own, and helped out, would help somebody else who is overdue, and the newcomer would still wait.
        """
        service = ticket.service
        up = self._served_up(service)
        most = len(self._turns) if up is None else up
        mine = self._keys[0](ticket), self._keys[1](ticket)
        if up is None and not self._helped and all(mine[turn] > key for turn, key in self._highest.items()):
            return most
        is_due = due(ticket, self._plan) < ticket.arrival
        own = [service in counter.primary for counter in self.counters]
        helped = [service in counter.overflow for counter in self.counters]
        for index in range(most):
            counter, (key, _ticket, has_own, overdue), turn = self._turns[index]
            if own[counter]:
                if has_own or key == overdue:
                    wins = mine[turn] < key
                elif overdue is None or mine[turn] < overdue:
                    wins = True
                else:
                    return None
            else:
                wins = helped[counter] and (is_due or not has_own) and mine[turn] < key
            if wins:
                return index
        return most

    def _served_up(self, service: str) -> int | None:
        """Return after how many calls the first counter for a service had nobody left, None when each has somebody."""
        return min((after for counter, after in self._gone.items() if service in self._services(counter)), default=None)

    def _append(self, ticket: Ticket) -> None:
        """Let the next counter that serves a newcomer call it, after everybody else was called."""
        while ticket.service not in self._services(self._rotation[0]):
            self._gone[self._rotation.popleft()] = len(self._turns)
        counter = self._rotation.popleft()
        own = ticket.service in self.counters[counter].primary
        turn = self._heads.turn
        self._heads.take(ticket)
        self._call(counter, Choice(self._keys[turn](ticket), ticket, own, None), turn)

    def _call(self, counter: int, choice: Choice, turn: int) -> None:
        self._turns.append(_Turn(counter, choice, turn))
        self._rotation.append(counter)
        self._helped = self._helped or not choice.own
        if turn not in self._highest or self._highest[turn] < choice.key:
            self._highest[turn] = choice.key

    def _services(self, counter: int) -> tuple[str, ...]:
        return self.counters[counter].services

    def _before(self, ticket: Ticket, services: Iterable[str]) -> int:
        """Count those that the run did not reach and whose keys come before that of a newcomer."""
        key = self._keys[0]
        mine = key(ticket)
        count = 0
        for service in services:
            for cls in CLASSES:
                lane, taken = self._heads.left(service, cls)
                if len(lane) > taken:
                    # A newcomer mostly stands behind everybody: one look at the last in line instead of a search.
                    last = len(lane) if key(lane[-1]) < mine else bisect_left(lane, mine, lo=taken, key=key)
                    count += last - taken
        return count

    def _all(self, day: ServiceDay) -> dict[str, Figure]:
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
        for service in self._plan.services:
            if service.code not in self._served:
                for index, ticket in enumerate(self._left((service.code,))):
                    found[ticket.number] = Figure(index, index, stands=True)
        return found

    def _left(self, services: Iterable[str]) -> list[Ticket]:
        """Return those of these services that the run did not reach, in the order of their keys."""
        lanes = (self._heads.left(service, cls) for service in services for cls in CLASSES)
        return sorted((ticket for lane, taken in lanes for ticket in lane[taken:]), key=self._keys[0])

    def _nexts(self, day: ServiceDay) -> set[str]:
        """Return the numbers that are next: the first choice, now and later, of each counter that may serve them."""
        heads = Heads(day.waiting, self._plan, self._at, day.priority_streak)
        choices = [choice and choice.ticket for choice in map(heads.choose, self.counters)]
        agreed = self._plan.discipline == INTERLEAVE and len({id(ticket) for ticket in choices}) == 1

        def sure(counter: Counter, ticket: Ticket) -> bool:
            """Whether it is the counter's first choice whatever time passes and whoever is called elsewhere.

            Where all counters choose the same ticket nobody is called before it, so the turns of priority stay.
            """
            others = [other for other in heads.firsts(counter.services) if other is not ticket]
            if agreed:
                key = self._keys[heads.turn]
                return all(key(ticket) < key(other) for other in others)
            return all(stays_before(ticket, other, self._plan, self._at) for other in others)

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
        plan, at = self._plan, self._at
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
