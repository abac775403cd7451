"""Sentences of the display about a state: said when it is so, and gone when it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import (
    CallNext,
    CancelTicket,
    ChangePlan,
    CloseCounter,
    CloseDay,
    CompleteTicket,
    MarkNoShow,
    OpenDay,
    PauseCounter,
    PauseService,
    StartService,
)
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part
from tests.fakes.stands import stands

ANI = {"counter": "3", "operator": "Ani"}


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en",))


def says(display: FlaskClient, fragment: str) -> str:
    return text_of(display.get("/display/view").get_json()["html"][fragment])


def test_each_service_says_how_many_wait_or_that_it_is_not_open(hub: OfficeHub, display: FlaskClient) -> None:
    hub.issue("card"), hub.issue("card"), hub.issue("family")
    assert says(display, "services") == (
        "Waiting A 2 waiting Card printing B 1 waiting Family card C 0 waiting Birth certificate"
    )
    stands(hub.office, "card", "paused")
    stands(hub.office, "family", "closed")
    assert says(display, "services") == (
        "Waiting A 2 Paused Card printing B 1 Closed Family card C 0 waiting Birth certificate"
    )


def test_a_service_that_is_not_open_has_a_card_that_says_why(hub: OfficeHub, display: FlaskClient) -> None:
    assert says(display, "cards") == ""
    hub.office._load_plan = lambda: small_plan(languages=("en", "id"))
    hub.office.execute(ChangePlan(what="languages"))
    stands(hub.office, "card", "paused", {"en": "Cards ran out", "id": ""})
    shown = says(display, "cards")
    assert "Card printing" in shown
    assert shown.count("Cards ran out") == 1
    stands(hub.office, "family", "closed", {"en": "No more today"})
    assert "Closed" in says(display, "cards")
    assert "No more today" in says(display, "cards")
    stands(hub.office, "card", "open"), stands(hub.office, "family", "open")
    assert says(display, "cards") == ""


def test_a_service_that_is_closed_without_a_reason_and_a_closed_office_need_no_card(
    hub: OfficeHub, display: FlaskClient
) -> None:
    stands(hub.office, "card", "closed")
    assert says(display, "cards") == ""
    stands(hub.office, "family", "paused")
    assert says(display, "cards") == "B Family card Paused"
    hub.office.execute(CloseDay())
    assert says(display, "cards") == ""


def test_a_pause_says_until_about_when_as_long_as_that_is_to_come(
    hub: OfficeHub, display: FlaskClient, clock: SetClock
) -> None:
    hub.office.execute(PauseService(service="card", reasons={"en": "Cards ran out"}, until="09:30"))
    assert says(display, "services").startswith("Waiting A 0 Paused until about 09:30 Card printing")
    assert says(display, "cards") == "A Card printing Paused until about 09:30 Cards ran out"
    clock.forward(minutes=30)
    hub.catch_up()
    assert says(display, "services").startswith("Waiting A 0 Paused Card printing")
    assert says(display, "cards") == "A Card printing Paused Cards ran out"


def test_a_service_that_pauses_while_the_office_closes_is_closed_and_goes_on_at_no_time(
    hub: OfficeHub, display: FlaskClient
) -> None:
    hub.office.execute(PauseService(service="card", reasons={"en": "Cards ran out"}, until="09:30"))
    hub.office.execute(CloseDay())
    assert says(display, "services").startswith("Waiting A 0 Closed Card printing")
    hub.office.execute(OpenDay())
    assert says(display, "services").startswith("Waiting A 0 Paused until about 09:30 Card printing")


def test_a_service_that_takes_nobody_more_today_says_so_and_still_how_many_wait(
    hub: OfficeHub, display: FlaskClient
) -> None:
    services = tuple(replace(one, daily_limit=2) for one in small_plan().services)
    hub.office._load_plan = lambda: small_plan(languages=("en",), services=services)
    hub.office.execute(ChangePlan(what="services"))
    hub.issue("card")
    assert says(display, "services").startswith("Waiting A 1 waiting Card printing")
    last = hub.issue("card")
    assert says(display, "services") == (
        "Waiting A 2 Full today Card printing B 0 waiting Family card C 0 waiting Birth certificate"
    )
    hub.office.execute(CancelTicket(ticket=last.number, reason="visitor_left"))
    assert says(display, "services").startswith("Waiting A 1 waiting Card printing")


def test_each_counter_says_its_number_or_that_it_is_free_paused_or_closed(hub: OfficeHub, display: FlaskClient) -> None:
    hub.issue()
    assert says(display, "counters") == "Counters Loket 1 Closed Loket 2 Closed Loket 3 Free"
    hub.office.execute(CallNext(**ANI))
    assert says(display, "counters").endswith("Loket 3 A-001")
    hub.office.execute(StartService(ticket="A-001", counter="3"))
    assert says(display, "counters").endswith("Loket 3 A-001")
    hub.office.execute(CompleteTicket(ticket="A-001", counter="3"))
    hub.office.execute(PauseCounter(**ANI, reason="break"))
    assert says(display, "counters").endswith("Loket 3 Paused")


def test_the_screen_of_a_counter_says_what_becomes_of_whoever_waits_there(hub: OfficeHub, display: FlaskClient) -> None:
    services = hub.app.extensions["antrean"]
    device = next(one for one in services.identities.devices() if one.kind == "display")
    settings: dict[str, Any] = {"layout": "counter", "counter": "3"}
    services.settings.set_device_settings(device.id, settings)
    hub.office.execute(ChangePlan(what="devices"))
    assert says(display, "side") == "Loket 3 Open Please wait for your number."
    hub.issue()
    hub.office.execute(CallNext(**ANI))
    assert says(display, "side") == "Loket 3 Queue number A-001"
    hub.office.execute(MarkNoShow(ticket="A-001", counter="3"))
    hub.office.execute(PauseCounter(**ANI, reason="break"))
    assert says(display, "side") == "Loket 3 Paused This counter opens again shortly."
    hub.office.execute(CloseCounter(**ANI))
    assert says(display, "side") == "Loket 3 Closed"


def test_a_closed_day_covers_the_calls_until_it_is_opened_again(hub: OfficeHub, display: FlaskClient) -> None:
    assert says(display, "closed") == ""
    hub.office.execute(CloseDay())
    assert says(display, "closed") == (
        "The office is closed for today. Please take a new number on the next opening day."
    )
    hub.office.execute(OpenDay())
    assert says(display, "closed") == ""


def test_a_closed_day_tells_those_who_still_waited_that_they_keep_their_place(
    hub: OfficeHub, display: FlaskClient
) -> None:
    save_part(hub.office, "limits/voucher_days", 1)
    hub.issue()
    hub.office.execute(CloseDay())
    assert says(display, "closed") == (
        "The office is closed for today. "
        "Were you still waiting? Keep your number: when you come back, you are among the first."
    )


def test_before_the_first_call_the_display_says_that_there_was_none(hub: OfficeHub, display: FlaskClient) -> None:
    def page() -> str:
        return display.get("/display/", headers={"Accept": "text/html"}).text

    assert "No calls yet Called numbers appear here." in text_of(page())
    assert "data-empty>" in page()  # the words are shown where this mark stands
    hub.issue()
    hub.office.execute(CallNext(**ANI))
    assert "data-empty>" not in page()
