"""Draws text as black-and-white pictures, for letters that no code page has (Arabic, Javanese, Sundanese)."""

from __future__ import annotations

import logging
import unicodedata

from PIL import Image, ImageDraw, ImageFont, features

from antrean.printing.slip.direction import ends_before, right_to_left, turned
from antrean.printing.slip.fonts import draws, font, script_of, script_that_draws

log = logging.getLogger(__name__)

UNKNOWN = "?"  # printed for a letter that no installed font has
Run = tuple[str, ImageFont.FreeTypeFont]


def draw_text(text: str, pixels: int, width: int, align: str, latin: str = "latin") -> list[Image.Image] | None:
    """Return the text as pictures of one line each, `width` dots wide, letters about `pixels` dots high.

    `latin` is the font (a key of `fonts.FILES`) for the Latin letters that it has.

    Returns None when a script has no font on this machine. Arabic is joined and ordered by Raqm (part of
    Pillow's wheels); where Pillow lacks it the letters come out unjoined, and the log says so.
    """
    if any(script_of(letter) == "arabic" for letter in text) and not features.check("raqm"):
        log.warning("Pillow has no Raqm here: Arabic letters are printed unjoined")
    lines = _lines(text, pixels, width, latin)
    return None if lines is None else [_picture(line, width, align) for line in lines]


def text_width(text: str, pixels: int, latin: str = "latin") -> int | None:
    """Return the width in dots of a text on one line; None when a script has no font on this machine."""
    runs = _runs(text, pixels, latin)
    return None if runs is None else _length(runs)


def _lines(text: str, pixels: int, width: int, latin: str) -> list[list[Run]] | None:
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        runs = _runs(longer, pixels, latin)
        if runs is None:
            return None
        if lines and _length(runs) <= width:
            lines[-1] = longer
        else:
            lines += _broken(word, pixels, width, latin)
    laid = [_runs(line, pixels, latin) for line in lines]
    return [runs for runs in laid if runs]


def _broken(word: str, pixels: int, width: int, latin: str) -> list[str]:
    """Return a word in pieces that fit the paper; a combining sign stays with its letter."""
    pieces = [""]
    for letter in word:
        joined = pieces[-1] + letter
        too_long = _length(_runs(joined, pixels, latin) or []) > width
        if too_long and pieces[-1] and not unicodedata.category(letter).startswith("M"):
            pieces.append(letter)
        else:
            pieces[-1] = joined
    return pieces


def _runs(text: str, pixels: int, latin: str) -> list[Run] | None:
    """Return the text in stretches of one font; spaces, and signs the font has, stay with the letters before them."""
    runs: list[tuple[str, str]] = []
    for letter in text:
        kind = unicodedata.category(letter)[0]
        stays = bool(runs) and (kind in "ZCM" or (kind in "PS" and draws(runs[-1][0], letter)))
        script = runs[-1][0] if stays else script_that_draws(letter)
        if script == "latin" and draws(latin, letter):
            script = latin
        if stays and kind == "M" and not draws(runs[-1][0], letter):
            continue
        if script is None:
            letter, script = UNKNOWN, latin
        if runs and runs[-1][0] == script:
            runs[-1] = (script, runs[-1][1] + letter)
        else:
            runs.append((script, letter))
    fonts = [(stretch, font(script, pixels)) for script, stretch in runs]
    if any(face is None for _, face in fonts):
        return None
    laid = [(stretch, face) for stretch, face in fonts if face is not None]
    if right_to_left(text):
        return [(s if right_to_left(s) else turned(s), face) for s, face in laid][::-1]
    return [(ends_before(s) if right_to_left(s) else s, face) for s, face in laid]


def _length(runs: list[Run]) -> int:
    return sum(int(face.getlength(stretch)) + 1 for stretch, face in runs)


def _picture(runs: list[Run], width: int, align: str) -> Image.Image:
    up = max(face.getmetrics()[0] for _, face in runs)
    down = max(face.getmetrics()[1] for _, face in runs)
    picture = Image.new("L", (width, up + down), 255)
    draw = ImageDraw.Draw(picture)
    free = max(0, width - _length(runs))
    left = {"left": 0, "center": free // 2, "right": free}[align]
    for stretch, face in runs:
        draw.text((left, up), stretch, fill=0, font=face, anchor="ls")
        left += int(face.getlength(stretch)) + 1
    return picture.point(lambda grey: 255 if grey > 127 else 0).convert("1")
