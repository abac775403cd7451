"""A journal line, and how an event becomes JSON values and comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from queueing.events import Event, PlanChanged, SecurityNoted

COMMAND = "command"  # who wrote it, if somebody typed it beside the hub
CONSOLE = "console"  # who did it, where it is told who did what: somebody at the machine itself
KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__subclasses__()}


@dataclass(frozen=True, slots=True)
class Entry:
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
        return self.actor not in (COMMAND, CONSOLE) or type(self.event) not in (PlanChanged, SecurityNoted)

    @property
    def bears_witness(self) -> bool:
        """Whether it says which day it is: people sign in also while nobody knows, to tell the hub."""
        return self.tells_time and type(self.event) is not SecurityNoted


def to_data(event: Event) -> dict[str, Any]:
    """Return the event's fields as JSON values."""
    return {name: getattr(event, name) for name in _field_names(type(event))}


def from_data(kind: str, data: Mapping[str, Any]) -> Event:
    """Return the event of that kind; fields missing in old lines take their defaults.

    Fields this version does not know are passed over: a line may come from a newer version that was taken back.
    Refuses (KeyError) a kind this version does not know, and (TypeError) a line that lacks what never had a default.
    """
    event = KINDS[kind]
    try:
        return event(**data)
    except TypeError:
        known = _field_names(event)
        return event(**{name: value for name, value in data.items() if name in known})


_names: dict[type[Event], tuple[str, ...]] = {}


def _field_names(kind: type[Event]) -> tuple[str, ...]:
    names = _names.get(kind)
    if names is None:
        names = _names[kind] = tuple(field.name for field in fields(kind))  # type: ignore[arg-type]
    return names
