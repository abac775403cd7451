"""Services are added, changed, copied, moved and removed in the browser, and nobody's work is lost on it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import CallNext, ChangePriority, CompleteTicket, OpenCounter, StartService
from antrean.queueing.errors import Refused
from antrean.queueing.plan.model import OfficePlan, Requirement, Service
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

SCRIPTS = {"ar": "بطاقة الهوية", "jv": "ꦏꦂꦠꦸ", "th": "บัตรประชาชน"}


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def form_of(plan: OfficePlan, code: str, **changed: Any) -> dict[str, Any]:
    """Return what the page's form sends of a service."""
    one = plan.service(code)
    texts = {
        "name": one.names, "explanation": one.explanations, "cost": one.costs, "legal": one.legal_times,
        "closure": one.closure_reasons, "question": one.spare_questions, "spare": one.spare_words,
    }  # fmt: skip
    fields: dict[str, Any] = {
        f"{kind}_{language}": values.get(language, "") for kind, values in texts.items() for language in plan.languages
    }
    for place, document in enumerate(one.requirements, 1):
        fields[f"document_{place}"] = document.code
        fields |= {f"document_{place}_{language}": words for language, words in document.names.items()}
    for counter in plan.counters:
        role = "primary" if code in counter.primary else "overflow" if code in counter.overflow else ""
        fields[f"counter_{counter.code}"] = role
    figures = {name: getattr(one, name) for name in ("hue", "promised_wait", "head_start", "daily_limit", "legal_days")}
    fields |= {name: value for name, value in figures.items() if value is not None}
    fields |= {"series": one.series, "icon": one.icon, "closed": one.closed, "opens_on": str(one.opens_on or "")}
    fields |= {"ask_requirements": one.ask_requirements, "priority_allowed": one.priority_allowed, "group": one.group}
    return {**fields, "revision": plan.revision, **changed}


def save(client: FlaskClient, code: str, fields: dict[str, Any]) -> Any:
    return client.post(f"/admin/services/{code}/settings", json=fields, headers={"Accept-Language": "en"})


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def shown(client: FlaskClient, path: str) -> str:
    return client.get(path, headers={"Accept": "text/html"}).text


def test_what_visitors_bring_and_pay_is_saved_and_the_response_says_what_changed(
    hub: OfficeHub, eka: FlaskClient
) -> None:
    plan = plan_of(hub)
    said = save(
        eka, "card",
        form_of(
            plan, "card", cost_id="Gratis", legal_days=3, document_1_id="Kartu Keluarga", document_1_en="Family card",
            document_2_id="Surat pengantar",
        ),
    ).get_json()  # fmt: skip
    card = plan_of(hub).service("card")
    assert card.requirements == (
        Requirement("d1-1", {"id": "Kartu Keluarga", "en": "Family card"}),
        Requirement("d1-2", {"id": "Surat pengantar"}),
    )  # fmt: skip
    assert (card.costs, card.legal_days, said["revision"]) == ({"id": "Gratis"}, 3, 2)
    for words in ("– → Kartu Keluarga, Surat pengantar", "– → Gratis", "– → 3"):
        assert words in said["said"]


def test_saving_what_holds_already_makes_no_revision(hub: OfficeHub, eka: FlaskClient) -> None:
    assert save(eka, "card", form_of(plan_of(hub), "card")).get_json()["said"] == "Nothing was different."
    assert plan_of(hub).revision == 1


def test_a_document_keeps_its_code_when_others_come_go_and_move(hub: OfficeHub, eka: FlaskClient) -> None:
    save(eka, "card", form_of(plan_of(hub), "card", document_1_id="Kartu", document_2_id="Surat"))
    rows = {"document_1": "", "document_1_id": "Foto", "document_2": "d1-2", "document_2_id": "Surat lama"}
    save(eka, "card", form_of(plan_of(hub), "card") | rows)
    assert plan_of(hub).service("card").requirements == (
        Requirement("d2-1", {"id": "Foto"}), Requirement("d1-2", {"id": "Surat lama"}),
    )  # fmt: skip
    gone = {"document_1_id": " ", "document_2_id": ""}
    save(eka, "card", form_of(plan_of(hub), "card") | gone)
    assert plan_of(hub).service("card").requirements == ()


def test_a_document_never_gets_the_code_of_one_that_is_gone(hub: OfficeHub, eka: FlaskClient) -> None:
    codes = []
    for name in ("Kartu", "Foto", "Surat"):
        save(eka, "card", form_of(plan_of(hub), "card", document_1="", document_1_id=name))
        codes += [one.code for one in plan_of(hub).service("card").requirements]
        save(eka, "card", form_of(plan_of(hub), "card") | {"document_1_id": ""})
    assert len(set(codes)) == len(codes) == 3


def test_two_who_change_different_fields_of_one_service_both_keep_their_work(
    hub: OfficeHub, eka: FlaskClient, dewi: FlaskClient
) -> None:
    before = plan_of(hub)
    assert save(dewi, "card", form_of(before, "card", promised_wait=45)).status_code == 200
    assert save(eka, "card", form_of(before, "card", cost_id="Gratis")).status_code == 200
    card = plan_of(hub).service("card")
    assert (card.promised_wait, card.costs) == (45, {"id": "Gratis"})


def test_who_changes_the_same_field_is_refused_and_reads_who_did_what(
    hub: OfficeHub, eka: FlaskClient, dewi: FlaskClient
) -> None:
    before = plan_of(hub)
    save(dewi, "card", form_of(before, "card", promised_wait=45))
    late = save(eka, "card", form_of(before, "card", promised_wait=60))
    assert refusal(late) == (409, "plan_changed_meanwhile")
    assert "Dewi" in late.get_json()["error"]["message"]
    assert plan_of(hub).service("card").promised_wait == 45


def test_a_change_is_taken_back_in_the_history(hub: OfficeHub, eka: FlaskClient) -> None:
    before = plan_of(hub)
    save(eka, "card", form_of(before, "card", name_id="KTP", document_1_id="Kartu Keluarga"))
    assert "Berkas yang dibawa: – → Kartu Keluarga" in text_of(shown(eka, "/admin/history"))
    assert eka.post("/admin/history/1", json={"revision": 2}).status_code == 200
    assert plan_of(hub) == before


def test_a_new_service_gets_a_code_of_its_name_a_free_letter_and_its_counters(hub: OfficeHub, eka: FlaskClient) -> None:
    page = shown(eka, "/admin/new_service")
    assert 'name="series" value="D"' in page
    fields = {"revision": 1, "name_id": "Akta Kematian", "series": "d", "counter_1": "primary", "counter_2": "overflow"}
    answer = eka.post("/admin/new_service", json=fields)
    assert answer.get_json() == {"next": "/admin/services#service-akta-kematian"}
    plan = plan_of(hub)
    assert plan.services[-1].code == "akta-kematian"
    assert plan.services[-1].series == "D"
    assert "akta-kematian" in plan.counter("1").primary
    assert "akta-kematian" in plan.counter("2").overflow
    assert hub.issue("akta-kematian").number == "D-001"
    again = eka.post("/admin/new_service", json=fields | {"revision": 2, "series": "E"})
    assert again.get_json()["next"].endswith("#service-akta-kematian-2")


def test_a_copy_has_everything_but_the_letter(hub: OfficeHub, eka: FlaskClient) -> None:
    save(eka, "card", form_of(plan_of(hub), "card", document_1_id="Kartu Keluarga", cost_id="Gratis"))
    page = shown(eka, "/admin/new_service?copy=card")
    assert 'value="Kartu Keluarga"' in page
    assert 'value="Gratis"' in page
    assert 'name="series" value="D"' in page


def test_a_letter_of_another_service_is_refused_with_its_name(hub: OfficeHub, eka: FlaskClient) -> None:
    answer = save(eka, "family", form_of(plan_of(hub), "family", series="A"))
    assert refusal(answer) == (409, "letter_taken")
    assert plan_of(hub).service("card").names["id"] in answer.get_json()["error"]["message"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name_id", "", "value_missing"), ("series", "Ä", "value_invalid"), ("hue", 9, "value_invalid"),
        ("icon", "skull", "value_invalid"), ("legal_days", 0, "value_invalid"), ("promised_wait", -1, "value_invalid"),
        ("counter_1", "boss", "value_invalid"), ("document_1_id", "3208011205900001", "note_has_id_number"),
        ("opens_on", "tomorrow", "value_invalid"),
    ],
)  # fmt: skip
def test_what_a_service_can_not_have_is_refused_and_changes_nothing(
    hub: OfficeHub, eka: FlaskClient, field: str, value: object, code: str
) -> None:
    answer = save(eka, "card", form_of(plan_of(hub), "card", closed=True) | {field: value})
    assert refusal(answer) == (422, code)
    assert plan_of(hub).revision == 1


def test_a_day_of_opening_that_has_begun_is_refused(hub: OfficeHub, eka: FlaskClient) -> None:
    today = hub.office.business_day().isoformat()
    assert refusal(save(eka, "card", form_of(plan_of(hub), "card", closed=True, opens_on=today))) == (409, "time_past")
    assert save(eka, "card", form_of(plan_of(hub), "card", closed=True, opens_on="2030-01-02")).status_code == 200
    assert "Ditutup lebih lama" in text_of(shown(eka, "/admin/services"))


def test_the_order_is_that_of_the_kiosk_and_stays_at_both_ends(hub: OfficeHub, eka: FlaskClient) -> None:
    def move(code: str, to: str) -> list[str]:
        fields = {"to": to, "revision": plan_of(hub).revision}
        assert eka.post(f"/admin/services/{code}/move", json=fields).status_code == 200
        return [one.code for one in plan_of(hub).services]

    assert move("family", "up") == ["family", "card", "birth"]
    assert move("family", "up") == ["family", "card", "birth"]
    assert move("birth", "down") == ["family", "card", "birth"]
    assert move("family", "down") == ["card", "family", "birth"]
    assert "Urutan: A · Pencetakan KTP-el, B · Kartu Keluarga, C · Akta Kelahiran →" in text_of(
        shown(eka, "/admin/history")
    )


def test_a_service_stays_while_a_number_is_open_for_it_and_goes_with_its_counters_afterwards(
    hub: OfficeHub, eka: FlaskClient
) -> None:
    number = hub.issue("card").number
    hub.issue("family")

    def remove() -> Any:
        fields = {"revision": plan_of(hub).revision}
        return eka.post("/admin/services/card/remove", json=fields, headers={"Accept-Language": "en"})

    assert refusal(remove()) == (409, "service_in_use")
    assert remove().get_json()["error"]["message"].startswith("1 number is still open for this service.")
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    hub.office.execute(StartService(ticket=number, counter="3"))
    hub.office.execute(CompleteTicket(ticket=number, counter="3"))
    assert remove().get_json() == {"next": "/admin/services"}
    plan = plan_of(hub)
    assert [one.code for one in plan.services] == ["family", "birth"]
    assert all("card" not in counter.services for counter in plan.counters)
    assert eka.post("/admin/history/1", json={"revision": 2}).status_code == 200
    assert plan_of(hub).service("card").series == "A"


def test_a_service_that_is_the_second_of_a_visit_stays_too(hub: OfficeHub, eka: FlaskClient) -> None:
    hub.issue("card", then="family")
    assert refusal(eka.post("/admin/services/family/remove", json={"revision": 1})) == (409, "service_in_use")


def test_what_a_language_said_that_the_office_speaks_no_more_stays(hub: OfficeHub, eka: FlaskClient) -> None:
    names = {**plan_of(hub).service("card").names, **SCRIPTS}
    save_part(hub.office, "services/card/names", names)
    save(eka, "card", form_of(plan_of(hub), "card", name_id="KTP"))
    assert dict(plan_of(hub).service("card").names) == {**names, "id": "KTP"}


def test_thirty_services_in_any_script_stand_in_the_list_and_in_their_forms(hub: OfficeHub, eka: FlaskClient) -> None:
    plan = plan_of(hub)
    save_part(hub.office, "languages", ["id", "en", "su"])
    for place in range(28):
        code, letter = f"s{place}", f"Z{place}"
        words = list(SCRIPTS.values())[place % 3]
        save_part(
            hub.office,
            f"services/{code}",
            {"code": code, "series": letter, "names": {"id": f"Layanan {place}", "en": words}},
        )
    page = text_of(shown(eka, "/admin/services"))
    assert all(words in page for words in SCRIPTS.values())
    assert "Tidak ada loket yang melayaninya" in page
    assert SCRIPTS["ar"] in shown(eka, "/admin/services/s0/settings")
    assert len(plan_of(hub).services) == len(plan.services) + 28


def test_the_list_says_what_each_service_lacks(hub: OfficeHub, eka: FlaskClient) -> None:
    save(eka, "card", form_of(plan_of(hub), "card", document_1_id="Kartu Keluarga"))
    said = text_of(shown(eka, "/admin/services"))
    assert (said.count("1 berkas dibawa"), said.count("Tanpa berkas")) == (1, 2)
    for code in ("card", "family", "birth"):
        eka.post(f"/admin/services/{code}/remove", json={"revision": plan_of(hub).revision})
    assert "Belum ada layanan. Kios tidak memberi nomor." in text_of(shown(eka, "/admin/services"))


def test_priority_that_a_service_does_not_have_is_refused_at_the_kiosk_and_by_staff(
    hub: OfficeHub, eka: FlaskClient
) -> None:
    save(eka, "card", form_of(plan_of(hub), "card", priority_allowed=False))
    with pytest.raises(Refused, match="no priority"):
        hub.issue("card", priority=True)
    number = hub.issue("card").number
    with pytest.raises(Refused, match="no priority"):
        hub.office.execute(ChangePriority(ticket=number, priority=True))
    assert hub.issue("family", priority=True).priority


def test_a_service_of_before_has_none_of_it_and_asks_nothing() -> None:
    old = Service("card", "A", {"id": "KTP"})
    assert (old.requirements, old.costs, old.legal_days, old.priority_allowed) == ((), {}, None, True)


def test_who_only_looks_may_not_change_services(hub: OfficeHub) -> None:
    fajar = hub.as_staff("Fajar")
    assert fajar.get("/admin/services").status_code == 403
    assert fajar.post("/admin/services/card/settings", json={}).status_code == 403


def test_a_copied_service_has_the_hours_of_the_one_it_is_copied_from(hub: OfficeHub, eka: FlaskClient) -> None:
    week = {"monday": ["08:00-10:00"]}
    save_part(hub.office, "services/card/hours", week)
    assert 'name="copy" value="card"' in shown(eka, "/admin/new_service?copy=card")
    fields = {"name_id": "KTP kedua", "series": "K", "counter_1": "primary"}
    assert eka.post("/admin/new_service", json={**fields, "copy": "card"}).status_code == 200
    assert plan_of(hub).services[-1].hours == plan_of(hub).service("card").hours != {}
    assert refusal(eka.post("/admin/new_service", json={**fields, "series": "L", "copy": "gone"}))[0] == 404


def test_a_service_with_a_head_start_is_called_before_those_who_came_a_little_earlier_and_who_moved_is_said(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient, clock: SetClock
) -> None:
    hub.issue()
    clock.forward(minutes=9)
    hub.issue("birth")
    answer = save(dewi, "birth", form_of(plan_of(hub), "birth", head_start=10))
    said = "Head start (minutes): 0 → 10. 2 numbers that wait have another place now."
    assert answer.get_json()["said"] == f"Saved. {said}"
    assert [one.head_start for one in plan_of(hub).services] == [0, 0, 10]
    assert "dihitung datang 10 menit lebih awal" in text_of(shown(dewi, "/admin/services"))
    assert "Didahulukan (menit)" in text_of(shown(eka, "/admin/audit"))
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    called = hub.office.execute(CallNext(counter="3", operator="Ani")).ticket
    assert called is not None
    assert called.number == "C-001"


def test_a_service_that_is_saved_without_another_head_start_says_nothing_of_places(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    hub.issue()
    answer = save(dewi, "birth", form_of(plan_of(hub), "birth", promised_wait=45))
    assert "places" not in answer.get_json()["said"]


@pytest.mark.parametrize("wrong", [-1, 1441, "ten", None])
def test_a_head_start_that_is_no_number_of_minutes_of_a_day_is_refused_and_changes_nothing(
    hub: OfficeHub, dewi: FlaskClient, wrong: object
) -> None:
    answer = save(dewi, "birth", form_of(plan_of(hub), "birth", head_start=wrong))
    assert refusal(answer) == (422, "value_invalid")
    assert plan_of(hub).revision == 1
