"""Returns unused memory to the system."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from functools import cache

CROWD = 500  # sockets; with more of them a collection would hold the loop up for too long
WORTH_IT = 200  # sockets that have ended since, which leave some 2 kB each


class Circles:
    """Frees the reference cycles that closed sockets leave, when many have closed and few are open.

    By itself the collector comes to what has lived for a while only after millions of objects:
    antrean/server/gunicorn.conf.py keeps it from walking the hub again and again. A walk holds the loop up, so an
    office with few sockets has none.
    """

    def __init__(self) -> None:
        self._collected = 0

    def collect(self, sockets: int, ended: int) -> None:
        """Look whether it is time; `sockets` are open, and `ended` have come and gone since the hub began."""
        if sockets < CROWD and ended - self._collected >= WORTH_IT:
            self._collected = ended
            gc.collect()


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
