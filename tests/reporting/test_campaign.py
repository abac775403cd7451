"""A campaign: what is left, what that asks for a day, and when the target is reached, each from its own sum."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.hours.model import Hours, Season, SpecialDay
from antrean.queueing.plan.campaign import Campaign
from antrean.queueing.plan.model import Counter, OfficePlan, Service
from antrean.reporting.campaign import (
    ENOUGH_DAYS,
    LAST_DAYS,
    Forecast,
    Pace,
    Progress,
    minutes_of,
    progress,
    service_days,
)

DAY = timedelta(days=1)
BEGIN = date(2016, 9, 28)  # a Wednesday
# As a regency counted in 2016: so many obliged to be recorded, so many recorded, and two days later the deadline.
REGENCY = Campaign(839_345, 786_684, BEGIN, date(2016, 9, 30), ("ktp",), pace=569)


def six_days(day: date) -> bool:
    return day.weekday() < 6


def every_day(day: date) -> bool:
    return True


def stands(
    campaign: Campaign,
    finished: Mapping[date, int] | None = None,
    today: date = BEGIN,
    seed: int = 1,
    corrected: int = 0,
) -> Progress:
    return progress(campaign, finished or {}, today, six_days, Random(seed), corrected)


def small(target: int = 100, days: int = 30, pace: int = 0) -> Campaign:
    return Campaign(target, 0, BEGIN, BEGIN + days * DAY, ("ktp",), pace)


def worked(*persons: int) -> dict[date, int]:
    """Return days without a gap from the start count on."""
    return {BEGIN + number * DAY: count for number, count in enumerate(persons)}


def test_the_figures_of_a_regency_in_its_last_three_days() -> None:
    now = stands(REGENCY)
    assert (now.done, now.left) == (786_684, 52_661)
    assert (now.days_left, now.first_left, now.last_left) == (3, BEGIN, date(2016, 9, 30))
    assert now.needed == 17_554  # 52,661 / 3 = 17,553.67: a person is whole
    assert now.pace == Pace(Fraction(569))
    assert now.forecast == Forecast(93, date(2017, 1, 13))  # 52,661 / 569 = 92.6; six days a week
    assert (now.soonest, now.latest) == (None, None)  # a given pace has no days that could differ
    assert now.saturdays is None  # they are service days already


def test_what_is_needed_a_day_is_what_was_left_this_morning_and_does_not_move_with_each_person() -> None:
    morning, noon = stands(small()), stands(small(), {BEGIN: 7})
    assert (noon.left, noon.left_before_today, noon.finished_today) == (93, 100, 7)
    assert noon.needed == morning.needed
    tomorrow = stands(small(), {BEGIN: 7}, BEGIN + DAY)
    assert (tomorrow.left_before_today, tomorrow.days_left) == (93, morning.days_left - 1)


def test_persons_before_the_start_count_are_in_it_already() -> None:
    now = stands(small(), {BEGIN - DAY: 50, BEGIN: 2}, BEGIN + DAY)
    assert (now.finished, now.own_days) == (2, 1)


def test_a_correction_counts_from_the_morning_on_and_in_no_pace() -> None:
    now = stands(small(), worked(10, 10), BEGIN + 2 * DAY, corrected=-5)
    assert (now.corrected, now.done, now.left, now.left_before_today) == (-5, 15, 85, 85)
    assert now.pace == Pace(Fraction(10), 2, 20)


def test_a_reached_target_needs_nothing_more_and_is_not_forecast() -> None:
    now = stands(small(20), worked(12, 9), BEGIN + 2 * DAY)
    assert (now.left, now.needed, now.forecast) == (0, None, None)
    assert now.done == 21


def test_after_the_last_day_nothing_is_needed_a_day_and_the_forecast_goes_on() -> None:
    now = stands(small(100, days=1), worked(10, 10, 10), BEGIN + 3 * DAY)
    assert (now.days_left, now.first_left, now.needed, now.left) == (0, None, None, 70)
    assert now.forecast == Forecast(7, date(2016, 10, 8))


def test_before_its_day_a_campaign_waits_for_it() -> None:
    now = stands(small(pace=10), today=BEGIN - 3 * DAY)
    assert (now.first_left, now.finished) == (BEGIN, 0)
    assert now.forecast == Forecast(10, date(2016, 10, 8))


def test_the_offices_own_pace_takes_the_place_of_the_given_one_after_five_service_days() -> None:
    four = stands(small(pace=50), worked(1, 2, 3, 4), BEGIN + 4 * DAY)  # until Saturday; Sunday is today
    assert (four.own_days, four.pace) == (4, Pace(Fraction(50)))
    five = stands(small(pace=50), {**worked(1, 2, 3, 4), BEGIN + 5 * DAY: 10}, BEGIN + 6 * DAY)
    assert (five.own_days, five.pace) == (5, Pace(Fraction(4), 5, 20))
    assert five.soonest is not None


def test_without_a_given_pace_the_first_days_make_one_and_no_range() -> None:
    now = stands(small(), worked(10, 20), BEGIN + 2 * DAY)
    assert (now.pace, now.forecast) == (Pace(Fraction(15), 2, 30), Forecast(5, date(2016, 10, 5)))
    assert (now.soonest, now.latest) == (None, None)
    assert stands(small()).pace is None


def test_a_service_day_without_anybody_and_work_on_a_closed_day_count_in_the_pace() -> None:
    sunday = date(2016, 10, 2)
    now = stands(small(), {BEGIN: 30, sunday: 10}, date(2016, 10, 3))  # Thursday to Saturday: nobody
    assert now.pace == Pace(Fraction(8), 5, 40)


def test_the_pace_is_that_of_the_last_ten_service_days() -> None:
    now = progress(small(10_000), dict.fromkeys((BEGIN + n * DAY for n in range(30)), 5) | {BEGIN: 999},
                   BEGIN + 30 * DAY, every_day, Random(1))  # fmt: skip
    assert now.pace == Pace(Fraction(5), LAST_DAYS, 5 * LAST_DAYS)


def test_where_nobody_was_finished_nothing_is_forecast() -> None:
    now = stands(small(), {}, BEGIN + 6 * DAY)
    assert (now.pace, now.forecast, now.soonest) == (Pace(Fraction(0), 5, 0), None, None)


def test_a_forecast_further_than_ten_years_has_no_date() -> None:
    now = stands(small(1_000_000, pace=1))
    assert now.forecast == Forecast(1_000_000, None)


def test_days_that_are_all_alike_leave_no_range() -> None:
    now = stands(small(1000), worked(10, 10, 10, 10), BEGIN + 7 * DAY)  # Monday and Tuesday: nobody
    even = progress(small(1000), worked(*[10] * 7), BEGIN + 7 * DAY, every_day, Random(1))
    assert even.soonest == even.latest == even.forecast
    assert now.soonest is not None
    assert now.latest is not None
    assert now.soonest.days < now.latest.days


def test_the_same_day_draws_the_same_range() -> None:
    days = worked(3, 30, 12, 5, 0, 22, 9)
    one, other = (stands(small(500), days, BEGIN + 7 * DAY, seed=4) for _ in range(2))
    assert (one.soonest, one.latest) == (other.soonest, other.latest)


def test_working_saturdays_brings_the_day_nearer() -> None:
    now = progress(small(100, pace=10), {}, BEGIN, lambda day: day.weekday() < 5, Random(1))
    assert now.forecast == Forecast(10, date(2016, 10, 11))
    assert now.saturdays == Forecast(10, date(2016, 10, 8))


COUNTS = st.lists(st.integers(0, 400), max_size=25)
SUMS = st.tuples(st.integers(0, 5000), st.integers(1, 5000), st.integers(0, 120), COUNTS, st.integers(0, 200))


@given(SUMS, st.integers(-3, 40), st.integers(0, 2**32), st.integers(-50, 50))
def test_every_figure_is_the_sum_that_the_page_says(
    sums: tuple[int, int, int, list[int], int], day: int, seed: int, corrected: int
) -> None:
    start, more, days, counts, pace = sums
    campaign = Campaign(start + more, start, BEGIN, BEGIN + days * DAY, ("ktp",), pace)
    today = BEGIN + day * DAY
    now = progress(campaign, worked(*counts), today, six_days, Random(seed), corrected)
    assert now.done == start + now.finished + corrected
    assert now.left == max(campaign.target - now.done, 0)
    assert now.finished == sum(counts[: max(day + 1, 0)])
    assert now.days_left == sum(six_days(BEGIN + n * DAY) for n in range(max(day, 0), days + 1))
    if now.needed is not None:
        assert now.needed * now.days_left >= now.left_before_today > (now.needed - 1) * now.days_left
    if now.forecast is not None and now.forecast.on is not None and now.pace is not None:
        since = max(today, BEGIN)
        assert six_days(now.forecast.on)
        lived = sum(six_days(since + n * DAY) for n in range((now.forecast.on - since).days + 1))
        assert lived == now.forecast.days
        assert lived * now.pace.a_day >= now.left_before_today > (lived - 1) * now.pace.a_day
    if now.soonest is not None and now.latest is not None:
        assert now.own_days >= ENOUGH_DAYS
        assert 1 <= now.soonest.days <= now.latest.days


@given(COUNTS, st.integers(1, 3000), st.integers(1, 200), st.integers(0, 2**32))
def test_more_persons_today_never_leave_more_and_a_higher_target_is_never_reached_sooner(
    counts: list[int], target: int, more: int, seed: int
) -> None:
    today = BEGIN + len(counts) * DAY
    now, later = (stands(small(target), {**worked(*counts), today: extra}, today, seed) for extra in (0, more))
    assert later.left <= now.left
    higher = stands(small(target + more), worked(*counts), today, seed)
    if now.forecast is not None:
        assert higher.forecast is not None
        assert higher.forecast.days >= now.forecast.days


@pytest.fixture
def office() -> OfficePlan:
    weekdays = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), ((480, 900),))
    hours = Hours(
        weekdays,
        seasons=(Season("s", {"id": "S"}, date(2016, 10, 3), date(2016, 10, 7), {"monday": ((480, 720),)}),),
        days=(SpecialDay(date(2016, 9, 29)), SpecialDay(date(2016, 10, 1), ((480, 720),))),
    )
    ktp = Service("ktp", "A", {"id": "KTP"}, hours={"friday": ()})
    other = Service("kk", "B", {"id": "KK"})
    return OfficePlan("o", "O", "Asia/Jakarta", (ktp, other), (Counter("1", "1", ("ktp", "kk")),), hours=hours)


def test_service_days_follow_the_week_special_days_seasons_and_the_hours_of_the_services(office: OfficePlan) -> None:
    of_one = service_days(office, REGENCY)
    found = [(BEGIN + n * DAY).day for n in range(10) if of_one(BEGIN + n * DAY)]
    assert found == [28, 1, 3]  # 29 closed, 30 no Friday, 1 a special Saturday, then a season of Mondays
    both = service_days(office, Campaign(2, 1, BEGIN, BEGIN, ("ktp", "kk")))
    assert both(date(2016, 9, 30))  # one of them is open


def test_a_day_is_as_long_as_the_service_that_is_open_longest(office: OfficePlan) -> None:
    both = Campaign(2, 1, BEGIN, BEGIN, ("ktp", "kk"))
    found = [minutes_of(office, both, BEGIN + n * DAY) for n in range(6)]
    assert found == [420, 0, 420, 240, 0, 240]  # 29 closed, 1 a special Saturday, 2 a Sunday, then a season
    assert minutes_of(office, REGENCY, date(2016, 9, 30)) == 0  # no Friday
    assert minutes_of(OfficePlan("o", "O", "Asia/Jakarta", (), ()), REGENCY, BEGIN) == 0


def test_without_hours_every_day_is_a_service_day_and_a_service_that_left_goes_by_the_office() -> None:
    plan = OfficePlan("o", "O", "Asia/Jakarta", (), ())
    assert all(service_days(plan, REGENCY)(BEGIN + n * DAY) for n in range(7))


def test_services_that_have_left_go_by_the_hours_of_the_office(office: OfficePlan) -> None:
    gone = service_days(office, Campaign(2, 1, BEGIN, BEGIN, ("gone",)))
    assert (gone(date(2016, 9, 30)), gone(date(2016, 10, 2))) == (True, False)
