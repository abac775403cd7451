"""The page *Fairness* says who was overtaken, of how many, and refuses what it would not be quick about."""

from __future__ import annotations

import csv
import io

import pytest

from antrean.queueing.plan.model import OfficePlan
from tests.admin.reports.test_visit_and_told import DAY, said
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.played_day import PlayedDay

PAGE = "/admin/reports/fairness"


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


def test_who_was_called_stands_there_by_service_and_class(hub: OfficeHub, clock: SetClock) -> None:
    fajar = hub.as_staff("Fajar")
    assert "Nobody was called in these days." in said(fajar, "fairness")
    day = PlayedDay(hub, clock)
    day.play()
    day.follow()
    words = said(fajar, "fairness", since=DAY, until=DAY)
    assert "Card printing Without priority" in words
    assert "Calls out of order : 0" in words
    (row,) = csv.DictReader(io.StringIO(fajar.get(f"{PAGE}?as=csv").get_data(as_text=True)))
    assert (row["service"], row["priority"], row["overtaken"]) == ("card", "0", "0")
    assert int(row["called"]) > 5


@pytest.mark.parametrize("wrong", ["since=2026-01-01&until=2026-02-02", "since=2026-11-24&until=2026-11-23", "since=x"])
def test_more_than_a_month_and_days_that_can_not_be_are_refused(hub: OfficeHub, wrong: str) -> None:
    answer = hub.as_staff("Dewi").get(f"{PAGE}?{wrong}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "value_invalid")
