"""What becomes of the journal itself: its old lines are sealed, or it was brought back from a backup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from antrean.queueing.journal.kinds import Event, event


@event("journal.sealed", formerly="JournalSealed")
@dataclass(frozen=True, slots=True)
class JournalSealed(Event):
    """The oldest lines, `first` to `last`, are sealed: they may leave the journal, which then begins after them.

    `chain` is the chain value of the last of them, and the line after it was made with it. `lines` and `tickets` count
    what they held. `days` are the figures of the business days among them (`queueing.keeping.day_figures`), by date;
    days that an earlier line of this kind told, which is itself sealed here, are told again. Where `days` are many,
    several lines of this kind with the same `last` share them. `standing` is what outlived the day after the last of
    the lines (`queueing.standing`); None where it is not told.
    """

    first: int
    last: int
    chain: str
    lines: int = 0
    tickets: int = 0
    days: Mapping[str, Any] | None = None
    standing: Mapping[str, Any] | None = None


@event("journal.restored", formerly="JournalRestored")
@dataclass(frozen=True, slots=True)
class JournalRestored(Event):
    """The journal was brought back from a backup: what happened between `lost_from` and `lost_until` is not in it.

    Both are UTC as ISO text. `on_paper` says the highest numbers that staff read from slips, by series: these go on
    from the one after. Every other series goes on from the next full thousand plus 1. No series goes on below
    `printed`, the highest numbers that a print agent remembers.
    """

    lost_from: str = ""
    lost_until: str = ""
    on_paper: Mapping[str, int] | None = None
    printed: Mapping[str, int] | None = None


@event("journal.lost_numbers_found", formerly="LostNumbersFound")
@dataclass(frozen=True, slots=True)
class LostNumbersFound(Event):
    """A print agent remembers numbers of this day that the journal, brought back from a backup, does not know.

    `numbers` are separated by blanks.
    """

    printer: str
    numbers: str = ""
