"""The office page: the office gets another name, and what else makes it one's own is found from there."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import IssueTicket
from antrean.queueing.plan.model import OfficePlan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of

HTML = {"Accept": "text/html"}
ENGLISH = {"Accept-Language": "en"}


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def rename(client: FlaskClient, **fields: Any) -> Any:
    return client.post("/admin/office/name", json=fields, headers={"Accept-Language": "en"})


def test_the_office_gets_another_name_which_its_pages_show_and_the_audit_tells(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    before = plan_of(hub).name
    answer = rename(dewi, name="  Disdukcapil   Kuningan ", revision=1)
    assert answer.get_json() == {"said": f"Saved. Name: {before} → Disdukcapil Kuningan", "revision": 2}
    assert plan_of(hub).name == "Disdukcapil Kuningan"
    assert "Disdukcapil Kuningan" in text_of(dewi.get("/admin/today", headers=HTML).text)
    told = text_of(eka.get("/admin/audit", headers=HTML).text)
    assert "Nama kantor diubah" in told
    assert before in told
    assert "Disdukcapil Kuningan" in told
    assert rename(dewi, name="Disdukcapil Kuningan").get_json()["said"] == "Nothing was different."


@pytest.mark.parametrize(
    ("name", "refused"),
    [("", "value_invalid"), ("   ", "value_invalid"), ("x" * 61, "value_invalid"), (None, "value_missing")],
)
def test_what_is_no_name_of_an_office_is_refused_and_changes_nothing(
    hub: OfficeHub, dewi: FlaskClient, name: str | None, refused: str
) -> None:
    before = plan_of(hub)
    answer = rename(dewi, name=name)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, refused)
    assert plan_of(hub) == before


def test_of_two_who_rename_the_office_the_second_is_told_what_the_first_did(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    assert rename(dewi, name="Kantor Satu", revision=1).status_code == 200
    answer = rename(eka, name="Kantor Dua", revision=1)
    assert answer.get_json()["error"]["code"] == "plan_changed_meanwhile"
    assert "Kantor Satu" in answer.get_json()["error"]["message"]
    assert plan_of(hub).name == "Kantor Satu"


def test_each_place_where_the_rest_is_set_is_one_link_away_and_nobody_is_led_where_they_may_not_go(
    dewi: FlaskClient, eka: FlaskClient
) -> None:
    pages = {name: client.get("/admin/office", headers=HTML).text for name, client in (("Dewi", dewi), ("Eka", eka))}
    for page in pages.values():
        inside = page[page.index("office-ways") :]
        for path in ("services", "counters", "hours", "rules", "slip", "voice"):
            assert f'href="/admin/{path}"' in inside
    assert 'href="/admin/people"' in pages["Eka"]
    assert 'href="/admin/people"' not in pages["Dewi"]


def test_operators_may_neither_see_nor_change_it(hub: OfficeHub) -> None:
    ani, before = hub.as_staff("Ani"), plan_of(hub)
    assert ani.get("/admin/office").status_code == 403
    assert rename(ani, name="Kantor Ani").status_code == 403
    assert plan_of(hub) == before


def test_the_time_zone_is_chosen_before_the_first_number_and_pages_go_by_it_at_once(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    page = dewi.get("/admin/office", headers=HTML).text
    assert '<option value="Asia/Jakarta" selected>' in page
    moved = dewi.post("/admin/office/time_zone", json={"time_zone": "Asia/Makassar", "revision": 1}, headers=ENGLISH)
    assert moved.get_json() == {"said": "Saved. Time zone: Asia/Jakarta → Asia/Makassar", "revision": 2}
    assert 'data-utc-offset="480"' in dewi.get("/admin/office", headers=HTML).text
    assert dewi.post("/admin/office/time_zone", json={"time_zone": "Mars/Olympus"}).status_code == 422
    hub.office.execute(IssueTicket(service="card", language="id"))
    late = dewi.post("/admin/office/time_zone", json={"time_zone": "Asia/Jayapura"}, headers=ENGLISH)
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "time_zone_numbers")
    undone = eka.post("/admin/history/1", json={"revision": 2})
    assert (undone.status_code, undone.get_json()["error"]["code"]) == (409, "time_zone_numbers")
    assert plan_of(hub).zone == "Asia/Makassar"
    assert hub.as_staff("Ani").post("/admin/office/time_zone", json={"time_zone": "Asia/Jayapura"}).status_code == 403
