"""Tables as CSV: what other programs read of them."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from antrean.reporting.tables import Table, as_csv, as_zip

JAKARTA = ZoneInfo("Asia/Jakarta")


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_a_table_is_read_back_as_it_is() -> None:
    at = datetime(2026, 11, 30, 9, 15, 2, 250_000, tzinfo=JAKARTA)
    table = Table("services", ("day", "at", "service", "n", "share", "left"), [
        (date(2026, 11, 30), at, 'Kartu "A", baru\nlama', 12, 0.5, None)
    ])  # fmt: skip
    assert read(as_csv(table)) == [
        ["day", "at", "service", "n", "share", "left"],
        ["2026-11-30", "2026-11-30T09:15:02+07:00", 'Kartu "A", baru\nlama', "12", "0.5", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+62", "-A1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_is_no_formula_of_a_spreadsheet(text: str) -> None:
    assert read(as_csv(Table("a", ("name",), [(text,)])))[1] == [f"'{text}"]


def test_a_negative_number_stays_a_number() -> None:
    assert read(as_csv(Table("a", ("change",), [(-4,), (-0.5,)])))[1:] == [["-4"], ["-0.5"]]


def test_several_tables_are_files_of_one_zip() -> None:
    tables = [Table("services", ("n",), [(1,)]), Table("counters", ("n",), [(2,)])]
    with zipfile.ZipFile(io.BytesIO(as_zip(tables))) as archive:
        assert archive.namelist() == ["services.csv", "counters.csv"]
        assert read(archive.read("counters.csv")) == [["n"], ["2"]]
    assert as_zip(tables) == as_zip(tables)
