"""Checks names of people, devices and counters: visible letters only."""

from __future__ import annotations

import unicodedata

from antrean.queueing.errors import Invalid
from antrean.queueing.privacy import refuse_identity_numbers
from antrean.queueing.unseen import unseen

LONGEST_NAME = 60
MOST_MARKS = 4  # on one letter; names in scripts that build letters of marks need three
# Letters and signs that are drawn alike: what they are taken for, and they themselves.
_DRAWN_ALIKE = {
    "l": "lI1|ǀΙІӀ", "O": "O0ΟО", "o": "oοоօ", "A": "AΑА", "a": "aаɑ", "B": "BΒВ", "C": "CСϹ", "c": "cсϲ", "d": "dԁ",
    "E": "EΕЕ", "e": "eе", "g": "gɡ", "H": "HΗН", "h": "hһ", "i": "iіι", "J": "JЈ", "j": "jј", "K": "KΚК", "k": "kκ",
    "M": "MΜМ", "N": "NΝ", "n": "nո", "P": "PΡР", "p": "pрρ", "S": "SЅ", "s": "sѕ", "T": "TΤТ", "u": "uυս", "v": "vν",
    "w": "wԝ", "X": "XΧХ", "x": "xх", "Y": "YΥҮ", "y": "yуү", "Z": "ZΖ", "'": "'’‘ʼ`´", "-": "-‐‑–",
}  # fmt: skip
_ALIKE = {sign: letter for letter, signs in _DRAWN_ALIKE.items() for sign in signs}
_JOINERS = "\u200c\u200d"  # names in some scripts are spelt with them, between two letters


def checked_name(name: str, field: str = "name", most: int = LONGEST_NAME) -> str:
    """Return a name as it is kept: its letters composed (NFC), without blanks at its ends.

    Refuses (`value_invalid`) one that is empty or too long, (`name_unprintable`) one with signs that nobody sees or
    that change how others are read, and (`note_has_id_number`) one that is an identity number.
    """
    found = unicodedata.normalize("NFC", name).strip()
    if not 0 < len(found) <= most:
        raise Invalid("value_invalid", field=field)
    if not is_printable(found):
        raise Invalid("name_unprintable")
    refuse_identity_numbers(found)
    return found


def is_printable(name: str) -> bool:
    """Whether each sign of a name can be seen, and no letter has more marks than letters of any script have."""
    if any(True for _ in unseen(name)):
        return False
    marks, letter = MOST_MARKS, False
    for at, sign in enumerate(name):
        kind = unicodedata.category(sign)
        if kind[0] == "M":
            marks += 1
            if kind == "Me" or marks > MOST_MARKS or not letter:
                return False
            continue
        if sign in _JOINERS:
            if not letter or at + 1 == len(name) or not unicodedata.category(name[at + 1]).startswith("L"):
                return False
            continue
        if sign == "\0" or kind == "Cs" or (kind == "Zs" and sign != " "):
            return False
        marks, letter = 0, kind[0] in "LN"
    return any(unicodedata.category(sign)[0] in "LN" for sign in name)


def same_name(one: str, other: str) -> bool:
    """Return whether two names differ at most in small and capital letters, or in how letters are composed."""
    return unicodedata.normalize("NFC", one).strip().lower() == unicodedata.normalize("NFC", other).strip().lower()


def looks_like(one: str, other: str) -> bool:
    """Whether people could take one name for the other: small for capital letters, or letters of other scripts."""
    plain = [" ".join(unicodedata.normalize("NFKC", name).split()) for name in (one, other)]
    return plain[0].casefold() == plain[1].casefold() or _drawn(plain[0]) == _drawn(plain[1])


def _drawn(name: str) -> str:
    """Return a name with one letter for all that are drawn alike."""
    return "".join(_ALIKE.get(sign, sign) for sign in name if sign not in _JOINERS).casefold()
