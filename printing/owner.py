"""One owner per printer: a lock that dies with its process, and a note of what the owner was doing."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import socket
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

MOST_PRINTED = 400  # more than an office prints between two backups; each slip writes them anew


class PrinterOwned(Exception):
    """Another process on this machine already owns the printer."""

    code = "printer_owned"


@dataclass
class Note:
    """What survives the agent's death.

    `run`: its id. `results`: those the hub has not taken yet. `clean`: it ended in order, and no slip of
    its was left half in the printer. `printed`: the last jobs that may be on paper, oldest first. `head`: the newest
    line of the hub's journal that a slip came with; the hub hears of it again, in case it has lost that line.
    """

    run: str = ""
    results: list[dict[str, Any]] = field(default_factory=list)
    clean: bool = True
    printed: list[str] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)

    def remember(self, job: str) -> None:
        """Take note that a job may be on paper."""
        self.printed = [*self.printed[1 - MOST_PRINTED :], job]


def read_note(path: Path) -> Note:
    """Return what a note says; an empty one when there is none or it was torn."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        results = [dict(result) for result in data["results"]]
        printed = [str(job) for job in data.get("printed", ())]
        return Note(str(data["run"]), results, bool(data["clean"]), printed, dict(data.get("head", {})))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Note()


def printed_jobs(data_folder: Path) -> list[str]:
    """Return the jobs that the print agents of this folder remember to have printed."""
    return [job for path in sorted(data_folder.glob("printer-*.json")) for job in read_note(path).printed]


class Owner:
    """Holds a printer until `release`. Refuses with PrinterOwned when somebody holds it.

    Two locks: a file in the data folder, and an abstract socket name that all processes of the machine
    share, so that two agents with different data folders cannot own one printer either. `place` is the
    printer's address without options.
    """

    def __init__(self, data_folder: Path, place: str) -> None:
        data_folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(place.encode()).hexdigest()[:16]
        self._path = data_folder / f"printer-{name}.json"
        self._lock = os.open(data_folder / f"printer-{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._name.bind(f"\0antrean-printer-{name}")
        except OSError as error:
            self.release()
            raise PrinterOwned(f"{place} is already driven by another print agent") from error

    def read(self) -> Note:
        """The note of the run before; an empty one when there is none or it was torn."""
        return read_note(self._path)

    def write(self, note: Note) -> None:
        """Keep the note, whole, before going on."""
        draft = self._path.with_suffix(".part")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(asdict(note), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)

    def release(self) -> None:
        """Let others have the printer."""
        self._name.close()
        os.close(self._lock)
