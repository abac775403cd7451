"""Running days again from the terminal, on both databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from antrean.commands.cli import main
from antrean.commands.sample_office import sample_plan
from antrean.queueing.journal.entry import JournalEntry
from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from tests.commands.kept_office import Run

DAY = "2026-11-20"


@pytest.fixture
def run(tmp_path: Path, database: str) -> Run:
    environ = {"ANTREAN_DATA": str(tmp_path / "data"), "DATABASE_URL": database}
    return lambda *words: CliRunner().invoke(main, words, env=environ)


def set_up(database: str) -> None:
    Settings(open_engine(database), "office").create_office(sample_plan("office"))


def lines(database: str) -> list[JournalEntry]:
    journal = SqlJournal(open_engine(database), "office")
    found = list(journal.read(after=0))
    journal.close()
    return found


def numbers(result: Result, group: str) -> list[str]:
    line = next(line for line in result.output.splitlines() if line.startswith(group))
    return line.removeprefix(group).split()


def test_an_invented_day_in_the_journal_is_replayed_as_it_was(run: Run, database: str) -> None:
    set_up(database)
    written = run("simulate", "--visitors", "120", "--day", DAY, "--into-journal")
    assert written.exit_code == 0, written.output
    before = lines(database)
    assert {entry.actor for entry in before} == {"simulation"}
    again = run("replay", DAY)
    assert again.exit_code == 0, again.output
    found = numbers(again, "everybody")
    assert found[:7] == found[7:] == numbers(written, "everybody")
    fewer = run("replay", DAY, "--counters", "-1", "--service-time-factor", "1.5", "--discipline", "strict_priority")
    assert fewer.exit_code == 0, fewer.output
    assert "strict_priority, 2 counters, service times × 1.5" in fewer.output
    assert float(numbers(fewer, "everybody")[9]) > float(numbers(fewer, "everybody")[2])
    assert "Assumed:" in fewer.output
    assert lines(database) == before


def test_a_day_is_replayed_by_the_plan_of_that_day(run: Run, database: str, tmp_path: Path) -> None:
    set_up(database)
    assert run("simulate", "--visitors", "60", "--day", DAY, "--into-journal").exit_code == 0
    before = run("replay", DAY).output
    document = json.loads(run("office", "export").stdout)
    document["calling"]["discipline"] = "strict_priority"
    document["services"][0]["names"]["id"] = "Layanan Baru"
    changed = tmp_path / "plan.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    assert run("office", "apply", str(changed)).exit_code == 0
    again = run("replay", DAY)
    assert again.exit_code == 0, again.output
    assert "replayed with: earliest_due_date" in again.output
    assert again.output == before


def test_a_day_that_has_lines_or_is_not_over_takes_no_invented_ones(run: Run, database: str) -> None:
    set_up(database)
    assert run("simulate", "--visitors", "9", "--day", DAY, "--into-journal").exit_code == 0
    before = lines(database)
    for day, words in ((DAY, "already"), ("2999-01-01", "not over")):
        refused = run("simulate", "--visitors", "9", "--day", day, "--into-journal")
        assert refused.exit_code == 1
        assert words in refused.output
    assert lines(database) == before


def test_without_an_office_the_sample_is_simulated_and_nothing_is_written(
    tmp_path: Path, database: str, run: Run
) -> None:
    upgrade(open_engine(database))
    shown = run("simulate", "--visitors", "50", "--counters", "5")
    assert shown.exit_code == 0, shown.output
    assert numbers(shown, "everybody")[0] == "50"
    assert run("simulate", "--visitors", "50", "--into-journal").exit_code == 1
    assert run("replay", DAY).exit_code == 1
    assert lines(database) == []
