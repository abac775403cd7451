"""Files that vanish under an open journal: nobody is told of a line in a nameless file, and no told line is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from antrean.queueing.errors import Unavailable
from antrean.queueing.office import JournalError, Office
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock
from tests.queueing.wishes import issue, states


class Place:
    """An office on a file in a folder, as a hub has it open."""

    def __init__(self, folder: Path, schema: Path, plan: OfficePlan, clock: SetClock) -> None:
        self.folder = folder
        self.plan, self.clock = plan, clock
        folder.mkdir()
        self.file = folder / "antrean.sqlite3"
        self.wal = folder / "antrean.sqlite3-wal"
        self.url = database_url("", folder)
        shutil.copyfile(schema, self.file)
        self.journal = SqlJournal(open_engine(self.url, make=False), plan.office)
        self.office = Office(self.journal, lambda: plan, clock)

    def numbers(self) -> list[str]:
        """Return what somebody who opens the file by its name finds there."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as opened:
            return [row[0] for row in opened.execute(
                "SELECT json_extract(data, '$.ticket') FROM journal WHERE kind = 'ticket.issued' ORDER BY seq"
            )]  # fmt: skip

    def after_a_restart(self) -> list[str]:
        self.journal.close()
        again = Office(SqlJournal(open_engine(self.url, make=False), self.plan.office), lambda: self.plan, self.clock)
        return list(states(again))

    def held(self) -> str:
        """Ask for a number, which must be refused; return what holds the office."""
        before = states(self.office)
        with pytest.raises(Unavailable):
            issue(self.office)
        assert states(self.office) == before
        return dict(self.office.holds)["storage_unavailable"]


@pytest.fixture
def place(tmp_path: Path, newest_schema: Path, plan: OfficePlan, clock: SetClock) -> Place:
    made = Place(tmp_path / "data", newest_schema, plan, clock)
    issue(made.office), issue(made.office)
    return made


def test_lines_in_a_removed_wal_are_saved_before_the_next_number_is_told(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.wal.unlink()
    assert issue(place.office).number == "A-003"
    assert place.numbers() == ["A-001", "A-002", "A-003"]
    assert "-wal) was removed" in caplog.text
    assert "in order again" in caplog.text
    assert place.after_a_restart() == ["A-001", "A-002", "A-003"]


def test_a_wal_that_another_file_took_the_place_of_loses_nothing(place: Place) -> None:
    place.wal.rename(place.folder / "aside")
    place.wal.write_bytes(b"something else" * 1000)
    assert issue(place.office).number == "A-003"
    assert place.numbers() == ["A-001", "A-002", "A-003"]
    assert place.after_a_restart() == ["A-001", "A-002", "A-003"]


def test_a_removed_database_is_written_anew_from_the_open_one(place: Place) -> None:
    place.file.unlink()
    assert issue(place.office).number == "A-003"
    assert place.numbers() == ["A-001", "A-002", "A-003"]
    assert sorted(path.name for path in place.folder.iterdir()) == [
        "antrean.sqlite3", "antrean.sqlite3-shm", "antrean.sqlite3-wal",
    ]  # fmt: skip
    assert place.after_a_restart() == ["A-001", "A-002", "A-003"]


def test_all_files_removed_at_once_are_written_anew(place: Place) -> None:
    for path in place.folder.iterdir():
        path.unlink()
    assert issue(place.office).number == "A-003"
    assert place.after_a_restart() == ["A-001", "A-002", "A-003"]


def test_while_the_folder_is_gone_nothing_is_told_and_with_the_folder_all_goes_on(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(place.folder)
    assert place.held() == "database_gone"
    assert place.held() == "database_gone"
    assert caplog.text.count("gone from its place") == 1
    place.folder.mkdir()
    assert issue(place.office).number == "A-003"
    assert dict(place.office.holds) == {}
    assert place.after_a_restart() == ["A-001", "A-002", "A-003"]


def test_files_that_come_back_are_gone_on_with(place: Place, tmp_path: Path) -> None:
    place.folder.rename(tmp_path / "elsewhere")
    assert place.held() == "database_gone"
    (tmp_path / "elsewhere").rename(place.folder)
    assert issue(place.office).number == "A-003"
    assert place.after_a_restart() == ["A-001", "A-002", "A-003"]


def test_a_true_copy_in_its_place_is_taken_and_an_older_one_is_not(place: Place, tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(place.file)) as opened, closing(sqlite3.connect(old)) as copy:
        opened.backup(copy)
    assert issue(place.office).number == "A-003"
    os.replace(old, place.file)
    assert place.held() == "lines_missing"
    assert place.held() == "lines_missing"
    assert place.numbers() == ["A-001", "A-002"]
    true = tmp_path / "true.sqlite3"
    place.journal._connection.cursor().execute("VACUUM INTO ?", (str(true),))  # type: ignore[union-attr]
    os.replace(true, place.file)
    assert issue(place.office).number == "A-004"
    assert place.numbers() == ["A-001", "A-002", "A-003", "A-004"]
    assert place.after_a_restart() == ["A-001", "A-002", "A-003", "A-004"]


def test_a_connection_that_was_given_up_is_not_opened_on_less_than_was_told(place: Place, tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(place.file)) as opened, closing(sqlite3.connect(old)) as copy:
        opened.backup(copy)
    issue(place.office)
    place.journal.close()
    place.folder.rename(tmp_path / "elsewhere")
    place.folder.mkdir()
    assert place.held() == "database_gone"
    old.rename(place.file)
    assert place.held() == "lines_missing"
    assert place.held() == "lines_missing"
    shutil.rmtree(place.folder)
    (tmp_path / "elsewhere").rename(place.folder)
    assert issue(place.office).number == "A-004"


def test_lines_that_another_program_writes_into_a_refused_database_are_left_alone(place: Place, tmp_path: Path) -> None:
    new = tmp_path / "new.sqlite3"
    upgrade(open_engine(f"sqlite:///{new}"))
    os.replace(new, place.file)
    assert place.held() == "lines_missing"
    with closing(sqlite3.connect(place.file)) as other:
        other.execute("CREATE TABLE notes (words)")
        assert place.held() == "lines_missing"
        other.execute("INSERT INTO notes VALUES ('kept')")
        other.commit()
        assert place.held() == "lines_missing"
    with closing(sqlite3.connect(place.file)) as other:
        assert other.execute("SELECT words FROM notes").fetchall() == [("kept",)]


def test_what_is_no_database_is_not_taken_in_its_place(place: Place, tmp_path: Path) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"no database at all" * 1000)
    os.replace(junk, place.file)
    assert place.held() == "database_damaged"
    place.file.unlink()
    assert issue(place.office).number == "A-003"
    assert place.after_a_restart() == ["A-001", "A-002", "A-003"]


def test_a_wal_that_was_cut_short_stops_every_number(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    issue(place.office)
    os.truncate(place.wal, 5 * 4096)
    assert place.held() == "wal_cut"
    assert place.held() == "wal_cut"
    assert caplog.text.count("cut short") == 1


def test_a_read_that_a_cut_wal_broke_leaves_the_connection_open_and_names_the_wal(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antrean.storage.database.files.MOMENT", float("inf"))  # a read right after a look
    issue(place.office)
    os.truncate(place.wal, 5 * 4096)
    place.journal._connection.cursor().execute("PRAGMA shrink_memory")  # type: ignore[union-attr]  # pages read before
    with pytest.raises(JournalError) as caught:
        place.journal.read(after=0)
    assert caught.value.what == "wal_cut"
    assert place.wal.exists()
    assert place.held() == "wal_cut"


def test_a_wal_that_another_program_emptied_into_the_database_stops_nothing(place: Place) -> None:
    with closing(sqlite3.connect(place.file)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert place.wal.stat().st_size == 0
    assert issue(place.office).number == "A-003"
    assert dict(place.office.holds) == {}
    assert place.after_a_restart() == ["A-001", "A-002", "A-003"]


def test_a_batch_that_was_written_when_the_files_vanished_is_told_only_when_it_is_safe(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment between the commit and the answer."""
    real = SqlJournal._insert

    def insert_and_lose(journal: SqlJournal, lines: object) -> None:
        real(journal, lines)  # type: ignore[arg-type]
        shutil.rmtree(place.folder)

    monkeypatch.setattr(SqlJournal, "_insert", insert_and_lose)
    assert place.held() == "database_gone"
    monkeypatch.setattr(SqlJournal, "_insert", real)
    assert place.held() == "database_gone"
    place.folder.mkdir()
    # The lost attempt had reached the journal: nobody was told, and the number is not given to anybody else.
    assert issue(place.office).number == "A-004"
    assert place.after_a_restart() == ["A-001", "A-002", "A-003", "A-004"]


def test_a_running_hub_never_makes_an_empty_database(place: Place, tmp_path: Path) -> None:
    settings = open_engine(place.url, make=False)
    place.folder.rename(tmp_path / "elsewhere")
    place.folder.mkdir()
    with pytest.raises(Exception, match="unable to open database file"):
        settings.connect()
    assert list(place.folder.iterdir()) == []


@pytest.mark.parametrize(("moment", "looks"), [(-1.0, 3), (float("inf"), 2)])
def test_looking_costs_two_calls_of_stat_each_time(place: Place, moment: float, looks: int) -> None:
    """Counted, not timed: before a commit and after it; and before lines are read, unless that was done just now."""
    calls = 0
    real = os.stat

    def counted(*arguments: object, **named: object) -> os.stat_result:
        nonlocal calls
        calls += 1
        return real(*arguments, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "stat", counted)
        patch.setattr("antrean.storage.database.files.MOMENT", moment)
        issue(place.office)
    assert calls == 2 * looks


def test_a_file_that_vanishes_right_after_a_look_is_missed_before_anything_is_written(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antrean.storage.database.files.MOMENT", float("inf"))
    shutil.rmtree(place.folder)
    assert place.held() == "database_gone"
    place.office.catch_up()  # a fault that is known is looked at each time
    assert dict(place.office.holds) == {"storage_unavailable": "database_gone"}
    place.folder.mkdir()
    assert issue(place.office).number == "A-003"


def test_a_journal_in_memory_has_no_files_to_look_at(plan: OfficePlan, clock: SetClock) -> None:
    assert SqlJournal(open_engine("sqlite://"), plan.office)._files is None


def test_other_failures_of_the_journal_name_no_file(place: Place) -> None:
    with pytest.raises(JournalError) as caught:
        SqlJournal(open_engine("sqlite:////dev/null/x"), "office").last_seq()
    assert caught.value.what == ""
