"""A hub that was not ended in order has every line looked at by a process of its own, and says what is damaged."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from antrean.config import ROOT
from antrean.hub.async_mode import ThreadingMode
from antrean.hub.watches.damage import FIRST_AFTER, LONGEST, DamageWatch
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.running import RUNNING
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.heads import HeadKeeper
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock, Stopwatch
from tests.fakes.hub_process import STEPPED_BACK_SECONDS, wait_until
from tests.fakes.office_hub import OfficeHub
from tests.storage.journal.test_sql_journal import DAY, line

Watch = Callable[[], DamageWatch]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """Give what begins one more watch over an office with six lines, as one more hub would."""
    database = database_url("", tmp_path)
    engine = open_engine(database)
    upgrade(engine)
    journal = SqlJournal(engine, "test")
    journal.append([line(seq, day=DAY - timedelta(days=1) if seq <= 3 else DAY) for seq in range(1, 7)])
    journal.close()
    begun: list[DamageWatch] = []

    def begin() -> DamageWatch:
        heads = HeadKeeper(engine, "test", tmp_path)
        heads.look()
        begun.append(DamageWatch(database, tmp_path, heads, ThreadingMode(), Stopwatch(), ROOT))
        begun[-1].begin()
        return begun[-1]

    yield begin
    for one in begun:
        one.stop()


def look_until_done(watch: DamageWatch) -> None:
    watch.monotonic.seconds += FIRST_AFTER  # type: ignore[attr-defined]
    until = time.monotonic() + STEPPED_BACK_SECONDS
    while watch.state in ("due", "running") and time.monotonic() < until:
        watch.look()
        time.sleep(0.02)


def spoil(folder: Path, statement: str) -> None:
    with open_engine(database_url("", folder)).begin() as connection:
        connection.exec_driver_sql(statement)


def test_after_an_end_in_order_nothing_is_looked_at(watch: Watch, tmp_path: Path) -> None:
    first = watch()
    assert first.state == "none"
    first.stop()
    assert not (tmp_path / RUNNING).exists()
    second = watch()
    look_until_done(second)
    assert second.state == "none"


def test_after_another_end_every_line_is_looked_at_and_damage_is_named(
    watch: Watch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch()  # and it is killed
    spoil(tmp_path, "UPDATE journal SET actor = 'somebody' WHERE seq = 2")
    second = watch()
    second.look()
    assert second.state == "due"
    look_until_done(second)
    assert second.state == "done"
    assert second.sentences() == ["test: line 2 is not as it was written"]
    assert caplog.text.count("line 2 is not as it was written") == 1


def test_a_sound_database_says_nothing_after_an_end_without_order(watch: Watch) -> None:
    watch()
    second = watch()
    look_until_done(second)
    assert (second.state, second.sentences()) == ("done", [])


def test_a_look_that_takes_too_long_is_ended(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    watch()
    second = watch()
    second.monotonic.seconds += FIRST_AFTER  # type: ignore[attr-defined]
    second.look()
    assert second.state == "running"
    os.kill(second._process.pid, signal.SIGSTOP)
    second.monotonic.seconds += LONGEST + 1  # type: ignore[attr-defined]
    second.look()
    assert second.state == "failed"
    assert "not done after 60 minutes" in caplog.text


def test_lines_that_vanish_under_a_running_hub_are_said_once(
    watch: Watch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    services = watch()
    spoil(tmp_path, "DELETE FROM journal WHERE seq > 4")
    for _ in range(2):
        services.heads.look()
        services.look()
    said = "the journal is damaged: line 5 and all up to line 6 are missing"
    assert (services.sentences(), bool(services.missed)) == ([said], True)
    assert caplog.text.count(said) == 1


def test_what_a_print_agent_remembers_and_the_journal_lacks_is_said_once(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    services = watch()
    newest = services.heads.newest
    assert newest is not None
    services.heard("printer", newest.as_json())
    assert services.sentences() == []
    for _ in range(2):
        services.heard("printer", {**newest.as_json(), "seq": 9})
    said = "the journal is damaged: line 7 and all up to line 9 are missing"
    assert services.sentences() == [said]
    assert caplog.text.count("line 7") == 1


def test_the_administration_and_the_figures_say_that_the_database_is_damaged(
    tmp_path: Path, plan: OfficePlan, clock: SetClock
) -> None:
    hub = OfficeHub(tmp_path, plan, clock)
    try:
        services = hub.app.extensions["antrean"]
        hub.issue()
        wait_until(lambda: services.heads.newest is not None, "the newest line to be remembered")
        assert "antrean_damage 0.0" in hub.app.test_client().get("/metrics").text
        services.damage.heard("printer", {**services.heads.newest.as_json(), "seq": 40})
        drawn = hub.as_staff("Dewi").get("/admin/view?page=today").get_json()["html"]["alarms"]
        assert "Basis data rusak." in drawn
        assert "Nomor yang sudah tercetak bisa diberikan lagi." in drawn
        assert "are missing" in drawn
        assert "antrean_damage 1.0" in hub.app.test_client().get("/metrics").text
        assert "antrean_damage" in hub.app.test_client().get("/metrics").text
    finally:
        hub.stop()
