"""The waiting tickets: one sorted list for each service and priority class, first come, first served inside.

Who lets others go first stands in the list of the last of these, right behind it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter as Count
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

from antrean.queueing.tickets.ticket import Ticket

Class = Literal["front", "priority", "regular"]
CLASSES: tuple[Class, ...] = ("front", "priority", "regular")


def priority_class(ticket: Ticket) -> Class:
    """Return the class of a ticket: brought to the front, priority or regular."""
    if ticket.front:
        return "front"
    return "priority" if ticket.goes_ahead else "regular"


class WaitingLists:
    """The waiting tickets of a day. Each list is in the order of its tickets' keys, which stay while they are in it."""

    def __init__(self, lists: Mapping[tuple[str, Class], list[Ticket]] | None = None) -> None:
        """Start empty, or with lists whose tickets are in order."""
        self._lists: dict[tuple[str, Class], list[Ticket]] = dict(lists or {})
        self._sent = Count(ticket.service for ticket in self if ticket.only_at)

    def add(self, ticket: Ticket) -> None:
        """Put a ticket into the list of its service and class."""
        tickets = self._lists.setdefault((ticket.service, priority_class(ticket)), [])
        if not tickets or tickets[-1].key < ticket.key:
            tickets.append(ticket)
        else:
            insort(tickets, ticket, key=_key)
        if ticket.only_at:
            self._sent[ticket.service] += 1

    def remove(self, ticket: Ticket) -> None:
        """Take a ticket out of its list. Raises LookupError when it is not there."""
        tickets = self._lists[(ticket.service, priority_class(ticket))]
        index = bisect_left(tickets, ticket.key, key=_key)
        if tickets[index] is not ticket:
            raise LookupError(ticket.number)
        del tickets[index]
        if ticket.only_at:
            self._sent[ticket.service] -= 1

    def in_class(self, service: str, cls: Class) -> list[Ticket]:
        """Return the list of a service and class itself; callers must not change it."""
        return self._lists.get((service, cls), [])

    def sent(self, service: str) -> list[Ticket]:
        """Return the waiting tickets of a service that were sent to one counter; mostly there are none."""
        return [ticket for ticket in self.of(service) if ticket.only_at] if self._sent[service] else []

    def of(self, service: str) -> Iterator[Ticket]:
        """Yield the waiting tickets of one service, class after class."""
        for cls in CLASSES:
            yield from self.in_class(service, cls)

    def __iter__(self) -> Iterator[Ticket]:
        return (ticket for tickets in self._lists.values() for ticket in tickets)

    def numbers(self) -> dict[tuple[str, Class], list[str]]:
        """Return the waiting numbers by service and class, in order; empty lists are left out."""
        return {key: [ticket.number for ticket in tickets] for key, tickets in self._lists.items() if tickets}

    def count(self, services: Iterable[str] | None = None) -> int:
        """Return how many tickets wait, in all services or in these."""
        if services is None:
            return sum(len(tickets) for tickets in self._lists.values())
        lanes = [(service, cls) for service in services for cls in CLASSES]
        return sum([len(self._lists[lane]) for lane in lanes if lane in self._lists])


def _key(ticket: Ticket) -> tuple[datetime, *tuple[int, ...]]:
    return ticket.key
