"""What a hub looks at before it starts, and what the doctor looks at: damage is said in a sentence with its line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from antrean.queueing.events import JournalRestored
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.storage.database.engine import open_engine
from antrean.storage.database.errors import Unfit
from antrean.storage.database.trust import damage, examine_newest_day
from antrean.storage.database.waits import CARE
from antrean.storage.journal.heads import HeadKeeper, head_file, read_head
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.digests import SettingsDamaged
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock, small_plan
from tests.fakes.plan import save_part
from tests.storage.journal.test_chain import Open, tamper
from tests.storage.journal.test_sql_journal import AT, DAY, line

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


def test_an_empty_office_starts(database: str, tmp_path: Path) -> None:
    examine_newest_day(open_engine(database, CARE), "test", tmp_path)
    assert list(damage(open_engine(database, CARE), tmp_path)) == []


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
