"""Writes a whole invented day into the past of a journal, for demonstrations and as experience for estimates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.port import Journal


def write_past_day(journal: Journal, entries: Sequence[JournalEntry], today: date) -> int:
    """Append the day's lines behind what is there, in one commit, and return the last seq.

    Refuses (ValueError) today and later days, and a day that has lines already.
    """
    day = entries[0].business_day
    if day >= today:
        raise ValueError(f"{day} is not over: only a past day can be written")
    with journal.exclusive():
        if journal.read(day=day):
            raise ValueError(f"the journal has lines of {day} already")
        last = journal.last_seq()
        lines = [replace(entry, seq=last + n) for n, entry in enumerate(entries, 1)]
        journal.append(lines)
    return lines[-1].seq
