"""What a supervisor does to keep what the office knows: back it up, and have each backup tried."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from antrean.storage.backup.rounds import copies
from antrean.storage.clock_file import ClockMemory, write_clock
from antrean.storage.database.engine import open_engine
from tests.commands.kept_office import Run, altered, new_place, read_about, rewritten, with_member
from tests.commands.test_care import a_day, contents


def test_a_backup_brings_everything_back_in_the_other_database_too(
    run: Run, fresh_database: str, tmp_path: Path
) -> None:
    a_day(fresh_database)
    data = tmp_path / "data"
    data.mkdir()
    (data / "secret_key").write_text("secret")
    (data / "media").mkdir()
    (data / "media" / "picture.png").write_bytes(b"\x89PNG")
    (data / "voice" / "su").mkdir(parents=True)
    (data / "voice" / "su" / "hiji.wav").write_bytes(b"RIFF")
    file = tmp_path / "today.antrean"
    assert run("backup", str(file), DATABASE_URL=fresh_database).exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    other = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    done = run("restore", str(file), DATABASE_URL=other, ANTREAN_DATA=str(tmp_path / "new"))
    assert done.exit_code == 0, done.output
    brought, written = contents(other), contents(fresh_database)
    lines = len(written["journal"])
    assert [line[4] for line in brought["journal"][lines:]] in (["journal.restored"], ["journal.restored"] * 2)
    assert {**brought, "journal": brought["journal"][:lines]} == written
    assert (tmp_path / "new" / "secret_key").read_text() == "secret"
    assert (tmp_path / "new" / "media" / "picture.png").read_bytes() == b"\x89PNG"
    assert (tmp_path / "new" / "voice" / "su" / "hiji.wav").read_bytes() == b"RIFF"
    back = run("restore", str(file), DATABASE_URL=fresh_database)
    assert back.exit_code == 1
    assert "not empty" in back.output


def test_a_backup_never_writes_over_another(run: Run, file: Path, tmp_path: Path) -> None:
    file = tmp_path / "today.antrean"
    file.write_text("older")
    refused = run("backup", str(file))
    assert (refused.exit_code, file.read_text()) == (1, "older")
    assert "exists already" in refused.output


def test_a_damaged_backup_is_refused_and_leaves_nothing_behind(run: Run, file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    about = read_about(file)
    newer = about | {"format": 99}
    miscounted = about | {"rows": {**about["rows"], "journal": 3}}
    other = tmp_path / "restored.sqlite3"
    for damaged in (b"nothing", whole[: len(whole) // 2], rewritten(whole, newer), rewritten(whole, miscounted)):
        file.write_bytes(damaged)
        refused = run("restore", str(file), DATABASE_URL=f"sqlite:///{other}", ANTREAN_DATA=str(tmp_path / "new"))
        assert refused.exit_code == 1
        assert refused.output.startswith("Error: ")
        with open_engine(f"sqlite:///{other}").connect() as connection:
            assert sa.inspect(connection).get_table_names() == []
        assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "mode"),
    [
        ("files/.", b"", 0),
        ("files/..", b"", 0),
        ("files/../out", b"", 0),
        ("files/media/../../out", b"", 0),
        ("files//etc/passwd", b"", 0),
        ("/etc/passwd", b"", 0),
        ("files/media/./a", b"", 0),
        ("files/media//a", b"", 0),
        ("files/media\\a", b"", 0),
        ("files/media/", b"", 0),
        ("files/antrean.sqlite3", b"", 0),
        ("files/kept/day.json", b"", 0),
        ("files/secret_key", b"again", 0),
        ("files/media/link", b"/etc/passwd", stat.S_IFLNK | 0o777),
        ("files/print_agent.token", b"\0" * 100_000, 0),
        ("files/media/zeros.png", b"\0" * 100_000_000, 0),
        ("tables/other.jsonl", b"", 0),
        ("elsewhere", b"", 0),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_no_backup_holds_is_refused_in_a_sentence(
    run: Run, data: Path, tmp_path: Path, name: str, content: bytes, mode: int
) -> None:
    (data / "secret_key").write_text("key")
    file = tmp_path / "b.zip"
    run("backup", str(file))
    file.write_bytes(altered(file, with_member(name, content, mode)))
    refused = run("restore", str(file), **new_place(tmp_path))
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1), refused.output
    assert refused.output.startswith("Error: ")
    assert [path.name for path in (tmp_path / "new").iterdir() if "sqlite" not in path.name] == []
    assert not (tmp_path / "out").exists()


def test_a_line_that_never_ends_is_refused_without_filling_the_memory(run: Run, file: Path, tmp_path: Path) -> None:
    def change(archive: zipfile.ZipFile, changed: zipfile.ZipFile) -> None:
        for each in archive.namelist():
            if each == "tables/staff.jsonl":
                with changed.open(each, "w", force_zip64=True) as out:
                    for _ in range(9):
                        out.write(os.urandom(500_000) + b"\0" * 500_000)
            else:
                changed.writestr(each, archive.read(each))

    file.write_bytes(altered(file, change))
    refused = run("restore", str(file), **new_place(tmp_path))
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1), refused.output


def test_a_line_that_was_changed_in_a_backup_is_named(run: Run, file: Path, tmp_path: Path) -> None:
    def change(archive: zipfile.ZipFile, changed: zipfile.ZipFile) -> None:
        for each in archive.namelist():
            content = archive.read(each)
            if each == "backup.json":
                content = json.dumps(read_about(file) | {"digests": {}}).encode()
            changed.writestr(each, content.replace(b"A-003", b"A-007"))

    file.write_bytes(altered(file, change))
    refused = run("restore", str(file), **new_place(tmp_path))
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1)
    assert "line 3 is not as it was written" in refused.output


@pytest.mark.long
def test_an_encrypted_backup_takes_its_passphrase(run: Run, data: Path, tmp_path: Path) -> None:
    (data / "secret_key").write_text("the key of this office")
    file = tmp_path / "b.zip"
    assert run("backup", str(file), ANTREAN_BACKUP_PASSPHRASE="kuda lumping 7").exit_code == 0
    assert b"the key of this office" not in file.read_bytes()
    without = run("restore", str(file), **new_place(tmp_path))
    assert (without.exit_code, "passphrase is needed" in without.output) == (1, True)
    wrong = run("restore", str(file), "--passphrase-stdin", typed="kuda\n", **new_place(tmp_path))
    assert (wrong.exit_code, "the passphrase is not that of" in wrong.output) == (1, True)
    whole = file.read_bytes()
    file.write_bytes(whole[:-3000] + bytes([whole[-3000] ^ 1]) + whole[-2999:])
    damaged = run("restore", str(file), "--passphrase-stdin", typed="kuda lumping 7\n", **new_place(tmp_path))
    assert (damaged.exit_code, "is damaged" in damaged.output) == (1, True)
    file.write_bytes(whole)
    done = run("restore", str(file), "--passphrase-stdin", typed="kuda lumping 7\n", **new_place(tmp_path))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "new" / "secret_key").read_text() == "the key of this office"


@pytest.mark.parametrize(
    "change",
    [
        lambda about: {**about, "revision": "9999"},
        lambda about: {**about, "revision": None},
        lambda about: {**about, "rows": None},
        lambda about: {**about, "rows": [1]},
        lambda about: [],
        lambda about: "about",
    ],
)
def test_a_backup_that_says_nonsense_of_itself_is_refused(
    run: Run, file: Path, tmp_path: Path, change: Callable[[Any], object]
) -> None:
    file.write_bytes(rewritten(file.read_bytes(), change(read_about(file))))
    other = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    refused = run("restore", str(file), DATABASE_URL=other, ANTREAN_DATA=str(tmp_path / "new"))
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1), refused.output
    with open_engine(other).connect() as connection:
        assert sa.inspect(connection).get_table_names() == []


def test_backups_are_listed_whatever_the_database_is_like(run: Run, data: Path) -> None:
    before = run("backups")
    assert (before.exit_code, "there is no backup yet" in before.output) == (1, True)
    assert run("backup").exit_code == 0
    listed = run("backups")
    assert listed.exit_code == 0, listed.output
    (line,) = listed.output.splitlines()
    assert "0 min" in line
    assert line.endswith(f"{data / 'backups'}")
    assert run("backups", "--check").output.rstrip().endswith("whole")
    (data / "antrean.sqlite3").write_bytes(b"not a database at all, but long enough to look like one")
    damaged = run("backups")
    assert "WARNING the database can't be read" in damaged.output
    assert str(data / "backups") in damaged.output
    (made,) = (data / "backups").glob("*.zip")
    made.write_bytes(made.read_bytes()[:-50])
    assert "BAD: " in run("backups", "--check").output


def test_a_backup_is_named_by_the_time_that_the_hub_was_told(run: Run, data: Path) -> None:
    write_clock(data, ClockMemory(offset=10 * 86400.0))
    assert run("backup").exit_code == 0
    (copy,) = copies(data / "backups")
    assert timedelta(days=9) < copy.at - datetime.now(UTC) < timedelta(days=11)


def test_a_second_place_is_written_too(run: Run, data: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    away = run("backup", ANTREAN_BACKUP_FOLDER=str(stick))
    assert (away.exit_code, "is the stick in its place?" in away.output) == (1, True)
    assert list(stick.iterdir()) == []
    (stick / "antrean-backups").touch()
    assert run("backup", ANTREAN_BACKUP_FOLDER=str(stick)).exit_code == 0
    (copy,) = stick.glob("*.zip")
    done = run("restore", str(copy), **new_place(tmp_path))
    assert done.exit_code == 0, done.output


@pytest.mark.usefixtures("careless")
def test_nobody_else_can_read_what_is_written(run: Run, data: Path, tmp_path: Path) -> None:
    (data / "media").mkdir()
    (data / "secret_key").write_text("key")
    (data / "media" / "a.png").write_bytes(b"\x89PNG")
    file = tmp_path / "b.zip"
    run("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("restore", str(file), **new_place(tmp_path, "deep/new")).exit_code == 0
    assert len(list((tmp_path / "deep" / "new").rglob("*"))) >= 4
    for path in [tmp_path / "deep", *(tmp_path / "deep").rglob("*")]:
        allowed = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == allowed, path
