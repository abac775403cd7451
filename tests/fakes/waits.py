"""The wait of every waiting ticket, as one asks for each."""

from __future__ import annotations

from datetime import datetime

from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.port import Wait, WaitEstimator
from antrean.queueing.plan.model import OfficePlan


def for_all(waits: WaitEstimator, day: ServiceDay, plan: OfficePlan, at: datetime) -> dict[str, Wait]:
    """Return the wait of every waiting ticket by its number."""
    figures = day.ahead.figures(day, plan, at)
    return {number: waits.for_ticket(day.tickets[number], figure.own, at) for number, figure in figures.items()}
