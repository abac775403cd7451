"""What an operator reads of the own work, beside what is usual in the office. Pure arithmetic.

Nothing of anybody else can be worked out of it: a service's usual time is of many numbers and of several people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from antrean.queueing.keeping.report_rows import PauseRow, ServedRow, SpanRow, VisitRow
from antrean.reporting.counter_time import FEWEST, CounterTime, by_operator
from antrean.reporting.figures import Times, served

FEWEST_PEOPLE = 3  # who served at a service: of two, either could work out how long the other takes


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A business day of an operator: how many were begun and ended (`served`), and calls with those repeated."""

    day: str
    served: int
    calls: int
    time: CounterTime


@dataclass(frozen=True, slots=True)
class OwnService:
    """How long an operator served at a service, and how long all of the office did.

    `own` is None of fewer than `FEWEST` numbers, of which `served` says how many there are. `office` is None where so
    few were served by everybody else, or where fewer than `FEWEST_PEOPLE` served at all.
    """

    service: str
    served: int
    own: Times | None
    office: Times | None


def own_days(
    operator: str, spans: Iterable[SpanRow], pauses: Iterable[PauseRow], visits: Iterable[VisitRow], until: int
) -> list[OwnDay]:
    """Return the days on which an operator sat at a counter or called somebody, newest first, from rows of theirs."""
    of_days: dict[str, tuple[list[SpanRow], list[PauseRow], list[VisitRow]]] = defaultdict(lambda: ([], [], []))
    for span in spans:
        of_days[span.business_day][0].append(span)
    for pause in pauses:
        of_days[pause.business_day][1].append(pause)
    for visit in visits:
        of_days[visit.business_day][2].append(visit)
    found = []
    for day in sorted(of_days, reverse=True):
        time = by_operator(*of_days[day], until).get(operator)
        if time is not None:
            legs = of_days[day][2]
            found.append(OwnDay(day, time.services.n, sum(row.calls for row in legs), time))
    return found


def own_services(operator: str, rows: Iterable[ServedRow]) -> list[OwnService]:
    """Return how long an operator served at each service at which they did, in the order of their codes."""
    of_services: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        time = served(row)
        if time is not None and row.operator:
            of_services[row.service][row.operator].append(time)
    return [_of_service(code, operator, times) for code, times in sorted(of_services.items()) if operator in times]


def _of_service(code: str, operator: str, times: dict[str, list[int]]) -> OwnService:
    own = times[operator]
    every = [time for of_one in times.values() for time in of_one]
    usual = len(times) >= FEWEST_PEOPLE and len(every) - len(own) >= FEWEST
    return OwnService(code, len(own), Times.of(own) if len(own) >= FEWEST else None, Times.of(every) if usual else None)
