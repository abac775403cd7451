"""The marker file of a running hub in its data folder; one that is left over shows that a hub was killed."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

RUNNING = "hub.running"  # exists while a hub runs; a hub that finds it knows that the one before did not end in order


def mark_running(folder: Path) -> int:
    """Write the marker and lock it until this process ends or the returned descriptor is closed."""
    descriptor = os.open(folder / RUNNING, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with suppress(OSError):  # a file system that knows no locks
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def hub_runs(folder: Path) -> bool:
    """Whether a hub runs in this data folder now, whatever happened to its database."""
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
