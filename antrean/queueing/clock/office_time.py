"""One office's use of the clock guard: reports lines to it, and refuses unsafe events while the clock is in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from antrean.queueing.clock.guard import ClockGuard
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.events import (
    DATED,
    DOUBTED,
    ClockSet,
    CounterOpened,
    DayClosed,
    Event,
    PlanChanged,
    TicketExpired,
    TicketIssued,
)
from antrean.queueing.journal.entry import COMMAND, CONSOLE, JournalEntry, bears_witness
from antrean.queueing.journal.port import JournalDamaged
from antrean.queueing.plan.model import OfficePlan

INVENTED = "simulation"  # the actor of invented days
_ENDS_DAY = (DayClosed, TicketExpired)
_NEEDS_DAY = (*_ENDS_DAY, TicketIssued, CounterOpened)


class Lines(Protocol):
    """The part of a journal that is needed here."""

    def last_seq(self) -> int:
        """Return the largest seq, 0 when empty."""

    def read(self, *, after: int | None = None, day: date | None = None) -> Sequence[JournalEntry]:
        """Return the entries beyond a seq, of one business day, or both, in the order of seq."""

    def clock_steps(self, day: date) -> Sequence[JournalEntry]:
        """Return the entries of a business day about the clock, in the order of seq."""


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
        local = newest.at.astimezone(_zone_then(journal, newest, plan)).date()
        if local > day and isinstance(newest.event, DayClosed):
            day = local  # an ended day is closed when the next one has begun
        self.guard.start(
            (newest.at, day),
            plan.tz,
            goes_on=local if local > day else None,
            undated=day != plan.business_day(self.guard.wall()) and _has_undated_numbers(journal, day),
        )

    def hear(self, entry: JournalEntry, mine: bool) -> None:
        """Report a durable line to the guard. `mine` is whether this process wrote it."""
        if entry.seq <= self._heard:
            return
        self._heard = entry.seq
        if not entry.bears_witness or entry.actor == INVENTED:
            return
        if isinstance(entry.event, ClockSet) and entry.event.how != DOUBTED:
            self.guard.stepped(entry.event, entry.at, entry.business_day, mine)
        elif isinstance(entry.event, ClockSet) and entry.event.after:
            self.guard.undated = entry.business_day
        self.guard.heard(
            entry.at,
            entry.business_day,
            mine,
            number=isinstance(entry.event, TicketIssued),
            ended=isinstance(entry.event, DayClosed),
        )

    def stops(self, business_day: date, closed: bool) -> bool:
        """Whether no number can be given now because of the clock. `closed` is whether the business day is closed."""
        state = self.guard.state
        if state == "ok":
            return False
        safe = self.guard.safe_day()
        return safe is None or (state == "wrong" and (safe != business_day or closed))

    def checked(self, today: ServiceDay, events: Sequence[Event], actor: str = "") -> Sequence[Event]:
        """Refuse what can't be made good again if the clock, which is in doubt, turns out to be wrong.

        The first number that is given while the clock may be wrong is marked, and so is the first line after a start
        without the time.
        """
        if not (events and self.guard.in_doubt) or self.guard.state == "ok" or isinstance(events[-1], ClockSet):
            return events
        refused = _NEEDS_DAY if self.stops(today.business_day, today.closed) else _ENDS_DAY
        if any(isinstance(event, refused) for event in events):
            raise Refused("clock_wrong")
        right_until = self.guard.right_until() if self.guard.date_unknown else None
        if right_until is not None and today.undated is None and bears_witness(events[-1], actor):
            return (ClockSet(0.0, DOUBTED, after=right_until.isoformat()), *events)
        marks = not today.doubted and isinstance(events[-1], TicketIssued)
        return (ClockSet(0.0, DOUBTED), *events) if marks else events

    def dates(self, today: ServiceDay, plan: OfficePlan, now: datetime, actors: Iterable[str]) -> ClockSet | None:
        """Return the step that dates a day whose date nobody knew, None when there is none to take.

        It comes before the first line of a hub that knows the time. A command typed beside the hub does not know it.
        """
        if today.undated is None or self.guard.date_unknown or all(actor in (COMMAND, CONSOLE) for actor in actors):
            return None
        local = plan.business_day(now)
        return ClockSet(
            self.guard.undated_by().total_seconds(),
            DATED,
            local.isoformat() if local > today.business_day else "",
            after=today.undated.isoformat(),
        )


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


def _zone_then(journal: Lines, newest: JournalEntry, plan: OfficePlan) -> tzinfo:
    """Return the time zone in which a line was written, which a command beside the hub may have changed since."""
    for entry in journal.read(after=newest.seq):
        if isinstance(entry.event, PlanChanged) and "time_zone" in (entry.event.before or {}):
            return ZoneInfo((entry.event.before or {})["time_zone"])
    return plan.tz


def _has_undated_numbers(journal: Lines, day: date) -> bool:
    """Whether numbers were given in a day by a hub that did not know the date, and nobody has dated it since."""
    mark: JournalEntry | None = None
    try:
        for entry in journal.clock_steps(day):
            if not isinstance(entry.event, ClockSet) or entry.event.how != DOUBTED:
                mark = None
            elif mark is None and entry.event.after:
                mark = entry
        lines = () if mark is None else journal.read(after=mark.seq, day=day)
    except JournalDamaged:
        return False  # whoever reads that day says so
    return any(isinstance(entry.event, TicketIssued) for entry in lines)
