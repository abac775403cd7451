"""What reports read of a business day, row by row: visits, calls, counters, pauses and slips.

Rows follow from the day alone, so that a day that is folded again gives the same. Times are microseconds since 1970
(UTC), None where something has not happened; `business_day` is an ISO date.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from antrean.queueing.day import ServiceDay
from antrean.queueing.slips.events import LIST, TEST, VOUCHER
from antrean.queueing.slips.slip import Slip
from antrean.queueing.tickets.ticket import Ticket

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One leg of a visit: a ticket at one service, from the start of waiting to its end there.

    `issued` is the line that issued the ticket, and with `leg`, from 0 on, names the row. `called_at` is its first call
    and `last_call_at` the last of `calls`. `held` is for how many microseconds it was put aside. `end` says how it
    ended, "" while it lasts; `state` is the ticket's, "" of a leg from which it went on. What the visitor was told
    stands in the first row: `ahead` people, and the minutes from `wait_low` to `wait_high`; None where nobody knew.
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


def rows_of(day: ServiceDay, tickets: Collection[str] | None = None, spans: bool = True) -> DayRows:
    """Return the rows of these tickets, all without any; TEST, LIST and VOUCHER are the papers of no ticket."""
    found = DayRows(day.business_day.isoformat())
    known = day.tickets.values() if tickets is None else [day.tickets[one] for one in tickets if one in day.tickets]
    for ticket in known:
        found.visits += _visits(found.business_day, ticket)
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


def _visits(day: str, ticket: Ticket) -> Iterator[VisitRow]:
    last = len(ticket.legs) - 1
    for place, leg in enumerate(ticket.legs):
        told = ticket.wait_at_issue if place == 0 else None
        yield VisitRow(
            day, ticket.seq, place, ticket.number, leg.service, ticket.series,
            ticket.persons if leg.persons is None else leg.persons, int(ticket.priority), ticket.language,
            ticket.device, ticket.carried_over, micro(ticket.issued_at), micro(leg.waiting_since),
            _micro(leg.called_at), _micro(leg.last_call_at), leg.calls, _micro(leg.started_at), _micro(leg.ended_at),
            leg.held, leg.counter, leg.operator, ticket.state if place == last else "", leg.end, leg.missing,
            ticket.people_ahead_at_issue if place == 0 else None, told[0] if told else None, told[1] if told else None,
            ticket.reach_at_issue if place == 0 else "",
        )  # fmt: skip


def _slips(day: str, slips: Iterable[Slip], issued: int) -> Iterator[SlipRow]:
    for slip in slips:
        yield SlipRow(
            day, slip.ticket, slip.copy, issued, slip.printer, micro(slip.asked_at), _micro(slip.taken_at),
            _micro(slip.settled_at), slip.state, slip.evidence, slip.reason, int(slip.fallback),
        )  # fmt: skip
