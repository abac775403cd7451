"""Questions about a period of business days: a few days are read in a native thread, more in a child process.

Years keep the interpreter busy for some tenths of a second, and nothing that people wait for shares it.
"""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from antrean.hub.async_mode import AsyncMode
from antrean.hub.heavy.work import HeavyWork
from antrean.reporting.figures import Share, Times, VisitFigures
from antrean.reporting.told import Told, ToldCount
from antrean.reporting.what_if import WhatIf, from_values
from antrean.storage.reports.wanted import Wanted

FEW_DAYS = 14  # so many cost a native thread some ten milliseconds
MOST_REPLAYED = 20  # days
Key = tuple[str | int, ...]


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


@dataclass(frozen=True, slots=True)
class CounterSums:
    """The time of a counter: from opening to closing, paused, calling and serving, as `CounterTime` has it."""

    counter: str
    open: int
    paused: int
    called: int
    serving: int
    legs: int
    started: int


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


@dataclass(frozen=True, slots=True)
class MonthFound:
    """The figures of an office in a month, of each day and of each service that had visits."""

    office: VisitFigures
    days: dict[date, VisitFigures]
    services: dict[str, VisitFigures]


class Periods:
    """Answers questions about one office; `child` reads what is long, `engine` is that of the tables of reports."""

    def __init__(self, child: HeavyWork, mode: AsyncMode, engine: sa.Engine, office: str, database: str) -> None:
        self._child = child
        self._mode = mode
        self._engine = engine
        self._office = office
        self._database = database
        self._replayed: OrderedDict[tuple[date, int], WhatIf | None] = OrderedDict()

    def found(self, asker: str, question: Question) -> Found:
        """Return what a period comes to. Refuses as `HeavyWork.do` does, as the others do."""
        found: Found = self._answer(asker, "period", question.wanted, question)
        return found

    def told(self, asker: str, wanted: Wanted) -> list[ToldCount]:
        """Return what visitors were told and what came of it."""
        found: list[ToldCount] = self._answer(asker, "told", wanted, wanted)
        return found

    def month(self, asker: str, wanted: Wanted) -> MonthFound:
        """Return the figures of an office, its days and services."""
        found: MonthFound = self._answer(asker, "month", wanted, wanted)
        return found

    def what_if(self, asker: str, day: date, last_line: int) -> WhatIf | None:
        """Return what a day that is over would have been, None where it can't be replayed; worked out once.

        `last_line` is the last of the day: one more, and it is another day. Refuses as `HeavyWork.do` does.
        """
        key = (day, last_line)
        if key not in self._replayed:
            told, _ = self._child.do(
                asker, "what_if", database=self._database, office=self._office, day=day.isoformat()
            )  # fmt: skip
            self._replayed[key] = from_values(told)
            while len(self._replayed) > MOST_REPLAYED:
                self._replayed.popitem(last=False)
        return self._replayed[key]

    def _answer(self, asker: str, name: str, wanted: Wanted, question: Any) -> Any:
        if (wanted.until - wanted.since).days < FEW_DAYS:
            return self._mode.run_blocking(_ask, self._engine, self._office, name, question)
        kind = KINDS[name]
        _, (piece,) = self._child.do(
            asker,
            "period",
            database=self._database,
            office=self._office,
            name=name,
            question=kind.question_as_data(question),
        )
        answer = kind.answer_from(json.loads(piece))
        self._mode.step_aside()
        return answer


def answered(engine: sa.Engine, office: str, name: str, question: Any) -> bytes:
    """Return the answer to a question as JSON text, for the child process; blocking."""
    kind = KINDS[name]
    return json.dumps(kind.answer_as_data(_ask(engine, office, name, kind.question_from(question)))).encode()


def _ask(engine: sa.Engine, office: str, name: str, question: Any) -> Any:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else numpy keeps a thread and its memory for each core
    from antrean.hub import period_answers

    answers: dict[str, Callable[[sa.Engine, str, Any], Any]] = {
        "period": period_answers.period,
        "told": period_answers.told,
        "month": period_answers.month,
    }
    return answers[name](engine, office, question)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of question: how it and its answer become JSON values, and come back."""

    question_as_data: Callable[[Any], Any]
    question_from: Callable[[Any], Any]
    answer_as_data: Callable[[Any], Any]
    answer_from: Callable[[Any], Any]


def _wanted_as_data(wanted: Wanted) -> list[Any]:
    return [str(wanted.since), str(wanted.until), [list(pair) for pair in wanted.only]]


def _wanted_from(data: list[Any]) -> Wanted:
    since, until, only = data
    return Wanted(date.fromisoformat(since), date.fromisoformat(until), tuple((name, value) for name, value in only))


def _question_as_data(question: Question) -> dict[str, Any]:
    days = {"wanted": _wanted_as_data(question.wanted), "before": _wanted_as_data(question.before)}
    return {**days, "rows": question.rows, "zone": question.zone, "now": question.now}


def _question_from(data: Mapping[str, Any]) -> Question:
    wanted, before = _wanted_from(data["wanted"]), _wanted_from(data["before"])
    return Question(wanted, before, data["rows"], data["zone"], data["now"])


def _found_as_data(found: Found) -> dict[str, Any]:
    data = asdict(replace(found, rows={}, heat={}, days=[]))
    data["rows"] = [[key, asdict(figures)] for key, figures in found.rows.items()]
    data["heat"] = [[key, asdict(figures)] for key, figures in found.heat.items()]
    data["days"] = [day.isoformat() for day in found.days]
    return data


def _found_from(data: Mapping[str, Any]) -> Found:
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


def _month_as_data(found: MonthFound) -> dict[str, Any]:
    return {
        "office": asdict(found.office),
        "days": {day.isoformat(): asdict(one) for day, one in found.days.items()},
        "services": {code: asdict(one) for code, one in found.services.items()},
    }


def _month_from(data: Mapping[str, Any]) -> MonthFound:
    return MonthFound(
        _figures_from(data["office"]),
        {date.fromisoformat(day): _figures_from(one) for day, one in data["days"].items()},
        {code: _figures_from(one) for code, one in data["services"].items()},
    )


def _figures_from(data: dict[str, Any]) -> VisitFigures:
    times = {name: Times(**data[name]) for name in ("waits", "walks", "services")}
    return VisitFigures(**{**data, **times, "promise": Share(**data["promise"])})


KINDS = {
    "period": _Kind(_question_as_data, _question_from, _found_as_data, _found_from),
    "told": _Kind(
        _wanted_as_data,
        _wanted_from,
        lambda counts: list(map(asdict, counts)),
        lambda data: [ToldCount(**one) for one in data],
    ),
    "month": _Kind(_wanted_as_data, _wanted_from, _month_as_data, _month_from),
}
