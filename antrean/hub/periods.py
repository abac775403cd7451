"""What a period of business days comes to: a few days are read in a native thread, longer ones in a child process.

A year's cells keep the interpreter busy for half a second and more, and nothing that people wait for shares it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from antrean.hub.async_mode import AsyncMode
from antrean.hub.heavy.work import HeavyWork
from antrean.reporting.figures import Share, Times, VisitFigures
from antrean.reporting.period import columns_of, grouped
from antrean.reporting.told import Told, by_service
from antrean.storage.reports.group import (
    HALF_HOURS,
    SERVICES,
    WAITS,
    CounterSums,
    Key,
    PeriodReader,
    Wanted,
)
from antrean.storage.reports.told import told_counts

MICROSECOND = 1_000_000
NOTHING = VisitFigures()
ONE_DAY = timedelta(days=1)
FEW_DAYS = 14  # so many cost a native thread some ten milliseconds


@dataclass(frozen=True, slots=True)
class Question:
    """The legs that are `wanted`, told apart by `rows`, and those of the period `before`.

    `zone` is the name of the office's time zone. What has not ended counts until the moment `now`, in microseconds.
    """

    wanted: Wanted
    before: Wanted
    rows: str
    zone: str
    now: int

    @property
    def few(self) -> bool:
        """Whether the days are few enough for a native thread."""
        return (self.wanted.until - self.wanted.since).days < FEW_DAYS


@dataclass(frozen=True, slots=True)
class Found:
    """The figures of a period by its rows, by weekday and half hour, and of all its days; `before` of those before.

    `days` are those with visits. `open_counters` says for how long counters were open in each half hour, all days
    together, in microseconds.
    """

    rows: dict[Key, VisitFigures]
    heat: dict[Key, VisitFigures]
    whole: VisitFigures
    before: VisitFigures
    days: list[date]
    told: dict[str, Told]
    counters: list[CounterSums]
    open_counters: list[int]


class Periods:
    """Answers questions about one office; `child` reads what is long. `reader` is for the hub's own native threads."""

    def __init__(self, child: HeavyWork, mode: AsyncMode, reader: PeriodReader, database: str) -> None:
        self._child = child
        self._mode = mode
        self._reader = reader
        self._database = database

    def found(self, asker: str, question: Question) -> Found:
        """Return what a period comes to. Refuses as `HeavyWork.do` does."""
        if question.few:
            return self._mode.run_blocking(read, self._reader, question)
        _, (piece,) = self._child.do(
            asker, "period", database=self._database, office=self._reader.office, question=as_data(question)
        )
        return found_from(json.loads(piece))


def read(reader: PeriodReader, asked: Question) -> Found:
    """Return what a period comes to; blocking."""
    since, until = asked.wanted.since, asked.wanted.until
    rows, heat, whole = _figures(reader, asked.wanted, (asked.rows,), ("weekday", "half_hour"), ())
    (before,) = _figures(reader, asked.before, ())
    opened = [0] * HALF_HOURS
    for first, last, offset in _same_offsets(since, until, ZoneInfo(asked.zone)):
        lengths = reader.open_counters(first, last, offset, asked.now)
        opened = [one + more for one, more in zip(opened, lengths, strict=True)]
    return Found(
        rows=rows,
        heat=heat,
        whole=whole.get((), NOTHING),
        before=before.get((), NOTHING),
        days=reader.days(since, until),
        told=by_service(told_counts(reader.engine, reader.office, since, until, asked.wanted.only)),
        counters=reader.counters(asked.wanted, asked.now),
        open_counters=opened,
    )


def as_data(question: Question) -> dict[str, Any]:
    """Return a question as JSON values."""
    wanted = [[str(one.since), str(one.until), [list(pair) for pair in one.only]] for one in
              (question.wanted, question.before)]  # fmt: skip
    return {"wanted": wanted, "rows": question.rows, "zone": question.zone, "now": question.now}


def question_from(data: Mapping[str, Any]) -> Question:
    """Return the question that `as_data` gave."""
    wanted, before = (
        Wanted(date.fromisoformat(since), date.fromisoformat(until), tuple((name, value) for name, value in only))
        for since, until, only in data["wanted"]
    )
    return Question(wanted, before, data["rows"], data["zone"], data["now"])


def as_piece(found: Found) -> bytes:
    """Return what was found as JSON text."""
    data = asdict(replace(found, rows={}, heat={}, days=[]))
    data["rows"] = [[key, asdict(figures)] for key, figures in found.rows.items()]
    data["heat"] = [[key, asdict(figures)] for key, figures in found.heat.items()]
    data["days"] = [day.isoformat() for day in found.days]
    return json.dumps(data).encode()


def found_from(data: Mapping[str, Any]) -> Found:
    """Return what was found, as `as_piece` gave it."""
    return Found(
        rows={tuple(key): _figures_from(figures) for key, figures in data["rows"]},
        heat={tuple(key): _figures_from(figures) for key, figures in data["heat"]},
        whole=_figures_from(data["whole"]),
        before=_figures_from(data["before"]),
        days=[date.fromisoformat(day) for day in data["days"]],
        told={service: Told(**counts) for service, counts in data["told"].items()},
        counters=[CounterSums(**sums) for sums in data["counters"]],
        open_counters=data["open_counters"],
    )


def _figures_from(data: dict[str, Any]) -> VisitFigures:
    times = {name: Times(**data[name]) for name in ("waits", "walks", "services")}
    return VisitFigures(**{**data, **times, "promise": Share(**data["promise"])})


def _figures(reader: PeriodReader, wanted: Wanted, *groupings: tuple[str, ...]) -> list[dict[Key, VisitFigures]]:
    columns = columns_of((*groupings, ("half_hour", "day")))  # the order of the index: nothing has to be sorted
    of_services = "service" in dict(wanted.only)
    return grouped(reader.cells(wanted, columns, of_services, (WAITS, SERVICES)), columns, groupings)


def _same_offsets(since: date, until: date, zone: ZoneInfo) -> Iterator[tuple[date, date, int]]:
    """Give the days in parts in which the local clock has one distance from UTC, in microseconds."""
    days = [since + ONE_DAY * more for more in range((until - since).days + 1)]
    for offset, some in groupby(days, lambda day: datetime.combine(day, time(12), zone).utcoffset()):
        part = list(some)
        assert offset is not None
        yield part[0], part[-1], round(offset.total_seconds()) * MICROSECOND
