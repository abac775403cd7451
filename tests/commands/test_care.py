"""What a supervisor does from the terminal: test a printer, look for what is wrong, back up and restore."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from app import utc_now
from cli import main
from queueing import rules, rules_office
from queueing.office import Office
from sample_office import sample_plan
from storage import schema
from storage.database import open_engine, upgrade
from storage.journal import SqlJournal
from storage.settings import Settings
from tests.conftest import SetClock
from tests.fakes.engine import PAPER_OUT
from tests.fakes.hub_process import free_port
from tests.fakes.printer import FakePrinter
from tests.queueing.wishes import states
from web.identities import Identities


@pytest.fixture
def run(tmp_path: Path, fresh_database: str) -> object:
    environ = {"ANTREAN_DATA": str(tmp_path / "data"), "DATABASE_URL": fresh_database, "PORT": str(free_port())}

    def command(*words: str, typed: str = "", **more: str) -> Result:
        return CliRunner().invoke(main, words, input=typed, env={**environ, **more})

    return command


def a_day(database: str) -> Office:
    """Set up the sample office with staff, a device and a few tickets."""
    engine = open_engine(database)
    upgrade(engine)
    settings = Settings(engine, "office")
    settings.create_office(sample_plan("office"))
    Identities(settings).add_staff("Ani", "operator", "long-enough")
    clock = SetClock()
    Identities(settings).pair("kiosk", "Kiosk", clock)
    office = Office(SqlJournal(engine, "office"), settings.load_plan, clock)
    service = settings.load_plan().services[0].code
    for place in range(5):
        office.do(
            rules.issue_ticket, request_id=f"r{place}", service=service, persons=1, priority=False,
            language="id", device="", token=f"token-{place}",
        )  # fmt: skip
    office.do(rules_office.open_counter, counter="1", operator="Ani")
    office._journal.close()  # type: ignore[attr-defined]
    return office


def contents(database: str) -> dict[str, list[tuple[object, ...]]]:
    with open_engine(database).connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in schema.metadata.sorted_tables
        }


def test_a_backup_brings_everything_back_in_the_other_database_too(run, fresh_database: str, tmp_path: Path) -> None:
    a_day(fresh_database)
    data = tmp_path / "data"
    data.mkdir()
    (data / "secret_key").write_text("secret")
    (data / "media").mkdir()
    (data / "media" / "picture.png").write_bytes(b"\x89PNG")
    (data / "voice" / "su").mkdir(parents=True)
    (data / "voice" / "su" / "hiji.wav").write_bytes(b"RIFF")
    file = tmp_path / "today.antrean"
    assert run("backup", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    other = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    done = run("restore", str(file), DATABASE_URL=other, ANTREAN_DATA=str(tmp_path / "new"))
    assert done.exit_code == 0, done.output
    assert contents(other) == contents(fresh_database)
    assert (tmp_path / "new" / "secret_key").read_text() == "secret"
    assert (tmp_path / "new" / "media" / "picture.png").read_bytes() == b"\x89PNG"
    assert (tmp_path / "new" / "voice" / "su" / "hiji.wav").read_bytes() == b"RIFF"
    back = run("restore", str(file), DATABASE_URL=fresh_database)
    assert back.exit_code == 1
    assert "not empty" in back.output


def test_a_backup_never_writes_over_another(run, fresh_database: str, tmp_path: Path) -> None:
    a_day(fresh_database)
    file = tmp_path / "today.antrean"
    file.write_text("older")
    refused = run("backup", str(file))
    assert (refused.exit_code, file.read_text()) == (1, "older")
    assert "exists already" in refused.output


def test_a_damaged_backup_is_refused_and_leaves_nothing_behind(run, fresh_database: str, tmp_path: Path) -> None:
    a_day(fresh_database)
    file = tmp_path / "today.antrean"
    assert run("backup", str(file)).exit_code == 0
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


def test_the_doctor_finds_a_healthy_office_and_a_hub_that_is_off(run, fresh_database: str) -> None:
    a_day(fresh_database)
    told = run("doctor")
    assert told.exit_code == 0, told.output
    assert "journal: 6 lines without a gap" in told.output
    assert "WARNING hub" in told.output
    assert "WRONG" not in told.output


def test_the_doctor_says_that_lines_are_missing_and_what_to_do(run, fresh_database: str) -> None:
    a_day(fresh_database)
    with open_engine(fresh_database).begin() as connection:
        connection.execute(sa.delete(schema.journal).where(schema.journal.c.seq == 2))
    told = run("doctor")
    assert told.exit_code == 1
    assert "WRONG   journal: 1 lines are missing" in told.output
    assert "restore the newest backup" in told.output


def test_the_doctor_notices_a_clock_that_went_back(run, fresh_database: str) -> None:
    a_day(fresh_database)
    with open_engine(fresh_database).begin() as connection:
        connection.execute(sa.update(schema.journal).values(at="2099-01-01T00:00:00.000000+00:00"))
    told = run("doctor")
    assert told.exit_code == 1
    assert "WRONG   clock" in told.output


def test_the_doctor_says_that_the_disk_is_full_and_goes_on(run, fresh_database: str, tmp_path: Path) -> None:
    a_day(fresh_database)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / ".doctor").symlink_to("/dev/full")
    told = run("doctor")
    assert told.exit_code == 1
    assert "WRONG   disk: [Errno 28]" in told.output
    assert "journal: 6 lines without a gap" in told.output


def test_the_doctor_says_how_to_begin(run) -> None:
    told = run("doctor")
    assert told.exit_code == 1
    assert "antrean demo" in told.output


def test_print_test_needs_only_the_address() -> None:
    with FakePrinter() as printer:
        told = CliRunner().invoke(main, ["print-test", f"127.0.0.1:{printer.port}"])
        assert told.exit_code == 0, told.output
        assert "test slip printed" in told.output


def test_print_test_says_that_paper_is_missing_and_sends_nothing() -> None:
    with FakePrinter() as printer:
        printer.become(PAPER_OUT)
        told = CliRunner().invoke(main, ["print-test", printer.address])
        assert told.exit_code == 1
        assert "paper_out" in told.output
        assert printer.numbers == []


def test_print_test_refuses_an_address_it_does_not_understand() -> None:
    told = CliRunner().invoke(main, ["print-test", "ftp://printer"])
    assert told.exit_code == 1
    assert told.output.startswith("Error: printer address")


def test_what_no_device_day_or_member_of_staff_can_be_is_refused(run, fresh_database: str) -> None:
    a_day(fresh_database)
    before = contents(fresh_database)
    for words, typed in (
        (["pair", "kiosk", ""], ""),
        (["pair", "kiosk", "x" * 61], ""),
        (["staff", "add", "x" * 61, "--role", "operator", "--password-stdin"], "long-enough\n"),
        (["staff", "add", "Zed", "--role", "operator", "--password-stdin"], "short\n"),
        (["close-day", "--day", "2099-01-01"], ""),
    ):
        told = run(*words, typed=typed)
        assert (told.exit_code, told.output.count("\n")) == (1, 1), told.output
        assert told.output.startswith("Error: The ")
    assert contents(fresh_database) == before


def test_a_hub_without_an_office_says_how_to_begin(run) -> None:
    told = run("serve")
    assert told.exit_code == 1
    assert told.output == "Error: there is no office yet: run `antrean demo` for the sample office\n"


def test_nothing_but_what_a_backup_keeps_is_brought_back_and_nothing_outside(
    run, fresh_database: str, tmp_path: Path
) -> None:
    a_day(fresh_database)
    file = tmp_path / "today.antrean"
    assert run("backup", str(file)).exit_code == 0
    whole = file.read_bytes()
    for stranger in (f"{tmp_path}/outside", "../outside", "media/../../outside", "antrean.sqlite3", "run.sh", ".."):
        with zipfile.ZipFile(BytesIO(whole)) as archive, zipfile.ZipFile(file, "w") as changed:
            for name in archive.namelist():
                changed.writestr(name, archive.read(name))
            changed.writestr("files/" + stranger, "x")
        data = tmp_path / "new"
        refused = run("restore", str(file), DATABASE_URL=f"sqlite:///{tmp_path}/new.sqlite3", ANTREAN_DATA=str(data))
        assert refused.exit_code == 1, stranger
        assert "is not a backup" in refused.output
        assert list(data.iterdir()) == []
        assert not (tmp_path / "outside").exists()


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
def test_a_backup_that_says_nonsense_of_itself_is_refused(run, fresh_database: str, tmp_path: Path, change) -> None:
    a_day(fresh_database)
    file = tmp_path / "today.antrean"
    assert run("backup", str(file)).exit_code == 0
    file.write_bytes(rewritten(file.read_bytes(), change(read_about(file))))
    other = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    refused = run("restore", str(file), DATABASE_URL=other, ANTREAN_DATA=str(tmp_path / "new"))
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1), refused.output
    with open_engine(other).connect() as connection:
        assert sa.inspect(connection).get_table_names() == []


def test_a_backup_with_rows_no_office_can_have_leaves_nothing_behind(run, fresh_database: str, tmp_path: Path) -> None:
    a_day(fresh_database)
    file = tmp_path / "today.antrean"
    assert run("backup", str(file)).exit_code == 0
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
        assert "is not a backup" in refused.output
        with open_engine(other).connect() as connection:
            assert sa.inspect(connection).get_table_names() == []
        assert list((tmp_path / "new").iterdir()) == []


def test_a_day_closed_by_mistake_is_opened_again(run, fresh_database: str) -> None:
    a_day(fresh_database)
    engine = open_engine(fresh_database)
    settings = Settings(engine, "office")
    office = Office(SqlJournal(engine, "office"), settings.load_plan, utc_now)
    service = settings.load_plan().services[0].code
    office.do(
        rules.issue_ticket, service=service, persons=1, priority=False, language="id", device="", token="today"
    )  # fmt: skip
    assert "today is open" in run("open-day").output
    assert run("close-day").exit_code == 0
    office.catch_up()
    assert states(office) == {"A-001": "expired"}
    told = run("open-day")
    assert told.exit_code == 0, told.output
    assert "1 numbers have their places back" in told.output
    assert "today is open" in run("open-day").output
    office.catch_up()
    assert states(office) == {"A-001": "waiting"}
