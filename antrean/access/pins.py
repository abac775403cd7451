"""PINs: which are refused, and how one is kept. A PIN opens a locked session and nothing else."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from antrean.access.passwords import Passwords
from antrean.queueing.errors import Invalid
from antrean.storage.factors import PIN, Factor
from antrean.storage.settings.rows import Settings

SHORTEST, LONGEST = 4, 8
MOST_WRONG = 5  # then the password is asked for
# Lines on the pad of keys, and what films and jokes made known.
_KNOWN = frozenset(
    [
        "2580",
        "0852",
        "1470",
        "0741",
        "3690",
        "0963",
        "1379",
        "1397",
        "1590",
        "9510",
        "7530",
        "3570",
        "1478",
        "1236",
        "1004",
        "147258",
        "258369",
        "159357",
        "357159",
        "147369",
        "789456",
        "456123",
        "123789",
        "159753",
        "741852",
        "852963",
        "963852",
        "14725836",
        "15935700",
    ]
)


def refuse_weak_pin(pin: str) -> None:
    """Refuse (`pin_digits`) what has not 4 to 8 digits, and (`pin_weak`) what is guessed first.

    That are few digits again and again, digits in a row, years and days, and lines on the pad of keys.
    """
    if not re.fullmatch(rf"[0-9]{{{SHORTEST},{LONGEST}}}", pin):
        raise Invalid("pin_digits")
    if len(set(pin)) < 3 or _in_a_row(pin) or _again(pin) or _a_day(pin) or pin in _KNOWN:
        raise Invalid("pin_weak")


def _in_a_row(pin: str) -> bool:
    """Whether each digit is as far from the one before, as in 1234, 9753 and 7890."""
    return len({(int(after) - int(before)) % 10 for before, after in pairwise(pin)}) == 1


def _again(pin: str) -> bool:
    """Whether a part stands there again and again, or each digit twice."""
    halves = any(
        len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size) for size in range(1, len(pin) // 2 + 1)
    )
    return halves or (len(pin) % 2 == 0 and pin[::2] == pin[1::2] and _in_a_row(pin[::2]))


def _a_day(pin: str) -> bool:
    """Whether it is a year, or a day as people write their birthday."""
    if len(pin) == 4:
        return pin[:2] in ("19", "20")
    if len(pin) == 6:
        parts = ((pin[4:], pin[2:4], pin[:2]), (pin[:2], pin[2:4], pin[4:]))
        return any(_is_day(2000 + int(year), month, day) for year, month, day in parts)  # 2000 has a 29 February
    if len(pin) == 8:
        parts = ((pin[4:], pin[2:4], pin[:2]), (pin[:4], pin[4:6], pin[6:]))
        return any(year[:2] in ("19", "20") and _is_day(int(year), month, day) for year, month, day in parts)
    return False


def _is_day(year: int, month: str, day: str) -> bool:
    try:
        date(year, int(month), int(day))
    except ValueError:
        return False
    return True


def set_pin(rows: Settings, name: str, pin: str, passwords: Passwords) -> None:
    """Give a member of staff a new PIN; blocking, and takes some 100 ms. Refuses a weak one."""
    refuse_weak_pin(pin)
    rows.factors.replace(name, [PIN], [Factor(name, PIN, passwords.hashed(pin))])


def pin_hash(rows: Settings, name: str) -> str:
    """Return the hash of the PIN of a member of staff, "" for none; blocking."""
    return next((one.value for one in rows.factors.of(name) if one.kind == PIN), "")
