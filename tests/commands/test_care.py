"""What a supervisor does from the terminal: test a printer, look for what is wrong, back up and restore."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from antrean.access.devices import pair_device
from antrean.access.staff import add_staff
from antrean.commands.cli import main
from antrean.commands.doctor.checks import _hub
from antrean.commands.sample_office import CASES, sample_plan
from antrean.config import Config
from antrean.queueing.cases.events import CasesKeyedIn
from antrean.queueing.commands import ChangePlan, IssueTicket, OpenCounter, ReportPrinter
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.usual_journeys import IDENTITY_CARD
from antrean.queueing.slips.printers import STATES, prints
from antrean.storage.database import schema
from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.heads import HeadKeeper
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from app import utc_now
from tests.commands.kept_office import Run
from tests.conftest import SetClock
from tests.fakes.engine import PAPER_OUT
from tests.fakes.hub_process import free_port
from tests.fakes.office_hub import OfficeHub
from tests.fakes.printer import FakePrinter
from tests.queueing.wishes import states


@pytest.fixture
def run(tmp_path: Path, fresh_database: str) -> Run:
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
    add_staff(settings, "Ani", "operator", "long-enough")
    clock = SetClock()
    pair_device(settings, "kiosk", "Kiosk", clock)
    office = Office(SqlJournal(engine, "office"), settings.load_plan, clock)
    service = settings.load_plan().services[0].code
    for place in range(5):
        office.execute(IssueTicket(service=service, language="id"), request_id=f"r{place}")
    office.execute(OpenCounter(counter="1", operator="Ani"))
    office._journal.close()  # type: ignore[attr-defined]
    return office


def contents(database: str) -> dict[str, list[tuple[object, ...]]]:
    with open_engine(database).connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in schema.metadata.sorted_tables
        }


def test_the_doctor_finds_a_healthy_office_and_a_hub_that_is_off(run: Run, fresh_database: str) -> None:
    a_day(fresh_database)
    told = run("doctor")
    assert told.exit_code == 0, told.output
    assert "journal: 6 lines, each as it was written" in told.output
    assert "WARNING hub" in told.output
    assert "WRONG" not in told.output


@pytest.mark.parametrize("at", ["z", "2026-11-24T02:00:00"])
def test_a_time_that_is_none_is_named_and_not_stumbled_over(run: Run, fresh_database: str, at: str) -> None:
    a_day(fresh_database)
    with open_engine(fresh_database).begin() as connection:
        connection.execute(sa.update(schema.journal).where(schema.journal.c.seq == 6).values(at=at))
    told = run("doctor")
    assert told.exit_code == 1
    assert "line 6 is not as it was written" in told.output
    assert isinstance(run("backups").exception, SystemExit | None)


def test_the_doctor_says_that_lines_are_missing_and_what_to_do(run: Run, fresh_database: str) -> None:
    a_day(fresh_database)
    with open_engine(fresh_database).begin() as connection:
        connection.execute(sa.delete(schema.journal).where(schema.journal.c.seq == 2))
    told = run("doctor")
    assert told.exit_code == 1
    assert "WRONG   journal: office: line 2 is missing" in told.output
    assert "restore the newest backup" in told.output


def test_the_doctor_names_the_newest_backup_where_one_is_to_be_restored(
    run: Run, fresh_database: str, tmp_path: Path
) -> None:
    a_day(fresh_database)
    assert run("backup").exit_code == 0
    copy = next((tmp_path / "data" / "backups").glob("antrean-*.zip"))
    with open_engine(fresh_database).begin() as connection:
        connection.execute(sa.update(schema.journal).where(schema.journal.c.seq == 2).values(data="{}"))
    told = run("doctor")
    assert "WRONG   journal: " in told.output
    assert f"antrean restore --replace {copy}" in told.output
    demo = run("demo")
    assert demo.exit_code == 3
    assert "Error: the journal is damaged: line 2 is not as it was written" in demo.output


def test_the_doctor_notices_a_clock_that_went_back(run: Run, fresh_database: str) -> None:
    a_day(fresh_database)
    with open_engine(fresh_database).begin() as connection:
        connection.execute(sa.update(schema.journal).values(at="2099-01-01T00:00:00.000000+00:00"))
    told = run("doctor")
    assert told.exit_code == 1
    assert "WRONG   clock" in told.output


def test_the_doctor_says_that_the_disk_is_full_and_goes_on(run: Run, fresh_database: str, tmp_path: Path) -> None:
    a_day(fresh_database)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / ".doctor").symlink_to("/dev/full")
    told = run("doctor")
    assert told.exit_code == 1
    assert "WRONG   disk: [Errno 28]" in told.output
    assert "journal: 6 lines, each as it was written" in told.output


def test_the_doctor_says_how_to_begin(run: Run) -> None:
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


@pytest.mark.parametrize(
    "evil",
    ["tcp://127.0.0.1\u00a0virtual:///some/folder", "cups://-hX", "usblp:///dev/../etc/passwd", "tcp://a tcp://b"],
)
def test_print_test_refuses_an_address_that_is_more_than_one_printer(tmp_path: Path, evil: str) -> None:
    told = CliRunner().invoke(main, ["print-test", evil], env={"ANTREAN_DATA": str(tmp_path)})
    assert (told.exit_code, told.output.count("\n")) == (1, 1), told.output
    assert told.output.startswith("Error: printer address")
    assert list(tmp_path.iterdir()) == []


def test_print_test_keeps_a_virtual_slip_in_no_folder_of_others(tmp_path: Path) -> None:
    (tmp_path / "theirs.bin").write_bytes(b"theirs")
    told = CliRunner().invoke(main, ["print-test", f"virtual://{tmp_path}"], env={"ANTREAN_DATA": str(tmp_path / "d")})
    assert told.exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.bin"]


@pytest.mark.parametrize("command", ["demo", "print-agent"])
def test_nothing_starts_with_a_printer_that_is_no_address(run: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "data").mkdir()
    told = run(command, ANTREAN_PRINTER="tcp://127.0.0.1\u00a0virtual:///some/folder", ANTREAN_PRINT_TOKEN="x")
    assert told.exit_code == 3
    assert "ANTREAN_PRINTER" in told.output
    assert "has no blanks" in told.output
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [("NETWORKS", "everywhere"), ("PORTS", "9109-9100"), ("DEVICES", "/dev/../etc/*")],
)
def test_the_print_agent_names_a_setting_that_allows_what_nobody_can_mean(run: Run, setting: str, value: str) -> None:
    told = run("print-agent", ANTREAN_PRINT_TOKEN="x", **{f"ANTREAN_PRINTER_{setting}": value})
    assert told.exit_code == 3
    assert value in told.output


def test_the_sample_office_has_an_administrator_and_its_printer_in_parts(run: Run, fresh_database: str) -> None:
    done = run("demo", ANTREAN_PRINTER="tcp://192.168.1.50?profile=generic-58")
    assert done.exit_code == 0, done.output
    settings = Settings(open_engine(fresh_database), "office")
    assert {one.role for one in settings.staff()} == {"operator", "supervisor", "administrator"}
    (agent,) = settings.devices()
    hangs = {"kind": "tcp", "host": "192.168.1.50", "port": 9100, "options": {"profile": "generic-58"}}
    assert agent.settings == {"printers": [hangs]}


def test_the_sample_office_begins_with_cases_at_each_stage_and_says_codes_to_try(run: Run, fresh_database: str) -> None:
    assert run("demo").exit_code == 0
    lines = SqlJournal(open_engine(fresh_database), "office").read(after=0)
    stages = {stage for stage, _days, _count in CASES}
    assert stages == {one.code for one in IDENTITY_CARD.stages[:-1]}
    assert sum(isinstance(one.event, CasesKeyedIn) for one in lines) == len(CASES)
    assert "BCGJ BCGJ (at first ready to collect)" in run("addresses").output


def test_a_sample_office_of_an_earlier_release_gets_its_administrator_once(run: Run, fresh_database: str) -> None:
    a_day(fresh_database)
    assert run("demo").exit_code == 0
    settings = Settings(open_engine(fresh_database), "office")
    (eka,) = [one for one in settings.staff() if one.role == "administrator"]
    settings.save_staff(replace(eka, role="operator"))
    assert run("demo").exit_code == 0
    assert [one.role for one in settings.staff() if one.name == eka.name] == ["operator"]


def test_what_no_device_day_or_member_of_staff_can_be_is_refused(run: Run, fresh_database: str) -> None:
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


def test_a_clock_that_is_ahead_does_not_have_tomorrow_closed(
    run: Run, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_day(fresh_database)
    before = contents(fresh_database)
    monkeypatch.setattr("app.utc_now", lambda: SetClock().now + timedelta(days=1))
    told = run("close-day")
    assert told.exit_code == 1
    assert "2026-11-24 has not been closed" in told.output
    assert contents(fresh_database) == before
    assert run("close-day", "--day", "2026-11-24").exit_code == 0
    assert run("close-day").exit_code == 0


def test_a_day_closed_by_mistake_is_opened_again(run: Run, fresh_database: str) -> None:
    a_day(fresh_database)
    engine = open_engine(fresh_database)
    settings = Settings(engine, "office")
    office = Office(SqlJournal(engine, "office"), settings.load_plan, utc_now)
    service = settings.load_plan().services[0].code
    office.execute(IssueTicket(service=service, language="id"))
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


def test_the_doctor_names_what_was_changed_anywhere(run: Run, fresh_database: str, tmp_path: Path) -> None:
    a_day(fresh_database)
    (tmp_path / "data").mkdir()
    HeadKeeper(open_engine(fresh_database), "office", tmp_path / "data").look()
    with open_engine(fresh_database).begin() as connection:
        connection.execute(sa.update(schema.journal).where(schema.journal.c.seq == 3).values(actor="somebody"))
        connection.execute(sa.delete(schema.journal).where(schema.journal.c.seq == 6))
        connection.execute(sa.update(schema.plans).values(actor="somebody"))
    told = run("doctor")
    assert told.exit_code == 1
    assert "WRONG   journal: office: line 3 is not as it was written" in told.output
    assert "WRONG   journal: the journal is damaged: line 6 is missing" in told.output
    assert "WRONG   journal: the settings are damaged: the table plans is not as it was written" in told.output


@pytest.fixture
def printing_hub(tmp_path: Path, plan: OfficePlan, clock: SetClock) -> Iterator[tuple[OfficeHub, str, Config]]:
    """A hub that serves on a real port, its printer's id, and the settings by which the doctor finds it."""
    hub = OfficeHub(tmp_path, plan, clock)
    try:
        with hub.served() as url:
            services = hub.app.extensions["antrean"]
            printer = pair_device(services.settings, "print_agent", "Printer 1", clock)[0].id
            hub.office.execute(ChangePlan(what="devices"))
            yield hub, printer, Config(data=tmp_path, port=int(url.rpartition(":")[2]))
    finally:
        hub.stop()


def doctor_on_printers(config: Config) -> list[tuple[str, str]]:
    return [(found.verdict, found.said) for found in _hub(config) if found.what == "printer"]


def test_the_doctor_calls_every_printer_well_that_prints(
    printing_hub: tuple[OfficeHub, str, Config],
) -> None:
    hub, printer, config = printing_hub
    assert doctor_on_printers(config) == [("warning", f"{printer}: it has not reported today")]
    for state in STATES:
        hub.office.execute(ReportPrinter(printer=printer, state=state))
        ((verdict, said),) = doctor_on_printers(config)
        assert verdict == ("ok" if prints(state) else "wrong"), state
        assert said.startswith(f"{printer}: {state}")


def test_the_doctor_misses_no_printer_where_the_office_has_none(printing_hub: tuple[OfficeHub, str, Config]) -> None:
    hub, printer, config = printing_hub
    hub.office.execute(ReportPrinter(printer=printer, state="agent_away"))
    hub.app.extensions["antrean"].settings.revoke_device(printer, hub.office.clock())
    hub.office.execute(ChangePlan(what="devices"))
    assert doctor_on_printers(config) == [("ok", "this office has none")]
