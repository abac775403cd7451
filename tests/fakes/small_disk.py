"""A disk of a few MiB that can be filled up and emptied again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import CI

MIB = 1024 * 1024


class SmallDisk:
    """A folder on a file system of its own. `fill` leaves no byte, `empty` gives all but what others took back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Take what is left, down to the last byte that the system gives."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (64 * 1024, 4096, 1):
                try:
                    while file.write(b"\0" * size):
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        self._ballast.unlink()


@contextmanager
def small_disk(folder: Path, size_mib: int = 24) -> Iterator[SmallDisk]:
    """Mount one on a new folder; skips where only an administrator of the machine may, which under CI is a failure.

    By hand: `mkdir small; sudo mount -t tmpfs -o size=24m tmpfs small`, a hub with `ANTREAN_DATA=small/data`, numbers
    taken while `dd if=/dev/zero of=small/ballast` fills it, then `rm small/ballast`.
    """
    folder.mkdir()
    options = f"size={size_mib}m,mode=0755,uid={os.getuid()},gid={os.getgid()}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        assert not CI, f"no small disk can be mounted: {mounted.stderr}"
        pytest.skip(f"no small disk can be mounted: {mounted.stderr}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
