"""Waiting tickets in lanes: one sorted list for each service and class, first come first served inside."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

from antrean.queueing.tickets.ticket import Ticket

Class = Literal["front", "priority", "regular"]
CLASSES: tuple[Class, ...] = ("front", "priority", "regular")


def priority_class(ticket: Ticket) -> Class:
    """Return the lane class of a ticket: brought to the front, priority or regular."""
    if ticket.front:
        return "front"
    return "priority" if ticket.priority else "regular"


class WaitingLists:
    """The waiting tickets of a day. Within a lane the order is arrival, then seq; it never changes while one waits."""

    def __init__(self, lanes: Mapping[tuple[str, Class], list[Ticket]] | None = None) -> None:
        """Start without tickets, or with lanes whose tickets stand in their order."""
        self._lanes: dict[tuple[str, Class], list[Ticket]] = dict(lanes or {})

    def add(self, ticket: Ticket) -> None:
        """Put a ticket into the lane of its service and class."""
        lane = self._lanes.setdefault((ticket.service, priority_class(ticket)), [])
        if not lane or lane[-1].key < ticket.key:
            lane.append(ticket)
        else:
            insort(lane, ticket, key=_key)

    def remove(self, ticket: Ticket) -> None:
        """Take a ticket out of its lane; it must be there."""
        lane = self._lanes[(ticket.service, priority_class(ticket))]
        index = bisect_left(lane, ticket.key, key=_key)
        if lane[index] is not ticket:
            raise LookupError(ticket.number)
        del lane[index]

    def lane(self, service: str, cls: Class) -> list[Ticket]:
        """Return the lane itself; callers must not change it."""
        return self._lanes.get((service, cls), [])

    def of(self, service: str) -> Iterator[Ticket]:
        """Yield the waiting tickets of one service, lane after lane."""
        for cls in CLASSES:
            yield from self.lane(service, cls)

    def __iter__(self) -> Iterator[Ticket]:
        return (ticket for lane in self._lanes.values() for ticket in lane)

    def numbers(self) -> dict[tuple[str, Class], list[str]]:
        """Return the numbers that wait, by service and class, in their order; classes without any are left out."""
        return {key: [ticket.number for ticket in lane] for key, lane in self._lanes.items() if lane}

    def count(self, services: Iterable[str] | None = None) -> int:
        """Return how many tickets wait, in all services or in these."""
        if services is None:
            return sum(len(lane) for lane in self._lanes.values())
        return sum(len(self.lane(service, cls)) for service in services for cls in CLASSES)

    def persons(self, service: str) -> int:
        """Return how many persons wait in a service."""
        return sum(ticket.persons for ticket in self.of(service))

    def before(self, service: str, cls: Class, key: tuple[datetime, int]) -> int:
        """Return how many tickets of a lane stand before this (arrival, seq)."""
        return bisect_left(self.lane(service, cls), key, key=_key)


def _key(ticket: Ticket) -> tuple[datetime, int]:
    return ticket.key
