"""What a journal can fail with."""

from __future__ import annotations


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
