"""Commands of an installation whose database holds several offices: each says which one it is about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from antrean.commands.cli import main
from antrean.queueing.plan.document import to_document
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
