"""What is set for one screen is checked when it is written and forgiving when it is read."""

from __future__ import annotations

from typing import Any

import pytest

from antrean.queueing.errors import Invalid
from antrean.queueing.plan.model import OfficePlan
from antrean.web.screens.settings import (
    DisplaySettings,
    checked_display,
    checked_kiosk,
    display_settings,
    kiosk_settings,
)


def test_settings_that_no_longer_fit_have_their_default_and_others_stay() -> None:
    stored = {"seat_m": "far", "width_cm": 123, "services": ["card"], "layout": "round", "volume": 3}
    assert display_settings(stored) == DisplaySettings(width_cm=123.0, services=("card",))
    assert kiosk_settings({"width_cm": -1, "reach": True}).reach is True


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"seat_m": 0.2}, "seat_m"),
        ({"width_cm": 3.0}, "width_cm"),
        ({"layout": "round"}, "layout"),
        ({"layout": "counter", "counter": "9"}, "counter"),
        ({"services": ["unknown"]}, "services"),
        ({"counters": "1"}, "counters"),
        ({"languages": ["fr"]}, "languages"),
        ({"blank_from": "25:00"}, "blank_from"),
        ({"turn_seconds": True}, "turn_seconds"),
        ({"unheard_of": 1}, "unheard_of"),
    ],
)
def test_what_does_not_fit_the_office_is_refused_by_name(plan: OfficePlan, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_display(given, plan)
    assert refused.value.values["field"] == field


def test_only_what_was_given_is_written(plan: OfficePlan) -> None:
    given = {"seat_m": 8, "languages": ["su", "id"], "blank_from": ""}
    assert checked_display(given, plan) == {"seat_m": 8.0, "languages": ("su", "id"), "blank_from": ""}
    assert checked_kiosk({"width_cm": 33.6}) == {"width_cm": 33.6}


def test_a_blank_night_needs_both_ends(plan: OfficePlan) -> None:
    assert DisplaySettings(blank_from="20:00", blank_until="06:30").blank_minutes() == (1200, 390)
    assert DisplaySettings(blank_from="").blank_minutes() is None


def test_languages_in_turn_are_the_offices_when_none_are_chosen(plan: OfficePlan) -> None:
    assert DisplaySettings().spoken(plan) == plan.languages
    assert DisplaySettings(languages=("su", "xx")).spoken(plan) == ("su",)
