"""The process that writes rows of a long time into a file, a month after the other.

The hub starts it as `python -m antrean.hub.processes.export_rows`, says on standard input which rows of which days it
wants and where the file is, and reads on standard output how many rows there are. Meanwhile a second file says how many
were written. It stops (`disk_nearly_full`, `export_too_large`) before the disk or the file has too much.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antrean.storage.step_back import step_back

if TYPE_CHECKING:
    from antrean.reporting.tables import Value

MOST_CPU_SECONDS = 1800
MOST_MEMORY = 1024 * 1024 * 1024
AT_ONCE = timedelta(days=7)
LOOK_ROWS = 2000  # after so many the progress is told, and the room looked at
Row = Sequence["Value"]


class NoRoom(Exception):
    """The code of what there is too little of."""


def main() -> None:
    """Write the file that standard input names."""
    step_back(MOST_CPU_SECONDS, MOST_MEMORY)
    asked = json.load(sys.stdin)
    os.umask(0o077)
    try:
        json.dump({"rows": _write(asked)}, sys.stdout)
    except NoRoom as lacking:
        json.dump({"refused": str(lacking)}, sys.stdout)


def _write(asked: dict[str, Any]) -> int:
    from zoneinfo import ZoneInfo

    from antrean.reporting.row_tables import RowTable

    table = RowTable(asked["what"], ZoneInfo(asked["zone"]), asked["names"])
    progress = _Progress(Path(asked["progress"]), Path(asked["file"]), asked["floor"], asked["most"])
    rows = progress.counted(table.values(row) for row in _rows(asked, progress))
    write = _csv if asked["way"] == "csv" else _xlsx
    write(Path(asked["file"]), asked["what"], table.heads, rows)
    return progress.rows


class _Progress:
    """How many rows were written up to which day, told in a file of its own."""

    def __init__(self, said: Path, file: Path, floor: int, most: int) -> None:
        self.rows = 0
        self.day = ""
        self._said, self._file, self._floor, self._most = said, file, floor, most

    def counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            yield row
            self.rows += 1
            if self.rows % LOOK_ROWS == 0:
                self.tell()

    def tell(self) -> None:
        new = self._said.with_suffix(".new")
        new.write_text(json.dumps({"rows": self.rows, "day": self.day}), encoding="utf-8")
        new.replace(self._said)
        if shutil.disk_usage(self._said.parent).free < self._floor:
            raise NoRoom("disk_nearly_full")
        if self._file.exists() and self._file.stat().st_size > self._most:
            raise NoRoom("export_too_large")


def _rows(asked: dict[str, Any], progress: _Progress) -> Iterator[Any]:
    from antrean.storage.reports.read import ReportReader
    from antrean.storage.reports.tables import open_reports

    reader = ReportReader(open_reports(asked["database"]), asked["office"])
    read: dict[str, Callable[[date, date], list[Any]]] = {
        "visits": reader.visits,
        "calls": reader.calls,
        "counters": reader.spans,
        "pauses": reader.pauses,
        "slips": reader.slips,
    }
    day, until = date.fromisoformat(asked["since"]), date.fromisoformat(asked["until"])
    while day <= until:
        last = min(day + AT_ONCE - timedelta(days=1), until)
        progress.day = day.isoformat()
        progress.tell()
        yield from read[asked["what"]](day, last)
        day = last + timedelta(days=1)


def _csv(file: Path, _name: str, heads: Sequence[str], rows: Iterator[Row]) -> None:
    from antrean.reporting.tables import as_text

    with file.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(heads)
        lines.writerows([as_text(value) for value in row] for row in rows)


def _xlsx(file: Path, name: str, heads: Sequence[str], rows: Iterator[Row]) -> None:
    from antrean.reporting.workbook import Workbook

    with tempfile.TemporaryDirectory(dir=file.parent) as folder, Workbook(file, Path(folder)) as book:
        book.add(name, heads, rows)


if __name__ == "__main__":
    main()
