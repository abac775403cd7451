"""The disk fills up while numbers are taken: what was told stands, and when there is space again all goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from antrean.queueing.plan.model import OfficePlan
from tests.fakes.hub_process import HubProcess, wait_until
from tests.fakes.persistent_clients import Crowd
from tests.fakes.small_disk import SmallDisk, small_disk
from tests.history_checker import read_sqlite, violations

pytestmark = pytest.mark.long

TIMES, MORE = 4, 60


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "small") as found:
        yield found


@pytest.mark.parametrize("killed", [False, True], ids=["left alone", "killed while full"])
def test_numbers_stop_while_the_disk_is_full_and_go_on_with_space_again(
    disk: SmallDisk, plan: OfficePlan, killed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = HubProcess(disk.folder / "data", plan)
    try:
        hub.start()
        with Crowd([hub]) as crowd:
            for _ in range(TIMES):
                crowd.goes_on(MORE)
                disk.fill()
                wait_until(lambda: not hub.ready(), "the hub to say that it can't save")
                if killed:
                    hub.kill()
                disk.empty()
                if killed:
                    hub.launch()
                wait_until(hub.ready, "the hub to be ready again")
            crowd.goes_on(MORE)
            crowd.goes_on(3, "ticket.called")
        hub.kill()
        lines = read_sqlite(hub.config.data / "antrean.sqlite3", hub.config.office)
    finally:
        hub.end()
    with capsys.disabled():
        print(f"\n  {crowd.count('ticket.issued')} numbers told, full {TIMES} times")  # noqa: T201
    assert violations(lines, crowd.told) == []
