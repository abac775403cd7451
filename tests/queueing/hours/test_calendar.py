"""When an office is open: its week with breaks, Ramadan, overtime and holidays, in several zones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from antrean.queueing.hours.calendar import Closed, changes_next, closed_at, closes_at, is_open, opens_next, spans_on
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import WEEKDAYS, Hours, Season, SpecialDay, Week, breaks
from antrean.queueing.plan.model import OfficePlan, Service
from tests.conftest import small_plan
from tests.examples import examples


def week(usual: str, friday: str = "", saturday: str = "") -> Week:
    """Return a week of Monday to Thursday with the usual hours."""
    found = {day: read_spans(usual.split()) for day in WEEKDAYS[:4]}
    for day, text in (("friday", friday), ("saturday", saturday)):
        if text:
            found[day] = read_spans(text.split())
    return found


WEEK = week("08:00-12:00 13:00-15:00", friday="08:00-11:00 13:00-14:30")
RAMADAN = Season(
    "ramadan", {"id": "Ramadan"}, date(2027, 2, 8), date(2027, 3, 9), week("08:00-12:00 12:30-14:00", "08:00-11:30")
)
OVERTIME = SpecialDay(date(2026, 12, 5), read_spans(["08:00-12:00"]), {"id": "Lembur perekaman"})  # a Saturday
CHRISTMAS = SpecialDay(date(2026, 12, 25), (), {"id": "Hari Natal", "en": "Christmas"})  # a Friday
WORKED = SpecialDay(date(2026, 12, 24), read_spans(["08:00-12:00"]), {"id": "Cuti bersama, loket buka"})  # a Thursday
HOURS = Hours(WEEK, (RAMADAN,), (OVERTIME, CHRISTMAS, WORKED))
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Europe/Berlin")
each_zone = pytest.mark.parametrize("zone", ZONES)


def office(zone: str = "Asia/Jakarta", hours: Hours = HOURS, own: Week | None = None) -> OfficePlan:
    """Return an office whose first service may have hours of its own."""
    plan = small_plan()
    card = replace(plan.services[0], hours=own or {})
    return replace(plan, zone=zone, hours=hours, services=(card, *plan.services[1:]))


def local(plan: OfficePlan, text: str) -> datetime:
    """Return the moment at which the office's clock shows this."""
    return datetime.fromisoformat(text).replace(tzinfo=plan.tz).astimezone(UTC)


def shown(plan: OfficePlan, at: datetime | None) -> str:
    """Return what the office's clock shows at a moment."""
    return "" if at is None else at.astimezone(plan.tz).strftime("%a %d %b %H:%M")


@each_zone
@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-30 07:59:59", "Mon 30 Nov 08:00"),
        ("2026-11-30 08:00", "open"),
        ("2026-11-30 11:59:59", "open"),
        ("2026-11-30 12:00", "Mon 30 Nov 13:00"),
        ("2026-11-30 13:00", "open"),
        ("2026-11-30 15:00", "Tue 01 Dec 08:00"),
        ("2026-12-04 11:00", "Fri 04 Dec 13:00"),  # Friday prayer
        ("2026-12-04 14:29", "open"),
        ("2026-12-11 14:30", "Mon 14 Dec 08:00"),
        ("2026-12-12 09:00", "Mon 14 Dec 08:00"),
        ("2026-12-04 14:30", "Sat 05 Dec 08:00"),  # overtime
        ("2026-12-05 09:00", "open"),
        ("2026-12-05 12:00", "Mon 07 Dec 08:00"),
        ("2026-12-24 09:00", "open"),  # collective leave, and the office works
        ("2026-12-24 13:30", "Mon 28 Dec 08:00"),
        ("2026-12-25 09:00", "Mon 28 Dec 08:00"),  # a holiday
    ],
)
def test_an_office_is_open_as_its_clock_shows_wherever_it_is(zone: str, at: str, opens: str) -> None:
    plan = office(zone)
    now = local(plan, at)
    assert ("open" if is_open(plan, now) else shown(plan, opens_next(plan, now))) == opens
    assert (closed_at(plan, now) is None) == (opens == "open")


@each_zone
@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2027-02-05 14:00", "open"),  # the Friday before
        ("2027-02-05 15:00", "Mon 08 Feb 08:00"),
        ("2027-02-08 12:15", "Mon 08 Feb 12:30"),
        ("2027-02-08 14:00", "Tue 09 Feb 08:00"),
        ("2027-02-12 11:30", "Mon 15 Feb 08:00"),
        ("2027-03-09 14:30", "Wed 10 Mar 08:00"),
        ("2027-03-10 14:30", "open"),  # the day after
    ],
)
def test_ramadan_has_a_week_of_its_own_and_ends_with_its_last_day(zone: str, at: str, opens: str) -> None:
    plan = office(zone)
    now = local(plan, at)
    assert ("open" if is_open(plan, now) else shown(plan, opens_next(plan, now))) == opens


@each_zone
def test_a_season_begins_and_ends_at_local_midnight(zone: str) -> None:
    night = Season("night", {"id": "Malam"}, date(2027, 2, 8), date(2027, 2, 8), {"monday": ((0, 24 * 60),)})
    plan = office(zone, Hours({"tuesday": ((8 * 60, 9 * 60),)}, (night,)))
    begins, ends = local(plan, "2027-02-08 00:00"), local(plan, "2027-02-09 00:00")
    second = timedelta(seconds=1)
    assert [is_open(plan, at) for at in (begins - second, begins, ends - second, ends)] == [False, True, True, False]
    assert opens_next(plan, begins - second) == begins
    assert closes_at(plan, begins) == ends


def test_hours_follow_the_clock_through_summer_time() -> None:
    hours = Hours({"sunday": read_spans(["01:30-02:30", "02:45-04:00"]), "monday": read_spans(["08:00-09:00"])})
    plan = office("Europe/Berlin", hours)
    spring = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)  # 01:30; at 02:00 the clock shows 03:00
    assert is_open(plan, spring)
    assert is_open(plan, spring + timedelta(minutes=30))  # 03:00, half an hour after 01:30
    monday = opens_next(plan, spring + timedelta(hours=6))
    assert monday == datetime(2027, 3, 29, 6, tzinfo=UTC)
    winter = opens_next(plan, datetime(2026, 12, 27, 12, tzinfo=UTC))
    assert winter == datetime(2026, 12, 28, 7, tzinfo=UTC)


def test_a_break_is_told_from_the_end_of_the_day() -> None:
    plan = office()
    found = {at: closed_at(plan, local(plan, f"2026-11-30 {at}")) for at in ("07:00", "12:30", "16:00")}
    assert [one and one.pause for one in found.values()] == [False, True, False]
    assert breaks(spans_on(plan, date(2026, 11, 30))) == ((12 * 60, 13 * 60),)


def test_a_closed_or_shorter_day_says_why_and_overtime_does_not() -> None:
    plan = office()
    said = {at: closed_at(plan, local(plan, at)) for at in ("2026-12-25 09:00", "2026-12-24 13:30", "2026-12-05 13:00")}
    assert [dict(one.reasons) if one else None for one in said.values()] == [CHRISTMAS.reasons, WORKED.reasons, {}]


def test_a_service_has_its_own_hours_on_the_weekdays_that_it_names() -> None:
    plan = office(hours=HOURS, own={"monday": read_spans(["08:00-10:00"]), "tuesday": ()})
    card, family = plan.services[:2]
    at = local(plan, "2026-11-30 10:00")
    assert (is_open(plan, at, card), is_open(plan, at, family), is_open(plan, at)) == (False, True, True)
    assert shown(plan, opens_next(plan, at, card)) == "Wed 02 Dec 08:00"
    assert is_open(plan, local(plan, "2026-12-05 09:00"), card)  # overtime, on a day that it does not name
    assert not is_open(plan, local(plan, "2026-12-08 09:00"), card)


def test_a_service_is_never_open_while_the_office_is_closed() -> None:
    plan = office(hours=HOURS, own={"friday": read_spans(["07:00-18:00"])})
    card = plan.services[0]
    assert spans_on(plan, date(2026, 12, 4), card) == WEEK["friday"]
    assert spans_on(plan, date(2026, 12, 25), card) == ()


def test_an_office_without_hours_is_always_open_and_opens_never_anew() -> None:
    plan = office(hours=Hours(days=(CHRISTMAS,)), own={"friday": ()})
    at = local(plan, "2026-12-25 03:00")
    assert (is_open(plan, at), is_open(plan, at, plan.services[0])) == (True, True)
    assert (opens_next(plan, at), closes_at(plan, at), closed_at(plan, at), changes_next(plan, at)) == (None,) * 4


def test_an_office_that_never_opens_again_promises_nothing() -> None:
    closed = Season("off", {"id": "Pindah"}, date(2027, 1, 1), date(2037, 1, 1), {})
    plan = office(hours=Hours(WEEK, (closed,)))
    found = closed_at(plan, local(plan, "2027-01-04 09:00"))
    assert found == Closed()


def test_the_next_change_is_of_the_office_or_of_any_service() -> None:
    plan = office(hours=HOURS, own={"monday": read_spans(["09:15-10:00"])})
    moments, at = [], local(plan, "2026-11-30 00:00")
    for _ in range(6):
        found = changes_next(plan, at)
        assert found is not None
        assert found > at
        moments.append(shown(plan, found)[-5:])
        at = found
    assert moments == ["08:00", "09:15", "10:00", "12:00", "13:00", "15:00"]


@st.composite
def some_spans(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[tuple[int, int], ...]:
    cuts = sorted(draw(st.sets(st.integers(0, 48), max_size=6)))
    return tuple((one * 30, other * 30) for one, other in zip(cuts[::2], cuts[1::2], strict=False))


some_weeks = st.dictionaries(st.sampled_from(WEEKDAYS), some_spans())
some_days = st.dates(date(2027, 3, 1), date(2027, 4, 30))


@st.composite
def some_hours(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Hours:
    first = draw(some_days)
    season = Season("s", {"id": "Musim"}, first, first + timedelta(days=draw(st.integers(0, 30))), draw(some_weeks))
    days = [SpecialDay(day, draw(some_spans())) for day in draw(st.sets(some_days, max_size=4))]
    return Hours(draw(some_weeks), (season,) if draw(st.booleans()) else (), tuple(days))


@examples(300)
@given(
    some_hours(), some_weeks, st.sampled_from((*ZONES, "America/Santiago")), st.booleans(),
    st.integers(0, 60 * 24 * 60).map(lambda minutes: datetime(2027, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
)  # fmt: skip
def test_opens_next_is_never_past_and_open_at_that_moment(
    hours: Hours, own: Week, zone: str, of_service: bool, at: datetime
) -> None:
    plan = office(zone, hours, own)
    service: Service | None = plan.services[0] if of_service else None
    opens = opens_next(plan, at, service)
    assume(opens is not None)
    assert opens is not None
    assert opens > at
    assert is_open(plan, opens, service)
    closed = closed_at(plan, at, service)
    if closed is not None:
        assert closed.opens_at == opens
        assert not is_open(plan, opens - timedelta(microseconds=1), service)
        moment = at
        while moment < opens - timedelta(minutes=20):  # nothing opens before
            assert not is_open(plan, moment, service)
            moment += max(timedelta(minutes=20), (opens - at) / 50)
