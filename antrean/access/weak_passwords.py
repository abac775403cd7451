"""Passwords that are guessed first: too short, common, or the person's own name."""

from __future__ import annotations

import re
from pathlib import Path
from unicodedata import combining, normalize

from antrean.queueing.errors import Invalid

MIN_PASSWORD = 8
LEAST_DIGITS = 12  # of a password that is nothing but digits: shorter ones are dates and telephone numbers
LEAST_SIGNS = 4  # different ones
LEAST_BESIDE_NAME = 4  # letters that are not of the own name
COMMON = Path(__file__).with_name("common_passwords.txt")
_ADDED = "0123456789!@#$%&*?.,_-+= "  # what people put behind a word when they are asked for a better password
_WRITTEN_FOR = str.maketrans("013457@$!", "oieastasi")


def refuse_weak(password: str, name: str = "") -> None:
    """Refuse a password that others guess first; `name` is its person's.

    Refuses (`password_too_short`) less than 8 characters, (`password_common`) one of the list, also with digits or
    signs behind it or in the place of letters, few digits alone, and few signs again and again, and
    (`password_own_name`) the own name with nothing else to speak of.
    """
    if len(password) < MIN_PASSWORD:
        raise Invalid("password_too_short", length=MIN_PASSWORD)
    plain = normalize("NFKC", password).casefold()
    if name and _is_name(plain, name):
        raise Invalid("password_own_name")
    few_digits = plain.isdigit() and len(plain) < LEAST_DIGITS
    if few_digits or len(set(plain)) < LEAST_SIGNS or not _common().isdisjoint((plain, _stem(plain))):
        raise Invalid("password_common")


def _stem(plain: str) -> str:
    """Return the word that a password is made of, without what is put behind it, and with letters for look-alikes."""
    return plain.rstrip(_ADDED).translate(_WRITTEN_FOR)


def _common() -> frozenset[str]:
    """Read the list. It is read only when somebody sets a password, and kept by nobody."""
    return frozenset(COMMON.read_text(encoding="utf-8").split())


def _is_name(plain: str, name: str) -> bool:
    words = [word for word in re.split(r"\W+", _letters(name)) if len(word) > 2]
    for said in (_letters(plain), _letters(plain.translate(_WRITTEN_FOR))):
        left = said
        for word in words:
            left = left.replace(word, "")
        if left != said and sum(map(str.isalpha, left)) < LEAST_BESIDE_NAME:
            return True
    return False


def _letters(text: str) -> str:
    """Return a text in small letters without accents."""
    return "".join(sign for sign in normalize("NFKD", text).casefold() if not combining(sign))
