"""Writes tables as an XLSX workbook, a row at a time. Only processes beside the hub import this."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import xlsxwriter

from antrean.reporting.tables import Table, Value

MOST_ROWS = 1_048_575  # of one sheet, below its heads
MOST_LETTERS = 31  # of a sheet's name
WIDEST = 40
# Constant memory: a row is written away when the next one comes. Texts stay texts, whatever they begin with.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
}


class Workbook:
    """A workbook that is written to a file. `folder` holds its rows until its block is left; then the file is there."""

    def __init__(self, file: Path, folder: Path) -> None:
        self._book = xlsxwriter.Workbook(str(file), {**OPTIONS, "tmpdir": str(folder)})
        self._bold = self._book.add_format({"bold": True})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def __enter__(self) -> Workbook:
        """Give the workbook."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: BaseException | TracebackType | None) -> None:
        """Write the file, unless something went wrong."""
        if kind is None:
            self._book.close()

    def add(self, name: str, heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        """Add a sheet; rows past the most that a sheet can have stand in another one of the same name and a number."""
        waiting, place = iter(rows), 1
        while True:
            sheet = self._sheet(name if place == 1 else f"{name[: MOST_LETTERS - 3]}_{place}", heads)
            written = 0
            for row in waiting:
                written += 1
                for column, value in enumerate(row):
                    self._write(sheet, written, column, value)
                if written == MOST_ROWS:
                    break
            sheet.autofilter(0, 0, max(written, 1), len(heads) - 1)
            if written < MOST_ROWS:
                return
            place += 1

    def _sheet(self, name: str, heads: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(name[:MOST_LETTERS])
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(heads):
            sheet.set_column(column, column, min(max(len(head) + 3, 11), WIDEST))
            sheet.write_string(0, column, head, self._bold)
        return sheet

    def _write(self, sheet: Any, row: int, column: int, value: Value) -> None:
        if isinstance(value, str):
            sheet.write_string(row, column, value)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self._time)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._date)
        elif value is not None:
            sheet.write_number(row, column, value)


def write_workbook(file: Path, folder: Path, tables: Iterable[Table]) -> None:
    """Write tables as a workbook with one sheet each."""
    with Workbook(file, folder) as book:
        for table in tables:
            book.add(table.name, table.heads, table.rows)
