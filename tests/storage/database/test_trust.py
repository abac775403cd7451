"""What a hub looks at before it starts, and what the doctor looks at: damage is said in a sentence with its line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from antrean.access.devices import pair_device
from antrean.queueing.events import JournalRestored
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.storage.database.engine import open_engine
from antrean.storage.database.errors import RESTORE, DatabaseError, Unfit, unfit
from antrean.storage.database.schema import plans
from antrean.storage.database.trust import damage, examine_newest_day
from antrean.storage.database.waits import CARE
from antrean.storage.journal.heads import HeadKeeper, head_file, read_head
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.digests import SettingsDamaged, check_all, renew_all
from antrean.storage.settings.plan_chain import GENESIS, STORED, link
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock, small_plan
from tests.fakes.plan import save_part
from tests.storage.journal.test_chain import Open, tamper
from tests.storage.journal.test_sql_journal import AT, DAY, line

Look = Callable[[sa.Engine, str, Path], list[str] | None]
YESTERDAY = DAY - timedelta(days=1)


@pytest.fixture
def journal(database: str, open_journal: Open, tmp_path: Path) -> SqlJournal:
    """Give an office with ten lines of yesterday and ten of today, whose newest is remembered in `tmp_path`."""
    Settings(open_engine(database), "test").create_office(small_plan())
    made = open_journal()
    made.append([line(seq, day=YESTERDAY if seq <= 10 else DAY) for seq in range(1, 21)])
    HeadKeeper(open_engine(database), "test", tmp_path).look()
    return made


def said(database: str, folder: Path) -> str:
    with pytest.raises(Unfit) as raised:
        examine_newest_day(open_engine(database, CARE), "test", folder)
    assert "restore the newest backup" in raised.value.advice
    return raised.value.said


def test_a_sound_office_starts_and_nothing_is_said(database: str, journal: SqlJournal, tmp_path: Path) -> None:
    examine_newest_day(open_engine(database, CARE), "test", tmp_path)
    assert list(damage(open_engine(database, CARE), tmp_path)) == []


@pytest.mark.parametrize("look", [examine_newest_day, lambda engine, _office, folder: list(damage(engine, folder))])
def test_what_a_running_hub_writes_during_a_look_is_not_taken_for_lost(
    database: str, journal: SqlJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: Look
) -> None:
    """The look reads one moment; the file beside the database tells of a later one by the time it would be read."""
    keeper = HeadKeeper(open_engine(database), "test", tmp_path)
    keeper.look()
    written: list[int] = []

    def check(connection: sa.Connection) -> Iterator[SettingsDamaged]:
        yield from check_all(connection)
        if not written:
            written.append(21)
            journal.append([line(21)])
            pair_device(Settings(open_engine(database), "test"), "kiosk", "Front", SetClock())
            keeper.look()
            assert read_head(tmp_path) != before

    before = read_head(tmp_path)
    monkeypatch.setattr("antrean.storage.database.trust.check_all", check)
    assert not look(open_engine(database, CARE), "test", tmp_path)
    assert written
    assert not look(open_engine(database, CARE), "test", tmp_path)


def broken_off(connection: sa.Connection) -> str:
    file = connection.connection.driver_connection
    assert isinstance(file, sqlite3.Connection)
    file.set_progress_handler(lambda: 1, 1)
    return ""


def connection_lost(connection: sa.Connection) -> str:
    """As when the server is started again."""
    backend = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    tamper(connection.engine.url.render_as_string(hide_password=False), f"SELECT pg_terminate_backend({backend})")
    return ""


def too_slow(connection: sa.Connection) -> str:
    connection.connection.driver_connection.execute("SET statement_timeout = 50")  # type: ignore[union-attr]
    return ", pg_sleep(60)"


CUTS = [
    pytest.param("sqlite", broken_off),
    pytest.param("postgresql", connection_lost, marks=pytest.mark.postgresql),
    pytest.param("postgresql", too_slow, marks=pytest.mark.postgresql),
]


@pytest.mark.parametrize("begins", ["SELECT plans.", "SELECT journal.seq, journal.at"], ids=["settings", "lines"])
@pytest.mark.parametrize(("fresh_database", "cut"), CUTS, indirect=["fresh_database"])
def test_a_look_that_was_cut_off_says_so_and_calls_nothing_damaged(
    database: str, journal: SqlJournal, tmp_path: Path, cut: Callable[[sa.Connection], str], begins: str
) -> None:
    engine = open_engine(database, CARE)

    def meddle(connection: sa.Connection, _cursor: object, statement: str, values: object, *_: object) -> object:
        more = cut(connection) if statement.startswith(begins) else ""
        return statement.replace(" \nFROM", f"{more} \nFROM"), values

    sa.event.listen(engine, "before_cursor_execute", meddle, retval=True)
    (told,) = damage(engine, tmp_path)
    assert told.startswith("the database can't be read: ")
    with pytest.raises(DatabaseError) as raised:
        examine_newest_day(engine, "test", tmp_path)
    assert RESTORE not in unfit(raised.value).advice


def test_a_plan_that_is_not_the_one_of_its_line_is_not_gone_by(
    database: str, journal: SqlJournal, tmp_path: Path
) -> None:
    """Whoever changes a plan with its chain and digest, as only a program can, has not changed the journal's line."""
    settings = Settings(open_engine(database), "test")
    office = Office(journal, settings.load_plan, SetClock())
    save_part(office, "displays/ticker", {"id": "Selamat datang"})
    save_part(office, "voice", {"repeat": 2})
    HeadKeeper(open_engine(database), "test", tmp_path).look()
    examine_newest_day(open_engine(database, CARE), "test", tmp_path)
    assert list(damage(open_engine(database, CARE), tmp_path)) == []
    for revision, stops in ((2, False), (3, True)):
        with open_engine(database).begin() as connection:
            changed = "UPDATE plans SET body = replace(body, 'Selamat', 'Selamet') WHERE revision = :of"
            connection.execute(sa.text(changed), {"of": revision})
            chain = GENESIS
            for row in connection.execute(sa.select(plans).order_by(plans.c.revision)).all():
                chain = link(chain, "test", *(getattr(row, name) for name in STORED))
                mine = plans.c.revision == row.revision
                connection.execute(sa.update(plans).where(mine).values(chain=chain))
            renew_all(connection)
        seqs = [one.seq for one in reversed(settings.revisions(9))]
        told = f"revision {revision} of the plan is not the one of which line {seqs[revision - 1]} tells"
        assert f"test: {told}" in list(damage(open_engine(database, CARE), tmp_path))
        if stops:
            assert said(database, tmp_path) == f"the settings are damaged: {told}"
        else:
            examine_newest_day(open_engine(database, CARE), "test", tmp_path)


def test_an_empty_office_starts(database: str, tmp_path: Path) -> None:
    examine_newest_day(open_engine(database, CARE), "test", tmp_path)
    assert list(damage(open_engine(database, CARE), tmp_path)) == []


def test_a_table_of_settings_that_lost_a_column_is_named_as_damaged(
    database: str, journal: SqlJournal, tmp_path: Path
) -> None:
    tamper(database, "ALTER TABLE devices RENAME COLUMN office TO branch")
    assert "the table devices is not as it was written" in said(database, tmp_path)
    assert any("the table devices is not as it was written" in told for told in damage(open_engine(database), tmp_path))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("ALTER TABLE codes RENAME COLUMN until TO untol", "the column until of the table codes is missing"),
        ("DROP TABLE codes", "the table codes is missing"),
    ],
)
def test_what_a_table_lacks_is_named_before_anybody_needs_it(
    database: str, journal: SqlJournal, tmp_path: Path, change: str, named: str
) -> None:
    tamper(database, change)
    assert said(database, tmp_path) == f"the database is damaged: {named}"
    assert list(damage(open_engine(database), tmp_path)) == [f"the database is damaged: {named}"]


def test_a_changed_line_of_the_newest_day_keeps_the_hub_from_starting(
    database: str, journal: SqlJournal, tmp_path: Path
) -> None:
    tamper(database, "UPDATE journal SET data = replace(data, 'A-0', 'A-1') WHERE seq IN (11, 17)")
    found = "line 11 is not as it was written, line 17 is not as it was written"
    assert said(database, tmp_path) == f"the journal is damaged: {found}"
    assert list(damage(open_engine(database, CARE), tmp_path)) == [f"test: {found}"]


def test_a_changed_line_of_an_earlier_day_keeps_nobody_from_starting_and_is_named(
    database: str, journal: SqlJournal, tmp_path: Path
) -> None:
    tamper(database, "UPDATE journal SET data = 'x' WHERE seq = 4")
    examine_newest_day(open_engine(database, CARE), "test", tmp_path)
    assert list(damage(open_engine(database, CARE), tmp_path)) == ["test: line 4 is not as it was written"]


def test_a_line_that_was_put_into_another_day_is_missed(database: str, journal: SqlJournal, tmp_path: Path) -> None:
    tamper(database, f"UPDATE journal SET business_day = '{YESTERDAY}' WHERE seq = 15")
    assert "line 15 is not as it was written" in said(database, tmp_path)


def test_lines_taken_from_the_end_are_missed(database: str, journal: SqlJournal, tmp_path: Path) -> None:
    tamper(database, "DELETE FROM journal WHERE seq > 14")
    assert said(database, tmp_path) == "the journal is damaged: line 15 and all up to line 20 are missing"
    assert list(damage(open_engine(database, CARE), tmp_path)) == [
        "the journal is damaged: line 15 and all up to line 20 are missing"
    ]


def test_another_journal_of_the_same_length_is_not_taken_for_this_one(
    database: str, open_journal: Open, journal: SqlJournal, tmp_path: Path
) -> None:
    tamper(database, "DELETE FROM journal WHERE seq > 14")
    open_journal().append([line(seq, f"other-{seq}") for seq in range(15, 31)])
    assert said(database, tmp_path) == "the journal is damaged: line 20 is not as it was written"


def test_an_office_that_was_restored_on_purpose_starts(
    database: str, open_journal: Open, journal: SqlJournal, tmp_path: Path
) -> None:
    tamper(database, "DELETE FROM journal WHERE seq > 14")
    restored = JournalEntry(15, AT + timedelta(hours=1), DAY, JournalRestored(), None, "restore")
    open_journal().append([restored])
    examine_newest_day(open_engine(database, CARE), "test", tmp_path)
    assert list(damage(open_engine(database, CARE), tmp_path)) == []


def test_what_is_remembered_is_the_newest_line_and_follows_it(
    database: str, journal: SqlJournal, tmp_path: Path
) -> None:
    keeper = HeadKeeper(open_engine(database), "test", tmp_path)
    keeper.look()
    journal.append([line(21)])
    keeper.look()
    head = read_head(tmp_path)
    assert head is not None
    assert (head.seq, head.chain) == (21, journal.head().chain)
    assert head_file(tmp_path).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.glob("*journal.head*")] == ["journal.head"]
    before = head_file(tmp_path).stat().st_mtime_ns
    keeper.look()
    assert head_file(tmp_path).stat().st_mtime_ns == before


def test_lines_that_vanish_under_a_running_hub_are_still_missed(
    database: str, journal: SqlJournal, tmp_path: Path
) -> None:
    keeper = HeadKeeper(open_engine(database), "test", tmp_path)
    keeper.look()
    remembered = read_head(tmp_path)
    tamper(database, "DELETE FROM journal WHERE seq > 14")
    keeper.look()
    assert read_head(tmp_path) == remembered
    assert said(database, tmp_path) == "the journal is damaged: line 15 and all up to line 20 are missing"


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"office": "test", "seq": "x", "chain": "y", "at": 1}', "\x00" * 40])
def test_a_torn_memory_says_nothing(database: str, journal: SqlJournal, tmp_path: Path, torn: str) -> None:
    head_file(tmp_path).write_text(torn, encoding="utf-8")
    examine_newest_day(open_engine(database, CARE), "test", tmp_path)
    assert list(damage(open_engine(database, CARE), tmp_path)) == []


def test_what_a_print_agent_remembers_is_compared(database: str, journal: SqlJournal, tmp_path: Path) -> None:
    keeper = HeadKeeper(open_engine(database), "test", tmp_path)
    mine = json.loads(head_file(tmp_path).read_text())
    assert keeper.missed(mine) is None
    assert str(keeper.missed({**mine, "seq": 25})) == "line 21 and all up to line 25 are missing"
    assert str(keeper.missed({**mine, "chain": "f" * 64})) == "line 20 is not as it was written"
    for nonsense in (None, 7, {}, {**mine, "office": "other", "seq": 99}, {**mine, "seq": -1}, {**mine, "chain": "f"}):
        assert keeper.missed(nonsense) is None


def test_damaged_settings_keep_the_hub_from_starting(database: str, journal: SqlJournal, tmp_path: Path) -> None:
    tamper(database, "UPDATE plans SET actor = 'somebody else'")
    with pytest.raises(SettingsDamaged, match="the table plans is not as it was written"):
        examine_newest_day(open_engine(database, CARE), "test", tmp_path)
    assert list(damage(open_engine(database, CARE), tmp_path)) == [
        "the settings are damaged: the table plans is not as it was written"
    ]


def test_changes_of_settings_that_are_gone_are_missed(database: str, journal: SqlJournal, tmp_path: Path) -> None:
    engine = open_engine(database)
    with engine.connect() as connection:
        before = connection.exec_driver_sql("SELECT * FROM digests WHERE name = 'plans'").one()
    save_part(Office(journal, Settings(engine, "test").load_plan, SetClock()), "name", "Disdukcapil")
    HeadKeeper(engine, "test", tmp_path).look()
    tamper(
        database,
        f"UPDATE digests SET digest = '{before.digest}', revision = {before.revision} WHERE name = 'plans'",
        "DELETE FROM plans WHERE revision = 2",
    )
    assert said(database, tmp_path) == "the settings are damaged: their newest changes are missing"
