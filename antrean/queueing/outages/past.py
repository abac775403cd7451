"""The outages of a day that is over or goes on, told by its lines: when each began, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from antrean.queueing.journal.kinds import Event
from antrean.queueing.outages.events import OutageBegun, OutageEnded


@dataclass(frozen=True, slots=True)
class PastOutage:
    """An outage of one business day.

    `names` are what was down, by language, and `services` the codes of those that it held up. `minutes` is None as long
    as nobody has said that it is back. `waited` and `left` count numbers, as its end says.
    """

    need: str
    names: Mapping[str, str]
    services: tuple[str, ...]
    began: datetime
    minutes: int | None = None
    waited: int = 0
    left: int = 0


def past_outages(lines: Iterable[tuple[datetime, Event]]) -> tuple[PastOutage, ...]:
    """Return the outages of one business day, oldest first, by its lines in their order; others may be among them."""
    found: list[PastOutage] = []
    open_now: dict[str, int] = {}
    for at, event in lines:
        if isinstance(event, OutageBegun):
            open_now[event.need] = len(found)
            found.append(PastOutage(event.need, event.names, tuple(event.services.split()), at))
        elif isinstance(event, OutageEnded) and event.need in open_now:
            place = open_now.pop(event.need)
            found[place] = replace(found[place], minutes=event.minutes, waited=event.waited, left=event.left)
    return tuple(found)


def as_data(outages: Iterable[PastOutage]) -> list[Any]:
    """Return outages as JSON values: a short list for each."""
    return [
        [one.need, dict(one.names), " ".join(one.services), one.began.isoformat(), one.minutes, one.waited, one.left]
        for one in outages
    ]


def from_data(data: Iterable[Any]) -> tuple[PastOutage, ...]:
    """Return the outages that `as_data` gave. Raises TypeError, ValueError or AttributeError for anything else."""
    return tuple(
        PastOutage(
            str(need), {str(code): str(name) for code, name in names.items()}, tuple(services.split()),
            datetime.fromisoformat(began), None if minutes is None else int(minutes), int(waited), int(left),
        )
        for need, names, services, began, minutes, waited, left in data
    )  # fmt: skip
