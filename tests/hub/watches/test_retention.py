"""Days that are too old leave once a day: a hub seals them, removes them step by step, and says when it can't."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from antrean.commands.cli import main
from antrean.commands.doctor.checks import PATIENCE_DAYS, _old_days
from antrean.config import ROOT, SHORTEST_RETENTION, Config
from antrean.hub.async_mode import ThreadingMode
from antrean.hub.watches.retention import AGAIN_AFTER, EACH, FIRST_AFTER, LONGEST_WAIT, PATIENCE, Retention
from antrean.queueing.events import JournalSealed
from antrean.storage.backup.rounds import BackupPlaces, make_round
from antrean.storage.database.engine import database_url
from antrean.storage.journal.sealing import remove_some
from antrean.storage.journal.survey import Survey
from antrean.storage.journal.verify import verify
from app import create_app
from tests.conftest import SetClock, Stopwatch, small_plan
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import OfficeHub
from tests.storage.journal.old_office import KEEP, OldOffice

OLD = 3


class Bench:
    """An office with three days that are too old, and what lets them leave; time stands until it is moved."""

    def __init__(self, data: Path, keep_days: int = KEEP) -> None:
        self.old = OldOffice(database_url("", data))
        self.old.work(OLD + KEEP)
        self.places = BackupPlaces(data)
        self.monotonic = Stopwatch()
        self.asked: dict[str, Any] = {"database": database_url("", data), "data": str(data), "second": ""}
        self.removed: list[int] = []
        self.retention = Retention(
            self.old.office, keep_days, lambda: {**self.asked, "passphrase": ""}, self.remove, ThreadingMode(),
            self.monotonic, ROOT,
        )  # fmt: skip
        self.look()

    def remove(self) -> int:
        self.removed.append(remove_some(self.old.engine, "test"))
        return self.removed[-1]

    def look(self, seconds: float = 0.0) -> None:
        self.monotonic.seconds += seconds
        self.retention.look()

    def back_up(self) -> None:
        assert make_round(self.old.engine, self.places, self.old.clock(), "Asia/Jakarta", "").made

    def done(self) -> None:
        """Look on until nothing is at work any more."""

        def at_rest() -> bool:
            self.look()
            return not self.working()

        wait_until(at_rest, "old days to leave")

    def working(self) -> bool:
        due = self.retention._due_at
        return self.retention._process.running or self.retention._left or (due is not None and due <= self.monotonic())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.retention.stop()
    bench.old.journal.close()


def test_days_that_are_too_old_leave_once_a_day(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antrean.storage.journal.sealing.REMOVED_AT_ONCE", 10)
    bench.back_up()
    days, lines = bench.old.days(), len(bench.old.seqs())
    bench.look(FIRST_AFTER - 1)
    assert not bench.working()
    bench.look(1)
    assert bench.working()
    bench.done()
    assert bench.old.days() == [*days[OLD:], bench.old.today()]
    assert len(bench.removed) == -(-(lines + 1 - len(bench.old.seqs())) // 10)  # a step for each ten lines
    (seal,) = (e for e in bench.old.journal.read(after=bench.old.seqs()[-2]) if isinstance(e.event, JournalSealed))
    assert seal.actor == "hub"
    assert list(verify(bench.old.engine, "test")) == []
    bench.look(EACH - 1)
    assert not bench.working()
    bench.old.work()
    bench.back_up()
    bench.look(1)
    bench.done()
    assert bench.old.days()[0] == days[OLD + 1]
    assert bench.retention.wrong == ""


def test_what_no_backup_holds_stays_and_it_is_said_once(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    before = bench.old.seqs()
    for seconds in (FIRST_AFTER, AGAIN_AFTER):
        bench.look(seconds)
        bench.done()
    assert bench.old.seqs() == before
    assert "no backup" in bench.retention.wrong
    assert caplog.text.count("old days stay in the journal") == 1
    bench.back_up()
    bench.look(AGAIN_AFTER)
    bench.done()
    assert (bench.retention.wrong, len(bench.old.seqs()) < len(before)) == ("", True)


def test_what_a_hub_before_left_sealed_is_removed_first(bench: Bench) -> None:
    bench.old.seal()
    days = bench.old.days()
    bench.look(FIRST_AFTER)
    bench.done()
    assert bench.old.days() == days[OLD:]
    with sqlite3.connect(bench.places.data / "antrean.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM journal WHERE kind = 'journal.sealed'").fetchone() == (1,)
    connection.close()


def test_with_no_span_everything_stays(tmp_path: Path) -> None:
    bench = Bench(tmp_path, keep_days=0)
    bench.back_up()
    for _ in range(3):
        bench.look(EACH)
        assert not bench.retention._process.running
    bench.old.journal.close()


def test_while_the_clock_is_in_doubt_nothing_leaves(bench: Bench) -> None:
    bench.back_up()
    bench.old.clock.forward(days=-2)
    bench.look(FIRST_AFTER)
    assert bench.old.office.guard.state != "ok"
    bench.look(EACH)
    assert not bench.retention._process.running


def test_lines_that_are_not_those_that_were_sealed_are_tried_ever_more_seldom_and_told_once(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.old.seal()
    before, tried = bench.old.seqs(), list[float]()
    real = bench.remove
    bench.retention.remove = lambda: tried.append(bench.monotonic()) or real()
    sealed = bench.old.days()[OLD - 1]
    with sqlite3.connect(bench.places.data / "antrean.sqlite3") as connection:
        last = connection.execute(
            "SELECT max(seq) FROM journal WHERE business_day = ?", (sealed.isoformat(),)
        ).fetchone()
        chain = connection.execute("SELECT chain FROM journal WHERE seq = ?", last).fetchone()
        connection.execute("UPDATE journal SET chain = 'other' WHERE seq = ?", last)
    connection.close()
    bench.look(FIRST_AFTER)
    wait_until(lambda: bench.look() or bool(tried), "the first try")
    for _ in range(3600):
        bench.look(1)
    assert 8 <= len(tried) <= 12
    assert bench.old.seqs() == before
    assert (bench.retention.code, bench.retention.alarm()) == ("damaged", "damaged")
    assert caplog.text.count("old days stay in the journal: the journal is damaged: line") == 1
    with sqlite3.connect(bench.places.data / "antrean.sqlite3") as connection:
        connection.execute("UPDATE journal SET chain = ? WHERE seq = ?", (*chain, *last))
    connection.close()
    bench.look(LONGEST_WAIT)
    bench.done()
    assert (bench.retention.wrong, bench.retention.alarm()) == ("", "")
    assert bench.old.days()[0] > sealed


@pytest.mark.parametrize(
    ("code", "at_once", "words"),
    [
        ("damaged", True, "these are damaged"),
        ("unreadable", True, "these are damaged"),
        ("not_backed_up", False, "no backup that can be read holds them"),
        ("failed", False, "its log says why"),
    ],
)
def test_why_old_days_stay_is_an_alarm_at_once_when_they_are_damaged_and_else_after_a_day(
    tmp_path: Path, code: str, at_once: bool, words: str
) -> None:
    hub = OfficeHub(tmp_path, small_plan(languages=("en", "id")), SetClock())
    try:
        retention, watch = hub.app.extensions["antrean"].retention, Stopwatch()
        retention.monotonic, dewi = watch, hub.as_staff("Dewi")

        def said() -> str:
            shown: str = dewi.get("/admin/view?page=today").get_json()["html"]["alarms"]
            assert ("Old days" in shown) is (words in shown)
            return shown

        assert (said().count("Old days"), "antrean_old_days_stay{" in dewi.get("/metrics").text) == (0, False)
        retention._failed("so it is", code)
        assert ("Old days" in said()) is at_once
        assert f'antrean_old_days_stay{{office="test",why="{code}"}} 1.0' in dewi.get("/metrics").text
        watch.seconds += PATIENCE
        retention._failed("so it is", code)
        assert "Old days" in said()
        retention._well()
        assert "Old days" not in said()
    finally:
        hub.stop()


def test_numbers_are_given_while_days_leave(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antrean.storage.journal.sealing.REMOVED_AT_ONCE", 2)
    bench.back_up()
    given: list[str] = []
    real = bench.remove

    def and_a_visit() -> int:
        given[:] = bench.old.visit()
        return real()

    bench.retention.remove = and_a_visit
    bench.look(FIRST_AFTER)
    bench.done()
    visits = len(given) // 2
    assert visits > 5
    assert given == [f"{series}-{number:03d}" for series in "AC" for number in range(1, visits + 1)]
    assert list(verify(bench.old.engine, "test")) == []


def test_a_hub_backs_up_seals_and_removes_by_itself_and_the_doctor_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (
        ("antrean.hub.watches.backups.FIRST_AFTER", 0.0),
        ("antrean.hub.watches.retention.FIRST_AFTER", 0.0),
    ):
        monkeypatch.setattr(name, seconds)
    monkeypatch.setattr("antrean.hub.watches.retention.AGAIN_AFTER", 1.0)
    old = OldOffice(database_url("", tmp_path))
    old.work(SHORTEST_RETENTION + OLD)
    days = old.days()
    old.journal.close()
    config = Config(data=tmp_path, office="test", async_mode="threading", retention_days=SHORTEST_RETENTION)
    app = create_app(config, clock=old.clock)
    try:
        wait_until(lambda: old.days()[0] == days[OLD], "the oldest days to leave", 120)
        assert app.extensions["antrean"].retention.wrong == ""
    finally:
        app.extensions["antrean"].stop()
    assert old.days()[-1] == old.today()
    assert list(verify(old.engine, "test")) == []
    told = CliRunner().invoke(main, ["doctor"], env={"ANTREAN_DATA": str(tmp_path), "ANTREAN_OFFICE": "test"}).output
    last = old.seqs()[0] - 1
    said = f"of {days[0]} to {days[OLD - 1]} the figures are kept; lines 1 to {last} have left the journal"
    assert f"ok      sealed days: {said}" in told
    assert "old days:" not in told


def test_the_doctor_warns_when_old_days_stay_for_more_than_a_fortnight() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)

    def said(days: int, keep_days: int = 60) -> list[str]:
        lines = Survey(7, now, (now - timedelta(days=days)).date())
        return [f"{one.verdict}: {one.said}" for one in _old_days(keep_days, lines, now)]

    assert said(60 + PATIENCE_DAYS) == []
    first = (now - timedelta(days=75)).date()
    assert said(61 + PATIENCE_DAYS) == [
        f"warning: the oldest is {first}, and days are kept for 60 days (retention_days)"
    ]
    assert said(9999, keep_days=0) == []
