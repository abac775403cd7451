"""The figures of a month for the head of an office: in all, by service and by day. Pure arithmetic.

In a version that is published, small counts are left out, and times and shares of few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from antrean.reporting.figures import Share, VisitFigures
from antrean.reporting.half_hours import SMALLEST
from antrean.reporting.small_cells import Cell, hidden
from antrean.reporting.tables import Table, Value

SECOND = 1_000_000  # microseconds
COUNTS = ("tickets", "served", "no_show", "left")
HEADS = (
    "tickets", "persons", "served", "no_show", "left", "wait_p50_seconds", "wait_p90_seconds", "wait_longest_seconds",
    "service_p50_seconds", "promise_kept",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the report, by its `key`: a day, a service, or "" for all. None is left out of what is published.

    Times are microseconds and None where there are none.
    """

    key: str
    tickets: int | None
    persons: int | None
    served: int | None
    no_show: int | None
    left: int | None
    wait_p50: int | None
    wait_p90: int | None
    wait_longest: int | None
    service_p50: int | None
    promise: Share | None

    def values(self) -> tuple[Value, ...]:
        """Return the line as `HEADS` name it."""
        times = (self.wait_p50, self.wait_p90, self.wait_longest, self.service_p50)
        kept = self.promise.part / self.promise.whole if self.promise and self.promise.whole else None
        counts = (self.tickets, self.persons, self.served, self.no_show, self.left)
        return (*counts, *(None if time is None else round(time / SECOND) for time in times), kept and round(kept, 4))


@dataclass(frozen=True, slots=True)
class Month:
    """A month: all of it, its services in the order given, and its days in theirs."""

    office: Line
    services: tuple[Line, ...]
    days: tuple[Line, ...]


def month_of(
    office: VisitFigures,
    services: Mapping[str, VisitFigures],
    days: Mapping[date, VisitFigures],
    published: bool = False,
) -> Month:
    """Return the lines of a month from its figures."""
    of_services = {"": office, **services}
    of_days = {"": office, **{day.isoformat(): figures for day, figures in days.items()}}
    gone = _gone(_counts(of_services), _counts(of_days)) if published else (set(), set())
    lines = _lines(of_services, gone[0], published)
    return Month(lines[0], lines[1:], _lines(of_days, gone[1], published)[1:])


def _counts(groups: Mapping[str, VisitFigures]) -> list[list[int]]:
    return [[getattr(figures, name) for name in COUNTS] for figures in groups.values()]


def _gone(services: Sequence[Sequence[int]], days: Sequence[Sequence[int]]) -> tuple[set[Cell], set[Cell]]:
    """Return what is left out of two tables with the same first row: what one of them shows there, the other does."""
    of_services, of_days = hidden(services), hidden(days)
    while (sums := _sums(of_services)) != (others := _sums(of_days)):
        of_services, of_days = hidden(services, sums | others), hidden(days, sums | others)
    return of_services, of_days


def _sums(gone: set[Cell]) -> set[Cell]:
    return {cell for cell in gone if cell[0] == 0}


def month_tables(month: Month) -> list[Table]:
    """Return a month as tables: its sums, its services and its days."""
    return [
        Table("month", HEADS, [month.office.values()]),
        Table("services", ("service", *HEADS), [(line.key, *line.values()) for line in month.services]),
        Table("days", ("day", *HEADS), [(date.fromisoformat(line.key), *line.values()) for line in month.days]),
    ]


def _lines(groups: Mapping[str, VisitFigures], gone: set[Cell], published: bool) -> tuple[Line, ...]:
    return tuple(
        _line(key, figures, [(row, column) in gone for column in range(len(COUNTS))], published)
        for row, (key, figures) in enumerate(groups.items())
    )


def _line(key: str, figures: VisitFigures, gone: Sequence[bool], published: bool) -> Line:
    few = SMALLEST if published else 1
    tickets, served, no_show, left = (
        None if away else getattr(figures, name) for name, away in zip(COUNTS, gone, strict=True)
    )
    waits, times = figures.waits, figures.services
    return Line(
        key=key,
        tickets=tickets,
        persons=None if tickets is None else figures.persons,
        served=served,
        no_show=no_show,
        left=left,
        wait_p50=waits.p50 if waits.n >= few else None,
        wait_p90=waits.p90 if waits.n >= few else None,
        # The longest one is of one visitor alone.
        wait_longest=waits.longest if waits.n and not published else None,
        service_p50=times.p50 if times.n >= few else None,
        promise=figures.promise if figures.promise.whole >= few else None,
    )
