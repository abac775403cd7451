"""unprintable(): which letters nobody could read on paper; and that all others are drawn in a font that has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from antrean.printing.escpos.parser import text_of
from antrean.printing.slip import fonts
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipLayout
from antrean.printing.slip.rasterize import draw_text
from antrean.printing.slip.unprintable import unprintable
from printer_profiles import load_profile
from tests.printing.conftest import letters_of
from tests.printing.samples import SAMPLE

EPSON = load_profile("epson-tm-t82iii")
NOTHING_DRAWN = replace(EPSON, text=replace(EPSON.text, non_ascii="base-letter"))
ALONE = SlipLayout(blocks=("number", "footer"))
Only = Callable[..., None]


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Iterator[Only]:
    """Leave the machine with these fonts alone."""
    installed = dict(fonts._installed())

    def forget() -> None:
        fonts.font.cache_clear()
        fonts.draws.cache_clear()

    def leave(*names: str) -> None:
        left: dict[str, Path] = {name: path for name, path in installed.items() if name.startswith(names)}
        monkeypatch.setattr(fonts, "_installed", lambda: left)
        forget()

    yield leave
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize("words", ["שלום", "สวัสดี", "Привет", "ខ្មែរ"])
def test_letters_of_scripts_that_nobody_listed_are_drawn_in_an_installed_font(words: str) -> None:
    letters_of("latin")
    if any(fonts.script_that_draws(letter) is None for letter in words):
        pytest.skip("no font of this script is installed")
    boxes = draw_text("\U0010ffff" * len(words), 48, 576, "left")
    drawn = draw_text(words, 48, 576, "left")
    assert drawn is not None
    assert boxes is not None
    assert drawn[0].tobytes() != boxes[0].tobytes()
    assert unprintable(replace(SAMPLE, footer=(words,)), EPSON) == ""


def test_the_letters_that_no_font_here_has_are_named_and_printed_as_question_marks(only: Only) -> None:
    letters_of("latin")
    only("NotoSans-", "DejaVuSans-Bold")
    content = replace(SAMPLE, qr="", footer=("안녕 Budi 안",))
    assert unprintable(content, EPSON) == "안녕"
    drawn, asked = draw_text("안녕 Budi 안", 24, 576, "center"), draw_text("?? Budi ?", 24, 576, "center")
    assert drawn is not None
    assert asked is not None
    assert [picture.tobytes() for picture in drawn] == [picture.tobytes() for picture in asked]


def test_a_printer_that_draws_nothing_prints_a_question_mark_for_what_its_code_page_lacks() -> None:
    content = replace(SAMPLE, qr="", footer=("Ñandú ꦥ",))
    assert unprintable(content, NOTHING_DRAWN) == "ꦥ"
    assert "Ñandú ?" in text_of(compose(content, ALONE, NOTHING_DRAWN), "cp858")


def test_a_machine_without_any_font_prints_question_marks_and_names_the_letters(only: Only) -> None:
    only("none")
    content = replace(SAMPLE, qr="", footer=("ꦥ Budi",))
    assert unprintable(content, EPSON) == "ꦥ"
    assert "? Budi" in text_of(compose(content, ALONE, EPSON), "cp858")
    assert unprintable(SAMPLE, EPSON) == ""
