"""The zones page: parts of the office are named there, get counters and displays, and go when nothing is in them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.zones import Zone
from antrean.storage.settings.devices import Device
from tests.conftest import small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

NAMES = {"name_id": "Lobi", "name_en": " Hall ", "name_su": ""}


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(zones=())


@pytest.fixture
def lobby(hub: OfficeHub) -> Device:
    """A paired display of the waiting room."""
    services = hub.app.extensions["antrean"]
    device, _token = pair_device(services.settings, "display", "Layar lobi", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    return device


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def zone_of(hub: OfficeHub, device: Device) -> str:
    services = hub.app.extensions["antrean"]
    found = next(one for one in services.identities.devices() if one.id == device.id)
    return str(found.settings.get("zone", ""))


def post(client: FlaskClient, path: str, **fields: Any) -> Any:
    return client.post(f"/admin/zones{path}", json=fields, headers={"Accept-Language": "en"})


def error(answer: Any) -> tuple[int, str, str]:
    refused = answer.get_json()["error"]
    return answer.status_code, refused["code"], refused["message"]


def test_a_zone_is_added_by_its_name_and_no_other_may_be_called_so(hub: OfficeHub, dewi: FlaskClient) -> None:
    assert post(dewi, "", **NAMES).get_json() == {"next": "/admin/zones#zone-lobi"}
    assert plan_of(hub).zones == (Zone("lobi", {"id": "Lobi", "en": "Hall"}),)
    status, code, _said = error(post(dewi, "", name_id="HALL"))
    assert (status, code) == (422, "plan_twice")
    assert error(post(dewi, "", name_id=" "))[1] == "value_missing"
    assert post(hub.as_staff("Ani"), "", **NAMES).status_code == 403


def test_a_zone_gets_its_way_seats_counters_and_displays_and_takes_them_from_the_zone_before(
    hub: OfficeHub, dewi: FlaskClient, lobby: Device
) -> None:
    post(dewi, "", name_id="Lobi")
    post(dewi, "", name_id="Lantai 2")
    inside = {"counter_1": True, "counter_3": True, f"display_{lobby.id}": True}
    saved = post(dewi, "/lobi", name_id="Lobi", way_id=" dekat  pintu ", seats=40, **inside)
    assert saved.get_json() == {"next": "/admin/zones#zone-lobi"}
    assert [one.zone for one in plan_of(hub).counters] == ["lobi", "", "lobi"]
    assert zone_of(hub, lobby) == "lobi"
    assert plan_of(hub).zones[0] == Zone("lobi", {"id": "Lobi"}, {"id": "dekat pintu"}, 40)
    post(dewi, "/lantai-2", name_id="Lantai 2", seats=0, **{**inside, "counter_3": False})
    assert [one.zone for one in plan_of(hub).counters] == ["lantai-2", "", "lobi"]
    assert zone_of(hub, lobby) == "lantai-2"
    post(dewi, "/lantai-2", name_id="Lantai 2", seats=0)
    assert ([one.zone for one in plan_of(hub).counters], zone_of(hub, lobby)) == (["", "", "lobi"], "")


def test_each_zone_says_what_is_in_it_and_the_page_when_there_is_none(
    hub: OfficeHub, dewi: FlaskClient, lobby: Device
) -> None:
    def page() -> str:
        return text_of(dewi.get("/admin/zones", headers={"Accept": "text/html"}).text)

    save_part(hub.office, "languages", ["en"])
    assert "No zone yet: all displays are heard together" in page()
    post(dewi, "", name_en="Hall")
    assert "Hall nothing in it yet" in page()
    assert "No zone yet" not in page()
    post(dewi, "/hall", name_en="Hall", seats=0, counter_3=True, **{f"display_{lobby.id}": True})
    post(dewi, "", name_en="Upstairs")
    assert "Hall Loket 3, Layar lobi" in page()
    assert "Loket 3 now in Hall" in page()
    assert "Layar lobi now in Hall" in page()


def test_a_zone_is_renamed_and_what_is_in_it_stays(hub: OfficeHub, dewi: FlaskClient, lobby: Device) -> None:
    post(dewi, "", name_id="Lobi")
    inside = {"counter_1": True, f"display_{lobby.id}": True, "seats": 0}
    post(dewi, "/lobi", name_id="Lobi", **inside)
    post(dewi, "/lobi", name_id="Ruang tunggu", **inside)
    assert (plan_of(hub).zone_name(zone_of(hub, lobby)), plan_of(hub).counters[0].zone) == ("Ruang tunggu", "lobi")


def test_a_zone_in_use_is_not_taken_away_and_the_refusal_says_where_it_is_used(
    hub: OfficeHub, dewi: FlaskClient, lobby: Device
) -> None:
    post(dewi, "", name_id="Lobi")
    post(dewi, "/lobi", name_id="Lobi", seats=0, counter_1=True, **{f"display_{lobby.id}": True})
    said = "“Lobi” is still the zone of Loket 1, Layar lobi. Give them another zone first."
    assert error(post(dewi, "/lobi/remove")) == (409, "zone_in_use", said)
    post(dewi, "/lobi", name_id="Lobi", seats=0)
    assert post(dewi, "/lobi/remove").status_code == 200
    assert plan_of(hub).zones == ()
    assert error(post(dewi, "/lobi/remove"))[:2] == (404, "zone_unknown")


def test_a_zone_that_was_taken_away_is_told_by_the_name_that_it_had(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    post(dewi, "", name_id="Ruang tunggu")
    code = plan_of(hub).zones[-1].code
    assert post(dewi, f"/{code}/remove").status_code == 200
    for page in ("/admin/audit", "/admin/history"):
        said = text_of(eka.get(page, headers={"Accept": "text/html"}).text)
        assert "Ruang tunggu · Nama" in said
        assert f"{code} · Nama" not in said


def test_going_back_in_the_history_never_takes_the_zone_of_a_display(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient, lobby: Device
) -> None:
    before = plan_of(hub).revision
    post(dewi, "", name_id="Lobi")
    post(dewi, "/lobi", name_id="Lobi", seats=0, **{f"display_{lobby.id}": True})

    def go_back() -> Any:
        return eka.post(f"/admin/history/{before}", json={"revision": plan_of(hub).revision})

    assert error(go_back())[1] == "zone_in_use"
    post(dewi, "/lobi", name_id="Lobi", seats=0)
    assert go_back().status_code == 200
    assert plan_of(hub).zones == ()


def test_of_two_who_save_one_zone_the_second_is_told_and_another_zone_is_nobodys_loss(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    post(dewi, "", name_id="Lobi")
    post(dewi, "", name_id="Lantai 2")
    seen = plan_of(hub).revision
    assert post(dewi, "/lobi", name_id="Lobi", seats=12, revision=seen).status_code == 200
    assert post(eka, "/lantai-2", name_id="Lantai 2", seats=30, revision=seen).status_code == 200
    status, code, why = error(post(eka, "/lobi", name_id="Lobi", seats=99, revision=seen))
    assert (status, code) == (409, "plan_changed_meanwhile")
    assert "Dewi" in why
    assert [one.seats for one in plan_of(hub).zones] == [12, 30]


def test_the_page_says_how_many_wait_beside_how_many_can_sit(hub: OfficeHub, dewi: FlaskClient) -> None:
    save_part(hub.office, "languages", ["en"])
    post(dewi, "", name_en="Hall")
    post(dewi, "/hall", name_en="Hall", seats=24, counter_1=True)
    hub.issue("card", persons=3)
    hub.issue("birth")
    fragment = dewi.get("/admin/view?page=zones").get_json()["html"]["waits.hall"]
    assert text_of(fragment) == "3 persons wait for its counters · 24 seats"
