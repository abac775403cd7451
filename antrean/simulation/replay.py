"""Turns a past day of the journal into a script, and changes rules, counters or service times of the script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import median_low

from antrean.queueing import events as e
from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping.state_fields import field_types, moved
from antrean.queueing.plan.model import Counter, OfficePlan, Service
from antrean.queueing.tickets.ticket import Leg, Ticket
from antrean.simulation.scenario import (
    NOW,
    Change,
    End,
    Scenario,
    ScriptedLeg,
    Shift,
    Standstill,
    Visitor,
    callable_now,
    lasting,
)

EXTRA = "+"
# Where others called everybody before a counter made its call, that call would have come at least so much later.
LATER = timedelta(seconds=1)
# The assumptions of a replay, printed under every table.
ASSUMPTIONS = (
    "The same visitors come at the same moments, and each visit takes the same service and walking time.",
    "Whoever left uncalled leaves after the same wait unless called before; a longer wait drives nobody else away.",
    "Whoever was never called is served, when called now, as long as the middle visitor of that service was.",
    "Whoever did not come to a call does not come to this one either, and comes back after the same time.",
    "Counters are open and paused at the same times, and pause as long before each call.",
    "Services call nobody in the same stretches; the plan (head starts, promised waits, counters) is of the day's end.",
)
_ENDS: dict[str, End] = {"transferred": "transferred", "returned": "returned", "no_show": "no_show"}


def script(business_day: date, entries: Iterable[JournalEntry], plan: OfficePlan) -> tuple[Scenario, ServiceDay]:
    """Return the day's scenario and the day as it really was.

    What a scenario can't hold is said in its notes: calls out of order, holds, services that are no more.
    """
    notebook = _Notebook(ServiceDay(business_day), plan)
    for entry in entries:
        if entry.business_day == business_day:
            notebook.note(entry)
    return notebook.scenario(), notebook.day


def with_counters(scenario: Scenario, change: int) -> Scenario:
    """Return the scenario with so many counters more, each serving everything all day, or fewer, the idlest first.

    At least one counter stays.
    """
    shifts = sorted(scenario.shifts, key=lambda shift: -shift.calls)
    moments = [moment for shift in shifts for moment, _change, _word in shift.changes]
    if change < 0:
        kept = shifts[: max(len(shifts) + change, 1)]
        return replace(scenario, shifts=tuple(shift for shift in scenario.shifts if shift in kept))
    everything = tuple(service.code for service in scenario.plan.services)
    usual = median_low([shift.usual_delay for shift in shifts]) if shifts else NOW
    extra = tuple(
        Shift(
            Counter(f"{EXTRA}{n}", f"{EXTRA}{n}", everything),
            ((min(moments), "open", f"{EXTRA}{n}"), (max(moments), "close", "")),
            usual_delay=usual,
        )
        for n in range(1, change + 1)
        if moments
    )
    return replace(scenario, shifts=(*scenario.shifts, *extra))


def with_service_time(scenario: Scenario, factor: float) -> Scenario:
    """Return the scenario with every service time multiplied."""

    def faster(one: ScriptedLeg) -> ScriptedLeg:
        return one if one.serve is None else replace(one, serve=one.serve * factor)

    visitors = tuple(replace(visitor, legs=tuple(faster(one) for one in visitor.legs)) for visitor in scenario.visitors)
    return replace(scenario, visitors=visitors)


def with_discipline(scenario: Scenario, discipline: str) -> Scenario:
    """Return the scenario under another calling discipline."""
    return replace(scenario, plan=replace(scenario.plan, discipline=discipline))


@dataclass(slots=True)
class _Notebook:
    """Follows a real day and notes what a scenario needs besides the legs of its tickets."""

    day: ServiceDay
    plan: OfficePlan
    changes: dict[str, list[tuple[datetime, Change, str]]] = field(default_factory=dict)
    delays: dict[str, list[timedelta]] = field(default_factory=dict)
    calls: dict[str, list[timedelta]] = field(default_factory=dict)  # of these delays those that ended with a call
    ready: dict[str, datetime] = field(default_factory=dict)  # counter -> since when it could have called
    held: dict[str, timedelta] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)  # ticket -> the service of its number
    positions: dict[str, list[str]] = field(default_factory=dict)
    served: dict[str, set[str]] = field(default_factory=dict)  # counter -> services it was seen to call
    still: dict[str, datetime] = field(default_factory=dict)  # service -> since when nobody of it is called
    standstills: list[Standstill] = field(default_factory=list)
    closed_at: datetime | None = None
    chosen: int = 0
    holds: int = 0
    reopened: int = 0
    deferred: int = 0

    def note(self, entry: JournalEntry) -> None:
        event, at = entry.event, entry.at
        if isinstance(event, e.TicketResumed):
            held_at = self.day.tickets[event.ticket].held_at
            self.held[event.ticket] = self.held.get(event.ticket, NOW) + (at - held_at if held_at else NOW)
        self.day.apply(entry)
        if isinstance(event, e.ClockSet) and not event.from_day:
            self.clock_was_set(timedelta(seconds=event.seconds))
        elif isinstance(event, e.TicketCalled):
            ready = self.ready.pop(event.counter, at)
            self.delays.setdefault(event.counter, []).append(at - ready)
            self.calls.setdefault(event.counter, []).append(at - ready)
            self.served.setdefault(event.counter, set()).add(self.day.tickets[event.ticket].service)
            self.chosen += event.rule == "chosen"
        elif isinstance(event, e.TicketIssued):
            self.asked[event.ticket] = event.service
        elif isinstance(event, e.TicketHeld):
            self.holds += 1
        elif isinstance(event, e.TicketTransferred):
            self.positions.setdefault(event.ticket, []).append(event.position)
        elif isinstance(event, e.CommandUndone) and event.undone == "transfer":
            self.positions[event.ticket].pop()
        elif isinstance(event, e.TicketReopened):
            self.reopened += 1
        elif isinstance(event, e.TicketDeferred):
            self.deferred += 1
        elif isinstance(event, e.CounterOpened):
            self.changes.setdefault(event.counter, []).append((at, "open", event.counter))
        elif isinstance(event, e.CounterPaused):
            self.changes.setdefault(event.counter, []).append((at, "pause", event.reason))
        elif isinstance(event, e.CounterResumed):
            self.changes.setdefault(event.counter, []).append((at, "resume", ""))
        elif isinstance(event, e.CounterClosed):
            self.changes.setdefault(event.counter, []).append((at, "close", ""))
        elif isinstance(event, e.DayClosed):
            self.closed_at = at
        elif isinstance(event, e.DayReopened):
            self.closed_at = None
        elif isinstance(event, e.TicketIssued):
            self.closed_at = None  # closed too early: the day went on
        self.what_stands_still(at)
        self.who_could_call(at)

    def what_stands_still(self, at: datetime) -> None:
        """Note since when nobody of each service that is paused, closed or held up is called, and when that ended."""
        standing = self.day.not_open()
        for code in standing - self.still.keys():
            self.still[code] = at
        for code in self.still.keys() - standing:
            if (since := self.still.pop(code)) < at:
                self.standstills.append(Standstill(code, since, at))

    def clock_was_set(self, by: timedelta) -> None:
        """Move the recorded times, as the day has moved its own."""
        self.changes = moved(self.changes, by, field_types(_Notebook)["changes"])
        self.ready = moved(self.ready, by, dict[str, datetime])
        self.still = moved(self.still, by, dict[str, datetime])
        self.standstills = moved(self.standstills, by, list[Standstill])
        self.closed_at = self.closed_at and self.closed_at + by

    def who_could_call(self, at: datetime) -> None:
        """Note for each free counter since when somebody has waited for it."""
        for row in self.day.counters.values():
            wanted = callable_now(self.day, self.services_of(row.code)) > 0
            if row.state == "open" and not row.ticket and wanted:
                self.ready.setdefault(row.code, at)
            elif row.code in self.ready:
                self.no_call(row.code, at)

    def no_call(self, counter: str, at: datetime) -> None:
        self.delays.setdefault(counter, []).append(at - self.ready.pop(counter) + LATER)

    def services_of(self, code: str) -> tuple[str, ...]:
        known = next((counter.services for counter in self.plan.counters if counter.code == code), None)
        return known if known is not None else tuple(self.day.issued)

    # -- the scenario ------------------------------------------------------------------------

    def scenario(self) -> Scenario:
        day = self.day
        served = [leg for ticket in day.tickets.values() for leg in ticket.legs if leg.started_at and leg.ended_at]
        usual = _Usual(served)
        visitors = tuple(self.visitor(ticket, usual) for ticket in day.tickets.values())
        for counter in list(self.ready):
            self.no_call(counter, day.last_at or self.ready[counter])
        delays = [delay for found in self.calls.values() for delay in found]
        between = median_low(delays) if delays else NOW
        shifts = tuple(
            Shift(
                self.counter(code), tuple(changes), tuple(self.delays.get(code, ())), between,
                len(self.calls.get(code, ())),
            )
            for code, changes in self.changes.items()
        )  # fmt: skip
        plan = self.all_services(lasting(self.plan))
        return Scenario(
            day.business_day, plan, visitors, shifts, self.closed_at, self.notes(), self.known_standstills(plan)
        )

    def known_standstills(self, plan: OfficePlan) -> tuple[Standstill, ...]:
        """Return what stood still, also to the end of the day, without services that are no more and had nobody."""
        known = {service.code for service in plan.services}
        open_ended = [Standstill(code, since) for code, since in self.still.items()]
        return tuple(one for one in (*self.standstills, *open_ended) if one.service in known)

    def visitor(self, ticket: Ticket, usual: _Usual) -> Visitor:
        positions = iter(self.positions.get(ticket.number, ()))
        scripted = []
        for n, leg in enumerate(ticket.legs):
            following = ticket.legs[n + 1] if n + 1 < len(ticket.legs) else None
            one = self.scripted_leg(ticket, leg, following, usual)
            scripted.append(replace(one, position=next(positions, "arrival")) if leg.end == "transferred" else one)
        asked = self.asked[ticket.number] if self.asked[ticket.number] != scripted[0].service else ""
        return Visitor(
            ticket.issued_at, ticket.persons, ticket.priority, tuple(scripted), ticket.language, asked,
            ticket.carried_over,
        )  # fmt: skip

    def scripted_leg(self, ticket: Ticket, leg: Leg, following: Leg | None, usual: _Usual) -> ScriptedLeg:
        if leg.called_at is None:
            # How long the service would have taken is unknown: the middle time of others stands in for it.
            left = ticket.state == "cancelled" and leg.ended_at is not None
            patience = leg.ended_at - leg.waiting_since if left and leg.ended_at else None
            return ScriptedLeg(leg.service, usual.walk, usual.serve(leg.service), patience=patience)
        ended = leg.ended_at or leg.started_at or leg.called_at
        again = following.waiting_since - ended if following is not None else NOW
        if leg.started_at is None:
            end: End = _ENDS.get(leg.end, "cancelled" if ticket.state == "cancelled" else "no_show")
            return ScriptedLeg(leg.service, ended - leg.called_at, None, end, again=again)
        aside = self.held.get(ticket.number, NOW) if following is None else NOW
        serve = max(ended - leg.started_at - aside, NOW)
        outcome = ticket.outcome if ticket.state == "completed" else "finished"
        return ScriptedLeg(
            leg.service, leg.started_at - leg.called_at, serve, _ENDS.get(leg.end, "completed"), outcome, again=again
        )

    def counter(self, code: str) -> Counter:
        known = next((counter for counter in self.plan.counters if counter.code == code), None)
        seen = tuple(sorted(self.served.get(code, ())))
        if known is None:
            return Counter(code, code, seen or tuple(self.day.issued))
        gone = tuple(service for service in seen if service not in known.services)
        return replace(known, primary=known.primary + gone)

    def all_services(self, plan: OfficePlan) -> OfficePlan:
        known = {service.code for service in plan.services}
        gone: dict[str, Service] = {}
        for ticket in self.day.tickets.values():
            for code in (self.asked[ticket.number], *(leg.service for leg in ticket.legs)):
                if code not in known:
                    gone.setdefault(code, Service(code, ticket.series, {"": code}))
        return replace(plan, services=(*plan.services, *gone.values()))

    def notes(self) -> tuple[str, ...]:
        notes = []
        if self.chosen:
            notes.append(f"{self.chosen} calls were made out of order by hand; the replay makes none.")
        if self.holds:
            notes.append(f"{self.holds} holds: the time aside is left out, the visitor is served in one piece.")
        if self.reopened:
            notes.append(f"{self.reopened} finished visitors came back; in the replay they wait again at once.")
        if self.deferred:
            notes.append(f"{self.deferred} visitors let others go first; in the replay nobody does.")
        corrected = sum(self.asked[ticket.number] != ticket.legs[0].service for ticket in self.day.tickets.values())
        if corrected:
            notes.append(f"{corrected} services were put right at a counter; in the replay they are at the kiosk.")
        return tuple(notes)


@dataclass(slots=True)
class _Usual:
    """Median times of the visitors who were served, for those who were not."""

    legs: Sequence[Leg]

    @property
    def walk(self) -> timedelta:
        return self.middle([leg.started_at - leg.called_at for leg in self.legs if leg.started_at and leg.called_at])

    def serve(self, service: str) -> timedelta:
        times = [(leg.service, leg.ended_at - leg.started_at) for leg in self.legs if leg.started_at and leg.ended_at]
        return self.middle([time for code, time in times if code == service] or [time for _code, time in times])

    def middle(self, times: Sequence[timedelta]) -> timedelta:
        return median_low(times) if times else timedelta(minutes=5)
