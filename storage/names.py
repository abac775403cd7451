"""Names that people give to themselves, devices and counters: letters that can be seen, and no others."""

from __future__ import annotations

import unicodedata

from queueing.errors import Invalid
from queueing.privacy import refuse_identity_numbers

LONGEST_NAME = 60
MOST_MARKS = 4  # on one letter; names in scripts that build letters of marks need three
# Controls, signs that turn the direction or have no width, private and unassigned ones, halves of pairs, line ends.
_UNSEEN = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")
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
        if kind in _UNSEEN or (kind == "Zs" and sign != " "):
            return False
        marks, letter = 0, kind[0] in "LN"
    return any(unicodedata.category(sign)[0] in "LN" for sign in name)
