"""Looks each second at what stops every number: holds the office before the disk is full, and has screens say so."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from antrean.queueing.office import Office

log = logging.getLogger(__name__)
CODE, DISK_FULL, READ_ONLY = "storage_unavailable", "disk_full", "read_only"
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
        self._wrong = ""
        self._seen: Mapping[str, str] = {}

    def look_at_disk(self) -> None:
        """Hold the office while the disk can't be written, or has less free space than the floor; may block."""
        if self._folder is None:
            return
        try:
            disk = look_at(self._folder)
        except OSError:
            return  # a folder that is gone is the journal's to say
        floor = self._least_free * (ENOUGH_AGAIN if self._wrong == DISK_FULL else 1)
        wrong = READ_ONLY if disk.read_only else DISK_FULL if disk.free < floor else ""
        if wrong == self._wrong:
            return
        self._wrong = wrong
        if wrong:
            log.error("%s: %s; no numbers are given meanwhile", self._folder, disk)
            self._office.hold(CODE, wrong)
        else:
            log.warning("%s: %s; numbers go on", self._folder, disk)
            self._office.release(CODE)

    def look_at_holds(self) -> None:
        """Have every screen drawn anew when what holds the office has changed."""
        holds = dict(self._office.holds)
        if holds != self._seen:
            self._seen = holds
            self._redraw()


@dataclass(frozen=True, slots=True)
class Disk:
    """What a disk lets this user write: `free` bytes, or nothing at all when it is `read_only`."""

    free: int
    read_only: bool = False

    def __str__(self) -> str:
        return "the disk can only be read" if self.read_only else f"{self.free / 1e6:.1f} MB free"


def look_at(folder: Path) -> Disk:
    """Return how the disk under a folder is."""
    found = os.statvfs(folder)
    return Disk(found.f_bavail * found.f_frsize, bool(found.f_flag & os.ST_RDONLY))
