"""May old days be sealed? Which ones is for the storage to say; here it becomes lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from queueing.day import ServiceDay
from queueing.events import Event, JournalSealed
from queueing.plan import OfficePlan

DAYS_A_LINE = 200  # figures of so many days are a line of some hundred kilobytes


def seal_journal(
    day: ServiceDay,
    plan: OfficePlan,
    at: datetime,
    *,
    first: int,
    last: int,
    chain: str,
    lines: int,
    tickets: int,
    days: Mapping[str, Any],
) -> Sequence[Event]:
    """Say that the lines `first` to `last` are sealed, and what the days among them were.

    Does nothing when they were sealed today already, as by another hub of the same office.
    """
    if last <= day.sealed:
        return ()
    rest = iter(days.items())
    parts = list(iter(lambda: dict(islice(rest, DAYS_A_LINE)), {})) or [{}]
    return [JournalSealed(first, last, chain, lines, tickets, part) for part in parts]
