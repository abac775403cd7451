"""Who a day asks how long people will wait: the estimator beside it, or nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from antrean.queueing.day import ServiceDay
    from antrean.queueing.journal.entry import JournalEntry
    from antrean.queueing.plan.model import OfficePlan
    from antrean.queueing.tickets.ticket import Ticket

Wait = tuple[int, int] | None


class WaitEstimator(Protocol):
    """What a day needs of an estimator; waits are (low, high) in whole minutes, None when not known yet."""

    def apply(self, day: ServiceDay, entry: JournalEntry) -> None:
        """Take in an entry, right after the day has."""

    def twin(self) -> WaitEstimator:
        """Return a copy that follows another day from here on."""

    def memory(self) -> dict[str, Any]:
        """Return what the next day's estimator should know, as plain JSON values."""

    def plan_is(self, plan: OfficePlan, day: ServiceDay, at: datetime) -> None:
        """Take a plan that was read again."""

    def for_ticket(self, day: ServiceDay, plan: OfficePlan, at: datetime, ticket: Ticket, ahead: int) -> Wait:
        """Return how much longer a ticket with so many tickets of its service ahead waits."""

    def for_arrival(self, service: str, at: datetime) -> Wait:
        """Return how long somebody would wait who took a ticket now."""

    def for_all(self, day: ServiceDay, plan: OfficePlan, at: datetime) -> Mapping[str, Wait]:
        """Return how much longer every waiting ticket waits, by number."""


class NoEstimates:
    """Says "not known yet": a day folded to look something up has no estimator."""

    def apply(self, day: ServiceDay, entry: JournalEntry) -> None:
        """Pass over the entry."""

    def twin(self) -> NoEstimates:
        """Return the same: it holds nothing."""
        return self

    def memory(self) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def plan_is(self, plan: OfficePlan, day: ServiceDay, at: datetime) -> None:
        """Pass over the plan."""

    def for_ticket(self, day: ServiceDay, plan: OfficePlan, at: datetime, ticket: Ticket, ahead: int) -> Wait:
        """Not known."""
        return None

    def for_arrival(self, service: str, at: datetime) -> Wait:
        """Not known."""
        return None

    def for_all(self, day: ServiceDay, plan: OfficePlan, at: datetime) -> Mapping[str, Wait]:
        """Not known of anybody."""
        return {}
