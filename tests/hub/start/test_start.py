"""A start that can't be: real processes say in a sentence what is wrong and in another what to do, and exit with 3."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from antrean.config import Config
from antrean.queueing.plan.document import to_document
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.running import RUNNING
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.heads import HeadKeeper, head_file
from antrean.storage.settings.rows import Settings
from app import open_office
from tests.conftest import postgres_url, small_plan
from tests.fakes.plan import put_plan
from tests.fakes.small_disk import small_disk
from tests.fakes.starting import says, started
from tests.queueing.wishes import issue

RESTORE = "restore the newest backup"
Spoil = Callable[[Path], None]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an office that gave three numbers today, with the head that its hub kept."""
    data = tmp_path_factory.mktemp("office") / "data"
    config = Config(data=data, office="office")
    _office, settings = open_office(config)
    settings.create_office(small_plan(office=config.office))
    opened, _settings = open_office(config)
    for _ in range(3):
        issue(opened)
    engine = open_engine(database_url("", data))
    HeadKeeper(engine, config.office, data).look()
    opened._journal.close()  # type: ignore[attr-defined]
    assert head_file(data).exists()
    return data


@pytest.fixture
def data(office: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(office, tmp_path / "data"))


def overwrite(start: int, count: int) -> Spoil:
    def spoil(file: Path) -> None:
        whole = bytearray(file.read_bytes())
        whole[start : start + count] = b"\0" * count
        file.write_bytes(whole)

    return spoil


def halve(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def foreign(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("CREATE TABLE notes (words)")


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()


def no_journal(file: Path) -> None:
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("DROP TABLE journal")


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


SPOILED: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "first bytes zero": (overwrite(0, 100), "the database is damaged: its first bytes are not those", RESTORE),
    "cut to half": (halve, "the database is damaged", RESTORE),
    "a folder": (folder, "{file} is a folder, and should be the file of the database", "move it away"),
    "another program's": (foreign, "the database belongs to another program: it has the table notes", "empty database"),
    "of a newer release": (newer, "the database was used by a newer release of Antrean", "install that release again"),
    "without a journal": (no_journal, "the database is damaged: it has no journal", RESTORE),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_hub_on_a_database_that_can_not_be_used_says_so_and_changes_nothing(data: Path, how: str) -> None:
    spoil, sentence, advice = SPOILED[how]
    file = data / "antrean.sqlite3"
    spoil(file)
    before = {path.name: path.read_bytes() for path in data.glob("antrean.sqlite3*") if path.is_file()}
    says(started(data), sentence.format(file=file), advice)
    after = {path.name: path.read_bytes() for path in data.glob("antrean.sqlite3*") if path.is_file()}
    assert {name: after[name] for name in before} == before


@pytest.mark.long
@pytest.mark.parametrize("command", ["serve", "demo", "close-day", "open-day", "pair kiosk Front"])
@pytest.mark.parametrize("how", ["cut to half", "of a newer release"])
def test_every_command_says_the_same(data: Path, how: str, command: str) -> None:
    spoil, sentence, advice = SPOILED[how]
    file = data / "antrean.sqlite3"
    spoil(file)
    says(started(data, *command.split()), sentence.format(file=file), advice)


@pytest.mark.parametrize("command", ["demo", "close-day", pytest.param("pair kiosk Front", marks=pytest.mark.long)])
@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: os.truncate(file, 0)])
def test_where_a_database_is_gone_no_command_begins_another_one(
    data: Path, command: str, spoil: Callable[[Path], object]
) -> None:
    """The hub itself shows how it is brought back (tests/journeys/test_brought_back.py)."""
    file = data / "antrean.sqlite3"
    spoil(file)
    says(started(data, *command.split()), f"{file} is ", RESTORE)
    assert not file.exists() or not file.stat().st_size


def test_a_start_that_failed_does_not_hide_that_the_hub_before_it_was_killed(data: Path) -> None:
    (data / RUNNING).touch()
    newer(data / "antrean.sqlite3")
    says(started(data), "the database was used by a newer release of Antrean", "install that release again")
    assert (data / RUNNING).exists()


def test_the_doctor_says_it_too_and_looks_at_the_rest(data: Path) -> None:
    halve(data / "antrean.sqlite3")
    code, words = started(data, "doctor")
    assert code == 1
    assert "WRONG   start: the database is damaged" in words
    assert "ok      data folder:" in words
    assert "Traceback" not in words


@pytest.mark.long
def test_the_advice_names_the_newest_good_backup(data: Path) -> None:
    made = data / "backups" / "antrean-20261124T020000Z.zip"
    made.parent.mkdir(exist_ok=True)
    code, words = started(data, "backup", str(made))
    assert code == 0, words
    halve(data / "antrean.sqlite3")
    says(started(data), "the database is damaged", f"antrean restore --replace {made}")


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE journal SET actor = 'somebody else' WHERE seq = 1",
            "the journal is damaged: line 1 is not as it was written",
        ),
        pytest.param(
            "DELETE FROM journal WHERE seq >= 2",
            "the journal is damaged: line 2 and all up to line 3 are missing",
            marks=pytest.mark.long,
        ),
        pytest.param(
            'UPDATE plans SET body = replace(body, \'"series":"A"\', \'"series":"Q"\')',
            "the settings are damaged: the table plans is not as it was written",
            marks=pytest.mark.long,
        ),
    ],
)
def test_what_was_changed_behind_the_hubs_back_is_named(data: Path, statement: str, sentence: str) -> None:
    with closing(sqlite3.connect(data / "antrean.sqlite3")) as opened:
        opened.execute(statement)
        opened.commit()
    says(started(data), sentence, RESTORE)


@pytest.mark.long
def test_a_time_zone_that_this_machine_does_not_know_is_named(tmp_path: Path, plan: OfficePlan) -> None:
    engine = open_engine(database_url("", tmp_path))
    upgrade(engine)
    Settings(engine, "office").create_office(plan)
    put_plan(engine, "office", {**to_document(plan), "time_zone": "Mars/Olympus"})
    says(started(tmp_path), "the office's settings can't be used: ", RESTORE)


def test_a_setting_that_can_not_be_read_is_named_once(data: Path) -> None:
    (data / "antrean.toml").write_text('port = "x"')
    says(started(data), f"{data}/antrean.toml: port can't be 'x'", "correct this setting")


@pytest.mark.parametrize("name", ["a file", "a file/below"])
def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "a file").touch()
    says(started(tmp_path / name), f"{tmp_path}/a file is not a folder", "ANTREAN_DATA")


@pytest.mark.long
def test_a_port_that_another_program_has_is_named_after_it_had_time_to_end(data: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        says(started(data, PORT=str(port)), f"port {port} is taken by another program", "set another PORT")


@pytest.mark.long
def test_a_full_disk_is_named(office: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", size_mib=8) as disk:
        data = Path(shutil.copytree(office, disk.folder / "data"))
        disk.fill()
        code, words = started(data)
        assert code == 3, words
        assert "the disk is full" in words
        assert "free space on this disk" in words
        assert "Traceback" not in words


def test_a_postgresql_that_does_not_answer_is_named(data: Path) -> None:
    told = started(data, DATABASE_URL="postgresql://postgres@127.0.0.1:1/x")
    says(told, "the database does not answer: ", "is it running")


@pytest.mark.postgresql
def test_another_programs_or_a_missing_postgresql_database_is_named(data: Path) -> None:
    server = sa.make_url(postgres_url())
    name = f"foreign_{uuid.uuid4().hex[:12]}"
    with sa.create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            with sa.create_engine(server.set(database=name), poolclass=NullPool).begin() as inside:
                inside.exec_driver_sql("CREATE TABLE notes (words text)")
            address = server.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
            told = started(data, DATABASE_URL=address)
            says(told, "the database belongs to another program: it has the table notes", "DATABASE_URL")
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name}")
    told = started(data, DATABASE_URL=address)
    says(told, "PostgreSQL has no such database", "correct DATABASE_URL")
