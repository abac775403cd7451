"""What stands in each place of the kiosk's first screen where the office has groups of services."""

from __future__ import annotations

from dataclasses import replace

from antrean.queueing.office import Office
from antrean.queueing.plan.groups import ServiceGroup
from antrean.queueing.plan.model import OfficePlan, Service
from kiosk.groups import Place, places
from kiosk.spoken import spoken_texts
from kiosk.view_model import groups_json, service_tiles, services_json
from tests.conftest import ListJournal, SetClock, small_plan
from tests.fakes.stands import stands

GROUPS = (
    ServiceGroup("deeds", {"id": "Akta", "en": "Certificates"}, "birth"),
    ServiceGroup("empty", {"id": "Kosong"}),
    ServiceGroup("cards", {"id": "Kartu", "en": "Cards"}, "card"),
)


def plan_with(**group_of: str) -> OfficePlan:
    """Return the plan of four services; those named are in these groups."""
    death = Service("death", "D", {"id": "Akta Kematian"})
    services = [replace(one, group=group_of.get(one.code, "")) for one in (*small_plan().services, death)]
    return small_plan(services=tuple(services), groups=GROUPS)


def shown(office: Office, language: str = "id") -> list[Place]:
    return office.read(lambda day, plan: places(plan, service_tiles(day, plan, [language])[language], language))


def office_with(plan: OfficePlan) -> Office:
    return Office(ListJournal(), lambda: plan, SetClock())


def said(found: list[Place]) -> list[tuple[str, list[str]]]:
    return [(place.name, [one.code for one in place.services]) for place in found]


def test_groups_stand_in_their_order_before_services_without_one_which_keep_the_plans_order() -> None:
    office = office_with(plan_with(card="cards", family="cards", birth="deeds", death="deeds"))
    assert said(shown(office)) == [("Akta", ["birth", "death"]), ("Kartu", ["card", "family"])]
    assert [place.name for place in shown(office, "en")] == ["Certificates", "Cards"]
    assert [place.icon for place in shown(office)] == ["birth", "card"]
    office = office_with(plan_with(card="cards", birth="cards"))
    assert said(shown(office)) == [("Kartu", ["card", "birth"]), ("", ["family"]), ("", ["death"])]


def test_a_group_of_one_service_is_that_service_in_the_groups_place_and_one_without_any_has_none() -> None:
    office = office_with(plan_with(card="cards", family="cards", birth="deeds"))
    assert said(shown(office)) == [("", ["birth"]), ("Kartu", ["card", "family"]), ("", ["death"])]


def test_where_all_services_are_in_one_group_nobody_has_to_open_it() -> None:
    office = office_with(plan_with(card="cards", family="cards", birth="cards", death="cards"))
    assert said(shown(office)) == [("", ["card"]), ("", ["family"]), ("", ["birth"]), ("", ["death"])]


def test_a_group_is_closed_once_none_of_its_services_gives_numbers_and_knows_if_all_stand_alike() -> None:
    office = office_with(plan_with(birth="deeds", death="deeds"))
    deeds = shown(office)[0]
    assert (deeds.open, deeds.closed_alike) == (True, False)
    stands(office, "birth", "paused")
    deeds = shown(office)[0]
    assert (deeds.open, deeds.closed_alike) == (True, False)
    stands(office, "death", "closed")
    deeds = shown(office)[0]
    assert (deeds.open, deeds.closed_alike) == (False, False)
    stands(office, "death", "paused")
    deeds = shown(office)[0]
    assert (deeds.open, deeds.closed_alike) == (False, True)
    stands(office, "death", "paused", {"id": "jaringan terganggu"})  # its reason stands on its own tile
    assert shown(office)[0].closed_alike


def test_programs_read_the_groups_and_the_group_of_each_service() -> None:
    office = office_with(plan_with(birth="deeds"))
    assert office.read(lambda _day, plan: groups_json(plan))[0] == {
        "code": "deeds", "names": {"id": "Akta", "en": "Certificates"}, "icon": "birth",
    }  # fmt: skip
    services = office.read(lambda day, plan: services_json(day, plan))
    assert {one["code"]: one["group"] for one in services} == {
        "card": None, "family": None, "birth": "deeds", "death": None,
    }  # fmt: skip


def test_whoever_records_the_kiosk_records_the_names_of_groups() -> None:
    assert {"Akta", "Kartu"} <= set(spoken_texts(plan_with(), "id"))
