"""History: every change of the settings with who made it, and the way back; nobody's change is lost on it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from antrean.queueing.plan.model import OfficePlan, PlaylistItem
from tests.admin.today.test_day_journey import signed_in
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_item, save_part


@pytest.fixture
def eka(hub: OfficeHub) -> FlaskClient:
    return hub.as_staff("Eka")


def listed(eka: FlaskClient) -> str:
    return text_of(eka.get("/admin/history", headers={"Accept": "text/html"}).text)


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def code(answer: Any) -> str:
    return str(answer.get_json()["error"]["code"])


def test_each_change_stands_there_with_who_made_it_and_what_was_before(hub: OfficeHub, eka: FlaskClient) -> None:
    save_part(hub.office, "voice", {"volume": 60}, actor="supervisor:Dewi")
    save_part(hub.office, "services/card/promised_wait", 45, actor="administrator:Eka")
    said = listed(eka)
    newest, second, first = said.index("Eka ·"), said.index("Dewi ·"), said.index("Keadaan pertama")
    assert newest < second < first
    assert "A · Pencetakan KTP-el · Waktu tunggu yang dijanjikan (menit): 30 → 45" in said
    assert "Suara · Volume: – → 60 %" in said
    assert said.count("Kembali ke keadaan ini") == 2


def test_going_back_is_the_next_revision_and_can_be_taken_back_too(hub: OfficeHub, eka: FlaskClient) -> None:
    before = plan_of(hub)
    save_part(hub.office, "displays/ticker", {"id": "Gratis"})
    changed = plan_of(hub)
    assert eka.post("/admin/history/1", json={"revision": 2}).get_json() == {"next": "/admin/history"}
    assert (plan_of(hub), plan_of(hub).revision) == (before, 3)
    assert eka.post("/admin/history/2", json={"revision": 3}).status_code == 200
    assert (plan_of(hub), plan_of(hub).revision) == (changed, 4)


def test_going_back_leaves_no_service_without_a_counter_unless_that_is_wanted(hub: OfficeHub, eka: FlaskClient) -> None:
    serving = [one.code for one in plan_of(hub).counters if "birth" in one.services]
    for counter in serving:
        for part in ("primary", "overflow"):
            save_part(hub.office, f"counters/{counter}/{part}", [])
    without = plan_of(hub)
    assert "birth" in [one.code for one in without.unserved()]
    assert eka.post("/admin/history/1", json={"revision": without.revision}).status_code == 200
    served = plan_of(hub)
    again = {"revision": served.revision}
    refused = eka.post(f"/admin/history/{without.revision}", json=again)
    assert (refused.status_code, code(refused)) == (409, "services_unserved")
    assert plan_of(hub) == served
    assert eka.post(f"/admin/history/{without.revision}", json={**again, "anyway": True}).status_code == 200
    assert plan_of(hub) == without


def test_who_goes_back_over_a_change_that_they_have_not_seen_is_told_of_it(hub: OfficeHub, eka: FlaskClient) -> None:
    save_part(hub.office, "voice", {"volume": 60}, actor="supervisor:Dewi")
    refused = eka.post("/admin/history/1", json={"revision": 1})
    assert (refused.status_code, code(refused)) == (409, "plan_changed_meanwhile")
    assert "Dewi: Volume: – → 60 %." in refused.get_json()["error"]["message"]
    assert plan_of(hub).revision == 2


def test_a_picture_that_is_gone_stays_out_of_the_playlist(hub: OfficeHub, eka: FlaskClient) -> None:
    save_item(hub.office, PlaylistItem("a", "picture", file="gone.png"))
    save_part(hub.office, "displays/playlist/a", None)
    assert eka.post("/admin/history/2", json={"revision": 3}).status_code == 200
    assert plan_of(hub).playlist == ()


def test_a_state_that_there_is_not_and_whoever_is_no_administrator_is_refused(
    hub: OfficeHub, eka: FlaskClient, dewi: FlaskClient
) -> None:
    assert code(eka.post("/admin/history/9", json={"revision": 1})) == "not_found"
    assert code(eka.post("/admin/history/1", json={})) == "value_missing"
    assert dewi.get("/admin/history").status_code == 403
    assert dewi.post("/admin/history/1", json={"revision": 1}).status_code == 403


def saved(page: Page, action: str) -> str:
    """Press the key of a form and return what the page says then."""
    page.click(f'form[action="{action}"] button:not([type=button])')
    said = page.locator("[data-said]")
    said.wait_for(state="visible")
    return said.inner_text()


@pytest.mark.slow
def test_of_two_who_change_settings_in_two_browsers_nobody_loses_anything(browser: Browser, hub: OfficeHub) -> None:
    with hub.served() as address:
        dewi = signed_in(browser, address, "Dewi", "/admin/voice")
        eka, other = (signed_in(browser, address, "Eka", path) for path in ("/admin/voice", "/admin/rules"))
        dewi.select_option("select[name=repeat]", "1")
        assert "Tersimpan" in saved(dewi, "/admin/voice")
        other.fill("#interleave", "5")
        assert "Tersimpan" in saved(other, "/admin/rules")  # another part: both hold
        eka.select_option("select[name=repeat]", "3")
        refused = saved(eka, "/admin/voice")
        assert "sudah diubah orang lain" in refused
        assert "Dewi: " in refused
        eka.reload()
        eka.select_option("select[name=repeat]", "3")
        assert "Tersimpan" in saved(eka, "/admin/voice")
        dewi.reload()
        assert dewi.input_value("select[name=repeat]") == "3"
    plan = plan_of(hub)
    assert (plan.voice["repeat"], plan.interleave, plan.revision) == (3, 5, 4)
