"""The waiting tickets of open services, taken out one after another as counters would call them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from queueing.disciplines import Key, due, keys, regular_turn
from queueing.lanes import CLASSES, Class, Lanes, class_of
from queueing.plan import OPEN, Counter, OfficePlan
from queueing.ticket import Ticket

Head = tuple[Key, Ticket]


class Choice(NamedTuple):
    """Whom a counter calls now, with the key that decided. `own`: somebody waits for its own services.

    `overdue` is the key of the first overdue ticket of its overflow services, None when none is.
    """

    key: Key
    ticket: Ticket
    own: bool
    overdue: Key | None


class Heads:
    """What is left of the waiting tickets of open services. Nothing of the day is changed.

    To choose costs one comparison of keys for each service of the counter, to take the key of the ticket that moves up.
    """

    def __init__(
        self, waiting: Lanes, plan: OfficePlan, at: datetime, streak: int, newcomer: Ticket | None = None
    ) -> None:
        """Start with all that wait, and a newcomer behind them; `streak` are the priority calls in a row so far."""
        self._waiting = waiting
        self._plan = plan
        self._at = at
        self._newcomer = newcomer
        self._keys = keys(plan, at)
        self._turns = (0,) if self._keys[0] is self._keys[1] else (0, 1)
        self._taken: dict[tuple[str, Class], int] = {}
        # By turn and service: whoever is called first; and, once somebody asked, the first of those that are overdue.
        self._first: tuple[dict[str, Head], dict[str, Head]] = ({}, {})
        self._late: tuple[dict[str, Head | None], dict[str, Head | None]] = ({}, {})
        self._open = {service.code for service in plan.services if service.state == OPEN}
        for service in self._open:
            self._find_first(service)
        self.streak = streak
        self.turn = int(regular_turn(plan, streak))

    def choose(self, counter: Counter) -> Choice | None:
        """Return whom the counter calls now by its own order and overflow rule, None when nobody is left for it."""
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
        """Take out a ticket that was chosen: the next one of its lane moves up, and the turns of priority go on."""
        service = ticket.service
        lane = service, class_of(ticket)
        self._taken[lane] = self._taken.get(lane, 0) + 1
        self._find_first(service)
        for late in self._late:
            late.pop(service, None)
        self.streak = self.streak + 1 if ticket.priority else 0
        self.turn = int(regular_turn(self._plan, self.streak))

    def firsts(self, services: Iterable[str]) -> list[Ticket]:
        """Return the first ticket of each lane of these services, as far as they are open."""
        return [ticket for service in services if service in self._open for ticket in self._lane_heads(service)]

    def left(self, service: str, cls: Class) -> tuple[list[Ticket], int]:
        """Return a lane, which callers must not change, and how many of it were taken out."""
        lane = self._waiting.lane(service, cls)
        new = self._newcomer
        if new is not None and (new.service, class_of(new)) == (service, cls):
            lane = [*lane, new]
        return lane, self._taken.get((service, cls), 0)

    def earlier(self, services: Iterable[str], ticket: Ticket) -> int:
        """Count what is left of open services and arrived before this ticket."""
        count = 0
        for service in services:
            for cls in CLASSES if service in self._open else ():
                lane, taken = self.left(service, cls)
                count += max(0, bisect_left(lane, ticket.key, key=lambda other: other.key) - taken)
        return count

    def _lane_heads(self, service: str) -> list[Ticket]:
        lanes = (self.left(service, cls) for cls in CLASSES)
        return [lane[taken] for lane, taken in lanes if taken < len(lane)]

    def _find_first(self, service: str) -> None:
        heads = self._lane_heads(service)
        for turn in self._turns:
            if heads:
                key = self._keys[turn]
                self._first[turn][service] = min([(key(ticket), ticket) for ticket in heads])
            else:
                self._first[turn].pop(service, None)

    def _late_of(self, service: str) -> Head | None:
        """Return the first overdue head of a service, None when none is."""
        late = self._late[self.turn]
        if service not in late:
            heads = self._lane_heads(service) if service in self._open else []
            key = self._keys[self.turn]
            late[service] = min(
                [(key(ticket), ticket) for ticket in heads if due(ticket, self._plan) < self._at], default=None
            )
        return late[service]
