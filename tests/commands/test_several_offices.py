"""Commands of an installation whose database holds several offices: each says which one it is about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from antrean.access.devices import pair_device
from antrean.commands.cli import main
from antrean.hub.start.secret_files import TOKEN_FILE
from antrean.printing.agent.state import AgentState, write_state
from antrean.queueing.events import SecurityNoted
from antrean.queueing.plan.document import to_document
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.factors import OF_APP, RECOVERY, Factor
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from app import utc_now
from tests.conftest import small_plan


class Installation:
    """One data folder, and the commands as they are typed there."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def says(self, *typed: str, given: str | None = None, **settings: str) -> Result:
        return CliRunner().invoke(main, typed, input=given, env={"ANTREAN_DATA": str(self.data), **settings})

    def set_up(self, code: str, name: str) -> None:
        plan = json.dumps(to_document(small_plan(name=name)))
        done = self.says("office", "apply", "-", "--office", code, given=plan)
        assert done.exit_code == 0, done.output

    def name(self, *typed: str, **settings: str) -> str:
        said = self.says("office", "export", *typed, **settings)
        assert said.exit_code == 0, said.output
        name: str = json.loads(said.stdout)["name"]
        return name


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_the_only_office_need_not_be_named_whatever_its_code(installation: Installation) -> None:
    installation.set_up("kuningan", "Disdukcapil Kuningan")
    assert installation.name() == "Disdukcapil Kuningan"
    added = installation.says(
        "staff", "add", "Eka", "--role", "administrator", "--password-stdin", given="kopi-pagi-1\n"
    )
    assert added.exit_code == 0, added.output


def test_of_several_offices_one_is_named_before_or_after_the_command_or_in_the_settings(
    installation: Installation,
) -> None:
    installation.set_up("kuningan", "Disdukcapil Kuningan")
    installation.set_up("ende", "Disdukcapil Ende")
    assert installation.name("--office", "ende") == "Disdukcapil Ende"
    assert installation.name("--office", "kuningan") == "Disdukcapil Kuningan"
    assert installation.name(ANTREAN_OFFICE="ende") == "Disdukcapil Ende"
    assert installation.name("--office", "kuningan", ANTREAN_OFFICE="ende") == "Disdukcapil Kuningan"


@pytest.mark.parametrize(
    "typed",
    [
        ("office", "export"),
        ("pair", "kiosk", "Kiosk 1"),
        ("staff", "remove", "Ani"),
        ("close-day",),
        ("demo",),
        ("doctor",),
        ("office", "make-mine", "--name", "A", "--time-zone", "Asia/Jakarta", "--administrator", "Rina"),
    ],
)
def test_a_command_does_not_choose_between_several_offices(installation: Installation, typed: tuple[str, ...]) -> None:
    installation.set_up("kuningan", "Disdukcapil Kuningan")
    installation.set_up("ende", "Disdukcapil Ende")
    refused = installation.says(*typed)
    assert refused.exit_code == 1
    assert "there are several offices: name one with --office (kuningan, ende)" in refused.output


def test_a_code_that_no_office_has_is_told_beside_those_there_are(installation: Installation) -> None:
    installation.set_up("kuningan", "Disdukcapil Kuningan")
    refused = installation.says("close-day", "--office", "kunigan")
    assert refused.exit_code == 1
    assert "there is no office kunigan here, but kuningan" in refused.output


def test_what_is_about_the_whole_database_names_no_office(installation: Installation) -> None:
    installation.set_up("kuningan", "Disdukcapil Kuningan")
    installation.set_up("ende", "Disdukcapil Ende")
    kept = installation.says("backup", str(installation.data / "kept.zip"))
    assert kept.exit_code == 0, kept.output


def two_with_a_backup(installation: Installation) -> Path:
    installation.set_up("kuningan", "Disdukcapil Kuningan")
    installation.set_up("ende", "Disdukcapil Ende")
    for code in ("kuningan", "ende"):
        assert installation.says("close-day", "--office", code).exit_code == 0
    file = installation.data / "kept.zip"
    assert installation.says("backup", str(file)).exit_code == 0
    return file


def test_numbers_on_paper_are_told_for_each_office_of_a_backup(installation: Installation, tmp_path: Path) -> None:
    file, new = two_with_a_backup(installation), {"ANTREAN_DATA": str(tmp_path / "new")}
    told = installation.says("restore", str(file), "--highest", "kuningan:A=17", "--highest", "ende:A=23 B=4", **new)
    assert told.exit_code == 0, told.output
    for goes_on in ("kuningan: series A goes on with A-018\n", "ende: series A goes on with A-024\n"):
        assert goes_on in told.output
    assert "ende: series B goes on with B-005\n" in told.output
    assert "kuningan: series B goes on with B-1001, so that" in told.output


@pytest.mark.parametrize(
    ("highest", "said"),
    [
        ("A=17", "say of which office, such as CODE:B=311; there are kuningan, ende"),
        ("jayapura:A=17", "the backup has no office jayapura; there are kuningan, ende"),
    ],
)
def test_numbers_of_no_office_are_refused_before_anything_is_restored(
    installation: Installation, tmp_path: Path, highest: str, said: str
) -> None:
    file = two_with_a_backup(installation)
    refused = installation.says("restore", str(file), "--highest", highest, ANTREAN_DATA=str(tmp_path / "new"))
    assert refused.exit_code == 1
    assert said in refused.output
    assert not (tmp_path / "new" / "antrean.sqlite3").exists()


def test_numbers_without_a_code_are_of_the_office_that_the_command_is_about(
    installation: Installation, tmp_path: Path
) -> None:
    file = two_with_a_backup(installation)
    new = {"ANTREAN_DATA": str(tmp_path / "new")}
    told = installation.says("restore", str(file), "--highest", "A=17", "--office", "ende", **new)
    assert told.exit_code == 0, told.output
    assert "ende: series A goes on with A-018\n" in told.output


@pytest.mark.parametrize("kept", [True, False])
def test_what_a_print_agent_remembers_is_of_the_office_it_is_paired_with(
    installation: Installation, tmp_path: Path, kept: bool
) -> None:
    """Without its token nobody knows whose it is: then no office gives such a number again."""
    installation.set_up("kuningan", "Disdukcapil Kuningan")
    installation.set_up("ende", "Disdukcapil Ende")
    engine = open_engine(database_url("", installation.data))
    _device, token = pair_device(Settings(engine, "ende"), "print_agent", "Printer 1", utc_now)
    file = tmp_path / "b.zip"
    assert installation.says("backup", str(file)).exit_code == 0
    new = tmp_path / "new"
    (new / "print_agent").mkdir(parents=True)
    if kept:
        (new / TOKEN_FILE).write_text(token)
    today = utc_now().astimezone(small_plan().tz).date()
    write_state(new / "print_agent" / "printer-1.json", AgentState(printed=[f"{today}/A-311/0"]))
    highest = ("--highest", "kuningan:A=12", "--highest", "ende:A=12")
    told = installation.says("restore", str(file), *highest, ANTREAN_DATA=str(new))
    assert told.exit_code == 0, told.output
    assert "ende: printed in that time, as the print agent remembers: A-311\n" in told.output
    assert "ende: series A goes on with A-312" in told.output
    assert ("kuningan: printed in that time" in told.output) is not kept
    assert f"kuningan: series A goes on with {'A-013' if kept else 'A-312'}" in told.output


def test_recovery_codes_that_a_restore_makes_good_again_are_told(installation: Installation, tmp_path: Path) -> None:
    installation.set_up("kuningan", "Disdukcapil Kuningan")
    installation.says("staff", "add", "Eka", "--role", "administrator", "--password-stdin", given="kopi-pagi-1\n")
    rows = Settings(open_engine(database_url("", installation.data)), "kuningan")
    rows.factors.replace("Eka", OF_APP, [Factor("Eka", RECOVERY, "", "hash of a code")])
    file = installation.data / "kept.zip"
    assert installation.says("backup", str(file)).exit_code == 0
    told = installation.says("restore", str(file), ANTREAN_DATA=str(tmp_path / "new"))
    assert "recovery codes that were used after the backup are good again, of Eka: " in told.output


def test_somebody_of_one_office_is_added_to_another_with_the_password_they_have(installation: Installation) -> None:
    installation.set_up("kuningan", "Disdukcapil Kuningan")
    installation.set_up("ende", "Disdukcapil Ende")
    add = ("staff", "add", "Eka", "--role", "administrator")
    assert installation.says(*add, "--password-stdin", "--office", "kuningan", given="kopi-pagi-1\n").exit_code == 0
    again = installation.says(*add, "--password-stdin", "--office", "ende", given="kopi-pagi-2\n")
    assert again.exit_code == 1
    assert "works in another office" in again.output
    nobody = installation.says("staff", "add", "Ani", "--role", "viewer", "--existing", "--office", "ende")
    assert "Nobody of this name works in another office" in nobody.output
    added = installation.says(*add, "--existing", "--office", "ende")
    assert added.exit_code == 0, added.output
    offices = [Settings(open_engine(database_url("", installation.data)), code) for code in ("kuningan", "ende")]
    hashes = {one.password_hash for rows in offices for one in rows.staff()}
    assert len(hashes) == 1
    # A password that is set at the machine ends their sessions in every office, and each one's record says so.
    assert installation.says(*add, "--password-stdin", "--office", "ende", given="kopi-pagi-3\n").exit_code == 0
    for rows in offices:
        told = SqlJournal(open_engine(database_url("", installation.data)), rows.office).read(after=0)
        noted = [one.event.what for one in told if isinstance(one.event, SecurityNoted)]
        assert noted == ["staff_added", "password_changed", "sessions_ended"]
    assert {one.password_hash for rows in offices for one in rows.staff()}.isdisjoint(hashes)
