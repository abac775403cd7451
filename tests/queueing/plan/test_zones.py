"""Zones of the plan: found by code or name, given a code of their own, and refused where they don't fit together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.announcements.state import Announcement
from antrean.queueing.commands import Announce
from antrean.queueing.errors import Invalid, Unknown
from antrean.queueing.office import Office
from antrean.queueing.plan.codes import LONGEST_CODE, new_code
from antrean.queueing.plan.document import from_document, plan_of, to_document
from antrean.queueing.plan.rules import _CODE
from antrean.queueing.plan.zones import Zone
from tests.conftest import small_plan
from tests.examples import examples

HALL, UPSTAIRS = Zone("hall", {"id": "Lobi", "en": "Hall"}), Zone("up", {"id": "Lantai 2"}, {"id": "naik tangga"}, 24)


def test_a_zone_is_found_by_its_code_and_by_its_name_in_each_language_however_it_is_written() -> None:
    plan = small_plan(zones=(HALL, UPSTAIRS))
    assert [plan.zone_called(said) for said in ("up", "LANTAI  2", " hall ", "Lobi")] == [
        UPSTAIRS,
        UPSTAIRS,
        HALL,
        HALL,
    ]
    assert [plan.zone_called(said) for said in ("", "Lantai 9")] == [None, None]
    assert (plan.zone_name("up"), plan.zone_name("hall", "en"), plan.zone_name("gone")) == ("Lantai 2", "Hall", "gone")


def test_a_counter_stands_in_the_zone_that_it_names_and_the_way_is_told_in_the_readers_language() -> None:
    first, *others = small_plan().counters
    plan = small_plan(zones=(HALL, UPSTAIRS), counters=(replace(first, zone="up"), *others))
    found = plan.zone_of("1")
    assert found is not None
    assert (found.where("su"), HALL.where("id"), plan.zone_of("2"), plan.zone_of("9")) == (
        "naik tangga",
        "",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("zones", "zone", "code", "field"),
    [
        ((HALL, replace(UPSTAIRS, names={"su": "lobi"})), "", "plan_twice", "zones/up/names/su"),
        ((HALL, replace(HALL, names={"id": "Lain"})), "", "plan_twice", "zones/[2]/code"),
        ((HALL,), "up", "plan_zone_unknown", "counters/1/zone"),
        ((replace(HALL, seats=-1),), "", "value_invalid", "zones/hall/seats"),
        ((replace(HALL, names={}),), "", "value_invalid", "zones/hall/names"),
        ((replace(HALL, way={"id": "NIK 3208011205900001"}),), "", "note_has_id_number", "zones/hall/way/id"),
    ],
)
def test_zones_that_no_office_can_have_are_refused_where_they_stand(
    zones: tuple[Zone, ...], zone: str, code: str, field: str
) -> None:
    first, *others = small_plan().counters
    plan = small_plan(zones=zones, counters=(replace(first, zone=zone), *others))
    with pytest.raises(Invalid) as caught:
        from_document(to_document(plan))
    assert (caught.value.code, caught.value.values["field"]) == (code, field)


def test_the_document_of_an_earlier_release_has_no_zones_and_its_counters_stand_in_none() -> None:
    document: dict[str, Any] = to_document(small_plan(zones=()))
    del document["zones"]
    for counter in document["counters"]:
        del counter["zone"]
    assert from_document(document).zones == plan_of(document).zones == ()
    assert {one.zone for one in from_document(document).counters} == {""}


@examples(200)
@given(st.text(max_size=60), st.lists(st.sampled_from(["lantai-2", "zone", "lantai-2-2", "LANTAI-2"])))
def test_a_new_code_is_one_that_a_plan_can_have_and_no_other_zone_has(name: str, taken: list[str]) -> None:
    code = new_code(name, taken, "zone")
    assert _CODE.fullmatch(code)
    assert len(code) <= LONGEST_CODE
    assert code not in taken


def test_a_new_code_is_made_of_the_name() -> None:
    assert [new_code(name, [], "zone") for name in ("Lantai 2", "Sayap Élodie", "二階")] == [
        "lantai-2", "sayap-elodie", "zone",
    ]  # fmt: skip


def test_an_announcement_is_made_to_a_zone_by_its_code_or_name_and_refused_to_another(office: Office) -> None:
    def zone_of_last() -> str:
        made: list[Announcement] = office.read(lambda day, _plan: list(day.announcements.values()))
        return made[-1].zone

    for said in ("upstairs", "lantai  2"):
        office.execute(Announce(texts={"id": "Mobil B 1234"}, zone=said))
        assert zone_of_last() == "upstairs"
    with pytest.raises(Unknown) as caught:
        office.execute(Announce(texts={"id": "Mobil B 1234"}, zone="Lantai 9"))
    assert caught.value.code == "zone_unknown"
