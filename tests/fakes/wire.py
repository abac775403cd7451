"""A printer at a device file: a pseudo terminal under a name that stays, as udev gives one."""

from __future__ import annotations

import os
import pty
import threading
import tty
from pathlib import Path

from tests.fakes.engine import Engine


class WirePrinter:
    """An Engine behind a device file; `with WirePrinter(folder, "usblp") as printer: … printer.address`.

    `silent` stops it from reading, as a printer that holds the line off; `unplug` takes the device away.
    """

    def __init__(self, folder: Path, kind: str, profile_id: str = "epson-tm-t82iii") -> None:
        self.engine = Engine()
        self.kind, self.profile_id = kind, profile_id
        self.path = folder / "tiket0"
        self.silent = threading.Event()
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._ends: tuple[int, int] | None = None
        self.plug()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"{self.kind}://{self.path}?profile={self.profile_id}{'&flow=none' if self.kind == 'serial' else ''}"

    def __enter__(self) -> WirePrinter:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(5)
        self.unplug()

    def plug(self) -> None:
        """Put the device there (again)."""
        with self._lock:
            master, slave = pty.openpty()
            tty.setraw(slave)
            os.set_blocking(master, False)
            self._ends = master, slave
            self.path.symlink_to(os.ttyname(slave))

    def unplug(self) -> None:
        """The cable is pulled: the device file is gone, who has it open is hung up, held data is lost."""
        with self._lock:
            ends, self._ends = self._ends, None
            self.engine.clear()
            self.path.unlink(missing_ok=True)
            for end in ends or ():
                os.close(end)

    def become(self, condition: str) -> None:
        """Change the condition; whoever listens hears what the printer then says."""
        with self._lock:
            self.say(self.engine.become(condition))

    def _serve(self) -> None:
        while not self._stop.wait(0.002):
            with self._lock:
                if self._ends is None or self.silent.is_set():
                    continue
                try:
                    self.say(self.engine.receive(os.read(self._ends[0], 4096)))
                except BlockingIOError:
                    continue

    def say(self, said: bytes) -> None:
        """Say something, asked or not."""
        if said and self._ends is not None:
            os.write(self._ends[0], said)
