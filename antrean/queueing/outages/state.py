"""What services need and have not now: whom it holds up, since when, and how many it has kept waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.outages import events as e
from antrean.queueing.plan.model import PAUSED
from antrean.queueing.services.events import ServiceResumed
from antrean.queueing.services.state import ServiceToday
from antrean.queueing.tickets.events import TicketCancelled, TicketIssued
from antrean.queueing.tickets.state import TicketsState


@dataclass(frozen=True, slots=True)
class Outage:
    """An outage that lasts, since `at`; the other fields are those of its events.

    `services` are the codes of those that are held up still. `said` is the line that told the room last, at `said_at`.
    """

    need: str
    services: tuple[str, ...]
    names: Mapping[str, str]
    words: Mapping[str, str]
    until: str
    numbers: bool
    at: datetime
    said: int
    said_at: datetime
    waited: int = 0
    left: int = 0


@dataclass(kw_only=True, eq=False, repr=False)
class OutagesState(TicketsState):
    """The outages that last, by the code of what is needed, oldest first."""

    outages: dict[str, Outage] = field(default_factory=dict)

    def held_up(self, service: str) -> ServiceToday | None:
        """Return how a service stands by the outages that hold it up; None where none does.

        Of several the first says why. It goes on with the last of them, and gives numbers where all allow it.
        """
        found = [one for one in self.outages.values() if service in one.services] if self.outages else []
        if not found:
            return None
        ends = [one.until for one in found]
        return ServiceToday(
            PAUSED,
            found[0].words or found[0].names,
            max(ends) if all(ends) else "",
            outage=found[0].need,
            numbers=all(one.numbers for one in found),
        )


def _begun(day: OutagesState, event: e.OutageBegun, entry: JournalEntry) -> None:
    services = tuple(event.services.split())
    day.outages[event.need] = Outage(
        event.need, services, event.names, event.words, event.until, event.numbers, entry.at, entry.seq, entry.at,
        waited=day.waiting.count(services),
    )  # fmt: skip


def _told(day: OutagesState, event: e.OutageTold, entry: JournalEntry) -> None:
    before = day.outages[event.need]
    day.outages[event.need] = replace(
        before, until=event.until, numbers=event.numbers, said=entry.seq, said_at=entry.at
    )


def _ended(day: OutagesState, event: e.OutageEnded, entry: JournalEntry) -> None:
    day.outages.pop(event.need, None)


def _goes_on(day: OutagesState, event: ServiceResumed, entry: JournalEntry) -> None:
    """Let one service go on without what it needs: staff found another way."""
    for need, one in day.outages.items():
        if event.service in one.services:
            rest = tuple(code for code in one.services if code != event.service)
            day.outages[need] = replace(one, services=rest)


def _issued(day: OutagesState, event: TicketIssued, entry: JournalEntry) -> None:
    for need, one in day.outages.items():
        if event.service in one.services:
            day.outages[need] = replace(one, waited=one.waited + 1)


def _cancelled(day: OutagesState, event: TicketCancelled, entry: JournalEntry) -> None:
    for need, one in day.outages.items():
        if day.tickets[event.ticket].service in one.services:
            day.outages[need] = replace(one, left=one.left + 1)


CASES: dict[type[Event], Callable[[OutagesState, Any, JournalEntry], None]] = {
    e.OutageBegun: _begun,
    e.OutageTold: _told,
    e.OutageEnded: _ended,
    ServiceResumed: _goes_on,
    TicketIssued: _issued,
    TicketCancelled: _cancelled,
}
