"""What is asked of the office, and what a round of deciding led to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from antrean.queueing.command.base import Command
from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.results import CommandResult


@dataclass(frozen=True, slots=True)
class Request:
    """A command, who gives it, and the id that makes it safe to repeat."""

    command: Command
    actor: str = ""
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one round of deciding led to: entries now durable, and for each request a result or an error."""

    entries: Sequence[JournalEntry]
    outcomes: Sequence[CommandResult | Exception]
    plan: OfficePlan
    fresh_day: ServiceDay | None = None
