"""Stores the day of an office in its file: folds it from what was stored before, and writes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from antrean.queueing.keeping.day_source import DaySource
from antrean.storage.journal.kept_state import KeptFile
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings


def keep_day(engine: sa.Engine, data: Path, office: str, business_day: date) -> None:
    """Keep a day of an office, and what the days before it taught.

    Nothing but the file is written. Raises JournalError when the journal or the plan can't be read, and OSError.
    """
    journal = SqlJournal(engine, office)
    try:
        plan = Settings(engine, office).load_plan()
        file = KeptFile(data, journal, office)
        source = DaySource(journal, file)
        day = source.fold(business_day, plan)
        memories: dict[str, tuple[int, str, Any]] = {}
        before = journal.newest_day(before=business_day)
        known = [(before, source.memory_before(business_day, plan))] if before is not None else []
        if day.closed:
            known.append((business_day, day.waits.memory()))
        for past, memory in known:
            memories[past.isoformat()] = (day.seq, journal.chain_of(day.seq) or "", memory)
        file.write(day, plan, memories)
    finally:
        journal.close()
