"""A machine with two clocks: time that passes moves both, a clock that is set moves one."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.conftest import SetClock, Stopwatch


class MachineClock(SetClock):
    """The wall clock of a machine; `monotonic` is the other. `forward` lets time pass, `jump` sets this one alone."""

    def __init__(self, now: datetime | None = None) -> None:
        super().__init__()
        self.now = now or self.now
        self.monotonic = Stopwatch()

    def forward(self, **duration: float) -> datetime:
        self.monotonic.seconds += timedelta(**duration).total_seconds()
        return super().forward(**duration)

    def jump(self, **duration: float) -> datetime:
        """Set the wall clock by so much while no time passes."""
        return super().forward(**duration)
