"""A round removes backups that this office has made, and never those of another one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from antrean.storage.backup.rounds import EARLIER, MARKER, BackupPlaces, copies, keep_for_good, make_round
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.upgrade import upgrade

NINE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return plugged_in(tmp_path / "stick")


@pytest.fixture
def places(tmp_path: Path, stick: Path) -> BackupPlaces:
    (tmp_path / "data").mkdir(mode=0o700)
    return BackupPlaces(tmp_path / "data", str(stick))


@pytest.fixture
def engine(places: BackupPlaces) -> sa.Engine:
    url = database_url("", places.data)
    upgrade(open_engine(url))
    return open_engine(url, make=False)


def plugged_in(stick: Path) -> Path:
    stick.mkdir()
    (stick / MARKER).touch()
    return stick


def lies(folder: Path, at: datetime) -> str:
    """Put a backup that somebody else has made into a folder, and return its name."""
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"antrean-{at:%Y%m%dT%H%M%SZ}.zip"
    (folder / name).write_bytes(b"x")
    return name


def a_round(engine: sa.Engine, places: BackupPlaces, minute: int) -> str:
    done = make_round(engine, places, NINE + timedelta(minutes=minute), "Asia/Jakarta", least_free=0)
    assert done.made, done.wrong
    return done.made


def names(folder: Path) -> set[str]:
    return {copy.file.name for copy in copies(folder)}


def test_a_stick_that_was_away_while_a_new_office_began_keeps_the_backups_of_the_earlier_one(
    engine: sa.Engine, places: BackupPlaces, stick: Path
) -> None:
    """Also those that a clock which was ahead has named."""
    away = stick.rename(stick.with_name("in a drawer"))
    keep_for_good(places)
    here = a_round(engine, places, 30)
    earlier = {lies(away, NINE + timedelta(minutes=minute)) for minute in (1, 2, 45)}
    away.rename(stick)
    a_round(engine, places, 50)
    newest = a_round(engine, places, 55)
    assert names(stick) == {*earlier, newest}
    assert names(places.first) == {newest}
    assert here not in names(places.first)


def test_a_stick_with_backups_of_another_office_keeps_them_beside_those_of_this_one(
    engine: sa.Engine, places: BackupPlaces, tmp_path: Path
) -> None:
    a_round(engine, places, 1)
    other = plugged_in(tmp_path / "other")
    theirs = {lies(other, NINE + timedelta(minutes=minute)) for minute in (2, 3)}
    now = BackupPlaces(places.data, str(other))
    a_round(engine, now, 10)
    newest = a_round(engine, now, 20)
    assert names(other) == {*theirs, newest}


def test_a_new_machine_removes_nothing_from_a_stick_that_has_been_elsewhere(
    engine: sa.Engine, places: BackupPlaces, stick: Path
) -> None:
    theirs = {lies(stick, NINE + timedelta(minutes=minute)) for minute in (2, 3)}
    a_round(engine, places, 10)
    newest = a_round(engine, places, 20)
    assert names(stick) == {*theirs, newest}


@pytest.mark.parametrize("earlier_office", [False, True])
def test_after_an_update_a_round_goes_on_removing_what_it_removed_before(
    engine: sa.Engine, places: BackupPlaces, stick: Path, earlier_office: bool
) -> None:
    """An earlier release wrote down only what was an earlier office's."""
    old = [lies(folder, NINE + timedelta(minutes=minute)) for folder in (places.first, stick) for minute in (1, 2)]
    if earlier_office:
        (places.first / EARLIER).write_text(json.dumps(old))
    newest = a_round(engine, places, 10)
    assert names(places.first) == ({*old, newest} if earlier_office else {newest})
    assert names(stick) == ({*old, newest} if earlier_office else {newest})
