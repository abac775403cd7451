"""A past day is run again from what reports keep of it, and comes to what it was."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import fmean

import pytest

from antrean.queueing.keeping.report_rows import rows_of
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from antrean.simulation.demand import DemandModel, invent_day
from antrean.simulation.engine import run
from antrean.simulation.from_rows import DayOfRows, scenario_of
from tests.reporting.rows import visit_row

DAY = date(2026, 11, 24)
MODEL = DemandModel({"card": 3.0, "family": 1.0}, {"card": 2.0, "family": 5.0}, priority=0.3)
MINUTE = 60_000_000
EIGHT = 1_795_482_000_000_000  # 2026-11-24 01:00 UTC


def waits(tickets: list[Ticket], priority: bool) -> list[float]:
    return [
        (ticket.legs[0].called_at - ticket.issued_at).total_seconds()
        for ticket in tickets
        if ticket.priority is priority and ticket.legs[0].called_at is not None
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_day_under_its_own_rule_comes_to_the_mean_wait_of_each_class(plan: OfficePlan, seed: int) -> None:
    made = run(invent_day(DAY, plan, 250, seed, MODEL)).day
    rows = rows_of(made, lambda _seq: plan)
    again = run(scenario_of(DayOfRows(DAY, rows.visits, rows.spans, rows.pauses), plan)).day
    assert len(again.tickets) == len(made.tickets)
    for priority in (False, True):
        true = fmean(waits(list(made.tickets.values()), priority))
        assert fmean(waits(list(again.tickets.values()), priority)) == pytest.approx(true, rel=0.1, abs=30)


def test_times_counters_and_ends_are_those_of_the_rows(plan: OfficePlan) -> None:
    times = {"issued_at": EIGHT, "waiting_since": EIGHT}
    served = visit_row(
        **times, called_at=EIGHT + 5 * MINUTE, started_at=EIGHT + 6 * MINUTE, ended_at=EIGHT + 16 * MINUTE,
        held=4 * MINUTE, counter="9", end="completed", state="completed", priority=1,
    )  # fmt: skip
    left = visit_row(**times, issued=2, ended_at=EIGHT + 30 * MINUTE, state="cancelled")
    absent = visit_row(
        **times, issued=3, called_at=EIGHT + 20 * MINUTE, ended_at=EIGHT + 22 * MINUTE, end="no_show", state="no_show"
    )
    mistaken = visit_row(**times, issued=4, offered=0, ended_at=EIGHT + MINUTE, state="cancelled")
    gone = visit_row(**times, issued=5, service="old", promise=15)
    found = scenario_of(DayOfRows(DAY, [served, left, absent, mistaken, gone], [], []), plan)
    one, two, three, five = found.visitors
    assert (one.priority, one.legs[0].walk, one.legs[0].serve) == (
        True, timedelta(minutes=1), timedelta(minutes=6),
    )  # fmt: skip
    assert (two.legs[0].patience, two.legs[0].serve) == (timedelta(minutes=30), timedelta(minutes=10))
    assert (three.legs[0].end, three.legs[0].serve) == ("no_show", None)
    assert five.legs[0].patience is None
    assert found.plan.service("old").promised_wait == 15


def test_a_counter_that_left_at_noon_is_gone_and_one_that_stayed_to_the_end_serves_the_last(plan: OfficePlan) -> None:
    made = run(invent_day(DAY, plan, 120, 1, MODEL)).day
    rows = rows_of(made, lambda _seq: plan)
    span = rows.spans[0]
    early = type(span)(**{
        name: getattr(span, name) for name in span.__slots__
    } | {"closed_at": span.opened_at + 60 * MINUTE})  # fmt: skip
    found = scenario_of(DayOfRows(DAY, rows.visits, [early, *rows.spans[1:]], []), plan)
    ends = {shift.counter.code: shift.changes[-1][1] for shift in found.shifts}
    assert ends.pop(span.counter) == "close"
    assert set(ends.values()) == {"close_when_empty"}
