"""What stops every number: held before the disk is full or when it can only be read, and said on every screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from antrean.hub.watches import holds
from antrean.hub.watches.holds import HoldWatch
from antrean.queueing.errors import Unavailable
from antrean.queueing.office import Office
from tests.queueing.wishes import issue, states

FLOOR = 20_000_000


class OneDisk:
    free = 10 * FLOOR
    read_only = False


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> OneDisk:
    disk = OneDisk()
    monkeypatch.setattr(holds, "look_at", lambda _folder: holds.Disk(disk.free, disk.read_only))
    return disk


def test_an_office_is_held_below_the_floor_and_released_with_a_quarter_more(
    office: Office, disk: OneDisk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch = HoldWatch(office, tmp_path, FLOOR, lambda: None)
    watch.look_at_disk()
    issue(office)
    disk.free = FLOOR - 1
    watch.look_at_disk(), watch.look_at_disk()
    assert dict(office.holds) == {"storage_unavailable": "disk_full"}
    with pytest.raises(Unavailable):
        issue(office)
    disk.free = FLOOR + FLOOR // 8
    watch.look_at_disk()
    assert office.holds
    disk.free = FLOOR + FLOOR // 4
    watch.look_at_disk()
    assert dict(office.holds) == {}
    assert issue(office).number == "A-002"
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_an_office_on_a_disk_that_can_only_be_read_is_held_until_it_can_be_written(
    office: Office, disk: OneDisk, tmp_path: Path
) -> None:
    """What a system does with a card that fails."""
    watch = HoldWatch(office, tmp_path, 0, lambda: None)
    disk.read_only = True
    watch.look_at_disk()
    assert dict(office.holds) == {"storage_unavailable": "read_only"}
    disk.read_only = False
    watch.look_at_disk()
    assert issue(office).number == "A-001"


@pytest.mark.parametrize(("folder", "floor"), [(None, FLOOR), (Path("/"), 0)])
def test_nothing_is_held_without_a_file_or_without_a_floor(
    office: Office, disk: OneDisk, folder: Path | None, floor: int
) -> None:
    disk.free = 0
    HoldWatch(office, folder, floor, lambda: None).look_at_disk()
    assert dict(office.holds) == {}


def test_a_folder_that_is_gone_is_left_to_the_journal(office: Office, tmp_path: Path) -> None:
    HoldWatch(office, tmp_path / "gone", FLOOR, lambda: None).look_at_disk()
    assert dict(office.holds) == {}


def test_screens_are_drawn_anew_when_what_holds_the_office_changes_and_only_then(office: Office) -> None:
    drawn = []
    watch = HoldWatch(office, None, 0, lambda: drawn.append(dict(office.holds)))
    watch.look_at_holds()
    office.hold("storage_unavailable", "disk_full")
    watch.look_at_holds(), watch.look_at_holds()
    office.release("storage_unavailable")
    watch.look_at_holds(), watch.look_at_holds()
    assert drawn == [{"storage_unavailable": "disk_full"}, {}]
    assert states(office) == {}
