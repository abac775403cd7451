"""A journal whose oldest days have left is backed up, tried and brought back like any other."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from antrean.storage.backup.archive import BackupError, write_backup
from antrean.storage.backup.contents import numbers_in
from antrean.storage.backup.reader import open_backup
from antrean.storage.backup.restore import restore
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.journal.verify import verify
from tests.storage.journal.old_office import KEEP, OldOffice
from tests.storage.journal.test_sealing import OLD, checked


@pytest.fixture
def old(tmp_path: Path) -> Iterator[OldOffice]:
    (tmp_path / "here").mkdir()
    old = OldOffice(database_url("", tmp_path / "here"))
    old.work(OLD + KEEP)
    yield old
    old.journal.close()


def backed_up(old: OldOffice, tmp_path: Path, spoil: Callable[[list[dict[str, Any]]], Any] = lambda rows: rows) -> Path:
    """Return a backup, whose journal is then another one, with digest and count as if it had been written so."""
    file, spoilt = tmp_path / "one.zip", tmp_path / "spoilt.zip"
    write_backup(old.engine, tmp_path / "here", file, old.clock())
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(spoilt, "w") as out:
        about = json.loads(whole.read("backup.json"))
        for name in whole.namelist():
            content = whole.read(name)
            if name == "tables/journal.jsonl":
                rows = [json.loads(row) for row in content.splitlines()]
                spoil(rows)
                content = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
                about["rows"]["journal"], about["digests"][name] = len(rows), hashlib.sha256(content).hexdigest()
            if name != "backup.json":
                out.writestr(name, content)
        out.writestr("backup.json", json.dumps(about))
    return spoilt


def said(file: Path, tmp_path: Path) -> str:
    try:
        with open_backup(file, tmp_path) as backup:
            backup.check()
    except BackupError as error:
        return str(error).partition("damaged: ")[2]
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("cut_off", [False, True])
def test_a_sealed_journal_comes_back_as_it_was(old: OldOffice, tmp_path: Path, cut_off: bool) -> None:
    if cut_off:
        old.seal()  # and nothing was removed yet
    else:
        old.let_go()
    figures, seqs = old.figures(), old.seqs()
    file = backed_up(old, tmp_path)
    assert said(file, tmp_path) == ""
    engine = open_engine(database_url("", tmp_path))
    with open_backup(file, tmp_path) as backup:
        numbers = numbers_in(backup, "test")
        assert numbers is not None
        assert numbers.last == {"A": 0, "B": 0, "C": 0}  # of today, which has only the line that seals
        restore(engine, tmp_path, backup, old.clock())
    again = OldOffice(database_url("", tmp_path))
    again.clock.now = old.clock.now
    assert again.seqs()[: len(seqs)] == seqs
    assert {day: again.figures()[day] for day in figures} == figures
    assert [str(found) for found in verify(engine, "test")] == []
    assert checked(again) == []
    assert again.visit() == ["A-1001", "C-1001"]  # as after every restore
    again.journal.close()


def test_a_backup_whose_front_is_missing_is_refused(old: OldOffice, tmp_path: Path) -> None:
    assert said(backed_up(old, tmp_path, lambda rows: rows.pop(0)), tmp_path) == "line 1 is missing"


def test_a_backup_that_lacks_more_than_was_sealed_is_refused(old: OldOffice, tmp_path: Path) -> None:
    old.let_go()
    first = old.seqs()[0]
    assert said(backed_up(old, tmp_path, lambda rows: rows.pop(0)), tmp_path) == f"line {first} is missing"


def test_a_backup_whose_first_line_was_changed_is_refused(old: OldOffice, tmp_path: Path) -> None:
    old.let_go()
    first = old.seqs()[0]

    def spoil(rows: list[dict[str, Any]]) -> None:
        rows[0]["actor"] = "somebody"

    assert said(backed_up(old, tmp_path, spoil), tmp_path) == f"line {first} is not as it was written"
