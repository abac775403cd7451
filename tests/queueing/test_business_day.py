"""The business day is the office's day, whatever UTC and the process's age say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from antrean.queueing.office import Office
from tests.conftest import SetClock, small_plan
from tests.queueing.wishes import issue, states


@pytest.mark.parametrize(
    ("first", "second", "numbers"),
    [
        # 06:59 and 07:00 in Jakarta: the UTC date changes, the office's does not.
        ("2026-11-23T23:59:59", "2026-11-24T00:00:00", ["A-001", "A-002"]),
        # 23:59 and 00:00 in Jakarta: the office's date changes, UTC's does not.
        ("2026-11-24T16:59:59", "2026-11-24T17:00:00", ["A-001", "A-001"]),
    ],
)
def test_numbering_starts_anew_at_local_midnight_only(
    office: Office, clock: SetClock, first: str, second: str, numbers: list[str]
) -> None:
    clock.now = datetime.fromisoformat(first).replace(tzinfo=UTC)
    issued = [issue(office).number]
    clock.now = datetime.fromisoformat(second).replace(tzinfo=UTC)
    issued.append(issue(office).number)
    assert issued == numbers


def test_a_process_that_lives_for_days_starts_each_day_empty(office: Office, clock: SetClock) -> None:
    for _ in range(5):
        assert issue(office).number == "A-001"
        assert issue(office).number == "A-002"
        assert set(states(office)) == {"A-001", "A-002"}
        clock.forward(days=1)


def test_screens_show_the_new_day_without_anyone_taking_a_number(office: Office, clock: SetClock) -> None:
    issue(office)
    clock.forward(days=1)
    office.catch_up()
    assert states(office) == {}


def test_a_clock_that_steps_back_lets_nobody_overtake(office: Office, clock: SetClock) -> None:
    first = issue(office)
    clock.forward(minutes=-30)
    second = issue(office)
    assert second.people_ahead_at_issue == 1
    assert second.issued_at == first.issued_at


def test_a_clock_set_back_to_yesterday_goes_on_with_yesterdays_numbers(office: Office, clock: SetClock) -> None:
    issue(office)
    clock.forward(days=1)
    issue(office)
    clock.forward(days=-1)
    assert issue(office).number == "A-002"


def test_every_instant_has_the_day_of_the_office_however_often_and_in_whatever_zone_it_is_asked_for() -> None:
    plan = small_plan()
    before, midnight = datetime(2026, 11, 24, 16, 59, 59, tzinfo=UTC), datetime(2026, 11, 24, 17, tzinfo=UTC)
    for _ in range(2):
        assert plan.business_day(before) == date(2026, 11, 24)
        assert plan.business_day(midnight) == date(2026, 11, 25)
        assert plan.business_day(midnight.astimezone(ZoneInfo("America/Lima"))) == date(2026, 11, 25)
        assert replace(plan, zone="Europe/Berlin").business_day(midnight) == date(2026, 11, 24)


def test_an_hour_that_comes_twice_elsewhere_may_be_of_two_days_here() -> None:
    plan = replace(small_plan(), zone="Atlantic/Cape_Verde")
    berlin = ZoneInfo("Europe/Berlin")
    days = [plan.business_day(datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold)) for fold in (0, 1)]
    assert days == [date(2026, 10, 24), date(2026, 10, 25)]
