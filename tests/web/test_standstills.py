"""A queue that stands still is said to be so where a wait would be told, and asked about on Today and the panel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from antrean.queueing.commands import AnswerStandstill, BeginOutage, CallNext
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.web.test_outages import Screens, plan_with_server


@pytest.fixture
def plan() -> OfficePlan:
    return plan_with_server()


@pytest.fixture
def screens(hub: OfficeHub) -> Screens:
    return Screens(hub)


def question(screens: Screens, name: str = "Dewi") -> str:
    answer = screens.hub.as_staff(name).get("/admin/view?page=today").get_json()
    return text_of(answer["html"]["standstill"])


def stand_still(screens: Screens, clock: SetClock, minutes: int = 23) -> str:
    """Return the number of a visitor who waits while nobody was called for so long."""
    number = screens.hub.issue("card").number
    screens.hub.issue("birth")
    clock.now += timedelta(minutes=minutes)
    return number


def test_tile_result_and_phone_say_for_how_long_nobody_was_called(screens: Screens, clock: SetClock) -> None:
    number = stand_still(screens, clock)
    assert "No call for 20 minutes" in text_of(screens.tile())
    assert "No call for" not in text_of(screens.tile("family"))  # nobody waits
    assert "No call for 20 minutes" in screens.result(number)
    assert "Estimated wait" not in screens.result(number)
    said = screens.phone(number)
    assert "No call for 20 minutes" in said
    assert "It takes longer than usual. Your place is kept." in said
    screens.hub.office.execute(AnswerStandstill(services="card birth", answer="break"))
    assert "Break, no call for 20 minutes" in text_of(screens.tile())
    said = screens.phone(number)
    assert "The counters are on a break. Your place is kept." in said
    assert "longer than usual" not in said
    screens.hub.office.execute(CallNext(counter="3", operator="Ani"))
    for said in (text_of(screens.tile()), screens.result("C-001"), screens.phone("C-001")):
        assert "No call" not in said
        assert "your place is kept" not in said.lower()


def test_the_message_for_all_phones_names_the_services(screens: Screens, clock: SetClock) -> None:
    def message() -> Any:
        return screens.hub.app.test_client().get(f"/mobile_ticket/view?ticket={link}").get_json()["still"]

    link = screens.hub.link(stand_still(screens, clock, 19))
    assert message() == {}
    clock.now += timedelta(minutes=4)
    screens.hub.issue("family")
    assert message() == {"card": [20, False], "birth": [20, False]}
    screens.hub.office.execute(AnswerStandstill(services="card", answer="break"))
    assert message() == {"card": [20, True], "birth": [20, False]}


def test_whoever_leads_is_asked_with_the_answers_that_there_are(screens: Screens, clock: SetClock) -> None:
    assert question(screens) == ""
    stand_still(screens, clock)
    asked = (
        "Is something down? Card printing, Birth certificate No call for 20 minutes · 2 waiting · 1 open counter "
        "Server is down A break No, work goes on"
    )
    assert question(screens) == asked
    assert question(screens, "Fajar") == asked.partition(" Server is")[0]  # who only looks is not asked for an answer
    panel = text_of(screens.dewi.get("/counter_panel/view").get_json()["html"]["standstill"])
    assert panel == (
        "Is something down? No call for 20 minutes · 2 waiting: Card printing, Birth certificate "
        "Server is down A break No, work goes on"
    )
    screens.hub.office.execute(BeginOutage(need="server"))
    assert question(screens) == (
        "Is something down? Birth certificate No call for 20 minutes · 1 waiting · 1 open counter "
        "A break No, work goes on"
    )


@pytest.mark.parametrize("address", ["/admin/standstill", "/counter_panel/standstill"])
def test_an_answer_puts_the_question_away_until_the_next_call(screens: Screens, clock: SetClock, address: str) -> None:
    stand_still(screens, clock)
    wish = {"services": "card birth", "answer": "goes_on"}
    assert screens.hub.as_staff("Ani").post(address, json=wish).status_code == 403
    answer = screens.dewi.post(address, json=wish)
    assert answer.status_code == 200
    if address.startswith("/admin"):
        assert answer.get_json()["said"] == "Nobody is asked again before the next call."
    clock.now += timedelta(minutes=45)
    assert question(screens) == ""
    assert "No call for 65 minutes" in text_of(screens.tile())  # which is true all the same
    screens.hub.office.execute(CallNext(counter="3", operator="Ani"))
    clock.now += timedelta(minutes=60)
    assert question(screens).startswith("Is something down? Birth certificate No call for 60 minutes")
    assert screens.dewi.post(address, json={**wish, "answer": "perhaps"}).status_code == 422
