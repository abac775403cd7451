"""What priority is worth: what past days would have been with another credit, and which one is advised, and why.

The advice goes by the share of visitors with priority: the more have it, the more everybody else pays for it. What
it would have cost on the office's own days stands beside it, and what speaks against it. Nothing here changes a plan.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.engine import run
from antrean.simulation.from_rows import DayOfRows, scenario_of

TRIED = (0, 10, 20, 30, 40)  # minutes
# Up to so many of 100 visitors with priority, so many minutes.
BY_SHARE = ((20, 40), (50, 20), (100, 10))
MUCH_MORE = 10  # of 100 regular visitors past the promise, because of the credit: a high price for it
LEAST_DAYS = 5
LEAST_PRIORITY = 50  # visitors: of fewer the waits are much by chance
NEAR = 2  # of 100 visitors: so near to where the advice changes, next week may bring another one
CLEAR = 10  # minutes between what is set and what is advised: less than that is no reason to speak
LITTLE = 1.0  # minutes: waits that differ by less are the same
APART = (3.0, 0.25)  # minutes, and the share of what it really was: worked out so far from it is unsure
TENTH = timedelta(seconds=6)
LONGEST = 0xFFFF  # tenths of minutes
DOUBTS = frozenset({"few_priority", "share_near", "costs_much", "no_difference"})  # under which nobody is hinted

Unsure = Literal["few_priority", "share_near", "costs_much", "no_difference", "far_from_true", "few_days"]
Missing = Literal["days", "priority", ""]


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many numbers of a past day there were, and how many of them had priority."""

    day: date
    visitors: int
    priority: int


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits of one class of visitors until their first call, in tenths of minutes.

    Of `visitors`, `past` were not called within the promise of their service: later, or never.
    """

    times: array[int]
    visitors: int
    past: int


@dataclass(frozen=True, slots=True)
class Classes:
    """The waits of both classes of visitors on one day."""

    regular: Waits
    priority: Waits


@dataclass(frozen=True, slots=True)
class Figures:
    """Waits of one class of visitors over some days, in minutes: half waited `p50` at most, nine of ten `p90`.

    None where nobody was called. So many of 100 were `past` the promise of their service before they were called.
    """

    visitors: int = 0
    p50: float | None = None
    p90: float | None = None
    past: float = 0.0


@dataclass(frozen=True, slots=True)
class Both:
    """The figures of both classes of visitors."""

    regular: Figures = Figures()
    priority: Figures = Figures()


@dataclass(frozen=True, slots=True)
class Advice:
    """Which credit is advised: `minutes`, None where something is `missing`.

    It is based on `days` that were worked out, and on `share`, how many of 100 visitors have priority, of `share_days`.
    `clear` is whether it is far enough from what is set, and sure enough, to be said without being asked.
    """

    minutes: int | None
    missing: Missing
    days: int
    share: float
    share_days: int
    unsure: tuple[Unsure, ...]
    clear: bool


def waits_with(found: DayOfRows, plan: OfficePlan, credit: int) -> Classes:
    """Return what a past day would have been under the plan, by due time and with this credit.

    The same visitors come at the same moments and are served as long as they really were.
    """
    plan = replace(plan, discipline="earliest_due_date", credit_minutes=credit)
    scenario = scenario_of(found, plan)
    seen = (
        (
            bool(ticket.priority),
            ticket.legs[0].service,
            next((leg.called_at - ticket.issued_at for leg in ticket.legs if leg.called_at is not None), None),
        )
        for ticket in run(scenario).day.tickets.values()
    )
    return _classes(seen, scenario.plan)


def waits_as_they_were(found: DayOfRows, plan: OfficePlan) -> Classes:
    """Return how long visitors really waited on a past day, held against the promises of the plan."""
    plan = scenario_of(found, plan).plan
    seen = (
        (
            bool(rows[0].priority),
            rows[0].service,
            next(
                (timedelta(microseconds=row.called_at - row.issued_at) for row in rows if row.called_at is not None),
                None,
            ),
        )
        for rows in found.tickets()
    )
    return _classes(seen, plan)


def advice(counts: Sequence[DayCount], worked: Mapping[int, Both], were: Both, days: int, plan: OfficePlan) -> Advice:
    """Return which credit is advised. `counts` are the days of which the share is, `worked` the waits by credit.

    `were` are the true waits of the `days` that were worked out.
    """
    visitors = sum(one.visitors for one in counts)
    with_priority = sum(one.priority for one in counts)
    share = 100 * with_priority / visitors if visitors else 0.0
    missing: Missing = "days" if days < LEAST_DAYS else "" if with_priority else "priority"
    if missing:
        return Advice(None, missing, days, share, len(counts), (), clear=False)
    minutes = next(credit for most, credit in BY_SHARE if share <= most)
    unsure: list[Unsure] = []
    if len(counts) < 2 * LEAST_DAYS:
        unsure.append("few_days")
    if with_priority < LEAST_PRIORITY:
        unsure.append("few_priority")
    if any(abs(share - most) < NEAR for most, _credit in BY_SHARE[:-1]):
        unsure.append("share_near")
    if worked[minutes].regular.past - worked[0].regular.past > MUCH_MORE:
        unsure.append("costs_much")
    if _is_the_same(worked[0], worked[max(TRIED)]):
        unsure.append("no_difference")
    if _is_far(worked.get(plan.credit_minutes), were):
        unsure.append("far_from_true")
    sure = plan.discipline == "earliest_due_date" and not DOUBTS & set(unsure)
    clear = sure and abs(minutes - plan.credit_minutes) >= CLEAR
    return Advice(minutes, "", days, share, len(counts), tuple(unsure), clear)


def figures(days: Iterable[Classes]) -> Both:
    """Return what these days come to together."""
    found = list(days)
    return Both(_figures([one.regular for one in found]), _figures([one.priority for one in found]))


def as_values(found: Classes) -> dict[str, Any]:
    """Return the waits of a day as JSON values."""
    pairs = (("regular", found.regular), ("priority", found.priority))
    return {name: [list(one.times), one.visitors, one.past] for name, one in pairs}


def from_values(told: Mapping[str, Any]) -> Classes:
    """Return the waits of these JSON values."""
    return Classes(**{name: Waits(array("H", times), visitors, past) for name, (times, visitors, past) in told.items()})


def _figures(days: Sequence[Waits]) -> Figures:
    times = sorted(time for day in days for time in day.times)
    visitors = sum(day.visitors for day in days)
    past = 100 * sum(day.past for day in days) / visitors if visitors else 0.0
    if not times:
        return Figures(visitors, None, None, past)
    p50, p90 = (times[(len(times) * percent + 99) // 100 - 1] / 10 for percent in (50, 90))  # nearest rank
    return Figures(visitors, p50, p90, past)


def _classes(seen: Iterable[tuple[bool, str, timedelta | None]], plan: OfficePlan) -> Classes:
    """Return the waits of visitors of whom is known: priority, service, and how long they waited for their call."""
    times: dict[bool, list[int]] = {False: [], True: []}
    visitors, past = {False: 0, True: 0}, {False: 0, True: 0}
    for priority, service, waited in seen:
        visitors[priority] += 1
        if waited is not None:
            times[priority].append(min(max(round(waited / TENTH), 0), LONGEST))
        past[priority] += waited is None or waited > timedelta(minutes=plan.service(service).promised_wait)
    regular, first = (Waits(array("H", times[one]), visitors[one], past[one]) for one in (False, True))
    return Classes(regular, first)


def _is_the_same(one: Both, other: Both) -> bool:
    """Whether hardly anybody would have waited longer or shorter."""
    pairs = ((one.regular, other.regular), (one.priority, other.priority))
    times = [pair for a, b in pairs for pair in ((a.p50, b.p50), (a.p90, b.p90))]
    return all(abs((a or 0.0) - (b or 0.0)) < LITTLE for a, b in times)


def _is_far(worked: Both | None, were: Both) -> bool:
    """Whether what is worked out for the credit that is set is far from what it really was."""
    if worked is None:
        return False
    minutes, share = APART
    true, found = were.regular.p50 or 0.0, worked.regular.p50 or 0.0
    return abs(found - true) > max(minutes, share * true)
