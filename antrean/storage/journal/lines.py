"""How a journal entry is stored in the columns of a line, and how the columns are read back."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from antrean.queueing.events import Event, from_data
from antrean.queueing.journal.entry import JournalEntry, to_data
from antrean.storage.times import stored_time

_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # json.dumps makes one for each line


def stored(entry: JournalEntry) -> tuple[int, str, str, str, str, str | None, str]:
    """Return an entry's columns as they are stored: seq, at, business_day, kind, data, request_id, actor."""
    return (
        entry.seq,
        stored_time(entry.at),
        entry.business_day.isoformat(),
        entry.event.kind,
        _as_json(to_data(entry.event)),
        entry.request_id,
        entry.actor,
    )


def entry_of(
    seq: int, at: str, business_day: str, kind: str, data: str, request_id: str | None, actor: str
) -> JournalEntry:
    """Return the entry that a line's columns hold.

    Refuses (KeyError) a kind that this release does not know, and (TypeError or ValueError) a column that is not as
    an entry is stored.
    """
    event, day = event_of(kind, data), date.fromisoformat(business_day)
    return JournalEntry(seq, datetime.fromisoformat(at), day, event, request_id, actor)


def event_of(kind: str, data: str) -> Event:
    """Return the event that a line's columns `kind` and `data` hold, lines of earlier releases included.

    Everything that looks into `data` reads it here, so that a new version of an event is understood everywhere.
    Refuses (KeyError) a kind that this release does not know, and (TypeError or ValueError) data that is not as an
    event of this kind is stored.
    """
    fields = json.loads(data)
    if not isinstance(fields, dict):
        raise TypeError(f"{kind}: the data is no object")
    return from_data(kind, fields)


def day_of(day: Any) -> date | None:
    """Return a stored business day; None for a value that is no date, which the chain's check reports."""
    with suppress(TypeError, ValueError):
        return date.fromisoformat(day)
    return None


def moment_of(at: Any) -> datetime | None:
    """Return a stored time; None for a value that is no time, which the chain's check reports."""
    with suppress(TypeError, ValueError):
        found = datetime.fromisoformat(at)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    return None
