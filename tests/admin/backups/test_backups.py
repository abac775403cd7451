"""The page of backups, and what *Today* says of them and of a journal that was brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.hub.watches.backups import BackupWatch
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import Event, JournalRestored
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.backup.rounds import BackupPlaces, copies
from tests.admin.conftest import Agent
from tests.conftest import SetClock
from tests.fakes.does import does
from tests.fakes.hub_process import STEPPED_BACK_SECONDS, wait_until
from tests.fakes.office_hub import OfficeHub


def a_copy(folder: Path, at: datetime, locked: bool = False) -> str:
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"antrean-{at:%Y%m%dT%H%M%SZ}{'.locked' if locked else ''}.zip"
    (folder / name).write_bytes(b"x" * 1_500_000)
    return name


@pytest.fixture
def watch(hub: OfficeHub) -> BackupWatch:
    found: BackupWatch = hub.app.extensions["antrean"].backups
    return found


def listed(hub: OfficeHub, watch: BackupWatch, eka: FlaskClient) -> str:
    """Return the list as the page has it after the hub has looked."""
    watch._listed_at = float("-inf")
    watch.look()
    return str(eka.get("/admin/view?page=backups").get_json()["html"]["backups"])


def test_the_page_lists_backups_with_age_size_and_place(
    hub: OfficeHub, watch: BackupWatch, eka: FlaskClient, tmp_path: Path
) -> None:
    now = hub.office.clock()
    assert "Belum ada. Yang pertama dibuat" in listed(hub, watch, eka)
    a_copy(watch.places.first, now - timedelta(minutes=50))
    a_copy(watch.places.first, now - timedelta(hours=30), locked=True)
    words = listed(hub, watch, eka)
    assert words.count("<tr>") == 3
    assert "50 menit lalu" in words
    assert "30 jam 0 menit lalu" in words
    assert words.count("1.5 MB") == 2
    assert words.count("dienkripsi") == 1
    page = eka.get("/admin/backups", headers={"Accept": "text/html"}).text
    assert "Cadangan tidak dienkripsi" in page
    assert str(watch.places.first) in page


def test_a_stick_that_is_away_is_an_alarm_there_and_on_today(
    hub: OfficeHub, watch: BackupWatch, eka: FlaskClient, tmp_path: Path
) -> None:
    watch.places = BackupPlaces(watch.places.data, str(tmp_path / "stick"))
    assert f"Tempat kedua {tmp_path / 'stick'} tidak ada." in listed(hub, watch, eka)
    assert "Apakah flashdisk terpasang?" in eka.get("/admin/view?page=today").get_json()["html"]["alarms"]


def test_two_hours_of_service_in_no_backup_are_an_alarm_on_today(
    hub: OfficeHub, watch: BackupWatch, eka: FlaskClient, clock: SetClock
) -> None:
    hub.issue("card")
    a_copy(watch.places.first, hub.office.clock() - timedelta(hours=2, seconds=1))
    assert "Cadangan terbaru dibuat" in listed(hub, watch, eka)
    assert "Cadangan terbaru dibuat" in eka.get("/admin/view?page=today").get_json()["html"]["alarms"]
    a_copy(watch.places.first, hub.office.clock())
    assert "Cadangan terbaru dibuat" not in listed(hub, watch, eka)
    assert eka.get("/admin/view?page=today").get_json()["html"]["alarms"].strip() == ""


def test_an_administrator_has_one_made_now_and_a_supervisor_does_not(
    hub: OfficeHub, watch: BackupWatch, eka: FlaskClient
) -> None:
    assert hub.as_staff("Dewi").post("/admin/backups", json={}).status_code == 403
    assert not watch.running
    answer = eka.post("/admin/backups", json={})
    assert (answer.status_code, watch.running) == (200, True)
    wait_until(lambda: len(copies(watch.places.first)) == 1, "a backup", STEPPED_BACK_SECONDS)
    wait_until(lambda: "0 menit lalu" in eka.get("/admin/view?page=backups").get_json()["html"]["backups"], "its row")
    assert "0.0 MB" not in eka.get("/admin/view?page=backups").get_json()["html"]["backups"]


def test_what_went_wrong_is_said_in_the_readers_language(hub: OfficeHub, watch: BackupWatch, eka: FlaskClient) -> None:
    for code, words in (
        ("no_room", "disk hampir penuh"),
        ("unreadable", "disisihkan: b.zip"),
        ("never heard of", "gagal dibuat: b.zip"),
    ):
        watch.code, watch.wrong = code, "b.zip"
        assert words in eka.get("/admin/view?page=backups").get_json()["html"]["backups"]


def today(hub: OfficeHub) -> str:
    return hub.office.read(lambda day, _plan: day.business_day.isoformat())


def restored(day: ServiceDay, plan: OfficePlan, at: datetime, *, on_paper: Mapping[str, int]) -> Sequence[Event]:
    since = (at - timedelta(hours=1)).isoformat()
    return (JournalRestored(lost_from=since, lost_until=at.isoformat(), on_paper=on_paper),)


def test_after_a_restore_today_says_what_is_lost_and_which_slips_are_unknown(
    hub: OfficeHub, agent: Agent, eka: FlaskClient
) -> None:
    hub.issue("card")
    assert agent.view()["restored"] == 0
    assert agent.post("printed", jobs=[f"{today(hub)}/A-009/0"]).status_code == 204
    assert "Tercetak" not in eka.get("/admin/view?page=today").get_json()["html"]["alarms"]
    hub.office.execute(does(partial(restored, on_paper={})))
    assert agent.view()["restored"] == hub.seq()
    jobs = [f"{today(hub)}/{number}/0" for number in ("A-001", "A-002", "A-003")] + ["2020-01-01/A-004/0"]
    assert agent.post("printed", jobs=jobs).status_code == 204
    alarms = eka.get("/admin/view?page=today").get_json()["html"]["alarms"]
    assert "Catatan dikembalikan dari cadangan." in alarms
    assert "tidak tercatat di sini: A-002, A-003." in alarms
    assert hub.issue("card").number == "A-1001"


@pytest.mark.parametrize("jobs", [None, "2026-11-24/A-002/0", [1], ["x"] * 1001])
def test_nonsense_of_an_agent_is_refused(hub: OfficeHub, agent: Agent, jobs: list[Any]) -> None:
    hub.office.execute(does(partial(restored, on_paper={})))
    seq = hub.seq()
    assert agent.post("printed", jobs=jobs).status_code == 422
    assert agent.post("printed", jobs=["nonsense"]).status_code == 404
    assert hub.seq() == seq
