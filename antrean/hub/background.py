"""Background: repeats the duties of a hub, each at its interval, until the hub stops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from antrean.hub.fault_log import FaultLog

ROUND_SECONDS = 1.0

Duty = tuple[str, int, Callable[[], None]]  # its name, the rounds between two runs, and the work


class Background:
    """Runs duties one after the other, round by round. `stopped` returns whether the hub has stopped.

    Between two rounds are `seconds`.
    """

    def __init__(
        self,
        faults: FaultLog,
        sleep: Callable[[float], None],
        stopped: Callable[[], bool],
        seconds: float = ROUND_SECONDS,
    ) -> None:
        self._faults = faults
        self._sleep = sleep
        self._stopped = stopped
        self._seconds = seconds

    def repeat(self, duties: Sequence[Duty]) -> None:
        """Run each duty at its interval until the hub stops; blocks until then."""
        rounds = 0
        while not self._stopped():
            self._sleep(self._seconds)
            rounds += 1
            for name, each, work in duties:
                if rounds % each == 0:
                    self.run(name, work)

    def run(self, name: str, work: Callable[[], None]) -> None:
        """Run one duty. An exception is noted once until the duty works again, and does not affect other duties."""
        try:
            work()
        except Exception as error:
            if not self._stopped():  # a stopped hub refuses late work
                self._faults.note(name, error)
        else:
            self._faults.passed(name)
