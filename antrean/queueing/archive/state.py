"""What a day knows of its journal: sealed lines, a return from a backup, numbers that are lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from antrean.queueing.archive.events import JournalRestored, JournalSealed, LostNumbersFound
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event


@dataclass(kw_only=True, eq=False, repr=False)
class ArchiveState:
    """What happened to the journal today."""

    restored: int = 0  # seq of the line that says so, when the journal was brought back from a backup today
    lost_from: str = ""  # the span of time that it lacks, UTC as ISO text
    lost_until: str = ""
    lost_numbers: tuple[str, ...] = ()  # on paper, as a print agent remembers, and unknown here
    sealed: int = 0  # the last line that was sealed today; 0: none was


def _restored(day: ArchiveState, event: JournalRestored, entry: JournalEntry) -> None:
    day.restored, day.lost_from, day.lost_until = entry.seq, event.lost_from, event.lost_until


def _sealed(day: ArchiveState, event: JournalSealed, entry: JournalEntry) -> None:
    day.sealed = max(day.sealed, event.last)


def _found(day: ArchiveState, event: LostNumbersFound, entry: JournalEntry) -> None:
    day.lost_numbers = (*day.lost_numbers, *event.numbers.split())


CASES: dict[type[Event], Callable[[ArchiveState, Any, JournalEntry], None]] = {
    JournalRestored: _restored,
    JournalSealed: _sealed,
    LostNumbersFound: _found,
}
