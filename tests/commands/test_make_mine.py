"""`antrean office make-mine`: the sample becomes one's own at the machine, beside a running hub or without one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from antrean.commands.cli import main
from antrean.commands.sample_office import PASSWORD
from antrean.hub.start.secret_files import TOKEN_FILE
from antrean.queueing.plan.document import to_document
from antrean.storage.database.engine import open_engine
from antrean.storage.settings.rows import Settings
from tests.commands.kept_office import database_in
from tests.conftest import small_plan

MINE = (
    "office", "make-mine", "--name", "Kota Baru", "--time-zone", "Asia/Jayapura", "--administrator", "Rina",
    "--password-stdin",
)  # fmt: skip
OWN = "kertas hijau delapan"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a sample office that `antrean demo` set up."""
    monkeypatch.setenv("ANTREAN_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("antrean.commands.office.prepare_voices", lambda _plan: None)
    assert run("demo").exit_code == 0
    return tmp_path / "data"


def run(*words: str, said: str = "") -> Result:
    return CliRunner().invoke(main, list(words), input=said)


def test_the_sample_becomes_ones_own_and_its_people_and_devices_are_gone(data: Path) -> None:
    token = (data / TOKEN_FILE).read_text()
    assert PASSWORD in run("addresses").output
    done = run(*MINE, "--confirm", "Kota Baru", said=f"{OWN}\n")
    assert done.exit_code == 0, done.output
    settings = Settings(open_engine(database_in(data)), "office")
    plan = settings.load_plan()
    assert (plan.name, plan.zone, plan.demo) == ("Kota Baru", "Asia/Jayapura", False)
    assert [member.name for member in settings.staff()] == ["Rina"]
    assert [device.name for device in settings.devices()] == ["Printer 1"]
    assert (data / TOKEN_FILE).read_text() != token
    assert PASSWORD not in run("addresses").output
    # Starting it as before brings nothing of the sample back.
    assert run("demo").exit_code == 0
    assert [member.name for member in settings.staff()] == ["Rina"]
    assert len(settings.devices()) == 1
    again = run(*MINE, "--confirm", "Kota Baru", said=f"{OWN}\n")
    assert (again.exit_code, again.output) == (1, "Error: This is no sample office any more.\n")


def test_of_several_offices_the_one_that_is_named_becomes_ones_own(data: Path) -> None:
    plan = json.dumps(to_document(small_plan(name="Kota Lama")))
    assert run("office", "apply", "-", "--office", "ende", said=plan).exit_code == 0
    maria = ("staff", "add", "Maria", "--role", "administrator", "--password-stdin", "--office", "ende")
    assert run(*maria, said=f"{OWN}\n").exit_code == 0
    assert PASSWORD in run("addresses").output
    own = run(*MINE, "--confirm", "Kota Baru", "--office", "ende", said=f"{OWN}\n")
    assert (own.exit_code, own.output) == (1, "Error: This is no sample office any more.\n")
    done = run(*MINE, "--confirm", "Kota Baru", "--office", "office", said=f"{OWN}\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in run("addresses").output
    other = Settings(open_engine(database_in(data)), "ende")
    assert other.load_plan().name == "Kota Lama"
    assert [member.name for member in other.staff()] == ["Maria"]


@pytest.mark.parametrize(
    ("confirm", "password", "why"),
    [
        ("Kota Bara", OWN, "The name of your office was not typed twice alike. Type it once more."),
        ("Kota Baru", PASSWORD, "This password is one of those that are guessed first. Choose another one."),
    ],
)
def test_what_is_refused_leaves_the_sample(data: Path, confirm: str, password: str, why: str) -> None:
    told = run(*MINE, "--confirm", confirm, said=f"{password}\n")
    assert (told.exit_code, told.output) == (1, f"Error: {why}\n")
    assert Settings(open_engine(database_in(data)), "office").load_plan().demo
