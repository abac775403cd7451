"""Displays say how the campaign stands where the office wants it: target, done, left and last day, as counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from antrean.hub.watches.campaign import EACH_SECONDS, CampaignWatch
from antrean.queueing.commands import (
    CallNext,
    ChangePlan,
    CloseDay,
    CompleteTicket,
    CorrectCampaign,
    OpenCounter,
    StartService,
)
from antrean.queueing.errors import Unavailable
from antrean.queueing.plan.campaign import Campaign
from tests.conftest import SetClock, Stopwatch, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.stands import stands

DAY = timedelta(days=1)


def begin_campaign(hub: OfficeHub, **changes: object) -> Campaign:
    today = hub.office.business_day()
    made = Campaign(839_345, 786_684, today, today + 2 * DAY, ("card",), on_displays=True)
    made = replace(made, **changes)  # type: ignore[arg-type]
    plan = small_plan(campaign=made)
    hub.office._load_plan = lambda: plan
    hub.office.execute(ChangePlan(what="campaign"))
    return made


def finish(hub: OfficeHub, persons: int) -> None:
    number = hub.issue("card", persons).number
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    hub.office.execute(StartService(ticket=number, counter="3"))
    hub.office.execute(CompleteTicket(ticket=number, counter="3"))


def look(hub: OfficeHub) -> None:
    hub.app.extensions["antrean"].campaign_watch.look()


def cards(display: FlaskClient) -> str:
    return str(display.get("/display/view").get_json()["html"]["cards"])


def said(display: FlaskClient) -> str:
    return text_of(cards(display))


@pytest.fixture
def watch(hub: OfficeHub) -> tuple[CampaignWatch, Stopwatch, list[str]]:
    """A watch of its own, with a watch to wait by, and what it had drawn."""
    drawn: list[str] = []
    stopwatch, days = Stopwatch(), hub.app.extensions["antrean"].finished_days
    return CampaignWatch(hub.office, days, stopwatch, lambda: drawn.append("display")), stopwatch, drawn


def test_a_display_says_how_the_campaign_stands_where_the_office_wants_it(hub: OfficeHub, display: FlaskClient) -> None:
    begin_campaign(hub, on_displays=False)
    look(hub)
    assert said(display) == ""
    made = begin_campaign(hub)
    look(hub)
    assert made.deadline == date(2026, 11, 26)
    told = cards(display)
    assert "839.345" in told
    assert "839,345" in told  # in English
    assert "52.661" in told
    assert "26\u00a0November" in told


def test_persons_and_corrections_are_counted_as_on_the_page(
    hub: OfficeHub, display: FlaskClient, clock: SetClock
) -> None:
    begin_campaign(hub, target=100, start_count=10)
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    finish(hub, 3)
    clock.forward(days=1)
    hub.catch_up()
    look(hub)
    assert ">13 " in cards(display)
    hub.office.execute(CorrectCampaign(persons=40, reason="village"), "supervisor:Dewi")
    look(hub)
    assert "53 selesai, kurang 47 sampai" in cards(display)
    hub.office.execute(CorrectCampaign(persons=47, reason="village"), "supervisor:Dewi")
    look(hub)
    assert "100 selesai: target tercapai" in cards(display)


def test_what_concerns_the_room_now_comes_before_the_campaign(hub: OfficeHub, display: FlaskClient) -> None:
    begin_campaign(hub)
    look(hub)
    assert "data-goal" in cards(display)
    stands(hub.office, "family", "paused", {"id": "Jaringan terputus"})
    assert "data-goal" not in cards(display)
    stands(hub.office, "family", "open")
    assert "data-goal" in cards(display)
    hub.office.execute(CloseDay())
    assert cards(display) == ""


def test_nothing_is_said_of_another_campaign_or_after_the_last_day(
    hub: OfficeHub, display: FlaskClient, clock: SetClock
) -> None:
    begin_campaign(hub)
    look(hub)
    begin_campaign(hub, target=900_000)
    assert cards(display) == ""  # until it was counted
    look(hub)
    assert "900.000" in cards(display)
    clock.forward(days=3)
    assert "data-goal" not in cards(display)  # also before the first line of the day
    hub.catch_up()
    look(hub)
    assert "data-goal" not in cards(display)


def test_it_is_counted_seldom_and_drawn_only_when_something_else_is_said(
    hub: OfficeHub, watch: tuple[CampaignWatch, Stopwatch, list[str]]
) -> None:
    made = begin_campaign(hub, target=100, start_count=10)
    campaign, stopwatch, drawn = watch
    campaign.look()
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    finish(hub, 3)
    campaign.look()
    found = campaign.said(made)
    assert found is not None
    assert found.done == 10
    stopwatch.seconds += EACH_SECONDS
    campaign.look()
    found = campaign.said(made)
    assert found is not None
    assert found.done == 13
    stopwatch.seconds += EACH_SECONDS
    campaign.look()
    assert drawn == ["display", "display"]


def test_nothing_is_said_while_past_days_cannot_be_read(
    hub: OfficeHub, watch: tuple[CampaignWatch, Stopwatch, list[str]], monkeypatch: pytest.MonkeyPatch, clock: SetClock
) -> None:
    made = begin_campaign(hub)
    campaign, stopwatch, drawn = watch
    campaign.look()
    clock.forward(days=1)
    hub.catch_up()
    with monkeypatch.context() as patched:
        patched.setattr(hub.app.extensions["antrean"].finished_days, "database", "sqlite:////nowhere/at/all.db")
        with pytest.raises(Unavailable):
            campaign.look()
        assert campaign.said(made) is None
        campaign.look()  # not tried each second
    stopwatch.seconds += EACH_SECONDS
    campaign.look()
    assert campaign.said(made) is not None
    assert drawn == ["display"] * 3
