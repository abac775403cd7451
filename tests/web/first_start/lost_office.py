"""Backups of an office that is gone, and how the first start is asked to bring one back."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from shutil import copy
from typing import Any

from flask.testing import FlaskClient

from antrean.access.staff import add_staff
from antrean.queueing.commands import IssueTicket
from antrean.storage.backup.archive import write_backup
from antrean.storage.database.engine import open_engine
from app import open_office
from tests.commands.kept_office import database_in
from tests.conftest import SetClock, small_plan
from tests.fakes.new_hub import PAGE, PASSWORD, NewHub
from tests.fakes.office_hub import QUICK

NAME = "Klinik Bahagia"


def backed_up(folder: Path, *codes: str, passphrase: str = "", numbers: int = 3) -> Path:
    clock = SetClock()
    hub = NewHub(folder, clock)
    hub.stop()
    for code in codes:
        office, settings = open_office(replace(hub.config, office=code), clock)
        settings.create_office(small_plan(office=code, name=NAME if code == "office" else f"Kantor {code}"))
        add_staff(settings, f"Sitti {code}", "administrator", PASSWORD, QUICK)
        office.begin()
        for _ in range(numbers):
            office.execute(IssueTicket(service=small_plan().services[0].code, language="id"))
    file = folder / "b.zip"
    write_backup(open_engine(database_in(folder)), folder, file, clock(), passphrase)
    return file


def offered(folder: Path, file: Path, name: str = "antrean-20261124T010000Z.zip") -> str:
    (folder / "backups").mkdir(parents=True, exist_ok=True)
    copy(file, folder / "backups" / name)
    return f"here/{name}"


def send(client: FlaskClient, content: bytes, passphrase: str = "", html: bool = False) -> Any:
    data = {"file": (BytesIO(content), "b.zip"), "passphrase": passphrase}
    headers = PAGE if html else {}
    return client.post("/first_start/backup", data=data, content_type="multipart/form-data", headers=headers)


def code_of(answer: Any) -> str:
    return str(answer.get_json()["error"]["code"])


def chosen_id(client: FlaskClient) -> str:
    page = client.get("/first_start/restore", headers=PAGE).text
    return str(re.findall(r'name="backup" value="(\w+)"', page)[0])


def brought_back(client: FlaskClient, **highest: str) -> Any:
    return client.post("/first_start/restore", json={"backup": chosen_id(client), **highest})


def next_number(hub: NewHub) -> str:
    office = hub.app.extensions["antrean"].office
    answer = office.execute(IssueTicket(service=small_plan().services[0].code, language="id"))
    return str(answer.ticket.number)
