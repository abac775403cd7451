"""PrinterLock: at most one process of a machine drives a printer; the lock dies with its process."""

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
from pathlib import Path
from typing import Any

from antrean.printing.agent.state import AgentState, read_state, write_state

REPLY_TIMEOUT_S = 1.0
LONGEST_REPLY = 2000


class PrinterOwned(Exception):
    """Another process of this machine already drives the printer; `owner`: how it describes itself, or empty."""

    code = "printer_owned"

    def __init__(self, device_key: str, owner: Mapping[str, Any]) -> None:
        self.owner = owner
        super().__init__(f"{device_key} is already driven by {self.words}")

    @property
    def words(self) -> str:
        """The other process's name, for people to read."""
        name = str(self.owner.get("name") or "another print agent")[:80]
        process = self.owner.get("process")
        return f"{name} (process {process})" if isinstance(process, int) else name


class PrinterLock:
    """Holds a printer until `release`. Refuses with PrinterOwned when another process holds it.

    There are two locks: a file in the data folder for the device key, and for each of the printer's `names` (see
    same_printer) an abstract socket that all processes of the machine share. So two agents cannot own one printer,
    whatever their data folders are and however its address is written. A process that connects to such a socket
    receives what `describe` returns.
    """

    def __init__(
        self,
        data_folder: Path,
        device_key: str,
        names: Iterable[str] = (),
        describe: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        data_folder.mkdir(parents=True, exist_ok=True)
        name = _digest(device_key)
        self._path = data_folder / f"printer-{name}.json"
        self._describe = describe
        self._sockets: list[socket.socket] = []
        self._ending, self._ended = socket.socketpair()
        self._thread: threading.Thread | None = None
        self._lock = os.open(data_folder / f"printer-{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        taken = ""
        try:
            for one in sorted({device_key, *names}):
                taken = _address(one)
                self._sockets.append(_listening(taken))
            taken = ""
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            raise PrinterOwned(device_key, _ask(taken) if taken else {}) from error
        self._thread = threading.Thread(target=self._serve, name="printer-owner", daemon=True)
        self._thread.start()

    def read(self) -> AgentState:
        """Return the state that the run before left; an empty one when there is none or it is torn."""
        return read_state(self._path)

    def write(self, state: AgentState) -> None:
        """Store the state, whole, and return when it is on disk."""
        write_state(self._path, state)

    def release(self) -> None:
        """Give the printer up, so that another process can drive it."""
        self._ending.close()
        if self._thread is not None:
            self._thread.join()
        for one in (*self._sockets, self._ended):
            one.close()
        os.close(self._lock)

    def _serve(self) -> None:
        """Send each process that connects the description of the owner, until the lock is released."""
        while True:
            ready, _, _ = select.select([self._ended, *self._sockets], [], [])
            if self._ended in ready:
                return
            for one in ready:
                with contextlib.suppress(OSError):
                    client, _ = one.accept()
                    with client:
                        client.settimeout(REPLY_TIMEOUT_S)
                        client.sendall(json.dumps({**self._describe(), "process": os.getpid()}).encode())


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
    """Return the owner's description of itself, read from its socket; empty when it does not reply."""
    reply = b""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(REPLY_TIMEOUT_S)
            client.connect(address)
            while len(reply) < LONGEST_REPLY and (more := client.recv(LONGEST_REPLY)):
                reply += more
        found = json.loads(reply)
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}
