"""One owner per printer: a lock that dies with its process, and a note of what the owner was doing."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import select
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ASKED_S = 1.0
MOST_SAID = 2000
MOST_PRINTED = 400  # more than an office prints between two backups; each slip writes them anew


class PrinterOwned(Exception):
    """Another process on this machine already owns the printer; `owner` is what it says of itself, if it does."""

    code = "printer_owned"

    def __init__(self, place: str, owner: Mapping[str, Any]) -> None:
        self.owner = owner
        super().__init__(f"{place} is already driven by {self.words}")

    @property
    def words(self) -> str:
        """Who has the printer, for people."""
        name = str(self.owner.get("name") or "another print agent")[:80]
        process = self.owner.get("process")
        return f"{name} (process {process})" if isinstance(process, int) else name


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

    Two locks: a file in the data folder for the place, and for each of the printer's `names` (see same_printer) an
    abstract socket that all processes of the machine share, so that two agents can't own one printer, whatever their
    data folders and however its address is written. Whoever connects to such a socket hears what `tell` says.
    """

    def __init__(
        self, data_folder: Path, place: str, names: Iterable[str] = (), tell: Callable[[], Mapping[str, Any]] = dict
    ) -> None:
        data_folder.mkdir(parents=True, exist_ok=True)
        name = _digest(place)
        self._path = data_folder / f"printer-{name}.json"
        self._tell = tell
        self._sockets: list[socket.socket] = []
        self._ending, self._ended = socket.socketpair()
        self._thread: threading.Thread | None = None
        self._lock = os.open(data_folder / f"printer-{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        taken = ""
        try:
            for one in sorted({place, *names}):
                taken = _address(one)
                self._sockets.append(_listening(taken))
            taken = ""
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            raise PrinterOwned(place, _ask(taken) if taken else {}) from error
        self._thread = threading.Thread(target=self._answer, name="printer-owner", daemon=True)
        self._thread.start()

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
        self._ending.close()
        if self._thread is not None:
            self._thread.join()
        for one in (*self._sockets, self._ended):
            one.close()
        os.close(self._lock)

    def _answer(self) -> None:
        """Tell each who asks whose printer it is, until the end."""
        while True:
            ready, _, _ = select.select([self._ended, *self._sockets], [], [])
            if self._ended in ready:
                return
            for one in ready:
                with contextlib.suppress(OSError):
                    asking, _ = one.accept()
                    with asking:
                        asking.settimeout(ASKED_S)
                        asking.sendall(json.dumps({**self._tell(), "process": os.getpid()}).encode())


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _address(name: str) -> str:
    return f"\0antrean-printer-{_digest(name)}"


def _listening(address: str) -> socket.socket:
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        found.bind(address)
        found.listen(8)
        found.setblocking(False)
    except OSError:
        found.close()
        raise
    return found


def _ask(address: str) -> dict[str, Any]:
    """What the owner behind this socket says of itself; nothing when it does not answer."""
    said = b""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.settimeout(ASKED_S)
            asking.connect(address)
            while len(said) < MOST_SAID and (more := asking.recv(MOST_SAID)):
                said += more
        found = json.loads(said)
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}
