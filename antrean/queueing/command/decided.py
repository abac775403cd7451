"""A command decided whole: its own events, and what these bring with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from antrean.queueing.command.base import Command, Standing
from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.kinds import Event
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.stock.use import with_stock


def decided(command: Command, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[Event]:
    """Return what a command leads to, or raise its refusal; the last event is the command's own."""
    return with_stock(day, standing.stock, plan, command.decide(day, standing, plan, at))
