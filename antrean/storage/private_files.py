"""Files that only this user may read, written whole or not at all."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PARTIAL = ".partial"
SYNCED_BYTES = 1024 * 1024


class PacedFile(io.FileIO):
    """A file that is synced in parts: syncing much at once would hold up other writers on this disk."""

    _unsynced = 0

    def write(self, data: Any) -> int:
        """Write all of it."""
        left = memoryview(data).cast("B")
        size = len(left)
        while left:
            left = left[super().write(left) :]
        self._unsynced += size
        if self._unsynced >= SYNCED_BYTES:
            os.fdatasync(self.fileno())
            self._unsynced = 0
        return size


@contextmanager
def new_private_file(file: Path, *, replace: bool = False) -> Iterator[PacedFile]:
    """Give a file that becomes `file` when all is well, and nothing otherwise.

    It has a random name until then, so that nothing is written through a planted link. Refuses with
    FileExistsError to take the place of another unless `replace`.
    """
    partial = file.with_name(f".{file.name[:100]}.{secrets.token_hex(8)}{PARTIAL}")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(partial, flags, 0o600)
    try:
        with PacedFile(descriptor, "r+b") as out:
            with suppress(PermissionError):  # a stick knows no permissions
                os.fchmod(descriptor, 0o600)  # the umask may have taken even the owner's
            yield out
            os.fsync(descriptor)
        if replace:
            partial.replace(file)
        else:
            take_name(partial, file)
        sync_folder(file.parent)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def take_name(partial: Path, file: Path) -> None:
    """Give a whole file its name. Refuses with FileExistsError to take the place of another."""
    try:
        os.link(partial, file)
    except FileExistsError:
        raise
    except OSError:  # a stick knows no links
        if os.path.lexists(file):
            raise FileExistsError(file) from None
        partial.rename(file)
    else:
        partial.unlink()


def private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for this user alone whatever the umask."""
    for missing in [*reversed([above for above in folder.parents if not above.exists()]), folder]:
        private_folder_in(missing)


def private_folder_in(folder: Path) -> None:
    """Make a folder for this user alone in one that is there; refuses (FileNotFoundError) where that is gone.

    A data folder that was removed under a running hub must be brought back by people.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    with suppress(PermissionError):
        folder.chmod(0o700)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where its file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
