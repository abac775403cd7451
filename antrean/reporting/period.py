"""The figures of a period by day, week, month, weekday, hour or what else visits are told apart by. Pure arithmetic.

Legs are columns of numbers, and so a step is taken for all of them at once: five years of an office take some tenths
of a second. Whoever has few visits reads them by rows (`figures.py`); both give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import prod
from typing import Any

import numpy as np

from antrean.queueing.keeping.report_rows import LEFT, MINUTE, NO_SHOW, SENT_ON, SERVED, UNFINISHED
from antrean.reporting.figures import Share, Times, VisitFigures
from antrean.reporting.told import ToldCount
from antrean.storage.reports.legs import Legs, Numbers
from antrean.storage.reports.packed import NOTHING

Key = tuple[str | int, ...]
DAYS: dict[str, Callable[[date], str | int]] = {
    "day": date.isoformat,
    "week": lambda day: (day - timedelta(days=day.weekday())).isoformat(),  # its Monday
    "month": lambda day: day.isoformat()[:7],
    "weekday": date.weekday,  # Monday is 0
}
HOURS: dict[str, int] = {"half_hour": 1, "hour": 2}
BY = ("service", "counter", "operator", "priority", "language", "device")
GROUPS = (*DAYS, *HOURS, *BY)
OUTCOMES = (SERVED, NO_SHOW, LEFT, UNFINISHED, SENT_ON)
PERCENTS = (50, 90, 95, 100)
MOST_CODES = 1 << 22  # so many are counted one by one; of more the codes are put in order


@dataclass(frozen=True, slots=True)
class Worked:
    """What a counter did: how long it called and served in all, in microseconds, and how many legs it had and began."""

    called: int
    serving: int
    legs: int
    started: int


def waits(legs: Legs) -> tuple[Numbers, Numbers]:
    """Return which legs were called, and how long each of these waited for it."""
    return _lengths(legs["called_at"], legs["waiting_since"])


def walks(legs: Legs) -> tuple[Numbers, Numbers]:
    """Return which legs were started, and how long each of these took from the last call to the counter."""
    return _lengths(legs["started_at"], legs["last_call_at"])


def service_times(legs: Legs) -> tuple[Numbers, Numbers]:
    """Return which legs were started and ended, and how long each of these was served, without the time put aside."""
    return _lengths(legs["ended_at"], legs["started_at"], legs["held"])


# The times of visits by the names that `VisitFigures` has for them.
TIMES: dict[str, Callable[[Legs], tuple[Numbers, Numbers]]] = {
    "waits": waits,
    "walks": walks,
    "services": service_times,
}


def figures(
    legs: Legs, groupings: Sequence[Sequence[str]], of_services: bool, times: Sequence[str] = tuple(TIMES)
) -> list[dict[Key, VisitFigures]]:
    """Return the figures of each grouping by its keys, in their order. A grouping is of names of GROUPS.

    Keys are ISO dates of days, and of the Mondays of ISO weeks, months as `2026-11`, weekdays from 0 for Monday on,
    half hours and hours from 0 on, and else what the rows have. Of a grouping by nothing the key is ().
    `of_services`: a ticket counts at each service that had it, else once. Times that are not named are left out.
    """
    parts = [_Groups(legs, grouping) for grouping in groupings]
    last, kept = (legs["last_here"], legs["kept_here"]) if of_services else (legs["last"], legs["kept"])
    outcome, known = legs["outcome"], list(legs.values["outcome"])
    sums = {
        "tickets": last,
        "persons": last * legs["persons"],
        **{name: (outcome == known.index(name)) * last if name in known else 0 * last for name in OUTCOMES},
        "kept": last * kept,
        "offered": last * legs["offered"],
        "holds": legs["held"],
        "missing": legs["missing"] != _place(legs, "missing", ""),
    }
    timed = {name: _Ordered.of(*TIMES[name](legs)) for name in times}
    return [_figures(groups, sums, timed) for groups in parts]


def worked(legs: Legs, until: int) -> dict[str, Worked]:
    """Return what each counter did; what has not ended counts until this moment, in microseconds."""
    called = legs.where(legs["called_at"] != NOTHING)
    end = _known_or(called["ended_at"], until)
    started = called["started_at"] != NOTHING
    calling = np.maximum(np.where(started, called["started_at"], end) - called["called_at"], 0)
    serving = np.where(started, np.maximum(end - called["started_at"] - called["held"], 0), 0)
    groups = _Groups(called, ("counter",))
    columns = [groups.sums(column) for column in (calling, serving, np.ones(len(called), np.int64), started)]
    return {str(key[0]): Worked(*sums) for key, *sums in zip(groups.keys, *columns, strict=True)}


def told_counts(legs: Legs) -> list[ToldCount]:
    """Return what was told in first legs and what came of it, by service, half hour and what was told."""
    first = legs.where(legs["leg"] == 0)
    low, high = (first[name].astype(np.int64) for name in ("wait_low", "wait_high"))
    called = first["called_at"] != NOTHING
    waited = np.where(called, first["called_at"] - first["issued_at"], 0)
    told = called & (low != NOTHING) & (high != NOTHING)
    below, above = told & (waited < low * MINUTE), told & (waited > high * MINUTE)
    groups = _Groups(first, ("service", "half_hour", "wait_low", "wait_high"))
    columns = [groups.sums(column) for column in (below, told & ~below & ~above, above, called, ~called, waited)]
    return [
        ToldCount(str(key[0]), int(key[1]), _or_none(key[2]), _or_none(key[3]), *sums)
        for key, *sums in zip(groups.keys, *columns, strict=True)
    ]


class _Groups:
    """The groups that legs fall into: `keys` in their order, and of each leg the place of its group in `of`."""

    def __init__(self, legs: Legs, grouping: Sequence[str]) -> None:
        codes = np.zeros(len(legs), dtype=np.int64)
        labels: list[list[str | int]] = []
        for name in grouping:
            place, known = _coded(legs, name)
            codes = codes * len(known) + place
            labels.append(known)
        found, self.of = _distinct(codes, prod(map(len, labels)))
        self.keys = [_key(int(code), labels) for code in found]

    def sums(self, values: Numbers) -> list[int]:
        """Return the sum of a column in each group. Every sum is below 2**53, in which a float is exact."""
        sums: list[int] = np.bincount(self.of, values, len(self.keys)).astype(np.int64).tolist()
        return sums


@dataclass(frozen=True, slots=True)
class _Ordered:
    """Times in order, the shortest first, and the place of each one's leg."""

    legs: Numbers
    times: Numbers

    @classmethod
    def of(cls, known: Numbers, times: Numbers) -> _Ordered:
        order = np.argsort(times)
        return cls(np.flatnonzero(known)[order], times[order])

    def by(self, groups: _Groups) -> list[Times]:
        """Return the times of each group."""
        small = (
            np.uint16 if len(groups.keys) <= 1 << 16 else np.int64
        )  # numpy puts small numbers in order by their digits
        of = groups.of[self.legs].astype(small)
        times = self.times[np.argsort(of, kind="stable")]
        counts = np.bincount(of, minlength=len(groups.keys))
        ends = np.cumsum(counts)
        sums = np.add.reduceat(np.append(times, 0), ends - counts)
        ranks = [_at(times, ends - counts + np.maximum(-(-counts * percent // 100) - 1, 0)) for percent in PERCENTS]
        every = zip(counts.tolist(), sums.tolist(), *(rank.tolist() for rank in ranks), strict=True)
        return [Times(*one) if one[0] else Times() for one in every]


def _figures(groups: _Groups, sums: dict[str, Numbers], times: dict[str, _Ordered]) -> dict[Key, VisitFigures]:
    counted = {name: groups.sums(column) for name, column in sums.items()}
    kept, offered = counted.pop("kept"), counted.pop("offered")
    timed = {name: one.by(groups) for name, one in times.items()}
    columns: dict[str, list[Any]] = {**counted, **timed}
    found = {}
    for place, key in enumerate(groups.keys):
        values = {name: column[place] for name, column in columns.items()}
        found[key] = VisitFigures(promise=Share(kept[place], offered[place]), **values)
    return found


def _coded(legs: Legs, name: str) -> tuple[Numbers, list[str | int]]:
    """Return of each leg the place of its value, among the values in order."""
    found: list[Any]
    if name in DAYS:
        column, found = legs.day, [DAYS[name](day) for day in legs.days]
    elif name in legs.values:
        column, found = legs[name], list(legs.values[name])
    else:
        of = HOURS.get(name, 1)
        known, column = np.unique(legs["half_hour" if name in HOURS else name], return_inverse=True)
        found = [value // of for value in known.tolist()]
    ordered = sorted(set(found))
    places = {value: place for place, value in enumerate(ordered)}
    return np.array([places[value] for value in found], dtype=np.int64)[column], ordered


def _distinct(codes: Numbers, size: int) -> tuple[Numbers, Numbers]:
    """Return the codes that there are, in order, and of each one its place among them; all are below `size`."""
    if size > MOST_CODES:
        found, places = np.unique(codes, return_inverse=True)
        return found, places
    there = np.bincount(codes, minlength=size) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[codes]


def _key(code: int, labels: Sequence[Sequence[str | int]]) -> Key:
    key: list[str | int] = []
    for known in reversed(labels):
        code, place = divmod(code, len(known))
        key.append(known[place])
    return tuple(reversed(key))


def _lengths(end: Numbers, begin: Numbers, without: Numbers | int = 0) -> tuple[Numbers, Numbers]:
    known = (end != NOTHING) & (begin != NOTHING)
    return known, np.maximum(end - begin - without, 0)[known]


def _at(times: Numbers, places: Numbers) -> Numbers:
    """Return the times at these places; of a group without times whatever lies there."""
    return times[np.minimum(places, len(times) - 1)] if len(times) else places


def _place(legs: Legs, name: str, value: str) -> int:
    known = list(legs.values[name])
    return known.index(value) if value in known else NOTHING


def _known_or(times: Numbers, until: int) -> Numbers:
    return np.where(times == NOTHING, until, times)


def _or_none(value: str | int) -> int | None:
    return None if value == NOTHING else int(value)
