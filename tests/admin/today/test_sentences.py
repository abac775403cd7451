"""Sentences of Today about a state: said when it is so, and gone when it is not."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import (
    CallNext,
    CancelTicket,
    ChangePlan,
    FreeCounter,
    HoldTicket,
    OpenCounter,
    PauseCounter,
    PauseService,
    StartService,
)
from antrean.queueing.hours.document import write_hours
from antrean.queueing.hours.model import WEEKDAYS, Hours
from antrean.queueing.plan.model import CLOSED, PAUSED, Counter, OfficePlan
from tests.admin.said import drawn, says, told
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import attribute
from tests.fakes.plan import save_part
from tests.web.text.test_waits_shown import serve


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


def counter(dewi: FlaskClient, name: str) -> str:
    """Return what the page of today says of a counter, without its buttons."""
    said = says(dewi, "today", "counters")
    after = said[said.index(name) :]
    return after.split(" Loket ")[0].removeprefix(name).strip()


def test_of_many_counters_those_that_need_a_look_come_first_and_those_where_nobody_sits_are_one_line(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    twelve = tuple(Counter(str(at), f"Loket {at}", ("card",)) for at in range(1, 13))
    hub.office._load_plan = lambda: small_plan(languages=("en", "id"), counters=twelve)
    hub.office.execute(ChangePlan(what="counters"))
    for at in ("2", "5", "7", "9"):
        hub.issue("card")
        hub.office.execute(OpenCounter(counter=at, operator=f"Op{at}"))
        hub.office.execute(CallNext(counter=at, operator=f"Op{at}"))
    assert "Look here first" not in says(dewi, "today", "counters")
    hub.office.execute(StartService(ticket="A-002", counter="5"))
    hub.office.execute(HoldTicket(ticket="A-002", counter="5", reason="papers"))
    hub.office.execute(FreeCounter(counter="5"))  # somebody waits there, and nobody sits there
    hub.office.execute(PauseCounter(counter="7", operator="Op7", reason="break"))
    hub.office.execute(StartService(ticket="A-004", counter="9"))
    clock.forward(minutes=10)  # nobody came to counter 2
    said = says(dewi, "today", "counters")
    assert said.startswith("Look here first Loket 2 ")
    assert said.index("Loket 2 ") < said.index("Loket 5 ") < said.index("Loket 7 ") < said.index("Somebody sits at 1 ")
    assert "Somebody sits at 1 counter Loket 9 Op9 · since 09:00 A-004 is being served, since 09:00 Free" in said
    assert said.endswith("Nobody sits at 8 counters Loket 1 Loket 3 Loket 4 Loket 6 Loket 8 Loket 10 Loket 11 Loket 12")


def test_each_counter_says_who_sits_there_since_when_and_with_which_number(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    for _ in range(3):
        hub.issue("card")
    assert counter(dewi, "Loket 3") == "Nobody sits here"
    at = {"counter": "3", "operator": "Ani"}
    hub.office.execute(OpenCounter(**at))
    assert counter(dewi, "Loket 3").startswith("Ani · since 09:00 Free the counter")
    clock.forward(minutes=5)
    hub.office.execute(CallNext(**at))
    assert "Ani · since 09:00 A-001 is called, since 09:05" in counter(dewi, "Loket 3")
    clock.forward(minutes=2)
    hub.office.execute(StartService(ticket="A-001", counter="3"))
    served = counter(dewi, "Loket 3")
    assert "A-001 is being served, since 09:07 A-001 was served: free the counter" in served
    assert served.endswith("A-001 back to the queue: free the counter")
    hub.office.execute(HoldTicket(ticket="A-001", counter="3", reason="papers"))
    assert "1 number is held here" in counter(dewi, "Loket 3")
    hub.office.execute(CallNext(**at))
    hub.office.execute(StartService(ticket="A-002", counter="3"))
    hub.office.execute(HoldTicket(ticket="A-002", counter="3", reason="papers"))
    assert "2 numbers are held here" in counter(dewi, "Loket 3")
    clock.forward(minutes=3)
    hub.office.execute(PauseCounter(**at, reason="break"))
    assert "Ani · Paused · since 09:10" in counter(dewi, "Loket 3")
    confirm = [asked for asked in attribute(drawn(dewi, "today", "counters"), "data-confirm") if "Loket 3" in asked]
    assert confirm == ["Has Ani left Loket 3? Once it is free, another operator can sit there."]
    assert told(dewi, "counters/3/free", ticket="") == "The counter is free."
    assert counter(dewi, "Loket 3") == "Nobody sits here 2 numbers are held here"
    hub.office.execute(OpenCounter(counter="3", operator="Budi"))


def test_the_day_says_how_many_numbers_are_open_and_what_its_close_did(hub: OfficeHub, dewi: FlaskClient) -> None:
    def confirm() -> list[str]:
        return attribute(drawn(dewi, "today", "day"), "data-confirm")

    assert says(dewi, "today", "day").startswith(
        "The day is open No number is open. The day ends by itself at midnight."
    )
    assert confirm() == ["Close the day? No more numbers are given today."]
    hub.issue()
    assert says(dewi, "today", "day").startswith("The day is open 1 number is still open.")
    assert confirm() == ["Close the day? 1 number is still open and ends; no more are given today."]
    hub.issue()
    assert says(dewi, "today", "day").startswith("The day is open 2 numbers are still open.")
    assert confirm() == ["Close the day? 2 numbers are still open and end; no more are given today."]
    assert told(dewi, "day/close") == "The day is closed."
    assert says(dewi, "today", "day").startswith(
        "The office is closed for today. 2 numbers were still open and have ended."
    )
    assert confirm()[0].startswith("Open the day again? Whoever still waited has the place again;")
    assert told(dewi, "day/open") == "The day is open again. Operators sit down at their counters again."
    assert says(dewi, "today", "day").startswith("The day is open 2 numbers are still open.")
    for number in ("A-001", "A-002"):
        hub.office.execute(CancelTicket(ticket=number, reason=""))
    dewi.post("/admin/day/close", json={})
    assert says(dewi, "today", "day").startswith(
        "The office is closed for today. No more numbers are given until tomorrow."
    )


def test_the_day_says_who_keeps_the_place_where_the_office_gives_vouchers(hub: OfficeHub, dewi: FlaskClient) -> None:
    keeps = "Whoever still waits at the close is among the first on the next opening day."
    hub.issue()
    assert keeps not in says(dewi, "today", "day")
    save_part(hub.office, "limits/voucher_days", 2)
    hub.issue()
    assert says(dewi, "today", "day").startswith(f"The day is open 2 numbers are still open. {keeps}")
    told(dewi, "day/close")
    assert says(dewi, "today", "day").startswith(
        "The office is closed for today. 2 numbers were still open and have ended. "
        "2 of them are among the first when they come back."
    )
    told(dewi, "day/open")
    save_part(hub.office, "limits/voucher_days", 0)
    told(dewi, "day/close")
    assert "among the first" not in says(dewi, "today", "day")


def test_each_service_says_its_state_its_reason_and_how_many_wait(hub: OfficeHub, dewi: FlaskClient) -> None:
    hub.issue()
    assert says(dewi, "today", "service.card") == "A Card printing Open 1 waiting"
    for state, words in ((PAUSED, "Paused"), (CLOSED, "Closed today")):
        saved = told(dewi, "services/card", state=state, text_en="no cards", text_id="habis")
        assert saved == "Saved. Kiosks, displays and phones say so at once."
        verb = "Let it go on" if state == PAUSED else "Open again"
        assert says(dewi, "today", "service.card") == f"A Card printing {words}: no cards {verb} 1 waiting"
    told(dewi, "services/card", state="closed_longer", text_en="no cards")
    longer = "A Card printing Closed until somebody opens it: no cards Open again 1 waiting"
    assert says(dewi, "today", "service.card") == longer
    told(dewi, "services/card", state="closed_longer", opens_on="2026-11-26")
    assert says(dewi, "today", "service.card") == (
        "A Card printing Closed, open again on Thursday, 26 November 2026 Open again 1 waiting"
    )
    dewi.post("/admin/services/card", json={"state": "open"})
    dewi.post("/admin/day/close", json={})
    assert says(dewi, "today", "service.card") == "A Card printing The day is closed. 0 waiting"


def test_a_pause_says_until_about_when_as_long_as_that_is_to_come(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    hub.office.execute(PauseService(service="card", reasons={"en": "no cards"}, until="09:30"))
    assert (
        says(dewi, "today", "service.card")
        == "A Card printing Paused until about 09:30: no cards Let it go on 0 waiting"
    )
    clock.forward(minutes=30)
    assert says(dewi, "today", "service.card") == "A Card printing Paused: no cards Let it go on 0 waiting"


def test_ready_reasons_are_what_visitors_read_when_they_are_chosen(hub: OfficeHub, dewi: FlaskClient) -> None:
    page = dewi.get("/admin/today", headers={"Accept": "text/html"}).text
    for words in (
        "Blank cards have run out", "The central server does not answer", "The network is down",
        "There is no electricity", "No more numbers today",
    ):  # fmt: skip
        assert f">{words}</button>" in page
        assert any(f'"en": "{words}"' in fill for fill in attribute(page, "data-fill"))


def test_a_second_counter_of_the_same_name_does_not_hide_the_first(hub: OfficeHub, dewi: FlaskClient) -> None:
    plan = small_plan(languages=("en",))
    counters = tuple(replace(one, name="Loket") for one in plan.counters)
    hub.office._load_plan = lambda: replace(plan, counters=counters)
    hub.office.execute(ChangePlan(what="counters"))
    assert says(dewi, "today", "counters").count("Nobody sits here") == 3


def test_a_service_says_how_many_of_those_who_wait_may_not_be_served_today(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    for _ in range(15):
        hub.issue()
    serve(hub, clock, 6, 5)  # it is 09:30
    assert says(dewi, "today", "service.card") == "A Card printing Open 9 waiting"
    save_part(hub.office, "hours", write_hours(Hours(dict.fromkeys(WEEKDAYS, ((6 * 60, 10 * 60),)))))
    said = says(dewi, "today", "service.card")
    last = r"The last number that will be served today: A-\d{3} \(chance: 80 %\)"
    count = re.fullmatch(rf"A Card printing Open {last} 9 waiting (\d) may not be served today", said)
    assert count is not None
    reaches = hub.office.read(
        lambda day, plan: [
            day.waits.reach_of_ticket(day.tickets[number], figure.own, clock())
            for number, figure in day.ahead.figures(day, plan, clock()).items()
        ]
    )
    assert int(count[1]) == len([reach for reach in reaches if reach]) > 0
