"""What the floor says is so now, names nobody to whom nobody is named, and leads to where something can be done."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from antrean.hub.watches.silence import SilentPanel
from antrean.hub.watches.usual_floor import EarlierFloor
from antrean.queueing.commands import (
    CallNext,
    ChangePlan,
    CloseDay,
    CompleteTicket,
    FreeCounter,
    HoldTicket,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    PauseService,
    StartService,
)
from antrean.queueing.keeping.report_rows import MINUTE
from antrean.queueing.plan.model import Counter, OfficePlan, Service
from antrean.reporting.figures import Share, Times
from antrean.reporting.so_far import SoFar, Usual
from antrean.storage.reports.tables import ReportTables
from tests.admin.conftest import Agent
from tests.admin.said import drawn, says
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

AT = {"counter": "3", "operator": "Ani"}


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


def read_earlier(hub: OfficeHub, days: int) -> None:
    """Have earlier days known: so many of them."""
    watch = hub.app.extensions["antrean"].usual_floor
    figures = SoFar(40, 60, 30, Share(1, 10), Times.of([6 * MINUTE, 90 * MINUTE]), Share(9, 10))
    watch.read()
    watch._earlier = EarlierFloor(hub.office.clock(), Usual(days, figures if days else SoFar()), {"card": 6 * MINUTE})


def test_a_service_says_who_waits_how_many_for_too_long_and_how_it_stands(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    assert says(dewi, "floor", "services").startswith("0 waiting A Card printing Open Waiting 0 B")
    hub.issue("card")
    clock.forward(minutes=20)
    hub.issue("card")
    clock.forward(minutes=10)
    assert (
        "2 waiting A Card printing Open Waiting 2 Longest now – min Past 30 min 0 All called by not known yet"
        in says(dewi, "floor", "services")
    )
    clock.forward(seconds=1)
    said = says(dewi, "floor", "services")
    assert said.startswith("2 waiting · 1 of them for longer than was promised")
    assert "Past 30 min 1 50%" in said
    assert "Card printing: 1 of 2 has waited for longer than the promised 30 minutes." in says(dewi, "floor", "alarms")
    hub.office.execute(PauseService(service="card", reasons={"en": "No blank cards"}, until="10:00"))
    assert "Paused until about 10:00: No blank cards" in says(dewi, "floor", "services")
    hub.office.execute(CloseDay())
    assert "B Family card The day is closed. Waiting 0" in says(dewi, "floor", "services")


def test_a_counter_says_what_it_does_and_who_sits_there_but_to_a_viewer_not_who(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    def said() -> str:
        return says(dewi, "floor", "counters").split(" Longer than usual:")[0]

    assert said() == "Nobody sits at a counter."
    hub.office.execute(OpenCounter(**AT))
    assert said() == "Loket 3 Ani Free – min Nobody sits at 2 counters: Loket 1, Loket 2"
    for _ in range(2):
        hub.issue("card")
    hub.office.execute(CallNext(**AT))
    assert said().startswith("Loket 3 Ani A-001 called – min Card printing Nobody")
    hub.office.execute(StartService(ticket="A-001", counter="3"))
    assert said().startswith("Loket 3 Ani A-001 being served – min Card printing Nobody")
    hub.office.execute(HoldTicket(ticket="A-001", counter="3", reason="papers"))
    hub.office.execute(PauseCounter(**AT, reason="prayer"))
    assert said().startswith("Loket 3 Ani Paused: Prayer – min 1 number is held here Nobody")
    viewer = says(hub.as_staff("Fajar"), "floor", "counters")
    assert viewer.startswith("Loket 3 Paused: Prayer")
    assert "Ani" not in viewer
    hub.office.execute(FreeCounter(counter="3"))
    assert said().startswith("Loket 3 Nobody sits here 1 number is held here Nobody sits at 2 counters")


def test_what_takes_longer_than_usual_is_marked_from_that_moment_on(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    hub.office.execute(OpenCounter(**AT))
    hub.issue("card")
    hub.office.execute(CallNext(**AT))
    hub.office.execute(StartService(ticket="A-001", counter="3"))
    assert "data-long" not in drawn(dewi, "floor", "counters")  # nobody knows what is usual
    begun = int(clock().timestamp() * 1000)
    read_earlier(hub, 4)
    hub.office.execute(OpenCounter(counter="1", operator="Budi"))
    html = drawn(dewi, "floor", "counters")
    assert f'data-long="{begun + 360_000}" data-very="{begun + 720_000}"' in html
    assert "longer than usual" in says(dewi, "floor", "counters")
    assert "Longer than usual: than nine of ten visits of that service on the last 20 service days." in says(
        dewi, "floor", "counters"
    )


def test_a_call_that_nobody_comes_to_for_five_minutes_and_a_queue_that_stands_still_are_alarms(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    assert says(dewi, "floor", "alarms") == "Nothing needs anybody now."
    hub.office.execute(OpenCounter(**AT))
    for _ in range(2):
        hub.issue("card")
    hub.office.execute(CallNext(**AT))
    clock.forward(minutes=5)
    assert "has been called" not in says(dewi, "floor", "alarms")
    clock.forward(seconds=1)
    assert (
        "Look after it: A-001 has been called at Loket 3 since 09:00, and nobody has come. Call again, or say"
        in says(dewi, "floor", "alarms")
    )
    hub.office.execute(MarkNoShow(ticket="A-001", counter="3"))
    assert "has been called" not in says(dewi, "floor", "alarms")
    clock.forward(minutes=16)
    assert "Card printing · No call for 20 minutes · 1 waiting Say whether something is down" in says(
        dewi, "floor", "alarms"
    )


def test_the_worst_stands_first_and_leads_to_where_it_is_mended_whoever_may_go_there(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock, agent: Agent
) -> None:
    hub.issue("card")
    clock.forward(minutes=31)
    agent.reports("paper_out")
    said = says(dewi, "floor", "alarms")
    assert said.index("Act now: No paper Put a new roll into the kiosk") < said.index(
        "Look after it: Card printing: 1 of 1"
    )
    html = drawn(dewi, "floor", "alarms")
    assert 'href="/admin/printers"' in html
    assert 'href="/admin/today#services-title"' in html
    assert 'href="/admin/printers"' not in drawn(hub.as_staff("Fajar"), "floor", "alarms")


def test_figures_of_today_stand_beside_usual_ones_with_how_many_days_these_are(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    assert says(dewi, "floor", "cards") == (
        "Arrived 0 Served 0 Persons 0 No-show – Mean wait – Nine of ten waited – Longest wait – Promise kept – "
        "No earlier Tuesday is known to compare with."
    )
    hub.office.execute(OpenCounter(**AT))
    for _ in range(2):
        hub.issue("card", persons=2)
    clock.forward(minutes=4)
    hub.office.execute(CallNext(**AT))
    hub.office.execute(StartService(ticket="A-001", counter="3"))
    hub.office.execute(CompleteTicket(ticket="A-001", counter="3"))
    clock.forward(minutes=4)
    hub.office.execute(CallNext(**AT))
    hub.office.execute(MarkNoShow(ticket="A-002", counter="3"))
    read_earlier(hub, 4)
    hub.issue("birth")
    assert says(dewi, "floor", "cards") == (
        "Arrived 3 usual 40 Served 1 usual 30 Persons 5 usual 60 No-show 50 % usual 10 % Mean wait 6 min usual 48 min "
        "Nine of ten waited 8 min usual 90 min Longest wait 8 min usual 90 min Promise kept 50 % usual 90 % "
        "Beside each figure: the last 4 days on a Tuesday, until 09:08; counts are the mean of a day."
    )
    read_earlier(hub, 1)
    hub.issue("birth")
    assert "Beside each figure: the one Tuesday before that is known, until 09:08." in says(dewi, "floor", "cards")


def test_the_floor_is_the_first_page_and_reads_what_is_usual_before_it_is_shown(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    here = hub.app.extensions["antrean"]
    ReportTables(here.reports.engine, here.reports.office).make()
    assert dewi.get("/admin/").headers["Location"] == "/admin/floor"
    assert here.usual_floor.earlier().until is None
    assert dewi.get("/admin/floor").status_code == 200
    assert here.usual_floor.earlier().until == clock()
    assert hub.as_staff("Ani").get("/admin/floor").status_code == 403


def test_of_many_alike_three_are_named_and_the_others_counted(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    services = tuple(Service(f"s{at}", "ABCDE"[at], {"en": f"Service {at}"}, promised_wait=30) for at in range(5))
    counters = tuple(Counter(str(at), f"Loket {at}", (f"s{at}",)) for at in range(5))
    hub.office._load_plan = lambda: small_plan(languages=("en",), services=services, counters=counters)
    hub.office.execute(ChangePlan(what="services"))
    for at in range(5):
        hub.issue(f"s{at}")
        hub.issue(f"s{at}")
        hub.office.execute(OpenCounter(counter=str(at), operator=f"Op{at}"))
        hub.office.execute(CallNext(counter=str(at), operator=f"Op{at}"))
    clock.forward(minutes=31)
    said = says(dewi, "floor", "alarms")
    assert "At 2 more counters nobody has come for the number that is called." in said
    assert "At 2 more services some have waited for longer than was promised." in said
    assert (said.count("has been called at"), said.count("has waited for longer")) == (3, 3)


def test_a_viewer_reads_of_a_counter_without_a_panel_and_not_who_sits_there(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    watch = hub.app.extensions["antrean"].silence
    watch.panels = (SilentPanel("3", "Ani", clock()),)
    assert "Loket 3 takes calls, and Ani has had no panel open there" in says(dewi, "floor", "alarms")
    viewer = says(hub.as_staff("Fajar"), "floor", "alarms")
    assert "Loket 3 takes calls, and no panel is open there." in viewer
    assert "Ani" not in viewer
