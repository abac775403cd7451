"""The tables of a day sheet, as other programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from antrean.queueing.outages.past import PastOutage
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.counter_time import FEWEST, CounterTime
from antrean.reporting.day_sheet import DaySheet
from antrean.reporting.figures import Share, Times, VisitFigures
from antrean.reporting.tables import Table, Value
from antrean.reporting.what_if import WhatIf

if TYPE_CHECKING:
    from admin.reports.day_sheet import OutOfOrder

SECOND = 1_000_000
OF_TIMES = ("mean", "p50", "p90", "p95", "longest")
VISITS = ("tickets", "persons", "served", "no_show", "left", "unfinished", "sent_on", "open", "offered", "promise_kept")
COUNTERS = (
    "open_seconds",
    "serving_seconds",
    "calling_seconds",
    "paused_seconds",
    "idle_seconds",
    "occupancy",
    "called",
)


def tables(
    sheet: DaySheet,
    plan: OfficePlan,
    outages: Iterable[PastOutage],
    out_of_order: Iterable[OutOfOrder],
    with_names: bool,
    replayed: WhatIf | None,
) -> Sequence[Table]:
    """Return the tables of a sheet; names of staff only where they may be shown; `replayed` only where there is one."""
    found = [
        Table("office", _visit_heads("business_day"), [[sheet.business_day, *_visits(sheet.office)]]),
        Table(
            "services",
            _visit_heads("service", "name"),
            [[code, plan.service_name(code), *_visits(one)] for code, one in sheet.services.items()],
        ),
        Table(
            "counters",
            ("counter", "name", *COUNTERS),
            [[code, plan.counter_name(code), *_time(one)] for code, one in sheet.counters.items()],
        ),
        Table("pauses", ("counter", "reason", "seconds"), [list(row) for row in _pauses(sheet)]),
        _half_hours(sheet, plan),
        _outages(outages, plan),
        _out_of_order(out_of_order, plan, with_names),
    ]
    if with_names:
        known = {name: one for name, one in sheet.operators.items() if one.legs >= FEWEST}
        found.append(Table("operators", ("operator", *COUNTERS), [[name, *_time(one)] for name, one in known.items()]))
    if replayed is not None:
        found.append(_what_if(replayed, plan))
    return found


def _what_if(replayed: WhatIf, plan: OfficePlan) -> Table:
    heads = ("day", "fits", "uncalled", "last_service_ended", "wait_n", *(f"wait_{one}_seconds" for one in OF_TIMES))
    days = ((name, getattr(replayed, name)) for name in ("was", "again", "one_more", "one_fewer", "earlier"))
    rows: list[list[Value]] = []
    for name, waits in days:
        if waits is not None:
            done = None if waits.done is None else _local(waits.done, plan)
            rows.append([name, int(replayed.fits), waits.uncalled, done, *_times(waits.times)])
    return Table("what_if", heads, rows)


def _visit_heads(*first: str) -> tuple[str, ...]:
    times = [
        f"{kind}_{one}" for kind in ("wait", "walk", "service") for one in ("n", *(f"{x}_seconds" for x in OF_TIMES))
    ]
    return (*first, *VISITS, *times)


def _visits(one: VisitFigures) -> list[Value]:
    counts = [one.tickets, one.persons, one.served, one.no_show, one.left, one.unfinished, one.sent_on, one.open]
    times = [value for kind in (one.waits, one.walks, one.services) for value in _times(kind)]
    return [*counts, one.promise.whole, _share(one.promise), *times]


def _times(times: Times) -> list[Value]:
    if not times.n:
        return [0, *[None] * len(OF_TIMES)]
    return [times.n, *(getattr(times, name) // SECOND for name in OF_TIMES)]


def _share(share: Share) -> float | None:
    return None if share.percent is None else round(share.percent / 100, 4)


def _time(one: CounterTime) -> list[Value]:
    seconds = (one.open, one.serving, one.called, one.paused_in_all, one.idle)
    return [*(value // SECOND for value in seconds), _share(one.occupancy), one.legs]


def _pauses(sheet: DaySheet) -> Iterable[tuple[Value, ...]]:
    for code, one in sheet.counters.items():
        for reason, length in one.paused.items():
            yield code, reason, length // SECOND


def _half_hours(sheet: DaySheet, plan: OfficePlan) -> Table:
    rows: list[list[Value]] = [
        [_local(one.begins, plan), one.arrivals, one.called, one.gone, one.ended, one.waiting]
        for one in sheet.half_hours
    ]
    return Table("half_hours", ("begins", "arrivals", "called", "left", "ended", "waiting_at_end"), rows)


def _outages(outages: Iterable[PastOutage], plan: OfficePlan) -> Table:
    rows: list[list[Value]] = [
        [one.need, " ".join(one.services), one.began.astimezone(plan.tz), _seconds(one.minutes), one.waited, one.left]
        for one in outages
    ]
    return Table("outages", ("need", "services", "began", "duration_seconds", "waited", "left"), rows)


def _seconds(minutes: int | None) -> int | None:
    return None if minutes is None else minutes * 60


def _out_of_order(calls: Iterable[OutOfOrder], plan: OfficePlan, with_names: bool) -> Table:
    heads = ("at", "ticket", "service", "counter", "waited_seconds", "passed")
    rows: list[list[Value]] = []
    for one in calls:
        call = one.call
        waited = None if call.waited is None else call.waited // SECOND
        row: list[Value] = [_local(call.at, plan), call.number, call.service, call.counter, waited, one.passed]
        rows.append([*row, one.who, one.why] if with_names else row)
    return Table("calls_out_of_order", (*heads, "operator", "reason") if with_names else heads, rows)


def _local(moment: int, plan: OfficePlan) -> datetime:
    return datetime.fromtimestamp(moment / SECOND, plan.tz)
