"""Commands about the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from antrean.queueing import events as e
from antrean.queueing.command.base import ADMINISTRATOR, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.fields import GIVEN
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan


@command("change_plan", gives=(e.PlanChanged,), given_by=(SUPERVISOR, ADMINISTRATOR))
class ChangePlan(Command):
    """Settings were edited; `before` and `after` are the values that differ, small and without secrets."""

    what: Annotated[str, GIVEN]
    before: Annotated[Mapping[str, Any] | None, GIVEN] = None
    after: Annotated[Mapping[str, Any] | None, GIVEN] = None

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the change."""
        return (e.PlanChanged(self.what, self.before, self.after),)
