"""How a step of the office's clock changes a day: everything moves with it, so that every age stays what it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from antrean.queueing.clock.events import DOUBTED, ClockSet
from antrean.queueing.clock.step import shift
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.slips.state import SlipsState


@dataclass(kw_only=True, eq=False, repr=False)
class ClockState(SlipsState):
    """Whether the date of a day is known; the times of its tickets and slips move with the clock."""

    doubted: int = 0  # the seq of the line since which nobody knows the date of what happens in this day; 0: known
    undated: datetime | None = None  # times after this are of a hub that started without the time; None: all are right


def _clock_set(day: ClockState, event: ClockSet, entry: JournalEntry) -> None:
    if event.how != DOUBTED:
        day.doubted, day.undated = day.doubted if event.stays_on else 0, None
    else:
        day.doubted = day.doubted or entry.seq
        day.undated = datetime.fromisoformat(event.after) if event.after else day.undated
        return
    if not event.from_day:
        shift(day, timedelta(seconds=event.seconds), datetime.fromisoformat(event.after) if event.after else None)


CASES: dict[type[Event], Callable[[ClockState, Any, JournalEntry], None]] = {ClockSet: _clock_set}
