"""The first waiting tickets of the open services, taken out one after another as counters would call them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from antrean.queueing.calling.disciplines import Key, discipline_of, due, keys
from antrean.queueing.calling.queue import Queue
from antrean.queueing.calling.waiting_lists import CLASSES, Class, priority_class
from antrean.queueing.plan.model import OPEN, Counter, OfficePlan
from antrean.queueing.tickets.ticket import Ticket

Head = tuple[Key, Ticket]


class Choice(NamedTuple):
    """The ticket that a counter calls now, with the key that decided.

    `own` is whether anybody waits for the counter's own services. `overdue` is the key of the first overdue ticket of
    its overflow services, None when there is none.
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


class Heads:
    """The rest of the waiting tickets of open services. Nothing of the day is changed.

    Choosing costs one comparison of keys for each service of the counter; taking computes the key of the ticket that
    moves up.
    """

    def __init__(self, queue: Queue, plan: OfficePlan, at: datetime, newcomer: Ticket | None = None) -> None:
        """Start with all waiting tickets, and a newcomer behind them."""
        self._waiting = queue.waiting
        self._plan = plan
        self._discipline = discipline_of(plan)
        self._at = at
        self._newcomer = newcomer
        usual, regular = keys(plan, at)
        self._keys = (usual,) if usual is regular else (usual, regular)
        self._lines: dict[str, dict[Class, _Line]] = {
            one.code: {} for one in plan.services if queue.service_today(one).state == OPEN
        }
        # By turn and service: the head that is called first; and, once it was asked for, the first overdue one.
        self._first: tuple[dict[str, Head], ...] = ({}, {})[: len(self._keys)]
        self._late: tuple[dict[str, Head | None], ...] = ({}, {})[: len(self._keys)]
        for service in self._lines:
            self._look_again(service)
        self._turn_is(queue.priority_streak)

    def choose(self, counter: Counter) -> Choice | None:
        """Return the counter's choice by its own order and overflow rule, None when no ticket is left for it."""
        firsts = self._first[self.turn]
        candidates = [firsts[code] for code in counter.primary if code in firsts]
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
        line = self._lines[ticket.service][priority_class(ticket)]
        line.taken += 1
        self._move_up(line)
        self._find_first(ticket.service)
        self._turn_is(self.streak + 1 if ticket.goes_ahead else 0)

    def put_back(self, tickets: Collection[Ticket], streak: int) -> None:
        """Put back the tickets that were taken last. `streak` counts the priority calls in a row before them."""
        for ticket in tickets:
            self._lines[ticket.service][priority_class(ticket)].taken -= 1
        for service in {ticket.service for ticket in tickets}:
            self._look_again(service)
        self._turn_is(streak)

    def join(self, ticket: Ticket) -> None:
        """Take in a ticket that stands last in its waiting list."""
        lines = self._lines.get(ticket.service)
        # A list with a head needs nothing more: the ticket stands behind that head.
        if lines is not None and not lines[priority_class(ticket)].heads:
            self._look_again(ticket.service)

    def firsts(self, services: Iterable[str]) -> list[Ticket]:
        """Return the first ticket of each waiting list of those services that are open."""
        lines = (line for service in services for line in self._lines.get(service, {}).values())
        return [line.tickets[line.taken] for line in lines if line.heads]

    def left(self, service: str) -> list[tuple[list[Ticket], int]]:
        """Return the waiting lists of a service, each with how many were taken out. Callers must not change them."""
        if service in self._lines:
            return [(line.tickets, line.taken) for line in self._lines[service].values()]
        return [(self._in_class(service, cls), 0) for cls in CLASSES]

    def services(self) -> Iterable[str]:
        """Return the open services of which tickets are left."""
        return self._first[0].keys()

    def left_of(self, service: str) -> int:
        """Return how many tickets of a service are left."""
        return sum(len(tickets) - taken for tickets, taken in self.left(service))

    def taken(self, service: str) -> int:
        """Return how many tickets of a service were taken out."""
        return sum(line.taken for line in self._lines.get(service, {}).values())

    def earlier(self, services: Iterable[str], ticket: Ticket) -> int:
        """Count the tickets left of those services that are open and that arrived before this ticket."""
        count = 0
        for service in services:
            for line in self._lines.get(service, {}).values():
                count += max(0, bisect_left(line.tickets, ticket.key, key=lambda other: other.key) - line.taken)
        return count

    def _look_again(self, service: str) -> None:
        lines = self._lines[service]
        for cls in CLASSES:
            line = lines[cls] = _Line(self._in_class(service, cls), lines[cls].taken if cls in lines else 0)
            self._move_up(line)
        self._find_first(service)

    def _in_class(self, service: str, cls: Class) -> list[Ticket]:
        tickets, new = self._waiting.in_class(service, cls), self._newcomer
        return [*tickets, new] if new is not None and (new.service, priority_class(new)) == (service, cls) else tickets

    def _move_up(self, line: _Line) -> None:
        if line.taken < len(line.tickets):
            ticket = line.tickets[line.taken]
            line.heads = [(key(ticket), ticket) for key in self._keys]
        else:
            line.heads = ()

    def _find_first(self, service: str) -> None:
        waiting = [line.heads for line in self._lines[service].values() if line.heads]
        for turn, first in enumerate(self._first):
            if waiting:
                first[service] = min([heads[turn] for heads in waiting])
            else:
                first.pop(service, None)
            self._late[turn].pop(service, None)

    def _turn_is(self, streak: int) -> None:
        self.streak = streak
        self.turn = int(self._discipline.is_regular_turn(self._plan, streak))

    def _late_of(self, service: str) -> Head | None:
        """Return the first overdue head of a service, None when there is none."""
        late = self._late[self.turn]
        if service not in late:
            heads = [line.heads[self.turn] for line in self._lines.get(service, {}).values() if line.heads]
            late[service] = min([head for head in heads if due(head[1], self._plan) < self._at], default=None)
        return late[service]
