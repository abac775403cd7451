"""Signs that nobody sees in a text, or that change how others are read: what may not stand in any text here."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from antrean.queueing.errors import Invalid

# Controls, signs that turn the direction or have no width, private and unassigned ones, line ends.
_UNSEEN = ("Cc", "Cf", "Co", "Cn", "Zl", "Zp")
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # count as letters or signs, drawn as nothing
_JOINERS = "\u200c\u200d"  # some scripts and pictures are spelt with them, between two signs
LAYOUT = "\t\n\r\0"  # which a text of several lines has; NUL is refused where a field is read, as no database keeps it


def unseen(text: str, allowed: str = "") -> Iterator[int]:
    """Give the places of all signs that nobody sees; those that are `allowed` are let pass."""
    plain = text
    for sign in allowed:
        plain = plain.replace(sign, "")
    if plain.isprintable() and _BLANKS.isdisjoint(plain):  # as nearly every text: a look at each sign takes longer
        return
    for at, sign in enumerate(text):
        if sign.isascii():
            if not sign.isprintable() and sign not in allowed:
                yield at
        elif sign in _JOINERS:
            if not (_joined(text[max(at - 1, 0) : at]) and _joined(text[at + 1 : at + 2])):
                yield at
        elif sign in _BLANKS or unicodedata.category(sign) in _UNSEEN:
            yield at


def _joined(sign: str) -> bool:
    return bool(sign) and not sign.isspace() and sign not in _JOINERS


def refuse_unseen(*texts: str) -> None:
    """Refuse (`text_unprintable`) texts of several lines of which one has a sign that nobody sees."""
    for text in texts:
        if any(True for _ in unseen(text, LAYOUT)):
            raise Invalid("text_unprintable")


def without_unseen(text: str) -> str:
    """Return the text without signs that nobody sees."""
    places = set(unseen(text, LAYOUT))
    return "".join(sign for at, sign in enumerate(text) if at not in places) if places else text
