"""LastNumbers: writes down that a service stops giving numbers before closing, and that it goes on."""

from __future__ import annotations

from antrean.queueing.cutoff.due import due
from antrean.queueing.office import Office


class LastNumbers:
    """`look` runs once a second beside requests. Other hubs of the office may write the same first: it stops once."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def look(self) -> None:
        """Write down what is due. While nobody knows the time for sure, nothing closes, so nothing stops."""
        if self._office.guard.state != "ok" or self._office.guard.date_unknown:
            return
        at = self._office.clock()
        for command in self._office.read(lambda day, plan: list(due(day, plan, at))):
            self._office.execute(command, actor="hub")
