"""A kept day makes a start read only the newest lines, and one that does not fit makes no difference at all."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.formula import Estimator
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database.engine import open_engine
from antrean.storage.journal import kept_state
from antrean.storage.journal.keeping import keep_day
from antrean.storage.journal.kept_state import KeptFile, kept_file
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock, small_plan
from tests.fakes.plan import close_service
from tests.fakes.same_day import state_of
from tests.queueing.wishes import call, issue, serve, sit

LINES = 40


class ReadLines(SqlJournal):
    """Counts the lines that were taken for events."""

    lines = 0

    def read(self, **which: Any) -> Sequence[JournalEntry]:
        found = super().read(**which)
        self.lines += len(found)
        return found


class Place:
    """An office in a database, and the folder in which its day is kept."""

    def __init__(self, database: str, data: Path) -> None:
        self.data, self.clock = data, SetClock()
        self.engine = open_engine(database)
        self.settings = Settings(self.engine, "test")
        self.settings.create_office(small_plan())
        self.file = kept_file(data, "test")
        self.journals: list[SqlJournal] = []

    def start(self) -> tuple[Office, ReadLines]:
        journal = ReadLines(self.engine, "test")
        self.journals.append(journal)
        kept = KeptFile(self.data, journal, "test")
        return Office(journal, self.settings.load_plan, self.clock, kept=kept), journal

    def keep(self) -> None:
        keep_day(self.engine, self.data, "test", self.settings.load_plan().business_day(self.clock()))

    def a_day(self) -> Office:
        office, journal = self.start()
        sit(office)
        serve_first = [issue(office) for _ in range(4)]
        assert serve(office).number == serve_first[0].number
        while journal.last_seq() < LINES:
            issue(office, "family")
        return office

    def whole(self) -> dict[str, Any]:
        """Return today's day as the journal alone tells it."""
        journal = SqlJournal(self.engine, "test")
        self.journals.append(journal)
        today = self.settings.load_plan().business_day(self.clock())
        day = ServiceDay.fold(today, journal.read(day=today))
        day.seq = journal.last_seq()
        return state_of(day)

    def started(self) -> tuple[Office, int]:
        """Start anew; return the office, whose two days are those of the journal, and how many lines it read."""
        office, journal = self.start()
        office.catch_up()
        assert office._deciding is not None
        assert state_of(office.read(lambda day, _plan: day)) == state_of(office._deciding) == self.whole()
        return office, journal.lines


@pytest.fixture
def place(database: str, tmp_path: Path) -> Iterator[Place]:
    place = Place(database, tmp_path)
    yield place
    for journal in place.journals:
        journal.close()
    place.engine.dispose()


@pytest.fixture
def on_sqlite(tmp_path: Path, newest_schema: Path) -> Iterator[Place]:
    from antrean.storage.database.engine import database_url

    database = database_url("", tmp_path)
    shutil.copyfile(newest_schema, tmp_path / newest_schema.name)
    place = Place(database, tmp_path)
    yield place
    for journal in place.journals:
        journal.close()


def test_a_start_reads_only_the_lines_since_the_day_was_kept(place: Place) -> None:
    office = place.a_day()
    place.keep()
    last = issue(office, request_id="the-last-request")
    call_of = office.read(lambda day, _plan: day.seq)
    again, lines = place.started()
    assert lines < 10
    assert issue(again).number == "A-006"
    assert call_of == LINES + 1
    # What was asked before is known, from whichever side of the keeping.
    assert issue(again, request_id="the-last-request").number == last.number


def test_a_request_that_was_kept_gets_its_first_answer_again(on_sqlite: Place) -> None:
    office = on_sqlite.a_day()
    first = issue(office, request_id="asked-once")
    on_sqlite.keep()
    again, _lines = on_sqlite.started()
    before = on_sqlite.whole()["seq"]
    assert issue(again, request_id="asked-once") == first
    assert on_sqlite.whole()["seq"] == before


@pytest.mark.slow
def test_keeping_goes_on_from_what_was_kept(on_sqlite: Place) -> None:
    office = on_sqlite.a_day()
    on_sqlite.keep()
    for _ in range(600):  # more than a block of answers
        issue(office, request_id=f"request-{office.read(lambda day, _plan: day.seq):04}")
    on_sqlite.keep()
    issue(office)
    on_sqlite.keep()
    again, lines = on_sqlite.started()
    assert lines < 10
    answers = again.read(lambda day, _plan: day.results)
    assert len(list(answers)) == 600
    assert list(answers) == list(office.read(lambda day, _plan: day.results))


def test_only_this_user_may_read_it_and_nothing_is_left_beside_it(on_sqlite: Place) -> None:
    on_sqlite.a_day()
    on_sqlite.keep()
    on_sqlite.keep()
    assert [file.name for file in on_sqlite.file.parent.iterdir()] == [on_sqlite.file.name]
    assert on_sqlite.file.stat().st_mode & 0o777 == 0o600
    assert on_sqlite.file.parent.stat().st_mode & 0o777 == 0o700


# -- what does not fit is thrown away ------------------------------------------------------------


def change_plan(place: Place, _patch: pytest.MonkeyPatch) -> None:
    close_service(place.start()[0], "card")


def change_code(_place: Place, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(kept_state, "build_id", lambda: "another")


def of_another_office(place: Place, _patch: pytest.MonkeyPatch) -> None:
    digest, line, rest = place.file.read_bytes().split(b"\n", 2)
    head = json.loads(line)
    parts, at = [], 0
    for size in head["sizes"]:
        parts.append(rest[at : at + size])
        at += size
    place.file.write_bytes(b"".join(kept_state._file({**head["head"], "office": "other"}, parts)))
    assert place.file.read_bytes().split(b"\n")[0] != digest


def forget_lines(place: Place, _patch: pytest.MonkeyPatch) -> None:
    """Lose the newest lines, as a restored backup does."""
    with place.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM journal WHERE seq > :last"), {"last": LINES - 5})


def tell_another_story(place: Place, _patch: pytest.MonkeyPatch) -> None:
    """Lose the newest lines and go on differently, to a seq beyond what was kept."""
    forget_lines(place, _patch)
    office, _journal = place.start()
    for _ in range(10):
        issue(office, "birth")


@pytest.mark.parametrize(
    "what",
    [change_plan, change_code, of_another_office, forget_lines, tell_another_story],
    ids=lambda what: what.__name__,
)
def test_what_does_not_fit_is_thrown_away(
    place: Place, what: Callable[[Place, pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    place.a_day()
    place.keep()
    what(place, monkeypatch)
    _office, lines = place.started()
    assert lines >= LINES - 5


def test_a_day_kept_yesterday_is_not_taken_for_today(on_sqlite: Place) -> None:
    on_sqlite.a_day()
    on_sqlite.keep()
    on_sqlite.clock.forward(days=1)
    office, _lines = on_sqlite.started()
    assert office.read(lambda day, _plan: (day.tickets, day.counters)) == ({}, {})
    assert issue(office).number == "A-001"


def test_a_damaged_file_is_as_good_as_none_and_said_once(on_sqlite: Place, caplog: pytest.LogCaptureFixture) -> None:
    on_sqlite.a_day()
    on_sqlite.keep()
    content = on_sqlite.file.read_bytes()
    places = [*range(0, 80), *range(80, len(content), max(1, len(content) // 40))]
    journal = SqlJournal(on_sqlite.engine, "test")
    plan = on_sqlite.settings.load_plan()
    today = plan.business_day(on_sqlite.clock())
    damaged = [content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :] for at in places]
    kept = KeptFile(on_sqlite.data, journal, "test")
    with caplog.at_level(logging.WARNING):
        for bad in (*damaged, content[:-1], content[: len(content) // 2], b"", b"\n", b"\n\n", content + b"x"):
            on_sqlite.file.write_bytes(bad)
            assert kept.day(today, plan) is None
    journal.close()
    assert sum("kept day" in record.message for record in caplog.records) == 1
    _office, lines = on_sqlite.started()
    assert lines >= LINES
    on_sqlite.keep()
    assert on_sqlite.started()[1] < 10


# -- what past days taught -----------------------------------------------------------------------


def test_what_past_days_taught_is_kept(place: Place) -> None:
    office = place.a_day()
    place.clock.forward(minutes=9)
    call(office, counter="3") if office.read(lambda day, _plan: day.current("3")) is None else None
    place.clock.forward(days=1)
    folded, lines = place.started()
    assert lines >= LINES
    place.keep()
    remembering, lines = place.started()
    assert lines < 10
    told = [one.read(lambda day, _plan: day.waits.memory()) for one in (folded, remembering)]
    assert told[0] == told[1] != {}


def test_an_update_forgets_nothing_of_what_past_days_taught(on_sqlite: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    on_sqlite.a_day()
    on_sqlite.clock.forward(days=1)
    on_sqlite.keep()
    change_code(on_sqlite, monkeypatch)
    assert on_sqlite.started()[1] < 10


def test_past_days_are_folded_when_what_they_taught_lacks_the_half_hours(
    on_sqlite: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_sqlite.a_day()
    on_sqlite.clock.forward(days=1)
    with monkeypatch.context() as earlier:
        earlier.setattr(Estimator, "memory", lambda self: {"usual": {}, "spread": self.spread.offsets})
        on_sqlite.keep()
    change_code(on_sqlite, monkeypatch)
    office, lines = on_sqlite.started()
    assert lines >= LINES
    assert office.read(lambda day, _plan: day.waits.memory())["half_hours"]


def test_what_was_learnt_from_other_lines_is_not_believed(on_sqlite: Place) -> None:
    on_sqlite.a_day()
    on_sqlite.clock.forward(days=1)
    on_sqlite.keep()
    forget_lines(on_sqlite, pytest.MonkeyPatch())
    _office, lines = on_sqlite.started()
    assert lines >= LINES - 5


def test_a_plan_has_one_digest_whatever_made_it() -> None:
    plan: OfficePlan = small_plan()
    assert kept_state.plan_id(plan) == kept_state.plan_id(replace(small_plan()))
    assert kept_state.plan_id(plan) != kept_state.plan_id(replace(plan, discipline="first_come_first_served"))
