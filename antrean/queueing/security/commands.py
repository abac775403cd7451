"""Commands about who signed in, failed to, was paired or changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import HUB, Command, Standing, command
from antrean.queueing.command.fields import LIVE
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan


@command("note_security", gives=(e.SecurityNoted,), given_by=(HUB,))
class NoteSecurity(Command):
    """Write down what happened to who may do what: always true, on any day and in any state."""

    noted: Annotated[e.SecurityNoted, LIVE]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return what happened."""
        return (self.noted,)
