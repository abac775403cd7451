"""A process beside a benchmark: it takes a task, says "ready", begins on a signal and returns its results."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class Child:
    """A module of this package run as a process, which has read its task and waits for the word to begin.

    The module calls `task`, prepares, calls `begins`, and prints one JSON. Refuses (RuntimeError) one that breaks.
    """

    def __init__(self, module: str, task: Any) -> None:
        self._module = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._line(json.dumps(task))
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            self.stop()
            raise RuntimeError(f"{module} could not prepare")

    def start(self) -> None:
        """Let the process begin."""
        self._line("go")

    def results(self, seconds: float) -> Any:
        """Wait for the end of the process, at most so many seconds. Returns its results."""
        try:
            out, _ = self._process.communicate(timeout=seconds)
        finally:
            self.stop()
        if self._process.returncode:
            raise RuntimeError(f"{self._module} broke")
        return json.loads(out)

    def stop(self) -> None:
        """End the process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _line(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()


def task() -> Any:
    """Return the task of the process that calls this."""
    return json.loads(sys.stdin.readline())


def begins() -> bool:
    """Say "ready" and wait for the signal to begin. Returns False when the benchmark has ended."""
    print("ready", flush=True)
    return bool(sys.stdin.readline())
