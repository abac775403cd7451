"""The day sheet: what one business day of an office was, on one page. Pure arithmetic over the rows of the day.

Times are microseconds since 1970 (UTC), durations microseconds. A half hour is half-open: [08:00, 08:30).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from antrean.queueing.keeping.report_rows import MINUTE, CallRow, PauseRow, SpanRow, VisitRow, micro
from antrean.reporting.counter_time import CounterTime, by_counter, by_operator
from antrean.reporting.figures import NONE_OF_NOTHING, Share, VisitFigures, of_office, of_service
from antrean.reporting.told import counts_of, told

HALF_HOUR = 30 * MINUTE
CHOSEN = "chosen"  # the rule of a call for which the operator chose the number, whoever was next


@dataclass(frozen=True, slots=True)
class HalfHour:
    """A half hour of the local day, from `begins` on.

    `arrivals` are tickets issued in it, `called` those called for the first time in it, `gone` those that ended in it
    without having been called, and `ended` all that ended in it. `waiting` is how many wait for their first call at its
    end, and are carried over into the next one. Tickets count, each once: whoever waits for a second service does not.
    """

    begins: int
    arrivals: int = 0
    called: int = 0
    gone: int = 0
    ended: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """The interval that visitors were told when they took their number, against their real wait to the first call.

    `inside` is how many waited neither shorter nor longer than told, of those who were told one and were called; how
    long the wait for a later service of the visit was is no part of it. `width` is the mean width of these intervals.
    """

    inside: Share = NONE_OF_NOTHING
    width: int = 0


@dataclass(frozen=True, slots=True)
class ChosenCall:
    """A call out of order, for which the operator chose the number. `operator` is "" where nobody is known.

    `seq` is its line, `waited` how long the ticket had waited there by then, None where that is not known.
    """

    seq: int
    at: int
    number: str
    service: str
    counter: str
    operator: str
    priority: int
    waited: int | None


@dataclass(frozen=True, slots=True)
class DaySheet:
    """One business day of an office, up to the moment `until`.

    - `office` and `services` (by code): the figures of visits, each service that had any.
    - `counters` and `operators` (by code, by name): how their time was spent.
    - `arrivals`, `called`, `ended`: moments in order, one each ticket: its issue; its first call, or its end where it
      was never called; its end. Between the first two lie those who wait for their first call.
    - `half_hours`: without gaps, from the first to the last one in which a ticket was issued, called or finished.
      What happened before the local day began or after it ended counts in its first or last half hour.
    - `chosen`: calls out of order, in theirs; those that were taken back are none. `calls`: all that were not.
    - `priority`: how many of the tickets had priority.
    """

    business_day: date
    until: int
    office: VisitFigures
    services: Mapping[str, VisitFigures]
    counters: Mapping[str, CounterTime]
    operators: Mapping[str, CounterTime]
    arrivals: tuple[int, ...]
    called: tuple[int, ...]
    ended: tuple[int, ...]
    half_hours: tuple[HalfHour, ...]
    told: Told
    chosen: tuple[ChosenCall, ...]
    calls: int
    priority: int


def day_sheet(
    day: date,
    zone: ZoneInfo,
    until: int,
    visits: Sequence[VisitRow],
    calls: Sequence[CallRow],
    spans: Sequence[SpanRow],
    pauses: Sequence[PauseRow],
) -> DaySheet:
    """Return the sheet of a day from its rows; what has not ended lasts until the moment `until`."""
    tickets = _tickets(visits)
    of_services: dict[str, list[VisitRow]] = defaultdict(list)
    for row in visits:
        of_services[row.service].append(row)
    valid = [call for call in calls if not call.undone and not call.recall]
    return DaySheet(
        business_day=day,
        until=until,
        office=of_office(visits),
        services={code: of_service(of_services[code]) for code in sorted(of_services)},
        counters=by_counter(spans, pauses, visits, until),
        operators=by_operator(spans, pauses, visits, until),
        arrivals=tuple(sorted(one.issued for one in tickets)),
        called=tuple(sorted(one.left_queue for one in tickets if one.left_queue is not None)),
        ended=tuple(sorted(one.ended for one in tickets if one.ended is not None)),
        half_hours=_half_hours(day, zone, tickets),
        told=_told(visits),
        chosen=chosen_calls(valid, visits, spans),
        calls=len(valid),
        priority=sum(row.priority for row in visits if row.last),
    )


@dataclass(frozen=True, slots=True)
class _Ticket:
    """The times of a ticket; `called` is its first call at any service."""

    issued: int
    called: int | None
    ended: int | None

    @property
    def left_queue(self) -> int | None:
        return self.ended if self.called is None else self.called


def _tickets(visits: Iterable[VisitRow]) -> list[_Ticket]:
    """Return the times of each ticket, none of them before it was issued: a clock may have been put back."""
    legs: dict[int, list[VisitRow]] = defaultdict(list)
    for row in visits:
        legs[row.issued].append(row)
    return [_ticket(of_one) for of_one in legs.values()]


def _ticket(legs: Sequence[VisitRow]) -> _Ticket:
    issued = legs[0].issued_at
    called = min((row.called_at for row in legs if row.called_at is not None), default=None)
    last = next((row for row in legs if row.last and row.outcome), None)
    ended = None if last is None else last.ended_at
    return _Ticket(
        issued,
        None if called is None else max(called, issued),
        None if ended is None else max(ended, called or issued, issued),
    )


def _half_hours(day: date, zone: ZoneInfo, tickets: Sequence[_Ticket]) -> tuple[HalfHour, ...]:
    begins, most = _local_day(day, zone)

    def place(at: int) -> int:
        return min(max((at - begins) // HALF_HOUR, 0), most - 1)

    arrivals = Counter(place(one.issued) for one in tickets)
    called = Counter(place(one.called) for one in tickets if one.called is not None)
    gone = Counter(place(one.ended) for one in tickets if one.called is None and one.ended is not None)
    finished = Counter(place(one.ended) for one in tickets if one.called is not None and one.ended is not None)
    shown = {*arrivals, *called, *finished}
    found: list[HalfHour] = []
    waiting = 0
    for slot in range(min(shown, default=0), max(shown, default=-1) + 1):
        waiting += arrivals[slot] - called[slot] - gone[slot]
        ended = gone[slot] + finished[slot]
        found.append(HalfHour(begins + slot * HALF_HOUR, arrivals[slot], called[slot], gone[slot], ended, waiting))
    return tuple(found)


def _local_day(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """Return when a local day begins, and how many half hours it has: not 48 where clocks are put forward or back."""
    begins = micro(datetime.combine(day, time(), zone))
    ends = micro(datetime.combine(day + timedelta(days=1), time(), zone))
    return begins, max(-(-(ends - begins) // HALF_HOUR), 1)


def _told(visits: Iterable[VisitRow]) -> Told:
    found = told(counts_of(visits))
    return Told(found.share, (found.high - found.low) * MINUTE // found.known if found.known else 0)


def chosen_calls(
    calls: Iterable[CallRow], visits: Iterable[VisitRow], spans: Iterable[SpanRow]
) -> tuple[ChosenCall, ...]:
    """Return the calls out of order among these of one day, in theirs."""
    since: dict[int, list[int]] = defaultdict(list)
    for row in visits:
        since[row.issued].append(row.waiting_since)
    at_counter: dict[str, list[SpanRow]] = defaultdict(list)
    for span in spans:
        at_counter[span.counter].append(span)
    return tuple(
        ChosenCall(
            call.seq,
            call.at,
            call.number,
            call.service,
            call.counter,
            _operator(at_counter[call.counter], call.at),
            call.priority,
            _waited(sorted(since[call.issued]), call.at),
        )
        for call in sorted(calls, key=lambda one: one.seq)
        if call.rule == CHOSEN
    )


def _operator(spans: Iterable[SpanRow], at: int) -> str:
    """Return who sat at a counter at a moment: of several, whoever came last."""
    here = [one for one in spans if one.opened_at <= at and (one.closed_at is None or at <= one.closed_at)]
    return max(here, key=lambda one: one.seq).operator if here else ""


def _waited(since: Sequence[int], at: int) -> int | None:
    place = bisect_right(since, at)
    return at - since[place - 1] if place else None
