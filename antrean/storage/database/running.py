"""The mark of a hub in its data folder: whether one works there now, and whether the last one ended in order."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

RUNNING = "hub.running"  # there while a hub runs; one that finds it was not ended in order


def mark_running(folder: Path) -> int:
    """Leave the mark, and hold it as long as this process lives or the descriptor that is returned is open."""
    descriptor = os.open(folder / RUNNING, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with suppress(OSError):  # a file system that knows no locks
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def hub_runs(folder: Path) -> bool:
    """Whether a hub works in this data folder now, whatever became of its database."""
    try:
        descriptor = os.open(folder / RUNNING, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def ended(folder: Path) -> None:
    """Note that a hub has ended in order."""
    with suppress(OSError):
        (folder / RUNNING).unlink(missing_ok=True)
