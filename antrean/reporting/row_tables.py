"""The rows that reports are made of, as tables for other programs: visits, calls, counters, pauses and slips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from antrean.queueing.keeping.report_rows import EPOCH, CallRow, PauseRow, SlipRow, SpanRow, VisitRow
from antrean.reporting.tables import Value

KINDS: dict[str, type[Any]] = {
    "visits": VisitRow, "calls": CallRow, "counters": SpanRow, "pauses": PauseRow, "slips": SlipRow,
}  # fmt: skip
OF_STAFF = ("operator",)  # columns with names of staff
DAY = "business_day"
TIMES = ("at", "waiting_since")  # and all whose names end with `_at`
LENGTHS = ("held",)  # microseconds, which stand in seconds under a head that says so
SECOND = 1_000_000  # microseconds


class RowTable:
    """The columns of a kind of row (`KINDS`), those with names of staff only with `names`; times by a zone's clock."""

    def __init__(self, kind: str, zone: ZoneInfo, names: bool) -> None:
        self._columns = [one.name for one in fields(KINDS[kind]) if names or one.name not in OF_STAFF]
        self._zone = zone

    @property
    def heads(self) -> Sequence[str]:
        """What stands above the columns."""
        return [f"{name}_seconds" if name in LENGTHS else name for name in self._columns]

    def values(self, row: Any) -> list[Value]:
        """Return a row as the heads name it."""
        return [self._value(name, getattr(row, name)) for name in self._columns]

    def _value(self, name: str, value: Any) -> Value:
        if value is None:
            return None
        if name == DAY:
            return date.fromisoformat(value)
        if name in TIMES or name.endswith("_at"):
            return (EPOCH + timedelta(microseconds=value)).astimezone(self._zone)
        return round(value / SECOND) if name in LENGTHS else value  # type: ignore[no-any-return]
