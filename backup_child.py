"""The process that makes one automatic backup, beside the hub and never in its way.

The hub starts it as `python -m backup_child`, says on standard input where and when, and reads on standard output what
became of it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

NICE = 15
MOST_CPU_SECONDS = 1800
IOPRIO_SET, IOPRIO_IDLE = {"x86_64": 251, "aarch64": 30, "armv7l": 314, "armv6l": 314}, 3 << 13
PARENT_DEATH = 1


def main() -> None:
    """Make the backup that standard input asks for, and say on standard output what became of it."""
    _step_back()
    from storage.backups import BackupPlaces, make_round
    from storage.database import open_engine
    from storage.waits import CARE

    asked = json.load(sys.stdin)
    engine = open_engine(asked["database"], CARE, make=False)
    places = BackupPlaces(Path(asked["data"]), asked["second"])
    at = datetime.fromisoformat(asked["at"])
    json.dump(asdict(make_round(engine, places, at, asked["zone"], asked["passphrase"])), sys.stdout)


def _step_back() -> None:
    """Let everybody else go first, on the processor and on the disk, and end with the hub."""
    import ctypes

    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, AttributeError, KeyError):
        libc = ctypes.CDLL(None)
        libc.prctl(PARENT_DEATH, signal.SIGKILL, 0, 0, 0)
        libc.syscall(IOPRIO_SET[os.uname().machine], 1, 0, IOPRIO_IDLE)


if __name__ == "__main__":
    main()
