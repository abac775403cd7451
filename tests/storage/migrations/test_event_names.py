"""A database of the release before events had wire names: its lines are read for ever and never rewritten."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Unavailable
from antrean.queueing.events import DayReopened
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.port import JournalDamaged
from antrean.queueing.office import Office
from antrean.storage.backup.archive import BackupError, write_backup
from antrean.storage.backup.contents import numbers_in
from antrean.storage.backup.reader import open_backup
from antrean.storage.backup.restore import restore
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.errors import Unfit
from antrean.storage.database.schema import AUDITED, SEALED
from antrean.storage.database.trust import examine_newest_day
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.chain import GENESIS, STORED, chain_value
from antrean.storage.journal.heads import Remembered, missed
from antrean.storage.journal.sealed import newest_seal
from antrean.storage.journal.sealing import next_seal
from antrean.storage.journal.security import SecurityRecords
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.journal.verify import verify
from antrean.storage.paper_usage import paper_before
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock, small_plan
from tests.queueing.test_event_kinds import DAY, LINES, NAMES, entry
from tests.queueing.wishes import issue

COLUMNS = ("office", *STORED, "chain")
TOMORROW = date(2026, 11, 25)
AUDITED_NAMES = (
    "security.noted", "plan.changed", "ticket.cancelled", "ticket.persons_changed", "ticket.priority_changed",
    "ticket.transferred", "day.closed", "day.reopened", "clock.set", "journal.restored",
)  # fmt: skip


def insert(engine: sa.Engine, lines: list[tuple[Any, ...]], chain: str = GENESIS) -> list[tuple[Any, ...]]:
    """Write lines as they are stored, each with its chain value, by no code of the journal's; return the rows."""
    rows = []
    for stored in lines:
        chain = chain_value(chain, "test", *stored)
        rows.append(("test", *stored, chain))
    table = sa.table("journal", *map(sa.column, COLUMNS))
    with engine.begin() as connection:
        connection.execute(sa.insert(table), [dict(zip(COLUMNS, row, strict=True)) for row in rows])
    return rows


def stored(line: dict[str, Any], kind: str) -> tuple[Any, ...]:
    """Return a line as releases without wire names stored it."""
    data = json.dumps(line["data"], ensure_ascii=False, separators=(",", ":"))
    return (line["seq"], line["at"], line["business_day"], kind, data, line["request_id"], line["actor"])


def rows_of(engine: sa.Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT office, {', '.join(STORED)}, chain FROM journal ORDER BY seq")
        return [tuple(row) for row in found]


@pytest.fixture
def old(fresh_database: str) -> tuple[str, list[tuple[Any, ...]]]:
    """Give a database of the release before, brought up to this one, and the rows that it had."""
    engine = open_engine(fresh_database)
    upgrade(engine, "0008")
    rows = insert(engine, [stored(line, NAMES[line["kind"]]) for line in LINES])
    upgrade(engine)
    return fresh_database, rows


def test_old_lines_stay_as_they_were_and_new_ones_follow_them(old: tuple[str, list[tuple[Any, ...]]]) -> None:
    database, rows = old
    engine = open_engine(database)
    journal = SqlJournal(engine, "test")
    assert rows_of(engine) == rows
    entries = journal.read(day=DAY)
    assert list(entries) == [entry(line, line["kind"]) for line in LINES]
    journal.append([JournalEntry(66, entries[-1].at, DAY, DayReopened(2), "r-66", "supervisor:Tuti")])
    assert rows_of(engine)[:-1] == rows
    assert rows_of(engine)[-1][4] == "day.reopened"
    assert list(verify(engine, "test")) == []
    day = ServiceDay.fold(DAY, SqlJournal(engine, "test").read(after=0))
    assert day.seq == 66
    journal.close()


in_both_spellings = pytest.mark.parametrize("spelling", ["old", "new"])


def spelt(kind: str, spelling: str) -> str:
    return NAMES[kind] if spelling == "old" else kind


@pytest.mark.slow
@in_both_spellings
def test_whatever_looks_for_lines_of_some_kind_finds_them_under_both_names(
    fresh_database: str, tmp_path: Path, spelling: str
) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    rows = insert(engine, [stored(line, spelt(line["kind"], spelling)) for line in LINES])
    journal = SqlJournal(engine, "test")
    audited = [line["seq"] for line in LINES if line["kind"] in AUDITED_NAMES]
    assert [entry.seq for entry in reversed(SecurityRecords(engine, "test").page(99).entries)] == audited
    assert journal.ends_closed(DAY) is False
    with engine.connect() as connection:
        sealed = newest_seal(connection, "test")
        assert (sealed is not None and sealed.last) == 2
        assert paper_before(connection, "test", TOMORROW) == {"k1": 0}
        # What was remembered before the restore counts no more.
        assert missed(connection, Remembered("test", 99, "f" * 64, LINES[0]["at"])) is None
        assert missed(connection, Remembered("test", 99, "f" * 64, LINES[-1]["at"])) is not None
    closed = next(line["seq"] for line in LINES if line["kind"] == "day.closed")
    with engine.begin() as connection:
        connection.execute(sa.text(f"DELETE FROM journal WHERE seq > {closed}"))
    journal.close()
    journal = SqlJournal(engine, "test")
    assert journal.ends_closed(DAY) is True
    assert rows_of(engine) == rows[:closed]
    journal.close()


@in_both_spellings
def test_a_backup_knows_the_last_numbers_of_lines_under_both_names(
    fresh_database: str, tmp_path: Path, clock: SetClock, spelling: str
) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    Settings(engine, "test").create_office(small_plan())
    insert(engine, [stored(line, spelt(line["kind"], spelling)) for line in LINES])
    write_backup(engine, tmp_path, tmp_path / "one.zip", clock())
    with open_backup(tmp_path / "one.zip", tmp_path) as backup:
        backup.check()
        found = numbers_in(backup, "test")
    assert found is not None
    assert (found.day, found.last) == (DAY.isoformat(), {"A": 4, "B": 1, "C": 1})


@in_both_spellings
def test_old_days_are_sealed_and_backed_up_under_both_names(
    fresh_database: str, tmp_path: Path, clock: SetClock, spelling: str
) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    # This journal begins where its own line says that earlier ones were sealed.
    left, sealing = LINES[2:], next(line for line in LINES if line["kind"] == "journal.sealed")
    assert sealing["data"]["last"] == 2
    recent = [
        {**LINES[0], "seq": 65 + n, "business_day": f"2027-03-{n:02d}", "at": f"2027-03-{n:02d}T02:00:00.000000+00:00"}
        | {"request_id": None}
        for n in range(1, 16)
    ]
    lines = [stored(line, spelt(line["kind"], spelling)) for line in [*left, *recent]]
    rows = insert(engine, lines, sealing["data"]["chain"])
    seal = next_seal(engine, "test", date(2027, 3, 15), 30, lambda *_line: True)
    assert seal is not None
    assert (seal.first, seal.last, seal.lines, seal.tickets) == (3, 65, 63, 6)
    assert list(seal.days) == ["2021-11-01", DAY.isoformat()]
    assert list(verify(engine, "test")) == []
    write_backup(engine, tmp_path, tmp_path / "one.zip", clock())
    with open_backup(tmp_path / "one.zip", tmp_path) as backup:
        backup.check()
        assert backup.holds("test", 65, rows[62][-1])


def test_the_indexes_of_few_lines_say_what_the_queries_say(fresh_database: str) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    if engine.dialect.name == "sqlite":
        asked = "SELECT sql FROM sqlite_master WHERE name IN ('ix_journal_audited', 'ix_journal_sealed') ORDER BY name"
        with engine.connect() as connection:
            made = connection.exec_driver_sql(asked).scalars().all()
        assert [text.split(" WHERE ", 1)[1] for text in made] == [AUDITED, SEALED]
        return
    asked = "SELECT indexdef FROM pg_indexes WHERE indexname IN ('ix_journal_audited', 'ix_journal_sealed') ORDER BY 1"
    with engine.connect() as connection:
        made = connection.exec_driver_sql(asked).scalars().all()
    for text, condition in zip(made, (AUDITED, SEALED), strict=True):
        assert sorted(word for word in text.split("'")[1::2]) == sorted(condition.split("'")[1::2])


@pytest.mark.parametrize("kind", ["ticket.issued.2", "visitor.seated"])
def test_a_release_that_is_taken_back_says_which_line_it_can_not_read_and_leaves_it(
    fresh_database: str, tmp_path: Path, kind: str
) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    first = stored(LINES[0], "plan.changed")
    later = (2, LINES[0]["at"], LINES[0]["business_day"], kind, '{"party":{"size":2}}', None, "kiosk:k1")
    rows = insert(engine, [first, later])
    journal = SqlJournal(engine, "test")
    with pytest.raises(JournalDamaged, match=f"line 2 was written by a newer release: {kind}"):
        journal.read(after=0)
    with pytest.raises(Unfit, match=f"line 2 is of the kind {kind}") as refused:
        examine_newest_day(engine, "test", tmp_path)
    assert "install that release again" in refused.value.advice
    assert list(verify(engine, "test")) == []
    assert rows_of(engine) == rows
    journal.close()


def test_a_release_that_is_taken_back_does_not_start_on_lines_of_an_earlier_day_that_it_can_not_close(
    fresh_database: str, tmp_path: Path
) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    day = date.fromisoformat(LINES[0]["business_day"])
    later = (1, LINES[0]["at"], day.isoformat(), "visitor.weighed", "{}", None, "kiosk:k1")
    next_day = (2, LINES[0]["at"], (day + timedelta(days=13)).isoformat(), *stored(LINES[0], "plan.changed")[3:])
    rows = insert(engine, [later, next_day])
    with pytest.raises(Unfit, match=r"line 1 is of the kind visitor\.weighed"):
        examine_newest_day(engine, "test", tmp_path)
    assert rows_of(engine) == rows


def test_a_hub_that_runs_on_gives_no_number_after_a_line_of_a_later_release(
    fresh_database: str, clock: SetClock
) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    plan = small_plan()
    office = Office(SqlJournal(engine, "test"), lambda: plan, clock)
    assert issue(office).number == "A-001"
    told = rows_of(engine)
    later = (2, told[0][2], told[0][3], "ticket.issued.2", '{"party":{"size":2}}', None, "kiosk:k1")
    line = ("test", *later, chain_value(told[0][-1], "test", *later))
    with engine.begin() as connection:
        table = sa.table("journal", *map(sa.column, COLUMNS))
        connection.execute(sa.insert(table), dict(zip(COLUMNS, line, strict=True)))
    for _ in range(2):
        with pytest.raises(Unavailable) as refused:
            issue(office)
        assert refused.value.code == "storage_unavailable"
    assert rows_of(engine) == [*told, line]


def test_a_backup_with_a_line_of_a_later_release_is_refused_whole(fresh_database: str, tmp_path: Path) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    Settings(engine, "test").create_office(small_plan())
    later = (2, LINES[0]["at"], LINES[0]["business_day"], "ticket.issued.2", '{"party":{"size":2}}', None, "kiosk:k1")
    insert(engine, [stored(LINES[0], "plan.changed"), later])
    write_backup(engine, tmp_path, tmp_path / "one.zip", datetime(2026, 11, 24, 3, tzinfo=UTC))
    (tmp_path / "new").mkdir()
    empty = open_engine(database_url("", tmp_path / "new"))
    said = pytest.raises(BackupError, match="line 2 was written by a newer release")
    with open_backup(tmp_path / "one.zip", tmp_path) as backup, said:
        restore(empty, tmp_path / "new", backup, datetime(2026, 11, 24, 4, tzinfo=UTC))
    assert sa.inspect(empty).get_table_names() == []


def test_every_new_line_is_stored_under_a_wire_name(database: str) -> None:
    engine = open_engine(database)
    journal = SqlJournal(engine, "test")
    entries = [entry(line, NAMES[line["kind"]]) for line in LINES]
    journal.append(entries)
    rows = rows_of(engine)
    assert [row[4] for row in rows] == [line["kind"] for line in LINES]
    journal.close()
