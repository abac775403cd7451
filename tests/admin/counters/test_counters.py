"""Counters are added, changed, moved and removed in the browser, and nobody's work is lost on it."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from antrean.queueing.commands import (
    CallNext,
    CloseCounter,
    CompleteTicket,
    HoldTicket,
    OpenCounter,
    ResumeTicket,
    StartService,
)
from antrean.queueing.plan.model import Counter, OfficePlan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

NEW = {"name": " Loket  4 ", "service_birth": "primary", "service_card": "overflow"}


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def post(client: FlaskClient, path: str, **fields: Any) -> Any:
    return client.post(f"/admin/{path}", json=fields, headers={"Accept-Language": "en"})


def refused(answer: Any) -> tuple[int, str, str]:
    error = answer.get_json()["error"]
    return answer.status_code, error["code"], error["message"]


def page(client: FlaskClient, path: str) -> str:
    return text_of(client.get(f"/admin/{path}", headers={"Accept": "text/html"}).text)


def test_a_counter_is_added_with_the_number_in_its_name_as_its_code(hub: OfficeHub, dewi: FlaskClient) -> None:
    assert post(dewi, "new_counter", **NEW).get_json() == {"next": "/admin/counters#counter-4"}
    assert plan_of(hub).counters[-1] == Counter("4", "Loket 4", ("birth",), ("card",))
    assert post(dewi, "new_counter", name="Kasir").get_json() == {"next": "/admin/counters#counter-kasir"}
    assert "Tidak melayani apa pun" in page(dewi, "counters")
    assert refused(post(dewi, "new_counter", name=" "))[:2] == (422, "value_missing")
    assert refused(post(dewi, "new_counter", name="loket 4"))[:2] == (422, "plan_twice")
    assert post(hub.as_staff("Ani"), "new_counter", **NEW).status_code == 403


def test_where_a_counter_is_and_what_it_serves_is_saved_and_said(hub: OfficeHub, dewi: FlaskClient) -> None:
    fields = {
        "arrow": "left",
        "floor": " 2 ",
        "zone": "upstairs",
        "way_id": "di samping pintu",
        "service_birth": "overflow",
    }
    said = post(dewi, "counters/1/settings", **fields).get_json()["said"]
    assert plan_of(hub).counter("1") == Counter(
        "1", "Loket 1", ("card",), ("family", "birth"), "upstairs", "left", "2", {"id": "di samping pintu"}
    )
    assert "Arrow on the display: – → To the left" in said
    seen = page(dewi, "counters")
    for words in ("Lantai 2", "Ke kiri", "di samping pintu"):
        assert words in seen
    assert refused(post(dewi, "counters/1/settings", arrow="up"))[:2] == (422, "value_invalid")
    assert refused(post(dewi, "counters/1/settings", zone="gone"))[:2] == (422, "value_invalid")
    assert refused(post(dewi, "counters/9/settings", name="Loket 9"))[:2] == (404, "counter_unknown")


def test_two_who_change_different_fields_of_one_counter_both_keep_their_work(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    seen = plan_of(hub).revision
    assert post(dewi, "counters/1/settings", name="Loket A", revision=seen).status_code == 200
    assert post(eka, "counters/1/settings", floor="2", name="Loket 1", revision=seen).status_code == 200
    assert (plan_of(hub).counter("1").name, plan_of(hub).counter("1").floor) == ("Loket A", "2")
    status, code, why = refused(post(eka, "counters/1/settings", name="Loket B", revision=seen))
    assert (status, code) == (409, "plan_changed_meanwhile")
    assert "Dewi" in why


def test_what_left_the_office_meanwhile_takes_nothing_of_what_was_typed(hub: OfficeHub, dewi: FlaskClient) -> None:
    seen = plan_of(hub).revision
    typed = {"way_id": "di samping pintu", "way_en": "", "way_su": "", "service_birth": "", "revision": seen}
    save_part(hub.office, "languages", ["id", "en"])
    assert post(dewi, "counters/1/settings", **typed).status_code == 200
    assert plan_of(hub).counter("1").way == {"id": "di samping pintu"}
    unknown = post(dewi, "counters/1/settings", **typed, way_jv="")
    assert refused(unknown)[:2] == (422, "field_unknown")


def test_the_code_of_a_counter_that_left_is_given_to_no_other_one(hub: OfficeHub, dewi: FlaskClient) -> None:
    """Yesterday's calls and figures name it."""
    left = save_part(hub.office, "counters/2", None)
    assert [one.code for one in plan_of(hub).counters] == ["1", "3"], left
    assert post(dewi, "new_counter", name="Loket 2").get_json() == {"next": "/admin/counters#counter-2-2"}
    assert hub.app.extensions["antrean"].settings.codes_named("counters") == {"1", "2", "3", "2-2"}


def test_a_counter_moves_one_place_and_what_moved_meanwhile_is_not_undone(hub: OfficeHub, dewi: FlaskClient) -> None:
    def order() -> list[str]:
        return [one.code for one in plan_of(hub).counters]

    seen = plan_of(hub).revision
    assert post(dewi, "counters/3/move", to="up", revision=seen).get_json() == {"next": "/admin/counters#counter-3"}
    assert order() == ["1", "3", "2"]
    assert refused(post(dewi, "counters/1/move", to="down", revision=seen))[1] == "plan_changed_meanwhile"
    assert post(dewi, "counters/1/move", to="up").status_code == 200
    assert order() == ["1", "3", "2"]


def test_a_counter_stays_while_somebody_sits_there_or_a_number_is_there_and_goes_afterwards(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    number = hub.issue("card").number
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    said = "Ani sits at Loket 1. Remove it when nobody works there."
    assert refused(post(dewi, "counters/1/remove")) == (409, "counter_staffed", said)
    hub.office.execute(CallNext(counter="1", operator="Ani"))
    hub.office.execute(StartService(ticket=number, counter="1"))
    hub.office.execute(HoldTicket(ticket=number, counter="1"))
    hub.office.execute(CloseCounter(counter="1", operator="Ani"))
    status, code, why = refused(post(dewi, "counters/1/remove"))
    assert (status, code) == (409, "counter_in_use")
    assert why.startswith("1 number is still at this counter")
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    hub.office.execute(ResumeTicket(ticket=number, counter="1"))
    hub.office.execute(CompleteTicket(ticket=number, counter="1"))
    hub.office.execute(CloseCounter(counter="1", operator="Ani"))
    assert post(dewi, "counters/1/remove").get_json() == {"next": "/admin/counters"}
    assert [one.code for one in plan_of(hub).counters] == ["2", "3"]
    # What it did today stays its own: another counter of that name has another code.
    assert post(dewi, "new_counter", name="Loket 1").get_json() == {"next": "/admin/counters#counter-1-2"}


def test_nobody_leaves_a_service_without_a_counter_unwarned_also_not_two_together(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    seen = plan_of(hub).revision
    assert post(dewi, "counters/2/settings", service_birth="", revision=seen).status_code == 200
    late = {"service_birth": "", "revision": seen}
    said = "No counter would serve Akta Kelahiran. Whoever takes a number for that would not be called."
    assert refused(post(eka, "counters/3/settings", **late)) == (409, "services_unserved", said)
    assert "Tidak ada loket untuk layanan ini" not in page(eka, "counters")
    assert post(eka, "counters/3/settings", **late, anyway=True).status_code == 200
    assert "Tidak ada loket untuk layanan ini" in page(eka, "counters")
    # It was so before: whoever changes something else is not asked again.
    assert post(dewi, "counters/3/settings", floor="1").status_code == 200


def test_who_removes_the_last_counter_of_a_service_or_adds_one_that_nobody_serves_is_warned(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    save_part(hub.office, "counters/3", None)
    assert refused(post(dewi, "counters/2/remove"))[1] == "services_unserved"
    assert post(dewi, "counters/2/remove", anyway=True).status_code == 200
    new = {"name_id": "Pindah", "series": "D"}
    assert refused(post(dewi, "new_service", **new))[1] == "services_unserved"
    assert post(dewi, "new_service", **new, counter_1="primary").status_code == 200


def test_an_office_that_has_no_counters_yet_sets_up_its_services_without_warnings(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    save_part(hub.office, "counters", [])
    assert "Belum ada loket" in page(dewi, "counters")
    assert post(dewi, "new_service", name_id="Pindah", series="D").status_code == 200
