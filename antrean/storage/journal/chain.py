"""The chain: each line carries a digest of itself and of the line before it, so that a changed line is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from antrean.queueing.journal.entry import JournalEntry
from antrean.storage.journal.lines import stored
from antrean.storage.journal.sealed import Sealed

GENESIS = "0" * 64  # what stands before the first line
SEPARATOR = "\x1f"
# What the digest is made of, in its order, after the value before and the office.
STORED = ("seq", "at", "business_day", "kind", "data", "request_id", "actor")
Row = Sequence[Any]  # the columns of STORED, then the chain value


@dataclass(frozen=True, slots=True)
class Head:
    """The newest line of a journal: its seq and its chain value; seq 0 with GENESIS when the journal is empty."""

    seq: int = 0
    chain: str = GENESIS


@dataclass(frozen=True, slots=True)
class Damage:
    """A line, or the first of several, that is not as it was written; `what` says it after the words "line SEQ"."""

    seq: int
    what: str

    def __str__(self) -> str:
        return f"line {self.seq} {self.what}"


CHANGED = "is not as it was written"


def chain_value(
    previous: str, office: str, seq: int, at: str, business_day: str, kind: str, data: str, request_id: str | None,
    actor: str,
) -> str:  # fmt: skip
    """Return a line's chain value: hex SHA-256 of the value before it and of its columns exactly as they are stored.

    Refuses (TypeError) a column that is no text, and (UnicodeEncodeError) text that can't be written.
    """
    stored = (previous, office, str(seq), at, business_day, kind, data, request_id or "", actor)
    return sha256(SEPARATOR.join(stored).encode()).hexdigest()


def fits(previous: str, office: str, rows: Sequence[Row]) -> bool:
    """Whether lines that follow each other, and the value before them, are as they were written."""
    before = (previous, office)
    try:
        for seq, at, business_day, kind, data, request_id, actor, found in rows:
            stored = (*before, str(seq), at, business_day, kind, data, request_id or "", actor)
            if sha256(SEPARATOR.join(stored).encode()).hexdigest() != found:
                return False
            before = (found, office)
    except (TypeError, UnicodeEncodeError):
        return False
    return True


class Links:
    """Follows the chain line by line, in the order of seq, from a head on."""

    def __init__(self, office: str, head: Head) -> None:
        self._office = office
        self._next = head.seq + 1
        # The value that the next line was made with: after a changed line its own or the one that it ought to have.
        # None is known after a line that is missing.
        self._previous: tuple[str, ...] = (head.chain,)

    def take(self, rows: Sequence[Row]) -> bool:
        """Take rows in when each follows the one before and is as it was written; otherwise none of them.

        That is so nearly always, and looking for what is wrong takes five times as long.
        """
        seqs = [row[0] for row in rows]
        follow = len(self._previous) == 1 and seqs == list(range(self._next, self._next + len(seqs)))
        if not (follow and all(type(seq) is int for seq in seqs) and fits(self._previous[0], self._office, rows)):
            return False
        if rows:
            self._next, self._previous = seqs[-1] + 1, (rows[-1][-1],)
        return True

    def damage(self, row: Row) -> Iterator[Damage]:
        """Say what is wrong at this row: lines that are missing before it, or that it was changed."""
        *stored, found = row
        seq = stored[0]
        if not isinstance(seq, int) or seq < self._next:
            yield Damage(self._next, CHANGED)
            self.pass_over()
            return
        if seq > self._next:
            yield missing(self._next, seq - 1)
            self._previous = ()
        expected = tuple(value for previous in self._previous if (value := self._value(previous, stored)))
        changed = bool(self._previous) and found not in expected
        if changed:
            yield Damage(seq, CHANGED)
        self._previous = tuple({found, *expected}) if changed and isinstance(found, str) else (found,)
        self._next = seq + 1

    def pass_over(self) -> None:
        """Leave out a line that can't be read; whether the one after it was changed can't be told then."""
        self._next += 1
        self._previous = ()

    def _value(self, previous: str, stored: Row) -> str | None:
        try:
            return chain_value(previous, self._office, *stored)
        except (TypeError, UnicodeEncodeError):
            return None


def beginning(office: str, first: int, sealed: Sealed | None) -> Links:
    """Return what follows the chain from a journal's first line on.

    A journal begins with line 1, or after the lines that were sealed, with the chain value of the last of these. What
    is sealed and still there is followed too; the value before its first line has gone with the line before.
    """
    if sealed is None or first == 1:
        return Links(office, Head())
    if first > sealed.last:
        return Links(office, Head(sealed.last, sealed.chain))
    links = Links(office, Head(first - 2))
    links.pass_over()
    return links


def missing(first: int, last: int) -> Damage:
    """Return the damage of lines that are not there."""
    return Damage(first, "is missing" if first == last else f"and all up to line {last} are missing")


def line_of(office: str, entry: JournalEntry, before: str) -> dict[str, Any]:
    """Return an entry's row, to be written in the caller's own transaction; `before` is the chain value before it."""
    columns = stored(entry)
    row = dict(zip(STORED, columns, strict=True))
    return {"office": office, **row, "chain": chain_value(before, office, *columns)}
