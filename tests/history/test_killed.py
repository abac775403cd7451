"""A hub that is killed again and again: nothing that anyone was told is lost, nothing is given or called twice."""

from __future__ import annotations

import random
import statistics
import threading

import pytest

from tests.fakes.hub_process import HubProcess
from tests.fakes.persistent_clients import Crowd
from tests.history_checker import read_sqlite, violations

pytestmark = pytest.mark.long

KILLS = {"eventlet": 100, "threading": 15}


def kill_at_random_moments(hub: HubProcess, crowd: Crowd, starts: list[float], kills: int) -> None:
    """Kill the hub while numbers are taken, every fifth time while it is still starting; note the start times."""
    moments = random.Random(20261124)
    for kill in range(1, kills + 1):
        if kill % 5 == 0:
            hub.kill()
            hub.launch()
            threading.Event().wait(moments.random() * statistics.median(starts))
        else:
            crowd.goes_on(moments.randrange(1, 40))
        hub.kill()
        starts.append(hub.start())


@pytest.mark.parametrize("hub", ["eventlet", "threading"], indirect=True)
def test_numbers_and_calls_survive_every_kill_and_are_given_once(
    hub: HubProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    starts = [hub.start()]
    with Crowd([hub]) as crowd:
        kill_at_random_moments(hub, crowd, starts, KILLS[hub.config.async_mode])
        crowd.goes_on(16)
        crowd.goes_on(3, "ticket.called")
    hub.kill()
    numbers, calls = crowd.count("ticket.issued"), crowd.count("ticket.called")
    with capsys.disabled():
        said = f"{len(starts) - 1} kills, {numbers} numbers and {calls} calls told"
        took = f"ready after {statistics.median(starts):.2f} s (median), {max(starts):.2f} s"
        print(f"\n  {hub.config.async_mode}: {said}, {took}")  # noqa: T201
    lines = read_sqlite(hub.config.data / "antrean.sqlite3", hub.config.office)
    assert violations(lines, crowd.told) == []
