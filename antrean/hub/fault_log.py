"""FaultLog: counts isolated faults, and logs each distinct one once until it has passed."""

from __future__ import annotations

import logging
from collections import Counter

MOST_KNOWN = 20  # distinct faults of one thing that are remembered; a new one is logged all the same


class FaultLog:
    """Counts faults by what failed. A fault is the same when the same kind was raised at the same place."""

    def __init__(self, log: logging.Logger) -> None:
        self.counts: Counter[str] = Counter()
        self._log = log
        self._known: dict[str, set[str]] = {}

    def note(self, what: str, error: Exception) -> None:
        """Count a fault of `what`, and log it with its traceback if it was not known."""
        self.counts[what] += 1
        known = self._known.setdefault(what, set())
        where = _where(error)
        if where in known:
            return
        if len(known) >= MOST_KNOWN:
            known.clear()
        known.add(where)
        self._log.error("%s failed", what, exc_info=error)

    def passed(self, what: str) -> None:
        """Note that `what` has worked, so that its next fault is logged again."""
        if self._known.pop(what, None):
            self._log.warning("%s works again", what)


def _where(error: Exception) -> str:
    """Return the kind of an error and the line that raised it."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at is not None else ""
    return f"{type(error).__name__} {place}"
