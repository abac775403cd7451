"""When the certificate of the hub's https address ends, looked at once a day by a process beside the hub."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

FIRST_AFTER = 20.0
EACH = 86_400.0
LONGEST = 30.0


@dataclass(slots=True)
class CertificateWatch:
    """Knows until when the certificate at `url` is good; `look` runs each second. Without https there is none to end.

    `until` is None as long as nobody knows, and the day before the first when the certificate has ended.
    """

    url: str
    monotonic: Callable[[], float]
    root: Path
    until: date | None = None
    _due: float | None = None
    _began: float = 0.0
    _process: subprocess.Popen[str] | None = None

    def look(self) -> None:
        """Start the process when it is due, and hear what it found."""
        now = self.monotonic()
        if self._due is None:
            self._due = now + FIRST_AFTER
        if self._process is not None:
            if self._process.poll() is not None:
                self._hear(self._process)
            elif now - self._began > LONGEST:
                self.stop()
        elif self.url.startswith("https://") and now >= self._due:
            self._due, self._began = now + EACH, now
            self._process = subprocess.Popen(
                [sys.executable, "-m", "certificate", self.url], cwd=self.root, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip

    def _hear(self, process: subprocess.Popen[str]) -> None:
        self._process = None
        assert process.stdout is not None
        with process.stdout as out:
            said = out.read().strip()
        if said == "ended":
            self.until = date.min
        with suppress(ValueError):
            self.until = datetime.fromisoformat(said).astimezone(UTC).date()

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            if process.stdout is not None:
                process.stdout.close()
            with suppress(subprocess.TimeoutExpired):
                process.wait(2)
