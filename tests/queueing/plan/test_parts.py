"""Parts of a plan: one changed leaves the others, and what differs between two plans is named."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given

from antrean.queueing.errors import Invalid
from antrean.queueing.plan.changes import Change
from antrean.queueing.plan.document import to_document
from antrean.queueing.plan.parts import difference, part, told, with_part
from tests.examples import examples
from tests.queueing.plan.test_document import FULL, plans

WHOLE = to_document(FULL)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("voice", {"repeat": 3}),
        ("displays/ticker", {"id": "Gratis"}),
        ("services/kk/promised_wait", 10),
        ("services/kk", {**WHOLE["services"][1], "hue": 8}),
        ("services/new", {"code": "new", "series": "Z", "names": {"id": "Baru"}}),
        ("displays/playlist/a1", None),
        ("calling/discipline", "interleave"),
    ],
)
def test_a_part_that_is_put_is_found_again_and_nothing_else_has_changed(path: str, value: Any) -> None:
    before = deepcopy(WHOLE)
    after = with_part(WHOLE, path, value)
    assert part(after, path) == value
    assert before == WHOLE
    assert with_part(after, path, part(WHOLE, path)) == WHOLE or path.startswith("displays/playlist")
    assert all("/".join(where).startswith(path) for where, _was, _now in difference(WHOLE, after))


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("colour", 1, "field_unknown"),
        ("services/gone/hue", 1, "field_unknown"),
        ("name/first", "A", "field_unknown"),
        ("services/kk", {**WHOLE["services"][1], "code": "kia"}, "value_invalid"),
    ],
)
def test_a_part_that_no_plan_has_is_refused(path: str, value: Any, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        with_part(WHOLE, path, value)
    assert (caught.value.code, caught.value.values["field"]) == (code, path)


@examples(50)
@given(plans(), plans())
def test_two_plans_differ_nowhere_only_when_they_are_equal(one: Any, other: Any) -> None:
    assert bool(list(difference(to_document(one), to_document(other)))) == (one != other)


def test_items_are_compared_by_their_code_wherever_they_stand() -> None:
    first, second, *others = WHOLE["services"]
    after = {**WHOLE, "services": [{**second, "hue": 8}, *others, first]}
    assert list(difference(WHOLE, after)) == [
        (("services", "kk", "hue"), 2, 8),
        (("services", "order"), [one["code"] for one in WHOLE["services"]], [one["code"] for one in after["services"]]),
    ]
    less = {**WHOLE, "services": [first, *others]}
    assert list(difference(WHOLE, less)) == [(("services", "kk"), second, None)]


def test_stages_of_a_journey_are_compared_by_their_code_in_the_plan_and_in_its_line() -> None:
    journey = "services/ktp-rekam/journey"
    first, second, *others = part(WHOLE, journey)["stages"]
    after = with_part(WHOLE, f"{journey}/stages", [{**second, "told": False}, *others])
    at = ("services", "ktp-rekam", "journey", "stages")
    assert list(difference(WHOLE, after)) == [((*at, "recorded"), first, None), ((*at, "sent", "told"), True, False)]
    change = told([journey], WHOLE, after)
    assert change.before == {
        "service": "ktp-rekam", "journey": {"stages": {"recorded": first, "sent": {"told": True}}},
    }  # fmt: skip
    assert change.after["journey"] == {"stages": {"recorded": None, "sent": {"told": False}}}


def test_one_changed_service_is_told_with_whose_the_values_are() -> None:
    after = with_part(WHOLE, "services/kk/closed", True)
    assert told(["services/kk"], WHOLE, after) == Change(
        {"service": "kk", "closed": False}, {"service": "kk", "closed": True}
    )


def test_a_changed_zone_or_stock_item_is_told_by_its_code() -> None:
    before = with_part(WHOLE, "stock/blank", {"code": "blank", "names": {"id": "Blangko"}, "units": {}, "low": 5})
    after = with_part(before, "stock/blank/low", 9)
    assert told(["stock/blank"], before, after) == Change({"blank": {"low": 5}}, {"blank": {"low": 9}})
    assert told(["stock/blank/low"], before, after) == Change({"blank": {"low": 5}}, {"blank": {"low": 9}})
    zone = with_part(WHOLE, "zones/hall", {"code": "hall", "names": {"id": "Lobi"}, "way": {}, "seats": 0})
    seated = with_part(zone, "zones/hall/seats", 12)
    assert told(["zones/hall"], zone, seated) == Change({"hall": {"seats": 0}}, {"hall": {"seats": 12}})


def test_other_parts_are_told_by_the_names_within_them_and_several_from_the_outside_in() -> None:
    voice = with_part(WHOLE, "voice/repeat", 3)
    assert told(["voice"], WHOLE, voice) == Change({"repeat": 1}, {"repeat": 3})
    calling = with_part(voice, "calling/discipline", "interleave")
    assert told(["calling/discipline"], voice, calling).after == {"discipline": "interleave"}
    assert told(["voice", "calling/discipline"], WHOLE, calling).after == {
        "calling": {"discipline": "interleave"}, "voice": {"repeat": 3},
    }  # fmt: skip
    assert told([""], WHOLE, calling) == told(["voice", "calling/discipline"], WHOLE, calling)
    gone = with_part(WHOLE, "displays/playlist/a1", None)
    assert told(["displays/playlist/a1"], WHOLE, gone) == Change(
        {"interlude": {"id": "a1", "kind": "notice", "texts": {"id": "Besok tutup"}}}, {}
    )
