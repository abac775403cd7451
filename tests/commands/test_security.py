"""Who is added, changed, removed, paired and revoked at the console is on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from antrean.access.identities import Identities
from antrean.commands.cli import main
from antrean.config import load_config
from antrean.queueing.events import SecurityNoted
from antrean.queueing.journal.entry import CONSOLE
from app import open_office
from tests.conftest import small_plan

Run = Callable[..., Result]
ADVICE = "Write the name so that nobody takes one for the other."


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ANTREAN_DATA", str(tmp_path))
    _office, settings = open_office(load_config())
    settings.create_office(small_plan(office=load_config().office))

    def run(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, words, input=typed)

    return run


def noted() -> list[SecurityNoted]:
    _office, settings = open_office(load_config())
    entries = settings.security.page(50).entries
    found = [entry for entry in reversed(entries) if isinstance(entry.event, SecurityNoted)]
    assert {entry.actor for entry in found} <= {CONSOLE}
    return [entry.event for entry in found if isinstance(entry.event, SecurityNoted)]


def add(run: Run, name: str, role: str, password: str) -> Result:
    return run("staff", "add", name, "--role", role, "--password-stdin", typed=password + "\n")


def test_who_is_added_changed_and_removed_is_on_record_with_what_ended(run: Run) -> None:
    assert add(run, "Ani", "operator", "first-password").exit_code == 0
    assert add(run, " Ani", "operator", "second-password").exit_code == 0
    assert add(run, "Ani", "supervisor", "third-password").exit_code == 0
    assert run("staff", "remove", "ANI").exit_code == 0
    assert noted() == [
        SecurityNoted("staff_added", "Ani", "operator"),
        SecurityNoted("password_changed", "Ani", "operator"),
        SecurityNoted("sessions_ended", "Ani", "operator"),
        SecurityNoted("staff_changed", "Ani", "supervisor"),
        SecurityNoted("password_changed", "Ani", "supervisor"),
        SecurityNoted("sessions_ended", "Ani", "supervisor"),
        SecurityNoted("staff_removed", "Ani", "supervisor"),
        SecurityNoted("sessions_ended", "Ani", "supervisor"),
    ]


@pytest.mark.parametrize(
    ("here", "name"),
    [("Ani", "ani"), ("Ani", "ANI"), ("Ani", "Аni"), ("Ani", "An\u0456"), ("Ani", "A\u200dni"), ("Ani", "Ａni"),
     ("Budi 1", "Budi l"), ("Siti Nur", "Siti  Nur"), ("Ma'ruf", "Ma’ruf")],
)  # fmt: skip
def test_a_name_that_looks_like_another_is_refused_with_it(run: Run, here: str, name: str) -> None:
    add(run, here, "operator", "first-password")
    before = noted()
    refused = add(run, name, "administrator", "second-password")
    assert refused.exit_code == 1
    assert refused.stderr == f"Error: “{here}” is already here and looks the same. {ADVICE}\n"
    assert noted() == before
    staff = open_office(load_config())[1].staff()
    assert [(one.name, one.role) for one in staff] == [(here, "operator")]


@pytest.mark.parametrize("name", ["Anu", "Anik", "Ani B.", "Áni", "Budi"])
def test_another_name_is_taken(run: Run, name: str) -> None:
    add(run, "Ani", "operator", "first-password")
    assert add(run, name, "operator", "second-password").exit_code == 0


def test_whoever_is_removed_is_nobody_any_more_and_can_be_added_again(run: Run) -> None:
    add(run, "Ani", "operator", "first-password")
    run("staff", "remove", "Ani")
    identities = Identities(open_office(load_config())[1])
    identities.load()
    assert identities.staff_named("Ani") is None
    assert add(run, "Ani", "operator", "second-password").exit_code == 0
    assert noted()[-1] == SecurityNoted("staff_added", "Ani", "operator")


def test_a_device_that_is_paired_and_revoked_is_on_record_and_its_token_is_worth_nothing(run: Run) -> None:
    token = run("pair", "kiosk", "Kiosk 1").output.split()[-1]
    identities = Identities(open_office(load_config())[1])
    identities.load()
    assert identities.device(token) is not None
    assert run("revoke", "kiosk 1").exit_code == 0
    identities.load()
    assert identities.device(token) is None
    assert noted() == [
        SecurityNoted("device_paired", device="Kiosk 1", device_kind="kiosk"),
        SecurityNoted("device_revoked", device="Kiosk 1", device_kind="kiosk"),
    ]


def test_the_second_screen_of_a_name_gets_a_number_and_the_token_stands_alone(run: Run) -> None:
    """A script that pairs what is paired already has a screen of its own, and whoever looks at the list both."""
    told = [run("pair", "kiosk", "Kiosk") for _ in range(3)]
    names = [one.name for one in open_office(load_config())[1].devices()]
    assert names == ["Kiosk", "Kiosk 2", "Kiosk 3"]
    assert (told[0].stderr, len(told[2].stdout.split())) == ("", 1)
    assert "“Kiosk” is another kiosk: this one is “Kiosk 3”." in told[2].stderr


def test_a_number_that_is_part_of_a_name_stays_as_it_is(run: Run) -> None:
    """A display on floor 2 that is paired twice is no display on floor 3."""
    long = "Ruang tunggu pelayanan di sebelah kiri pintu masuk, lantai 2"
    for name in (*["Display Lantai 2"] * 3, "Display Lantai 2 (2)", long, long):
        run("pair", "display", name)
    assert [one.name for one in open_office(load_config())[1].devices()] == [
        "Display Lantai 2",
        *(f"Display Lantai 2 ({number})" for number in (2, 3, 4)),
        long,
        "Ruang tunggu pelayanan di sebelah kiri pintu masuk, la 2",
    ]


def test_someone_who_is_not_there_is_not_removed(run: Run) -> None:
    told = run("staff", "remove", "Ani")
    assert (told.exit_code, told.output) == (1, "Error: Nobody of this name works here.\n")
    assert noted() == []


def test_the_last_administrator_is_neither_removed_nor_given_another_role(run: Run) -> None:
    assert add(run, "Eka", "administrator", "first-password").exit_code == 0
    refused = "Error: This is the last administrator. Give somebody else that role first.\n"
    told = run("staff", "remove", "Eka")
    assert (told.exit_code, told.output) == (1, refused)
    told = add(run, "Eka", "operator", "second-password")
    assert (told.exit_code, told.output) == (1, refused)
    assert add(run, "Eka", "administrator", "second-password").exit_code == 0, "a new password is given all the same"
    assert add(run, "Dewi", "administrator", "third-password").exit_code == 0
    assert run("staff", "remove", "Eka").exit_code == 0


def test_a_device_that_is_not_there_is_not_revoked(run: Run) -> None:
    told = run("revoke", "Kiosk 9")
    assert (told.exit_code, told.output) == (1, "Error: No device of this name is paired.\n")
    assert noted() == []


@pytest.mark.parametrize("name", ["Ani\u202eidewaP", "3208011205900001", "A\u200bni"])
def test_a_name_that_is_none_is_refused_with_a_sentence_and_nothing_is_changed(run: Run, name: str) -> None:
    for told in (add(run, name, "operator", "long-enough"), run("pair", "kiosk", name)):
        assert told.exit_code == 1
        assert told.output.startswith("Error: ")
        assert told.output.count("\n") == 1
    settings = open_office(load_config())[1]
    assert (settings.staff(), settings.devices(), noted()) == ([], [], [])
