"""What past days would have been with another credit, and which one is advised."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antrean.queueing.keeping.report_rows import VisitRow, rows_of
from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.credit import (
    TRIED,
    Advice,
    Both,
    DayCount,
    Figures,
    advice,
    as_values,
    figures,
    from_values,
    waits_as_they_were,
    waits_with,
)
from antrean.simulation.demand import DemandModel, invent_day
from antrean.simulation.engine import run
from antrean.simulation.from_rows import DayOfRows
from tests.conftest import small_plan
from tests.reporting.rows import visit_row

MINUTE = 60_000_000
EIGHT = 1_795_482_000_000_000  # 2026-11-24 01:00 UTC
DAY = date(2026, 11, 24)
BUSY = Both(Figures(900, 13.0, 38.0, 20.0), Figures(100, 5.0, 20.0, 3.0))
CALM = Both(Figures(900, 10.0, 30.0, 14.0), Figures(100, 10.0, 30.0, 14.0))


def a_day(plan: OfficePlan, seed: int, share: float, visitors: int = 250) -> DayOfRows:
    model = DemandModel({"card": 3.0, "family": 1.0}, {"card": 2.0, "family": 5.0}, priority=share)
    rows = rows_of(run(invent_day(DAY, plan, visitors, seed, model)).day, lambda _seq: plan)
    return DayOfRows(DAY, rows.visits, rows.spans, rows.pauses)


def by_hand(*visitors: tuple[float, bool], serve: float) -> DayOfRows:
    """Return a day of one counter for cards: who came so many minutes after eight, with priority or without."""
    rows: list[VisitRow] = []
    free = 0.0
    for issued, (came, priority) in enumerate(visitors, 1):
        called = max(free, came)
        free = called + serve
        at, start, end = (EIGHT + round(minutes * MINUTE) for minutes in (came, called, free))
        rows.append(
            visit_row(
                issued=issued, priority=int(priority), issued_at=at, waiting_since=at, called_at=start,
                started_at=start, ended_at=end, counter="1", end="completed", state="completed",
            )
        )  # fmt: skip
    made = run(invent_day(DAY, small_plan(), 1, 1, DemandModel({"card": 1.0}))).day
    span = rows_of(made, lambda _seq: small_plan()).spans[0]
    opened = replace(span, counter="1", opened_at=EIGHT - MINUTE, closed_at=EIGHT + round(free + 1) * MINUTE)
    return DayOfRows(DAY, rows, [opened], [])


def counted(share: float, days: int = 20, visitors: int = 200) -> list[DayCount]:
    return [DayCount(DAY - timedelta(days=n), visitors, round(visitors * share / 100)) for n in range(days)]


def advised(plan: OfficePlan, share: float, days: int = 10, **also: Both) -> Advice:
    worked = {0: CALM, 10: BUSY, 20: BUSY, 30: BUSY, 40: BUSY}
    return advice(counted(share), worked, also.get("were", BUSY), days, plan)


def test_by_arrival_nobody_is_called_before_one_who_came_first_and_with_credit_one_is() -> None:
    """A hand-made queue of one counter, ten minutes each; the fourth has priority and comes at 3.

    By arrival they wait 0, 9, 18, 27 and 36 minutes. With 20 minutes, due times are 0, 1, 2, -17 and 4: the one with
    priority is called second, after 7 minutes, and two others wait ten minutes longer.
    """
    day = by_hand((0, False), (1, False), (2, False), (3, True), (4, False), serve=10)
    without, with_it = waits_with(day, small_plan(), 0), waits_with(day, small_plan(), 20)
    assert sorted(without.regular.times) == [0, 90, 180, 360]
    assert list(without.priority.times) == [270]
    assert sorted(with_it.regular.times) == [0, 190, 280, 360]
    assert list(with_it.priority.times) == [70]
    assert (without.regular.past, with_it.regular.past) == (1, 1)  # the promise is 30 minutes
    assert waits_as_they_were(day, small_plan()) == without


@settings(max_examples=12, deadline=None)
@given(st.lists(st.booleans(), min_size=30, max_size=60), st.integers(0, 3))
def test_without_credit_priority_changes_nobodys_wait(priorities: Sequence[bool], pace: int) -> None:
    """Whoever of them has priority: the waits of all together are those of a day on which nobody has it."""
    came = [n * (1.0 + pace / 2) for n in range(len(priorities))]
    plan = small_plan()
    mixed = waits_with(by_hand(*zip(came, priorities, strict=True), serve=3), plan, 0)
    alike = waits_with(by_hand(*((at, False) for at in came), serve=3), plan, 0)
    assert sorted([*mixed.regular.times, *mixed.priority.times]) == sorted(alike.regular.times)


def test_without_credit_both_classes_have_the_same_median_and_more_never_makes_that_of_priority_longer(
    plan: OfficePlan,
) -> None:
    days = [a_day(plan, seed, 0.4) for seed in range(1, 7)]
    by = {credit: figures(waits_with(day, plan, credit) for day in days) for credit in TRIED}
    medians = [by[credit].priority.p50 or 0.0 for credit in TRIED]
    regular = [by[credit].regular.p50 or 0.0 for credit in TRIED]
    assert medians[0] == pytest.approx(regular[0], abs=2.0)
    assert medians[0] > medians[-1] + 5
    for smaller, larger in pairwise(medians):
        assert larger <= smaller + 0.5
    assert regular[-1] > regular[0] + 3
    assert by[40].regular.past > by[0].regular.past


def test_the_same_day_always_comes_to_the_same_and_goes_through_json(plan: OfficePlan) -> None:
    day = a_day(plan, 1, 0.2, 120)
    found = waits_with(day, plan, 20)
    assert waits_with(day, plan, 20) == found == from_values(json.loads(json.dumps(as_values(found))))
    assert found.regular.visitors + found.priority.visitors == 120


@pytest.mark.parametrize(
    ("share", "minutes"), [(5, 40), (19, 40), (20, 40), (21, 20), (35, 20), (50, 20), (51, 10), (80, 10)]
)
def test_the_more_have_priority_the_less_is_advised(plan: OfficePlan, share: float, minutes: int) -> None:
    assert advised(plan, share).minutes == minutes


def test_fewer_than_five_days_or_nobody_with_priority_bring_no_advice(plan: OfficePlan) -> None:
    assert (advised(plan, 10, days=4).minutes, advised(plan, 10, days=4).missing) == (None, "days")
    assert (advised(plan, 0).minutes, advised(plan, 0).missing) == (None, "priority")
    assert advice([], {}, Both(), 0, plan).missing == "days"


def test_it_is_said_unasked_only_by_a_clear_margin_and_without_doubt(plan: OfficePlan) -> None:
    assert plan.credit_minutes == 20
    assert advised(plan, 10).clear
    assert not advised(plan, 35).clear  # it is 20, as it is set
    assert not advised(replace(plan, credit_minutes=35), 10).clear
    assert not advised(replace(plan, discipline="first_come_first_served"), 10).clear
    near = advised(plan, 19)
    assert ("share_near" in near.unsure, near.clear) == (True, False)


def test_what_is_unsure_is_told(plan: OfficePlan) -> None:
    worked = {0: CALM, 10: BUSY, 20: BUSY, 30: BUSY, 40: replace(BUSY, regular=replace(BUSY.regular, past=25.0))}
    few = [DayCount(DAY, 30, 3)] * 6
    assert advice(few, worked, BUSY, 6, plan).unsure == ("few_days", "few_priority", "costs_much")
    nobody_waits = dict.fromkeys((0, 10, 20, 30, 40), CALM)
    assert advice(counted(10), nobody_waits, CALM, 10, plan).unsure == ("no_difference",)
    really = replace(BUSY, regular=replace(BUSY.regular, p50=30.0))
    assert advised(plan, 10, were=really).unsure == ("far_from_true",)
