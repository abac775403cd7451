"""Looks for offices that were set up since the hub began, so that it serves them without a restart."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

log = logging.getLogger(__name__)
AGAIN_SECONDS = 60.0  # after one that could not be taken up


@dataclass(slots=True)
class NewOffices:
    """Looks at each call of `look`.

    `found` gives the codes of all offices of the database, and blocks; `served` those that the hub serves. `take_up`
    serves one more, or raises what keeps it from that: the others go on.
    """

    found: Callable[[], Collection[str]]
    served: Callable[[], Collection[str]]
    take_up: Callable[[str], None]
    monotonic: Callable[[], float]
    _not_before: dict[str, float] = field(default_factory=dict)

    def look(self) -> None:
        """Take up what is new; raises what keeps the hub from one of them, after it looked at all."""
        faults: list[Exception] = []
        for code in self.found():
            if code in self.served() or self.monotonic() < self._not_before.get(code, 0.0):
                continue
            self._not_before[code] = self.monotonic() + AGAIN_SECONDS
            try:
                self.take_up(code)
            except Exception as fault:
                faults.append(fault)
            else:
                log.warning("the office %s is served from now on", code)
        if faults:
            raise faults[0]
