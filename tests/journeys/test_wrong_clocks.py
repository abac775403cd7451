"""The hub beside a clock that jumps, as a program meets it over HTTP: handed both clocks, or the wall clock alone.

Commands have changed its settings before, by a clock that says something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.model import OfficePlan
from tests.fakes.hub_process import wait_until
from tests.fakes.machine import MachineClock
from tests.fakes.machine_hub import MachineHub
from tests.history_checker import Line, read_sqlite, violations

NINE = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)  # in Jakarta
COMMANDED = (NINE + timedelta(hours=5), NINE + timedelta(days=3))
LOST = (datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC), datetime(2002, 1, 1, tzinfo=UTC))
WAYS = ("two clocks", "one clock")


class Driven(MachineHub):
    """In the words of the tests."""

    def takes(self, several: int = 1) -> list[str]:
        return [self.take("family")[1] for _ in range(several)]

    def calls(self) -> str:
        self.ani.post("/counter_panel/session", json={"counter": "3"})
        return str(self.ani.post("/counter_panel/calls", json={}).get_json()["ticket"]["number"])

    def recalls(self, number: str) -> int:
        return int(self.ani.post(f"/counter_panel/tickets/{number}/recall", json={}).status_code)

    def states(self) -> dict[str, str]:
        found: dict[str, str] = self.office.read(
            lambda day, _plan: {number: ticket.state for number, ticket in day.tickets.items()}
        )
        return found

    def lines(self) -> list[Line]:
        return read_sqlite(self.config.data / "antrean.sqlite3", self.config.office)

    def ended(self, day: date) -> bool:
        return any(line.kind == "day.closed" and line.business_day == day.isoformat() for line in self.lines())

    def stop(self) -> None:
        super().stop()
        assert violations(self.lines(), [], everything_was_told=False) == []


def started(folder: Path, plan: OfficePlan, way: str, commanded: datetime) -> Driven:
    hub = Driven(folder, plan, MachineClock(NINE - timedelta(days=9)), only_clock=way == "one clock")
    hub.command(commanded)
    hub.again(NINE)
    return hub


@pytest.fixture(params=WAYS)
def hub(request: pytest.FixtureRequest, tmp_path: Path, plan: OfficePlan) -> Iterator[Driven]:
    running = started(tmp_path, plan, request.param, COMMANDED[0])
    yield running
    running.stop()


@pytest.mark.parametrize("commanded", COMMANDED)
@pytest.mark.parametrize("way", WAYS)
def test_a_day_back_gives_no_number_twice_and_sends_nobody_away(
    tmp_path: Path, plan: OfficePlan, way: str, commanded: datetime
) -> None:
    hub = started(tmp_path, plan, way, commanded)
    assert hub.ready() == (200, "ok")
    assert hub.takes(3) == ["B-001", "B-002", "B-003"]
    assert hub.calls() == "B-001"
    hub.clock.jump(days=-1)
    assert hub.takes() == ["B-004"]
    assert hub.ready() == (200, "jumped")
    hub.clock.jump(days=1)
    hub.clock.forward(hours=1)
    assert hub.takes() == ["B-005"]
    assert hub.ready() == (200, "ok")
    assert hub.office.clock() == hub.clock.now
    assert hub.states() == {"B-001": "called", **{f"B-{number:03d}": "waiting" for number in range(2, 6)}}
    assert not hub.ended(date(2026, 11, 28))
    hub.stop()


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("way", WAYS)
def test_a_machine_that_starts_without_a_time_gives_no_number_and_says_so(
    tmp_path: Path, plan: OfficePlan, way: str, lost: datetime
) -> None:
    hub = started(tmp_path, plan, way, COMMANDED[0])
    hub.again(lost)
    assert hub.take() == (409, "clock_wrong")
    assert hub.ready() == (503, "wrong")
    assert "No numbers can be given" in hub.kiosk_says()
    assert "Jam hub salah" in hub.ani.get("/counter_panel/view").get_json()["html"]["lamps"]
    assert "Jam hub salah" in hub.section("today", "alarms")
    hub.stop()


@pytest.mark.parametrize("to", [-timedelta(hours=1), -timedelta(days=1), *LOST])
def test_a_running_hub_goes_on_while_its_clock_is_behind(hub: Driven, to: timedelta | datetime) -> None:
    assert hub.takes(2) == ["B-001", "B-002"]
    assert hub.calls() == "B-001"
    before = hub.clock.now
    hub.clock.now = to if isinstance(to, datetime) else before + to
    assert hub.takes() == ["B-003"]
    hub.clock.forward(seconds=6)
    assert hub.recalls("B-001") == 200
    hub.clock.forward(minutes=11)
    assert hub.takes() == ["B-004"]
    hub.clock.now = before + timedelta(minutes=11, seconds=6)
    assert hub.takes() == ["B-005"]
    assert hub.states() == {"B-001": "called", **{f"B-{number:03d}": "waiting" for number in range(2, 6)}}
    wait_until(lambda: hub.office.business_day() == date(2026, 11, 28), "the day to be the true one")


@pytest.mark.parametrize("by", [timedelta(days=1), timedelta(hours=15), timedelta(days=400)])
def test_a_clock_ahead_for_three_seconds_ends_no_day(tmp_path: Path, plan: OfficePlan, by: timedelta) -> None:
    hub = started(tmp_path, plan, "two clocks", COMMANDED[0])
    assert hub.takes(2) == ["B-001", "B-002"]
    hub.clock.jump(seconds=by.total_seconds())
    for number in range(3, 6):
        hub.clock.forward(seconds=1)
        assert hub.takes() == [f"B-{number:03d}"]
        hub.command(hub.clock.now)  # it starts with this clock, and believes it
        assert hub.office.business_day() == date(2026, 11, 28)
    hub.clock.jump(seconds=-by.total_seconds())
    assert hub.takes() == ["B-006"]
    assert hub.ready() == (200, "ok")
    assert set(hub.states().values()) == {"waiting"}
    hub.again(hub.clock.now)
    assert hub.ready() == (200, "ok")
    assert hub.takes() == ["B-007"]
    assert set(hub.states().values()) == {"waiting"}
    hub.stop()


def test_to_and_fro_across_midnight_begins_the_day_once(hub: Driven) -> None:
    hub.clock.forward(hours=14, minutes=55)
    assert hub.takes(2) == ["B-001", "B-002"]
    if not hub.only_clock:
        for number in (3, 4):
            hub.clock.jump(minutes=10)
            assert hub.takes() == [f"B-{number:03d}"]
            hub.clock.jump(minutes=-10)
    hub.clock.forward(minutes=5)
    assert hub.takes() == ["B-001"]
    for number in (2, 3):
        hub.clock.jump(minutes=-10)
        assert hub.takes() == [f"B-{number:03d}"]
        hub.clock.jump(minutes=10)
    assert hub.takes() == ["B-004"]
    assert set(hub.states().values()) == {"waiting"}
    wait_until(lambda: hub.ended(date(2026, 11, 28)), "yesterday to be closed")


def test_three_days_of_passing_time_are_three_days(hub: Driven) -> None:
    for later in range(3):
        day = date(2026, 11, 28) + timedelta(days=later)
        assert hub.takes(3) == ["B-001", "B-002", "B-003"]
        assert hub.office.business_day() == day
        hub.clock.forward(days=1)
        assert hub.ready() == (200, "ok")
        wait_until(partial(hub.ended, day), f"{day} to be closed")


def test_a_closed_day_gives_nothing_until_it_is_opened_again_or_the_next_begins(hub: Driven) -> None:
    assert hub.takes(2) == ["B-001", "B-002"]
    assert hub.dewi.post("/admin/day/close", json={}).status_code == 200
    assert hub.takes(2) == ["day_closed", "day_closed"]
    assert set(hub.states().values()) == {"expired"}
    hub.again(hub.clock.now)
    assert hub.takes() == ["day_closed"]
    assert hub.dewi.post("/admin/day/open", json={}).status_code == 200
    assert set(hub.states().values()) == {"waiting"}
    assert hub.takes() == ["B-003"]
    assert hub.dewi.post("/admin/day/close", json={}).status_code == 200
    hub.clock.forward(hours=14, minutes=59)
    assert hub.takes() == ["day_closed"]
    hub.clock.forward(minutes=1)
    assert hub.takes() == ["B-001"]


@pytest.mark.parametrize("lost", LOST)
def test_a_machine_that_started_without_the_time_gives_numbers_whatever_the_hours_say(
    tmp_path: Path, plan: OfficePlan, lost: datetime
) -> None:
    """Its time stands still near that of the evening before: an office that is open would be shut until told it."""
    saturdays = Hours({"saturday": ((8 * 60, 15 * 60),)})
    hub = started(tmp_path, replace(plan, hours=saturdays), "two clocks", COMMANDED[0])
    assert hub.takes() == ["B-001"]
    hub.clock.forward(hours=6, minutes=10)
    hub.again(hub.clock.now)
    assert hub.take("family") == (409, "closed_now")
    hub.again(lost)
    hub.clock.forward(hours=8)
    assert hub.takes(2) == ["B-002", "B-003"]
    assert "Which service do you need?" in hub.kiosk_says()
    assert hub.tells(NINE + timedelta(hours=7)).status_code == 200
    assert hub.take("family") == (409, "closed_now")
    assert "The office is closed now." in hub.kiosk_says()
    assert set(hub.states()) == {"B-001", "B-002", "B-003"}
    hub.stop()
