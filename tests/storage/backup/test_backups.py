"""Automatic backups: which are kept, where they lie, and that each was read whole before it counts."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.office import Office
from antrean.storage.backup import archive, rounds
from antrean.storage.backup.rounds import MARKER, BackupPlaces, copies, make_round, newest_good
from antrean.storage.backup.schedule import DAYS, HOURS, MONTHS, is_too_old, kept
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock, small_plan
from tests.queueing.wishes import issue

JAKARTA = ZoneInfo("Asia/Jakarta")
NINE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def each_hour(days: int) -> list[datetime]:
    """Eight backups a day, from 8 to 15 o'clock in Jakarta."""
    first = datetime(2025, 1, 6, 1, 0, tzinfo=UTC)
    return [first + timedelta(days=day, hours=hour) for day in range(days) for hour in range(8)]


def test_two_years_of_backups_leave_hours_days_and_months() -> None:
    moments = each_hour(730)
    stay = kept(moments, JAKARTA)
    assert len(stay) <= HOURS + DAYS + MONTHS
    newest = sorted(moments)[-1]
    local = [at.astimezone(JAKARTA) for at in sorted(stay, reverse=True)]
    assert newest in stay
    assert [at for at in sorted(moments)[-HOURS:] if at not in stay] == []
    assert len({at.date() for at in local}) >= DAYS
    assert len({(at.year, at.month) for at in local}) == MONTHS
    assert all(at.hour == 15 for at in local[HOURS:])  # of a day the last


def test_a_row_of_holidays_and_a_clock_that_was_wrong_cost_no_backup() -> None:
    moments = each_hour(3)
    far = [datetime(2099, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)]
    assert kept([*moments, *far], JAKARTA) >= {*moments[1:], far[0]}


@given(st.lists(st.integers(0, 10 * 365 * 24 * 60).map(lambda minutes: NINE + timedelta(minutes=minutes)), max_size=80))
def test_the_newest_stays_and_what_stays_was_there(moments: list[datetime]) -> None:
    stay = kept(moments, JAKARTA)
    assert stay <= set(moments)
    assert not moments or max(moments) in stay
    assert kept(stay, JAKARTA) == stay  # asking again takes nothing more away


def test_more_than_two_hours_of_service_in_no_backup_are_too_many() -> None:
    assert not is_too_old(None, None)
    assert is_too_old(None, NINE)
    assert not is_too_old(NINE, NINE + timedelta(hours=2))
    assert is_too_old(NINE, NINE + timedelta(hours=2, seconds=1))
    assert not is_too_old(NINE + timedelta(days=3), NINE)  # nothing has happened since


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def engine(database: str) -> sa.Engine:
    engine = open_engine(database)
    a_ticket(engine)
    return engine


def a_ticket(engine: sa.Engine) -> None:
    journal = SqlJournal(engine, "test")
    issue(Office(journal, small_plan, SetClock()))
    journal.close()


def a_round(engine: sa.Engine, places: BackupPlaces, at: datetime = NINE, **more: Any) -> rounds.Round:
    return make_round(engine, places, at, "Asia/Jakarta", **more)


def test_a_round_makes_a_backup_that_was_read_whole(engine: sa.Engine, data: Path) -> None:
    places = BackupPlaces(data)
    done = a_round(engine, places)
    assert (done.wrong, done.second, done.removed) == ("", "none", [])
    (copy,) = copies(places.first)
    assert (copy.file.name, copy.at, copy.encrypted) == ("antrean-20261124T020000Z.zip", NINE, False)
    assert (done.made, done.size) == (copy.file.name, copy.size)
    assert stat.S_IMODE(places.first.stat().st_mode) == 0o700
    assert stat.S_IMODE(copy.file.stat().st_mode) == 0o600
    assert newest_good(data) == copy.file


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_older_ones_go_only_when_the_new_one_was_read_whole(
    engine: sa.Engine, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = BackupPlaces(data)
    a_round(engine, places)
    whole = archive.write_backup

    def torn(engine: sa.Engine, folder: Path, file: Path, at: datetime, passphrase: str = "") -> dict[str, int]:
        rows = whole(engine, folder, file, at, passphrase)
        file.write_bytes(file.read_bytes()[:-100])
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(rounds, "write_backup", torn)
        bad = a_round(engine, places, NINE + timedelta(minutes=5))
    assert "antrean-20261124T020500Z.bad.zip can't be read back" in bad.wrong
    assert (bad.made, bad.removed) == ("", [])
    assert [copy.at for copy in copies(places.first)] == [NINE]
    assert (places.first / "antrean-20261124T020500Z.bad.zip").exists()
    good = a_round(engine, places, NINE + timedelta(minutes=6))
    assert good.removed == ["antrean-20261124T020000Z.zip"]  # of the same hour
    assert [copy.at for copy in copies(places.first)] == [NINE + timedelta(minutes=6)]


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_a_stick_that_is_away_is_said_and_nothing_is_written_into_its_empty_folder(
    engine: sa.Engine, data: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    places = BackupPlaces(data, str(stick))
    for _ in range(2):  # without the folder, and with the empty one that a mount point leaves
        done = a_round(engine, places)
        assert (done.wrong, done.second) == ("", "away")
        assert f"{stick} is not there" in done.second_wrong
        assert not stick.exists() or list(stick.iterdir()) == []
        stick.mkdir(exist_ok=True)
        (places.first / done.made).unlink()
    (stick / MARKER).touch()
    done = a_round(engine, places)
    assert (done.wrong, done.second, done.second_wrong) == ("", "ok", "")
    assert [copy.file.name for copy in copies(stick)] == [done.made]
    assert (stick / done.made).read_bytes() == (places.first / done.made).read_bytes()


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_a_second_place_that_fails_costs_nothing_in_the_first(engine: sa.Engine, data: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / MARKER).touch()
    (stick / "antrean-20261124T020000Z.zip").symlink_to(tmp_path / "precious")
    done = a_round(engine, BackupPlaces(data, str(stick)))
    assert (done.wrong, done.second) == ("", "failed")
    assert not (tmp_path / "precious").exists()
    assert len(copies(data / "backups")) == 1


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_the_newest_good_one_is_found_behind_damaged_ones(engine: sa.Engine, data: Path) -> None:
    places = BackupPlaces(data)
    assert newest_good(data) is None
    for hour in range(3):
        a_round(engine, places, NINE + timedelta(hours=hour))
    newest, second, oldest = copies(places.first)
    newest.file.write_bytes(b"")
    content = bytearray(second.file.read_bytes())
    content[len(content) // 2] ^= 1
    second.file.write_bytes(content)
    assert newest_good(data) == oldest.file


def test_a_backup_of_damaged_settings_counts_for_nothing(engine: sa.Engine, data: Path) -> None:
    Settings(engine, "test").create_office(small_plan())
    places = BackupPlaces(data)
    assert a_round(engine, places).wrong == ""
    with engine.begin() as connection:
        connection.exec_driver_sql('UPDATE plans SET body = replace(body, \'"series":"A"\', \'"series":"Q"\')')
    bad = a_round(engine, places, NINE + timedelta(hours=1))
    assert "plans is not as it was written" in bad.wrong
    (good,) = copies(places.first)
    assert (good.at, newest_good(data)) == (NINE, good.file)


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_a_disk_that_is_nearly_full_is_left_to_the_numbers(engine: sa.Engine, data: Path) -> None:
    done = a_round(engine, BackupPlaces(data), least_free=10**15)
    assert "nearly full" in done.wrong
    assert list((data / "backups").iterdir()) == []


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_a_data_folder_that_was_removed_is_not_made_anew_by_a_backup(
    engine: sa.Engine, data: Path, tmp_path: Path
) -> None:
    a_ticket(engine)
    data.rename(tmp_path / "away")
    done = a_round(engine, BackupPlaces(data))
    assert (done.made, done.code) == ("", "failed")
    assert not data.exists()


def test_what_a_killed_round_left_is_swept_away_by_a_later_one(engine: sa.Engine, data: Path) -> None:
    places = BackupPlaces(data)
    places.first.mkdir()
    left = [places.first / ".antrean-x.zip.0123.partial", places.first / "antrean-20261101T000000Z.unchecked.zip"]
    for path in left:
        path.write_bytes(b"torn")
        os.utime(path, (NINE.timestamp() - 90000,) * 2)
    other = places.first / "notes.txt"
    other.write_text("kept")
    a_round(engine, places)
    assert [path.exists() for path in (*left, other)] == [False, False, True]


@pytest.mark.postgresql
@pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)
def test_of_two_hubs_one_makes_a_backup_at_a_time(engine: sa.Engine, fresh_database: str, data: Path) -> None:
    other = open_engine(fresh_database)
    with other.connect() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(rounds.TURN)))
        connection.commit()
        assert a_round(engine, BackupPlaces(data)).wrong == "another hub makes one"
        assert copies(data / "backups") == []
    assert a_round(engine, BackupPlaces(data)).wrong == ""
