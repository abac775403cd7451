"""A machine dies at eleven with a backup of ten: on a new one the office goes on, and no number is given twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from antrean.queueing.plan.model import OfficePlan
from tests.fakes.hub_process import PASSWORD, HubProcess, wait_until
from tests.history_checker import read_sqlite, violations

FIVE_MINUTES = 300.0
pytestmark = pytest.mark.long


ROOT = Path(__file__).resolve().parents[2]
ANTREAN = [sys.executable, "-c", "from antrean.commands.cli import main; main()"]


def environ(folder: Path, plan: OfficePlan, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANTREAN_")}
    return {**kept, "ANTREAN_DATA": str(folder), "ANTREAN_OFFICE": plan.office, "DATABASE_URL": "", **more}


def antrean(folder: Path, plan: OfficePlan, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a supervisor would, with nothing on standard input."""
    return subprocess.run(
        [*ANTREAN, *words], cwd=ROOT, env=environ(folder, plan, **more), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def hubs() -> Iterator[Callable[[HubProcess], HubProcess]]:
    """Give what sees to it that a hub ends with the test."""
    with ExitStack() as held:

        def keep(hub: HubProcess) -> HubProcess:
            held.callback(hub.end)
            return hub

        yield keep


def give(hub: HubProcess, kiosk: str, service: str) -> str:
    answer = requests.post(
        f"{hub.url}/kiosk/tickets",
        json={"service": service},
        headers={"Authorization": f"Bearer {kiosk}", "Accept": "application/json"},
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ticket"]["number"])


def signed_in(hub: HubProcess, name: str) -> requests.Session:
    browser = requests.Session()
    browser.headers["Accept"] = "application/json"
    answer = browser.post(f"{hub.url}/sign_in", json={"name": name, "password": PASSWORD}, timeout=60)
    assert answer.status_code == 200, answer.text
    return browser


@pytest.mark.parametrize("asked", [False, True])
def test_a_machine_that_dies_is_replaced_within_five_minutes(
    tmp_path: Path, plan: OfficePlan, hubs: Callable[[HubProcess], HubProcess], asked: bool
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "antrean-backups").touch()
    old = hubs(HubProcess(tmp_path / "old", plan))
    kiosk = old.pair("kiosk", "Kiosk")
    old.start()
    morning = [give(old, kiosk, service) for service in ("card", "family", "card", "birth", "card")]
    assert antrean(tmp_path / "old", plan, "backup", ANTREAN_BACKUP_FOLDER=str(stick)).returncode == 0
    paper = [*morning, *(give(old, kiosk, service) for service in ("card", "card", "family", "card", "birth"))]
    old.kill()

    died_at = time.monotonic()
    (backup,) = stick.glob("*.zip")
    told = ["--highest", "A=6,B=2,C=2"] if asked else []
    done = antrean(tmp_path / "new", plan, "restore", str(backup), *told)
    assert done.returncode == 0, done.stderr
    assert "lost is what happened from" in done.stderr
    new = hubs(HubProcess(tmp_path / "new", plan))
    new.start()
    after = [give(new, kiosk, service) for service in ("card", "family", "birth", "card")]
    assert time.monotonic() - died_at < FIVE_MINUTES

    assert violations(read_sqlite(tmp_path / "new" / "antrean.sqlite3", plan.office), [], False) == []
    assert not set(after) & set(paper)
    assert after == (["A-007", "B-003", "C-003", "A-008"] if asked else ["A-1001", "B-1001", "C-1001", "A-1002"])
    operator = signed_in(new, "Ani")
    assert operator.post(f"{new.url}/counter_panel/session", json={"counter": "3"}, timeout=30).status_code == 200
    called = operator.post(f"{new.url}/counter_panel/calls", json={}, timeout=30)
    assert (called.status_code, called.json()["ticket"]["number"]) == (201, morning[0])  # who waited still waits
    supervisor = signed_in(new, "Dewi")
    view = supervisor.get(f"{new.url}/admin/view?page=today", timeout=30).json()
    assert "Catatan dikembalikan dari cadangan." in view["html"]["alarms"]
    doctor = antrean(tmp_path / "new", plan, "doctor", PORT=str(new.config.port))
    assert doctor.returncode == 0, doctor.stdout


def test_a_hub_makes_its_backups_by_itself_while_it_gives_numbers(
    tmp_path: Path, plan: OfficePlan, hubs: Callable[[HubProcess], HubProcess]
) -> None:
    hub = hubs(HubProcess(tmp_path / "data", plan))
    kiosk = hub.pair("kiosk", "Kiosk")
    hub.start()
    administrator = signed_in(hub, "Eka")
    assert administrator.post(f"{hub.url}/admin/backups", json={}, timeout=30).status_code == 200
    numbers = []

    def made() -> bool:
        numbers.append(give(hub, kiosk, "card"))
        return bool(list((tmp_path / "data" / "backups").glob("*.zip")))

    wait_until(made, "a backup")
    assert len(set(numbers)) == len(numbers)
    checked = antrean(tmp_path / "data", plan, "backups", "--check")
    assert (checked.returncode, checked.stdout.count(" whole")) == (0, 1), checked.stderr
    assert "antrean_backups_total" in requests.get(f"{hub.url}/metrics", timeout=30).text


def test_a_backup_that_is_killed_leaves_nothing_that_counts(tmp_path: Path, plan: OfficePlan) -> None:
    HubProcess(tmp_path / "data", plan)
    folder = tmp_path / "data" / "backups"
    command = [*ANTREAN, "backup"]
    for _ in range(4):
        with subprocess.Popen(command, cwd=ROOT, env=environ(tmp_path / "data", plan), stdout=-1, stderr=-1) as process:
            wait_until(lambda: process.poll() is not None or list(folder.glob(".*.partial")), "a half written file")
            process.send_signal(signal.SIGKILL)
    listed = antrean(tmp_path / "data", plan, "backups", "--check")
    assert "BAD" not in listed.stdout
    assert antrean(tmp_path / "data", plan, "backup").returncode == 0
