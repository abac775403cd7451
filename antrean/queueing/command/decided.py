"""A command decided whole: its own events, and what these bring with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from antrean.queueing.cases.codes import Draw
from antrean.queueing.cases.of_visits import with_cases
from antrean.queueing.command.base import Command, Standing
from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.kinds import Event
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.stock.use import with_stock


def decided(
    command: Command, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime, draw: Draw
) -> Sequence[Event]:
    """Return what a command leads to, or raise its refusal; the last event is the command's own.

    `draw` gives the codes of new cases.
    """
    events = with_stock(day, standing.stock, plan, command.decide(day, standing, plan, at))
    return with_cases(day, standing, plan, events, draw)
