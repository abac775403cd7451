"""CertificateWatch: reads once a day, in a separate process, when the certificate of the hub's https address ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from antrean.hub.async_mode import AsyncMode
from antrean.hub.processes.side_process import Ended, SideProcess

FIRST_AFTER = 20.0
EACH = 86_400.0
LONGEST = 60.0


@dataclass(slots=True)
class CertificateWatch:
    """Knows until when the certificate at `url` is good; `look` runs each second. Without https there is none to end.

    `until` is None as long as nobody knows, and the first of all days when the certificate has ended.
    """

    url: str
    mode: AsyncMode
    monotonic: Callable[[], float]
    root: Path
    until: date | None = None
    _due: float | None = None
    _process: SideProcess = field(init=False)

    def __post_init__(self) -> None:
        """Make ready what the address is asked by."""
        self._process = SideProcess("antrean.hub.processes.certificate", self.root, self.mode, self.monotonic, LONGEST)

    def look(self) -> None:
        """Start the process when it is due, and read its result; an address without one is tried again tomorrow."""
        now = self.monotonic()
        if self._due is None:
            self._due = now + FIRST_AFTER
        if self._process.running:
            if (ended := self._process.look()) is not None:
                self._hear(ended)
        elif self.url.startswith("https://") and now >= self._due:
            self._due = now + EACH
            self._process.begin({"url": self.url})

    def _hear(self, ended: Ended) -> None:
        if ended.said == "ended":
            self.until = date.min
        with suppress(ValueError, TypeError):
            self.until = datetime.fromisoformat(ended.said).astimezone(UTC).date()

    def stop(self) -> None:
        """End the process."""
        self._process.stop()
