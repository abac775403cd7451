"""The day is kept when it is worth it, by a process of its own, and a start reads no more than the lines since."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from antrean.config import ROOT, Config
from antrean.hub.async_mode import ThreadingMode
from antrean.hub.watches import day_keeper
from antrean.hub.watches.day_keeper import AGAIN_AFTER, FIRST_AFTER, LONGEST, SOME_LINES, DayKeeper
from antrean.queueing.commands import CloseDay, IssueTicket
from antrean.queueing.office import Office, Request
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.kept_state import kept_file, kept_head, plan_id
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from app import open_office
from tests.conftest import SetClock, Stopwatch, small_plan
from tests.fakes.hub_process import STEPPED_BACK_SECONDS
from tests.fakes.plan import close_service
from tests.fakes.same_day import state_of

MANY = 700


class Bench:
    """A keeper beside an office on SQLite, with clocks that stand until they are moved."""

    def __init__(self, data: Path) -> None:
        self.clock, self.monotonic = SetClock(), Stopwatch()
        self.config = Config(data=data, office="test")
        self.database = database_url("", data)
        self.file = kept_file(data, "test")
        engine = open_engine(self.database)
        upgrade(engine)
        self.settings = Settings(engine, "test")
        self.settings.create_office(small_plan())
        self.journal = SqlJournal(engine, "test")
        self.office = Office(self.journal, self.settings.load_plan, self.clock)
        self.office.catch_up()
        self.restart()

    def restart(self) -> None:
        self.keeper = DayKeeper(
            self.office, self.config.data, self.file, self.database, ThreadingMode(), self.monotonic, ROOT
        )
        self.keeper.look()

    def passes(self, seconds: float) -> None:
        self.monotonic.seconds += seconds
        self.keeper.look()

    def take(self, tickets: int) -> None:
        """Have numbers taken in one commit: a line each."""
        take = Request(IssueTicket(service="card", language="id"))
        self.office.publish(self.office.decide([take] * tickets))

    def running(self) -> bool:
        return self.keeper._process.running

    def kept_at(self) -> int:
        """Let the process that runs come to its end; return the seq of what is kept."""
        until = time.monotonic() + STEPPED_BACK_SECONDS
        while self.running() and time.monotonic() < until:
            self.keeper.look()
            time.sleep(0.02)
        assert not self.running()
        head = kept_head(self.file)
        return head.seq if head is not None else 0


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.keeper.stop()
    bench.journal.close()


def test_a_day_of_a_few_lines_is_not_kept(bench: Bench) -> None:
    bench.take(SOME_LINES - 1)
    bench.passes(FIRST_AFTER)
    assert not bench.running()
    bench.passes(86_400)
    assert not bench.running()


def test_a_day_is_kept_and_a_start_goes_on_from_there(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_keeper, "MANY_LINES", MANY)
    bench.take(SOME_LINES)
    bench.passes(FIRST_AFTER - 1)
    assert not bench.running()
    bench.passes(1)
    assert bench.running()
    assert bench.kept_at() == SOME_LINES
    # The same day again only after many lines, and never at once.
    bench.take(MANY - 1)
    bench.passes(AGAIN_AFTER)
    assert not bench.running()
    bench.take(1)
    bench.passes(1)
    assert bench.kept_at() == SOME_LINES + MANY
    bench.take(3)
    office, _settings = open_office(bench.config, bench.clock)
    office.catch_up()
    answers = office.read(lambda day, _plan: state_of(day))
    assert answers == bench.office.read(lambda day, _plan: state_of(day))


def test_a_plan_that_was_changed_in_the_midst_of_a_long_day_costs_no_start_its_day(bench: Bench) -> None:
    bench.take(SOME_LINES)
    bench.passes(FIRST_AFTER)
    bench.kept_at()
    close_service(bench.office, "birth", {"id": "blangko habis"})
    bench.passes(AGAIN_AFTER)
    assert bench.kept_at() == SOME_LINES + 1
    head = kept_head(bench.file)
    assert head is not None
    assert head.plan == plan_id(bench.settings.load_plan())
    bench.restart()
    bench.passes(FIRST_AFTER)
    assert not bench.running()


def test_a_restart_knows_what_is_kept(bench: Bench) -> None:
    bench.take(SOME_LINES)
    bench.passes(FIRST_AFTER)
    assert bench.kept_at() == SOME_LINES
    bench.restart()
    bench.take(SOME_LINES)
    bench.passes(FIRST_AFTER)
    assert not bench.running()


def test_a_day_that_was_closed_is_kept_with_what_it_taught(bench: Bench) -> None:
    bench.take(SOME_LINES)
    bench.passes(FIRST_AFTER)
    bench.kept_at()
    bench.office.execute(CloseDay())
    bench.passes(AGAIN_AFTER)
    assert bench.kept_at() > 2 * SOME_LINES  # each number expired
    head = kept_head(bench.file)
    assert head is not None
    assert head.closed
    assert list(head.memories) == [head.business_day]


def test_another_day_is_kept_when_it_has_begun(bench: Bench) -> None:
    bench.take(SOME_LINES)
    bench.clock.forward(days=1)
    bench.office.catch_up()
    bench.passes(FIRST_AFTER)
    assert bench.kept_at() == SOME_LINES
    head = kept_head(bench.file)
    assert head is not None
    assert (head.business_day, list(head.memories)) == ("2026-11-25", ["2026-11-24"])


def test_a_process_that_fails_is_said_once_and_tried_again(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.take(SOME_LINES)
    bench.file.parent.write_text("in the way")
    for _ in range(2):
        bench.passes(AGAIN_AFTER)
        assert bench.running()
        assert bench.kept_at() == 0
    assert sum("not kept" in record.message for record in caplog.records) == 1
    bench.file.parent.unlink()
    bench.passes(AGAIN_AFTER)
    assert bench.kept_at() == SOME_LINES


def test_a_process_that_does_not_end_is_ended(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.take(SOME_LINES)
    bench.passes(FIRST_AFTER)
    running = bench.keeper._process.pid
    os.kill(running, signal.SIGSTOP)  # it stands still from here on
    bench.passes(LONGEST)
    assert bench.running()
    bench.passes(1)
    assert not bench.running()
    assert not psutil.pid_exists(running)
    assert "not done after 5 minutes" in caplog.text


def test_nothing_is_left_running_when_the_hub_stops(bench: Bench) -> None:
    bench.take(SOME_LINES)
    bench.passes(FIRST_AFTER)
    running = bench.keeper._process.pid
    assert psutil.pid_exists(running)
    bench.keeper.stop()
    assert not psutil.pid_exists(running)
