"""How a ticket changes: one case for each thing that happens to it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from antrean.queueing.archive.events import JournalRestored, LostNumbersFound
from antrean.queueing.calling.waiting_lists import WaitingLists
from antrean.queueing.clock.events import ClockSet
from antrean.queueing.clock.safe_numbers import safe_last
from antrean.queueing.closing.events import DayReopened
from antrean.queueing.counters.events import CounterClosed, CounterHandedOver
from antrean.queueing.errors import Unknown
from antrean.queueing.estimation.open_time import Reach
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.plan.model import Service
from antrean.queueing.tickets import events as e
from antrean.queueing.tickets.numbers import parts
from antrean.queueing.tickets.ticket import (
    CORRECTIONS,
    OPEN_STATES,
    Behind,
    Leg,
    State,
    Ticket,
    Undo,
    carried,
    lacking,
    served_before,
)


@dataclass(kw_only=True, eq=False, repr=False)
class TicketsState:
    """The tickets of a day, the numbers given, who waits, and the last step at each counter."""

    tickets: dict[str, Ticket] = field(default_factory=dict)
    tokens: dict[str, Ticket] = field(default_factory=dict)  # those that an earlier release issued
    last_number: dict[str, int] = field(default_factory=dict)
    unseen_last: int = 0  # behind it goes on a series that has given no number here today
    on_paper: dict[str, int] = field(default_factory=dict)  # last numbers that may be on paper without a ticket here
    issued: dict[str, int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)  # by service, of all its tickets but the cancelled ones
    waiting: WaitingLists = field(default_factory=WaitingLists)
    undo: dict[str, Undo] = field(default_factory=dict)  # by counter: its last step, where it can be taken back
    expired: dict[str, Ticket] = field(default_factory=dict)  # tickets that the close expired, as they were before

    def ticket(self, number: str) -> Ticket:
        """Return today's ticket with this number; refuses an unknown one."""
        try:
            return self.tickets[number]
        except (KeyError, TypeError):
            raise Unknown("ticket_unknown", ticket=number) from None

    def last_of(self, series: str) -> int:
        """Return the number behind which a series goes on."""
        return self.last_number.get(series, self.unseen_last)

    def open_tickets(self) -> list[Ticket]:
        """Return the tickets that are waiting, called, served or held, in issue order."""
        return [ticket for ticket in self.tickets.values() if ticket.state in OPEN_STATES]

    def persons_of(self, service: str) -> int:
        """Return how many persons the service was or will be for today; who gave their number back does not count."""
        return self.persons.get(service, 0)

    def persons_left(self, service: Service) -> int | None:
        """Return for how many more persons the service takes numbers today, never below 0; None without a limit."""
        if service.daily_limit is None:
            return None
        return max(service.daily_limit - self.persons_of(service.code), 0)


def _issued(day: TicketsState, event: e.TicketIssued, entry: JournalEntry) -> None:
    ticket = Ticket(
        number=event.ticket,
        service=event.service,
        series=event.series,
        persons=event.persons,
        priority=event.priority,
        language=event.language,
        device=event.device,
        issued_at=entry.at,
        arrival=entry.at,
        seq=entry.seq,
        people_ahead_at_issue=event.people_ahead,
        wait_at_issue=None if event.wait_low is None else (event.wait_low, event.wait_high or event.wait_low),
        reach_at_issue=cast(Reach, event.reach),
        legs=(Leg(event.service, entry.at),),
        token=event.token,
        then=event.then,
        case=event.case,
        collects=event.collects,
        **carried(event.carried_over, entry.business_day),
    )
    day.tickets[ticket.number] = ticket
    if ticket.token:
        day.tokens[ticket.token] = ticket
    day.last_number[event.series] = event.number
    day.issued[event.service] = day.issued.get(event.service, 0) + 1
    day.waiting.add(ticket)


def _called(day: TicketsState, event: e.TicketCalled, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    day.waiting.remove(ticket)
    _set_undo(day, event.counter, _with_call(day.undo.get(event.counter), event, ticket))
    ticket.state = "called"
    ticket.front = False
    ticket.counter, ticket.operator = event.counter, event.operator
    ticket.called_at = ticket.last_call_at = entry.at
    ticket.started_at = None
    ticket.recalls = 0
    ticket.call = entry.seq
    _leg(ticket, counter=event.counter, called_at=entry.at, operator=event.operator, calls=1, last_call_at=entry.at)


def _with_call(undo: Undo | None, event: e.TicketCalled, ticket: Ticket) -> Undo | None:
    """Return what can be taken back after a call: nothing, or it together with what the same command finished."""
    if undo is None or undo.step != "complete" or undo.before.number != event.finished:
        return None
    return replace(undo, called=ticket.snapshot())


def _recalled(day: TicketsState, event: e.TicketRecalled, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    ticket.recalls += 1
    ticket.last_call_at = entry.at
    ticket.call = entry.seq
    _leg(ticket, calls=ticket.legs[-1].calls + 1, last_call_at=entry.at)


def _started(day: TicketsState, event: e.TicketStarted, entry: JournalEntry) -> None:
    ticket = _remember(day, event.counter, "start", event.ticket)
    ticket.state = "serving"
    ticket.started_at = entry.at
    ticket.seated = ticket.coming = False
    _leg(ticket, started_at=entry.at)


def _completed(day: TicketsState, event: e.TicketCompleted, entry: JournalEntry) -> None:
    ticket = _remember(day, event.counter, "complete", event.ticket)
    _leave(ticket, "completed", entry.at, end=event.outcome, missing=event.missing, come_on=event.come_on)
    ticket.outcome = event.outcome
    ticket.persons = event.persons


def _went_on(day: TicketsState, event: e.TicketWentOn, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    _leg(ticket, persons=ticket.persons)
    ticket.service, ticket.then, ticket.persons = event.service, "", event.persons
    ticket.outcome, ticket.behind = "", None  # whom they let go first waited for the service before
    ticket.only_at = ""
    _wait_again(day, ticket, entry.at)


def _no_show(day: TicketsState, event: e.TicketMarkedNoShow, entry: JournalEntry) -> None:
    ticket = _remember(day, event.counter, "no_show", event.ticket)
    ticket.coming = False
    _leave(ticket, "no_show", entry.at, end="no_show")


def _cancelled(day: TicketsState, event: e.TicketCancelled, entry: JournalEntry) -> None:
    _end(day, event.ticket, "cancelled", event.reason, entry.at)


def _expired(day: TicketsState, event: e.TicketExpired, entry: JournalEntry) -> None:
    day.expired[event.ticket] = day.tickets[event.ticket].snapshot()
    _end(day, event.ticket, "expired", event.reason, entry.at)


def _end(day: TicketsState, number: str, state: State, reason: str, at: datetime) -> None:
    ticket = day.tickets[number]
    if ticket.state == "waiting":
        day.waiting.remove(ticket)
    _leave(ticket, state, at, end=reason or state)
    ticket.outcome = reason


def _readmitted(day: TicketsState, event: e.TicketReadmitted, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    ticket.readmits += 1
    _wait_again(day, ticket, entry.at)


def _reopened(day: TicketsState, event: e.TicketReopened, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    ticket.outcome = ticket.only_at = ""
    ticket.front = True
    _wait_again(day, ticket, entry.at)


def _came_back(day: TicketsState, event: e.VisitorCameBack, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    if event.service:
        earlier = lacking(ticket)
        _leg(ticket, persons=ticket.persons)
        ticket.service = event.service
        ticket.persons = (earlier and earlier.persons) or ticket.persons
    ticket.readmits += 1
    ticket.outcome = ticket.only_at = ""
    ticket.behind = None
    if event.behind:
        ticket.behind = replace(_behind(ticket, day.tickets[event.behind], entry.seq), came_back=True)
    _wait_again(day, ticket, entry.at)


def _behind(ticket: Ticket, last: Ticket, seq: int) -> Behind:
    """Return the place of a ticket right behind another one, by the line that put it there."""
    arrival, *order = last.key
    return Behind(arrival, (*order, -seq), as_regular=ticket.priority and not last.goes_ahead)


def _held(day: TicketsState, event: e.TicketHeld, entry: JournalEntry) -> None:
    ticket = _remember(day, event.counter, "hold", event.ticket)
    ticket.state = "held"
    ticket.held_at = entry.at
    ticket.hold_reason = event.reason


def _resumed(day: TicketsState, event: e.TicketResumed, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    day.undo.pop(event.counter, None)
    ticket.state = "serving"
    _no_longer_held(ticket, entry.at)


def _returned(day: TicketsState, event: e.TicketReturned, entry: JournalEntry) -> None:
    ticket = _remember(day, event.counter, "return", event.ticket)
    _leave(ticket, "waiting", entry.at, end="returned")
    _wait_again(day, ticket, entry.at)


def _transferred(day: TicketsState, event: e.TicketTransferred, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    if ticket.state == "waiting":
        day.waiting.remove(ticket)
    else:
        _remember(day, event.counter, "transfer", event.ticket)
    _leave(ticket, "waiting", entry.at, end="transferred")
    ticket.service = event.service
    if ticket.then == event.service:
        ticket.then = ""  # it is not done twice
    ticket.only_at = event.to_counter
    ticket.front = event.position == "front"
    if event.position == "end":
        ticket.arrival, ticket.behind = entry.at, None
    _wait_again(day, ticket, entry.at)
    _leg(ticket, note=event.note)


def _seated(day: TicketsState, event: e.VisitorSeated, entry: JournalEntry) -> None:
    day.tickets[event.ticket].seated = True


def _coming(day: TicketsState, event: e.VisitorComing, entry: JournalEntry) -> None:
    day.tickets[event.ticket].coming = True


def _deferred(day: TicketsState, event: e.TicketDeferred, entry: JournalEntry) -> None:
    ticket, last = day.tickets[event.ticket], day.tickets[event.behind]
    day.waiting.remove(ticket)
    ticket.front, ticket.behind = last.front, _behind(ticket, last, entry.seq)
    ticket.deferred = True
    day.waiting.add(ticket)


def _undone(day: TicketsState, event: e.CommandUndone, entry: JournalEntry) -> None:
    if event.undone in CORRECTIONS:
        return
    undo, ticket = day.undo.get(event.counter), day.tickets[event.ticket]
    if undo is None or (event.undone == "call" and undo.called is None):
        raise LookupError("nothing to undo at " + event.counter)
    if event.undone == "call" and undo.called is not None:
        _set_back(ticket, undo.called, kept=("persons", "coming"))
        day.waiting.add(ticket)
        day.undo[event.counter] = replace(undo, called=None)
        return
    if ticket.state == "waiting":
        day.waiting.remove(ticket)
    _set_back(ticket, undo.before, _KEPT.get(event.undone, ("persons",)))
    ticket.seated = ticket.seated and ticket.state != "serving"
    ticket.coming = ticket.coming and ticket.state != "serving"
    del day.undo[event.counter]


# What is taken back of a ticket with a step at a counter, or with the close of a day: all that these can set. A field
# that is not here stays as it is now, such as slips, since paper may have come out in between.
TAKEN_BACK = (
    "service", "then", "arrival", "persons", "priority", "state", "front", "counter", "operator", "call", "called_at",
    "last_call_at", "started_at", "ended_at", "held_at", "hold_reason", "recalls", "readmits", "outcome", "seated",
    "coming", "behind", "only_at", "legs",
)  # fmt: skip
# What a step leaves as it is now nevertheless: the party may have been counted anew and not by this very step, and who
# waits may have been given priority or helped to a seat, or have said to be on the way.
_KEPT: dict[str, tuple[str, ...]] = {
    "complete": (),
    "transfer": ("persons", "priority", "seated", "coming"),
    "return": ("persons", "priority", "seated", "coming"),
}


def _set_back(ticket: Ticket, before: Ticket, kept: Collection[str]) -> None:
    for name in TAKEN_BACK:
        if name not in kept:
            setattr(ticket, name, getattr(before, name))


def _day_reopened(day: TicketsState, event: DayReopened, entry: JournalEntry) -> None:
    expired, day.expired = day.expired, {}
    for before in expired.values():
        _restore(day, day.tickets[before.number], before, entry.at)


def _restore(day: TicketsState, ticket: Ticket, before: Ticket, at: datetime) -> None:
    """Give a ticket back what the close took. Whoever stood at a counter is first in line: nobody sits there now."""
    closed_at = ticket.ended_at
    _count_persons(day, ticket, -1)
    _set_back(ticket, before, kept=())  # slips that were given up stay so; a copy may be printed
    _count_persons(day, ticket, 1)
    if before.state == "waiting":
        day.waiting.add(ticket)
    elif before.state != "held":
        ticket.front = True
        _leg(ticket, ended_at=closed_at, end="returned")
        _wait_again(day, ticket, at)


def _set_undo(day: TicketsState, counter: str, undo: Undo | None) -> None:
    if undo is None:
        day.undo.pop(counter, None)
    else:
        day.undo[counter] = undo


def _counter_left(day: TicketsState, event: CounterClosed | CounterHandedOver, entry: JournalEntry) -> None:
    # Whoever sits there next must not take back what somebody else did.
    day.undo.pop(event.counter, None)


def _clock_set(day: TicketsState, event: ClockSet, entry: JournalEntry) -> None:
    for series, number in (event.floors or {}).items():
        day.last_number[series] = max(day.last_number.get(series, 0), number)
        _may_be_on_paper(day, series, number)


def _restored(day: TicketsState, event: JournalRestored, entry: JournalEntry) -> None:
    told, printed = event.on_paper or {}, event.printed or {}
    for series in {*day.last_number, *told, *printed}:
        last = max(day.last_of(series), printed.get(series, 0))
        day.last_number[series] = max(last, told[series]) if series in told else safe_last(last)
        _may_be_on_paper(day, series, day.last_number[series])
    # A series that has no number here may have given some all the same.
    day.unseen_last = safe_last(day.unseen_last)


def _lost_numbers(day: TicketsState, event: LostNumbersFound, entry: JournalEntry) -> None:
    for series, number in map(parts, event.numbers.split()):
        # Paper that came further than anybody thought keeps its numbers.
        day.last_number[series] = max(day.last_of(series), number)
        _may_be_on_paper(day, series, number)


def _may_be_on_paper(day: TicketsState, series: str, number: int) -> None:
    day.on_paper[series] = max(day.on_paper.get(series, 0), number)


def _remember(day: TicketsState, counter: str, step: str, number: str) -> Ticket:
    ticket = day.tickets[number]
    day.undo[counter] = Undo(step, ticket.snapshot())
    return ticket


def _leave(ticket: Ticket, state: State, at: datetime, end: str, **more: str) -> None:
    ticket.state = state
    ticket.ended_at = at
    _no_longer_held(ticket, at)
    _leg(ticket, ended_at=at, end=end, **more)


def _no_longer_held(ticket: Ticket, at: datetime) -> None:
    if ticket.held_at is not None:
        _leg(ticket, held=ticket.legs[-1].held + (at - ticket.held_at) // timedelta(microseconds=1))
    ticket.held_at, ticket.hold_reason = None, ""


def _wait_again(day: TicketsState, ticket: Ticket, at: datetime) -> None:
    ticket.state = "waiting"
    ticket.counter = ticket.operator = ""
    ticket.ended_at = ticket.started_at = None
    before = ticket.legs[-1]
    note = before.note if before.service == ticket.service else ""  # it is for this service until it is done
    ticket.legs = (*ticket.legs, Leg(ticket.service, at, note=note))
    day.waiting.add(ticket)


def _leg(ticket: Ticket, **changes: Any) -> None:
    ticket.legs = (*ticket.legs[:-1], replace(ticket.legs[-1], **changes))


Case = Callable[[TicketsState, Any, JournalEntry], None]


def counting(case: Case) -> Case:
    """Keep the persons of each service right over what may change a ticket's persons or service, or cancels it."""

    def counted(day: TicketsState, event: Any, entry: JournalEntry) -> None:
        before = day.tickets.get(event.ticket)
        if before is not None:
            _count_persons(day, before, -1)
        case(day, event, entry)
        _count_persons(day, day.tickets[event.ticket], 1)

    return counted


def _count_persons(day: TicketsState, ticket: Ticket, sign: int) -> None:
    """Count the party for the service it is at and for the one it goes on to; who was served before stays counted."""
    for leg in served_before(ticket):
        _add_persons(day, leg.service, sign * (leg.persons or 0))
    if ticket.state != "cancelled":
        _add_persons(day, ticket.service, sign * ticket.persons)
        if ticket.then:
            _add_persons(day, ticket.then, sign * ticket.persons)


def _add_persons(day: TicketsState, service: str, persons: int) -> None:
    day.persons[service] = day.persons.get(service, 0) + persons


CASES: dict[type[Event], Case] = {
    e.TicketIssued: counting(_issued),
    e.TicketCalled: _called,
    e.TicketRecalled: _recalled,
    e.TicketStarted: _started,
    e.TicketCompleted: counting(_completed),
    e.TicketWentOn: counting(_went_on),
    e.TicketMarkedNoShow: _no_show,
    e.TicketReadmitted: _readmitted,
    e.TicketReopened: _reopened,
    e.VisitorCameBack: counting(_came_back),
    e.TicketHeld: _held,
    e.TicketResumed: _resumed,
    e.TicketReturned: _returned,
    e.TicketTransferred: counting(_transferred),
    e.TicketCancelled: counting(_cancelled),
    e.TicketExpired: _expired,
    e.VisitorSeated: _seated,
    e.TicketDeferred: _deferred,
    e.VisitorComing: _coming,
    e.CommandUndone: counting(_undone),
    DayReopened: _day_reopened,
    CounterClosed: _counter_left,
    CounterHandedOver: _counter_left,
    ClockSet: _clock_set,
    JournalRestored: _restored,
    LostNumbersFound: _lost_numbers,
}
