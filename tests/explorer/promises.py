"""What must hold of every day that commands can lead to. Each promise gives a sentence for what it finds broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from antrean.queueing.calling.ahead import Ahead
from antrean.queueing.calling.order import order
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import OPEN_STATES, Ticket
from tests.explorer import cases_by_hand, queue_by_hand
from tests.explorer.small_offices import LONG, MOMENT, SmallOffice

OUTCOMES = ("finished", "papers_missing", "referred")
AT_A_COUNTER = ("called", "serving")


def broken(office: SmallOffice, day: ServiceDay, at: datetime) -> Iterator[str]:
    """Give what is wrong with a day; nothing for a sound one."""
    for promise in PROMISES:
        yield from promise(office, day)
    if office.with_cases:
        yield from cases_by_hand.sound(office, day)
    yield from _calling(office, day, at)


def _seats(office: SmallOffice, day: ServiceDay) -> Iterator[str]:
    for row in day.counters.values():
        if row.ticket:
            ticket = day.tickets[row.ticket]
            if ticket.state not in AT_A_COUNTER or ticket.counter != row.code:
                yield f"counter {row.code} has {row.ticket}, which is {ticket.state} at {ticket.counter!r}"
        for number in row.held:
            ticket = day.tickets[number]
            if ticket.state != "held" or ticket.counter != row.code:
                yield f"counter {row.code} holds {number}, which is {ticket.state} at {ticket.counter!r}"
        if len(set(row.held)) != len(row.held) or len(row.held) > office.plan.limits.holds:
            yield f"counter {row.code} holds {row.held}"
    for ticket in day.tickets.values():
        row = day.counter(ticket.counter)
        if ticket.state in AT_A_COUNTER and row.ticket != ticket.number:
            yield f"{ticket.number} is {ticket.state} at {ticket.counter!r}, which has {row.ticket!r}"
        if ticket.state == "held" and ticket.number not in row.held:
            yield f"{ticket.number} is held at {ticket.counter!r}, which holds {row.held}"


def _counters(office: SmallOffice, day: ServiceDay) -> Iterator[str]:
    sitting = [row.operator for row in day.counters.values() if row.state != "closed"]
    if len(set(sitting)) != len(sitting) or "" in sitting:
        yield f"operators sit at counters: {sitting}"
    for row in day.counters.values():
        if row.state == "closed" and (row.operator or row.ticket or row.code in day.undo):
            yield f"the closed counter {row.code} has {row.operator!r}, {row.ticket!r}, and undo {row.code in day.undo}"
        if row.since is None:
            yield f"counter {row.code} does not say since when"
        if (row.state == "open") and row.reason:
            yield f"the open counter {row.code} gives a reason: {row.reason!r}"


def _waiting(office: SmallOffice, day: ServiceDay) -> Iterator[str]:
    expected: dict[tuple[str, str], list[Ticket]] = {}
    for ticket in day.tickets.values():
        if ticket.state == "waiting":
            cls = "front" if ticket.front else "priority" if queue_by_hand.favoured(ticket) else "regular"
            expected.setdefault((ticket.service, cls), []).append(ticket)
    for row in expected.values():
        row.sort(key=queue_by_hand.stood)
    numbers = {lane: [ticket.number for ticket in row] for lane, row in expected.items()}
    if day.waiting.numbers() != numbers:
        yield f"waiting lists are {day.waiting.numbers()}, those who wait {numbers}"
    if any(day.tickets.get(ticket.number) is not ticket for ticket in day.waiting):
        yield "a waiting list has another ticket than the day"


def _numbers(office: SmallOffice, day: ServiceDay) -> Iterator[str]:
    for service in office.plan.services:
        given = [int(n.rpartition("-")[2]) for n, t in day.tickets.items() if t.series == service.series]
        if given != list(range(1, len(given) + 1)) or day.last_of(service.series) != len(given):
            yield f"series {service.series} gave {given}, and goes on after {day.last_of(service.series)}"
        mine = [ticket for ticket in day.tickets.values() if service.code in (ticket.service, ticket.then)]
        persons = sum(ticket.persons for ticket in mine if ticket.state != "cancelled")
        for ticket in day.tickets.values():
            for leg in ticket.legs:
                again = leg.end == "papers_missing" and leg.service == ticket.service  # the same persons are here again
                if leg.persons is not None and leg.service == service.code and not again:
                    persons += leg.persons
        if day.persons_of(service.code) != persons:
            yield f"{persons} persons of {service.code}, counted as {day.persons_of(service.code)}"
    if any(number != ticket.number for number, ticket in day.tickets.items()):
        yield "a ticket stands under another number"


def _carried(office: SmallOffice, day: ServiceDay) -> Iterator[str]:
    """What a ticket holds in its state: nothing of an earlier one is left, nothing of this one is missing."""
    for ticket in day.tickets.values():
        state = ticket.state
        held = (ticket.held_at is not None, ticket.hold_reason != "")
        if held != (state == "held", state == "held"):
            yield f"{ticket.number} is {state} and held since {ticket.held_at}, for {ticket.hold_reason!r}"
        if (ticket.ended_at is None) != (state in OPEN_STATES):
            yield f"{ticket.number} is {state} and ended at {ticket.ended_at}"
        if state == "waiting" and (ticket.counter or ticket.operator or ticket.started_at):
            yield f"{ticket.number} waits, at {ticket.counter!r} with {ticket.operator!r} since {ticket.started_at}"
        if state in (*AT_A_COUNTER, "held") and not (ticket.counter and ticket.operator and not ticket.front):
            yield f"{ticket.number} is {state} at {ticket.counter!r} with {ticket.operator!r}, in front {ticket.front}"
        if state in (*AT_A_COUNTER, "held") and (ticket.started_at is None) != (state == "called"):
            yield f"{ticket.number} is {state} and started at {ticket.started_at}"
        if (state == "completed" and ticket.outcome not in OUTCOMES) or (state in OPEN_STATES and ticket.outcome):
            yield f"{ticket.number} is {state} with the outcome {ticket.outcome!r}"
        if ticket.coming and state in ("serving", "held", "completed", "no_show"):
            yield f"{ticket.number} is {state}, and is said to be on the way"
        came_back = ticket.behind is not None and ticket.behind.came_back
        if (ticket.let_go and not ticket.deferred) or (came_back and not ticket.readmits):
            yield f"{ticket.number} stands behind another, and never let anybody go first"
        if not 1 <= ticket.persons <= 9 or ticket.arrival < ticket.issued_at:
            yield f"{ticket.number} is for {ticket.persons}, and arrived at {ticket.arrival}"
        if ticket.then and (state == "completed" or ticket.then == ticket.service):
            yield f"{ticket.number} is {state} for {ticket.service}, and would go on to {ticket.then}"
        yield from _legs(ticket)


def _legs(ticket: Ticket) -> Iterator[str]:
    *before, last = ticket.legs
    times = [time for leg in ticket.legs for time in (leg.waiting_since, leg.called_at, leg.started_at, leg.ended_at)]
    told = [time for time in times if time is not None]
    if told != sorted(told):
        yield f"the stages of {ticket.number} run backwards"
    if any(not leg.end or leg.ended_at is None for leg in before) or last.service != ticket.service:
        yield f"{ticket.number} is for {ticket.service}, its stages {[(leg.service, leg.end) for leg in ticket.legs]}"
    if (last.end == "") != (ticket.state in OPEN_STATES) or (last.ended_at is None) != (ticket.state in OPEN_STATES):
        yield f"{ticket.number} is {ticket.state}, its last stage ended as {last.end!r}"
    if ticket.state == "waiting" and last.called_at is not None:
        yield f"{ticket.number} waits in a stage that was called"


def _calls(office: SmallOffice, day: ServiceDay) -> Iterator[str]:
    """A called ticket was called as often as it says, and last when it says."""
    seqs = [call.seq for call in day.calls]
    if seqs != sorted(set(seqs)):
        yield f"the calls stand in another order: {seqs}"
    for ticket in day.tickets.values():
        if ticket.state not in AT_A_COUNTER:
            continue
        mine = [call for call in day.calls if call.number == ticket.number and call.seq <= ticket.call]
        if not mine or mine[-1].seq != ticket.call or mine[-1].counter != ticket.counter:
            yield f"{ticket.number} is {ticket.state} at {ticket.counter} by call {ticket.call}"
            continue
        repeats = 0
        while mine[-1 - repeats].recall:
            repeats += 1
        begun = mine[-1 - repeats]
        if (repeats, mine[-1].at, begun.at) != (ticket.recalls, ticket.last_call_at, ticket.called_at):
            yield f"{ticket.number} was called again {repeats} times, it says {ticket.recalls}"
        if mine[-1].rule != begun.rule or not begun.rule:
            yield f"{ticket.number} was called again for another reason"


def _closed(office: SmallOffice, day: ServiceDay) -> Iterator[str]:
    if not day.closed:
        if day.expired or any(ticket.state == "expired" for ticket in day.tickets.values()):
            yield "a ticket is expired on an open day"
        return
    left = [ticket.number for ticket in day.tickets.values() if ticket.state in OPEN_STATES]
    counters = [row.code for row in day.counters.values() if row.state != "closed"]
    slips = [slip.ticket for slip in day.open_slips.values() if slip.ticket in day.tickets]
    if left or counters or slips:
        yield f"the day is closed; open are tickets {left}, counters {counters}, slips of {slips}"


def _services(office: SmallOffice, day: ServiceDay) -> Iterator[str]:
    for code, today in day.services.items():
        if code not in office.stops or today.state not in ("paused", "closed"):
            yield f"today service {code} is {today.state}"
        if today.until and today.state != "paused":
            yield f"service {code} is {today.state} until {today.until}"
        if not today.reasons.keys() <= set(office.plan.languages) or not all(today.reasons.values()):
            yield f"service {code} gives the reasons {today.reasons}"


def _paper(office: SmallOffice, day: ServiceDay) -> Iterator[str]:
    slips = [slip for ticket in day.tickets.values() for slip in ticket.slips]
    slips += [*day.test_slips, *day.list_slips, *day.voucher_slips]
    still = {(slip.ticket, slip.copy): slip for slip in slips if slip.state in ("waiting", "sending")}
    if day.open_slips != still:
        yield f"open slips are {list(day.open_slips)}, to be printed {list(still)}"
    for ticket in day.tickets.values():
        copies = [slip.copy for slip in ticket.slips]
        if copies != list(range(len(copies))) or len(copies) > 1 + office.plan.limits.copies:
            yield f"{ticket.number} has the copies {copies}"
        if sum(slip.state in ("waiting", "sending") for slip in ticket.slips) > 1:
            yield f"{ticket.number} has two slips to be printed"
    open_vouchers = [slip.voucher for slip in day.voucher_slips if slip.state in ("waiting", "sending")]
    if len(open_vouchers) != len(set(open_vouchers)):
        yield f"the vouchers {open_vouchers} have two slips to be printed"
    for slip in slips:
        claimed = slip.state == "sending"
        if claimed != (slip.taken_at is not None and slip.settled_at is None) and slip.state == "waiting":
            yield f"slip {slip.copy} of {slip.ticket} waits and is taken"
        if claimed and not (slip.claim and slip.taken_at):
            yield f"slip {slip.copy} of {slip.ticket} is being sent by nobody"
        if (slip.settled_at is None) != (slip.state in ("waiting", "sending")):
            yield f"slip {slip.copy} of {slip.ticket} is {slip.state}, settled at {slip.settled_at}"


Promise = Callable[[SmallOffice, ServiceDay], Iterator[str]]
PROMISES: tuple[Promise, ...] = (_seats, _counters, _waiting, _numbers, _carried, _calls, _closed, _services, _paper)

_called_right: set[tuple[object, ...]] = set()


def _calling(office: SmallOffice, day: ServiceDay, at: datetime) -> Iterator[str]:
    """Order, reasons, figures and who is next are right under every discipline; looked at once for equal queues."""
    waiting = [ticket for ticket in day.tickets.values() if ticket.state == "waiting"]
    if not waiting:
        return
    waiting.sort(key=queue_by_hand.stood)
    seen = (
        office.name,
        tuple(
            (*_kind(t), _class(queue_by_hand.stood(after)[0] - queue_by_hand.stood(t)[0]))
            for t, after in pairwise(waiting)
        ),
        (*_kind(waiting[-1]), _class(at - queue_by_hand.stood(waiting[-1])[0])),
        day.priority_streak,
        tuple(sorted((code, today.state) for code, today in day.services.items())),
        tuple((row.code, row.state, row.ticket != "") for row in sorted(day.counters.values(), key=_turn)),
    )
    if seen in _called_right:
        return
    moments = sorted(
        {at, *(late for ticket in waiting if (late := queue_by_hand.overdue_after(ticket, office.plan)) > at)}
    )
    found = [
        sentence
        for discipline in queue_by_hand.DISCIPLINES
        for moment in moments
        for sentence in _called(replace(office.plan, discipline=discipline), day, moment)
    ]
    yield from found
    if not found:
        _called_right.add(seen)


def _kind(ticket: Ticket) -> tuple[object, ...]:
    return (ticket.service, queue_by_hand.favoured(ticket), ticket.front, ticket.only_at)


def _turn(row: CounterState) -> int:
    return row.turn


def _class(length: timedelta) -> int:
    """Return which of the lengths of time an age is: an instant, a moment, long."""
    return (length >= MOMENT) + (length >= LONG)


def _called(plan: OfficePlan, day: ServiceDay, at: datetime) -> Iterator[str]:
    for counter in (None, *plan.counters):
        right = [(ticket.number, rule, passed) for ticket, rule, passed in queue_by_hand.queue(day, plan, at, counter)]
        told = [(one.ticket.number, one.rule, one.facts["passed"]) for one in order(day, plan, at, counter)]
        if told != right:
            where = f"counter {counter.code}" if counter else "the office"
            yield f"by {plan.discipline} {where} calls {told}, and should {right}"
    yield from ahead_broken(plan, day, at, Ahead())


def ahead_broken(plan: OfficePlan, day: ServiceDay, at: datetime, ahead: Ahead) -> Iterator[str]:
    """Give what is wrong with the figures that this keeps of the day."""
    figures = ahead.figures(day, plan, at)
    calls = queue_by_hand.calls_to_come(day, plan, at)
    for index, ticket in enumerate(calls):
        own = sum(other.service == ticket.service for other in calls[:index])
        figure = figures[ticket.number]
        if (figure.ahead, figure.own, figure.stands) != (index, own, False):
            yield f"by {plan.discipline} {index} are ahead of {ticket.number}, {own} of its service; told {figure}"
        if figure.next != queue_by_hand.surely_next(day, plan, at, ticket):
            yield f"by {plan.discipline} {ticket.number} is said {'' if figure.next else 'not '}to be next"
    called = {ticket.number for ticket in calls}
    for number, figure in figures.items():
        if number not in called and (not figure.stands or figure.next):
            yield f"by {plan.discipline} nobody calls {number}, and it is told {figure}"
