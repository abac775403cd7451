"""Finds the font that draws a letter among the machine's installed fonts."""

from __future__ import annotations

import logging
import os
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

log = logging.getLogger(__name__)

OWN = Path(__file__).parent / "vendor"  # copied there at set-up, so that slips look alike on every machine
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
OTHER = "other"  # fonts of many scripts, asked last
CELL = 24
MISSING = "\U0010ffff"  # a code point that no font has
# First installed file wins. Those of OWN are there on every machine, and hold no Latin letters but the first ones.
# Of the rest, Debian's fonts-noto-core has all but the CJK ones (fonts-droid-fallback).
FILES: dict[str, tuple[str, ...]] = {
    "mono": ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf", "NotoSansMono-Regular.ttf"),
    "mono_bold": ("DejaVuSansMono-Bold.ttf", "LiberationMono-Bold.ttf", "NotoSansMono-Bold.ttf"),
    "reading": ("atkinson-hyperlegible-next-latin-400-normal.woff2",),
    "reading_bold": ("atkinson-hyperlegible-next-latin-700-normal.woff2",),
    "latin": (
        "NotoSans-Bold.ttf",
        "DejaVuSans-Bold.ttf",
        "LiberationSans-Bold.ttf",
        "atkinson-hyperlegible-next-latin-700-normal.woff2",
    ),
    "arabic": ("noto-sans-arabic-arabic-700-normal.woff2", "NotoNaskhArabic-Bold.ttf", "DejaVuSans-Bold.ttf"),
    "balinese": ("noto-sans-balinese-balinese-700-normal.woff2", "NotoSerifBalinese-Regular.ttf"),
    "javanese": ("noto-sans-javanese-javanese-700-normal.woff2", "NotoSansJavanese-Bold.ttf"),
    "sundanese": ("noto-sans-sundanese-sundanese-700-normal.woff2", "NotoSansSundanese-Bold.ttf"),
    "thai": ("noto-sans-thai-thai-700-normal.woff2", "NotoSansThai-Bold.ttf"),
    OTHER: ("DejaVuSans-Bold.ttf", "FreeSansBold.ttf", "NotoSansSymbols2-Regular.ttf"),
    "cjk": ("NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "DroidSansFallbackFull.ttf"),
}
RANGES = (
    (0x0590, 0x08FF, "arabic"),
    (0x1B00, 0x1B7F, "balinese"),
    (0x1B80, 0x1BBF, "sundanese"),
    (0x1CC0, 0x1CCF, "sundanese"),
    (0x2E80, 0x9FFF, "cjk"),
    (0xA980, 0xA9DF, "javanese"),
    (0xAC00, 0xD7AF, "cjk"),
    (0xF900, 0xFAFF, "cjk"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFF, "arabic"),
    (0xFF00, 0xFFEF, "cjk"),
)


def script_that_draws(letter: str) -> str | None:
    """Return a script whose font on this machine has the letter: its own, or OTHER; None when no font has it."""
    name = unicodedata.name(letter, "").partition(" ")[0].lower()
    for script in (script_of(letter), name, OTHER):
        if script and draws(script, letter):
            return script
    return None


@lru_cache(maxsize=4096)
def draws(script: str, letter: str) -> bool:
    """Return whether a script's font has a glyph for the letter, and not the box for missing ones."""
    face = font(script, CELL)
    if face is None:
        return False
    # Letter by letter: Raqm takes a letter apart that a font lacks (Thai ำ), and then draws two boxes for it.
    alone = face.font_variant(layout_engine=ImageFont.Layout.BASIC)
    return bytes(alone.getmask(letter)) != bytes(alone.getmask(MISSING))


def script_of(letter: str) -> str:
    """Return the script of a letter by its place in Unicode; signs, digits and unlisted scripts count as latin."""
    point = ord(letter)
    for first, last, script in RANGES:
        if first <= point <= last:
            return script
    return "latin"


@cache
def _installed() -> dict[str, Path]:
    found = {file.name: file for file in OWN.glob("*.woff2")}
    for folder in FOLDERS:
        for where, _, names in os.walk(os.path.expanduser(folder)):
            for name in names:
                found.setdefault(name, Path(where) / name)
    return found


@cache
def font(script: str, pixels: int) -> ImageFont.FreeTypeFont | None:
    """Return the font of a script at a height in pixels; None when none is installed."""
    for name in FILES.get(script) or _noto(script):
        path = _installed().get(name)
        if path is not None:
            return ImageFont.truetype(str(path), pixels)
    if script in FILES:
        log.warning("no font for %s is installed; on Debian install fonts-noto-core", script)
    return None


def _noto(script: str) -> tuple[str, ...]:
    """Return the files of a script that is not listed, as the Noto family names them: Hebrew, Thai, Khmer, …"""
    return tuple(
        f"Noto{style}{script.title()}-{weight}.ttf" for style in ("Sans", "Serif") for weight in ("Bold", "Regular")
    )
