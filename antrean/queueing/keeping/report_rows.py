"""What reports read of a business day, row by row: visits, calls, counters, pauses and slips.

Rows follow from the day alone, so that a day that is folded again gives the same. Times are microseconds since 1970
(UTC), None where something has not happened; `business_day` is an ISO date.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.events import LIST, TEST, VOUCHER
from antrean.queueing.slips.slip import Slip
from antrean.queueing.tickets.ticket import OPEN_STATES, Leg, Ticket

SERVED, NO_SHOW, LEFT, UNFINISHED, SENT_ON = "served", "no_show", "left", "unfinished", "sent_on"
OUTCOMES = (SERVED, NO_SHOW, LEFT, UNFINISHED, SENT_ON)
BY_VISITOR = "visitor_left"
MINUTE = 60_000_000  # microseconds
CHANGED_MIND = 2 * MINUTE  # who gives the number back so soon was not offered to be served
PlanOf = Callable[[int], OfficePlan]  # that was in force when a line was written
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One leg of a visit: a ticket at one service, from the start of waiting to its end there.

    `issued` is the line that issued the ticket, and with `leg`, from 0 on, names the row. `called_at` is its first call
    and `last_call_at` the last of `calls`. `held` is for how many microseconds it was put aside. `end` says how it
    ended, "" while it lasts; `state` is the ticket's, "" of a leg from which it went on. What the visitor was told
    stands in the first row: `ahead` people, and the minutes from `wait_low` to `wait_high`; None where nobody knew.

    `half_hour` is the one of the local day in which this waiting began, from 0 on, and `promise` the minutes that the
    service promised when the number was issued; 0 where that is not known. `last` is 1 in the last row of a ticket, and
    `last_here` in the last one at its service: who counts tickets counts these. They have the `outcome`:

    - `served`: completed, or the visit went on to its next service;
    - `no_show`: called in this leg and never started; `left`: not even called, given back or open at the close;
    - `unfinished`: begun, and ended without being completed;
    - `sent_on`: transferred to another service, from which the ticket has not come back;
    - "": still open, and in rows that are neither.

    `offered` is 0 for a ticket that its visitor gave back within two minutes, else 1. `kept` is 1 in the last row of a
    ticket that was started within the promise, counted from its issue to its first start at any service, and
    `kept_here` in the last one at a service, counted from the start of waiting there to the first start there.
    """

    business_day: str
    issued: int
    leg: int
    number: str
    service: str
    series: str
    persons: int
    priority: int
    language: str
    device: str
    carried_over: int
    issued_at: int
    waiting_since: int
    called_at: int | None
    last_call_at: int | None
    calls: int
    started_at: int | None
    ended_at: int | None
    held: int
    counter: str
    operator: str
    state: str
    end: str
    missing: str
    ahead: int | None
    wait_low: int | None
    wait_high: int | None
    reach: str
    half_hour: int
    promise: int
    last: int
    last_here: int
    outcome: str
    offered: int
    kept: int
    kept_here: int


@dataclass(frozen=True, slots=True)
class ServedRow:
    """What of a `VisitRow` says how long who served at which service: of many legs it is read sooner than all."""

    business_day: str
    service: str
    operator: str
    started_at: int | None
    ended_at: int | None
    held: int


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call, by its line: of the ticket that the line `issued` gave, to a counter, and by which rule.

    `drawn_at` is when a display first showed it, and `sound` what was heard of it.
    """

    business_day: str
    seq: int
    at: int
    issued: int
    number: str
    service: str
    counter: str
    priority: int
    recall: int
    undone: int
    rule: str
    drawn_at: int | None
    sound: str


@dataclass(frozen=True, slots=True)
class SpanRow:
    """An operator's time at a counter, by the line that began it."""

    business_day: str
    seq: int
    counter: str
    operator: str
    opened_at: int
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class PauseRow:
    """A pause at a counter and why, by the line that began it."""

    business_day: str
    seq: int
    counter: str
    operator: str
    reason: str
    begun_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class SlipRow:
    """A paper: `about` a number, or TEST, LIST and VOUCHER as in the journal, with its `copy`.

    `issued` is the line that issued the ticket, 0 where it is of none.
    """

    business_day: str
    about: str
    copy: int
    issued: int
    printer: str
    asked_at: int
    taken_at: int | None
    settled_at: int | None
    state: str
    evidence: str
    reason: str
    fallback: int


@dataclass(slots=True)
class DayRows:
    """The rows of a day, or of these tickets of it: their visits, calls and slips. Without `spans` none are given."""

    business_day: str
    visits: list[VisitRow] = field(default_factory=list)
    calls: list[CallRow] = field(default_factory=list)
    spans: list[SpanRow] = field(default_factory=list)
    pauses: list[PauseRow] = field(default_factory=list)
    slips: list[SlipRow] = field(default_factory=list)


def rows_of(day: ServiceDay, plan_of: PlanOf, tickets: Collection[str] | None = None, spans: bool = True) -> DayRows:
    """Return the rows of these tickets, all without any; TEST, LIST and VOUCHER are the papers of no ticket.

    `plan_of` gives the plan that was in force at the line that issued a ticket: its promises, and the local time.
    """
    found = DayRows(day.business_day.isoformat())
    known = day.tickets.values() if tickets is None else [day.tickets[one] for one in tickets if one in day.tickets]
    for ticket in known:
        found.visits += visits_of(found.business_day, ticket, plan_of(ticket.seq))
        found.slips += _slips(found.business_day, ticket.slips, ticket.seq)
    for about, papers in ((TEST, day.test_slips), (LIST, day.list_slips), (VOUCHER, day.voucher_slips)):
        if tickets is None or about in tickets:
            found.slips += _slips(found.business_day, papers, 0)
    for call in day.calls:
        if tickets is None or call.number in tickets:
            found.calls.append(
                CallRow(
                    found.business_day, call.seq, micro(call.at), day.tickets[call.number].seq, call.number,
                    call.service, call.counter, int(call.priority), int(call.recall), int(call.undone), call.rule,
                    _micro(day.announced.get(call.seq)), day.sounded.get(call.seq, ""),
                )
            )  # fmt: skip
    for span in day.spans if spans else ():
        by = (span.counter, span.operator)
        found.spans.append(SpanRow(found.business_day, span.seq, *by, micro(span.opened_at), _micro(span.closed_at)))
        found.pauses += [
            PauseRow(found.business_day, one.seq, *by, one.reason, micro(one.begun_at), _micro(one.ended_at))
            for one in span.pauses
        ]
    return found


def micro(at: datetime) -> int:
    """Return a time in microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def _micro(at: datetime | None) -> int | None:
    return None if at is None else micro(at)


def visits_of(day: str, ticket: Ticket, plan: OfficePlan) -> Iterator[VisitRow]:
    """Yield the rows of one ticket of a business day, leg by leg, under the plan that was in force at its issue."""
    last_at = {leg.service: place for place, leg in enumerate(ticket.legs)}
    offered = int(not _changed_mind(ticket))
    for place, leg in enumerate(ticket.legs):
        told = ticket.wait_at_issue if place == 0 else None
        last, last_here = place == len(ticket.legs) - 1, place == last_at[leg.service]
        here = [one for one in ticket.legs if one.service == leg.service]
        yield VisitRow(
            day, ticket.seq, place, ticket.number, leg.service, ticket.series,
            ticket.persons if leg.persons is None else leg.persons, int(ticket.priority), ticket.language,
            ticket.device, ticket.carried_over, micro(ticket.issued_at), micro(leg.waiting_since),
            _micro(leg.called_at), _micro(leg.last_call_at), leg.calls, _micro(leg.started_at), _micro(leg.ended_at),
            leg.held, leg.counter, leg.operator, ticket.state if last else "", leg.end, leg.missing,
            ticket.people_ahead_at_issue if place == 0 else None, told[0] if told else None, told[1] if told else None,
            ticket.reach_at_issue if place == 0 else "",
            half_hour=_half_hour(leg.waiting_since, plan),
            promise=_promise(plan, leg.service),
            last=int(last),
            last_here=int(last_here),
            outcome=_outcome(ticket, leg, last) if last_here else "",
            offered=offered,
            kept=int(last and _kept(ticket.legs, ticket.issued_at, plan)),
            kept_here=int(last_here and _kept(here, here[0].waiting_since, plan)),
        )  # fmt: skip


def _changed_mind(ticket: Ticket) -> bool:
    soon = ticket.ended_at is not None and micro(ticket.ended_at) - micro(ticket.issued_at) <= CHANGED_MIND
    return soon and ticket.state == "cancelled" and ticket.outcome == BY_VISITOR


def _outcome(ticket: Ticket, leg: Leg, last: bool) -> str:
    """Return how a ticket ended at the service of its last leg there."""
    if not last:
        return SERVED if leg.persons is not None else SENT_ON
    if ticket.state in OPEN_STATES:
        return ""
    if ticket.state == "completed":
        return SERVED
    if leg.started_at is not None:
        return UNFINISHED
    return NO_SHOW if leg.called_at is not None else LEFT


def _kept(legs: Iterable[Leg], since: datetime, plan: OfficePlan) -> bool:
    """Whether the first of these legs that was started was so within what its service promised."""
    first = next((leg for leg in legs if leg.started_at is not None), None)
    if first is None or first.started_at is None:
        return False
    return micro(first.started_at) - micro(since) <= _promise(plan, first.service) * MINUTE


def _promise(plan: OfficePlan, service: str) -> int:
    return next((one.promised_wait for one in plan.services if one.code == service), 0)


def _half_hour(at: datetime, plan: OfficePlan) -> int:
    local = at.astimezone(plan.tz)
    return local.hour * 2 + local.minute // 30


def _slips(day: str, slips: Iterable[Slip], issued: int) -> Iterator[SlipRow]:
    for slip in slips:
        yield SlipRow(
            day, slip.ticket, slip.copy, issued, slip.printer, micro(slip.asked_at), _micro(slip.taken_at),
            _micro(slip.settled_at), slip.state, slip.evidence, slip.reason, int(slip.fallback),
        )  # fmt: skip
