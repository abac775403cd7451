"""What tests of backups and restores share: how a command is run, and what a backup is changed into."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from click.testing import Result

from antrean.queueing.commands import IssueTicket
from antrean.queueing.office import Office
from antrean.storage.database.engine import open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings

Run = Callable[..., Result]


def read_about(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        about: dict[str, Any] = json.loads(archive.read("backup.json"))
        return about


def rewritten(whole: bytes, about: object) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(whole)) as archive, zipfile.ZipFile(out, "w") as changed:
        for name in archive.namelist():
            changed.writestr(name, json.dumps(about) if name == "backup.json" else archive.read(name))
    return out.getvalue()


def next_number(database: str) -> str:
    """Issue one more ticket in the office and return its number."""
    engine = open_engine(database)
    settings = Settings(engine, "office")
    journal = SqlJournal(engine, "office")
    office = Office(journal, settings.load_plan, lambda: datetime.now(UTC))
    service = settings.load_plan().services[0].code
    answer = office.execute(IssueTicket(service=service, language="id"))
    journal.close()
    assert answer.ticket is not None
    return answer.ticket.number


def new_place(tmp_path: Path, name: str = "new") -> dict[str, str]:
    return {"ANTREAN_DATA": str(tmp_path / name)}


def database_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'antrean.sqlite3'}"


def altered(file: Path, change: Callable[[zipfile.ZipFile, zipfile.ZipFile], None]) -> bytes:
    """Return a copy of a backup with something more or something else in it."""
    out = BytesIO()
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        change(archive, changed)
    return out.getvalue()


def with_member(name: str, content: bytes = b"x", mode: int = 0) -> Callable[[zipfile.ZipFile, zipfile.ZipFile], None]:
    def change(archive: zipfile.ZipFile, changed: zipfile.ZipFile) -> None:
        for each in archive.namelist():
            changed.writestr(each, archive.read(each))
        member = zipfile.ZipInfo(name)
        member.external_attr = mode << 16
        member.compress_type = zipfile.ZIP_DEFLATED
        changed.writestr(member, content)

    return change
