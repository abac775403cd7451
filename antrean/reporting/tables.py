"""Tables of figures as other programs read them: fixed English heads, one kind of value in each column."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Value = str | int | float | date | datetime | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would work out a text that begins with one of these
NO_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can hold: the same tables give the same file


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its `name`, with a head for each column and rows of as many values.

    Name and heads are English words in snake_case, and never translated. A duration stands in seconds under a head that
    ends with `_seconds`, a share as a number from 0 to 1. A datetime is in the office's zone; None is an empty cell.
    """

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]


def as_text(value: Value) -> str:
    """Return how a value stands in CSV; a text that a spreadsheet would work out has an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return str(value)


def as_csv(table: Table) -> bytes:
    """Return a table as CSV (RFC 4180): UTF-8, commas, the heads in the first line."""
    written = io.StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow(table.heads)
    lines.writerows([as_text(value) for value in row] for row in table.rows)
    return written.getvalue().encode()


def as_zip(tables: Sequence[Table]) -> bytes:
    """Return a ZIP with one CSV for each table, by its name."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            inside = zipfile.ZipInfo(f"{table.name}.csv", NO_DATE)
            inside.external_attr = 0o600 << 16
            archive.writestr(inside, as_csv(table), zipfile.ZIP_DEFLATED)
    return written.getvalue()


def as_json(tables: Sequence[Table]) -> list[dict[str, object]]:
    """Return tables as JSON can hold them, for a process that makes a file of them (`from_json`)."""
    return [
        {
            "name": table.name,
            "heads": list(table.heads),
            "rows": [[_packed(value) for value in row] for row in table.rows],
        }
        for table in tables
    ]


def from_json(tables: list[dict[str, Any]]) -> list[Table]:
    """Return the tables that `as_json` packed."""
    return [
        Table(table["name"], table["heads"], [[_unpacked(value) for value in row] for row in table["rows"]])
        for table in tables
    ]


def _packed(value: Value) -> object:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value


def _unpacked(value: Any) -> Value:
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]
    return datetime.fromisoformat(value["at"]) if "at" in value else date.fromisoformat(value["day"])
