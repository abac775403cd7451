"""Frees what closed sockets leave, and returns unused memory to the system."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from functools import cache

CROWD = 500  # sockets; with more of them a collection would hold the loop up for too long
WORTH_IT = 200  # sockets that have ended since, which leave some 2 kB each
EVERY = 10  # looks


class Leftovers:
    """Frees the reference cycles that closed sockets leave, and has what was freed given back to the system.

    By itself the collector comes to what has lived for a while only after millions of objects:
    antrean/server/gunicorn.conf.py keeps it from walking the hub again and again. A walk holds the loop up, so an
    office with few sockets has none. After a crowd there is one as soon as nobody leaves any more.
    """

    def __init__(self, give_back: Callable[[], object]) -> None:
        """`give_back` is called right after a collection, and each ten looks."""
        self._give_back = give_back
        self._collected = 0
        self._ended = 0
        self._looks = 0

    def look(self, sockets: int, ended: int) -> None:
        """Look, once a second, whether it is time; `sockets` are open, `ended` have come and gone since the start."""
        going_on, self._ended = ended != self._ended, ended
        self._looks += 1
        due = self._looks >= EVERY
        if sockets < CROWD and ended - self._collected >= WORTH_IT and (due or not going_on):
            self._collected, due = ended, True
            gc.collect()
        if due:
            self._looks = 0
            self._give_back()


def give_back() -> None:
    """Give what was freed back to the system; blocking for a few milliseconds.

    The C library keeps freed pages that lie below one still in use: after 2,000 phones have gone these are some 50 MB.
    Where the C library can't give them back nothing happens.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        found = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None
    found.argtypes, found.restype = [ctypes.c_size_t], ctypes.c_int
    return found
