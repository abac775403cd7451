"""The journey of a service: set up from a preset, changed stage by stage, and kept while cases are on their way."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from antrean.queueing.commands import KeyInCases, MoveCases
from antrean.queueing.plan.document import written
from antrean.queueing.plan.journeys import Journey, Stage
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.plan.usual_journeys import IDENTITY_CARD, SHORT, USUAL
from tests.admin.services.test_services import form_of, plan_of, refusal, save, shown
from tests.admin.today.test_day_journey import signed_in
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

THREE = Journey(
    (
        Stage("recorded", {"id": "Direkam", "jv": "Karekam"}, usual_days=2),
        Stage("printed", {"id": "Dicetak"}, capacity=200),
        Stage("ready", {"id": "Siap diambil"}),
        Stage("collected", {"id": "Diambil"}),
    )
)


def set_up(hub: OfficeHub, journey: Journey = THREE) -> None:
    save_part(hub.office, "services/card/journey", written(journey))


def service(hub: OfficeHub, code: str = "card") -> Service:
    return plan_of(hub).service(code)


def fields_of(plan: OfficePlan, journey: Journey, **changed: Any) -> dict[str, Any]:
    """Return what the page's form sends of a journey."""
    fields: dict[str, Any] = {"stages": " ".join(str(key) for key in range(1, len(journey.stages) + 1))}
    for key, one in enumerate(journey.stages, 1):
        for language in plan.languages:
            fields[f"stage_{key}_name_{language}"] = one.names.get(language, "")
            fields[f"stage_{key}_words_{language}"] = one.words.get(language, "")
        fields |= {f"stage_{key}": one.code, f"stage_{key}_told": one.told, f"stage_{key}_moved_by": one.moved_by}
        figures = {"usual_days": one.usual_days, "capacity": one.capacity}
        fields |= {f"stage_{key}_{name}": value for name, value in figures.items() if value is not None}
    fields |= {"each_person": journey.each_person, "revision": plan.revision}
    return {**fields, **changed}


def send(client: FlaskClient, fields: dict[str, Any], code: str = "card") -> Any:
    return client.post(f"/admin/services/{code}/journey", json=fields, headers={"Accept-Language": "en"})


def test_a_preset_is_one_tap_away_and_holds_only_when_it_is_saved(browser: Browser, hub: OfficeHub) -> None:
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", "/admin/services/card/settings")
        page.click("a.service-journey")
        page.click(".journey-preset >> nth=0")
        expect(page.locator("[data-stages] > li")).to_have_count(7)
        expect(page.locator("[data-role]").nth(5)).to_have_text("siap diambil")
        assert service(hub).journey is None
        page.click(".form-save button")
        expect(page.locator("form[action$='/journey/remove']")).to_have_count(1)
        saved = service(hub).journey
        assert saved is not None
        assert saved == IDENTITY_CARD


def test_stages_are_added_moved_and_taken_away_and_saved_in_the_order_that_is_seen(
    browser: Browser, hub: OfficeHub
) -> None:
    set_up(hub)
    with hub.served() as address:
        page = signed_in(browser, address, "Eka", "/admin/services/card/journey")
        rows = page.locator("[data-stages] > li")
        page.click("[data-add]")
        page.keyboard.type("Laminasi")
        expect(rows.nth(2).locator("[data-name]")).to_have_text("Laminasi")
        rows.nth(2).locator("[data-do=up]").click()
        expect(rows.nth(1).locator("[data-do=up]")).to_be_focused()
        rows.nth(2).locator("summary").click()
        rows.nth(2).locator("[data-do=remove]").click()
        expect(rows).to_have_count(4)
        page.click("[data-stage='1'] summary")
        page.fill("[name=stage_1_usual_days]", "")
        page.click(".form-save button")
        expect(page.locator("[data-stage='2'] [data-name]")).to_have_text("Laminasi")
        found = service(hub).journey
        assert found is not None
        assert [one.code for one in found.stages] == ["recorded", "laminasi", "ready", "collected"]
        assert found.first == Stage("recorded", {"id": "Direkam", "jv": "Karekam"})


def test_a_stage_without_a_name_is_pointed_at_in_its_closed_row_and_nothing_typed_is_lost(
    browser: Browser, hub: OfficeHub
) -> None:
    set_up(hub)
    with hub.served() as address:
        page = signed_in(browser, address, "Eka", "/admin/services/card/journey")
        page.click("[data-stage='2'] summary")
        page.fill("[name=stage_2_name_id]", "")
        page.fill("[name=stage_2_words_id]", "Sedang dicetak")
        page.click("[data-stage='2'] summary")
        page.click(".form-save button")
        expect(page.locator("[name=stage_2_name_id]")).to_be_focused()
        page.fill("[name=stage_2_name_id]", "Direkam")
        page.click("[data-stage='2'] summary")
        page.click(".form-save button")
        expect(page.locator("[name=stage_2_name_id]")).to_be_focused()
        expect(page.locator("[name=stage_2_name_id]")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("[data-said]")).to_contain_text("Direkam")
        expect(page.locator("[name=stage_2_words_id]")).to_have_value("Sedang dicetak")


def test_a_change_of_one_stage_is_said_in_words_and_stands_in_the_history(hub: OfficeHub, eka: FlaskClient) -> None:
    set_up(hub)
    plan = plan_of(hub)
    said = send(eka, fields_of(plan, THREE, stage_2_capacity=150, stage_2_told=False)).get_json()
    assert "Cases a day that the office can bring here: 200 → 150" in said["said"]
    assert "Residents read of this stage: yes → no" in said["said"]
    send(eka, fields_of(plan_of(hub), THREE, stages="1 3 4", stage_1_usual_days=2))
    history = text_of(shown(eka, "/admin/history"))
    assert "Alur · Tahap · Dicetak · Berkas yang sanggup dibawa ke sini per hari: 200 → 150" in history
    assert "Alur · Tahap: Dicetak → –" in history
    assert "Alur · Tahap: – → Direkam → Dicetak → Siap diambil → Diambil" in history
    audit = text_of(shown(eka, "/admin/audit"))
    assert "per hari – sebelumnya: 200 → sekarang: 150" in audit
    assert "Alur · Tahap – sebelumnya: Dicetak → sekarang: tidak ada" in audit


def test_what_can_be_no_journey_is_refused_at_its_field(hub: OfficeHub, eka: FlaskClient) -> None:
    plan = plan_of(hub)
    wrong_fields: dict[str, dict[str, Any]] = {
        "stage_2_name_id": {"stage_2_name_id": ""},
        "stage_2_usual_days": {"stage_2_usual_days": 366},
        "stage_3_capacity": {"stage_3_capacity": 0},
        "stage_4_moved_by": {"stage_4_moved_by": "nobody"},
        "stages": {"stages": "1"},
        "expires_days": {"expires_days": 3651},
    }
    for field, changed in wrong_fields.items():
        refused = send(eka, fields_of(plan, THREE, **changed))
        assert (refused.status_code, refused.get_json()["error"]["field"]) == (422, field)
    for wrong in ("1 1", "0 1", "1 13", "one two"):
        assert refusal(send(eka, fields_of(plan, THREE, stages=wrong))) == (422, "value_invalid")
    assert refusal(send(eka, fields_of(plan, THREE, stage_2_name_id="DIREKAM"))) == (422, "plan_twice")
    nik = fields_of(plan, THREE, stage_1_words_id="3208 1234 5678 9012")
    assert refusal(send(eka, nik)) == (422, "note_has_id_number")
    assert service(hub).journey is None


def test_a_stage_in_which_cases_are_stays_until_they_are_moved_on(hub: OfficeHub, dewi: FlaskClient) -> None:
    set_up(hub)
    hub.office.execute(KeyInCases(cases=("BCDF", "BCDG"), service="card", stage="printed"))
    assert "2 berkas di tahap ini" in shown(dewi, "/admin/services/card/journey")
    without = fields_of(plan_of(hub), THREE, stages="1 3 4")
    refused = send(dewi, without)
    assert refusal(refused) == (409, "stage_in_use")
    assert refused.get_json()["error"]["message"] == "2 cases are in the stage “Dicetak”. Move them on first."
    hub.office.execute(MoveCases(cases=("BCDF", "BCDG"), stage="ready", leads=True))
    assert send(dewi, without).status_code == 200


def test_a_stage_in_which_cases_are_does_not_become_the_one_that_ends_them(hub: OfficeHub, dewi: FlaskClient) -> None:
    set_up(hub)
    hub.office.execute(KeyInCases(cases=("BCDF",), service="card", stage="ready"))
    for order in ("1 2 3", "1 2 4 3"):
        assert refusal(send(dewi, fields_of(plan_of(hub), THREE, stages=order))) == (409, "stage_in_use")
    assert send(dewi, fields_of(plan_of(hub), THREE, stages="1 3 2 4")).status_code == 200


def test_a_journey_with_cases_goes_neither_alone_nor_with_its_service_nor_by_going_back(
    hub: OfficeHub, eka: FlaskClient
) -> None:
    set_up(hub)
    save_part(hub.office, "services/family/collects", ["card"])
    hub.office.execute(KeyInCases(cases=("BCDF",), service="card", stage="printed"))
    for path in ("services/card/journey/remove", "services/card/remove", "history/1"):
        refused = eka.post(f"/admin/{path}", json={"revision": 3}, headers={"Accept-Language": "en"})
        assert refusal(refused) == (409, "journey_in_use")
        said = "1 case of “Pencetakan KTP-el” is still on its way. Move it to the last stage first."
        assert refused.get_json()["error"]["message"] == said
    hub.office.execute(MoveCases(cases=("BCDF",), stage="collected", leads=True))
    assert eka.post("/admin/services/card/journey/remove", json={"revision": 3}).status_code == 200
    assert (service(hub).journey, service(hub, "family").collects) == (None, ())


def test_a_service_that_goes_is_collected_nowhere_any_more(hub: OfficeHub, eka: FlaskClient) -> None:
    set_up(hub)
    save_part(hub.office, "services/family/collects", ["card"])
    assert eka.post("/admin/services/card/remove", json={"revision": 3, "anyway": True}).status_code == 200
    assert service(hub, "family").collects == ()


def test_what_is_handed_out_is_chosen_among_the_other_services_with_a_journey(hub: OfficeHub, eka: FlaskClient) -> None:
    assert "collects_" not in shown(eka, "/admin/services/family/settings")
    set_up(hub)
    page = shown(eka, "/admin/services/family/settings")
    assert "collects_card" in page
    assert "collects_family" not in page
    assert "collects_card" not in shown(eka, "/admin/services/card/settings")
    said = save(eka, "family", form_of(plan_of(hub), "family", collects_card=True)).get_json()["said"]
    assert "What is handed out here: – → A · Pencetakan KTP-el" in said
    assert service(hub, "family").collects == ("card",)
    assert "menyerahkan A" in text_of(shown(eka, "/admin/services"))


def test_a_copy_has_the_journey_of_the_service_that_it_is_copied_from(hub: OfficeHub, eka: FlaskClient) -> None:
    set_up(hub)
    form = form_of(plan_of(hub), "card", copy="card", series="Z", name_id="Cetak cepat")
    added = eka.post("/admin/new_service", json=form)
    assert added.status_code == 200, added.get_json()
    assert plan_of(hub).services[-1].journey == THREE


def test_texts_in_languages_that_the_office_does_not_speak_come_with_a_preset_and_stay(
    hub: OfficeHub, eka: FlaskClient
) -> None:
    save_part(hub.office, "languages", ["id", "en"])
    plan = plan_of(hub)
    assert send(eka, fields_of(plan, SHORT, preset="short")).status_code == 200
    assert service(hub).journey == SHORT
    assert refusal(send(eka, fields_of(plan, SHORT, preset="long"))) == (422, "value_invalid")


def test_a_preset_can_be_taken_as_it_is_by_an_office_of_any_language() -> None:
    for _name, journey in USUAL.values():
        for stage in journey.stages:
            assert {"id", "en", "su"} <= set(stage.names)
            assert set(stage.words) in (set(), {"id", "en", "su"})
        assert len({stage.code for stage in journey.stages}) == len(journey.stages)


def test_how_long_ended_cases_are_known_is_a_rule_with_its_reason(hub: OfficeHub, eka: FlaskClient) -> None:
    page = text_of(shown(eka, "/admin/rules"))
    assert "Hari berkas yang sudah berakhir masih dikenal Selama itu pemegang kode membaca" in page
    assert eka.post("/admin/rules", json={"case_days": 30, "revision": 1}).status_code == 200
    assert plan_of(hub).limits.case_days == 30
