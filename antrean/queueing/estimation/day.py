"""The estimator of one business day: follows the day entry by entry and says how long a ticket will wait."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from antrean.queueing import events as e
from antrean.queueing.calling.disciplines import discipline_of
from antrean.queueing.estimation.formula import Estimator, Interval, rounded
from antrean.queueing.estimation.open_time import Breaks, OpenTime, Reach
from antrean.queueing.estimation.overtaken import NEVER, Overtaken
from antrean.queueing.estimation.port import EstimatedDay, Wait
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping.state_fields import field_types, twin
from antrean.queueing.plan.model import PAUSED, OfficePlan
from antrean.queueing.tickets.ticket import Ticket

_SERVICE_EVENTS: frozenset[type[e.Event]] = frozenset({
    e.ServicePaused, e.ServiceResumed, e.ServiceClosed, e.ServiceOpened, e.OutageBegun, e.OutageTold, e.OutageEnded,
})  # fmt: skip
_COUNTER_EVENTS: frozenset[type[e.Event]] = frozenset({
    e.CounterOpened, e.CounterPaused, e.CounterResumed, e.CounterHandedOver, e.CounterClosed,
})  # fmt: skip
# A no-show or a returned ticket waits again with its old arrival: its wait teaches nothing about others.
_ARRIVALS: frozenset[type[e.Event]] = frozenset({e.TicketIssued, e.TicketTransferred, e.TicketWentOn})


class DayEstimator:
    """The estimator of one business day, kept beside a `ServiceDay` and fed with the same entries.

    It belongs to the owner of that day and is used from the same thread. `memory` comes from the estimator of the day
    before. A service's time stands still while it is on a break by its hours, until somebody is called in it: nobody is
    served then, so it neither slows the service down nor is it forgotten in what is told before the break.
    """

    _plan: OfficePlan
    _estimator: Estimator
    _waiting: dict[str, tuple[str, int]]
    _persons: dict[str, int]
    _tickets: dict[str, int]
    _open: dict[str, int]
    _paused: set[str]
    _held_up: set[str]
    _open_time: OpenTime
    _worked: dict[str, tuple[float, ...]]
    _shifts: dict[str, float]
    _steps: float
    _overtakes: Overtaken

    def __init__(self, plan: OfficePlan, memory: Mapping[str, Any] | None = None) -> None:
        self._plan = plan
        self._estimator = Estimator(memory)
        self._waiting = {}
        self._persons = {}
        self._tickets = {}
        self._open = {}
        self._paused = set()
        self._held_up = set()  # by an outage: no wait is told of them
        self._open_time = OpenTime()
        self._worked = {}  # when somebody was called first in each break of the service, in wall minutes
        self._shifts = {}  # by service, minutes that keep its time where it was when its hours were changed
        self._steps = 0.0  # minutes by which the office's clock was set forward since the day began
        self._overtakes = _overtakes(plan)

    # -- following ---------------------------------------------------------------------------

    def apply(self, day: EstimatedDay, entry: JournalEntry) -> None:
        """Take in an entry. Call it right after the day has taken the entry in. Entries of other days are ignored."""
        if entry.business_day != day.business_day:
            return
        kind = type(entry.event)
        if kind in _COUNTER_EVENTS:
            self._count_counters(day, entry.at)
            return
        if kind in _SERVICE_EVENTS:
            self._note_pauses(day, entry.at)
            return
        if kind is e.DayReopened:
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
        fresh.plan_is(self._plan, day, at)
        return fresh

    def plan_is(self, plan: OfficePlan, day: EstimatedDay, at: datetime) -> None:
        """Take a plan that was loaded again: services may be closed or open, counters may have other services.

        Hours that were changed count from now on: what was measured before is as it was.
        """
        before = {service.code: self._minutes(service.code, at) for service in self._plan.services}
        self._plan, self._overtakes = plan, _overtakes(plan)
        self._open_time = OpenTime()
        for code, minutes in before.items():
            self._shifts[code] = self._shifts.get(code, 0.0) + minutes - self._minutes(code, at)
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

        For a ticket that waits already these are the minutes left. They stay the same while its service is paused; none
        are told during an outage.
        """
        return self._told(ticket.service, at, ahead, ticket)

    def for_arrival(self, service: str, at: datetime) -> Wait:
        """Return the rounded minutes for a visitor who took a ticket now and stood last, None when not known yet."""
        return self._told(service, at, self._tickets.get(service, 0))

    def guess(self, service: str, ahead: int, at: datetime, ticket: Ticket | None = None) -> Interval:
        """Return the interval before it is rounded, also where people are told nothing: for scoring estimates.

        It is that of a ticket that waits already, or of whoever took one now.
        """
        interval = self._estimator.guess(
            service,
            self._minutes(service, at),
            self._place(service, ahead),
            counters=self._open.get(service) or None,
            arrived_at=self._arrived_at(ticket),
            ticket=ticket.number if ticket is not None else "",
            overtaken=self._overtaken(ticket, at),
        )
        return self._with_breaks(service, at, interval)

    def usual_gap(self, service: str) -> float | None:
        """Return the minutes that are usual between two calls of a service while people wait; None where nobody knows.

        They are those of the last call, or of the last change of the open counters: a standstill makes it no longer.
        """
        return self._estimator.usual_gap(service)

    def reach_of_ticket(self, ticket: Ticket, ahead: int, at: datetime) -> Reach:
        """Return whether a ticket with so many tickets of its service ahead is reached before its service closes.

        Once it may not be, it stays so while time passes and others come; a call can change it.
        """
        return self._reach(ticket.service, at, ahead)

    def reach_of_arrival(self, service: str, at: datetime) -> Reach:
        """Return the same for a visitor who took a ticket now and stood last."""
        return self._reach(service, at, self._tickets.get(service, 0))

    def first_beyond(self, service: str, at: datetime) -> int | None:
        """Return how many tickets of the service are ahead of the first that may not be reached before it closes.

        None where all who wait are reached. The more are ahead, the later somebody is reached, so a few are asked
        about, and not all.
        """
        if self._hours(service, at).closes is None:
            return None
        waiting = range(self._tickets.get(service, 0))
        first = bisect_left(waiting, True, key=lambda ahead: bool(self._reach(service, at, ahead)))
        return first if first < len(waiting) else None

    def serves_arrival(self, service: str, percent: int, at: datetime, ahead: int | None = None) -> bool:
        """Return whether a visitor who took a ticket now would be reached before closing with at least this chance.

        They stand last, or with so many tickets of the service `ahead`. True where nobody can tell, and where nothing
        closes the service today.
        """
        hours, wall = self._hours(service, at), _wall(at)
        if hours.closes is None:
            return True
        place = self._place(service, self._tickets.get(service, 0) if ahead is None else ahead)
        interval = self._estimator.foreseen(service, self._minutes(service, at), place)
        if interval is None:
            return True
        minutes = hours.through(wall, interval.within(percent), self._worked.get(service, ()))
        return wall + minutes <= hours.closes

    # -- how ---------------------------------------------------------------------------------

    def _told(self, service: str, at: datetime, ahead: int, ticket: Ticket | None = None) -> Wait:
        if service in self._held_up:
            return None  # nobody knows how long an outage lasts
        interval = self._estimator.estimate(
            service,
            self._minutes(service, at),
            self._place(service, ahead),
            counters=self._open.get(service, 0),
            arrived_at=self._arrived_at(ticket),
            ticket=ticket.number if ticket is not None else "",
            overtaken=self._overtaken(ticket, at),
        )
        return None if interval is None else rounded(self._with_breaks(service, at, interval))

    def _arrived_at(self, ticket: Ticket | None) -> float | None:
        """Return when a ticket that waits already joined its queue; None: somebody would take a number now."""
        legs = ticket.legs if ticket is not None else None
        return self._minutes(ticket.service, legs[-1].waiting_since) if ticket is not None and legs else None

    def _overtaken(self, ticket: Ticket | None, at: datetime) -> Overtaken:
        """Return for how long others may come and go before a ticket, or before whoever took one now."""
        if ticket is None:
            return self._overtakes
        if ticket.goes_ahead or not self._overtakes.within:
            return NEVER
        since = ticket.counts_from
        return self._overtakes if at <= since else self._overtakes.after((at - since).total_seconds() / 60.0)

    def _reach(self, service: str, at: datetime, ahead: int) -> Reach:
        hours = self._hours(service, at)
        if hours.closes is None:
            return ""  # without working anything out: phones and pages ask it of each number that waits
        wall = _wall(at)
        interval = self._estimator.foreseen(service, self._minutes(service, at), self._place(service, ahead))
        if interval is None:
            return hours.reach(wall, 0.0, 0.0)
        interval = self._with_breaks(service, at, interval)
        return hours.reach(wall, interval.low, interval.high)

    def _with_breaks(self, service: str, at: datetime, interval: Interval) -> Interval:
        """Return the interval in minutes of the wall clock: whoever waits through a break waits that much longer."""
        hours, wall, worked = self._hours(service, at), _wall(at), self._worked.get(service, ())
        if not hours.breaks:
            return interval
        return Interval(*(hours.through(wall, part, worked) for part in (interval.low, interval.point, interval.high)))

    def _hours(self, service: str, at: datetime) -> Breaks:
        return self._open_time.of(self._plan, self._plan.business_day(at), service)

    def _place(self, service: str, ahead: int) -> int:
        """Return the place in persons: each ticket ahead counts as the average party that waits."""
        tickets = self._tickets.get(service, 0)
        return 1 + (round(ahead * self._persons[service] / tickets) if tickets else ahead)

    def _follow(self, day: EstimatedDay, ticket: Ticket, entry: JournalEntry) -> None:
        """Compare where a ticket waited before the entry with where it waits now, and tell the formula."""
        before = self._waiting.get(ticket.number)
        after = (ticket.service, ticket.persons) if ticket.state == "waiting" else None
        if before == after:
            return
        called = before is not None and isinstance(entry.event, e.TicketCalled)
        if before is not None and called:
            self._works(before[0], entry.at)
        minutes = {state[0]: self._minutes(state[0], entry.at) for state in (before, after) if state is not None}
        if before is not None:
            if called:
                self._estimator.called(ticket.number, before[0], minutes[before[0]], before[1])
            self._change(before[0], -1, -before[1])
        if after is not None:
            if type(entry.event) in _ARRIVALS:
                if isinstance(entry.event, e.TicketIssued):
                    own = entry.event.service_ahead
                    ahead = entry.event.people_ahead if own is None else own
                else:
                    figure = day.ahead.figures(day, self._plan, entry.at).get(ticket.number)
                    ahead = 0 if figure is None else figure.own
                place = self._place(after[0], ahead)
                counters = self._open.get(after[0], 0) or None
                at, overtaken = minutes[after[0]], self._overtaken(ticket, entry.at)
                self._estimator.arrived(ticket.number, after[0], at, place, counters, overtaken)
                if ticket.goes_ahead and isinstance(entry.event, e.TicketIssued):
                    self._estimator.came_with_priority(after[0], at, ticket.persons)
            self._change(after[0], 1, after[1])
            self._waiting[ticket.number] = after
        else:
            del self._waiting[ticket.number]
        for service, at in minutes.items():
            self._estimator.queue_is(service, at, self._persons[service])

    def _works(self, service: str, at: datetime) -> None:
        """Note a call: in a break, the service's time goes on from here."""
        wall, worked = _wall(at), self._worked.get(service, ())
        for begins, ends in self._hours(service, at).breaks:
            if begins <= wall < ends and not any(begins <= one < ends for one in worked):
                self._worked[service] = (*worked, wall)

    def _note_pauses(self, day: EstimatedDay, at: datetime) -> None:
        """Stop the clocks of services that are paused now, and let the others go on."""
        today = {service.code: day.service_today(service) for service in self._plan.services}
        paused = {code for code, one in today.items() if one.state == PAUSED}
        self._held_up = {code for code, one in today.items() if one.outage}
        for service in paused - self._paused:
            self._estimator.paused(service, self._minutes(service, at))
        for service in self._paused - paused:
            self._estimator.resumed(service, self._minutes(service, at))
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
            self._estimator.counters_are(service, self._minutes(service, at), count)

    def _minutes(self, service: str, at: datetime) -> float:
        """Return the service's minutes: they pass evenly even when the clock is set, and stand still in its breaks."""
        wall, hours = _wall(at), self._hours(service, at)
        breaks = hours.before(wall, self._worked.get(service, ())) if hours.breaks else 0.0
        return wall + self._open_time.offset - breaks - self._steps + self._shifts.get(service, 0.0)


def _overtakes(plan: OfficePlan) -> Overtaken:
    return Overtaken(*discipline_of(plan).overtakes(plan))


def _wall(at: datetime) -> float:
    return at.timestamp() / 60.0
