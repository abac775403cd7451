"""The chain of the journal: a line that was changed, moved, put in or taken out is found and named by its seq."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa

from antrean.queueing.office import JournalConflict, JournalDamaged
from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.chain import GENESIS, Damage, Head, chain_value
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.journal.verify import verify
from tests.fakes.downgrade import downgrade
from tests.storage.journal.test_sql_journal import DAY, line

Open = Callable[[], SqlJournal]
STORED = "seq, at, business_day, kind, data, request_id, actor, chain"


def damage(database: str, **beyond: Any) -> list[str]:
    return [str(found) for found in verify(open_engine(database), "test", **beyond)]


def tamper(database: str, *statements: str) -> None:
    with open_engine(database).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_chain_value_is_made_of_the_value_before_and_of_the_columns_as_they_are_stored() -> None:
    at, data = "2026-11-24T02:00:00.000000+00:00", '{"é":1}'
    found = chain_value(GENESIS, "kuningan", 1, at, "2026-11-24", "X", data, None, "")
    # What sha256sum says of the parts with \x1f between them.
    assert found == "7ecaa7e980b705399d72dde13f309510594c4a6f157b1d0f8843a5811b9997e7"
    assert found == chain_value(GENESIS, "kuningan", 1, at, "2026-11-24", "X", data, "", "")
    assert found != chain_value(GENESIS, "kuningan", 1, at, "2026-11-24", "X", data, "r", "")


def test_lines_of_all_processes_make_one_chain(database: str, open_journal: Open) -> None:
    mine, other = open_journal(), open_journal()
    mine.append([line(1, "r1"), line(2)])
    other.append([line(3, "r3")])
    with pytest.raises(JournalConflict):
        mine.append([line(3)])
    assert [entry.seq for entry in mine.read(after=2)] == [3]
    mine.append([line(4)])
    with other.exclusive():
        other.append([line(5)])
    with open_engine(database).connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT {STORED} FROM journal ORDER BY seq").all()
    chain = GENESIS
    for seq, at, day, kind, data, request_id, actor, found in rows:
        stored = [chain, "test", str(seq), at, day, kind, data, request_id or "", actor]
        chain = sha256("\x1f".join(stored).encode()).hexdigest()
        assert found == chain
    assert len(rows) == 5
    assert mine.head() == other.head() == open_journal().head() == Head(5, chain)
    assert damage(database) == []


def test_an_empty_journal_has_a_head_of_its_own(database: str, open_journal: Open) -> None:
    assert open_journal().head() == Head(0, GENESIS)
    assert damage(database) == []


def test_a_turn_that_breaks_off_leaves_the_chain_as_it_was(database: str, open_journal: Open) -> None:
    journal = open_journal()
    journal.append([line(1)])

    class BrokenOff(Exception):
        pass

    def break_off() -> None:
        with journal.exclusive():
            journal.append([line(2), line(3)])
            raise BrokenOff

    with pytest.raises(BrokenOff):
        break_off()
    journal.append([line(2, "again")])
    assert journal.head().seq == 2
    assert damage(database) == []


CHANGED, MISSING = "is not as it was written", "is missing"
ALL_CHANGES = {
    "data": (["UPDATE journal SET data = replace(data, 'A-004', 'A-007') WHERE seq = 4"], [f"line 4 {CHANGED}"]),
    "time": (["UPDATE journal SET at = replace(at, 'T02', 'T03') WHERE seq = 9"], [f"line 9 {CHANGED}"]),
    "day": (["UPDATE journal SET business_day = '2026-11-25' WHERE seq = 1"], [f"line 1 {CHANGED}"]),
    "kind": (["UPDATE journal SET kind = 'ticket.called' WHERE seq = 4"], [f"line 4 {CHANGED}"]),
    "request": (["UPDATE journal SET request_id = 'r' WHERE seq = 4"], [f"line 4 {CHANGED}"]),
    "actor": (["UPDATE journal SET actor = 'Ani' WHERE seq = 4"], [f"line 4 {CHANGED}"]),
    "chain": (["UPDATE journal SET chain = replace(chain, '0', '1') WHERE seq = 4"], [f"line 4 {CHANGED}"]),
    "two lines": (
        ["UPDATE journal SET actor = 'Ani' WHERE seq IN (4, 6)"],
        [f"line 4 {CHANGED}", f"line 6 {CHANGED}"],
    ),
    "swapped": (
        [
            "UPDATE journal SET seq = 99 WHERE seq = 4",
            "UPDATE journal SET seq = 4 WHERE seq = 6",
            "UPDATE journal SET seq = 6 WHERE seq = 99",
        ],
        [f"line {seq} {CHANGED}" for seq in (4, 5, 6, 7)],
    ),
    "taken out": (["DELETE FROM journal WHERE seq = 4"], [f"line 4 {MISSING}"]),
    "several taken out": (
        ["DELETE FROM journal WHERE seq BETWEEN 1 AND 3"],
        ["line 1 and all up to line 3 are missing"],
    ),
    "put in": (
        [f"INSERT INTO journal (office, {STORED}) SELECT office, 11, at, business_day, kind, data, NULL, actor, chain"
         " FROM journal WHERE seq = 10"],
        [f"line 11 {CHANGED}"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", ALL_CHANGES)
def test_what_was_changed_is_named_by_seq(database: str, open_journal: Open, change: str) -> None:
    open_journal().append([line(seq) for seq in range(1, 11)])
    statements, named = ALL_CHANGES[change]
    tamper(database, *statements)
    assert damage(database) == named


def test_what_is_verified_can_begin_at_a_line_that_is_known(database: str, open_journal: Open) -> None:
    journal = open_journal()
    journal.append([line(seq) for seq in range(1, 6)])
    fifth = journal.head()
    journal.append([line(seq) for seq in range(6, 11)])
    tamper(database, "UPDATE journal SET actor = 'Ani' WHERE seq IN (2, 8)")
    assert damage(database, after=5, chain=fifth.chain) == [f"line 8 {CHANGED}"]
    assert damage(database, after=5, chain=GENESIS) == [f"line 6 {CHANGED}", f"line 8 {CHANGED}"]


def test_another_offices_lines_have_a_chain_of_their_own(database: str, open_journal: Open) -> None:
    open_journal().append([line(1), line(2)])
    other = SqlJournal(open_engine(database), "other")
    other.append([line(1)])
    other.close()
    tamper(database, "UPDATE journal SET actor = 'Ani' WHERE office = 'other'")
    assert damage(database) == []
    assert list(verify(open_engine(database), "other")) == [Damage(1, CHANGED)]


def test_a_changed_line_is_not_read_as_true(database: str, open_journal: Open) -> None:
    open_journal().append([line(1, "r1"), line(2, "r2"), line(3, "r3")])
    tamper(database, "UPDATE journal SET data = replace(data, 'A-002', 'A-009') WHERE seq = 2")
    ways: tuple[dict[str, Any], ...] = ({"after": 0}, {"after": 1}, {"day": DAY}, {"request_id": "r2"})
    for wanted in ways:
        with pytest.raises(JournalDamaged, match="line 2 is not as it was written") as raised:
            open_journal().read(**wanted)
        assert raised.value.seq == 2
    assert [entry.seq for entry in open_journal().read(after=2)] == [3]
    assert [entry.seq for entry in open_journal().read(request_id="r1")] == [1]


def test_a_day_between_lines_of_another_is_read_whole(open_journal: Open) -> None:
    other_day = DAY.replace(day=25)
    journal = open_journal()
    journal.append([line(1), line(2, day=other_day), line(3), line(4), line(5, day=other_day)])
    assert [entry.seq for entry in open_journal().read(day=DAY)] == [1, 3, 4]
    assert [entry.seq for entry in open_journal().read(day=other_day)] == [2, 5]


def test_a_journal_that_grew_shorter_is_not_written_any_more(database: str, open_journal: Open) -> None:
    journal = open_journal()
    journal.append([line(seq) for seq in range(1, 11)])
    tamper(database, "DELETE FROM journal WHERE seq > 7")
    with pytest.raises(JournalDamaged, match="line 8 and all up to line 10 are missing"):
        journal.last_seq()


def test_a_line_of_a_newer_release_is_said_to_be_one(database: str, open_journal: Open) -> None:
    open_journal().append([line(1)])
    with open_engine(database).begin() as connection:
        before = connection.exec_driver_sql("SELECT chain FROM journal").scalar_one()
        stored = (2, "2026-11-24T02:00:00.000000+00:00", "2026-11-24", "TicketSplit", "{}", None, "")
        columns: tuple[sa.ColumnClause[Any], ...] = tuple(sa.column(name) for name in ("office", *STORED.split(", ")))
        row = dict(
            zip(["office", *STORED.split(", ")], ("test", *stored, chain_value(before, "test", *stored)), strict=True)
        )
        connection.execute(sa.insert(sa.table("journal", *columns)), row)
    assert damage(database) == []
    with pytest.raises(JournalDamaged, match="line 2 was written by a newer release: TicketSplit"):
        open_journal().read(after=0)


@pytest.mark.slow
def test_lines_of_an_older_release_are_chained(fresh_database: str) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine, "0005")
    before = sa.MetaData()
    before.reflect(engine)
    at, data = "2026-11-24T02:00:00.000000+00:00", '{"note":"ibu “Sri”"}'
    common = {"at": at, "business_day": "2026-11-24", "kind": "PlanChanged", "data": data, "actor": "Ani"}
    rows = [
        {"office": office, "seq": seq, "request_id": f"r{seq}" if seq % 2 else None, **common}
        for office in ("test", "other")
        for seq in range(1, 6000)
    ]
    with engine.begin() as connection:
        connection.execute(sa.insert(before.tables["journal"]), rows)
    upgrade(engine)
    columns = "office, seq, at, business_day, kind, data, request_id, actor"
    with engine.connect() as connection:
        kept = connection.exec_driver_sql(f"SELECT {columns} FROM journal").mappings().all()
    assert sorted(map(dict, kept), key=lambda row: (row["office"], row["seq"])) == sorted(
        rows, key=lambda row: (row["office"], row["seq"])
    )
    assert list(verify(engine, "test")) == list(verify(engine, "other")) == []
    tamper(fresh_database, "UPDATE journal SET actor = 'Budi' WHERE office = 'other' AND seq = 5001")
    assert list(verify(engine, "test")) == []
    assert list(verify(engine, "other")) == [Damage(5001, CHANGED)]


def table_of(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'journal'").scalar())


def test_a_release_that_is_taken_back_leaves_the_lines_as_they_were(database: str, open_journal: Open) -> None:
    open_journal().append([line(1, "r1"), line(2)])
    engine = open_engine(database)
    columns = "office, seq, at, business_day, kind, data, request_id, actor"
    with engine.connect() as connection:
        written = connection.exec_driver_sql(f"SELECT {columns} FROM journal ORDER BY seq").all()
    downgrade(engine, "0005")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT * FROM journal ORDER BY seq").all() == written
    assert engine.dialect.name != "sqlite" or "WITHOUT ROWID" in table_of(engine)
    upgrade(engine)
    assert damage(database) == []
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT {columns} FROM journal ORDER BY seq").all() == written
