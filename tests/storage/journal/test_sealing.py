"""Old days leave the journal from the front: what is left is verified from there, and their figures stay."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from antrean.config import ROOT
from antrean.queueing.commands import STANDING, ChangePlan, CloseDay, SealJournal, SettleSlip
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Unknown
from antrean.queueing.events import TicketCalled
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.port import JournalDamaged
from antrean.storage.backup.rounds import BackupPlaces, is_backed_up, make_round
from antrean.storage.database.engine import database_file, database_url, open_engine, turn
from antrean.storage.database.trust import damage, examine_newest_day
from antrean.storage.database.upgrade import upgrade
from antrean.storage.database.waits import CARE
from antrean.storage.journal.chain import CHANGED
from antrean.storage.journal.heads import HeadKeeper, Remembered, newest_line
from antrean.storage.journal.sealed import seals
from antrean.storage.journal.sealing import MOST_DAYS, RECENT_DAYS, left_to_remove, next_seal, remove_some
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.journal.survey import survey
from antrean.storage.journal.verify import verify
from tests.conftest import small_plan
from tests.examples import examples
from tests.history_checker import read_postgresql, read_sqlite, violations
from tests.storage.journal.old_office import KEEP, OldOffice, in_a_backup
from tests.storage.journal.test_chain import Open, tamper
from tests.storage.journal.test_sql_journal import line

OLD = 6  # days that are too old


class Worked(NamedTuple):
    """Such an office in an SQLite file, to be copied, its lines, and its time: the days take longer than most tests."""

    file: Path
    lines: Sequence[JournalEntry]
    now: datetime


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory, newest_schema: Path) -> Worked:
    folder = tmp_path_factory.mktemp("worked")
    shutil.copyfile(newest_schema, folder / newest_schema.name)
    office = OldOffice(database_url("", folder))
    office.work(OLD + KEEP)
    lines = office.journal.read(after=0)
    office.journal.close()
    office.engine.dispose()
    (file,) = folder.iterdir()  # nothing lies beside it any more
    return Worked(file, lines, office.clock.now)


@pytest.fixture
def old(database: str, worked: Worked) -> Iterator[OldOffice]:
    """Give an office with six days that are more than thirty days old, and thirty others."""
    file = database_file(open_engine(database))
    if file is not None:
        shutil.copyfile(worked.file, file)
    office = OldOffice(database)
    office.clock.now = worked.now
    if file is None:
        office.journal.append(worked.lines)
    office.restart()
    office.office.catch_up()
    yield office
    office.journal.close()


def found_in(old: OldOffice) -> list[str]:
    return [str(found) for found in verify(old.engine, old.name)]


def checked(old: OldOffice) -> list[str]:
    """Return what the independent checker says of the journal as it stands."""
    if old.engine.dialect.name == "sqlite":
        lines = read_sqlite(Path(str(old.engine.url.database)), old.name)
    else:
        address = old.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        lines = read_postgresql(address, old.name)
    return violations(lines, [], everything_was_told=False)


@pytest.mark.slow
def test_old_days_leave_and_everything_else_stays_as_it_was(old: OldOffice) -> None:
    figures, days, seqs = old.figures(), old.days(), old.seqs()
    with closing(SqlJournal(old.engine, "test")) as lines:
        kept = {day: list(lines.read(day=day)) for day in days[OLD:]}
    assert old.let_go() == 1
    first = old.seqs()[0]
    assert old.days() == [*days[OLD:], old.today()]  # the line that says so is of today
    assert old.seqs() == [*range(first, seqs[-1] + 1), seqs[-1] + 1]
    with closing(SqlJournal(old.engine, "test")) as lines:
        assert {day: list(lines.read(day=day)) for day in days[OLD:]} == kept
        assert lines.read(day=days[0]) == []
        assert [entry.seq for entry in lines.read(after=0)] == old.seqs()
    assert {day: old.figures()[day] for day in days} == figures
    assert list(old.figures())[:OLD] == days[:OLD]
    assert (found_in(old), checked(old)) == ([], [])
    assert old.let_go() == 0  # nothing more is old


def test_what_is_kept_of_a_day_are_the_figures_it_had(old: OldOffice) -> None:
    day = old.days()[0]
    old.let_go()
    figures = old.figures()[day]
    assert {code: service.tickets for code, service in figures.services.items()} == {"birth": 1, "card": 1}
    assert (figures.services["card"].completed, figures.services["birth"].expired) == (1, 1)
    assert (figures.services["card"].waits.people, figures.services["card"].waits.mean) == (1, 300)


def test_an_office_goes_on_as_if_nothing_had_left(old: OldOffice) -> None:
    old.let_go()
    old.restart()
    assert old.visit() == ["A-001", "C-001"]
    before = old.office.read(lambda day, _plan: dict(day.last_number))
    old.restart()
    assert old.office.read(lambda day, _plan: dict(day.last_number)) == before == {"A": 1, "C": 1}
    old.close()
    old.to_tomorrow()
    old.work(3)
    assert old.let_go() == 1
    assert (found_in(old), checked(old)) == ([], [])


@pytest.mark.long
def test_each_day_one_more_leaves_and_the_figures_of_all_stay(database: str) -> None:
    old = OldOffice(database)
    old.work(KEEP)
    days = 0
    for _ in range(2 * KEEP + 5):
        old.work()
        old.let_go()
        days += 1
    # Lines that say what was sealed have left as well by now, and what they kept is kept by others.
    assert old.days() == [old.today() - timedelta(days=back) for back in range(KEEP, -1, -1)][-len(old.days()) :]
    figures = old.figures()
    assert len(figures) == KEEP + days + 1
    assert all(day.tickets == 2 for day in list(figures.values())[:-1])
    assert (found_in(old), checked(old)) == ([], [])
    old.journal.close()


@pytest.mark.slow
def test_a_hub_that_is_cut_off_after_the_seal_leaves_what_the_next_one_removes(old: OldOffice) -> None:
    figures = old.figures()
    old.seal()
    lines = old.look().left
    assert lines == left_to_remove(old.engine, "test") > 0
    assert old.look().seal is None  # nothing more is sealed meanwhile
    assert (found_in(old), checked(old)) == ([], [])
    old.restart()
    old.remove()
    assert left_to_remove(old.engine, "test") == 0
    assert (found_in(old), checked(old)) == ([], [])
    assert {day: old.figures()[day] for day in figures} == figures


@pytest.mark.long
def test_a_hub_that_is_cut_off_while_it_removes_leaves_a_sound_journal(
    old: OldOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antrean.storage.journal.sealing.REMOVED_AT_ONCE", 7)
    figures = old.figures()
    old.seal()
    left = left_to_remove(old.engine, "test")
    while left:
        left = max(0, left - 7)
        assert remove_some(old.engine, "test") == left
        assert (found_in(old), checked(old)) == ([], [])
        assert {day: old.figures()[day] for day in figures} == figures
        with closing(SqlJournal(old.engine, "test")) as lines:
            assert [entry.seq for entry in lines.read(after=0)] == old.seqs()
    assert remove_some(old.engine, "test") == 0


@pytest.mark.long
def test_a_process_that_is_killed_in_the_midst_of_removing_harms_nothing(database: str) -> None:
    old = OldOffice(database)
    old.work(OLD + KEEP)
    old.seal()
    for _ in range(4):
        before = old.seqs()[0]
        command = [sys.executable, "-m", "tests.storage.journal.removing", database, "test"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _removed in range(3):
                process.stdout.readline()
            process.kill()
        assert old.seqs()[0] > before
        assert (found_in(old), checked(old)) == ([], [])
    old.remove()
    assert (found_in(old), checked(old)) == ([], [])
    old.journal.close()


DAMAGES = {
    "a line is missing from the front": (["DELETE FROM journal WHERE seq = {first}"], "line {first} is missing"),
    "lines are missing from the front": (
        ["DELETE FROM journal WHERE seq < {first} + 3"], "line {first} and all up to line {first+2} are missing",
    ),
    "the first line was changed": (["UPDATE journal SET actor = 'x' WHERE seq = {first}"], f"line {{first}} {CHANGED}"),
    "its chain value was changed": (
        ["UPDATE journal SET chain = '" + "f" * 64 + "' WHERE seq = {first}"], f"line {{first}} {CHANGED}",
    ),
    "a line later on was changed": (
        ["UPDATE journal SET actor = 'x' WHERE seq = {first} + 9"], f"line {{first+9}} {CHANGED}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGES)
def test_what_is_wrong_behind_sealed_lines_is_named(old: OldOffice, what: str) -> None:
    old.let_go()
    first = old.seqs()[0]
    statements, named = DAMAGES[what]
    tamper(old.engine.url.render_as_string(hide_password=False), *(one.format(first=first) for one in statements))
    for offset in (9, 2):
        named = named.replace(f"{{first+{offset}}}", str(first + offset))
    assert found_in(old) == [named.format(first=first)]
    assert checked(old) != []


def test_a_journal_whose_front_is_missing_without_a_seal_is_damaged(old: OldOffice) -> None:
    tamper(old.engine.url.render_as_string(hide_password=False), "DELETE FROM journal WHERE seq <= 5")
    assert found_in(old) == ["line 1 and all up to line 5 are missing"]
    assert checked(old) != []
    with pytest.raises(JournalDamaged, match="line 5 is missing"):
        old.journal.read(day=old.days()[0])


SPOILT = {
    "its last line has no name": ("'\"last\"', '\"lost\"'", True),
    "its chain value is too long": ('\'"chain":"\', \'"chain":"0\'', True),
    # More seems to be sealed than was: nothing is missing then, and the line itself is not as it was written.
    "its last line is another": ("'\"last\":', '\"last\":1'", False),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_seal_that_was_changed_is_named_and_removes_nothing(old: OldOffice, what: str) -> None:
    old.let_go()
    seqs = old.seqs()
    change, missing = SPOILT[what]
    tamper(
        old.engine.url.render_as_string(hide_password=False),
        f"UPDATE journal SET data = replace(data, {change}) WHERE kind = 'journal.sealed'",
    )
    first = [f"line 1 and all up to line {seqs[0] - 1} are missing"] if missing else []
    assert found_in(old) == [*first, f"line {seqs[-1]} {CHANGED}"]
    with suppress(JournalDamaged):
        remove_some(old.engine, "test")
    assert old.seqs() == seqs


def test_nothing_is_removed_that_is_not_what_was_sealed(old: OldOffice) -> None:
    found = old.seal()
    assert found.seal is not None
    tamper(
        old.engine.url.render_as_string(hide_password=False),
        f"UPDATE journal SET chain = '{'f' * 64}' WHERE seq = {found.seal['last']}",
    )
    before = old.seqs()
    with pytest.raises(JournalDamaged, match="is not the one"):
        remove_some(old.engine, "test")
    assert old.seqs() == before


def test_damage_is_not_sealed_away(old: OldOffice) -> None:
    tamper(old.engine.url.render_as_string(hide_password=False), "UPDATE journal SET actor = 'x' WHERE seq = 20")
    found = old.look()
    assert (found.code, found.wrong, found.seal) == ("damaged", f"the journal is damaged: line 20 {CHANGED}", None)


def test_a_day_that_can_not_be_folded_stays(old: OldOffice) -> None:
    """As one of which lines were written by a program that was wrong once."""
    called = JournalEntry(old.journal.last_seq() + 1, old.clock(), old.days()[0], TicketCalled("Z-999", "1"))
    old.journal.append([called])
    found = old.look()
    assert (found.code, found.seal) == ("unreadable", None)
    assert "KeyError" in found.wrong


def test_what_no_backup_holds_stays(old: OldOffice, tmp_path: Path) -> None:
    places = BackupPlaces(tmp_path)

    def backed_up(office: str, seq: int, chain: str) -> bool:
        return is_backed_up(places, "", office, seq, chain)

    assert old.look(backed_up=backed_up).code == "not_backed_up"
    made = make_round(old.engine, places, old.clock(), "Asia/Jakarta", "")
    assert made.made
    found = old.look(backed_up=backed_up)
    assert found.seal is not None
    last = found.seal["last"]
    assert backed_up("test", last, found.seal["chain"])
    assert not backed_up("test", last, "f" * 64)
    assert not backed_up("other", last, found.seal["chain"])
    file = places.first / made.made
    file.write_bytes(file.read_bytes()[:2000])
    assert not backed_up("test", last, found.seal["chain"])


def test_a_clock_that_is_years_ahead_makes_nothing_old(old: OldOffice) -> None:
    today = old.today()
    for years in (1, 10):
        ahead = today.replace(year=today.year + years)
        assert next_seal(old.engine, "test", ahead, KEEP, in_a_backup) is None
    assert next_seal(old.engine, "test", today - timedelta(days=OLD), KEEP, in_a_backup) is None


def test_the_newest_days_of_an_office_that_rested_for_years_stay(open_journal: Open, database: str) -> None:
    engine, journal = open_engine(database), open_journal()
    back = date(2036, 1, 1)
    days = [date(2026, 1, 1), date(2026, 1, 2), *(back + timedelta(days=day) for day in range(RECENT_DAYS))]
    journal.append([line(seq, day=day) for seq, day in enumerate(days[:-1], 1)])
    assert next_seal(engine, "test", days[-1], KEEP, in_a_backup) is None
    journal.append([line(len(days), day=days[-1])])
    found = next_seal(engine, "test", days[-1], KEEP, in_a_backup)
    assert found is not None
    assert (found.first, found.last) == (1, 2)


@pytest.mark.long
def test_lines_that_a_day_gets_after_the_next_has_begun_do_not_hold_it(database: str) -> None:
    """A hub that was off at night closes yesterday when today has begun already."""
    old = OldOffice(database)

    def nights(days: int) -> None:
        for _ in range(days):
            yesterday = old.today()
            old.visit()
            old.to_tomorrow()
            old.office.execute(ChangePlan(what="services"))
            old.office.execute(CloseDay(business_day=yesterday))

    nights(KEEP + 5)
    figures = old.figures()
    over = sorted(figures)[:-1]
    assert old.let_go() == 1
    assert {day: old.figures()[day] for day in over} == {day: figures[day] for day in over}
    assert all(figures[day].services["birth"].expired == 1 for day in over)
    assert (found_in(old), checked(old)) == ([], [])
    nights(3)
    assert old.let_go() == 1
    assert {day: old.figures()[day] for day in over} == {day: figures[day] for day in over}
    assert (found_in(old), checked(old)) == ([], [])
    old.journal.close()


def test_a_day_that_a_clock_ahead_wrote_goes_with_the_days_around_it(open_journal: Open, database: str) -> None:
    days = [date(2026, 1, 1), date(2099, 1, 1), *(date(2026, 1, 2) + timedelta(days=day) for day in range(KEEP + 3))]
    open_journal().append([line(seq, day=day) for seq, day in enumerate(days, 1)])
    found = next_seal(open_engine(database), "test", days[-1], KEEP, in_a_backup)
    assert found is not None
    assert (found.last, sorted(found.days)) == (4, ["2026-01-01", "2026-01-02", "2026-01-03", "2099-01-01"])


@pytest.mark.long
def test_much_that_is_old_is_sealed_in_steps(database: str) -> None:
    old = OldOffice(database)
    old.work(2 * MOST_DAYS + 3 + KEEP)
    figures = old.figures()
    assert old.let_go() == 3
    assert {day: old.figures()[day] for day in figures} == figures
    assert (found_in(old), checked(old)) == ([], [])
    old.journal.close()


def test_of_two_hubs_one_seals(old: OldOffice) -> None:
    other = OldOffice(old.engine.url.render_as_string(hide_password=False))
    other.clock.now = old.clock.now
    found = [hub.look() for hub in (old, other)]
    assert found[0].seal == found[1].seal is not None
    for hub in (old, other):
        hub.office.execute(SealJournal(**found[0].seal or {}), actor="hub")
    with old.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM journal WHERE kind = 'journal.sealed'")) == 1
    for hub in (old, other):
        hub.remove()
    assert (found_in(old), checked(old)) == ([], [])
    other.journal.close()


@pytest.mark.parametrize("fresh_database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_of_two_hubs_on_one_server_one_looks_at_a_time(old: OldOffice) -> None:
    codes = []

    def other_looks(_office: str, _seq: int, _chain: str) -> bool:
        codes.append(old.look().code)
        return True

    assert old.look(backed_up=other_looks).code == ""
    assert codes == ["another_hub"]
    assert old.look().code == ""  # the turn is over


@pytest.mark.parametrize("fresh_database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_turn_that_is_over_keeps_nobody_waiting(fresh_database: str) -> None:
    engines = [open_engine(fresh_database, CARE) for _ in range(2)]
    for place in range(200):
        with turn(engines[place % 2], 7) as mine:
            assert mine, place


def test_another_office_of_the_database_keeps_its_days(old: OldOffice) -> None:
    other = OldOffice(old.engine.url.render_as_string(hide_password=False), "other")
    other.work(2)
    before = other.seqs()
    old.let_go()
    assert other.seqs() == before
    assert [str(found) for found in verify(other.engine, "other")] == []
    other.journal.close()


def test_what_print_agents_remember_of_lines_that_have_left_is_not_missed(old: OldOffice, tmp_path: Path) -> None:
    with old.engine.connect() as connection:
        newest = newest_line(connection, "test")
        row = connection.execute(sa.text("SELECT seq, chain, at FROM journal WHERE office = 'test' AND seq = 4")).one()
    assert newest is not None
    old.let_go()
    keeper = HeadKeeper(old.engine, "test", tmp_path)
    keeper.look()
    sealed = Remembered("test", row.seq, row.chain, row.at)
    assert keeper.missed(sealed.as_json()) is None
    assert keeper.missed(newest.as_json()) is None
    first = old.seqs()[0]
    assert str(keeper.missed(Remembered("test", first, "f" * 64, row.at).as_json())) == f"line {first} {CHANGED}"
    examine_newest_day(old.engine, "test", tmp_path)
    assert list(damage(old.engine, tmp_path)) == []


def test_the_doctor_knows_the_span_that_is_sealed(old: OldOffice) -> None:
    days = old.days()
    assert survey(old.engine, "test").sealed is None
    old.let_go()
    found = survey(old.engine, "test")
    assert (found.days, found.oldest) == ((days[0], days[OLD - 1]), days[OLD])
    assert found.sealed is not None
    assert (found.sealed.last, found.lines) == (old.seqs()[0] - 1, len(old.seqs()))


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_what_was_sealed_is_found_in_a_file_without_looking_through_the_journal(database: str) -> None:
    engine = open_engine(database)
    with engine.connect() as connection:
        explained = sa.text(f"EXPLAIN QUERY PLAN {seals('sqlite')}")
        (step,) = connection.execute(explained, {"office": "test"}).all()
    assert "ix_journal_sealed" in step.detail


def test_a_command_about_a_day_that_has_left_changes_nothing_of_it(old: OldOffice) -> None:
    day = old.days()[0]
    old.let_go()
    before = old.seqs()
    with pytest.raises(Unknown):
        old.office.execute(SettleSlip(ticket="A-001", copy=0, result="printed", business_day=day))
    assert old.seqs() == before


DAYS = st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=30, max_size=60)


@pytest.mark.slow
@given(steps=DAYS, keep=st.integers(15, 40), stops=st.integers(0, 6), spoilt=st.integers(0, 10**6))
@examples(25)
def test_whatever_the_days_were_what_is_left_is_true_and_any_change_is_named(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, bool]], keep: int, stops: int, spoilt: int
) -> None:
    """Days with more or fewer lines, some of which come after the next day has begun; removal stops anywhere."""
    database = f"sqlite:///{tmp_path_factory.mktemp('days') / 'antrean.sqlite3'}"
    engine = open_engine(database)
    upgrade(engine)
    days: list[date] = []
    for number, (more, late) in enumerate(steps):
        today = date(2026, 1, 1) + timedelta(days=number)
        days += [today] * (more + 1) + ([today - timedelta(days=1)] if late and number else [])
    with closing(SqlJournal(engine, "test")) as journal, pytest.MonkeyPatch.context() as patch:
        patch.setattr("antrean.storage.journal.sealing.REMOVED_AT_ONCE", 3)
        journal.append([line(seq, f"r{seq}", day=day) for seq, day in enumerate(days, 1)])
        last = 0
        young = next(seq for seq, day in enumerate(days, 1) if day >= today - timedelta(days=keep))
        while last + 1 < young:
            while remove_some(engine, "test"):
                pass
            found = next_seal(engine, "test", today, keep, in_a_backup)
            assert found is not None
            assert last < found.last < young
            last = found.last
            events = SealJournal(**asdict(found)).decide(ServiceDay(today), STANDING, small_plan(), line(1).at)
            journal.append([JournalEntry(journal.last_seq() + 1, line(1).at, today, event) for event in events])
        for _ in range(stops):
            remove_some(engine, "test")
        seqs = [entry.seq for entry in journal.read(after=0)]
        assert seqs == list(range(seqs[0], journal.last_seq() + 1))
        assert [str(one) for one in verify(engine, "test")] == []
        seq = last + 1 + spoilt % (journal.last_seq() - last)
        tamper(database, f"UPDATE journal SET actor = 'x' WHERE seq = {seq}")
        assert f"line {seq} {CHANGED}" in [str(one) for one in verify(engine, "test")]
