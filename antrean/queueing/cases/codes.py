"""The codes of cases: eight letters that nobody mistakes for each other, and how a code is read that somebody typed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Container

# No vowels, so that no code is a word, and none of the letters that look like a digit or like another letter.
LETTERS = "BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 8
LONGEST, MOST_OF_A_VISIT = 12, 18  # letters of a code that an office brings along; cases of one visit
Draw = Callable[[], str]

_OWN = re.compile(f"([{LETTERS}]{{{LENGTH}}})([0-9]{{0,2}})")
_CODE = re.compile(f"[A-Z0-9]{{4,{LONGEST}}}")
_TELEPHONE = re.compile("(0|62)8[0-9]{7,}")  # of somebody: no code, lest it is kept here
_BETWEEN = re.compile(r"[\s.\-_/]+")


def random_code() -> str:
    """Return a new code. There are 25,600 million of them, so that one that is guessed is nobody's."""
    letters, drawn = "", secrets.randbelow(len(LETTERS) ** LENGTH)
    for _ in range(LENGTH):
        letters, drawn = letters + LETTERS[drawn % len(LETTERS)], drawn // len(LETTERS)
    return letters


def read(text: str) -> str:
    """Return the code that a text means, whatever its case and what stands between its letters; "" for none.

    A telephone number is none.
    """
    code = _BETWEEN.sub("", text).upper()
    return code if _CODE.fullmatch(code) and not _TELEPHONE.fullmatch(code) else ""


def family(code: str) -> str:
    """Return what the codes of one visit have in common: the eight letters. A code of another form is its own."""
    own = _OWN.fullmatch(code)
    return own[1] if own is not None else code


def members(code: str) -> list[str]:
    """Return the codes that the cases of one visit can have: the eight letters alone, then with 1, 2 and so on."""
    own = _OWN.fullmatch(code)
    if own is None or own[2]:
        return [code]
    return [code, *[f"{code}{n}" for n in range(1, MOST_OF_A_VISIT + 1)]]


def free(code: str, count: int, taken: Container[str]) -> list[str]:
    """Return codes for so many more cases of one visit: one alone has just the letters, others a number too."""
    if count == 1 and not any(one in taken for one in members(code)):
        return [code]
    _letters, first, *others = members(code)
    numbered = others if code in taken else [first, *others]
    return [one for one in numbered if one not in taken][:count]


def unused(draw: Draw, taken: Container[str]) -> str:
    """Return a code that is not taken."""
    while (code := draw()) in taken:
        pass
    return code


def spaced(code: str) -> str:
    """Return a code as people read it: in groups of four letters."""
    return " ".join(code[at : at + 4] for at in range(0, LENGTH, 4)) + code[LENGTH:] if _OWN.fullmatch(code) else code
