"""A journal line, and how an event becomes JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from antrean.queueing.journal.kinds import Event

COMMAND = "command"  # who wrote it, if somebody typed it beside the hub
CONSOLE = "console"  # who did it, where it is told who did what: somebody at the machine itself


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal: what happened, when (UTC), on which business day, by whom."""

    seq: int
    at: datetime
    business_day: date
    event: Event
    request_id: str | None = None
    actor: str = ""

    @property
    def tells_time(self) -> bool:
        """Whether its time and day are to be believed: a command that changes settings only asks the machine's clock.

        It is over before anybody could see whether that clock is right, and may run while it is not.
        """
        return tells_time(self.event, self.actor)

    @property
    def bears_witness(self) -> bool:
        """Whether it says which day it is: people sign in also while nobody knows, to tell the hub."""
        return bears_witness(self.event, self.actor)


def tells_time(event: Event, actor: str) -> bool:
    """Whether a line with this event of this actor has a time and day to be believed."""
    return not event.changes_settings or actor not in (COMMAND, CONSOLE)


def bears_witness(event: Event, actor: str) -> bool:
    """Whether a line with this event of this actor says which day it is."""
    return tells_time(event, actor) and event.bears_witness


def to_data(event: Event) -> dict[str, Any]:
    """Return the event's fields as JSON values."""
    kind = type(event)
    return dict(zip(kind.field_names, kind.values_of(event), strict=True))
