"""What the manual tells a supervisor to look for and to type is what the product says and knows."""

from __future__ import annotations

import re

import click
import pytest
from babel.messages.pofile import read_po

import admin
from admin.sections import SECTIONS
from antrean.commands.cli import COMMANDS, main
from antrean.config import ROOT, Config
from antrean.hub.watches.holds import DISK_FULL, READ_ONLY
from antrean.storage.database.files import FAULTS

MANUAL = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
INDONESIAN = (ROOT / "docs" / "operations.id.md").read_text(encoding="utf-8")
TROUBLE = MANUAL.partition("## When something is wrong")[2].partition("\n## ")[0]
QUOTED = sorted({" ".join(words.split()) for words in re.findall("“([^”]+)”", TROUBLE)})


def messages(language: str) -> dict[str, str]:
    with (ROOT / "antrean" / "web" / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if isinstance(one.id, str)}


def sources() -> str:
    return "".join(
        path.read_text(encoding="utf-8")
        for folder in ("antrean", "display")
        for path in sorted((ROOT / folder).rglob("*.py"))
    )


def test_there_is_a_section_for_each_thing_that_goes_wrong() -> None:
    parts = TROUBLE.split("\n### ")[1:]
    assert [part.partition("\n")[0] for part in parts] == [
        "The clock is wrong", "The disk is full", "The database is damaged", "The machine is dead",
        "The printer is silent", "Cases pile up at a stage",
    ]  # fmt: skip
    for part in parts:
        assert "*What you see.*" in part
        assert re.search(r"^1\. ", part, re.MULTILINE), part
        assert "*It is well again* when" in part


@pytest.mark.parametrize("words", QUOTED)
def test_every_quoted_sentence_is_one_that_the_product_says(words: str) -> None:
    headings = {line.lstrip("# ") for line in MANUAL.splitlines() if line.startswith("#")}
    if words in headings:
        return
    known = messages("id")
    if words in known:
        assert known[words]
        assert messages("su")[words]
        return
    assert any(words in sentence for sentence in known) or words in sources(), words


@pytest.mark.parametrize("words", sorted({" ".join(words.split()) for words in re.findall("“([^”]+)”", INDONESIAN)}))
def test_the_indonesian_manual_quotes_what_the_product_says(words: str) -> None:
    headings = {line.lstrip("# ") for line in (INDONESIAN + MANUAL).splitlines() if line.startswith("#")}
    assert words in headings or words in sources() or any(words in said for said in messages("id").values())


def test_the_indonesian_manual_has_the_same_parts_pages_commands_and_settings() -> None:
    assert INDONESIAN.count("\n## ") == TROUBLE.count("\n### ") == INDONESIAN.count("*Yang terlihat.*")
    pages = {messages("id")[section.title] for section in SECTIONS}
    named = {" ".join(words.split()) for words in re.findall(r"\*([A-Z][^*.]+)\*", INDONESIAN)} - {"Sudah baik"}
    assert named <= pages
    assert set(re.findall(r"`antrean [^`]+`", INDONESIAN)) <= set(re.findall(r"`antrean [^`]+`", TROUBLE))
    assert "“Basis data rusak” dalam panduan" in messages("id").get(
        "Stop the hub and follow “The database is damaged” in the manual.", ""
    )


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(?:\S*/)?antrean ([a-z-]+)", MANUAL))))
def test_every_command_exists(name: str) -> None:
    assert name in COMMANDS


@pytest.mark.parametrize(("name", "option"), sorted(set(re.findall(r"`antrean ([a-z-]+)[^`]* (--[a-z-]+)", TROUBLE))))
def test_every_option_exists(name: str, option: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert option in {word for parameter in command.params for word in parameter.opts}


def test_every_page_of_the_administration_that_is_named_exists() -> None:
    # Of the clock, the panel, the devices, the people, beside the name of who is signed in, and of another document.
    keys = {"It is well again", "Announce", "Announce now", "Show its name", "Invite", "Other office", "With a backup"}
    keys |= {"Look it up", "Move each one on", "Take back", "Your figures"}  # of the panel, and of its page of cases
    keys |= {"Second place", "Use this drive", "Another folder"}  # of the backups
    keys |= {"Exports"}  # of the reports
    named = {" ".join(words.split()) for words in re.findall(r"\*([A-Z][^*.]+)\*", MANUAL)} - keys
    assert named <= {section.title for section in SECTIONS}
    assert {"Today", "Clock", "Printers"} <= named
    assert admin.blueprint.name == "admin"


def test_every_word_for_what_stops_numbers_is_explained() -> None:
    for word in (*FAULTS, DISK_FULL, READ_ONLY):
        assert f"`{word}`" in MANUAL, word


def test_every_setting_that_is_named_exists() -> None:
    known = {name.upper() for name in Config.__dataclass_fields__}
    for variable in set(re.findall(r"`ANTREAN_([A-Z_]+)`", MANUAL)):
        assert variable in known, variable
