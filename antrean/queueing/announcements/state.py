"""What staff announce now: what was said, to whom, until when, and when it was said last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from antrean.queueing.announcements import events as e
from antrean.queueing.closing.events import DayClosed
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement that holds, made by the journal's line `seq` at `at` by `actor`.

    `texts` are by language, `zone` is "" for the whole office. `until` is when it ends by itself, None when never. It
    is said again `every` so many minutes, 0 for never; `said` is the line with which it was said last, at `said_at`.
    """

    seq: int
    at: datetime
    actor: str
    texts: Mapping[str, str]
    zone: str
    urgent: bool
    until: datetime | None
    every: int
    said: int
    said_at: datetime

    def is_over(self, at: datetime) -> bool:
        """Whether its time has ended."""
        return self.until is not None and self.until <= at

    def is_due(self, at: datetime) -> bool:
        """Whether it is to be said once more."""
        return self.every > 0 and self.said_at + timedelta(minutes=self.every) <= at


@dataclass(kw_only=True, eq=False, repr=False)
class AnnouncementsState:
    """The announcements that hold, by the seq of the line that made them, oldest first."""

    announcements: dict[int, Announcement] = field(default_factory=dict)


def _made(day: AnnouncementsState, event: e.AnnouncementMade, entry: JournalEntry) -> None:
    until = entry.at + timedelta(minutes=event.minutes) if event.minutes else None
    day.announcements[entry.seq] = Announcement(
        entry.seq, entry.at, entry.actor, event.texts, event.zone, event.urgent, until, event.every, entry.seq, entry.at
    )


def _repeated(day: AnnouncementsState, event: e.AnnouncementRepeated, entry: JournalEntry) -> None:
    before = day.announcements[event.announcement]
    day.announcements[event.announcement] = replace(before, said=entry.seq, said_at=entry.at)


def _ended(day: AnnouncementsState, event: e.AnnouncementEnded, entry: JournalEntry) -> None:
    day.announcements.pop(event.announcement, None)


def _closed(day: AnnouncementsState, event: DayClosed, entry: JournalEntry) -> None:
    # People may still be in the building, or have to leave it.
    day.announcements = {seq: one for seq, one in day.announcements.items() if one.urgent}


CASES: dict[type[Event], Callable[[AnnouncementsState, Any, JournalEntry], None]] = {
    e.AnnouncementMade: _made,
    e.AnnouncementRepeated: _repeated,
    e.AnnouncementEnded: _ended,
    DayClosed: _closed,
}
