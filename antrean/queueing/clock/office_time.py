"""One office's use of the clock guard: reports lines to it, and refuses unsafe events while the clock is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from antrean.queueing.clock.guard import ClockGuard
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.events import DOUBTED, ClockSet, CounterOpened, DayClosed, Event, TicketExpired, TicketIssued
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.model import OfficePlan

INVENTED = "simulation"  # the actor of invented days
_ENDS_DAY = (DayClosed, TicketExpired)
_NEEDS_DAY = (*_ENDS_DAY, TicketIssued, CounterOpened)


class Lines(Protocol):
    """The part of a journal that is needed here."""

    def last_seq(self) -> int:
        """Return the largest seq, 0 when empty."""

    def read(self, *, after: int | None = None) -> Sequence[JournalEntry]:
        """Return the entries beyond a seq, in the order of seq."""


class OfficeTime:
    """One office's time. Used by the thread that decides; `began_at` is the newest seq at its start."""

    def __init__(self, guard: ClockGuard) -> None:
        self.guard = guard
        self.began_at = 0
        self._heard = 0

    def begin(self, journal: Lines, plan: OfficePlan) -> None:
        """Start the guard, once, with the newest line that bears witness to the time."""
        if self.guard.started:
            return
        self.began_at = self._heard = last = journal.last_seq()
        newest = _newest_witness(journal, last)
        if newest is None:
            self.guard.start(None, plan.tz)
            return
        day = newest.business_day
        local = plan.business_day(newest.at)
        if local > day and isinstance(newest.event, DayClosed):
            day = local  # an ended day is closed when the next one has begun
        self.guard.start((newest.at, day), plan.tz, goes_on=local if local > day else None)

    def hear(self, entry: JournalEntry, mine: bool) -> None:
        """Report a durable line to the guard. `mine` is whether this process wrote it."""
        if entry.seq <= self._heard:
            return
        self._heard = entry.seq
        if not entry.bears_witness or entry.actor == INVENTED:
            return
        if isinstance(entry.event, ClockSet) and entry.event.how != DOUBTED:
            self.guard.stepped(entry.event, entry.at, entry.business_day, mine)
        self.guard.heard(entry.at, entry.business_day, mine, number=isinstance(entry.event, TicketIssued))

    def stops(self, business_day: date, closed: bool) -> bool:
        """Whether no number can be given now because of the clock. `closed` is whether the business day is closed."""
        state = self.guard.state
        if state == "ok":
            return False
        safe = self.guard.safe_day()
        return safe is None or (state == "wrong" and (safe != business_day or closed))

    def checked(self, today: ServiceDay, events: Sequence[Event]) -> Sequence[Event]:
        """Refuse what can't be made good again if the clock, which is in doubt, turns out to be wrong.

        The first number that is given while nobody may know the date is marked.
        """
        if not (events and self.guard.in_doubt) or self.guard.state == "ok" or isinstance(events[-1], ClockSet):
            return events
        refused = _NEEDS_DAY if self.stops(today.business_day, today.closed) else _ENDS_DAY
        if any(isinstance(event, refused) for event in events):
            raise Refused("clock_wrong")
        marks = not today.doubted and isinstance(events[-1], TicketIssued)
        return (ClockSet(0.0, DOUBTED), *events) if marks else events


def _newest_witness(journal: Lines, last: int) -> JournalEntry | None:
    """Return the newest line that tells the time; an invented past says nothing about it, nor what is before it.

    Who signed in after the close does not hide that the day was closed.
    """
    several = 1
    while True:
        for entry in reversed(journal.read(after=max(last - several, 0))):
            if entry.bears_witness:
                return entry if entry.actor != INVENTED else None
        if several >= last:
            return None
        several *= 16
