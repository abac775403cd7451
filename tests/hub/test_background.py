"""What the hub does once a second: a part that fails keeps no other part from its turn."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from antrean.access.devices import pair_device
from antrean.hub import background
from antrean.hub.watches import backups, day_end
from antrean.queueing.commands import Announce, CloseEndedDay, GiveUpSlips, ReportPrinter
from antrean.queueing.errors import InternalError, Unavailable
from antrean.queueing.events import DayClosed
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.web import background_tasks
from tests.conftest import SetClock, Stopwatch
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import OfficeHub


def closed_days(hub: OfficeHub) -> list[date]:
    """Return the business days that the journal says are closed, read as another program would."""
    journal = SqlJournal(open_engine(database_url("", hub.app.extensions["antrean"].config.data)), "test")
    lines = journal.read(after=0)
    journal.close()
    return [entry.business_day for entry in lines if isinstance(entry.event, DayClosed)]


def test_a_part_that_fails_keeps_no_other_from_its_turn_and_is_logged_once(
    hub: OfficeHub, clock: SetClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    services = hub.app.extensions["antrean"]

    def broken(*_arguments: object) -> bool:
        raise LookupError("no slips today")

    hub.issue()
    monkeypatch.setattr(GiveUpSlips, "decide", broken)
    clock.forward(days=1)
    wait_until(lambda: len(closed_days(hub)) == 1, "yesterday to be closed all the same")
    wait_until(lambda: services.faults.counts["giving up old slips"] >= 2, "the part to be tried again")
    assert caplog.text.count("Traceback") == 1
    monkeypatch.undo()
    wait_until(lambda: "giving up old slips works again" in caplog.text, "a round without a fault")


def test_screens_are_told_that_the_hub_is_there_while_an_old_slip_waits_for_a_silent_journal(
    hub: OfficeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = hub.app.extensions["antrean"]
    silent, answered = threading.Event(), threading.Event()
    ticks: list[bool] = []

    def waits(_here: object) -> None:
        silent.set()
        assert answered.wait(60)

    def hears(event: str, *_more: object) -> None:
        if event == "tick":
            ticks.append(silent.is_set())

    with hub.app.test_request_context("/"):
        services.publisher.join("kiosk", "kiosks")
    monkeypatch.setattr(services.publisher, "_emit", hears)
    monkeypatch.setattr(background, "ROUND_SECONDS", 0.01)
    monkeypatch.setattr(background_tasks, "_give_up_slips", waits)
    try:
        wait_until(silent.is_set, "old slips to be looked for")
        wait_until(lambda: ticks[-3:] == [True] * 3, "ticks all the same")
    finally:
        answered.set()


def test_what_staff_announce_is_said_again_and_ends_by_itself(hub: OfficeHub, clock: SetClock) -> None:
    made = hub.office.execute(Announce(texts={"id": "Mobil B 1234"}, minutes=3, every=2), actor="operator:Ani").seq
    clock.forward(minutes=2)
    wait_until(lambda: hub.office.read(lambda day, _plan: day.announcements[made].said > made), "it to be said again")
    clock.forward(minutes=1)
    wait_until(lambda: not hub.office.read(lambda day, _plan: day.announcements), "it to end")


def test_a_stick_that_does_not_answer_keeps_nothing_but_backups_waiting(
    tmp_path: Path, plan: OfficePlan, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for, answered = threading.Event(), threading.Event()

    def waits(_places: object) -> backups.Stock:
        looked_for.set()
        assert answered.wait(120)
        return backups.Stock()

    monkeypatch.setattr(backups, "_stock", waits)
    hub = OfficeHub(tmp_path, plan, clock)
    try:
        hub.issue()
        wait_until(looked_for.is_set, "the stick to be looked for")
        clock.forward(days=1)
        wait_until(lambda: len(closed_days(hub)) == 1, "yesterday to be closed all the same")
    finally:
        answered.set()
        hub.stop()


def test_a_day_that_can_not_be_closed_leaves_the_other_days_to_be_closed(
    hub: OfficeHub, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = hub.office.read(lambda day, _plan: day.business_day)
    hub.issue()
    clock.forward(days=1)
    hub.catch_up()
    second = hub.office.read(lambda day, _plan: day.business_day)
    hub.issue()
    real = CloseEndedDay.decide

    def broken(command: CloseEndedDay, day: Any, *more: Any) -> Any:
        if day.business_day == second:
            raise LookupError("this day can't be closed")
        return real(command, day, *more)

    monkeypatch.setattr(CloseEndedDay, "decide", broken)
    clock.forward(days=1)
    hub.catch_up()
    day_end.DayEnd(hub.office, Stopwatch()).look()
    assert closed_days(hub) == [first]
    with pytest.raises(InternalError):
        hub.office.execute(CloseEndedDay(business_day=second))


def test_an_agent_that_is_gone_is_told_of_when_it_can_be_saved(hub: OfficeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    services = hub.app.extensions["antrean"]
    pair_device(services.settings, "print_agent", "Printer", hub.office.clock)
    services.identities.load()
    agent = next(device.id for device in services.identities.devices() if device.kind == "print_agent")
    now = [0.0]
    watch = replace(services.print_agents, monotonic=lambda: now[0])
    said: list[str] = []
    saves = [False]

    def execute(report: ReportPrinter, actor: str) -> None:
        said.append(report.state)
        if not saves[0]:
            raise Unavailable("storage_unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(hub.office, "execute", execute)
        watch.look()
        now[0] += 30
        watch.look()
        saves[0] = True
        watch.look()
        watch.look()
    assert said == ["agent_away", "agent_away"]
    assert agent in watch._said
