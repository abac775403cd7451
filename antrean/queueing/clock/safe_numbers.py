"""Numbers that are surely on no printed slip when a journal lacks its newest lines."""

from __future__ import annotations

import re

FULL = 1000
# Room for numbers that were given after the backup: B-990 may have been followed by B-1010.
LEAST_ROOM = 200


def safe_last(last: int) -> int:
    """Return the number behind which a series goes on, when `last` is the last one known and more may be on paper.

    It is the next full thousand, and the one after that where fewer than 200 numbers lie between.
    """
    thousand = (last // FULL + 1) * FULL
    return thousand if thousand - last >= LEAST_ROOM else thousand + FULL


_NUMBER = re.compile(r"([A-Z0-9]{1,4})-([0-9]{3,4})")


def is_number(text: str) -> bool:
    """Whether a text is a ticket number such as `A-012`."""
    return _NUMBER.fullmatch(text) is not None


def parts(number: str) -> tuple[str, int]:
    """Return the series and the number of `A-012`. Refuses (ValueError) any other text."""
    series, _, digits = number.rpartition("-")
    return series, int(digits)
