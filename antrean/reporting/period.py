"""The figures of a period by day, week, month, weekday, hour or what else visits are told apart by. Pure arithmetic.

The database gives cells, in which legs of one day, one half hour or one service are added up; here they become groups.
A year has some thousand cells: nothing here takes long without letting others go on.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from antrean.reporting.figures import Share, Times, VisitFigures
from antrean.storage.reports.group import BY, DAY, HALF_HOUR, Cell, Key

DAYS: dict[str, Callable[[date], str | int]] = {
    "day": date.isoformat,
    "week": lambda day: (day - timedelta(days=day.weekday())).isoformat(),  # its Monday
    "month": lambda day: day.isoformat()[:7],
    "weekday": date.weekday,  # Monday is 0
}
HOURS: dict[str, Callable[[int], int]] = {"half_hour": lambda half: half, "hour": lambda half: half // 2}
GROUPS = (*DAYS, *HOURS, *BY)
SUMS = (
    "tickets", "persons", "served", "no_show", "left", "unfinished", "sent_on", "kept", "offered", "holds", "missing",
)  # fmt: skip


def columns_of(groupings: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the columns whose cells make all these groupings, in the order in which the database has them."""
    names = {_column(name) for grouping in groupings for name in grouping}
    return tuple(name for name in (DAY, HALF_HOUR, *BY) if name in names)


def grouped(
    cells: Iterable[Cell], columns: Sequence[str], groupings: Sequence[Sequence[str]]
) -> list[dict[Key, VisitFigures]]:
    """Return the figures of each grouping by its keys, in their order; `columns` are those of the cells.

    Keys are ISO dates of days, and of the Mondays of ISO weeks, months as `2026-11`, weekdays from 0 for Monday on,
    half hours and hours from 0 on, and else what the rows have. Of a grouping by nothing the key is ().
    """
    keyed = [_Keys(columns, grouping) for grouping in groupings]
    found: list[dict[Key, _Gathered]] = [{} for _ in groupings]
    for cell in cells:
        waits, walks, services = _times(cell.waits), _times(cell.walks), _times(cell.services)
        for keys, groups in zip(keyed, found, strict=True):
            key = keys.of(cell.key)
            group = groups.get(key)
            if group is None:
                group = groups[key] = _Gathered()
            group.add(cell, waits, walks, services)
    return [{key: groups[key].figures() for key in sorted(groups)} for groups in found]


@dataclass(slots=True)
class _Gathered:
    """What cells of one group come to. Their times are put in order once, at the end."""

    sums: list[int] = field(default_factory=lambda: [0] * len(SUMS))
    waits: array[int] = field(default_factory=lambda: array("q"))
    walks: array[int] = field(default_factory=lambda: array("q"))
    services: array[int] = field(default_factory=lambda: array("q"))

    def add(self, cell: Cell, waits: array[int], walks: array[int], services: array[int]) -> None:
        sums = self.sums
        sums[0] += cell.tickets
        sums[1] += cell.persons
        sums[2] += cell.served
        sums[3] += cell.no_show
        sums[4] += cell.left
        sums[5] += cell.unfinished
        sums[6] += cell.sent_on
        sums[7] += cell.kept
        sums[8] += cell.offered
        sums[9] += cell.holds
        sums[10] += cell.missing
        self.waits.extend(waits)
        self.walks.extend(walks)
        self.services.extend(services)

    def figures(self) -> VisitFigures:
        known = dict(zip(SUMS, self.sums, strict=True))
        return VisitFigures(
            promise=Share(known.pop("kept"), known.pop("offered")),
            waits=_in_slices(self.waits),
            walks=_in_slices(self.walks),
            services=_in_slices(self.services),
            **known,
        )


AT_ONCE = 5_000  # times that are put in order in one go: a millisecond, in which nothing else runs


def _in_slices(times: array[int]) -> Times:
    if len(times) <= AT_ONCE:
        return Times.of(times)
    return Times.over([array("q", sorted(times[at : at + AT_ONCE])) for at in range(0, len(times), AT_ONCE)])


class _Keys:
    """The keys of a grouping, from those of cells."""

    def __init__(self, columns: Sequence[str], grouping: Sequence[str]) -> None:
        self._parts = [(columns.index(_column(name)), name) for name in grouping]
        self._known: dict[Key, Key] = {}

    def of(self, cell: Key) -> Key:
        asked = tuple(cell[place] for place, _name in self._parts)
        found = self._known.get(asked)
        if found is None:
            found = tuple(_key(name, value) for (_, name), value in zip(self._parts, asked, strict=True))
            self._known[asked] = found
        return found


def _key(name: str, value: str | int) -> str | int:
    if name in DAYS:
        return DAYS[name](date.fromisoformat(str(value)))
    return HOURS[name](int(value)) if name in HOURS else value


def _column(name: str) -> str:
    if name in DAYS:
        return DAY
    return HALF_HOUR if name in HOURS else name


def _times(text: str | None) -> array[int]:
    return array("q", map(int, text.split(","))) if text else array("q")
