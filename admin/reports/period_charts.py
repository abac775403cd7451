"""The charts of the page *Period*, each with the figures of the table below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from admin.reports.period_asked import Asked
from admin.reports.period_words import clock_words, weekday_words
from antrean.hub.periods import CounterSums, Found, Key
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.charts import rounded_up, stacked
from antrean.reporting.figures import Share, VisitFigures
from antrean.reporting.line_charts import heat_map, intervals, lines
from antrean.storage.reports.wanted import HALF_HOURS
from antrean.web.text.durations import duration_short, duration_words
from antrean.web.text.numbers import count_words, percent_words

MINUTE = 60_000_000
HALF_HOUR = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart by the name of its macro: what it is and shows, its geometry, the names of its parts, and its table.

    `heads` are those of the columns of `rows`; the first column names the rows.
    """

    kind: str
    id: str
    title: str
    says: str
    chart: Any
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    words: tuple[str, ...] = ()
    limit_words: str = ""
    what: str = ""
    about: str = ""


def charts_of(
    asked: Asked, found: Found, plan: OfficePlan, labels: Callable[[Key], str], least: int, measure: str
) -> list[Drawn]:
    """Return the charts of a period; of one operator only those of the visits, and nothing of fewer than `least`."""
    if found.whole.tickets < max(least, 1):
        return []
    drawn: list[Drawn | None] = [_waits(asked, found, plan, labels, least), _heat(asked, found, plan, least, measure)]
    if not least:
        drawn += [_open(found, plan), _counters(found, plan), _told(found, plan)]
    return [one for one in drawn if one is not None]


def _waits(asked: Asked, found: Found, plan: OfficePlan, labels: Callable[[Key], str], least: int) -> Drawn:
    rows = {labels(key): one for key, one in found.rows.items()}
    p50, p90 = (
        [getattr(one.waits, name) / MINUTE if one.waits.n and one.tickets >= least else None for one in rows.values()]
        for name in ("p50", "p90")
    )
    promise = _promise(asked, plan)
    return Drawn(
        kind="lines",
        id="waits",
        title=gettext("Waiting time and the promise"),
        says=gettext("Minutes that half and nine of ten waited at most."),
        chart=lines((p50, p90), list(rows), promise),
        heads=("", gettext("Half waited at most"), gettext("Nine of ten waited at most"), gettext("Called")),
        rows=[
            (name, *_times(one, least), _count(one.waits.n, plan) if one.tickets >= least else "–")
            for name, one in rows.items()
        ],
        words=(gettext("Half waited at most"), gettext("Nine of ten waited at most")),
        limit_words="" if promise is None else gettext("Promised: %(time)s", time=duration_words(promise * MINUTE)),
        what="waiting",
        about=gettext("In minutes.")
        if promise is not None
        else gettext("In minutes. Services promise different waits: choose one to see its promise."),
    )


def _heat(asked: Asked, found: Found, plan: OfficePlan, least: int, measure: str) -> Drawn:
    language = plan.languages[0]
    days = Counter(day.weekday() for day in found.days)
    halves = range(min(int(half) for _, half in found.heat), max(int(half) for _, half in found.heat) + 1)
    weekdays = sorted({int(weekday) for weekday, _ in found.heat})
    values = [
        [_measured(found.heat.get((weekday, half)), asked.measure, days[weekday], least, language) for half in halves]
        for weekday in weekdays
    ]
    names = [weekday_words(weekday, language) for weekday in weekdays]
    clocks = [clock_words(half, language) for half in halves]
    return Drawn(
        kind="heat_map",
        id="heat",
        title=gettext("Weekdays and half hours"),
        says=measure,
        chart=heat_map(values, names, clocks, left=72),
        heads=("", *names),
        rows=[
            (clock, *("–" if cell is None else cell[1] for cell in column))
            for clock, column in zip(clocks, zip(*values, strict=True), strict=True)
        ],
        about=gettext("By the half hour in which the waiting began. Darker is more."),
    )


def _measured(one: VisitFigures | None, measure: str, days: int, least: int, language: str) -> tuple[float, str] | None:
    if one is None or one.tickets < least or not days:
        return None
    if measure == "arrivals":
        mean = one.tickets / days
        return mean, count_words(round(mean), language) if mean >= 10 else _decimal(mean, language)
    if measure == "wait":
        return (one.waits.p50 / MINUTE, str(round(one.waits.p50 / MINUTE))) if one.waits.n else None
    percent = one.promise.percent
    return None if percent is None else (percent, str(round(percent)))


def _open(found: Found, plan: OfficePlan) -> Drawn | None:
    language, days = plan.languages[0], max(len(found.days), 1)
    tickets = [0] * HALF_HOURS
    for (_weekday, half), one in found.heat.items():
        tickets[int(half)] += one.tickets
    used = [half for half in range(HALF_HOURS) if tickets[half] or found.open_counters[half]]
    if not used:
        return None
    halves = range(used[0], used[-1] + 1)
    arrivals = [tickets[half] / days for half in halves]
    opened = [found.open_counters[half] / HALF_HOUR / days for half in halves]
    clocks = [clock_words(half, language) for half in halves]
    return Drawn(
        kind="lines",
        id="open",
        title=gettext("Tickets and counters open"),
        says=gettext("Means of a day, by half hour."),
        chart=lines((arrivals, opened), clocks),
        heads=("", gettext("Tickets"), gettext("Counters open")),
        rows=[
            (clock, _decimal(one, language), _decimal(other, language))
            for clock, one, other in zip(clocks, arrivals, opened, strict=True)
        ],
        words=(gettext("Tickets in the half hour"), gettext("Counters open")),
        what="open",
        about=gettext("Means of the days with visits."),
    )


def _counters(found: Found, plan: OfficePlan) -> Drawn | None:
    language = plan.languages[0]
    if not any(one.open for one in found.counters):
        return None
    parts = {plan.counter_name(one.counter): _parts(one) for one in found.counters if one.open}
    most = max(sum(values) for values in parts.values()) // MINUTE
    step = 60 * rounded_up(-(-most // 300))
    return Drawn(
        kind="stacked",
        id="counters",
        title=gettext("Time of counters"),
        says=gettext("How long each was open, and with what."),
        chart=stacked(
            [(name, [value // MINUTE for value in values]) for name, values in parts.items()],
            lambda minutes: duration_short(minutes * MINUTE, language),
            step,
        ),
        heads=("", gettext("Serving"), gettext("Calling"), gettext("Paused"), gettext("Idle"), gettext("Occupancy")),
        rows=[
            (
                name,
                *(duration_short(value, language) for value in values),
                percent_words(Share(values[0] + values[1], sum(values) - values[2]).percent),
            )
            for name, values in parts.items()
        ],
        words=(gettext("Serving"), gettext("Calling"), gettext("Paused"), gettext("Idle")),
        what="occupancy",
        about=gettext("In hours and minutes, all days together."),
    )


def _parts(one: CounterSums) -> tuple[int, int, int, int]:
    idle = max(one.open - one.paused - one.called - one.serving, 0)
    return one.serving, one.called, one.paused, idle


def _told(found: Found, plan: OfficePlan) -> Drawn | None:
    told = {plan.service_name(code): one for code, one in found.told.items() if one.known}
    if not told:
        return None
    return Drawn(
        kind="intervals",
        id="told",
        title=gettext("Told and true"),
        says=gettext("Means of the minutes that visitors were told, and of those that they waited."),
        chart=intervals(
            [
                (name, one.low / one.known, one.high / one.known, one.waited / one.known / MINUTE)
                for name, one in told.items()
            ]
        ),
        heads=(
            gettext("Service"), gettext("Told"), gettext("Of these inside"), gettext("Mean width"),
            gettext("Waited on average"),
        ),
        rows=[
            (
                name, _count(one.known, plan), percent_words(one.share.percent),
                duration_words((one.high - one.low) * MINUTE // one.known), duration_words(one.waited // one.known),
            )
            for name, one in told.items()
        ],
        words=(gettext("Told, from lower to upper, on average"), gettext("Waited on average")),
        what="told",
        about=gettext("In minutes. Of all that were told a wait and were called. Inside: as long as told."),
    )  # fmt: skip


def _promise(asked: Asked, plan: OfficePlan) -> int | None:
    wanted = asked.only.get("service")
    promises = {one.promised_wait for one in plan.services if wanted in (None, one.code)}
    return promises.pop() if len(promises) == 1 else None


def _times(one: VisitFigures, least: int) -> tuple[str, str]:
    if not one.waits.n or one.tickets < least:
        return "–", "–"
    return duration_words(one.waits.p50), duration_words(one.waits.p90)


def _count(number: int, plan: OfficePlan) -> str:
    return count_words(number, plan.languages[0])


def _decimal(value: float, language: str) -> str:
    return f"{value:.1f}".replace(".", "." if language == "en" else ",")
