"""Numbers that are surely on no printed slip when a journal lacks its newest lines."""

from __future__ import annotations

FULL = 1000
# Room for numbers that were given after the backup: B-990 may have been followed by B-1010.
LEAST_ROOM = 200


def safe_last(last: int) -> int:
    """Return the number behind which a series goes on, when `last` is the last one known and more may be on paper.

    It is the next full thousand, and the one after that where fewer than 200 numbers lie between.
    """
    thousand = (last // FULL + 1) * FULL
    return thousand if thousand - last >= LEAST_ROOM else thousand + FULL
