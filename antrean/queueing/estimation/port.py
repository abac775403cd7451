"""The interface of the wait estimator beside a day, and the null implementation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Protocol

from antrean.queueing.calling.ahead import Ahead
from antrean.queueing.calling.queue import Queue
from antrean.queueing.estimation.open_time import Reach
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket

Wait = tuple[int, int] | None


class EstimatedDay(Queue, Protocol):
    """What the estimator reads of its day."""

    @property
    def business_day(self) -> date:
        """The date of the day."""

    @property
    def ahead(self) -> Ahead:
        """The figures of the waiting tickets."""

    def open_tickets(self) -> Iterable[Ticket]:
        """Return the tickets that are waiting, called, served or held."""


class WaitEstimator(Protocol):
    """What a day needs of an estimator. Waits are (low, high) in whole minutes, None when they are not known yet."""

    def apply(self, day: EstimatedDay, entry: JournalEntry) -> None:
        """Take in an entry. Call it right after the day has taken the entry in."""

    def twin(self) -> WaitEstimator:
        """Return a copy that follows another day from here on."""

    def anew(self, day: EstimatedDay, at: datetime) -> WaitEstimator:
        """Return an estimator of the same plan that has learnt nothing, for a day that begins anew at this time."""

    def memory(self) -> dict[str, Any]:
        """Return what the next day's estimator starts with, as plain JSON values."""

    def plan_is(self, plan: OfficePlan, day: EstimatedDay, at: datetime) -> None:
        """Take a plan that was loaded again."""

    def for_ticket(self, ticket: Ticket, ahead: int, at: datetime) -> Wait:
        """Return how much longer a ticket with so many tickets of its own service ahead waits."""

    def for_arrival(self, service: str, at: datetime) -> Wait:
        """Return how long a visitor would wait who took a ticket now."""

    def usual_gap(self, service: str) -> float | None:
        """Return the minutes that are usual between two calls of a service while people wait; None: nobody knows."""

    def reach_of_ticket(self, ticket: Ticket, ahead: int, at: datetime) -> Reach:
        """Return whether a ticket with so many tickets of its own service ahead is reached before that closes."""

    def reach_of_arrival(self, service: str, at: datetime) -> Reach:
        """Return whether a visitor would be reached who took a ticket now."""

    def first_beyond(self, service: str, at: datetime) -> int | None:
        """Return how many of the service are ahead of the first that may not be reached; None where all are."""

    def serves_arrival(self, service: str, percent: int, at: datetime, ahead: int | None = None) -> bool:
        """Return whether a visitor who took a ticket now would be reached with at least this chance."""


class NoEstimates:
    """The estimator of a day that is folded to look something up: no wait is known."""

    def apply(self, day: EstimatedDay, entry: JournalEntry) -> None:
        """Ignore the entry."""

    def twin(self) -> NoEstimates:
        """Return the object itself, since it holds nothing."""
        return self

    def anew(self, day: EstimatedDay, at: datetime) -> NoEstimates:
        """Return the object itself, since it holds nothing."""
        return self

    def memory(self) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def plan_is(self, plan: OfficePlan, day: EstimatedDay, at: datetime) -> None:
        """Ignore the plan."""

    def for_ticket(self, ticket: Ticket, ahead: int, at: datetime) -> Wait:
        """Return None."""
        return None

    def for_arrival(self, service: str, at: datetime) -> Wait:
        """Return None."""
        return None

    def usual_gap(self, service: str) -> float | None:
        """Return None."""
        return None

    def reach_of_ticket(self, ticket: Ticket, ahead: int, at: datetime) -> Reach:
        """Return that nobody can tell."""
        return ""

    def reach_of_arrival(self, service: str, at: datetime) -> Reach:
        """Return that nobody can tell."""
        return ""

    def first_beyond(self, service: str, at: datetime) -> int | None:
        """Return that nobody can tell."""
        return None

    def serves_arrival(self, service: str, percent: int, at: datetime, ahead: int | None = None) -> bool:
        """Return that nobody can tell that they would not."""
        return True
