"""Arabic, Javanese, Thai, Sundanese and Balinese beside Latin letters: on paper in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from antrean.printing.escpos.parser import text_of
from antrean.printing.slip import fonts
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipLayout
from antrean.printing.slip.direction import ends_before, turned
from antrean.printing.slip.rasterize import draw_text
from antrean.printing.slip.unprintable import unprintable
from printer_profiles import load_profile
from tests.printing.samples import SAMPLE

SCRIPTS = {
    "arabic": "بطاقة العائلة الأصلية",
    "balinese": "ᬳᬓ᭄ᬱᬭᬩᬮᬶ",
    "javanese": "ꦏꦂꦠꦸꦏꦼꦭꦸꦮꦂꦒ",
    "sundanese": "ᮃᮊ᮪ᮒ ᮊᮜᮠᮤᮛᮔ᮪",
    "thai": "บัตรประจำตัวประชาชน น้ำทิ้ง",
}


MIXED = "بطاقة الهوية (KTP-el) 3"
GOLDEN, WIDTH = Path(__file__).parent / "golden", 576
# A stretch of right-to-left text, and what is drawn of it from the left.
TURNED = (
    ("(KTP-el) 3", "3 (KTP-el)"),
    (" KTP (baru) ", " KTP (baru) "),
    ("(", ")"),
    ("KTP)", "(KTP"),
    ("50% ", " 50%"),
    (" - ", " - "),
    ("KTP, KK, 3.", ".KTP, KK, 3"),
)


@pytest.fixture(autouse=True)
def own_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the machine with the fonts that come with the product."""
    own = {file.name: file for file in fonts.OWN.glob("*.woff2")}
    assert own, "the slip's fonts are missing, run: make antrean/web/static/vendor/.done"

    def forget() -> None:
        fonts.font.cache_clear()
        fonts.draws.cache_clear()

    monkeypatch.setattr(fonts, "_installed", lambda: own)
    forget()
    yield
    monkeypatch.undo()
    forget()


def drawn(words: str) -> Image.Image:
    pictures = draw_text(words, 36, WIDTH, "left")
    assert pictures is not None
    (picture,) = pictures
    return picture


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_letter_has_a_font_on_a_machine_that_has_none(script: str) -> None:
    assert {fonts.script_that_draws(letter) for letter in SCRIPTS[script] if letter.isalpha()} == {script}
    assert fonts.script_that_draws("K") == "latin"


@pytest.mark.parametrize(("name", "words"), [*SCRIPTS.items(), ("mixed", MIXED)])
def test_words_look_on_paper_as_they_did(name: str, words: str) -> None:
    """Marks stand above and below their letters, Arabic is joined; `golden/` was looked at by people."""
    wanted = Image.open(GOLDEN / f"{name}.png")
    seen = drawn(words)
    assert seen.size == wanted.size
    other = ImageChops.logical_xor(seen, wanted.convert("1")).histogram()[-1]
    assert other <= wanted.histogram()[0] // 50, f"{other} dots are not as in {name}.png"


def test_a_letter_that_a_font_would_take_apart_is_drawn_by_a_font_that_has_it() -> None:
    assert not fonts.draws("reading_bold", "ำ")
    boxes = drawn("\U0010ffff" * 2)
    assert drawn("ำ").tobytes() != boxes.tobytes()


@pytest.mark.parametrize(("written", "seen"), TURNED)
def test_what_stands_beside_arabic_is_where_a_reader_looks_for_it(written: str, seen: str) -> None:
    assert turned(written) == seen


def test_the_space_behind_arabic_words_is_on_their_left_and_so_before_the_next_word() -> None:
    assert ends_before("الهوية ") == " الهوية"


def test_a_slip_of_either_width_says_names_of_every_script_in_letters() -> None:
    content = replace(SAMPLE, service=" ".join(SCRIPTS.values()), footer=(MIXED, *SCRIPTS.values()))
    for profile in (load_profile("epson-tm-t82iii"), load_profile("generic-58")):
        assert unprintable(content, profile) == ""
        assert "?" not in text_of(compose(content, SlipLayout(), profile), "cp858")
