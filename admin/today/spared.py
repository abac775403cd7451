"""Visits that were not needed: how many today, and on each of the last days, by service. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan

DAYS = 31


@dataclass(frozen=True, slots=True)
class SparedDay:
    """One business day: how many in all, and by the name of the service, most first."""

    day: date
    total: int
    services: Sequence[tuple[str, int]]


def spared_today(day: ServiceDay, plan: OfficePlan) -> int | None:
    """Return how many visits were not needed today; None where no service asks, and none was."""
    count = sum(day.spared.values())
    return count if count or any(service.may_spare for service in plan.services) else None


def spared_days(found: Mapping[date, Mapping[str, int]], plan: OfficePlan) -> list[SparedDay]:
    """Return the days in the order in which they are given."""
    return [
        SparedDay(
            day,
            sum(counts.values()),
            [
                (plan.service_name(code), count)
                for code, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
            ],
        )
        for day, counts in found.items()
    ]
