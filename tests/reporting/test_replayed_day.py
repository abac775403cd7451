"""A day that is over, replayed: near the day it was, better with one more counter, and silent where it does not fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from antrean.commands.sample_office import MIX, SERVE, sample_plan
from antrean.queueing.events import TicketIssued
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping.report_rows import MINUTE
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.figures import Times
from antrean.reporting.replayed_day import _near, opened_earlier, what_if
from antrean.reporting.what_if import Waits, as_values, from_values
from antrean.simulation.demand import DemandModel, counters, invent_day
from antrean.simulation.engine import run
from antrean.simulation.replay import script
from antrean.simulation.scenario import Standstill

DAY = date(2026, 11, 23)


def a_day(number: int, visitors: int = 120) -> tuple[list[JournalEntry], OfficePlan]:
    plan = replace(sample_plan("test"), counters=counters(sample_plan("test"), number))
    day = run(invent_day(DAY, plan, visitors, 5, DemandModel(MIX, SERVE, between=0.7)))
    return list(day.entries), plan


@pytest.fixture(scope="module")
def busy() -> tuple[list[JournalEntry], OfficePlan]:
    return a_day(2)


def test_the_replay_is_within_a_tenth_of_the_day_and_another_counter_shortens_it(
    busy: tuple[list[JournalEntry], OfficePlan],
) -> None:
    found = what_if(DAY, *busy)
    assert found is not None
    assert (found.fits, found.counters) == (True, 2)
    assert abs(found.again.times.mean - found.was.times.mean) <= found.was.times.mean / 10
    assert found.one_more is not None
    assert found.one_fewer is not None
    assert found.one_more.times.mean < found.was.times.mean < found.one_fewer.times.mean
    assert found.one_more.uncalled <= found.was.uncalled <= found.one_fewer.uncalled
    assert found.one_more.times.n + found.one_more.uncalled >= found.was.times.n
    assert found == what_if(DAY, *busy)
    assert from_values(as_values(found)) == found


def test_of_one_counter_none_can_be_missing() -> None:
    found = what_if(DAY, *a_day(1, 20))
    assert found is not None
    assert (found.one_fewer, found.one_more is not None) == (None, True)


def test_a_day_without_visitors_or_counters_is_not_replayed(busy: tuple[list[JournalEntry], OfficePlan]) -> None:
    entries, plan = busy
    assert what_if(DAY, [], plan) is None
    assert what_if(DAY + timedelta(days=1), entries, plan) is None
    assert what_if(DAY, [one for one in entries if isinstance(one.event, TicketIssued)][:1], plan) is None
    assert from_values(as_values(None)) is None


def test_counters_and_services_that_were_not_open_begin_earlier_and_visitors_come_when_they_came(
    busy: tuple[list[JournalEntry], OfficePlan],
) -> None:
    scenario, _ = script(DAY, *busy)
    half = timedelta(minutes=30)
    first = min(shift.changes[0][0] for shift in scenario.shifts)
    noon = Standstill("kk", first + 4 * half, first + 5 * half)
    before = Standstill("kia", first - 4 * half, first + half)
    short = Standstill("akta", first - timedelta(minutes=1), first)
    made = opened_earlier(replace(scenario, standstills=(before, short, noon)), half)
    assert made.visitors == scenario.visitors
    for shift, earlier in zip(scenario.shifts, made.shifts, strict=True):
        assert earlier.changes[0] == (shift.changes[0][0] - half, *shift.changes[0][1:])
        assert earlier.changes[1:] == shift.changes[1:]
    assert made.standstills == (replace(before, until=first), noon)


@pytest.mark.parametrize(
    ("mean", "p90", "near"),
    [(22, 40, True), (23, 40, False), (20, 44, True), (20, 45, False)],
)
def test_what_is_more_than_a_tenth_away_does_not_fit(mean: int, p90: int, near: bool) -> None:
    assert _near(waits(20, 40), waits(mean, p90)) is near


def test_a_minute_is_near_however_short_the_wait() -> None:
    assert _near(waits(2, 3), waits(3, 4))
    assert not _near(waits(2, 3), waits(4, 4))


def test_a_replay_that_does_not_fit_says_nothing_of_changes(
    busy: tuple[list[JournalEntry], OfficePlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antrean.reporting.replayed_day._near", lambda _was, _again: False)
    found = what_if(DAY, *busy)
    assert found is not None
    assert (found.fits, found.one_more, found.one_fewer, found.earlier) == (False, None, None, None)


def waits(mean: int, p90: int) -> Waits:
    return Waits(Times(1, mean * MINUTE, p90=p90 * MINUTE), 0, None)
