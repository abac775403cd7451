"""Whether a business day is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from antrean.queueing.closing.events import DayClosed, DayReopened
from antrean.queueing.errors import Refused
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event


@dataclass(kw_only=True, eq=False, repr=False)
class ClosingState:
    """The end of a day."""

    closed: bool = False

    def check_open(self) -> None:
        """Refuse (`day_closed`) what begins something new on a day that was closed."""
        if self.closed:
            raise Refused("day_closed")


def _closed(day: ClosingState, event: DayClosed, entry: JournalEntry) -> None:
    day.closed = True


def _reopened(day: ClosingState, event: DayReopened, entry: JournalEntry) -> None:
    day.closed = False


CASES: dict[type[Event], Callable[[ClosingState, Any, JournalEntry], None]] = {
    DayClosed: _closed,
    DayReopened: _reopened,
}
