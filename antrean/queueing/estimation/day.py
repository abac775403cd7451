"""The estimator of one business day: follows the day entry by entry and says how long a ticket will wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from antrean.queueing import events as e
from antrean.queueing.estimation.formula import Estimator, Interval, rounded
from antrean.queueing.estimation.port import EstimatedDay, Wait
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping.state_fields import field_types, twin
from antrean.queueing.plan.model import PAUSED, OfficePlan
from antrean.queueing.tickets.ticket import Ticket

_SERVICE_EVENTS = (e.ServicePaused, e.ServiceResumed, e.ServiceClosed, e.ServiceOpened)
_COUNTER_EVENTS = (e.CounterOpened, e.CounterPaused, e.CounterResumed, e.CounterHandedOver, e.CounterClosed)


class DayEstimator:
    """The estimator of one business day, kept beside a `ServiceDay` and fed with the same entries.

    It belongs to the owner of that day and is used from the same thread. `memory` comes from the estimator of the day
    before. `closes_at` is the end of today's opening hours, None when the office has none.
    """

    closes_at: datetime | None
    _plan: OfficePlan
    _estimator: Estimator
    _waiting: dict[str, tuple[str, int]]
    _persons: dict[str, int]
    _tickets: dict[str, int]
    _open: dict[str, int]
    _paused: set[str]
    _steps: float

    def __init__(self, plan: OfficePlan, memory: Mapping[str, Any] | None = None) -> None:
        self.closes_at = None
        self._plan = plan
        self._estimator = Estimator(memory)
        self._waiting = {}
        self._persons = {}
        self._tickets = {}
        self._open = {}
        self._paused = set()
        self._steps = 0.0  # minutes by which the office's clock was set forward since the day began

    # -- following ---------------------------------------------------------------------------

    def apply(self, day: EstimatedDay, entry: JournalEntry) -> None:
        """Take in an entry. Call it right after the day has taken the entry in. Entries of other days are ignored."""
        if entry.business_day != day.business_day:
            return
        if isinstance(entry.event, _COUNTER_EVENTS):
            self._count_counters(day, entry.at)
            return
        if isinstance(entry.event, _SERVICE_EVENTS):
            self._note_pauses(day, entry.at)
            return
        if isinstance(entry.event, e.DayReopened):
            for ticket in day.open_tickets():
                self._follow(day, ticket, entry)
            return
        if isinstance(entry.event, e.ClockSet):
            self._steps += 0.0 if entry.event.from_day else entry.event.seconds / 60.0
            return
        if isinstance(entry.event, e.TicketDeferred):
            # Whoever lets others go first waits longer by choice: that teaches nothing about others.
            self._estimator.forget(entry.event.ticket)
            return
        number = getattr(entry.event, "ticket", "")
        if number in day.tickets:
            self._follow(day, day.tickets[number], entry)

    def anew(self, day: EstimatedDay, at: datetime) -> DayEstimator:
        """Return an estimator of the same plan that has learnt nothing, for a day that begins anew at this time."""
        fresh = DayEstimator(self._plan)
        fresh.closes_at = self.closes_at
        fresh.plan_is(self._plan, day, at)
        return fresh

    def plan_is(self, plan: OfficePlan, day: EstimatedDay, at: datetime) -> None:
        """Take a plan that was loaded again: services may be closed or open, counters may have other services."""
        self._plan = plan
        self._note_pauses(day, at)
        self._count_counters(day, at)

    def twin(self) -> DayEstimator:
        """Return a copy that follows another day from here on."""
        copy = DayEstimator(self._plan)
        for name, hint in field_types(DayEstimator).items():
            setattr(copy, name, self._plan if hint is OfficePlan else twin(getattr(self, name), hint))
        return copy

    def memory(self) -> dict[str, Any]:
        """Return what the next day's estimator starts with, as plain JSON values."""
        return self._estimator.memory()

    # -- asking ------------------------------------------------------------------------------

    def for_ticket(self, ticket: Ticket, ahead: int, at: datetime) -> Wait:
        """Return the rounded minutes for a ticket with so many tickets of its service ahead, None when not known yet.

        For a ticket that waits already these are the minutes left. They stay the same while its service is paused.
        """
        arrived_at = ticket.legs[-1].waiting_since if ticket.legs else None
        interval = self._estimate(ticket.service, at, ahead, arrived_at)
        return None if interval is None else rounded(interval)

    def for_arrival(self, service: str, at: datetime) -> Wait:
        """Return the rounded minutes for a visitor who took a ticket now and stood last, None when not known yet."""
        interval = self._estimate(service, at, self._tickets.get(service, 0), None)
        return None if interval is None else rounded(interval)

    # -- how ---------------------------------------------------------------------------------

    def _estimate(self, service: str, at: datetime, ahead: int, arrived_at: datetime | None) -> Interval | None:
        return self._estimator.estimate(
            service,
            self._minutes(at),
            self._place(service, ahead),
            counters=self._open.get(service, 0),
            closes_at=self._closing(),
            arrived_at=None if arrived_at is None else self._minutes(arrived_at),
        )

    def _place(self, service: str, ahead: int) -> int:
        """Return the place in persons: each ticket ahead counts as the average party that waits."""
        tickets = self._tickets.get(service, 0)
        return 1 + (round(ahead * self._persons[service] / tickets) if tickets else ahead)

    def _closing(self) -> float | None:
        return None if self.closes_at is None else self._minutes(self.closes_at)

    def _follow(self, day: EstimatedDay, ticket: Ticket, entry: JournalEntry) -> None:
        """Compare where a ticket waited before the entry with where it waits now, and tell the formula."""
        before = self._waiting.get(ticket.number)
        after = (ticket.service, ticket.persons) if ticket.state == "waiting" else None
        if before == after:
            return
        at = self._minutes(entry.at)
        if before is not None and isinstance(entry.event, e.TicketCalled):
            self._estimator.called(ticket.number, before[0], at, before[1])
        if before is not None:
            self._change(before[0], -1, -before[1])
        if after is not None:
            # A no-show or a returned ticket waits again with its old arrival: its wait teaches nothing about others.
            if isinstance(entry.event, (e.TicketIssued, e.TicketTransferred, e.TicketWentOn)):
                if isinstance(entry.event, e.TicketIssued):
                    own = entry.event.service_ahead
                    ahead = entry.event.people_ahead if own is None else own
                else:
                    figure = day.ahead.figures(day, self._plan, entry.at).get(ticket.number)
                    ahead = 0 if figure is None else figure.own
                place = self._place(after[0], ahead)
                counters = self._open.get(after[0], 0) or None
                self._estimator.arrived(ticket.number, after[0], at, place, counters, self._closing())
            self._change(after[0], 1, after[1])
            self._waiting[ticket.number] = after
        else:
            del self._waiting[ticket.number]
        for service in {state[0] for state in (before, after) if state is not None}:
            self._estimator.queue_is(service, at, self._persons[service])

    def _note_pauses(self, day: EstimatedDay, at: datetime) -> None:
        """Stop the clocks of services that are paused now, and let the others go on."""
        paused = {service.code for service in self._plan.services if day.service_today(service).state == PAUSED}
        for service in paused - self._paused:
            self._estimator.paused(service, self._minutes(at))
        for service in self._paused - paused:
            self._estimator.resumed(service, self._minutes(at))
        self._paused = paused

    def _change(self, service: str, tickets: int, persons: int) -> None:
        self._tickets[service] = self._tickets.get(service, 0) + tickets
        self._persons[service] = self._persons.get(service, 0) + persons

    def _count_counters(self, day: EstimatedDay, at: datetime) -> None:
        """Count the open counters of every service, as a primary or as an overflow service."""
        self._open = {
            service.code: sum(
                service.code in counter.services and day.counter(counter.code).state == "open"
                for counter in self._plan.counters
            )
            for service in self._plan.services
        }
        for service, count in self._open.items():
            self._estimator.counters_are(service, self._minutes(at), count)

    def _minutes(self, at: datetime) -> float:
        """Return minutes that pass evenly even when the clock is set."""
        return at.timestamp() / 60.0 - self._steps
