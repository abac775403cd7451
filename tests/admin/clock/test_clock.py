"""The page of the hub's clock: it says what is the matter, and takes the true time from whoever stands there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from antrean.queueing.plan.model import OfficePlan
from tests.fakes.hub_process import wait_until
from tests.fakes.machine import MachineClock
from tests.fakes.machine_hub import MachineHub

EMPTY = datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)


@pytest.fixture
def machine(tmp_path: Path, plan: OfficePlan) -> Iterator[MachineHub]:
    running = MachineHub(tmp_path, plan, MachineClock())
    yield running
    running.stop()


def test_a_machine_without_a_battery_gives_no_numbers_until_it_is_told_the_time(machine: MachineHub) -> None:
    true = machine.clock.now
    machine.again(EMPTY)
    assert machine.take() == (409, "clock_wrong")
    assert machine.ready() == (503, "wrong")
    assert "No numbers can be given" in machine.kiosk_says()
    assert "Jam hub salah" in machine.ani.get("/counter_panel/view").get_json()["html"]["lamps"]
    assert "Jam hub salah" in machine.section("today", "alarms")
    assert "/admin/clock" in machine.section("today", "alarms")
    assert "1970" in machine.section("clock", "clock")
    assert (machine.display()["clock"], machine.display()["html"]["date"].strip()) == (False, "")
    assert machine.tells(true).status_code == 200
    assert machine.take() == (201, "A-001")
    assert machine.ready() == (200, "ok")
    assert "No numbers can be given" not in machine.kiosk_says()
    assert machine.display()["clock"]
    assert "24 November 2026" in machine.display()["html"]["date"]
    assert machine.office.business_day().isoformat() == "2026-11-24"
    assert abs((machine.office.clock() - true).total_seconds()) < 1
    assert "Jam hub salah" not in machine.section("today", "alarms")


def test_numbers_go_on_in_an_open_day_while_the_clock_is_wrong_and_nothing_ends(machine: MachineHub) -> None:
    assert machine.take() == (201, "A-001")
    machine.again(EMPTY)
    assert machine.take() == (201, "A-002")
    assert machine.ready() == (200, "wrong")
    assert "No numbers can be given" not in machine.kiosk_says()
    answer = machine.dewi.post("/admin/day/close", json={})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "clock_wrong")
    assert machine.ani.post("/counter_panel/session", json={"counter": "3"}).status_code == 200
    assert machine.ani.post("/counter_panel/calls", json={}).get_json()["ticket"]["number"] == "A-001"
    assert "nomor tetap berjalan" in machine.ani.get("/counter_panel/view").get_json()["html"]["lamps"]


def test_a_told_time_outlives_a_restart_of_the_hub(machine: MachineHub) -> None:
    true = machine.clock.now
    machine.again(EMPTY)
    assert machine.tells(true).status_code == 200
    services = machine.app.extensions["antrean"]
    wait_until(lambda: (services.config.data / "clock.json").exists(), "the offset to be kept")
    machine.clock.forward(minutes=10)
    machine.again(machine.clock.now)
    assert abs((machine.office.clock() - true).total_seconds() - 600) < 1
    assert machine.ready() == (200, "ok")
    machine.clock.now = machine.office.clock()
    wait_until(lambda: not (services.config.data / "clock.json").exists(), "the machine to agree by itself")


def test_what_must_outlive_the_hub_is_written_off_the_loop(machine: MachineHub) -> None:
    services = machine.app.extensions["antrean"]
    off_the_loop: list[str] = []
    run = services.mode.run_blocking

    def noted(work: Any, *arguments: Any) -> Any:
        off_the_loop.append(getattr(work, "__name__", ""))
        return run(work, *arguments)

    services.mode.run_blocking = noted
    assert machine.tells(machine.clock.now + timedelta(hours=1)).status_code == 200
    wait_until(lambda: (services.config.data / "clock.json").exists(), "the offset to be kept")
    assert "write_clock" in off_the_loop


def test_people_who_wait_keep_their_place_when_the_date_turns_out_to_be_another(machine: MachineHub) -> None:
    assert machine.take() == (201, "A-001")
    machine.again(EMPTY)
    assert machine.take() == (201, "A-002")
    true = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    assert machine.tells(true).status_code == 200
    assert machine.take() == (201, "A-003")
    states = machine.office.read(lambda day, _plan: {n: ticket.state for n, ticket in day.tickets.items()})
    assert states == {"A-001": "waiting", "A-002": "waiting", "A-003": "waiting"}
    assert "2026" in machine.section("clock", "clock")
    assert machine.office.business_day().isoformat() == "2026-11-24"
    assert machine.tells(true, end_day=True).status_code == 200
    assert machine.office.business_day().isoformat() == "2026-11-25"
    assert machine.take() == (201, "A-004"), "the numbers of this morning are not given again"


@pytest.mark.parametrize(
    "fields",
    [{}, {"at": "soon"}, {"at": "-5"}, {"local": "yesterday"}, {"at": "0"}, {"local": "1999-01-01T08:00"},
     {"at": "9" * 14}, {"local": "2026-11-24T09:00:00+07:00x"}, {"local": "0001-01-01T00:00"},
     {"local": "9999-12-31T23:59"}],
)  # fmt: skip
def test_what_is_no_time_or_can_not_be_true_is_refused(machine: MachineHub, fields: dict[str, str]) -> None:
    before = machine.office.read(lambda day, _plan: day.seq)
    assert machine.dewi.post("/admin/clock", json=fields).status_code == 422
    assert machine.office.read(lambda day, _plan: day.seq) == before
    assert machine.ready() == (200, "ok")


def test_a_time_may_be_typed_as_a_clock_in_the_office_shows_it(machine: MachineHub) -> None:
    assert machine.dewi.post("/admin/clock", json={"local": "2026-11-24T11:30"}).status_code == 200
    assert machine.office.clock() == datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
    page = machine.dewi.get("/admin/clock", headers={"Accept": "text/html"}).text
    assert 'value="2026-11-24T11:30"' in page


def test_an_operator_tells_no_time(machine: MachineHub) -> None:
    assert machine.ani.post("/admin/clock", json={"local": "2026-11-24T11:30"}).status_code == 403


def test_a_clock_an_hour_back_hinders_no_recall_and_throws_nobody_out(machine: MachineHub) -> None:
    machine.take()
    assert machine.ani.post("/counter_panel/session", json={"counter": "3"}).status_code == 200
    assert machine.ani.post("/counter_panel/calls", json={}).status_code == 201
    machine.clock.jump(hours=-1)
    machine.clock.forward(seconds=6)
    assert machine.ani.post("/counter_panel/tickets/A-001/recall", json={}).status_code == 200
    assert machine.ready() == (200, "jumped")
    said = "Jam mesin hub disetel atau melompat."
    wait_until(lambda: said in machine.section("today", "alarms"), "the jump on Today")
    alarm = machine.section("today", "alarms")
    assert ("notice warning" in alarm, "notice danger" in alarm) == (True, False)  # nobody has to do anything
    machine.clock.forward(minutes=11)
    wait_until(lambda: machine.ready()[1] == "ok", "the new time to be adopted")
    assert machine.office.clock() == machine.clock.now
    ticket = machine.office.read(lambda day, _plan: day.ticket("A-001").snapshot())
    assert (machine.office.clock() - ticket.issued_at).total_seconds() == pytest.approx(666, abs=1)
