"""What residents read of a case is true: its stage as far as they are told, since when, and whether it takes longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from antrean.queueing.cases.telling import Told, told
from antrean.queueing.commands import KeyInCases
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import WEEKDAYS, Hours
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.model import OfficePlan
from tests.queueing.cases.case_office import FIRST, STAGES, CaseOffice, journeying

TUESDAY = date(2026, 11, 24)
WORKING = Hours(week={day: read_spans(["08:00-15:00"]) for day in WEEKDAYS[:5]})


def read(here: CaseOffice, days: int = 0, plan: OfficePlan | None = None, code: str = FIRST) -> Told:
    found = told(here.case(code), plan or here.plan, TUESDAY + timedelta(days=days))
    assert found is not None
    return found


def test_a_stage_that_residents_are_not_told_of_looks_like_the_one_before_it() -> None:
    here = CaseOffice()
    here.record()
    here.next_day(2)
    here.move("sent", FIRST)
    here.next_day(1)
    here.move("checked", FIRST)
    seen = read(here, 3)
    assert (seen.now.code, seen.since, seen.opened) == ("sent", TUESDAY + timedelta(days=2), TUESDAY)
    assert [one.stage.code for one in seen.stages] == ["recorded", "sent", "printed", "ready", "collected"]
    assert [one.since for one in seen.stages] == [TUESDAY, TUESDAY + timedelta(days=2), None, None, None]


def test_the_usual_days_count_service_days_alone_and_longer_is_said_from_the_day_after_them() -> None:
    here = CaseOffice(journeying(hours=WORKING))
    here.record()
    assert read(here).usual_days == 7  # 1 recorded, 3 sent, 2 checked, 1 printed
    # From a Tuesday on: the seventh service day is Thursday of the next week.
    assert [(days, read(here, days).days, read(here, days).longer) for days in (0, 3, 5, 6, 9, 10)] == [
        (0, 0, False), (3, 3, False), (5, 3, False), (6, 4, False), (9, 7, False), (10, 8, True),
    ]  # fmt: skip


def test_nobody_is_told_usual_days_that_the_office_does_not_know() -> None:
    stages = tuple(replace(one, usual_days=None) if one.code == "sent" else one for one in STAGES)
    here = CaseOffice(journeying(Journey(stages)))
    here.record()
    seen = read(here, 300)
    assert (seen.usual_days, seen.longer) == (None, False)


def test_what_is_ready_is_not_late_and_what_ended_is_told_as_such() -> None:
    here = CaseOffice()
    here.record()
    here.move("ready", FIRST)
    seen = read(here, 300)
    assert (seen.ready, seen.longer, seen.now.code) == (True, False, "ready")
    here.move("collected", FIRST)
    seen = read(here, 300)
    assert (seen.ready, seen.collected, seen.expired) == (False, True, False)


def test_a_case_that_was_keyed_in_late_says_the_day_that_was_said() -> None:
    here = CaseOffice()
    here.do(KeyInCases(cases=("KTP1",), service="card", stage="printed", since=date(2026, 11, 2)))
    seen = read(here, code="KTP1")
    assert (seen.now.code, seen.since, seen.opened) == ("printed", date(2026, 11, 2), date(2026, 11, 2))


def test_nothing_is_told_of_a_case_whose_service_left_or_has_no_journey_any_more() -> None:
    here = CaseOffice()
    here.record()
    without = replace(here.plan, services=tuple(one for one in here.plan.services if one.code != "card"))
    assert told(here.case(FIRST), without, TUESDAY) is None
    plain = replace(here.plan, services=tuple(replace(one, journey=None) for one in here.plan.services))
    assert told(here.case(FIRST), plain, TUESDAY) is None


def test_a_stage_that_left_the_journey_does_not_hide_a_case() -> None:
    here = CaseOffice()
    here.record()
    here.move("sent", FIRST)
    fewer = journeying(Journey(tuple(one for one in STAGES if one.code != "sent")))
    assert read(here, plan=fewer).now.code == "recorded"


def test_usual_days_that_were_measured_take_the_place_of_those_in_the_plan_and_are_told_as_such() -> None:
    here = CaseOffice()
    here.record()
    found = told(here.case(FIRST), here.plan, TUESDAY + timedelta(days=9), {"card": 9})
    assert found is not None
    assert (found.usual_days, found.measured, found.longer) == (9, True, False)
    assert (read(here, 9).usual_days, read(here, 9).measured, read(here, 9).longer) == (7, False, True)
