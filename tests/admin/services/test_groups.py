"""The page of groups: an office sorts its services for the kiosk there, and no service is lost with a group."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from antrean.queueing.plan.groups import ServiceGroup
from antrean.queueing.plan.model import OfficePlan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def groups_of(hub: OfficeHub) -> dict[str, str]:
    return {one.code: one.group for one in plan_of(hub).services}


def post(client: FlaskClient, path: str, **fields: Any) -> Any:
    return client.post(f"/admin/service_groups{path}", json=fields, headers={"Accept-Language": "en"})


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def page(client: FlaskClient, path: str) -> str:
    return text_of(client.get(f"/admin/{path}", headers={"Accept": "text/html"}).text)


def test_a_group_is_added_by_its_name_and_no_other_may_be_called_so(hub: OfficeHub, dewi: FlaskClient) -> None:
    assert post(dewi, "", name_id="Akta", name_en=" Certificates ").get_json() == {
        "next": "/admin/service_groups#group-akta"
    }
    assert plan_of(hub).groups == (ServiceGroup("akta", {"id": "Akta", "en": "Certificates"}),)
    assert error(post(dewi, "", name_id="AKTA")) == (422, "plan_twice")
    assert error(post(dewi, "", name_id=" ")) == (422, "value_missing")
    assert post(hub.as_staff("Ani"), "", name_id="Lain").status_code == 403


def test_a_group_gets_a_picture_and_services_and_takes_them_from_the_group_before(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    post(dewi, "", name_id="Akta")
    post(dewi, "", name_id="Kartu")
    saved = post(dewi, "/akta", name_id="Akta", icon="birth", service_birth=True, service_family=True)
    assert saved.get_json() == {"next": "/admin/service_groups#group-akta"}
    assert groups_of(hub) == {"card": "", "family": "akta", "birth": "akta"}
    assert plan_of(hub).groups[0] == ServiceGroup("akta", {"id": "Akta"}, "birth")
    post(dewi, "/kartu", name_id="Kartu", service_card=True, service_family=True)
    assert groups_of(hub) == {"card": "kartu", "family": "kartu", "birth": "akta"}
    post(dewi, "/kartu", name_id="Kartu KTP", service_card=True)
    assert (groups_of(hub)["family"], plan_of(hub).group_name("kartu")) == ("", "Kartu KTP")
    assert error(post(dewi, "/kartu", name_id="Kartu", icon="skull")) == (422, "value_invalid")
    assert error(post(dewi, "/gone", name_id="Kartu")) == (404, "group_unknown")


def test_groups_stand_in_the_order_in_which_somebody_puts_them(hub: OfficeHub, dewi: FlaskClient) -> None:
    for name in ("Akta", "Kartu", "Pindah"):
        post(dewi, "", name_id=name)
    post(dewi, "/pindah/move", to="up")
    post(dewi, "/akta/move", to="down")
    assert [one.code for one in plan_of(hub).groups] == ["pindah", "akta", "kartu"]
    post(dewi, "/pindah/move", to="up")
    assert [one.code for one in plan_of(hub).groups] == ["pindah", "akta", "kartu"]


def test_the_services_of_a_group_that_is_taken_away_stay_and_are_in_none(hub: OfficeHub, dewi: FlaskClient) -> None:
    post(dewi, "", name_id="Akta")
    post(dewi, "/akta", name_id="Akta", service_birth=True, service_family=True)
    assert post(dewi, "/akta/remove").status_code == 200
    assert plan_of(hub).groups == ()
    assert groups_of(hub) == {"card": "", "family": "", "birth": ""}
    assert error(post(dewi, "/akta/remove")) == (404, "group_unknown")
    post(dewi, "", name_id="Akta")
    assert plan_of(hub).groups[0].code == "akta-2"  # lines of the journal name the one that is gone


def test_what_was_changed_of_groups_is_told_by_name_and_taken_back_in_the_history(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    post(dewi, "", name_id="Akta sipil")
    post(dewi, "/akta-sipil", name_id="Akta sipil", service_birth=True)
    sorted_at = plan_of(hub).revision
    post(dewi, "/akta-sipil/remove")
    for where in ("audit", "history"):
        said = page(eka, where)
        assert "Akta sipil · Nama" in said
        assert "Kelompok di kios" in said
    assert "Kelompok layanan diubah" in page(eka, "audit")
    back = eka.post(f"/admin/history/{sorted_at}", json={"revision": plan_of(hub).revision})
    assert back.status_code == 200
    assert groups_of(hub)["birth"] == "akta-sipil"


def test_each_group_says_what_is_in_it_and_the_page_when_there_is_none(hub: OfficeHub, dewi: FlaskClient) -> None:
    save_part(hub.office, "languages", ["en"])
    assert "No group yet: kiosks show all services at once" in page(dewi, "service_groups")
    assert "Group on the kiosk" not in page(dewi, "services/birth/settings")
    assert "Kiosks show the groups first" not in page(dewi, "services")
    post(dewi, "", name_en="Certificates")
    assert "no service in it yet: kiosks don't show it" in page(dewi, "service_groups")
    post(dewi, "/certificates", name_en="Certificates", service_birth=True, service_family=True)
    post(dewi, "", name_en="Cards")
    said = page(dewi, "service_groups")
    assert "No group yet" not in said
    assert "Certificates 2 services: B, C" in said
    assert "C Birth certificate now in Certificates" in said
    assert "in the group Certificates" in page(dewi, "services")
    assert "Kiosks show the groups first" in page(dewi, "services")
    assert "Group on the kiosk" in page(dewi, "services/birth/settings")


def test_two_who_sort_services_at_once_lose_nothing_and_who_is_late_on_the_same_is_told(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    post(dewi, "", name_id="Akta")
    post(dewi, "", name_id="Kartu")
    seen = plan_of(hub).revision
    assert post(dewi, "/akta", name_id="Akta", service_birth=True, revision=seen).status_code == 200
    assert (
        post(eka, "/kartu", name_id="Kartu", service_birth=False, service_card=True, revision=seen).status_code == 200
    )
    assert groups_of(hub) == {"card": "kartu", "family": "", "birth": "akta"}
    assert error(post(eka, "/akta", name_id="Akta lain", revision=seen)) == (409, "plan_changed_meanwhile")
