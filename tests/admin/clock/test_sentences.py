"""Sentences of the clock page about a state: said when it is so, and gone when it is not."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from antrean.queueing.plan.model import OfficePlan
from tests.admin.said import says
from tests.conftest import small_plan
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


def test_the_clock_says_how_many_numbers_are_open_in_the_business_day(hub: OfficeHub, dewi: FlaskClient) -> None:
    assert "Tuesday, 24 November 2026 · no number is open" in says(dewi, "clock", "clock")
    hub.issue()
    assert "1 number is still open." in says(dewi, "clock", "clock")
    hub.issue()
    assert "2 numbers are still open." in says(dewi, "clock", "clock")
    for words in ("wrong, and put right", "The business day goes on although"):
        assert words not in says(dewi, "clock", "clock")
