"""A real hub whose database is gone: it shows the way back, takes a large backup from a browser, and numbers go on."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from shutil import copy

import pytest
import requests

from antrean.access.devices import pair_device
from antrean.access.staff import add_staff
from antrean.queueing.commands import IssueTicket
from antrean.storage.backup.archive import write_backup
from antrean.storage.database.engine import open_engine
from app import open_office, utc_now
from tests.commands.kept_office import database_in
from tests.conftest import small_plan
from tests.fakes.hub_process import wait_until
from tests.fakes.new_hub import PASSWORD
from tests.fakes.new_hub_process import NewHubProcess

LARGE = 3_000_000  # bytes, more than a form or a stranger may send
PAGE = {"Accept": "text/html"}


def backed_up(data: Path, file: Path) -> str:
    """Make an office that has given three numbers, and a backup of 3 MB; returns its kiosk's token."""
    data.mkdir()
    config = replace(NewHubProcess(data).config, office="office")
    office, settings = open_office(config)
    settings.create_office(small_plan())
    add_staff(settings, "Sitti", "administrator", PASSWORD)
    _device, token = pair_device(settings, "kiosk", "Kiosk 1", utc_now)
    for _ in range(3):
        office.execute(IssueTicket(service="card", language="id"))
    (data / "media").mkdir(exist_ok=True)
    (data / "media" / f"{'a' * 32}.mp4").write_bytes(os.urandom(LARGE))
    write_backup(open_engine(database_in(data)), data, file, utc_now())
    return token


@pytest.mark.parametrize("mode", ["eventlet", pytest.param("threading", marks=pytest.mark.long)])
def test_a_hub_whose_database_is_gone_takes_its_backup_from_a_browser_and_gives_the_next_number(
    tmp_path: Path, mode: str
) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    token = backed_up(data, file)
    for path in data.glob("antrean.sqlite3*"):
        path.unlink()
    (data / "media" / f"{'a' * 32}.mp4").unlink()
    (data / "backups").mkdir()
    copy(file, data / "backups" / "antrean-20261124T010000Z.zip")
    hub = NewHubProcess(data, mode)
    code = hub.begin()
    try:
        with requests.Session() as client:
            url = f"{hub.url}/first_start"
            assert client.post(f"{url}/", json={"code": code}, timeout=60).status_code == 200
            assert client.get(f"{url}/", headers=PAGE, timeout=60).url == f"{url}/backup"
            stranger = requests.post(f"{url}/backup", files={"file": b"x" * 100_000}, timeout=60)
            assert stranger.json()["error"]["code"] == "set_up_code_wrong"
            with file.open("rb") as content:
                sent = client.post(f"{url}/backup", files={"file": content}, headers=PAGE, timeout=120)
            assert sent.url == f"{url}/restore", sent.text
            assert "A-003" in sent.text
            chosen = re.findall(r'name="backup" value="(\w+)"', sent.text)[0]
            highest = {"backup": chosen, "highest_1_A": "41"}
            back = client.post(f"{url}/restore", data=highest, headers=PAGE, timeout=120)
            assert back.status_code == 200, back.text
            assert "A-042" in back.text
            known = {"name": "Sitti", "password": PASSWORD}
            assert client.post(f"{hub.url}/sign_in", json=known, timeout=60).status_code == 200
        kiosk = {"Authorization": f"Bearer {token}"}
        given = requests.post(f"{hub.url}/kiosk/tickets", json={"service": "card"}, headers=kiosk, timeout=60)
        assert given.json()["ticket"]["number"] == "A-042"
        assert (data / "media" / f"{'a' * 32}.mp4").stat().st_size == LARGE
        wait_until(lambda: not (data / "backups_sent").exists(), "what was sent is removed")
        hub.kill()
        hub.start()
        assert requests.get(f"{hub.url}/readyz", timeout=60).status_code == 200
    finally:
        hub.end()
