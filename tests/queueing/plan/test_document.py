"""The plan as one document: what is written is read back the same, and anything wrong is refused where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.commands.sample_office import sample_plan
from antrean.queueing.errors import Invalid
from antrean.queueing.hours.model import WEEKDAYS, Hours, Season, SpecialDay
from antrean.queueing.plan.campaign import Campaign
from antrean.queueing.plan.document import (
    COUNTER,
    GROUP,
    ITEM,
    SERVICE,
    ZONE,
    from_document,
    plan_of,
    problems,
    to_document,
)
from antrean.queueing.plan.groups import ServiceGroup
from antrean.queueing.plan.model import ARROWS, DIGITS, Counter, Limits, OfficePlan, PlaylistItem, Service
from antrean.queueing.plan.zones import Zone
from tests.conftest import small_plan
from tests.examples import examples

NIK = "3208011205900001"
NOTICE = PlaylistItem("a1", "notice", {"id": "Besok tutup"}, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 2))
FULL = replace(
    sample_plan(""),
    zones=(Zone("hall", {"id": "Lobi"}), Zone("up", {"id": "Lantai 2"}, {"id": "naik tangga"}, 24)),
    groups=(ServiceGroup("cards", {"id": "Kartu"}, "card"), ServiceGroup("deeds", {"id": "Akta", "en": "Deeds"})),
    first_steps=True,
    number_digits=4,
    demo=False,
    limits=Limits(holds=5),
    playlist=(NOTICE, PlaylistItem("b2", "picture", file="9f.png", seconds=20)),
    voice={"repeat": 1, "languages": ["id", "su"], "mute": [[720, 780]]},
    slip={"header": {"id": ["Selamat datang"]}, "sizes": {"service": 2}, "logo": "iVBORw0KGgo3208011205900001"},
)
CARDS = replace(
    FULL.services[0],
    closed=True,
    opens_on=date(2026, 12, 1),
    hours={"friday": ((480, 660),), "sunday": ()},
    group="cards",
)
RAMADAN = Season("ramadan", {"id": "Ramadan"}, date(2027, 2, 8), date(2027, 3, 9), {"monday": ((480, 840),)})
CHRISTMAS = SpecialDay(date(2026, 12, 25), (), {"id": "Hari Natal"})
OVERTIME = SpecialDay(date(2026, 12, 5), ((480, 720), (780, 1440)))
FULL = replace(
    FULL,
    services=(CARDS, *FULL.services[1:]),
    campaign=Campaign(
        839_345, 786_684, date(2026, 9, 28), date(2026, 9, 30), ("card",), pace=569, on_displays=True, began=4
    ),
    hours=Hours({"monday": ((480, 720), (780, 900)), "tuesday": ((0, 1440),)}, (RAMADAN,), (OVERTIME, CHRISTMAS)),
)
WHOLE = to_document(FULL)


def refused(document: object) -> tuple[str, object]:
    with pytest.raises(Invalid) as caught:
        from_document(document)  # type: ignore[arg-type]
    return caught.value.code, caught.value.values["field"]


def changed(path: tuple[Any, ...], value: object) -> dict[str, Any]:
    """A sound document with another value at a place."""
    document = to_document(FULL)
    inside: Any = document
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return document


def said(path: tuple[Any, ...]) -> str:
    """Return how a place is named: items by their code or id, others by their place from 1 on."""
    names: list[str] = []
    inside: Any = WHOLE
    for step in path:
        item = inside[step] if step in inside or isinstance(step, int) else None
        key = next((item[one] for one in ("code", "id", "day") if isinstance(item, dict) and one in item), None)
        names.append(str(step) if not isinstance(step, int) else key or f"[{step + 1}]")
        inside = item
    return "/".join(names)


def leaves(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path, value


LEAVES = [(path, value) for path, value in leaves(to_document(FULL)) if path[0] not in ("voice", "slip")]
PLAIN = [path for path, value in leaves(to_document(FULL)) if path[0] in ("voice", "slip") and path[-1] != "logo"]
MAY_BE_NONE = ("opens_on", "daily_limit", "starts_on", "ends_on", "usual_days", "capacity")
RECORDS = [
    (), ("calling",), ("limits",), ("services", 1), ("counters", 0), ("zones", 0), ("groups", 1), ("displays",),
    ("displays", "playlist", 0), ("hours",), ("hours", "week"), ("hours", "seasons", 0),
    ("hours", "seasons", 0, "week"), ("hours", "days", 1), ("services", 0, "hours"),
    ("campaign",), ("services", 3, "journey"), ("services", 3, "journey", "stages", 1),
]  # fmt: skip


# What people write is drawn from words: names with letters that nobody sees are another matter.
words = st.sampled_from(["KTP-el", "Kartu Keluarga", "Akta", "Loket Satu", "Kulawarga", "Élodie 🙂"])
texts = st.dictionaries(st.sampled_from(["id", "en", "su", "jv"]), words, min_size=1)
days = st.dates(date(2026, 1, 1), date(2030, 1, 1))


@st.composite
def some_spans(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[tuple[int, int], ...]:
    times = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(zip(times[::2], times[1::2], strict=False))


some_weeks = st.dictionaries(st.sampled_from(WEEKDAYS), some_spans())


@st.composite
def some_hours(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Hours:
    edges = sorted(draw(st.sets(days, max_size=4)))
    seasons = [
        Season(f"s{place}", draw(texts), first, last, draw(some_weeks))
        for place, (first, last) in enumerate(zip(edges[::2], edges[1::2], strict=False))
    ]
    special = [SpecialDay(day, draw(some_spans()), draw(texts)) for day in draw(st.sets(days, max_size=3))]
    return Hours(draw(some_weeks), tuple(seasons), tuple(special))


@st.composite
def plans(draw: Callable[[st.SearchStrategy[Any]], Any]) -> OfficePlan:
    letters = draw(st.lists(st.sampled_from("ABCDEFGH"), unique=True, max_size=5))
    services = []
    parts = draw(st.lists(words, unique=True, max_size=3))
    groups = [
        ServiceGroup(f"g{n}", {"id": part}, draw(st.sampled_from(["card", "key"]))) for n, part in enumerate(parts)
    ]
    for letter in letters:
        closed = draw(st.booleans())
        opens_on = draw(st.none() | days) if closed else None
        service = Service(
            letter.lower(), letter, draw(texts), hue=draw(st.integers(1, 8)), promised_wait=draw(st.integers(0, 240)),
            head_start=draw(st.integers(0, 60)), daily_limit=draw(st.none() | st.integers(0, 500)),
            closed=closed, opens_on=opens_on, closure_reasons=draw(texts) if closed else {},
            group=draw(st.sampled_from(["", *(one.code for one in groups)])),
        )  # fmt: skip
        services.append(service)
    codes = [service.code for service in services]
    halls = draw(st.lists(words, unique=True, max_size=3))
    zones = [Zone(f"z{n}", {"id": hall}, draw(texts), draw(st.integers(0, 99))) for n, hall in enumerate(halls)]
    counters = []
    for number in range(draw(st.integers(0, 4))):
        served = draw(st.permutations(codes))
        cut = draw(st.integers(0, len(served)))
        zone = draw(st.sampled_from(["", *(one.code for one in zones)]))
        arrow, floor = draw(st.sampled_from(("", *ARROWS))), draw(st.sampled_from(("", "2", "Lt. 3")))
        name = f"{number} {draw(words)}"[:60].strip()
        here = Counter(str(number), name, tuple(served[:cut]), tuple(served[cut:]), zone, arrow, floor, draw(texts))
        counters.append(here)
    playlist = [
        PlaylistItem(f"n{number}", "notice", draw(texts), seconds=draw(st.integers(5, 120)), starts_on=draw(days))
        for number in range(draw(st.integers(0, 3)))
    ]
    return OfficePlan(
        "", draw(words), draw(st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "UTC"])), tuple(services),
        tuple(counters), tuple(draw(st.lists(st.sampled_from(["id", "en", "su"]), unique=True, min_size=1))),
        draw(st.sampled_from(["earliest_due_date", "strict_priority"])),
        draw(st.integers(0, 60)), draw(st.integers(1, 9)),
        Limits(recalls=draw(st.integers(0, 9))), ticker=draw(texts), playlist=tuple(playlist),
        hours=draw(some_hours()), voice=draw(st.sampled_from([{}, {"repeat": 1}])),
        slip=draw(st.sampled_from([{}, {"beep": True}])), zones=tuple(zones), groups=tuple(groups),
        number_digits=draw(st.sampled_from(DIGITS)),
    )  # fmt: skip


@examples(200)
@given(plans())
def test_a_plan_that_is_written_as_text_is_read_back_the_same(plan: OfficePlan) -> None:
    text = json.dumps(to_document(plan))
    assert from_document(json.loads(text)) == plan
    assert to_document(from_document(json.loads(text))) == json.loads(text)


@pytest.mark.parametrize("plan", [FULL, replace(small_plan(), office="")], ids=["full", "small"])
def test_the_plans_of_offices_are_sound_documents(plan: OfficePlan) -> None:
    assert list(problems(to_document(plan))) == []
    assert from_document(to_document(plan)) == plan


def test_a_document_holds_neither_the_offices_id_nor_its_printers() -> None:
    plan = replace(FULL, office="kuningan", printers={"kiosk": "printer"}, demo=True)
    assert to_document(plan) == to_document(FULL)


@pytest.mark.parametrize(("path", "value"), LEAVES, ids=[said(path) for path, _value in LEAVES])
def test_a_value_of_another_type_is_refused_with_its_path(path: tuple[Any, ...], value: object) -> None:
    for other in (object, {"x": 1}, [["x"]], 1.5, -1, "", "\u202e", None):
        if other == value or (other is None and path[-1] in MAY_BE_NONE):
            continue
        if other == "" and path[-1] in ("file", "zone", "group"):
            continue
        _code, where = refused(changed(path, other))
        keyed = isinstance(path[-2:][0], int) and path[-1] in (
            "code",
            "id",
            "day",
        )  # an item without a key of its own is named by its place
        named = f"{said(path[:-2])}/[{path[-2] + 1}]/{path[-1]}" if keyed else said(path)
        assert where == named or str(where).startswith(named + "/"), other


@pytest.mark.parametrize("path", RECORDS, ids=str)
def test_a_field_that_nobody_knows_is_refused_with_its_path(path: tuple[Any, ...]) -> None:
    assert refused(changed((*path, "colour"), 1)) == ("field_unknown", said((*path, "colour")).strip("/"))


@pytest.mark.parametrize("path", [(), ("calling",), ("displays",)], ids=str)
def test_a_part_that_is_missing_is_named(path: tuple[Any, ...]) -> None:
    whole = to_document(FULL)
    inside: Any = whole
    for step in path:
        inside = inside[step]
    need_not_be = {"hours", "zones", "stock", "groups", "needs", "campaign", "first_steps", "number_digits"}
    for name in sorted({*inside} - need_not_be):
        document = deepcopy(whole)
        less: Any = document
        for step in path:
            less = less[step]
        del less[name]
        assert refused(document) == ("value_missing", "/".join((*path, name)))


def test_what_has_a_usual_value_need_not_be_said() -> None:
    document = to_document(FULL)
    document["limits"] = {}
    document["services"] = [{"code": "kk", "series": "B", "names": {"id": "KK"}}]
    document["counters"] = [{"code": "1", "name": "Loket 1", "primary": ["kk"]}]
    plan = from_document(document)
    assert (plan.limits, plan.services, plan.counters) == (
        Limits(), (Service("kk", "B", {"id": "KK"}),), (Counter("1", "Loket 1", ("kk",)),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "code", "where"),
    [
        (("services", 1, "code"), "ktp-cetak", "plan_twice", "services/[2]/code"),
        (("services", 1, "series"), "A", "plan_twice", "services/kk/series"),
        (("counters", 1, "code"), "1", "plan_twice", "counters/[2]/code"),
        (("counters", 0, "primary", 1), "gone", "plan_service_unknown", "counters/1/primary/[2]"),
        (("counters", 0, "overflow", 1), "kk", "plan_twice", "counters/1/overflow/[2]"),
        (("counters", 0, "primary", 1), "ktp-cetak", "plan_twice", "counters/1/primary/[2]"),
        (("languages", 1), "id", "plan_twice", "languages/[2]"),
        (("displays", "playlist", 1, "id"), "a1", "plan_twice", "displays/playlist/[2]/id"),
        (("displays", "playlist", 0, "ends_on"), "2026-11-30", "value_invalid", "displays/playlist/a1/ends_on"),
        (("displays", "playlist", 0, "file"), "9f.png", "value_invalid", "displays/playlist/a1/file"),
        (("displays", "playlist", 0, "texts"), {}, "value_missing", "displays/playlist/a1/texts"),
        (("displays", "playlist", 1, "file"), "../secret_key", "value_invalid", "displays/playlist/b2/file"),
        (("services", 0, "closed"), False, "value_invalid", "services/ktp-cetak/opens_on"),
        (("services", 0, "hue"), 9, "value_invalid", "services/ktp-cetak/hue"),
        (("time_zone",), "Mars/Olympus", "value_invalid", "time_zone"),
        (("calling", "discipline"), "as_we_like", "value_invalid", "calling/discipline"),
        (("format",), 2, "value_invalid", "format"),
        (("name",), f"Kantor {NIK}", "note_has_id_number", "name"),
        (("services", 0, "names", "en"), "Card\u200b", "name_unprintable", "services/ktp-cetak/names/en"),
        (("services", 1, "closure_reasons"), {"id": NIK}, "note_has_id_number", "services/kk/closure_reasons/id"),
        (("displays", "ticker"), {"id": NIK[:8], "en": NIK[8:]}, "note_has_id_number", "displays/ticker"),
        (("displays", "ticker", "id"), "Gratis\u202e", "text_unprintable", "displays/ticker/id"),
        (("hours", "week", "monday"), ["08:00-12:00", "11:00-13:00"], "hours_overlap", "hours/week/monday"),
        (("hours", "week", "monday"), ["13:00-15:00", "08:00-12:00"], "hours_overlap", "hours/week/monday"),
        (("hours", "week", "monday"), ["12:00-12:00"], "hours_overlap", "hours/week/monday"),
        (("hours", "week", "monday", 0), "08:00-24:01", "value_invalid", "hours/week/monday/[1]"),
        (("hours", "week", "monday", 0), "8.00-12.00", "value_invalid", "hours/week/monday/[1]"),
        (("hours", "week", "monday", 1), "13:00-١٥:٠٠", "value_invalid", "hours/week/monday/[2]"),
        (("hours", "seasons", 0, "ends_on"), "2027-02-07", "hours_overlap", "hours/seasons/ramadan/ends_on"),
        (("hours", "days", 1, "day"), "2026-12-05", "plan_twice", "hours/days/[2]/day"),
        (("hours", "days", 0, "reasons"), {"id": NIK}, "note_has_id_number", "hours/days/2026-12-05/reasons/id"),
        (("services", 0, "hours"), {"friday": ["9-10"]}, "value_invalid", "services/ktp-cetak/hours/friday/[1]"),
    ],
)  # fmt: skip
def test_what_an_office_can_not_have_is_refused_with_its_path(
    path: tuple[Any, ...], value: object, code: str, where: str
) -> None:
    assert refused(changed(path, value)) == (code, where)


@pytest.mark.parametrize("path", PLAIN, ids=[said(path) for path in PLAIN])
@pytest.mark.parametrize(
    ("text", "code"),
    [(NIK, "note_has_id_number"), ("Gratis\u202e", "text_unprintable"), ("\ud800", "value_invalid")],
)
def test_texts_of_slip_and_voice_are_held_to_the_same(path: tuple[Any, ...], text: str, code: str) -> None:
    assert refused(changed(path, text)) == (code, said(path))


def test_lines_that_are_one_text_on_paper_are_read_as_one() -> None:
    assert refused(changed(("slip", "footer"), {"id": [NIK[:8], NIK[8:]]})) == ("note_has_id_number", "slip/footer")


def test_what_another_package_knows_of_its_part_is_refused_with_the_path_too() -> None:
    def loud(voice: Mapping[str, Any]) -> None:
        if voice.get("repeat", 1) > 3:
            raise Invalid("value_invalid", field="repeat")

    document = changed(("voice", "repeat"), 4)
    assert from_document(document).voice["repeat"] == 4
    with pytest.raises(Invalid) as caught:
        from_document(document, {"voice": loud})
    assert caught.value.values["field"] == "voice/repeat"


def test_a_stored_document_of_a_newer_or_older_release_is_read_as_far_as_it_is_known() -> None:
    document = to_document(FULL)
    document["services"][0]["colour_of_the_door"] = "red"
    document["limits"] = {"recalls": 1, "helpers": 2}
    del document["services"][1]["daily_limit"]
    plan = plan_of(document)
    assert (plan.limits, plan.services) == (Limits(recalls=1), FULL.services)


def test_two_seasons_share_no_day() -> None:
    document = to_document(FULL)
    last = document["hours"]["seasons"][0]
    document["hours"]["seasons"].append({**last, "id": "after", "starts_on": last["ends_on"], "ends_on": "2027-03-12"})
    assert refused(document) == ("hours_overlap", "hours/seasons/after/starts_on")


def test_hours_are_written_as_people_write_them() -> None:
    written = to_document(FULL)
    assert written["hours"]["week"] == {"monday": ["08:00-12:00", "13:00-15:00"], "tuesday": ["00:00-24:00"]}
    assert written["hours"]["days"][1] == {"day": "2026-12-25", "hours": [], "reasons": {"id": "Hari Natal"}}
    assert written["services"][0]["hours"] == {"friday": ["08:00-11:00"], "sunday": []}


def test_a_plan_of_the_release_before_has_no_hours() -> None:
    document = to_document(FULL)
    del document["hours"], document["services"][0]["hours"]
    assert plan_of(document).hours == from_document(document).hours == Hours()
    assert not from_document(document).hours.given


def test_every_field_of_a_service_a_counter_and_an_item_has_a_rule() -> None:
    for kind, rules in (
        (Service, SERVICE),
        (Counter, COUNTER),
        (PlaylistItem, ITEM),
        (Zone, ZONE),
        (ServiceGroup, GROUP),
    ):
        assert [field.name for field in fields(kind)] == list(rules)
    own = {field.name for field in fields(OfficePlan)} - {"office", "printers", "demo", "revision"}
    document = to_document(FULL)
    there = {*document, *document["calling"], *document["displays"], "zone"} - {"format", "time_zone"}
    assert there - {"calling", "displays"} == own


@pytest.mark.parametrize("letters", [20, 3000])
def test_a_text_with_an_identity_number_is_refused_each_time_and_the_mended_one_is_taken(letters: int) -> None:
    """A text that was found good is not read again with every save; one that was not is."""
    long = "Bawa berkas. " * (letters // 13)
    for _ in range(2):
        assert from_document(changed(("voice", "again"), long)).voice["again"] == long
        assert refused(changed(("voice", "again"), f"{long}{NIK}")) == ("note_has_id_number", "voice/again")
