"""The tables of the page *Period* for programs, with fixed English heads."""

from __future__ import annotations

from admin.reports.period_asked import Asked
from antrean.hub.periods import Found
from antrean.reporting.figures import Share, VisitFigures
from antrean.reporting.tables import Table, Value

SECOND = 1_000_000
HALF_HOUR = 1800 * SECOND
HEADS = (
    "tickets", "persons", "served", "no_show", "left", "unfinished", "sent_on", "offered", "promise_kept",
    "waits", "wait_mean_seconds", "wait_p50_seconds", "wait_p90_seconds", "wait_p95_seconds", "wait_longest_seconds",
    "services", "service_mean_seconds", "service_p50_seconds", "service_p90_seconds",
)  # fmt: skip


def tables_of(asked: Asked, found: Found, least: int) -> list[Table]:
    """Return the tables of a period; of fewer tickets than `least` no figures are in them.

    Counters, what was told and the counters open are of all operators, and stay out where one is asked for.
    """
    rows = Table(asked.rows, (asked.rows, *HEADS), [(*key, *_values(one, least)) for key, one in found.rows.items()])
    both = [("this", *_values(found.whole, least)), ("before", *_values(found.before, least))]
    heat = [(*key, *_values(one, least)) for key, one in found.heat.items()]
    tables = [
        rows,
        Table("compared", ("period", *HEADS), both),
        Table("half_hours", ("weekday", "half_hour", *HEADS), heat),
    ]
    if least:
        return tables
    days = max(len(found.days), 1)
    return [
        *tables,
        Table(
            "counters_open",
            ("half_hour", "counters_open_mean"),
            [(place, round(one / HALF_HOUR / days, 3)) for place, one in enumerate(found.open_counters)],
        ),
        Table(
            "counters",
            ("counter", "open_seconds", "paused_seconds", "calling_seconds", "serving_seconds", "called", "started"),
            [
                (one.counter, *(value // SECOND for value in (one.open, one.paused, one.called, one.serving)),
                 one.legs, one.started)
                for one in found.counters
            ],
        ),
        Table(
            "told",
            ("service", "told", "inside", "low_mean_seconds", "high_mean_seconds", "wait_mean_seconds"),
            [
                (service, one.known, one.inside, one.low * 60 // one.known, one.high * 60 // one.known,
                 one.waited // one.known // SECOND)
                for service, one in sorted(found.told.items())
                if one.known
            ],
        ),
    ]  # fmt: skip


def _values(one: VisitFigures, least: int) -> list[Value]:
    if one.tickets < least:
        return [None] * len(HEADS)
    waits, times = one.waits, one.services
    return [
        one.tickets, one.persons, one.served, one.no_show, one.left, one.unfinished, one.sent_on, one.promise.whole,
        _share(one.promise), waits.n,
        *(value // SECOND for value in (waits.mean, waits.p50, waits.p90, waits.p95, waits.longest)),
        times.n, *(value // SECOND for value in (times.mean, times.p50, times.p90)),
    ]  # fmt: skip


def _share(share: Share) -> float | None:
    return None if share.percent is None else round(share.part / share.whole, 4)
