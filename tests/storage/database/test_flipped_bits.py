"""One bit of an office's database is flipped: it is found and named, or changes nothing that is read."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from antrean.config import Config
from antrean.hub.start.start_error import StartError, start_error
from antrean.queueing.commands import CallNext, CloseDay, IssueTicket, OpenCounter, StartService
from antrean.queueing.office import Office
from antrean.queueing.plan.model import PlaylistItem
from antrean.storage.database import schema
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.errors import RESTORE
from antrean.storage.database.trust import damage, examine_newest_day
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.heads import HeadKeeper
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.devices import Device
from antrean.storage.settings.rows import Settings
from antrean.storage.settings.staff import StaffMember
from app import open_office
from tests.conftest import SetClock, small_plan
from tests.fakes.plan import close_service, save_item, save_part
from tests.storage.journal.old_office import KEEP, OldOffice

pytestmark = pytest.mark.long
DATABASES, SEALED_DATABASES = 200, 100


@dataclass(frozen=True)
class Sound:
    """A data folder as a killed hub left it, and everything that is read of it."""

    folder: Path
    read: object
    clock: SetClock


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """Two days at an office, the last hour of them still in the write-ahead log."""
    working, folder = tmp_path_factory.mktemp("working"), tmp_path_factory.mktemp("killed") / "data"
    engine = open_engine(database_url("", working))
    upgrade(engine)
    settings, clock = Settings(engine, "office"), SetClock()
    settings.create_office(small_plan(office="office"))
    for name in ("Ani", "Budi", "Dewi"):
        settings.save_staff(StaffMember(name, "operator", f"hash of {name}", f"session of {name}"))
    for kind in ("kiosk", "display", "print_agent"):
        settings.add_device(Device(kind, kind, kind, f"token of {kind}"), clock())
    with closing(SqlJournal(engine, "office")) as journal:
        office = Office(journal, settings.load_plan, clock)
        save_item(office, PlaylistItem("one", "notice", {"id": "Bawa berkas asli"}))
        a_morning(office, clock, 40)
        office.execute(CloseDay())
        clock.forward(days=1)
        office.catch_up()
        a_morning(office, clock, 40)
        with closing(sqlite3.connect(working / "antrean.sqlite3")) as connection:
            connection.execute("PRAGMA wal_checkpoint(RESTART)")
        close_service(office, "birth", {"id": "blangko habis"})
        a_morning(office, clock, 15)
        save_part(office, "displays/ticker", {"id": "Buka sampai pukul 15"})
        HeadKeeper(engine, "office", working).look()
        shutil.copytree(working, folder)
    assert (folder / "antrean.sqlite3-wal").stat().st_size > 50_000
    untouched = folder.with_name("untouched")
    shutil.copytree(folder, untouched)
    found, read = start(untouched, clock)
    assert (found, read is not None) == ([], True)
    return Sound(folder, read, clock)


def a_morning(office: Office, clock: SetClock, visitors: int) -> None:
    office.execute(OpenCounter(counter="1", operator="Ani"))
    for _ in range(visitors):
        clock.forward(minutes=2)
        office.execute(IssueTicket(service="card", language="id", device="kiosk"), request_id=f"visit-{clock()}")
        office.execute(CallNext(counter="1", operator="Ani"))
        office.execute(StartService(ticket=office.read(lambda day, _plan: day.calls[-1].number), counter="1"))


def start(folder: Path, clock: SetClock) -> tuple[list[str], object | None]:
    """Start as a hub does, then look as the doctor does; return what was named, and what was read."""
    try:
        config = Config(data=folder, office="office")
        office, settings = open_office(config, clock)
        engine = open_engine(database_url("", folder))
        examine_newest_day(engine, "office", folder)
        office.catch_up()
    except Exception as error:
        said = start_error(error)
        if said is None:
            raise
        assert isinstance(said, StartError)
        return [said.text()], None
    named = list(damage(engine, folder))
    if named:
        return named, None
    return [], everything(engine, settings, office)


def everything(engine: sa.Engine, settings: Settings, office: Office) -> object:
    with engine.connect() as connection:
        rows = [
            [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in schema.metadata.sorted_tables
        ]
    today = office.business_day()
    with closing(SqlJournal(engine, "office")) as journal:
        days = [journal.read(day=today - timedelta(days=back)) for back in range(3)]
        last, newest = journal.last_seq(), journal.newest_day(before=today)
        requests = [journal.read(request_id=entry.request_id) for entry in days[1] if entry.request_id]
    shown = office.read(lambda day, _plan: (day.seq, sorted(day.tickets), dict(day.last_number)))
    return (
        rows, days, last, newest, requests, shown, settings.load_plan(), settings.staff(), settings.devices(),
        settings.paper_before(today),
    )  # fmt: skip


def flip(folder: Path, chosen: random.Random) -> str:
    """Flip one bit somewhere in the database or its log; say where."""
    file = folder / chosen.choice(["antrean.sqlite3"] * 3 + ["antrean.sqlite3-wal"])
    place = chosen.randrange(file.stat().st_size * 8)
    content = bytearray(file.read_bytes())
    content[place // 8] ^= 1 << (place % 8)
    file.write_bytes(content)
    return f"bit {place} of {file.name}"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """A journal whose first days have left, with the line that says so and a morning after it."""
    working, folder = tmp_path_factory.mktemp("working"), tmp_path_factory.mktemp("killed") / "data"
    old = OldOffice(database_url("", working), "office")
    old.work(KEEP + 10)
    assert old.let_go() == 1
    old.visit()
    HeadKeeper(old.engine, "office", working).look()
    shutil.copytree(working, folder)
    old.journal.close()
    untouched = folder.with_name("untouched")
    shutil.copytree(folder, untouched)
    found, read = start(untouched, old.clock)
    assert (found, read is not None) == ([], True)
    return Sound(folder, read, old.clock)


def test_a_flipped_bit_is_found_and_named_or_changes_nothing(sound: Sound, tmp_path: Path) -> None:
    each_flip(sound, tmp_path, DATABASES)


def test_a_table_whose_name_is_no_text_any_more_is_named(sound: Sound, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(sound.folder, folder)
    file, name = folder / "antrean.sqlite3", b'CREATE TABLE "sessions"'
    content = file.read_bytes()
    assert content.count(name) == 1
    file.write_bytes(content.replace(name, name.replace(b"ss", b"s\xdf")))
    found, read = start(folder, sound.clock)
    assert (found, read) == ([StartError("the database is damaged", RESTORE).text()], None)


def test_so_it_is_in_a_journal_whose_first_days_have_left(sealed: Sound, tmp_path: Path) -> None:
    each_flip(sealed, tmp_path, SEALED_DATABASES)


def each_flip(sound: Sound, tmp_path: Path, databases: int) -> None:
    outcomes = []
    for seed in range(databases):
        folder = tmp_path / str(seed)
        shutil.copytree(sound.folder, folder)
        where = flip(folder, random.Random(seed))
        found, read = start(folder, sound.clock)
        if not found:
            assert read == sound.read, f"seed {seed}, {where}: read as something else, and nothing was said"
        outcomes.append(bool(found))
        shutil.rmtree(folder)
    assert any(outcomes)
    assert not all(outcomes)
