"""The hub has a backup made when one is due, by a process of its own, and knows what became of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from antrean.config import ROOT
from antrean.hub.async_mode import ThreadingMode
from antrean.hub.watches.backups import AGAIN_AFTER, CLOSED_AFTER, FIRST_AFTER, HOUR, LONGEST, BackupWatch
from antrean.queueing.commands import CloseDay
from antrean.queueing.office import Office
from antrean.storage.backup.rounds import BackupPlaces, copies
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock, Stopwatch, small_plan
from tests.fakes.hub_process import STEPPED_BACK_SECONDS
from tests.queueing.wishes import issue


class Bench:
    """A watch over an office on SQLite, with clocks that stand until they are moved."""

    def __init__(self, data: Path, **settings: Any) -> None:
        self.clock, self.monotonic = SetClock(), Stopwatch()
        database = database_url("", data)
        engine = open_engine(database)
        upgrade(engine)
        self.journal = SqlJournal(engine, "test")
        self.office = Office(self.journal, small_plan, self.clock)
        self.places = BackupPlaces(data)
        self.settings = {"database": database, "passphrase": "", **settings}
        self.watch = BackupWatch(self.office, self.places, lambda: self.settings, ThreadingMode(), self.monotonic, ROOT)
        self.office.subscribe(self.watch.heard)
        self.watch.look()

    def passes(self, seconds: float) -> None:
        self.clock.forward(seconds=seconds)
        self.monotonic.seconds += seconds
        self.watch.look()

    def running(self) -> bool:
        return self.watch.running

    def made(self) -> int:
        """Let the process that runs come to its end; return how many backups there are."""
        until = time.monotonic() + STEPPED_BACK_SECONDS
        while self.running() and time.monotonic() < until:
            self.watch.look()
            time.sleep(0.02)
        assert not self.running()
        return len(copies(self.places.first))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.watch.stop()
    bench.journal.close()


def test_each_hour_in_which_something_happened_has_a_backup(bench: Bench) -> None:
    issue(bench.office)
    bench.passes(FIRST_AFTER - 1)
    assert not bench.running()
    bench.passes(1)
    assert bench.running()
    assert bench.made() == 1
    assert (bench.watch.wrong, bench.watch.made) == ("", 1)
    bench.passes(HOUR)
    assert not bench.running()  # nothing has happened since
    issue(bench.office)
    bench.passes(1)
    assert bench.made() == 2
    bench.passes(1)
    issue(bench.office)
    bench.passes(HOUR - 2)
    assert not bench.running()
    bench.passes(1)
    assert bench.running()
    bench.made()


def test_a_day_that_was_closed_is_backed_up_at_once(bench: Bench) -> None:
    issue(bench.office)
    bench.passes(FIRST_AFTER)
    bench.made()
    bench.passes(60)
    issue(bench.office)
    bench.office.execute(CloseDay())
    bench.passes(CLOSED_AFTER)
    assert bench.running()
    bench.made()
    assert bench.watch.made == 2


def test_a_day_that_was_closed_while_a_backup_is_made_is_in_the_next_one_at_once(bench: Bench) -> None:
    issue(bench.office)
    bench.watch.ask()
    bench.watch.look()
    bench.clock.forward(seconds=1)
    bench.office.execute(CloseDay())
    bench.made()
    bench.passes(CLOSED_AFTER)
    bench.made()
    assert bench.watch.made == 2
    bench.passes(CLOSED_AFTER)
    assert not bench.running()


def test_one_is_made_when_somebody_asks(bench: Bench) -> None:
    bench.watch.ask()
    bench.watch.look()
    assert bench.made() == 1


def test_a_round_that_fails_is_said_and_tried_again(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.settings["database"] = "sqlite:////nowhere/at/all"
    bench.watch.ask()
    bench.watch.look()
    assert bench.made() == 0
    assert bench.watch.wrong == "unable to open database file"
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    bench.settings["database"] = database_url("", bench.places.data)
    issue(bench.office)
    bench.passes(AGAIN_AFTER)
    assert bench.made() == 1
    assert (bench.watch.wrong, bench.watch.failed) == ("", 1)


def test_a_process_that_never_ends_is_ended(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.settings["passphrase"] = "makes it slow"
    bench.watch.ask()
    bench.watch.look()
    bench.passes(LONGEST + 1)
    assert not bench.running()
    assert "not done after 30 minutes" in bench.watch.wrong
    assert copies(bench.places.first) == []


def test_two_hours_of_service_without_one_are_an_alarm(bench: Bench) -> None:
    issue(bench.office)
    assert not bench.watch.is_too_old()  # the first one of a new office is not due yet
    bench.monotonic.seconds += 2 * HOUR
    assert bench.watch.is_too_old()
    bench.watch.ask()
    bench.watch.look()
    bench.made()
    assert not bench.watch.is_too_old()
    bench.clock.forward(hours=2, seconds=1)
    assert not bench.watch.is_too_old()
    issue(bench.office)
    assert bench.watch.is_too_old()


def test_a_night_in_which_nothing_happens_has_one_at_most(bench: Bench) -> None:
    issue(bench.office)
    bench.passes(FIRST_AFTER)
    bench.made()
    issue(bench.office)
    bench.clock.forward(hours=24)
    bench.office.catch_up()  # the new day has no line
    bench.passes(HOUR)
    assert bench.made() == 2  # what the day before did after its last backup
    for _ in range(3):
        bench.passes(HOUR)
        assert not bench.running()
    issue(bench.office)
    bench.passes(HOUR)
    assert bench.made() == 3


def test_a_backup_that_a_clock_named_which_was_ahead_keeps_none_from_being_made(bench: Bench) -> None:
    issue(bench.office)
    bench.watch.ask()
    bench.watch.look()
    bench.made()
    (made,) = copies(bench.places.first)
    made.file.rename(made.file.with_name("antrean-20270101T000000Z.zip"))
    issue(bench.office)
    bench.passes(HOUR)
    assert bench.made() == 2
    assert not bench.watch.is_too_old()
    bench.clock.forward(hours=2, seconds=1)
    issue(bench.office)
    assert bench.watch.is_too_old()


def test_a_hub_that_starts_waits_its_turn(tmp_path: Path) -> None:
    before = Bench(tmp_path)
    before.watch.ask()
    before.watch.look()
    before.made()
    before.journal.close()
    after = Bench(tmp_path)
    issue(after.office)
    after.passes(HOUR - 60)
    assert not after.watch.running
    after.passes(60)
    assert after.made() == 1
    after.journal.close()
