"""Groups of services in the plan: each service may name one; what does not fit is refused where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from antrean.queueing.errors import Invalid
from antrean.queueing.plan.document import from_document, plan_of, to_document
from antrean.queueing.plan.groups import ServiceGroup
from antrean.queueing.plan.parts import told, with_part
from tests.conftest import small_plan

CARDS, DEEDS = ServiceGroup("cards", {"id": "Kartu", "en": "Cards"}, "card"), ServiceGroup("deeds", {"id": "Akta"})


@pytest.mark.parametrize(
    ("groups", "group", "code", "field"),
    [
        ((CARDS, replace(DEEDS, names={"su": "kartu"})), "", "plan_twice", "groups/deeds/names/su"),
        ((CARDS, replace(CARDS, names={"id": "Lain"})), "", "plan_twice", "groups/[2]/code"),
        ((CARDS,), "deeds", "plan_group_unknown", "services/card/group"),
        ((replace(CARDS, names={}),), "", "value_invalid", "groups/cards/names"),
        ((replace(CARDS, names={"id": "NIK 3208011205900001"}),), "", "note_has_id_number", "groups/cards/names/id"),
        ((replace(CARDS, names={"id": "K" * 61}),), "", "value_invalid", "groups/cards/names/id"),
    ],
)
def test_groups_that_no_office_can_have_are_refused_where_they_stand(
    groups: tuple[ServiceGroup, ...], group: str, code: str, field: str
) -> None:
    first, *others = small_plan().services
    plan = small_plan(groups=groups, services=(replace(first, group=group), *others))
    with pytest.raises(Invalid) as caught:
        from_document(to_document(plan))
    assert (caught.value.code, caught.value.values["field"]) == (code, field)


def test_the_document_of_an_earlier_release_has_no_groups_and_its_services_are_in_none() -> None:
    document: dict[str, Any] = to_document(small_plan())
    del document["groups"]
    for service in document["services"]:
        del service["group"]
    assert from_document(document).groups == plan_of(document).groups == ()
    assert {one.group for one in from_document(document).services} == {""}


def test_a_group_has_a_name_in_each_language_and_the_journal_tells_another_order_by_codes() -> None:
    plan = small_plan(groups=(CARDS, DEEDS))
    assert (plan.group_name("cards"), plan.group_name("cards", "en"), plan.group_name("deeds", "en")) == (
        "Kartu", "Cards", "Akta",
    )  # fmt: skip
    assert (plan.group_name("gone"), plan.group_name("")) == ("", "")
    before = to_document(plan)
    after = with_part(before, "groups", list(reversed(before["groups"])))
    change = told(["groups"], before, after)
    assert (change.before, change.after) == ({"order": ["cards", "deeds"]}, {"order": ["deeds", "cards"]})
