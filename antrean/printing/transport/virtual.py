"""The virtual printer: a folder that stores the last slips as bytes, to be shown on a page.

It writes and deletes only slips of its own, which are listed in a file in the folder.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

KEPT = 50
JOB = re.compile(r"[A-Za-z0-9._/-]{1,120}")
LIST = ".antrean-slips.json"
DRAFT = ".antrean-slips.part"
LIST_DRAFT = LIST + ".new"
DRAFTS = (DRAFT, LIST_DRAFT)
# Slips as releases without a list named them, which may be taken over in the print agent's own folder.
OLD_SLIP = re.compile(r"\d{4}-\d\d-\d\d_(?:TEST_\d+|[A-Z0-9]{1,4}-\d+_\d+)\.bin|test-slip\.bin")


class FolderNotOurs(OSError):
    """The folder, or a file in it, was not made by a virtual printer and is left unchanged."""


def keep(folder: Path, job: str, data: bytes, *, home: bool = False) -> None:
    """Store a slip as `<job with / replaced by _>.bin`, written whole or not at all; the oldest slips go.

    A folder that is not there is made. Refuses with ValueError a job name that is not a plain name, with FolderNotOurs
    a folder that holds anything and was not made here (the agent's `home` always is), one that is a link, and a file of
    the slip's name that is not one of these slips.
    """
    name = slip_path(folder, job).name
    folder.mkdir(parents=True, exist_ok=True)
    with _opened(folder) as place:
        ours = _ours(place, home)
        there = _file(place, name)
        if there is not None and ours.get(name) != there:
            raise FolderNotOurs(f"{folder / name} is not a slip of this printer")
        number = _write(place, data, sync=True)
        ours.pop(name, None)
        # Listed before it gets its name: a slip that is not listed could never be deleted.
        _save(place, {**ours, name: number})
        os.replace(DRAFT, name, src_dir_fd=place, dst_dir_fd=place)
        ours[name] = number
        for old in list(ours)[:-KEPT]:
            if _file(place, old) == ours.pop(old):
                os.unlink(old, dir_fd=place)
        _save(place, ours)


def check(folder: Path, *, home: bool = False) -> None:
    """Refuse with FolderNotOurs a folder in which no slip would be kept; one that is not there yet can be made."""
    with suppress(FileNotFoundError, NotADirectoryError), _opened(folder) as place:
        _ours(place, home)


def kept(folder: Path) -> list[Path]:
    """Return the files of the kept slips, newest first."""
    try:
        with _opened(folder) as place:
            ours = _listed(place) or {}
            return [folder / name for name in reversed(ours) if _file(place, name) == ours[name]]
    except OSError:
        return []


def slip_path(folder: Path, job: str) -> Path:
    """Where a job's slip is kept. Refuses with ValueError a job name that could leave the folder."""
    if not JOB.fullmatch(job) or ".." in job:
        raise ValueError(f"job {job!r} is not a plain name")
    return folder / (job.replace("/", "_") + ".bin")


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """Yield a folder's descriptor, through which all its files are reached even if its path changes. Refuses a link."""
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield place
    finally:
        os.close(place)


def _ours(place: int, home: bool) -> dict[str, int]:
    """Return the slips of this folder by name, oldest first, as inodes; refuses a folder that is somebody else's."""
    listed = _listed(place)
    if listed is not None:
        return listed
    names = [name for name in os.listdir(place) if name not in DRAFTS]
    if not home and names:
        raise FolderNotOurs("the folder holds files and was not made by a virtual printer")
    old = {name: inode for name in names if OLD_SLIP.fullmatch(name) and (inode := _file(place, name))}
    ages = {name: os.stat(name, dir_fd=place, follow_symlinks=False).st_mtime_ns for name in old}
    return {name: old[name] for name in sorted(old, key=lambda name: ages[name])}


def _listed(place: int) -> dict[str, int] | None:
    """Return what the folder's list says; None without one, nothing where it can't be read."""
    try:
        number = os.open(LIST, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=place)
    except FileNotFoundError:
        return None
    with open(number, encoding="utf-8") as file, suppress(ValueError, TypeError, AttributeError):
        return {str(name): int(inode) for name, inode in json.load(file)["slips"].items() if "/" not in name and inode}
    return {}


def _file(place: int, name: str) -> int | None:
    """Return the inode of a plain file in the folder; None where there is none, 0 for what is no plain file."""
    try:
        found = os.stat(name, dir_fd=place, follow_symlinks=False)
    except FileNotFoundError:
        return None
    return found.st_ino if stat.S_ISREG(found.st_mode) else 0


def _write(place: int, data: bytes, name: str = DRAFT, sync: bool = False) -> int:
    """Write a draft anew, never through a link; gives its inode."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=place)  # of a run that died; the name is nobody else's
    number = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=place)
    with open(number, "wb") as file:
        file.write(data)
        file.flush()
        if sync:
            os.fsync(number)
        return os.fstat(number).st_ino


def _save(place: int, slips: dict[str, int]) -> None:
    _write(place, json.dumps({"made_by": "the virtual printer of Antrean", "slips": slips}).encode(), LIST_DRAFT)
    os.replace(LIST_DRAFT, LIST, src_dir_fd=place, dst_dir_fd=place)
