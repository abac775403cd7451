"""A printer model is one TOML: it can be named, is found by the name a printer gives, and stands in the list."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import printer_profiles
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipLayout
from docs.write_lists import PRINTERS, written_printers
from printer_profiles import load_all, load_profile, profile_for_model, profile_ids
from tests.printing.samples import SAMPLE

BEFORE = profile_ids()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Add a model as a contributor does: a copy of the nearest file, with another id and name."""
    copied = tmp_path / "profiles"
    shutil.copytree(printer_profiles.FOLDER, copied, ignore=shutil.ignore_patterns("*.py*"))
    text = (copied / "xprinter-80.toml").read_text(encoding="utf-8").replace('id = "xprinter-80"', 'id = "my-printer"')
    lines = [line for line in text.splitlines() if not line.startswith(("name =", "identifies_as", "usb_ids"))]
    lines[1:1] = ['name = "My printer"', 'identifies_as = ["MY-80"]']
    (copied / "my-printer.toml").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(printer_profiles, "FOLDER", copied)
    load_profile.cache_clear()
    yield copied
    load_profile.cache_clear()


def test_a_new_model_prints_a_slip_and_is_found_by_its_name(folder: Path) -> None:
    assert set(profile_ids()) == {*BEFORE, "my-printer"}
    found = profile_for_model("MY-80C")
    assert found is not None
    assert found.id == "my-printer"
    assert compose(SAMPLE, SlipLayout(), found) == compose(SAMPLE, SlipLayout(), load_profile("xprinter-80"))


def test_a_new_model_stands_in_the_page_of_models(folder: Path) -> None:
    page = PRINTERS.read_text(encoding="utf-8")
    assert "| `my-printer` | My printer | unverified |" in written_printers(page, load_all())


def test_the_page_has_the_models_that_there_are() -> None:
    page = PRINTERS.read_text(encoding="utf-8")
    assert page == written_printers(page, load_all()), "run `make fix`"
