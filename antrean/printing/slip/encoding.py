"""Encodes text for a printer: removes control characters, replaces letters that the code page lacks, wraps lines."""

from __future__ import annotations

import textwrap
import unicodedata

from printer_profiles import Profile, codec

# Signs that are frequent in office texts and missing in small code pages, with plain signs of the same meaning.
PLAIN = str.maketrans(
    {
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "…": "...",
        "•": "*",
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "×": "x",
        "→": "->",
        "·": "-",
    }
)
JOINERS = "\u200c\u200d"  # needed to shape Arabic and Javanese; never sent to a printer as bytes


def clean(text: str) -> str:
    """Return the text without control, private and unassigned characters, on one line, NFC, with single spaces.

    An escape byte in a text could cut the paper or open a drawer.
    """
    kept = []
    for letter in unicodedata.normalize("NFC", text):
        category = unicodedata.category(letter)
        if category in ("Zs", "Zl", "Zp") or letter in "\t\n\r\v\f":
            kept.append(" " if letter != "\u00a0" else letter)
        elif category[0] != "C" or letter in JOINERS:
            kept.append(letter)
    return " ".join("".join(kept).split(" ")).strip()


def fit(text: str, profile: Profile) -> str | None:
    """Return the text in letters of the profile's code page only; None when it must be drawn as a picture.

    Letters outside the code page become a plain sign or their base letter; what is still outside is
    drawn (non_ascii = raster) or becomes "?" (base-letter, codepage).
    """
    page = codec(profile.text.codepage)
    letters = [_fitting(letter, page, profile.text.non_ascii) for letter in text]
    if None in letters and profile.text.non_ascii == "raster":
        return None
    return "".join("?" if letter is None else letter for letter in letters)


def question_marks(text: str, profile: Profile) -> str:
    """Return the text with "?" for every letter that cannot be printed, for text that no font can draw either."""
    page = codec(profile.text.codepage)
    letters = (_fitting(letter, page, profile.text.non_ascii) for letter in text)
    return "".join("?" if letter is None else letter for letter in letters)


def outside(text: str, profile: Profile) -> list[str]:
    """Return the letters, each once, that the printer's code page has in no form."""
    page = codec(profile.text.codepage)
    return [letter for letter in dict.fromkeys(text) if _fitting(letter, page, profile.text.non_ascii) is None]


def _fitting(letter: str, page: str, rule: str) -> str | None:
    candidates = [letter]
    if rule != "codepage":
        base = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
        candidates += [letter.translate(PLAIN), base]
    for candidate in candidates:
        # A code page may map signs onto C0 bytes (CP437 draws a heart at 03); those are never sent.
        if candidate and all(_printable(part, page) for part in candidate):
            return candidate
    return "" if letter in JOINERS or unicodedata.combining(letter) else None


def _printable(letter: str, page: str) -> bool:
    try:
        coded = letter.encode(page)
    except UnicodeEncodeError:
        return False
    return len(coded) == 1 and coded[0] >= 0x20 and coded[0] != 0x7F


def wrap(text: str, columns: int) -> list[str]:
    """Return the text in lines of at most `columns` characters and of about equal length; no line for empty text.

    Words stay whole where they fit. Equal lengths avoid a last line of a single word.
    """
    if not text:
        return []
    columns = max(1, columns)
    lines = _wrapped(text, columns)
    if len(lines) == 1:
        return lines
    for narrower in range(columns - 1, len(text) // len(lines) - 1, -1):
        tighter = _wrapped(text, max(1, narrower))
        if len(tighter) > len(lines) or any(len(word) > narrower for word in text.split()):
            break
        lines = tighter
    return lines


def _wrapped(text: str, columns: int) -> list[str]:
    return textwrap.wrap(text, columns, break_on_hyphens=False)
