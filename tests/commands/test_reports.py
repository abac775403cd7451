"""The tables of reports from the terminal: a day as a table and as a file, and what is said of a day without visits."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from antrean.reporting.half_hours import HEADS
from tests.commands.kept_office import Run

DAY = "2026-11-24"


def test_a_day_is_printed_as_a_table_and_as_a_file(run: Run, data: Path) -> None:
    assert data.is_dir()
    refused = run("reports", "day", DAY, "--csv")
    assert refused.exit_code == 1
    assert "antrean reports rebuild" in refused.output
    assert run("reports", "rebuild").exit_code == 0
    told = run("reports", "day", DAY, "--csv")
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    assert (told.exit_code, tuple(rows[0])) == (0, HEADS)
    first = rows[0]
    assert (first["business_day"], first["half_hour"], first["arrived"], first["waiting_at_end"]) == (
        DAY, "09:00", "5", "5",
    )  # fmt: skip
    printed = run("reports", "day", DAY, "--published").output.splitlines()
    assert printed[0].split() == list(HEADS)
    assert printed[1].split()[:4] == [DAY, first["service"], "09:00", "5"]
    assert run("reports", "day", "2026-11-23").exit_code == 1
