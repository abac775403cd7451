"""Looks each second at what stops every number: holds the office before the disk is full, and has screens say so."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from queueing.office import Office

log = logging.getLogger(__name__)
CODE, DISK_FULL = "storage_unavailable", "disk_full"
ENOUGH_AGAIN = 1.25  # of the floor: an office must not be held and released with every line


class HoldWatch:
    """`folder` is where the database's file lies, None when it is no file; `least_free` are bytes, 0 asks for none.

    `redraw` is called whenever something else holds the office than before.
    """

    def __init__(self, office: Office, folder: Path | None, least_free: int, redraw: Callable[[], None]) -> None:
        self._office = office
        self._folder = folder
        self._least_free = least_free
        self._redraw = redraw
        self._full = False
        self._seen: Mapping[str, str] = {}

    def look_at_disk(self) -> None:
        """Hold the office while there is less free space than the floor; blocks when the disk does."""
        if self._folder is None or not self._least_free:
            return
        try:
            free = free_bytes(self._folder)
        except OSError:
            return  # a folder that is gone is the journal's to say
        full = free < self._least_free * (ENOUGH_AGAIN if self._full else 1)
        if full and not self._full:
            log.error("%s: %.1f MB free; no numbers are given until there is more", self._folder, free / 1e6)
            self._office.hold(CODE, DISK_FULL)
        elif self._full and not full:
            log.warning("%s: %.1f MB free; numbers go on", self._folder, free / 1e6)
            self._office.release(CODE)
        self._full = full

    def look_at_holds(self) -> None:
        """Have every screen drawn anew when what holds the office has changed."""
        holds = dict(self._office.holds)
        if holds != self._seen:
            self._seen = holds
            self._redraw()


def free_bytes(folder: Path) -> int:
    """Return how many bytes this user may still write there."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
