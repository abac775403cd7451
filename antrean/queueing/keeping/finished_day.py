"""What one business day that is over did for a campaign: small enough to be handed from a process on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from antrean.queueing.campaign.state import Correction
from antrean.queueing.day import ServiceDay
from antrean.queueing.keeping.day_figures import DayFigures, done_of


@dataclass(frozen=True, slots=True)
class FinishedDay:
    """Persons by the code of the service that did for them what they came for, and the corrections of the day.

    `corrected` is their sum; of a day whose lines have left the journal it is all that is known of them.
    """

    done: Mapping[str, int] = field(default_factory=dict)
    corrected: int = 0
    corrections: tuple[Correction, ...] = ()


def finished_day(day: ServiceDay) -> FinishedDay:
    """Return what a day did; it is only read."""
    return FinishedDay(
        done_of(day), sum(one.persons for one in day.campaign_corrections), tuple(day.campaign_corrections)
    )


def of_figures(figures: DayFigures) -> FinishedDay:
    """Return what a day did whose lines have left the journal."""
    done = {code: service.done for code, service in figures.services.items() if service.done}
    return FinishedDay(done, figures.corrected)


def as_json(day: FinishedDay) -> dict[str, Any]:
    """Return a day as JSON values."""
    corrections = [[one.at.isoformat(), one.by, one.persons, one.reason] for one in day.corrections]
    return {"done": dict(day.done), "corrected": day.corrected, "corrections": corrections}


def from_json(told: Mapping[str, Any]) -> FinishedDay:
    """Return the day of these JSON values."""
    corrections = (Correction(datetime.fromisoformat(at), by, n, why) for at, by, n, why in told["corrections"])
    return FinishedDay(told["done"], told["corrected"], tuple(corrections))
