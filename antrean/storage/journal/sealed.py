"""Reads the lines `JournalSealed`, which name the last line that left a journal and keep the removed days' figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from antrean.queueing.events import KINDS, JournalSealed
from antrean.queueing.keeping.day_figures import DayFigures, from_data
from antrean.storage.database.schema import SEALED
from antrean.storage.journal.lines import event_of

SEALING = frozenset(KINDS.of(JournalSealed))
MOST_UNREADABLE = 20


@dataclass(frozen=True, slots=True)
class Sealed:
    """A journal begins after the line `last`, whose chain value was `chain`; lines up to it may be there still.

    `seq` is the line that says so, and `at` when that was written. `standing` is what outlived the day after `last`.
    """

    seq: int
    last: int
    chain: str
    at: str
    standing: Mapping[str, Any] | None = None


def sealed_from(seq: Any, at: Any, kind: Any, data: Any) -> Sealed | None:
    """Return what such a line says; None when it is not as it was written."""
    try:
        event = event_of(kind, data)
    except (TypeError, ValueError, KeyError):
        return None
    if not (isinstance(event, JournalSealed) and isinstance(seq, int)):
        return None
    right = isinstance(event.last, int) and isinstance(event.chain, str) and len(event.chain) == 64
    if not right or not 0 < event.last < seq:
        return None
    return Sealed(seq, event.last, event.chain, str(at), event.standing)


def seals(dialect: str) -> str:
    """Return the query for an office's lines of this kind, newest first, by the index that holds them alone.

    SQLite would rather read the whole journal from its end, as it does not know how few they are.
    """
    index = " INDEXED BY ix_journal_sealed" if dialect == "sqlite" else ""
    return f"SELECT seq, at, kind, data FROM journal{index} WHERE office = :office AND {SEALED} ORDER BY seq DESC"


def newest_seal(connection: sa.Connection, office: str) -> Sealed | None:
    """Return what an office's journal says last of lines that were sealed; None when it never said so."""
    newest = f"{seals(connection.dialect.name)} LIMIT {MOST_UNREADABLE}"
    rows = connection.execute(sa.text(newest), {"office": office})
    return next((sealed for row in rows if (sealed := sealed_from(*row)) is not None), None)


def daily_figures(connection: sa.Connection, office: str) -> dict[date, DayFigures]:
    """Return the figures of every business day whose lines were sealed, oldest first; reports begin with these.

    What is not as it was written is left out; `antrean doctor` names its line.
    """
    found: dict[date, DayFigures] = {}
    for _seq, _at, kind, data in connection.execute(sa.text(seals(connection.dialect.name)), {"office": office}):
        with suppress(TypeError, ValueError, KeyError, AttributeError):
            found = {**dict(figures_told(kind, data)), **found}
    return dict(sorted(found.items()))


def figures_told(kind: str, data: str) -> Iterator[tuple[date, DayFigures]]:
    """Give the days and their figures that such a line keeps.

    Raises TypeError, ValueError, KeyError or AttributeError for a line that is not as it was written.
    """
    event = event_of(kind, data)
    if isinstance(event, JournalSealed):
        for day, figures in (event.days or {}).items():
            yield date.fromisoformat(day), from_data(figures)
