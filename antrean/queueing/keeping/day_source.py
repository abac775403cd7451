"""Where a business day comes from: what was kept of it, the journal's lines since then, and what past days taught."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.day import DayEstimator
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.port import Journal, JournalDamaged
from antrean.queueing.keeping.kept_day import twin_of
from antrean.queueing.plan.model import OfficePlan

# How many past days teach the estimator when nothing was kept of them, and how far back they are looked for.
PAST_DAYS, REACH = 15, timedelta(days=28)


class KeptDays(Protocol):
    """What was kept of days, so that they need not be folded from their first line. The journal is the truth."""

    def day(self, business_day: date, plan: OfficePlan) -> ServiceDay | None:
        """Return the day as it was at some line of the journal, None when nothing kept fits journal, plan and code."""

    def memory(self, business_day: date) -> Mapping[str, Any] | None:
        """Return what the estimator knew about waits at the end of a past day, None when that was not kept."""


class NothingKept:
    """Nothing was kept: every day is folded from its first line."""

    def day(self, business_day: date, plan: OfficePlan) -> ServiceDay | None:
        """Return None."""
        return None

    def memory(self, business_day: date) -> Mapping[str, Any] | None:
        """Return None."""
        return None


class DaySource:
    """Gives business days of one office. Used by the thread that reads the journal."""

    def __init__(self, journal: Journal, kept: KeptDays) -> None:
        self._journal = journal
        self._kept = kept
        self._learnt: dict[date, Mapping[str, Any]] = {}

    def fold(self, business_day: date, plan: OfficePlan, until: int | None = None) -> ServiceDay:
        """Return the day as the journal has it now, or as it was at a seq."""
        day = self._kept.day(business_day, plan)
        if day is None or (until is not None and day.seq > until):
            day = ServiceDay(business_day, DayEstimator(plan, self.memory_before(business_day, plan)))
        return self._brought_on(day, until)

    def copy(self, day: ServiceDay, until: int | None = None) -> ServiceDay:
        """Return a copy of a day of this office, brought on to what the journal has now, or had at a seq."""
        return self._brought_on(twin_of(day), until)

    def ended(self, day: ServiceDay) -> None:
        """Remember what a day taught about waits, when the next one begins."""
        self._learnt = {day.business_day: day.waits.memory()}

    def memory_before(self, business_day: date, plan: OfficePlan) -> Mapping[str, Any]:
        """Return what the days with lines before this one taught about waits.

        Those since the last day of which it is known are folded, at most fifteen of four weeks.
        """
        busy: list[date] = []
        memory: Mapping[str, Any] = {}
        past = self._journal.newest_day(before=business_day)
        while past is not None and len(busy) < PAST_DAYS and business_day - past <= REACH:
            known = self._learnt.get(past) or self._kept.memory(past)
            if known is not None:
                memory = known
                break
            busy.append(past)
            past = self._journal.newest_day(before=past)
        if busy:
            days = ((ServiceDay(day), self._undamaged(day)) for day in reversed(busy))
            memory = remember(days, plan, memory)
            self._learnt = {busy[0]: memory}
        return memory

    def _undamaged(self, past: date) -> Sequence[JournalEntry]:
        """Return a past day's entries; none when one is not as it was written, as nothing can be learned then."""
        try:
            return self._journal.read(day=past)
        except JournalDamaged:
            return ()

    def _brought_on(self, day: ServiceDay, until: int | None) -> ServiceDay:
        last = self._journal.last_seq() if until is None else until
        for entry in self._journal.read(after=day.seq, day=day.business_day):
            if until is None or entry.seq <= until:
                day.apply(entry)
        day.seq = max(day.seq, last)
        # Read after the day: it may be ahead by what others wrote meanwhile, which it then passes over.
        day.standing = self._journal.standing(until)
        return day


def remember(
    days: Iterable[tuple[ServiceDay, Iterable[JournalEntry]]], plan: OfficePlan, memory: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the estimator's memory after some past days, oldest first: each a fresh day and its entries by seq.

    `memory` comes from the days before them.
    """
    memory = dict(memory or {})
    for day, entries in days:
        day.waits = DayEstimator(plan, memory)
        for entry in entries:
            day.apply(entry)
        memory = day.waits.memory()
    return memory
