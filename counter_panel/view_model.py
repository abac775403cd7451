"""What one operator sees, computed from the day and the plan alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Literal

from antrean.queueing.calling.order import order
from antrean.queueing.calling.sent import callable_by, can_call
from antrean.queueing.calls.call import Call
from antrean.queueing.calls.sounds import HEARD
from antrean.queueing.cases.codes import spaced
from antrean.queueing.cases.of_visits import is_ready, journey_of
from antrean.queueing.commands import STANDING, UndoStep
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.plan.model import MAX_PERSONS, OPEN, Counter, OfficePlan, Service
from antrean.queueing.slips.printers import Standing, standings
from antrean.queueing.stock.levels import Level, alarming_at
from antrean.queueing.stock.use import persons_left, used_up_by
from antrean.queueing.tickets.ticket import OPEN_STATES, Leg, Ticket, came_back_from
from antrean.web.screens.closing import beyond_closing

FIRST_ROWS = 5
SHOWN_WITHIN = timedelta(seconds=6)  # of the call; later the operator is told to call aloud
HEARD_WITHIN = timedelta(seconds=30)  # of the call: some sentences before it, and its own
DisplayState = Literal["waiting", "unseen", "missed", "beside", "aside", "shown", "unheard", "heard", "silent", "quiet"]
Action = Literal["next", "start", "finish_next", "finish", "reopen", "nobody"]


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket as the panel shows it. `hue` is 1 to 8; times are UTC, None when not reached."""

    number: str
    service: str
    service_name: str
    hue: int
    persons: int
    priority: bool
    state: str
    waiting_since: datetime
    counter: str = ""
    called_at: datetime | None = None
    started_at: datetime | None = None
    held_at: datetime | None = None
    ended_at: datetime | None = None
    hold_reason: str = ""
    outcome: str = ""
    then_name: str = ""
    came_from: str = ""
    note: str = ""  # from whoever sent the visitor on
    sent_to: str = ""  # the name of the counter to which a waiting visitor was sent
    seated: bool = False
    coming: bool = False
    deferred: bool = False
    documents: tuple[tuple[str, str], ...] = ()  # that its service asks for, by code and name
    came_back: bool = False  # papers were missing at this service before, and the visitor waits or is served again
    brought: tuple[str, ...] = ()  # the names of those that were missing then, where that was said
    case: str = ""  # the code under which its case is followed, in groups of four letters


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A case for which the visitor came: `words` is its code as people read it, `since` when it is in its stage.

    One that is not `ready` any more was handed out or moved back since the number was given.
    """

    code: str
    words: str
    service_name: str
    since: date
    ready: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """The codes of the cases that the last finish at a counter began, for this number and service."""

    number: str
    service_name: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Current:
    """The ticket at the counter: `waited` in minutes until its call, `calls` of at most `calls_allowed`, and why.

    `hands_out` are the cases for which the visitor came; `codeless`: they came to collect something and gave no code.
    """

    ticket: TicketView
    waited: int
    calls: int
    calls_allowed: int
    reason: Mapping[str, object]
    hands_out: tuple[HandedOut, ...] = ()
    codeless: bool = False

    @property
    def may_recall(self) -> bool:
        """Whether the ticket may be called once more."""
        return self.ticket.state == "called" and self.calls < self.calls_allowed

    @property
    def called_out(self) -> bool:
        """Whether the ticket is called and may not be called once more."""
        return self.ticket.state == "called" and not self.may_recall


@dataclass(frozen=True, slots=True)
class NextTicket:
    """A waiting ticket in calling order with the rule that put it there and the facts behind it."""

    ticket: TicketView
    rule: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CounterRow:
    """A counter as other operators see it: its operator, since when, and its ticket."""

    code: str
    name: str
    state: str
    operator: str
    reason: str
    since: datetime | None
    ticket: TicketView | None
    held: int
    handed_by: str
    series: tuple[tuple[str, int], ...]  # letters of its primary services with their hues


@dataclass(frozen=True, slots=True)
class Announcement:
    """The counter's last call: when it was made, when a display first showed it, and what was heard of it.

    `age` is the time since the call. `expected` says whether its visitor is still waited for. `voice` says whether an
    earlier call was heard, the newest one that a display could report: only then a missing sound is worth a warning.
    `beside_at` is when the small screen beside the counter showed it; `in_room` says whether a display of the waiting
    room should show it as well.
    """

    number: str
    called_at: datetime
    announced_at: datetime | None
    sound: str = ""
    age: timedelta = timedelta()
    expected: bool = True
    voice: bool = False
    beside_at: datetime | None = None
    in_room: bool = True

    @property
    def state(self) -> DisplayState:
        """How far the displays have come with the call."""
        if self.announced_at is None:
            return self._unannounced
        if self.sound in HEARD:
            return "heard"
        if self.sound in ("blocked", "failed"):
            return "silent"
        if self.sound in ("muted", "late"):
            return "quiet"
        awaited = self.voice and self.expected and not self.sound
        return "unheard" if awaited and self.age >= HEARD_WITHIN else "shown"

    @property
    def _unannounced(self) -> DisplayState:
        if self.beside_at is not None and not (self.in_room and self.expected):
            return "beside"
        if not self.expected:
            return "missed"
        return "waiting" if self.age < SHOWN_WITHIN else self._late

    @property
    def _late(self) -> DisplayState:
        return "unseen" if self.beside_at is None else "aside"

    @property
    def becomes(self) -> tuple[DisplayState, timedelta] | None:
        """The state that follows at an age when no display reports anything until then; None when it stays the same."""
        if self.state in ("waiting", "unseen", "aside"):
            return self._late, SHOWN_WITHIN
        if self.state in ("shown", "unheard") and self.voice and self.expected and not self.sound:
            return "unheard", HEARD_WITHIN
        return None


@dataclass(frozen=True, slots=True)
class Stopped:
    """A service of this counter that is paused or closed: why, and how many tickets wait for it.

    `until` is the time at which a pause is expected to end, such as 11:30; "" when nobody knows.
    """

    series: str
    name: str
    hue: int
    state: str
    reason: str
    until: str
    waiting: int


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """A service that a ticket can be put into: how it stands, until when, and whether it takes that many more today."""

    code: str
    series: str
    name: str
    hue: int
    state: str
    until: str
    full: bool = False
    used_up: str = ""  # what it uses and has no more of
    numbers: bool = False  # it is held up by an outage, and numbers are given all the same
    stopped: bool = False  # it gives no more numbers: those who wait take until closing


@dataclass(frozen=True, slots=True)
class Onward:
    """A service to which the ticket here can be sent on, and the other counters that can be named for it.

    `same`: it is the one it is at, so that only another counter changes anything.
    """

    service: ServiceChoice
    same: bool
    counters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correctable:
    """What can be put right of a ticket: `most` persons the service takes, and the other services.

    `elsewhere` is the counter at which it stands where that is not the operator's own, `ended` whether it is over.
    """

    ticket: TicketView
    most: int
    services: tuple[ServiceChoice, ...]
    elsewhere: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """The whole view of one operator. `waiting` counts the tickets this counter can call."""

    state: Literal["lobby", "open", "paused"]
    operator: str
    counters: tuple[CounterRow, ...]
    printers: tuple[Standing, ...]
    code: str = ""
    name: str = ""
    since: datetime | None = None
    pause_reason: str = ""
    handed_by: str = ""  # who sat here before, until the next call
    action: Action = "nobody"
    waiting: int = 0
    beyond_closing: int = 0  # of these, how many may not be served before their service closes
    current: Current | None = None
    next: tuple[NextTicket, ...] = ()
    held: tuple[TicketView, ...] = ()
    holds_full: bool = False  # no further ticket can be put on hold here
    undo: tuple[str, ...] = ()  # what would be taken back, for which number, and which one was called with it
    announcement: Announcement | None = None
    services: tuple[Onward, ...] = ()
    newcomers: tuple[ServiceChoice, ...] = ()  # of which a number can be given
    stopped: tuple[Stopped, ...] = ()
    stock: tuple[Level, ...] = ()  # what its services use and of which few are left, or none
    closed: bool = False  # the day was closed: nobody sits down any more
    opened: Opened | None = None  # the cases of whoever was finished last, until the next one is served
    follows_cases: bool = False  # what visitors apply for is followed at some service


def panel(
    day: ServiceDay,
    plan: OfficePlan,
    operator: str,
    at: datetime,
    in_room: Callable[[Call], bool] = lambda call: True,
    date_known: bool = True,
) -> Panel:
    """Return what this operator sees now. An operator at no counter sees the counters to choose from.

    `in_room` says whether there is a display of the waiting room that should show a call. Without a known date nothing
    closes by its hours.
    """
    counters = tuple(_counter_row(day, plan, counter.code) for counter in plan.counters)
    printers = standings(day, plan)
    newcomers = tuple(choice(day, plan, service, at, persons=1) for service in plan.services)
    row = day.counter_of(operator)
    known = {counter.code for counter in plan.counters}
    if row is None or row.code not in known:
        return Panel(
            "lobby", operator, counters, printers, newcomers=newcomers, closed=day.closed,
            follows_cases=plan.follows_cases,
        )  # fmt: skip
    counter = plan.counter(row.code)
    waiting = callable_by(counter, day, plan)
    ticket = day.current(row.code)
    return Panel(
        state="paused" if row.state == "paused" else "open",
        operator=operator,
        counters=tuple(other for other in counters if other.code != row.code),
        printers=printers,
        code=row.code,
        name=counter.name,
        since=row.since,
        pause_reason=row.reason,
        handed_by=row.handed_by,
        action=_action(row, ticket, waiting),
        waiting=waiting,
        beyond_closing=_beyond_closing(day, plan, counter, at) if date_known and waiting else 0,
        current=_current(day, plan, ticket) if ticket is not None else None,
        next=tuple(
            NextTicket(ticket_view(plan, ranked.ticket), ranked.rule, ranked.facts)
            for ranked in islice(order(day, plan, at, counter), FIRST_ROWS)
        ),
        held=tuple(ticket_view(plan, day.tickets[number]) for number in row.held),
        holds_full=len(row.held) >= plan.limits.holds,
        undo=_undo(day, plan, at, row),
        announcement=_announcement(day, row.code, at, in_room),
        services=tuple(
            Onward(
                choice(day, plan, service, at),
                same=ticket is not None and service.code == ticket.service,
                counters=tuple(
                    one.code
                    for one in plan.counters
                    if service.code in one.services and one.code != row.code and day.counter(one.code).state != "closed"
                ),
            )
            for service in plan.services
        ),
        newcomers=newcomers,
        stopped=_stopped(day, plan, counter, at),
        stock=tuple(alarming_at(day, plan, counter.services)),
        opened=_opened(day, plan, row.code),
        follows_cases=plan.follows_cases,
    )


def _beyond_closing(day: ServiceDay, plan: OfficePlan, counter: Counter, at: datetime) -> int:
    """Return how many of those whom a counter can call may not be served before closing."""
    services = [code for code in counter.services if day.service_today(plan.service(code)).state == OPEN]
    return sum(
        not ticket.only_at or ticket.only_at == counter.code or not can_call(ticket, day, plan)
        for ticket in beyond_closing(day, plan, at, services)
    )


def _stopped(day: ServiceDay, plan: OfficePlan, counter: Counter, at: datetime) -> tuple[Stopped, ...]:
    language = plan.languages[0]
    found = ((service, day.service_today(service)) for service in map(plan.service, counter.services))
    return tuple(
        Stopped(
            service.series, service.name(language), service.hue, today.state, today.reason(language),
            day.expected_end(service, plan.tz, at), day.waiting.count([service.code]),
        )
        for service, today in found
        if today.state != OPEN
    )  # fmt: skip


def correctable(day: ServiceDay, plan: OfficePlan, operator: str, number: str, at: datetime) -> Correctable:
    """Return what this operator can put right of a ticket; refuses one that does not exist today."""
    ticket, row = day.ticket(number), day.counter_of(operator)
    wanted = [service for service in plan.services if service.code in (ticket.service, ticket.then)]
    room = [left for service in wanted if (left := day.persons_left(service)) is not None]
    stock = [persons_left(day, plan, one, beside=wanted[0] if one is not wanted[0] else None) for one in wanted]
    room += [left[0] for left in stock if left is not None]
    then = next((one for one in wanted if one.code == ticket.then), None)
    elsewhere = ticket.state != "waiting" and ticket.counter != ("" if row is None else row.code)
    return Correctable(
        ticket=ticket_view(plan, ticket),
        most=min([MAX_PERSONS, *(ticket.persons + left for left in room)]),
        services=tuple(
            choice(day, plan, other, at, ticket.persons, number, then)
            if other is not then
            else choice(day, plan, other, at)
            for other in plan.services
            if other.code != ticket.service
        ),
        elsewhere=ticket.counter if elsewhere else "",
        ended=ticket.state not in OPEN_STATES,
    )


def choice(
    day: ServiceDay,
    plan: OfficePlan,
    service: Service,
    at: datetime,
    persons: int = 0,
    ticket: str = "",
    then: Service | None = None,
) -> ServiceChoice:
    """Return a service as it can be chosen now for so many persons more.

    Those of a `ticket` that goes on to the service `then` take along what they were promised of the stock.
    """
    left, of_stock = day.persons_left(service), persons_left(day, plan, service, ticket, then)
    return ServiceChoice(
        service.code, service.series, service.name(plan.languages[0]), service.hue,
        day.service_today(service).state, day.expected_end(service, plan.tz, at),
        full=(left is not None and left < persons) or (of_stock is not None and of_stock[0] < persons),
        used_up=used_up_by(of_stock, plan.languages[0]),
        numbers=day.service_today(service).numbers,
        stopped=service.code in day.stopped,
    )  # fmt: skip


def ticket_view(plan: OfficePlan, ticket: Ticket) -> TicketView:
    """Return a ticket with the name and hue of its service; a service no longer in the plan keeps its code."""
    service = next((service for service in plan.services if service.code == ticket.service), None)
    before = ticket.legs[-2] if len(ticket.legs) > 1 and ticket.legs[-2].end == "transferred" else None
    lacked = came_back_from(ticket)
    return TicketView(
        number=ticket.number,
        service=ticket.service,
        service_name=service.name(plan.languages[0]) if service else ticket.service,
        hue=service.hue if service else 1,
        persons=ticket.persons,
        priority=ticket.priority,
        state=ticket.state,
        waiting_since=ticket.legs[-1].waiting_since if before else ticket.arrival,
        then_name=plan.service_name(ticket.then),
        counter=ticket.counter,
        called_at=ticket.called_at,
        started_at=ticket.started_at,
        held_at=ticket.held_at,
        ended_at=ticket.ended_at,
        hold_reason=ticket.hold_reason,
        seated=ticket.seated,
        coming=ticket.coming,
        deferred=ticket.let_go,
        documents=tuple((one.code, one.name(plan.languages[0])) for one in plan.requirements_of(ticket.service)),
        came_back=lacked is not None,
        brought=plan.missing_names(lacked.service, lacked.missing) if lacked is not None else (),
        outcome=ticket.outcome,
        came_from=_came_from(plan, ticket, before) if before else "",
        sent_to=plan.counter_name(ticket.only_at) if ticket.only_at and ticket.state == "waiting" else "",
        note=ticket.legs[-1].note,
        case=spaced(ticket.case) if ticket.case and journey_of(plan, ticket.service) is not None else "",
    )


def _came_from(plan: OfficePlan, ticket: Ticket, before: Leg) -> str:
    """Return the service before, or the counter where it was the same service."""
    return plan.counter_name(before.counter) if before.service == ticket.service else plan.service_name(before.service)


def _action(row: CounterState, ticket: Ticket | None, waiting: int) -> Action:
    if ticket is not None and ticket.state == "called":
        return "start"
    if ticket is not None:
        return "finish_next" if waiting and row.state == "open" else "finish"
    if row.state == "paused":
        return "reopen"
    return "next" if waiting else "nobody"


def _current(day: ServiceDay, plan: OfficePlan, ticket: Ticket) -> Current:
    view = ticket_view(plan, ticket)
    called_at = ticket.called_at or ticket.arrival
    service = plan.service(ticket.service) if plan.has_service(ticket.service) else None
    return Current(
        ticket=view,
        waited=max(int((called_at - view.waiting_since).total_seconds() // 60), 0),
        calls=ticket.recalls + 1,
        calls_allowed=plan.limits.recalls + 1,
        reason=_reason(day, ticket),
        hands_out=_hands_out(day, plan, ticket),
        codeless=bool(service is not None and service.collects) and not ticket.collects,
    )


def _hands_out(day: ServiceDay, plan: OfficePlan, ticket: Ticket) -> tuple[HandedOut, ...]:
    known = day.standing.cases.cases
    cases = [known[code] for code in ticket.collects.split() if code in known]
    return tuple(
        HandedOut(
            one.code, spaced(one.code), plan.service_name(one.service), one.since.astimezone(plan.tz).date(),
            is_ready(plan, one),
        )
        for one in cases
    )  # fmt: skip


def _opened(day: ServiceDay, plan: OfficePlan, counter: str) -> Opened | None:
    """Return what the last finish at a counter began, for as long as that finish can be taken back."""
    undo = day.undo.get(counter)
    done = day.cases_done.get(undo.before.number) if undo is not None and undo.step == "complete" else None
    codes = [code for code in done.opened if code in day.standing.cases.cases] if done is not None else []
    if undo is None or not codes:
        return None
    return Opened(undo.before.number, plan.service_name(undo.before.service), tuple(spaced(code) for code in codes))


def _reason(day: ServiceDay, ticket: Ticket) -> Mapping[str, object]:
    """Return the rule and facts that the ticket's call recorded, which a repeated call keeps."""
    call = day.call(ticket.call)
    return {"rule": call.rule, **(call.facts or {})} if call is not None else {}


def _counter_row(day: ServiceDay, plan: OfficePlan, code: str) -> CounterRow:
    counter, row = plan.counter(code), day.counter(code)
    ticket = day.current(code)
    return CounterRow(
        code=code,
        name=counter.name,
        state=row.state,
        operator=row.operator,
        reason=row.reason,
        since=row.since,
        ticket=ticket_view(plan, ticket) if ticket is not None else None,
        held=len(row.held),
        handed_by=row.handed_by,
        series=tuple((plan.service(one).series, plan.service(one).hue) for one in counter.primary),
    )


def _undo(day: ServiceDay, plan: OfficePlan, at: datetime, row: CounterState) -> tuple[str, ...]:
    try:
        UndoStep(counter=row.code, operator=row.operator).decide(day, STANDING, plan, at)
    except Refused:
        return ()
    undo = day.undo.get(row.code)
    if undo is None:
        return ()
    return (undo.step, undo.before.number, *(() if undo.called is None else (undo.called.number,)))


def _announcement(day: ServiceDay, counter: str, at: datetime, in_room: Callable[[Call], bool]) -> Announcement | None:
    call = next((call for call in reversed(day.calls) if call.counter == counter), None)
    if call is None:
        return None
    ticket = day.tickets[call.number]
    return Announcement(
        number=call.number,
        called_at=call.at,
        announced_at=day.announced.get(call.seq),
        sound=day.sounded.get(call.seq, ""),
        age=at - call.at,
        expected=ticket.state == "called" and ticket.call == call.seq,
        voice=_has_voice(day, call.seq),
        beside_at=day.beside.get(call.seq),
        in_room=in_room(call),
    )


def _has_voice(day: ServiceDay, before: int) -> bool:
    """Return whether displays are heard, judged by the calls before this one that were to be spoken."""
    told = (day.sounded.get(call.seq, "") for call in reversed(day.calls) if call.seq < before)
    return next((word for word in told if word not in ("", "answered", "late")), "") in HEARD
