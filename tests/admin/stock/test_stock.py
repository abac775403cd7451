"""The stock page: items, entries by hand and the warnings that follow, as a supervisor makes and reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import CallNext, CloseDay, CompleteTicket, OpenCounter, StartService
from antrean.queueing.plan.model import OfficePlan, StockItem, StockUse
from tests.admin.said import says
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

BLANK = StockItem("blank", {"id": "Blangko", "en": "Blank cards"}, {"en": "sheets"}, 5)
WANT = {"name_en": " Blank  cards ", "name_id": "Blangko", "unit_en": "sheets", "low": 5}


@pytest.fixture
def plan() -> OfficePlan:
    """An office that speaks English first, where a card uses a blank."""
    here = small_plan(languages=("en", "id"), stock=(BLANK,))
    card = replace(here.services[0], uses=(StockUse("blank"),))
    return replace(here, services=(card, *here.services[1:]))


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def uses(hub: OfficeHub) -> dict[str, dict[str, int]]:
    return {one.code: {use.code: use.each for use in one.uses} for one in plan_of(hub).services}


def there(hub: OfficeHub, item: str = "blank") -> int | None:
    return hub.office.read(lambda day, _plan: day.standing.stock.on_hand(item))


def post(client: FlaskClient, path: str, **fields: Any) -> Any:
    return client.post(f"/admin/stock{path}", json=fields, headers={"Accept-Language": "en"})


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def page(client: FlaskClient) -> str:
    return client.get("/admin/stock", headers={"Accept": "text/html"}).text


def log(client: FlaskClient) -> list[str]:
    """Return the newest entries as the page has them, without the day."""
    rows = page(client).split('<ol class="stock-log"')[1].split("</ol>")[0].split("<li")[1:]
    return [text_of(f"<li{row}").removeprefix("Tuesday, 24 November ") for row in rows]


def serve(hub: OfficeHub, persons: int = 1) -> None:
    """Take a number for a card and finish it at counter 3."""
    number = hub.issue("card", persons=persons).number
    at = {"counter": "3", "operator": "Ani"}
    if hub.office.read(lambda day, _plan: day.counter("3").state) == "closed":
        hub.office.execute(OpenCounter(**at))
    hub.office.execute(CallNext(**at))
    hub.office.execute(StartService(ticket=number, counter="3"))
    hub.office.execute(CompleteTicket(ticket=number, counter="3"))


def test_an_item_is_added_with_what_services_use_of_it(hub: OfficeHub, dewi: FlaskClient) -> None:
    answer = post(dewi, "", name_en="Printer  ribbon", unit_id="gulung", low=3, each_card=2, each_birth=0)
    assert answer.get_json() == {"next": "/admin/stock#item-printer-ribbon"}
    assert plan_of(hub).stock[1] == StockItem("printer-ribbon", {"en": "Printer ribbon"}, {"id": "gulung"}, 3)
    assert uses(hub) == {"card": {"blank": 1, "printer-ribbon": 2}, "family": {}, "birth": {}}
    assert error(post(dewi, "", name_en=" ", low=0)) == (422, "value_missing")
    assert error(post(dewi, "", name_en="Ink", low=-1)) == (422, "value_invalid")
    assert error(post(dewi, "", name_en="Ink", low=0, each_card=100)) == (422, "value_invalid")
    assert error(post(hub.as_staff("Ani"), "", name_en="Ink", low=0)) == (403, "not_allowed")
    assert error(post(hub.as_staff("Fajar"), "", name_en="Ink", low=0)) == (403, "not_allowed")


def test_an_item_is_changed_and_what_services_use_of_others_stays(hub: OfficeHub, dewi: FlaskClient) -> None:
    post(dewi, "", name_en="Ribbon", low=0, each_card=2)
    assert post(dewi, "/blank", **{**WANT, "low": 9}, each_birth=3).status_code == 200
    assert plan_of(hub).stock[0] == replace(BLANK, low=9)
    assert uses(hub) == {"card": {"ribbon": 2}, "family": {}, "birth": {"blank": 3}}
    assert error(post(dewi, "/gone", **WANT)) == (404, "stock_unknown")


def test_an_item_that_is_taken_away_is_used_by_nothing_and_its_code_is_never_anothers(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    post(dewi, "/blank/receive", count=500)
    assert post(dewi, "/blank/remove").get_json() == {"next": "/admin/stock"}
    assert (plan_of(hub).stock, uses(hub)["card"]) == ((), {})
    assert error(post(dewi, "/blank/remove")) == (404, "stock_unknown")
    post(dewi, "", name_en="Blank", low=0)
    assert plan_of(hub).stock[0].code == "blank-2"
    for where in ("/admin/audit", "/admin/history"):
        assert "Blank cards" in text_of(eka.get(where, headers={"Accept": "text/html"}).text)


def test_of_two_who_save_one_item_the_second_is_told(hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient) -> None:
    seen = plan_of(hub).revision
    assert post(dewi, "/blank", **{**WANT, "low": 7}, each_card=1, revision=seen).status_code == 200
    refused = post(eka, "/blank", **{**WANT, "low": 8}, each_card=1, revision=seen)
    assert error(refused) == (409, "plan_changed_meanwhile")
    assert "Dewi: " in refused.get_json()["error"]["message"]
    assert plan_of(hub).stock[0].low == 7


def test_entries_are_made_on_the_page_and_one_that_was_a_mistake_is_taken_back(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    made = post(dewi, "/blank/receive", count=500, note="SJ 12", request_id="delivery-12").get_json()
    assert made == {"seq": hub.seq(), "next": "/admin/stock#item-blank"}
    assert post(dewi, "/blank/receive", count=500, note="SJ 12", request_id="delivery-12").get_json() == made
    assert there(hub) == 500
    post(dewi, "/blank/spoil", count=4, reason="bent")
    assert error(post(dewi, "/blank/count", count=490)) == (422, "stock_reason_missing")
    assert error(post(dewi, "/blank/spoil", count=4, reason=" ")) == (422, "stock_reason_missing")
    assert error(post(dewi, "/blank/lose", count=4)) == (404, "not_found")
    assert post(dewi, "/blank/count", count=490, reason="counted twice").status_code == 200
    assert error(post(hub.as_staff("Ani"), "/blank/receive", count=5)) == (403, "not_allowed")
    answer = post(dewi, f"/entries/{made['seq'] + 1}/take_back")
    assert answer.get_json() == {"seq": hub.seq(), "next": "/admin/stock#entries"}
    assert there(hub) == 494
    assert error(post(dewi, f"/entries/{made['seq'] + 1}/take_back")) == (404, "stock_entry_unknown")


def test_a_form_without_the_pages_script_leads_back_to_the_item(hub: OfficeHub, dewi: FlaskClient) -> None:
    answer = dewi.post("/admin/stock/blank/receive", data={"count": "12", "note": ""}, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/stock#item-blank")
    assert there(hub) == 12


def test_the_newest_entries_say_who_made_them_and_when(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient, clock: SetClock
) -> None:
    assert "No entry yet." in text_of(page(dewi))
    post(dewi, "/blank/receive", count=500, note="SJ 12")
    clock.forward(minutes=5)
    post(eka, "/blank/spoil", count=4, reason="bent")
    post(dewi, "/blank/count", count=496)
    post(dewi, "/blank/count", count=490, reason="counted twice")
    back = hub.seq()
    assert log(dewi) == [
        "09:05 · Dewi Blank cards: 490 counted, −6: counted twice Take back",
        "09:05 · Dewi Blank cards: 496 counted, as listed Take back",
        "09:05 · Eka Blank cards: 4 spoiled or gone: bent Take back",
        "09:00 · Dewi Blank cards: 500 came in: SJ 12 Take back",
    ]
    for line in (back, back - 2, back - 3):
        post(eka, f"/entries/{line}/take_back")
    assert log(dewi) == [
        "09:05 · Eka Blank cards: taken back that 500 came in",
        "09:05 · Eka Blank cards: taken back that 4 were spoiled",
        "09:05 · Eka Blank cards: a count was taken back, +6",
        "09:05 · Dewi Blank cards: 490 counted, −6: counted twice (taken back)",
        "09:05 · Dewi Blank cards: 496 counted, as listed Take back",
        "09:05 · Eka Blank cards: 4 spoiled or gone: bent (taken back)",
        "09:00 · Dewi Blank cards: 500 came in: SJ 12 (taken back)",
    ]


def test_entries_of_an_item_that_was_taken_away_stand_in_the_audit_alone(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    post(dewi, "", name_en="Ribbon", low=0)
    post(dewi, "/ribbon/receive", count=3)
    post(dewi, "/blank/receive", count=7)
    post(dewi, "/ribbon/remove")
    assert log(dewi) == ["09:00 · Dewi Blank cards: 7 came in Take back"]
    audit = text_of(eka.get("/admin/audit?about=stock", headers={"Accept": "text/html"}).text)
    assert "Dewi Blank cards: 7 came in" in audit
    assert "Dewi Ribbon: 3 came in" in audit


def test_the_audit_has_the_entries_by_hand_and_not_what_visitors_used(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    post(dewi, "/blank/receive", count=9, note="SJ 12")
    post(eka, f"/entries/{hub.seq()}/take_back")
    post(dewi, "/blank/count", count=9)
    serve(hub)
    post(dewi, "/blank", **{**WANT, "low": 7}, each_card=1)
    audit = text_of(eka.get("/admin/audit?about=stock", headers={"Accept": "text/html"}).text)
    assert audit.count("Blank cards") == 3
    for words in (
        "Eka Blank cards: taken back that 9 came in",
        "Dewi Blank cards: 9 came in: SJ 12",
        "Dewi Blank cards: 9 counted, +9",
    ):
        assert words in audit
    changed = text_of(eka.get("/admin/audit?about=settings", headers={"Accept": "text/html"}).text)
    assert "Dewi Stock items changed Blank cards · Few, when fewer are left than – before: 5 → now: 7" in changed
    post(dewi, "/blank", **{**WANT, "low": 7}, each_card=3)
    changed = text_of(eka.get("/admin/audit?about=settings", headers={"Accept": "text/html"}).text)
    assert "· Uses for each person – before: 1 × Blank cards → now: 3 × Blank cards" in changed


def test_an_item_says_how_it_stands(hub: OfficeHub, dewi: FlaskClient) -> None:
    def said() -> str:
        return says(dewi, "stock", "level.blank")

    figures = "There {} sheets Promised to visitors {} Used today {} The rest is enough for {}"
    unknown = "not known yet: after 5 days of use"
    begin = "Nobody keeps count of it yet. Enter what is there: from then on each finished visitor uses it."
    assert said() == begin
    assert "Spoiled or gone" not in page(dewi)
    post(dewi, "/blank/receive", count=7)
    assert "Spoiled or gone" in page(dewi)
    serve(hub)
    hub.issue("card")
    assert said() == figures.format(6, 1, 1, unknown)
    hub.issue("card")
    few = "Few left: fewer than 5 that nobody was promised "
    assert said() == few + figures.format(6, 2, 1, unknown)
    hub.issue("card", persons=4)
    assert said() == "Used up " + figures.format(6, 6, 1, unknown)
    post(dewi, "/blank/count", count=0, reason="stolen")
    assert said() == "Used up " + figures.format(0, 6, 1, unknown)
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    hub.office.execute(StartService(ticket="A-002", counter="3"))
    hub.office.execute(CompleteTicket(ticket="A-002", counter="3"))
    assert said() == "More were used than came in: count what is there. " + figures.format(-1, 5, 2, unknown)


def test_an_item_says_how_many_of_the_promised_are_for_those_who_come_back_with_an_earlier_number(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    save_part(hub.office, "limits/voucher_days", 2, actor="administrator:Eka")
    post(dewi, "/blank/receive", count=7)
    hub.issue("card", persons=3)
    hub.office.execute(CloseDay())
    clock.now += timedelta(days=1)
    client = hub.as_staff("Dewi")
    hub.issue("card")
    said = says(client, "stock", "level.blank")
    assert "There 7 sheets Promised to visitors 4 3 of them to whoever comes back with an earlier number" in said
    hub.issue("card", persons=3)
    assert says(client, "stock", "level.blank").startswith("Used up ")
    assert "Used up: Blank cards." in says(client, "today", "alarms")


@pytest.mark.parametrize(
    ("left", "used", "said"),
    [
        (30, (5, 5, 5, 5, 5), "6 days of use"),
        (5, (5, 5, 5, 5, 5), "1 day of use"),
        (60, (5, 7, 5, 6, 4), "9 to 13 days of use"),
        (4, (5, 5, 5, 5, 5), "less than a day of use"),
        (6, (5, 7, 3, 8, 2), "up to 2 days of use"),
        (20, (1, 1, 1, 1, 40), "not known: the days differ too much"),
        (1000, (1, 1, 1, 1, 1), "more than 250 days of use"),
        (60, (1, 1, 1, 1, 40), "1 day of use or more"),
        (600, (1, 1, 1, 1, 40), "27 days of use or more"),
    ],
)
def test_how_long_the_rest_lasts_is_said_in_days_of_use(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock, left: int, used: tuple[int, ...], said: str
) -> None:
    post(dewi, "/blank/receive", count=left + sum(used))
    for count in used:
        for persons in [9] * (count // 9) + [count % 9] * bool(count % 9):
            serve(hub, persons)
        clock.now += timedelta(days=1)
    client = hub.as_staff("Dewi")
    hub.issue("family")  # the day has begun
    assert says(client, "stock", "level.blank").endswith(f"The rest is enough for {said}")


def test_what_no_service_uses_and_an_office_without_items_say_so(hub: OfficeHub, dewi: FlaskClient) -> None:
    assert "No service uses it yet." not in text_of(page(dewi))
    post(dewi, "", name_en="Ribbon", low=0)
    assert "Ribbon No service uses it yet." in text_of(page(dewi))
    none = "No item yet: no service stops because something is used up."
    assert none not in text_of(page(dewi))
    post(dewi, "/ribbon/remove"), post(dewi, "/blank/remove")
    assert none in text_of(page(dewi))


def test_today_warns_before_a_service_stops_and_leads_to_the_page(hub: OfficeHub, dewi: FlaskClient) -> None:
    def alarms() -> str:
        return says(dewi, "today", "alarms")

    few = "Few left: Blank cards, {} that nobody was promised."
    post(dewi, "/blank/receive", count=5)
    assert "Blank cards" not in alarms()
    hub.issue("card")
    assert few.format("4 sheets") in alarms()
    drawn = dewi.get("/admin/view?page=today").get_json()["html"]["alarms"]
    assert 'href="/admin/stock"' in drawn
    viewer = hub.as_staff("Fajar").get("/admin/view?page=today").get_json()["html"]["alarms"]
    assert few.format("4 sheets") in text_of(viewer)
    assert "/admin/stock" not in viewer
    hub.issue("card", persons=4)
    assert "Used up: Blank cards." in alarms()
    post(dewi, "/blank/receive", count=500)
    assert "Blank cards" not in alarms()
