"""The second place of backups, as an administrator chooses it on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EROFS
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from antrean.config import Config, second_place
from antrean.hub.watches.backups import BackupWatch
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.backup import drives
from antrean.storage.backup.drives import Machine
from antrean.storage.backup.rounds import MARKER, copies
from antrean.storage.private_files import PacedFile, new_private_file
from tests.admin.said import says
from tests.conftest import small_plan
from tests.fakes.hub_process import STEPPED_BACK_SECONDS, wait_until
from tests.fakes.mounts import Mounts
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of

HTML = {"Accept": "text/html"}


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is not in the data folder of the hub."""
    return tmp_path_factory.mktemp("machine")


@pytest.fixture
def mounts(outside: Path) -> Mounts:
    (outside / "system").mkdir()
    return Mounts(outside / "system")


@pytest.fixture
def watch(hub: OfficeHub, mounts: Mounts) -> BackupWatch:
    found: BackupWatch = hub.app.extensions["antrean"].backups
    found.machine = Machine(mounts.file, mounts.blocks)
    return found


def looks(watch: BackupWatch) -> None:
    """Let the hub look at drives and copies, as it does within seconds."""
    watch._listed_at = watch._drives_at = float("-inf")
    watch.look()


def shown(watch: BackupWatch, eka: FlaskClient) -> str:
    says(eka, "backups", "second_place")  # the hub looks for drives while somebody has the page open
    looks(watch)
    return says(eka, "backups", "second_place")


def choose(eka: FlaskClient, folder: object) -> tuple[int, str]:
    answer = eka.post("/admin/backups/second_place", json={"folder": folder})
    return answer.status_code, answer.get_json().get("said") or answer.get_json()["error"]["code"]


def test_a_stick_that_is_plugged_in_is_offered_and_one_tap_has_the_backups_copied_there(
    hub: OfficeHub, watch: BackupWatch, mounts: Mounts, eka: FlaskClient, outside: Path
) -> None:
    said = shown(watch, eka)
    assert said.startswith("None. If this disk dies, its backups die with it.")
    assert "No other drive is found. Plug a stick into this machine: it appears here within seconds." in said
    stick = mounts.plug_in(outside / "media" / "BLUE STICK")
    said = shown(watch, eka)
    assert f"{stick}/antrean" in said
    assert "GB free Use this drive" in said
    status, words = choose(eka, f"{stick}/antrean")
    assert status == 200, words
    assert words == f"{stick}/antrean was written to and read back. A backup is made now and copied there."
    assert watch.places.second == f"{stick}/antrean"
    assert "Nothing lies there yet." in shown(watch, eka)
    wait_until(lambda: len(copies(stick / "antrean")) == 1, "a copy on the stick", STEPPED_BACK_SECONDS)
    assert "Newest copy there: 0 min ago" in shown(watch, eka)
    assert [file.name for file in (stick / "antrean").iterdir() if "antrean-2" not in file.name] == [MARKER]


def test_the_second_place_stays_chosen_when_the_hub_starts_anew_and_stays_on_this_machine(
    hub: OfficeHub, watch: BackupWatch, mounts: Mounts, eka: FlaskClient, outside: Path
) -> None:
    stick = mounts.plug_in(outside / "stick")
    assert choose(eka, f"{stick}/antrean")[0] == 200
    data = watch.places.data
    assert second_place(Config(data=data)) == f"{stick}/antrean"
    assert second_place(Config(data=data, backup_folder="/mnt/other")) == "/mnt/other"
    assert str(stick) not in eka.get("/admin/history/plan").text  # which goes to other machines
    assert choose(eka, "")[0] == 200
    assert (watch.places.second, second_place(Config(data=data))) == ("", "")


def test_a_stick_that_is_away_says_what_to_do(
    hub: OfficeHub, watch: BackupWatch, mounts: Mounts, eka: FlaskClient, outside: Path
) -> None:
    stick = mounts.plug_in(outside / "stick")
    choose(eka, f"{stick}/antrean")
    watch.stop()
    mounts.pull_out(stick)
    said = shown(watch, eka)
    assert "It is not there. Put the drive back into its place: the next backup is copied to it by itself." in said
    assert "Use no second place" in said


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        ("{data}/backups", "second_place_same"),
        ("{data}", "second_place_same"),
        ("{link}", "second_place_same"),
        ("{system}/elsewhere", "second_place_same"),
        ("{memory}", "second_place_fleeting"),
        ("{system}/nowhere/antrean", "second_place_missing"),
        ("{system}/file", "second_place_missing"),
        ("relative/antrean", "second_place_missing"),
        ("/\u202egnp", "text_unprintable"),
        ("{partition}/antrean", "second_place_same"),
        ("/proc", "second_place_full"),
    ],
)
def test_a_folder_that_would_be_lost_with_the_machine_or_takes_nothing_is_refused(
    watch: BackupWatch, mounts: Mounts, eka: FlaskClient, outside: Path, folder: str, code: str
) -> None:
    system, data = outside / "system", watch.places.data
    (system / "elsewhere").mkdir()
    (system / "file").touch()
    watch.places.first.mkdir(mode=0o700, exist_ok=True)
    (outside / "link").symlink_to(data / "backups")
    mounts.plug_in(outside / "memory", kind="tmpfs")
    (outside / "partition").mkdir()
    mounts.mount(outside / "partition", "ext4", disk=0, partition=2)
    mounts.mount(Path("/proc"), "ext4", disk=7)  # which has no room at all
    places = {name: outside / name for name in ("system", "link", "memory", "partition")}
    assert choose(eka, folder.format(data=data, **places)) == (422, code)
    assert watch.places.second == ""
    assert second_place(Config(data=data)) == ""


@pytest.mark.parametrize("code", ["second_place_closed", "second_place_failing"])
def test_a_stick_that_can_not_be_written_to_or_gives_something_else_back_is_refused_and_left_as_it_was(
    watch: BackupWatch,
    mounts: Mounts,
    eka: FlaskClient,
    outside: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
) -> None:
    stick = mounts.plug_in(outside / "stick")

    @contextmanager
    def bad_stick(file: Path) -> Iterator[BytesIO]:
        if code == "second_place_closed":
            raise OSError(EROFS, "Read-only file system")
        yield BytesIO()
        file.write_bytes(b"something else")

    monkeypatch.setattr(drives, "new_private_file", bad_stick)
    assert choose(eka, f"{stick}/antrean") == (422, code)
    assert list(stick.iterdir()) == []
    assert watch.places.second == ""


def test_a_drive_that_only_can_be_read_says_so_and_has_no_key(
    watch: BackupWatch, mounts: Mounts, eka: FlaskClient, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = mounts.plug_in(outside / "stick")
    monkeypatch.setattr("os.access", lambda path, mode: not Path(path).is_relative_to(stick))
    said = shown(watch, eka)
    assert "GB free Nothing can be written to it." in said
    assert "Use this drive" not in said


def test_where_the_settings_of_the_machine_name_the_second_place_nobody_changes_it_in_a_browser(
    watch: BackupWatch, mounts: Mounts, eka: FlaskClient, outside: Path
) -> None:
    stick = mounts.plug_in(outside / "stick")
    watch.named = True
    assert choose(eka, f"{stick}/antrean") == (409, "second_place_named")
    assert choose(eka, "") == (409, "second_place_named")
    words = "The second place is named in the settings of this machine (backup_folder), and is changed there."
    assert words in shown(watch, eka)
    page = text_of(eka.get("/admin/backups", headers=HTML).text)
    assert "Another folder" not in page


def test_only_an_administrator_chooses_and_the_audit_says_who_and_which_folder(
    hub: OfficeHub, watch: BackupWatch, mounts: Mounts, eka: FlaskClient, outside: Path
) -> None:
    stick = mounts.plug_in(outside / "stick")
    refused = hub.as_staff("Dewi").post("/admin/backups/second_place", json={"folder": f"{stick}/antrean"})
    assert refused.status_code == 403
    assert not (stick / "antrean").exists()
    choose(eka, f"{stick}/antrean")
    choose(eka, "")
    page = text_of(eka.get("/admin/audit", headers=HTML).text)
    assert f"Second place of the backups: {stick}/antrean" in page
    assert "Backups have no second place any more" in page


def test_while_one_drive_is_tried_another_waits(
    watch: BackupWatch, mounts: Mounts, eka: FlaskClient, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, other = mounts.plug_in(outside / "stick"), mounts.plug_in(outside / "other")
    meanwhile: list[tuple[int, str]] = []

    @contextmanager
    def slow(file: Path) -> Iterator[PacedFile]:
        meanwhile.append(choose(eka, f"{other}/antrean"))
        with new_private_file(file) as out:
            yield out

    monkeypatch.setattr(drives, "new_private_file", slow)
    assert choose(eka, f"{stick}/antrean")[0] == 200
    assert meanwhile == [(409, "second_place_busy")]
    assert list(other.iterdir()) == []
