"""Near closing time: the interval stays what the queue says, and whether somebody is reached is a fact beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing import events as e
from antrean.queueing.estimation.formula import Estimator
from antrean.queueing.estimation.open_time import Breaks
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.model import OfficePlan
from tests.examples import examples
from tests.queueing.estimation.test_day import Morning
from tests.queueing.hours.test_calendar import HOURS, ZONES, each_zone, local, office

TUESDAY, FRIDAY = "2026-11-24", "2026-11-27"
LEVELS = ["", "may_not_be_served_today", "unlikely"]


def morning(plan: OfficePlan, begins: str, waiting: int = 20, calls: int = 8, minutes: float = 4.0) -> Morning:
    """Return a day on which counter 1 calls a card visitor every so many minutes from this time on."""
    found = Morning(plan, date.fromisoformat(begins[:10]))
    found.at = local(plan, begins)
    found.sit("1")
    for _ in range(waiting):
        found.issue(by_staff=True)
    for _ in range(calls):
        found.forward(minutes)
        found.call()
    return found


def reach(found: Morning, at: datetime | None = None) -> str:
    return found.watch.reach_of_arrival("card", at or found.at)


def told(found: Morning) -> tuple[int, int]:
    wait = found.watch.for_arrival("card", found.at)
    assert wait is not None
    return wait


@each_zone
def test_whoever_stands_too_far_back_may_not_be_served_and_the_wait_is_not_squeezed(zone: str) -> None:
    early, late = morning(office(zone), f"{TUESDAY} 08:00"), morning(office(zone), f"{TUESDAY} 13:50")
    assert told(early) == told(late)
    assert reach(early) == ""
    assert reach(late) == "may_not_be_served_today"  # at 14:22, about 50 minutes before an office that closes at 15:00
    assert reach(morning(office(zone), f"{TUESDAY} 14:28")) == "unlikely"


@each_zone
def test_friday_closes_earlier(zone: str) -> None:
    assert reach(morning(office(zone), f"{FRIDAY} 13:20", waiting=14)) == "may_not_be_served_today"
    assert reach(morning(office(zone), f"{TUESDAY} 13:20", waiting=14)) == ""


@pytest.mark.parametrize("zone", ZONES[:3])
def test_each_ticket_has_a_fact_of_its_own(zone: str) -> None:
    found = morning(office(zone), f"{TUESDAY} 14:05")
    figures = found.day.ahead.figures(found.day, found.plan, found.at)
    facts = [
        found.watch.reach_of_ticket(ticket, figures[ticket.number].own, found.at)
        for ticket in found.day.tickets.values()
        if ticket.state == "waiting"
    ]
    assert facts[0] == ""
    assert facts[-1] != ""
    assert [LEVELS.index(fact) for fact in facts] == sorted(LEVELS.index(fact) for fact in facts)


@given(minutes=st.integers(0, 119), waiting=st.integers(9, 60))
@examples(40)
def test_the_first_who_may_not_be_served_is_found_without_asking_about_all(minutes: int, waiting: int) -> None:
    found = morning(office(), f"{TUESDAY} {13 + minutes // 60}:{minutes % 60:02d}", waiting=waiting)
    left = waiting - 8
    every = [found.watch.reach_of_ticket(next(iter(found.day.waiting)), ahead, found.at) for ahead in range(left)]
    first = found.watch.first_beyond("card", found.at)
    assert [bool(one) for one in every] == [first is not None and ahead >= first for ahead in range(left)]


@each_zone
def test_a_break_ahead_is_waited_through_and_is_no_time_of_service(zone: str) -> None:
    plan = office(zone)
    free = told(morning(plan, f"{TUESDAY} 08:30"))
    before = told(morning(plan, f"{TUESDAY} 11:25"))  # it is 11:57 now; they close for an hour at 12:00
    assert before == (free[0] + 60, free[1] + 60)


@each_zone
def test_a_break_behind_has_slowed_nobody_down(zone: str) -> None:
    plan = office(zone)
    found = morning(plan, f"{TUESDAY} 11:25")
    open_minutes = tuple(part - 60 for part in told(found))
    found.take(e.CounterPaused("1", "lunch"))
    found.at = local(plan, f"{TUESDAY} 13:00")
    found.take(e.CounterResumed("1"))
    after = told(found)
    assert abs(after[0] - open_minutes[0]) <= 5
    assert abs(after[1] - open_minutes[1]) <= 5


def test_whoever_calls_in_the_break_is_measured_by_the_clock() -> None:
    plan = office()
    through = morning(plan, f"{TUESDAY} 11:32", waiting=40, calls=13)  # the break begins with a call, and four follow
    other = morning(office(hours=Hours()), f"{TUESDAY} 11:32", waiting=40, calls=13)
    assert told(through) == told(other)


def test_a_call_in_a_second_break_takes_nothing_back_of_the_first() -> None:
    """Two short breaks, and calls in both: what is told follows the clock as it does without any break."""
    breaks = replace(HOURS, week={**HOURS.week, "tuesday": read_spans(["08:00-12:00", "13:00-13:30", "13:45-16:00"])})
    through, other = (
        morning(office(hours=hours), f"{TUESDAY} 11:32", waiting=60, calls=35) for hours in (breaks, Hours())
    )
    assert through.at == local(through.plan, f"{TUESDAY} 13:52")  # calls at 12:00 and 13:32 ended the breaks
    through.forward(8)
    other.forward(8)
    for found in (through, other):
        found.call()
    assert told(through) == pytest.approx(told(other), abs=5)


def test_a_service_that_closes_before_the_office_has_its_own_closing_time() -> None:
    own = {"tuesday": read_spans(["08:00-11:00"])}
    assert reach(morning(office(own=own), f"{TUESDAY} 09:50")) == "may_not_be_served_today"
    assert reach(morning(office(), f"{TUESDAY} 09:00")) == ""


def test_an_office_without_hours_or_on_a_closed_day_closes_for_nobody() -> None:
    assert reach(morning(office(hours=Hours()), f"{TUESDAY} 23:10")) == ""
    assert reach(morning(office(), "2026-11-28 14:30")) == ""  # a Saturday; staff gave the numbers


def test_where_nothing_closes_nothing_is_worked_out_for_each_number(monkeypatch: pytest.MonkeyPatch) -> None:
    found = morning(office(hours=Hours()), f"{TUESDAY} 13:20")
    monkeypatch.delattr(Estimator, "foreseen")
    assert reach(found) == ""
    found.issue(by_staff=True)


def test_nothing_is_foreseen_before_five_calls_but_after_closing_it_is_said() -> None:
    plan = office()
    found = morning(plan, f"{TUESDAY} 14:20", calls=4)
    assert reach(found) == ""
    assert reach(found, local(plan, f"{TUESDAY} 15:00") + timedelta(seconds=1)) != ""


def test_with_no_counter_open_no_wait_is_told_but_a_queue_too_long_anyway_is() -> None:
    found = morning(office(), f"{TUESDAY} 14:20")
    found.take(e.CounterPaused("1", "toilet"))
    assert found.watch.for_arrival("card", found.at) is None
    assert reach(found) != ""


def test_longer_hours_take_the_fact_back() -> None:
    found = morning(office(), f"{TUESDAY} 14:05")
    assert reach(found) != ""
    longer = replace(found.plan, hours=replace(HOURS, week={**HOURS.week, "tuesday": read_spans(["08:00-18:00"])}))
    found.watch.plan_is(longer, found.day, found.at)
    assert reach(found) == ""


def test_a_break_that_is_entered_when_it_is_over_changes_nothing_of_what_was_measured() -> None:
    before, after = (
        office(hours=replace(HOURS, week={**HOURS.week, "tuesday": read_spans(spans)}))
        for spans in (["08:00-16:00"], ["08:00-12:00", "13:00-16:00"])
    )
    found, other = (morning(before, f"{TUESDAY} 11:32", waiting=60, calls=24) for _ in range(2))
    assert found.at == local(found.plan, f"{TUESDAY} 13:08")
    found.plan = after
    found.watch.plan_is(after, found.day, found.at)
    for one in (found, other):
        for _ in range(5):
            one.forward(4)
            one.call()
    assert told(found) == told(other)


STEPS = st.lists(st.one_of(st.floats(0, 40), st.integers(1, 9)), min_size=1, max_size=10)


@examples(60)
@given(
    st.integers(0, 200),
    st.integers(1, 40),
    st.integers(5, 12),
    st.floats(0.2, 15),
    STEPS,
)
def test_time_and_newcomers_never_turn_it_off(
    begins: int, waiting: int, calls: int, minutes: float, steps: list[float | int]
) -> None:
    plan = office()
    found = morning(plan, f"{TUESDAY} 08:00", 0, 0)
    found.at = local(plan, f"{TUESDAY} 11:00") + timedelta(minutes=begins)
    for _ in range(waiting):
        found.issue(by_staff=True)
    for _ in range(calls):
        found.forward(minutes)
        if found.day.waiting.count(["card"]):
            found.call()
    before = LEVELS.index(reach(found))
    for step in steps:
        if isinstance(step, float):
            found.forward(step)
        else:
            found.issue(persons=step, by_staff=True)
        now = LEVELS.index(reach(found))
        assert now >= before
        before = now


@given(
    st.lists(st.floats(0, 500), min_size=4, max_size=4, unique=True).map(sorted), st.floats(0, 600), st.floats(0, 600)
)
def test_open_minutes_end_when_the_clock_has_counted_as_many(times: list[float], wall: float, minutes: float) -> None:
    first, second = (times[0], times[1]), (times[2], times[3])
    hours = Breaks((first, second))
    ends = wall + hours.through(wall, minutes)
    assert ends - wall - (hours.before(ends) - hours.before(wall)) == pytest.approx(minutes, abs=1e-6)
    assert not any(begins + 1e-6 < ends < until - 1e-6 for begins, until in hours.breaks)
