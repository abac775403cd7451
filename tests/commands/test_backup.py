"""What a supervisor does to keep what the office knows: back it up and bring it back."""

from __future__ import annotations

import json
import os
import pty
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from app import utc_now
from cli import main
from config import ROOT
from queueing import rules
from queueing.office import Office
from storage.backup_reader import open_backup
from storage.backups import copies
from storage.chain import head_file, verify
from storage.clock_file import ClockMemory, write_clock
from storage.condition import Unfit, examine
from storage.database import open_engine
from storage.heads import Remembered, read_head, remembered
from storage.journal import SqlJournal
from storage.restore import OnPaper, restore
from storage.set_aside import set_aside
from storage.settings import Device, Settings
from storage.trust import examine_newest_day
from tests.commands.test_care import a_day, contents
from web.printer_addresses import told as told_to_agent

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def office_of_this_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder with an office, made once."""
    folder = tmp_path_factory.mktemp("office") / "data"
    folder.mkdir()
    a_day(database_in(folder))
    return folder


@pytest.fixture
def data(office_of_this_module: Path, tmp_path: Path) -> Path:
    """Give a data folder of the test's own, with an office."""
    folder = tmp_path / "data"
    shutil.copytree(office_of_this_module, folder)
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Give what runs a command in the data folder, or in another place."""

    def command(*words: str, typed: str = "", **more: str) -> Result:
        environ = {"ANTREAN_DATA": str(tmp_path / "data"), "DATABASE_URL": "", **more}
        return CliRunner().invoke(main, words, input=typed, env=environ)

    return command


@pytest.fixture
def file(run: Run, data: Path, tmp_path: Path) -> Path:
    """Give a backup of the office."""
    assert data.is_dir()
    file = tmp_path / "b.zip"
    assert run("backup", str(file)).exit_code == 0
    return file


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
    assert [line[4] for line in brought["journal"][lines:]] in (["JournalRestored"], ["JournalRestored"] * 2)
    assert {**brought, "journal": brought["journal"][:lines]} == written
    assert (tmp_path / "new" / "secret_key").read_text() == "secret"
    assert (tmp_path / "new" / "media" / "picture.png").read_bytes() == b"\x89PNG"
    assert (tmp_path / "new" / "voice" / "su" / "hiji.wav").read_bytes() == b"RIFF"
    back = run("restore", str(file), DATABASE_URL=fresh_database)
    assert back.exit_code == 1
    assert "not empty" in back.output


def test_a_restored_printer_that_is_no_address_is_named_and_used_by_nobody(
    run: Run, data: Path, tmp_path: Path
) -> None:
    """As a release before addresses were kept in parts took it."""
    settings = Settings(open_engine(database_in(data)), "office")
    evil = "tcp://127.0.0.1\u00a0virtual:///some/folder"
    settings.add_device(Device("a1", "print_agent", "Printer 1", "hash", address=evil), utc_now())
    assert run("backup", str(tmp_path / "b.zip")).exit_code == 0
    told = run("restore", str(tmp_path / "b.zip"), ANTREAN_DATA=str(tmp_path / "new"))
    assert told.exit_code == 0, told.output
    assert "WARNING Printer 1 prints nowhere until its printer is set up again" in told.output
    restored = Settings(open_engine(database_in(tmp_path / "new")), "office")
    (agent,) = [device for device in restored.devices() if device.kind == "print_agent"]
    assert told_to_agent(agent)["addresses"] == [{"kind": "unusable"}]


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


def read_about(file: Path) -> dict[str, object]:
    with zipfile.ZipFile(file) as archive:
        return json.loads(archive.read("backup.json"))


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
    answer = office.do(rules.issue_ticket, service=service, persons=1, priority=False, language="id", device="")
    journal.close()
    assert answer.ticket is not None
    return answer.ticket.number


def without_chain(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "chain"}


def new_place(tmp_path: Path, name: str = "new") -> dict[str, str]:
    return {"ANTREAN_DATA": str(tmp_path / name)}


def database_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'antrean.sqlite3'}"


def test_after_a_restore_numbers_go_on_where_no_paper_is(run: Run, file: Path, tmp_path: Path) -> None:
    told = run("restore", str(file), **new_place(tmp_path))
    assert told.exit_code == 0, told.output
    assert "lost is what happened from " in told.output
    assert "series A goes on with A-1001, so that no number on paper is given again" in told.output
    assert list(verify(open_engine(database_in(tmp_path / "new")), "office")) == []
    assert next_number(database_in(tmp_path / "new")) == "A-1001"


def test_with_its_standard_input_closed_it_takes_the_safe_way(file: Path, tmp_path: Path) -> None:
    environ = {**os.environ, "ANTREAN_DATA": str(tmp_path / "new"), "DATABASE_URL": ""}
    command = ["sh", "-c", 'exec "$0" -c "from cli import main; main()" restore "$1" <&-', sys.executable, str(file)]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "series A goes on with A-1001, so that no number on paper is given again" in done.stderr
    assert next_number(database_in(tmp_path / "new")) == "A-1001"


REMEMBERED = {"office": "office", "seq": 500, "chain": "f" * 64, "at": "2026-11-24T09:00:00.000000+00:00"}


def test_a_restore_that_is_cut_off_at_its_commit_leaves_an_office_that_starts(file: Path, tmp_path: Path) -> None:
    """What the place remembers of a journal that is gone must not keep the one from starting that was brought back."""
    new = tmp_path / "new"
    new.mkdir()
    old = {**REMEMBERED, "at": "2099-01-01T00:00:00.000000+00:00"}  # by a clock that was ahead
    head_file(new).write_text(json.dumps(old))
    engine = open_engine(database_in(new))
    at_commit: list[Remembered | None] = []

    def cut_off(_connection: sa.Connection) -> None:
        at_commit.append(read_head(new))
        raise KeyboardInterrupt

    at, on_paper = datetime(2026, 11, 24, 10, tzinfo=UTC), OnPaper("office")
    with open_backup(file, new) as backup:
        sa.event.listen(engine, "commit", cut_off)
        with pytest.raises(KeyboardInterrupt):
            restore(engine, new, backup, at, on_paper)
        assert read_head(new) == remembered(old)  # nothing was brought back
        sa.event.remove(engine, "commit", cut_off)
        restore(engine, new, backup, at, on_paper)
    assert at_commit == [read_head(new)]
    examine_newest_day(engine, "office", new)


def test_a_clock_behind_what_the_place_remembers_is_not_believed(run: Run, file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="microseconds")
    head_file(new).write_text(json.dumps({**REMEMBERED, "at": later}))
    told = run("restore", str(file), **new_place(tmp_path))
    assert told.exit_code == 0, told.output
    with open_engine(database_in(new)).connect() as connection:
        days = connection.exec_driver_sql("SELECT at FROM journal WHERE kind = 'JournalRestored'").scalars().all()
    assert max(days) == later


def test_between_moving_the_old_one_away_and_the_restore_no_empty_office_begins(data: Path, tmp_path: Path) -> None:
    assert set_aside(data / "antrean.sqlite3", data, datetime.now(UTC)) is not None
    with pytest.raises(Unfit, match="this folder holds what is left of an office"):
        examine(open_engine(database_in(data)))


def test_with_staff_at_hand_numbers_go_on_from_the_one_after(run: Run, file: Path, tmp_path: Path) -> None:
    told = run("restore", str(file), "--highest", "A=17", **new_place(tmp_path))
    assert "series A goes on with A-018\n" in told.output
    assert "series B goes on with B-1001, so that" in told.output
    assert next_number(database_in(tmp_path / "new")) == "A-018"
    refused = run("restore", str(file), "--highest", "17", **new_place(tmp_path, "third"))
    assert refused.exit_code == 1
    assert "no series and number" in refused.output
    assert not (tmp_path / "third").exists()


def test_the_day_of_the_last_line_and_the_day_of_the_restore_know_it(run: Run, file: Path, tmp_path: Path) -> None:
    run("restore", str(file), **new_place(tmp_path))
    with open_engine(database_in(tmp_path / "new")).connect() as connection:
        lines = connection.exec_driver_sql(
            "SELECT seq, business_day, data, actor FROM journal WHERE kind = 'JournalRestored' ORDER BY seq"
        ).all()
    days = [line.business_day for line in lines]
    assert days[0] == "2026-11-24"
    assert days == sorted({"2026-11-24", max("2026-11-24", days[-1])})
    assert [line.seq for line in lines] == list(range(7, 7 + len(lines)))
    assert {line.actor for line in lines} == {"restore"}
    assert all(json.loads(line.data)["lost_from"] for line in lines)


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


def test_the_settings_of_the_machine_stay_with_it(run: Run, data: Path, tmp_path: Path) -> None:
    (data / "antrean.toml").write_text('log_level = "info"\n')
    file = tmp_path / "b.zip"
    run("backup", str(file))
    with zipfile.ZipFile(file) as archive:
        assert "files/antrean.toml" not in archive.namelist()
    # Backups of older releases have it.
    file.write_bytes(altered(file, with_member("files/antrean.toml", b'printer = "tcp://10.0.0.1"')))
    assert run("restore", str(file), **new_place(tmp_path)).exit_code == 0
    assert not (tmp_path / "new" / "antrean.toml").exists()


@pytest.fixture
def careless() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


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


def test_nothing_is_written_through_a_planted_link(run: Run, data: Path, tmp_path: Path) -> None:
    assert data.is_dir()
    precious = tmp_path / "precious"
    precious.write_text("precious")
    for name in ("b.zip", "b.zip.partial", ".b.zip.partial"):
        (tmp_path / name).symlink_to(precious)
    refused = run("backup", str(tmp_path / "b.zip"))
    assert (refused.exit_code, "exists already" in refused.output) == (1, True)
    (tmp_path / "b.zip").unlink()
    assert run("backup", str(tmp_path / "b.zip")).exit_code == 0
    new = tmp_path / "new"
    new.mkdir()
    (new / "media").symlink_to(tmp_path)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None
    (tmp_path / "c.zip").write_bytes(altered(tmp_path / "b.zip", with_member("files/media/precious", b"lost")))
    led_out = run("restore", str(tmp_path / "c.zip"), **new_place(tmp_path))
    assert (led_out.exit_code, "leads out of the data folder" in led_out.output) == (1, True)
    assert precious.read_text() == "precious"


def test_a_damaged_database_is_moved_away_whole_and_never_deleted(run: Run, data: Path, file: Path) -> None:
    damaged = b"\0" * 5000
    (data / "antrean.sqlite3").write_bytes(damaged)
    refused = run("restore", str(file))
    assert (refused.exit_code, "the database is damaged" in refused.output) == (1, True), refused.output
    assert str(file) not in refused.output  # the backup is not what is damaged
    assert (data / "antrean.sqlite3").read_bytes() == damaged
    done = run("restore", str(file), "--replace")
    assert done.exit_code == 0, done.output
    (away,) = data.glob("replaced-*")
    assert (away / "antrean.sqlite3").read_bytes() == damaged
    assert str(away) in done.output
    assert next_number(database_in(data)) == "A-1001"


def test_a_restore_that_fails_brings_the_old_database_back(run: Run, data: Path, file: Path) -> None:
    def change(archive: zipfile.ZipFile, changed: zipfile.ZipFile) -> None:
        for each in archive.namelist():
            content = archive.read(each)
            about = json.loads(content) if each == "backup.json" else None
            if about:
                about["digests"] = {}
                content = json.dumps(about).encode()
            changed.writestr(each, content.replace(b"TicketIssued", b"TicketEaten"))

    file.write_bytes(altered(file, change))
    before = contents(database_in(data))
    assert run("restore", str(file), "--replace").exit_code == 1
    assert contents(database_in(data)) == before
    assert list(data.glob("replaced-*")) == []


def test_a_database_that_a_hub_has_open_is_not_replaced(run: Run, data: Path, file: Path) -> None:
    hold = (
        "import sqlite3, sys\n"
        f"db = sqlite3.connect({str(data / 'antrean.sqlite3')!r})\n"
        "db.execute('SELECT count(*) FROM journal').fetchall()\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", hold], stdin=-1, stdout=-1, text=True) as hub:
        assert hub.stdout is not None
        assert hub.stdout.readline() == "open\n"
        refused = run("restore", str(file), "--replace")
        assert (refused.exit_code, "stop the hub first" in refused.output) == (1, True)
        hub.communicate()
    assert run("restore", str(file), "--replace").exit_code == 0


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


def test_a_backup_of_a_release_without_a_chain_is_brought_back(run: Run, file: Path, tmp_path: Path) -> None:
    def change(archive: zipfile.ZipFile, changed: zipfile.ZipFile) -> None:
        for each in archive.namelist():
            content = archive.read(each)
            if each == "backup.json":
                about = {name: value for name, value in read_about(file).items() if name in ("rows", "revision")}
                content = json.dumps(about | {"format": 1, "revision": "0005"}).encode()
            if each == "tables/journal.jsonl":
                rows = [json.loads(line) for line in content.splitlines()]
                content = b"".join(json.dumps(without_chain(row)).encode() + b"\n" for row in rows)
            changed.writestr(each, content)

    file.write_bytes(altered(file, change))
    done = run("restore", str(file), **new_place(tmp_path))
    assert done.exit_code == 0, done.output
    assert list(verify(open_engine(database_in(tmp_path / "new")), "office")) == []
    assert next_number(database_in(tmp_path / "new")) == "A-1001"


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


def test_a_backup_with_rows_no_office_can_have_leaves_nothing_behind(run: Run, file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    for rows in (
        b"[1]\n",
        b"\xff\n",
        b'{"office": "office", "name": "Ani"}\n',
        b'{"office": "other", "name": "Ani"}\n',
    ):
        with zipfile.ZipFile(BytesIO(whole)) as archive, zipfile.ZipFile(file, "w") as changed:
            for name in archive.namelist():
                changed.writestr(name, rows if name == "tables/staff.jsonl" else archive.read(name))
        other = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
        refused = run("restore", str(file), DATABASE_URL=other, ANTREAN_DATA=str(tmp_path / "new"))
        assert refused.exit_code == 1
        assert "is damaged" in refused.output
        with open_engine(other).connect() as connection:
            assert sa.inspect(connection).get_table_names() == []
        assert list((tmp_path / "new").iterdir()) == []


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


@pytest.mark.long
def test_on_a_terminal_it_asks_for_the_highest_numbers(file: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environ = {**os.environ, "ANTREAN_DATA": str(tmp_path / "new"), "DATABASE_URL": ""}
    command = [sys.executable, "-c", "from cli import main; main()", "restore", str(file)]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdin=theirs, stdout=-1, stderr=-1, text=True) as process:
        os.write(ours, b"A-17\n\nc 4\n4\n\n\n\n\n\n")  # of A, of none, no number and a number
        said, log = process.communicate(timeout=120)
    os.close(theirs)
    os.close(ours)
    assert process.returncode == 0, log
    assert "what is the highest number of each series today?" in said
    assert "series A goes on with A-018\n" in log
    assert "series B goes on with B-1001" in log
    assert "series C goes on with C-005\n" in log
    assert next_number(database_in(tmp_path / "new")) == "A-018"
