"""SideProcess: runs long work in a process beside the hub, and returns its result when it has ended."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO, Any

from antrean.hub.async_mode import AsyncMode

END_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Ended:
    """The result of a process: its JSON output `said`, None without output; `wrong` says why it failed."""

    said: Any = None
    wrong: str = ""


STOPPED = Ended(wrong="the hub is stopping")


@dataclass(slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    said: IO[bytes]  # a file: a pipe that nobody reads would hold up who has more to say
    since: float


class SideProcess:
    """Runs `python -m MODULE` in the program's folder `root`, one at a time, for at most `longest` seconds.

    It reads JSON on standard input, and may say JSON on standard output before it ends with 0.
    """

    def __init__(
        self, module: str, root: Path, mode: AsyncMode, monotonic: Callable[[], float], longest: float
    ) -> None:
        self._module, self._root = module, root
        self._mode, self._monotonic = mode, monotonic
        self._longest = longest
        self._running: _Running | None = None
        self._stopped = Event()

    @property
    def running(self) -> bool:
        """Whether a process was begun whose end has not been returned by `look`."""
        return self._running is not None

    @property
    def pid(self) -> int:
        """The process id of the one that runs, 0 when none does."""
        return self._running.process.pid if self._running is not None else 0

    def begin(self, asked: Mapping[str, Any]) -> Ended | None:
        """Start one and tell it what to do; return what is wrong when none could be started. None may be running."""
        if self._stopped.is_set():
            return STOPPED
        try:
            said = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been read
        except OSError as error:
            return _not_started(error)
        try:
            process = self._mode.run_blocking(self._started, said, json.dumps(asked).encode())
        except OSError as error:
            said.close()
            return _not_started(error)
        self._running = _Running(process, said, self._monotonic())
        if self._stopped.is_set():  # while it was being started, when there was nothing to end yet
            self._end()
            return STOPPED
        return None

    def look(self) -> Ended | None:
        """Return what became of the one that was begun, once; None while it runs, or when there is none."""
        running = self._running
        if running is None:
            return None
        if running.process.poll() is None:
            if self._monotonic() - running.since <= self._longest:
                return None
            self._end()
            return Ended(wrong=f"it was not done after {self._longest / 60:.0f} minutes")
        self._running = None
        with running.said as file:
            file.seek(0)
            words = file.read()
        failed = Ended(wrong=f"its process ended with {running.process.returncode}")
        if running.process.returncode:
            return failed
        try:
            return Ended(json.loads(words) if words else None)
        except ValueError:
            return failed

    def end(self) -> None:
        """End the running process without reading its result; another one can be begun."""
        self._end()

    def stop(self) -> None:
        """End the running process without reading its result; no process is begun any more."""
        self._stopped.set()
        self._end()

    def _end(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.process.kill()
            running.said.close()
            with suppress(subprocess.TimeoutExpired):
                running.process.wait(END_SECONDS)

    def _started(self, said: IO[bytes], words: bytes) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", self._module], cwd=self._root, stdin=subprocess.PIPE, stdout=said,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdin is not None
        with suppress(BrokenPipeError), process.stdin as stdin:
            stdin.write(words)
        return process


def _not_started(error: OSError) -> Ended:
    return Ended(wrong=f"no process could be started: {error.strerror}")
