"""What a machine remembers of its clock over a restart: the known offset, and which business day goes on.

It belongs to the machine and not to the journal, because another hub of the office has another clock.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

log = logging.getLogger(__name__)
NAME = "clock.json"
MOST_OFFSET = 100 * 366 * 86400  # seconds; larger offsets are refused, so that no computed time is out of range
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class ClockMemory:
    """`offset` seconds from the machine's clock to the true time; `stays_on`: the date on which a day goes on, or "".

    `boot`, `monotonic` and `at` name the start of the machine and the time of writing: until the machine is started
    anew, the true time is known from them whatever its clock shows.
    """

    offset: float = 0.0
    stays_on: str = ""
    boot: str = ""
    monotonic: float = 0.0
    at: str = ""

    def since(self) -> tuple[timedelta, date | None]:
        """Return the offset and the date as values."""
        return timedelta(seconds=self.offset), date.fromisoformat(self.stays_on) if self.stays_on else None

    def true_now(self, boot: str, monotonic: float) -> datetime | None:
        """Return the true time if this machine was not started anew since; None where it is unknown."""
        if not (self.offset and self.boot and self.boot == boot) or monotonic < self.monotonic:
            return None
        return datetime.fromisoformat(self.at) + timedelta(seconds=monotonic - self.monotonic)


def boot_id() -> str:
    """Return the id of this start of the machine, "" where the system has none."""
    with suppress(OSError):
        return _BOOT_ID.read_text(encoding="ascii").strip()
    return ""


def read_clock(folder: Path) -> ClockMemory:
    """Return what the data folder remembers; a file that can't be read is logged and ignored."""
    try:
        memory = ClockMemory(**json.loads((folder / NAME).read_text(encoding="utf-8")))
        if abs(memory.offset) > MOST_OFFSET:
            raise ValueError(memory.offset)
        memory.since()
        if memory.at:
            datetime.fromisoformat(memory.at)
        return memory
    except FileNotFoundError:
        return ClockMemory()
    except (OSError, ValueError, TypeError) as error:
        log.warning("%s can't be read and is passed over: %s", NAME, error)
        return ClockMemory()


def write_clock(folder: Path, memory: ClockMemory) -> None:
    """Write the file whole or not at all; without anything to remember the file is removed."""
    path = folder / NAME
    if not memory.offset and not memory.stays_on:
        path.unlink(missing_ok=True)
        return
    written = folder / f".{NAME}.new"
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(memory), file)
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)
