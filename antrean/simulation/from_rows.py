"""Turns the rows that reports keep of a past day into a script of it, without its journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import fmean, median_low

from antrean.queueing.hours.model import Hours
from antrean.queueing.keeping.report_rows import EPOCH, PauseRow, SpanRow, VisitRow
from antrean.queueing.plan.model import Counter, OfficePlan, Service
from antrean.simulation.scenario import NOW, Change, End, Scenario, ScriptedLeg, Shift, Visitor, lasting

# Whoever left a counter so late before the day's last call stayed, as is assumed, until nobody waited any more.
AT_THE_END = timedelta(minutes=30)
LONGEST_DELAY = timedelta(minutes=15)  # between two calls, while somebody waited; after that, something else was done
UNKNOWN = timedelta(minutes=5)  # of service, where nobody was served on that day
_ENDS: dict[str, End] = {"transferred": "transferred", "returned": "returned", "no_show": "no_show"}


@dataclass(frozen=True, slots=True)
class DayOfRows:
    """A business day as reports have it: legs of visits, operators' times at counters, and their pauses."""

    day: date
    visits: Sequence[VisitRow]
    spans: Sequence[SpanRow]
    pauses: Sequence[PauseRow]

    def tickets(self) -> list[list[VisitRow]]:
        """Return the rows of each ticket, in order; without those that were given back within two minutes."""
        offered = sorted((one for one in self.visits if one.offered), key=lambda row: (row.issued, row.leg))
        return [list(rows) for _issued, rows in groupby(offered, key=lambda row: row.issued)]


def scenario_of(found: DayOfRows, plan: OfficePlan) -> Scenario:
    """Return the day as a script for this plan: who came when, for what and for how long, and when counters were open.

    Rows do not say who let others go first, at which place a transfer stood, or when a service stood still: these are
    left out. Whoever was never called would have been served as long as the middle visitor of that service was.
    """
    usual = _Usual.of(found.visits)
    plan = _with_services(replace(lasting(plan), hours=Hours()), found.visits)
    visitors = tuple(_visitor(rows, usual) for rows in found.tickets())
    return Scenario(found.day, plan, visitors, tuple(_shifts(found, plan)))


def _visitor(rows: Sequence[VisitRow], usual: _Usual) -> Visitor:
    legs = tuple(_leg(row, rows[place + 1] if place + 1 < len(rows) else None, usual) for place, row in enumerate(rows))
    first = rows[0]
    return Visitor(
        _at(first.issued_at), first.persons, bool(first.priority), legs, first.language,
        carried_over=first.carried_over,
    )  # fmt: skip


def _leg(row: VisitRow, following: VisitRow | None, usual: _Usual) -> ScriptedLeg:
    if row.called_at is None:
        left = row.state == "cancelled" and row.ended_at is not None
        patience = _lasted(row.waiting_since, row.ended_at) if left and row.ended_at is not None else None
        return ScriptedLeg(row.service, usual.walk, usual.serve(row.service), patience=patience)
    ended = next(at for at in (row.ended_at, row.started_at, row.called_at) if at is not None)
    again = _lasted(ended, following.waiting_since) if following is not None else NOW
    if row.started_at is None:
        end: End = _ENDS.get(row.end, "cancelled" if row.state == "cancelled" else "no_show")
        return ScriptedLeg(row.service, _lasted(row.called_at, ended), None, end, again=again)
    serve = max(_lasted(row.started_at, ended) - timedelta(microseconds=row.held), NOW)
    walk = _lasted(row.called_at, row.started_at)
    return ScriptedLeg(row.service, walk, serve, _ENDS.get(row.end, "completed"), again=again)


def _shifts(found: DayOfRows, plan: OfficePlan) -> Iterable[Shift]:
    """Yield when each counter was open and paused, and how long it took to call somebody who waited for it."""
    known = {counter.code: counter for counter in plan.counters}
    seen: defaultdict[str, list[VisitRow]] = defaultdict(list)
    for row in found.visits:
        if row.counter and row.called_at is not None:
            seen[row.counter].append(row)
    last_call = max((row.called_at for row in found.visits if row.called_at is not None), default=0)
    ready: dict[str, list[datetime]] = defaultdict(list)  # counter -> when somebody came back to it
    changes: dict[str, list[tuple[datetime, Change, str]]] = defaultdict(list)
    for span in found.spans:
        opened = _at(span.opened_at)
        changes[span.counter].append((opened, "open", span.counter))
        ready[span.counter].append(opened)
        if span.closed_at is not None:
            closed = _at(span.closed_at)
            stays = closed >= _at(last_call) - AT_THE_END
            changes[span.counter].append((closed, "close_when_empty" if stays else "close", ""))
    for pause in found.pauses:
        changes[pause.counter].append((_at(pause.begun_at), "pause", pause.reason))
        if pause.ended_at is not None:
            changes[pause.counter].append((_at(pause.ended_at), "resume", ""))
            ready[pause.counter].append(_at(pause.ended_at))
    delays = {code: _delays(seen[code], ready[code]) for code in changes}
    every = [delay for times in delays.values() for delay in times]
    between = _mean(every)
    for code, times in changes.items():
        counter = _counter(code, known.get(code), seen[code], plan)
        usual = _mean(delays[code]) if delays[code] else between
        yield Shift(counter, tuple(sorted(times, key=lambda one: one[0])), (), usual, len(seen[code]))


def _delays(rows: Sequence[VisitRow], ready: Sequence[datetime]) -> list[timedelta]:
    """Return how long a counter that was free took for each call, from when the one called waited for it."""
    found, free = [], None
    for row in sorted(rows, key=lambda one: one.called_at or 0):
        called = _at(row.called_at or 0)
        since = [_at(row.waiting_since), *(at for at in ready if at <= called)]
        if free is not None and free <= called:
            found.append(min(called - max(free, *since), LONGEST_DELAY))
        ended = row.ended_at or row.started_at or row.called_at or 0
        free = _at(ended)
    return found


def _counter(code: str, known: Counter | None, rows: Iterable[VisitRow], plan: OfficePlan) -> Counter:
    """Return the counter as the plan has it, with what else it called on that day; one that is gone with that alone."""
    called = tuple(sorted({row.service for row in rows}))
    if known is None:
        return Counter(code, code, called or tuple(service.code for service in plan.services))
    return replace(known, primary=known.primary + tuple(one for one in called if one not in known.services))


def _with_services(plan: OfficePlan, rows: Iterable[VisitRow]) -> OfficePlan:
    """Return the plan with the services of that day that are gone since, as far as rows tell of them."""
    known = {service.code for service in plan.services}
    gone: dict[str, Service] = {}
    for row in rows:
        if row.service not in known:
            gone.setdefault(row.service, Service(row.service, row.series, {"": row.service}, promised_wait=row.promise))
    return replace(plan, services=(*plan.services, *gone.values()))


@dataclass(frozen=True, slots=True)
class _Usual:
    """Middle times of those who were served, for those who were not."""

    walk: timedelta
    times: Mapping[str, timedelta]
    middle: timedelta

    @classmethod
    def of(cls, rows: Iterable[VisitRow]) -> _Usual:
        walks: list[timedelta] = []
        times: defaultdict[str, list[timedelta]] = defaultdict(list)
        for row in rows:
            if row.called_at is not None and row.started_at is not None:
                walks.append(_lasted(row.called_at, row.started_at))
            if row.started_at is not None and row.ended_at is not None:
                times[row.service].append(_lasted(row.started_at, row.ended_at))
        every = [time for found in times.values() for time in found]
        return cls(
            median_low(walks) if walks else NOW,
            {code: median_low(found) for code, found in times.items()},
            median_low(every) if every else UNKNOWN,
        )

    def serve(self, service: str) -> timedelta:
        return self.times.get(service, self.middle)


def _mean(times: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=round(fmean(time.total_seconds() for time in times))) if times else NOW


def _lasted(since: int, until: int) -> timedelta:
    return max(timedelta(microseconds=until - since), NOW)


def _at(micro: int) -> datetime:
    return EPOCH + timedelta(microseconds=micro)
