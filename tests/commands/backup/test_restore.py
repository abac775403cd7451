"""What a supervisor does when an office has to be brought back: where numbers go on, and what is never deleted."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from antrean.config import ROOT
from antrean.hub.agents.printer_addresses import told as told_to_agent
from antrean.storage.backup.archive import write_backup
from antrean.storage.backup.reader import open_backup
from antrean.storage.backup.restore import OnPaper, restore
from antrean.storage.backup.set_aside import set_aside
from antrean.storage.database.condition import examine
from antrean.storage.database.engine import open_engine
from antrean.storage.database.errors import Unfit
from antrean.storage.database.running import mark_running
from antrean.storage.database.trust import examine_newest_day
from antrean.storage.journal.heads import Remembered, head_file, read_head, remembered
from antrean.storage.journal.verify import verify
from antrean.storage.sessions import StaffSession
from antrean.storage.settings.devices import Device
from antrean.storage.settings.rows import Settings
from app import utc_now
from tests.commands.kept_office import (
    Run,
    altered,
    database_in,
    new_place,
    next_number,
    read_about,
    rewritten,
    with_member,
)
from tests.commands.test_care import contents
from tests.fakes.downgrade import downgrade

REMEMBERED = {"office": "office", "seq": 500, "chain": "f" * 64, "at": "2026-11-24T09:00:00.000000+00:00"}


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


def test_after_a_restore_nobody_is_signed_in(run: Run, data: Path, tmp_path: Path) -> None:
    """Whoever was then may have signed out since."""
    settings = Settings(open_engine(database_in(data)), "office")
    settings.sessions.write([StaffSession("id", "Ani", "mark", utc_now(), utc_now())], {}, ())
    assert run("backup", str(tmp_path / "b.zip")).exit_code == 0
    told = run("restore", str(tmp_path / "b.zip"), ANTREAN_DATA=str(tmp_path / "new"))
    assert told.exit_code == 0, told.output
    assert Settings(open_engine(database_in(tmp_path / "new")), "office").sessions.all() == []


def test_after_a_restore_numbers_go_on_where_no_paper_is(run: Run, file: Path, tmp_path: Path) -> None:
    told = run("restore", str(file), **new_place(tmp_path))
    assert told.exit_code == 0, told.output
    assert "lost is what happened from " in told.output
    assert "series A goes on with A-1001, so that no number on paper is given again" in told.output
    assert list(verify(open_engine(database_in(tmp_path / "new")), "office")) == []
    assert next_number(database_in(tmp_path / "new")) == "A-1001"


def test_with_its_standard_input_closed_it_takes_the_safe_way(file: Path, tmp_path: Path) -> None:
    environ = {**os.environ, "ANTREAN_DATA": str(tmp_path / "new"), "DATABASE_URL": ""}
    command = [
        "sh",
        "-c",
        'exec "$0" -c "from antrean.commands.cli import main; main()" restore "$1" <&-',
        sys.executable,
        str(file),
    ]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "series A goes on with A-1001, so that no number on paper is given again" in done.stderr
    assert next_number(database_in(tmp_path / "new")) == "A-1001"


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
        days = connection.exec_driver_sql("SELECT at FROM journal WHERE kind = 'journal.restored'").scalars().all()
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
            "SELECT seq, business_day, data, actor FROM journal WHERE kind = 'journal.restored' ORDER BY seq"
        ).all()
    days = [line.business_day for line in lines]
    assert days[0] == "2026-11-24"
    assert days == sorted({"2026-11-24", max("2026-11-24", days[-1])})
    assert [line.seq for line in lines] == list(range(7, 7 + len(lines)))
    assert {line.actor for line in lines} == {"restore"}
    assert all(json.loads(line.data)["lost_from"] for line in lines)


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
            changed.writestr(each, content.replace(b"ticket.issued", b"ticket.eaten"))

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


def test_under_a_hub_that_lost_its_database_nothing_is_brought_back(run: Run, data: Path, file: Path) -> None:
    """It goes on writing into a file without a name, and would write that one back."""
    mark = mark_running(data)
    (data / "antrean.sqlite3").unlink()
    for more in ([], ["--replace"]):
        refused = run("restore", str(file), *more)
        assert (refused.exit_code, "stop it first" in refused.output) == (1, True)
    assert not (data / "antrean.sqlite3").exists()
    os.close(mark)  # it was killed, and its mark stays
    assert run("restore", str(file)).exit_code == 0
    assert next_number(database_in(data)) == "A-1001"


@pytest.mark.parametrize("fresh_database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_on_postgresql_the_tables_that_were_there_are_moved_into_a_schema_of_their_own(
    run: Run, file: Path, fresh_database: str, tmp_path: Path
) -> None:
    place = {"DATABASE_URL": fresh_database, **new_place(tmp_path)}
    assert run("restore", str(file), **place).exit_code == 0
    before = contents(fresh_database)
    refused = run("restore", str(file), **place)
    assert (refused.exit_code, "or with --replace" in refused.output) == (1, True)
    with open_engine(fresh_database).connect() as hub:
        hub.exec_driver_sql("SELECT 1")
        refused = run("restore", str(file), "--replace", **place)
        assert (refused.exit_code, "stop every hub of it first" in refused.output) == (1, True)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(altered(file, _unreadable))
    assert run("restore", str(broken), "--replace", **place).exit_code == 1
    assert contents(fresh_database) == before
    done = run("restore", str(file), "--replace", **place)
    assert done.exit_code == 0, done.output
    with open_engine(fresh_database).connect() as connection:
        (schema,) = [name for name in sa.inspect(connection).get_schema_names() if name.startswith("replaced_")]
        kept = connection.exec_driver_sql(f'SELECT count(*) FROM "{schema}".journal').scalar()
    assert f"lie whole in the schema {schema}" in done.output
    assert kept == len(before["journal"])
    assert list(verify(open_engine(fresh_database), "office")) == []


def _unreadable(archive: zipfile.ZipFile, changed: zipfile.ZipFile) -> None:
    for each in archive.namelist():
        changed.writestr(each, archive.read(each).replace(b"ticket.issued", b"ticket.eaten!"))


def test_a_backup_of_a_release_without_a_chain_is_brought_back(run: Run, data: Path, tmp_path: Path) -> None:
    engine, old, file = open_engine(database_in(data)), tmp_path / "old.zip", tmp_path / "older.zip"
    downgrade(engine, "0005")
    write_backup(engine, data, old, utc_now())
    told = {name: value for name, value in read_about(old).items() if name in ("rows", "revision")}
    assert told["revision"] == "0005"
    file.write_bytes(rewritten(old.read_bytes(), told | {"format": 1}))
    done = run("restore", str(file), **new_place(tmp_path))
    assert done.exit_code == 0, done.output
    assert list(verify(open_engine(database_in(tmp_path / "new")), "office")) == []
    assert next_number(database_in(tmp_path / "new")) == "A-1001"


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


@pytest.mark.long
def test_on_a_terminal_it_asks_for_the_highest_numbers(file: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environ = {**os.environ, "ANTREAN_DATA": str(tmp_path / "new"), "DATABASE_URL": ""}
    command = [sys.executable, "-c", "from antrean.commands.cli import main; main()", "restore", str(file)]
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
