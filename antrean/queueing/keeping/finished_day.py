"""What one business day that is over did for a campaign: small enough to be handed from a process on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from antrean.queueing.campaign.state import Correction
from antrean.queueing.day import ServiceDay
from antrean.queueing.keeping.day_figures import DayFigures, corrected_of, done_of


@dataclass(frozen=True, slots=True)
class FinishedDay:
    """Persons by the code of the service that did for them what they came for, and the corrections of the day.

    `corrected` are their sums, by the revision of the plan with which their campaign began; of a day whose lines have
    left the journal it is all that is known of them.
    """

    done: Mapping[str, int] = field(default_factory=dict)
    corrected: Mapping[int, int] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()


def finished_day(day: ServiceDay) -> FinishedDay:
    """Return what a day did; it is only read."""
    return FinishedDay(done_of(day), corrected_of(day), tuple(day.campaign_corrections))


def of_figures(figures: DayFigures) -> FinishedDay:
    """Return what a day did whose lines have left the journal."""
    done = {code: service.done for code, service in figures.services.items() if service.done}
    return FinishedDay(done, figures.corrected)


def as_json(day: FinishedDay) -> dict[str, Any]:
    """Return a day as JSON values."""
    corrections = [[one.at.isoformat(), one.by, one.persons, one.reason, one.campaign] for one in day.corrections]
    return {"done": dict(day.done), "corrected": dict(day.corrected), "corrections": corrections}


def from_json(told: Mapping[str, Any]) -> FinishedDay:
    """Return the day of these JSON values."""
    corrections = (Correction(datetime.fromisoformat(at), *others) for at, *others in told["corrections"])
    corrected = {int(campaign): persons for campaign, persons in told["corrected"].items()}
    return FinishedDay(told["done"], corrected, tuple(corrections))
