"""draw_text(): what no code page has, as pictures."""

from __future__ import annotations

import pytest
from PIL import Image

from antrean.printing.slip.rasterize import draw_text
from tests.printing.conftest import letters_of

WIDTH = 576


def ink_box(picture: Image.Image) -> tuple[int, int, int, int]:
    box = picture.convert("L").point(lambda grey: 255 - grey).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("letters", ["ᮊᮀᮌᮧ", "ꦏꦼꦥꦼ", "الرجاء"])
def test_a_dash_beside_letters_whose_font_has_none_is_a_dash_and_no_empty_box(letters: str) -> None:
    letters_of("javanese", "sundanese", "arabic")
    drawn = draw_text(f"{letters} —", 48, WIDTH, "left")
    assert drawn is not None
    (picture,) = drawn
    left, _, right, _ = ink_box(picture)
    at = left if letters == "الرجاء" else right - 12
    _, top, _, bottom = ink_box(picture.crop((at, 0, at + 12, picture.height)))
    assert bottom - top < 10


def test_a_sign_of_one_script_keeps_its_own_font_beside_another() -> None:
    letters_of("javanese", "sundanese")
    mixed, alone = draw_text("ᮞ ꧋", 48, WIDTH, "left"), draw_text("꧋", 48, WIDTH, "left")
    assert mixed is not None
    assert alone is not None
    left, _, right, _ = ink_box(alone[0])
    end = ink_box(mixed[0])[2]
    wide = right - left
    seen, wanted = (
        mixed[0].crop((end - wide, 0, end, mixed[0].height)),
        alone[0].crop((left, 0, right, alone[0].height)),
    )
    box_seen, box_wanted = ink_box(seen), ink_box(wanted)
    assert seen.crop(box_seen).tobytes() == wanted.crop(box_wanted).tobytes()
