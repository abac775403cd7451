"""What is said of days whose lines have left the journal; `antrean.queueing.events` gives this with all others."""

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
    what they held. `days` are the figures of the business days among them (`queueing.day_figures`), by date; days that
    an earlier line of this kind told, which is itself sealed here, are told again. Where `days` are many, several lines
    of this kind with the same `last` share them.
    """

    first: int
    last: int
    chain: str
    lines: int = 0
    tickets: int = 0
    days: Mapping[str, Any] | None = None
