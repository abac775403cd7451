"""What docs/first-start.md tells a supervisor to press is what the way to the first number came by."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PIL import Image
from playwright.sync_api import Browser

from antrean.config import ROOT
from antrean.hub.first_start.draft import STEPS
from antrean.hub.first_start.templates import office_templates
from docs.walk_first_start import GUIDES, PICTURE_SIZE, PICTURES, named, walk
from tests.fakes.chromium import MAY_SOUND

LARGEST_PICTURE = 60_000  # bytes
# On the way of whoever brings a lost office back (tests/web/first_start), and where a disk hangs on the machine
# (tests/admin/backups).
ELSEWHERE = {"Pulihkan kantor ini", "Pakai disk ini"}
ENGLISH, INDONESIAN = (guide.read_text(encoding="utf-8") for guide in GUIDES)


@cache
def messages() -> dict[str, str]:
    with (ROOT / "antrean" / "web" / "translations" / "id" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if isinstance(one.id, str)}


def in_indonesian(words: str) -> str:
    """Return what the product says for these English words, whatever stands in them for a name."""
    if words in messages():
        return messages()[words]
    for english, translated in messages().items():
        if "%(" in english:
            names = re.findall(r"%\((\w+)\)s", english)
            parts = map(re.escape, re.split(r"%\(\w+\)s", english))
            found = re.fullmatch("(.+)".join(parts), words)
            if found and len(names) == 1:
                return translated % {names[0]: messages().get(found[1], found[1])}
    raise AssertionError(f"the product never says {words!r}")


def italics(guide: str) -> list[str]:
    return [" ".join(words.split()) for words in re.findall(r"\*([^*]+)\*", guide)]


def quoted(guide: str) -> set[str]:
    """Return the sentences of the table of what may go wrong."""
    return set(re.findall("^\\| “([^”]+)”", guide, re.MULTILINE))


@pytest.mark.first
@pytest.mark.slow
def test_the_way_to_the_first_number_is_the_one_that_is_written_down_and_takes_ten_minutes_at_a_persons_pace(
    browser_with: Callable[..., Browser], tmp_path: Path
) -> None:
    taken: list[str] = []
    way = walk(browser_with(MAY_SOUND), tmp_path / "hub", lambda name, _shot: taken.append(name))
    guides = {"id": italics(INDONESIAN), "en": [in_indonesian(words) for words in italics(ENGLISH)]}
    for guide in guides.values():
        met = {*way.titles, *way.pressed, *way.seen}
        assert [words for words in guide if words not in met | ELSEWHERE] == []
        assert [words for words in way.pressed if words not in guide] == []
        titles = [words for words in dict.fromkeys(guide) if words in way.titles]
        assert titles[: len(STEPS) + 2] == way.titles[: len(STEPS) + 2]  # the code, each question, the summary
        assert set(titles) == set(way.titles)
    for text in (ENGLISH, INDONESIAN):
        assert named(text) == list(dict.fromkeys(named(text)))
        assert sorted(named(text)) == sorted(taken)
        printed = re.sub("[A-Z0-9]{4}-[A-Z0-9]{4}", "ABCD-EFGH", way.printed)
        assert [line.strip() for line in printed.strip().splitlines()] == block(text)
    assert min(way.counted.values()) > 20
    assert way.to_the_number <= 10 * 60


def codes(guide: str) -> list[str]:
    """Return the commands, addresses and files that a guide names."""
    return re.findall("(?<!`)`([^`\n]+)`(?!`)", guide)


def block(guide: str) -> list[str]:
    """Return the lines of what the machine prints."""
    return guide.split("```")[1].strip().splitlines()


def test_both_guides_press_the_same_keys_and_quote_the_same_sentences() -> None:
    assert [in_indonesian(words) for words in italics(ENGLISH)] == italics(INDONESIAN)
    assert {in_indonesian(words) for words in quoted(ENGLISH)} == quoted(INDONESIAN)
    assert [words for words in codes(ENGLISH) if words != GUIDES[1].name] == codes(INDONESIAN)


@pytest.mark.parametrize(("guide", "language"), [(ENGLISH, "en"), (INDONESIAN, "id")])
def test_each_kind_of_office_is_in_the_table(guide: str, language: str) -> None:
    rows = re.findall(r"^\| ([^|*“]+) \| [^|*]+ \|$", guide, re.MULTILINE)
    names = [template.names[language] for template in office_templates().values()]
    assert [name for name in names if name not in rows] == []


def test_each_picture_is_there_and_small() -> None:
    assert {file.stem for file in PICTURES.glob("*.png")} == set(named(ENGLISH))
    for file in PICTURES.glob("*.png"):
        assert file.stat().st_size <= LARGEST_PICTURE, file
        with Image.open(file) as picture:
            assert max(picture.size) <= max(PICTURE_SIZE)


def test_each_command_is_one_that_starts_a_hub_without_the_sample_or_shows_its_log(tmp_path: Path) -> None:
    commands = {words for words in codes(ENGLISH) if re.match("make|journalctl|antrean", words)}
    assert commands == {"make run SAMPLE=", "journalctl -u antrean-web"}
    said = subprocess.run(
        ["make", "--dry-run", "run", "SAMPLE="], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    ).stdout
    assert "antrean demo" not in said
    assert "honcho start" in said
    service = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert "/antrean-web.service\n" in service
