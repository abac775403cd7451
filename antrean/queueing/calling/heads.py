"""The first waiting tickets of the open services, taken out one after another as counters would call them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from antrean.queueing.calling.disciplines import Key, discipline_of, keys, overdue_after
from antrean.queueing.calling.queue import Queue
from antrean.queueing.calling.sent import can_call
from antrean.queueing.calling.waiting_lists import CLASSES, Class, priority_class
from antrean.queueing.plan.model import OPEN, Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket

Head = tuple[Key, Ticket]
# The code of a service; with a counter, for those of its tickets that this counter alone calls.
Lane = str | tuple[str, str]


class Choice(NamedTuple):
    """The ticket that a counter calls now, with the key that decided.

    `own` is whether anybody waits for the counter's own services, or for this counter alone. `overdue` is the key of
    the first overdue ticket of its overflow services, None when there is none.
    """

    key: Key
    ticket: Ticket
    own: bool
    overdue: Key | None


class _Line:
    """A waiting list, how many of its tickets were taken out, and the first of the rest: one head a kind of turn."""

    __slots__ = ("heads", "taken", "tickets")

    def __init__(self, tickets: list[Ticket], taken: int) -> None:
        self.tickets = tickets
        self.taken = taken
        self.heads: Sequence[Head] = ()


def service_of(lane: Lane) -> str:
    """Return the service whose tickets are in a lane."""
    return lane if isinstance(lane, str) else lane[0]


def counter_of(lane: Lane) -> str:
    """Return the counter that alone calls the tickets of a lane, "" where every counter of the service may."""
    return "" if isinstance(lane, str) else lane[1]


class Heads:
    """The rest of the waiting tickets of open services. Nothing of the day is changed.

    Tickets that were sent to one counter are in lanes of their own, which only that counter sees, as long as it can
    call them (`can_call`); it counts them among its own. All others are in the lane of their service. Choosing costs
    one comparison of keys for each lane of the counter; taking computes the key of the ticket that moves up.
    """

    def __init__(self, queue: Queue, plan: OfficePlan, at: datetime, newcomer: Ticket | None = None) -> None:
        """Start with all waiting tickets, and a newcomer behind them, or where a voucher leads it."""
        self._waiting = queue.waiting
        self._plan = plan
        self._discipline = discipline_of(plan)
        self._at = at
        self._newcomer = newcomer
        usual, regular = keys(plan, at)
        self._keys = (usual,) if usual is regular else (usual, regular)
        self._lines: dict[Lane, dict[Class, _Line]] = {
            one.code: {} for one in plan.services if queue.service_today(one).state == OPEN
        }
        self._sent: dict[str, list[Lane]] = {}  # by counter; under "" all, for the order of the whole office
        for service, counter in dict.fromkeys(self._sent_lanes(queue)):
            self._lines[service, counter] = {}
            for code in (counter, ""):
                self._sent.setdefault(code, []).append((service, counter))
        # By turn and lane: the head that is called first; and, once it was asked for, the first overdue one.
        self._first: tuple[dict[Lane, Head], ...] = ({}, {})[: len(self._keys)]
        self._late: tuple[dict[Lane, Head | None], ...] = ({}, {})[: len(self._keys)]
        for lane in self._lines:
            self._look_again(lane)
        self._turn_is(queue.priority_streak)

    def choose(self, counter: Counter) -> Choice | None:
        """Return the counter's choice by its own order and overflow rule, None when no ticket is left for it."""
        firsts = self._first[self.turn]
        sent = self._sent.get(counter.code)
        mine = (*counter.primary, *sent) if sent else counter.primary
        candidates = [firsts[lane] for lane in mine if lane in firsts]
        own, overdue = bool(candidates), None
        if counter.overflow:
            late = [head for code in counter.overflow if (head := self._late_of(code)) is not None]
            overdue = min(late)[0] if late else None
            candidates += late if own else [firsts[code] for code in counter.overflow if code in firsts]
        if not candidates:
            return None
        key, ticket = min(candidates)  # no two keys are equal
        return Choice(key, ticket, own, overdue)

    def take(self, ticket: Ticket) -> None:
        """Take out a chosen ticket. The next one of its list moves up, and the streak of priority calls goes on."""
        lane = self.lane_of(ticket)
        line = self._lines[lane][priority_class(ticket)]
        line.taken += 1
        self._move_up(line)
        self._find_first(lane)
        self._turn_is(self.streak + 1 if ticket.goes_ahead else 0)

    def put_back(self, tickets: Collection[Ticket], streak: int) -> None:
        """Put back the tickets that were taken last. `streak` counts the priority calls in a row before them."""
        for ticket in tickets:
            self._lines[self.lane_of(ticket)][priority_class(ticket)].taken -= 1
        for lane in {self.lane_of(ticket) for ticket in tickets}:
            self._look_again(lane)
        self._turn_is(streak)

    def join(self, ticket: Ticket) -> None:
        """Take in a newcomer that stands last in its waiting list. Nobody of its service was sent to one counter."""
        lines = self._lines.get(ticket.service)
        # A list with a head needs nothing more: the ticket stands behind that head.
        if lines is not None and not lines[priority_class(ticket)].heads:
            self._look_again(ticket.service)

    def lane_of(self, ticket: Ticket) -> Lane:
        """Return the lane of a waiting ticket."""
        lane = (ticket.service, ticket.only_at)
        return lane if ticket.only_at and lane in self._lines else ticket.service

    def lanes(self, service: str) -> list[Lane]:
        """Return the lanes of a service, its common one first."""
        sent = self._sent.get("")
        return [service, *[lane for lane in sent if service_of(lane) == service]] if sent else [service]

    def firsts(self, counter: Counter) -> list[Ticket]:
        """Return the first ticket of each waiting list from which a counter may call."""
        lanes = (*counter.services, *self._sent.get(counter.code, ()))
        lines = (line for lane in lanes for line in self._lines.get(lane, {}).values())
        return [line.tickets[line.taken] for line in lines if line.heads]

    def left(self, lane: Lane) -> list[tuple[list[Ticket], int]]:
        """Return the waiting lists of a lane of which tickets are left, each with how many were taken out.

        Callers must not change them.
        """
        if lane in self._lines:
            return [(line.tickets, line.taken) for line in self._lines[lane].values() if line.heads]
        return [(tickets, 0) for cls in CLASSES if (tickets := self._in_class(lane, cls))]

    def lanes_left(self) -> Iterable[Lane]:
        """Return the lanes of open services of which tickets are left."""
        return self._first[0].keys()

    def left_of(self, lane: Lane) -> int:
        """Return how many tickets of a lane are left."""
        return sum([len(tickets) - taken for tickets, taken in self.left(lane)])

    def taken(self, service: str) -> int:
        """Return how many tickets of a service were taken out, whoever may call them."""
        return sum([line.taken for lane in self.lanes(service) for line in self._lines.get(lane, {}).values()])

    def earlier(self, counter: Counter, services: Iterable[str], ticket: Ticket) -> int:
        """Count the tickets left that a counter may call, of those of these services that are open, and that arrived
        before this ticket."""
        count = 0
        for lane in (*services, *self._sent.get(counter.code, ())):
            for line in self._lines.get(lane, {}).values():
                count += max(0, bisect_left(line.tickets, ticket.key, key=lambda other: other.key) - line.taken)
        return count

    def _sent_lanes(self, queue: Queue) -> Iterator[tuple[str, str]]:
        for service in self._plan.services:
            if service.code in self._lines:
                for ticket in self._waiting.sent(service.code):
                    if can_call(ticket, queue, self._plan):
                        yield service.code, ticket.only_at

    def _look_again(self, lane: Lane) -> None:
        lines = self._lines[lane]
        for cls in CLASSES:
            line = lines[cls] = _Line(self._in_class(lane, cls), lines[cls].taken if cls in lines else 0)
            self._move_up(line)
        self._find_first(lane)

    def _in_class(self, lane: Lane, cls: Class) -> list[Ticket]:
        service = service_of(lane)
        tickets, new = self._waiting.in_class(service, cls), self._newcomer
        if self._waiting.sent(service):
            tickets = [ticket for ticket in tickets if self.lane_of(ticket) == lane]
        if new is None or (new.service, priority_class(new)) != (lane, cls):
            return tickets
        return sorted([*tickets, new], key=lambda ticket: ticket.key)

    def _move_up(self, line: _Line) -> None:
        if line.taken < len(line.tickets):
            ticket = line.tickets[line.taken]
            line.heads = [(key(ticket), ticket) for key in self._keys]
        else:
            line.heads = ()

    def _find_first(self, lane: Lane) -> None:
        waiting = [line.heads for line in self._lines[lane].values() if line.heads]
        for turn, first in enumerate(self._first):
            if waiting:
                first[lane] = min([heads[turn] for heads in waiting])
            else:
                first.pop(lane, None)
            self._late[turn].pop(lane, None)

    def _turn_is(self, streak: int) -> None:
        self.streak = streak
        self.turn = int(self._discipline.is_regular_turn(self._plan, streak))

    def _late_of(self, service: str) -> Head | None:
        """Return the first overdue head of a service, None when there is none."""
        late = self._late[self.turn]
        if service not in late:
            heads = [line.heads[self.turn] for line in self._lines.get(service, {}).values() if line.heads]
            late[service] = min([head for head in heads if overdue_after(head[1], self._plan) < self._at], default=None)
        return late[service]
