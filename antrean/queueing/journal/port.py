"""What the office needs of its journal, and what a journal can fail with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Protocol

from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.standing import Standing

# What not every database can keep: NUL, and half of a surrogate pair, which JSON can write and UTF-8 can't.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Journal(Protocol):
    """What the office needs of its journal."""

    def last_seq(self) -> int:
        """Return the largest seq, 0 when empty."""

    def newest_day(self, before: date) -> date | None:
        """Return the last business day before a date that has lines, None when there is none."""

    def ends_closed(self, day: date) -> bool:
        """Whether the last lines of a day say that it is closed; they need not be looked through far."""

    def clock_steps(self, day: date) -> Sequence[JournalEntry]:
        """Return the entries of a business day about the clock, in the order of seq."""

    def read(
        self, *, after: int | None = None, day: date | None = None, request_id: str | None = None
    ) -> Sequence[JournalEntry]:
        """Return the entries beyond a seq, of one business day, of both, or of one request, in the order of seq."""

    def standing(self, until: int | None = None) -> Standing:
        """Return what outlives the day as the journal has it now, or had it at a seq."""

    def append(self, entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        """Make all entries durable in one commit, or none; raises JournalConflict, JournalError, JournalLineError.

        `standing` is what outlives the day after them, where they changed it: it is kept in the same commit.
        """

    def exclusive(self) -> AbstractContextManager[None]:
        """Let nobody else append meanwhile; what is appended is durable when the turn has ended without an error."""


class JournalConflict(Exception):
    """Another process wrote first: (office, seq) or (office, request_id) is taken; nothing was written."""


class JournalError(Exception):
    """The journal can't be read or written now; whether a write arrived is not known.

    `what` is one word for those who look after the machine, such as `database_gone`; empty when none is known.
    """

    def __init__(self, said: str = "", what: str = "") -> None:
        super().__init__(said)
        self.what = what


class JournalDamaged(JournalError):
    """A line is not as it was written, or is gone; `seq` names the line, and what it says names the damage."""

    def __init__(self, seq: int, said: str) -> None:
        super().__init__(said)
        self.seq = seq


class JournalLineError(Exception):
    """One of the lines has a value that no journal can keep; nothing was written."""
