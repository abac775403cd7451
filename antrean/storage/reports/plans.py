"""The plans that were in force when tickets were issued: what was promised then, and what the clock showed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from antrean.queueing.keeping.report_rows import PlanOf
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.settings.rows import Settings

MOST = 16  # plans that are kept: those of a day, and a few more


class PlansInForce:
    """The plans of an office by the lines at which they were in force; blocking. Each is read once."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._settings = Settings(engine, office)
        self._plans: dict[int, OfficePlan] = {}

    def at(self, seqs: Sequence[int]) -> PlanOf:
        """Return what gives the plan of each of these lines, and the newest of these plans for any other line.

        Refuses damaged plans as `Settings.plan_of` does.
        """
        of_line = self._settings.revisions_at(seqs or (0,))
        for number in sorted({*of_line.values()} - {*self._plans}):
            self._plans[number] = self._settings.plan_of(number)
        found = {seq: self._plans[number] for seq, number in of_line.items()}
        newest = self._plans[max(of_line.values())]
        for number in sorted(self._plans)[:-MOST]:
            del self._plans[number]
        return lambda seq: found.get(seq, newest)
