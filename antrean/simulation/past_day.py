"""What one business day that is over tells of an office's usual demand: small enough to be handed from a process on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from antrean.queueing.day import ServiceDay
from antrean.queueing.keeping.day_figures import FINISHED

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """One number: its first service, minutes of service there (None where it was not served to the end), priority.

    `done` are its persons, where they got what they came for; else 0.
    """

    service: str
    minutes: float | None
    priority: bool
    done: int = 0


@dataclass(frozen=True, slots=True)
class PastDay:
    """The numbers of a day, and how many counters were opened."""

    visits: tuple[Visit, ...]
    counters: int


def past_day(day: ServiceDay) -> PastDay:
    """Return what a day tells."""
    visits = []
    for ticket in day.tickets.values():
        leg = ticket.legs[0]
        served = leg.started_at is not None and leg.ended_at is not None
        minutes = (leg.ended_at - leg.started_at) / MINUTE if served else None  # type: ignore[operator]
        done = ticket.persons if served and leg.end == FINISHED else 0
        visits.append(Visit(leg.service, minutes, bool(ticket.priority), done))
    return PastDay(tuple(visits), len(day.counters))


def as_json(day: PastDay) -> dict[str, Any]:
    """Return a day as JSON values."""
    return {
        "counters": day.counters,
        "visits": [[one.service, one.minutes, one.priority, one.done] for one in day.visits],
    }


def from_json(told: Mapping[str, Any]) -> PastDay:
    """Return the day of these JSON values."""
    return PastDay(tuple(Visit(*one) for one in told["visits"]), told["counters"])
