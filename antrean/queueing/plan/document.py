"""The whole plan as one document of JSON values: written from an OfficePlan, checked, and read back.

The document is the tree that is stored, exported, compared and applied. A field of the plan stands in it under its own
name. What belongs to the machine or to devices is no part of it: the office's id, which kiosk prints where, and whether
it is the sample office.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date
from typing import Any

from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.errors import Invalid
from antrean.queueing.hours import document as opening
from antrean.queueing.plan import campaign
from antrean.queueing.plan.codes import LONGEST_CODE
from antrean.queueing.plan.groups import ServiceGroup
from antrean.queueing.plan.journeys import MOVERS, Journey, Stage
from antrean.queueing.plan.model import (
    ARROWS,
    DIGITS,
    HUES,
    Counter,
    Limits,
    Need,
    OfficePlan,
    PlaylistItem,
    Requirement,
    Service,
    StockItem,
    StockUse,
)
from antrean.queueing.plan.rules import (
    Problem,
    Rule,
    by_language,
    code,
    day,
    flag,
    free_text,
    item_paths,
    listed,
    name,
    one_of,
    optional,
    plain_values,
    record,
    under,
    whole,
    zone,
)
from antrean.queueing.plan.zones import Zone, name_key

FORMAT = 1
PICTURE = "logo"  # in `slip`, in base64
LONGEST_NAME, LONGEST_REASON, LONGEST_TEXT = 120, 200, 300
LONGEST_LINE, MOST_REQUIREMENTS, MOST_DAYS = 120, 12, 365
LONGEST_ZONE, LONGEST_WAY, MOST_SEATS = 40, 120, 10_000
LONGEST_GROUP = 60
LONGEST_COUNTER, LONGEST_FLOOR = 60, 12
LONGEST_NEED, LONGEST_NEED_WORDS, MOST_NEEDS = 60, 120, 20
LEAST_STAGES, MOST_STAGES, LONGEST_STAGE, LONGEST_STAGE_WORDS = 2, 12, 60, 120
MOST_A_DAY, MOST_EXPIRES = 100_000, 3650
LONGEST_UNIT, MOST_ITEMS, MOST_EACH, MOST_LOW = 20, 50, 99, 1_000_000
LONGEST = 500_000  # letters of a whole document
MOST_LIMIT, DAY_MINUTES, MOST_PERSONS = 100_000, 24 * 60, 100_000
MOST_IN_A_ROW, MOST_LANGUAGES = 100, 20
MOST_PERCENT = 99
KINDS = ("notice", "picture", "video")
# Parts that files of an earlier release have not.
LATER = ("hours", "zones", "stock", "groups", "needs", "campaign", "first_steps", "number_digits")
Document = Mapping[str, Any]
# What reads values that are none of the queue's business, by their part of the document, and refuses (Invalid) some.
Subjects = Mapping[str, Callable[[Mapping[str, Any]], object]]

REQUIREMENT: Mapping[str, Rule] = {"code": code(LONGEST_CODE), "names": by_language(name(LONGEST_LINE), least=1)}
USE: Mapping[str, Rule] = {"code": code(LONGEST_CODE), "each": whole(1, MOST_EACH)}
STAGE: Mapping[str, Rule] = {
    "code": code(LONGEST_CODE),
    "names": by_language(name(LONGEST_STAGE), least=1),
    "words": by_language(free_text(LONGEST_STAGE_WORDS)),
    "told": flag,
    "usual_days": optional(whole(0, MOST_DAYS)),
    "capacity": optional(whole(1, MOST_A_DAY)),
    "moved_by": one_of(lambda: MOVERS),
}
SERVICE: Mapping[str, Rule] = {
    "code": code(LONGEST_CODE),
    "series": code(4, re.compile("[A-Z0-9]{1,4}")),
    "names": by_language(name(LONGEST_NAME), least=1),
    "icon": code(40),
    "hue": whole(1, HUES),
    "promised_wait": whole(0, DAY_MINUTES),
    "head_start": whole(0, DAY_MINUTES),
    "closed": flag,
    "opens_on": optional(day),
    "closure_reasons": by_language(free_text(LONGEST_REASON)),
    "daily_limit": optional(whole(0, MOST_PERSONS)),
    "hours": opening.WEEK,
    "explanations": by_language(free_text(LONGEST_LINE)),
    "costs": by_language(free_text(LONGEST_LINE)),
    "legal_days": optional(whole(1, MOST_DAYS)),
    "legal_times": by_language(free_text(LONGEST_LINE)),
    "requirements": listed(record(REQUIREMENT), most=MOST_REQUIREMENTS, key="code"),
    "ask_requirements": flag,
    "priority_allowed": flag,
    "uses": listed(record(USE, may_miss=("each",)), most=MOST_ITEMS, key="code"),
    "spare_questions": by_language(free_text(LONGEST_LINE)),
    "spare_words": by_language(free_text(LONGEST_TEXT)),
    "group": lambda value, path: iter(()) if value == "" else code(LONGEST_CODE)(value, path),
    "needs": listed(code(LONGEST_CODE), most=MOST_NEEDS),
    "journey": lambda value, path: optional(_journey())(value, path),
    "collects": listed(code(LONGEST_CODE)),
}
COUNTER: Mapping[str, Rule] = {
    "code": code(20),
    "name": name(LONGEST_COUNTER),
    "primary": listed(code(40)),
    "overflow": listed(code(40)),
    "zone": lambda value, path: iter(()) if value == "" else code(LONGEST_CODE)(value, path),
    "arrow": one_of(lambda: ("", *ARROWS)),
    "floor": lambda value, path: iter(()) if value == "" else name(LONGEST_FLOOR)(value, path),
    "way": by_language(free_text(LONGEST_WAY)),
}
ZONE: Mapping[str, Rule] = {
    "code": code(LONGEST_CODE),
    "names": by_language(name(LONGEST_ZONE), least=1),
    "way": by_language(free_text(LONGEST_WAY)),
    "seats": whole(0, MOST_SEATS),
}
NEED: Mapping[str, Rule] = {
    "code": code(LONGEST_CODE),
    "names": by_language(name(LONGEST_NEED), least=1),
    "words": by_language(free_text(LONGEST_NEED_WORDS)),
}
STOCK_ITEM: Mapping[str, Rule] = {
    "code": code(LONGEST_CODE),
    "names": by_language(name(LONGEST_LINE), least=1),
    "units": by_language(name(LONGEST_UNIT)),
    "low": whole(0, MOST_LOW),
}
GROUP: Mapping[str, Rule] = {
    "code": code(LONGEST_CODE),
    "names": by_language(name(LONGEST_GROUP), least=1),
    "icon": code(40),
}
ITEM: Mapping[str, Rule] = {
    "id": code(40),
    "kind": one_of(lambda: KINDS),
    "texts": by_language(free_text(LONGEST_TEXT)),
    "file": lambda value, path: iter(()) if value == "" else code(80)(value, path),
    "seconds": whole(1, 3600),
    "starts_on": optional(day),
    "ends_on": optional(day),
}


def to_document(plan: OfficePlan) -> dict[str, Any]:
    """Return the plan as a document: new objects, lists and plain values."""
    return {
        "format": FORMAT,
        "name": plan.name,
        "time_zone": plan.zone,
        "languages": list(plan.languages),
        "calling": {
            "discipline": plan.discipline,
            "credit_minutes": plan.credit_minutes,
            "interleave": plan.interleave,
        },
        "number_digits": plan.number_digits,
        "limits": written(plan.limits),
        "hours": opening.write_hours(plan.hours),
        "services": [written(service) for service in plan.services],
        "counters": [written(counter) for counter in plan.counters],
        "zones": [written(one) for one in plan.zones],
        "stock": [written(one) for one in plan.stock],
        "groups": [written(one) for one in plan.groups],
        "needs": [written(one) for one in plan.needs],
        "campaign": written(plan.campaign) if plan.campaign is not None else None,
        "displays": {"ticker": plain(plan.ticker), "playlist": [written(item) for item in plan.playlist]},
        "voice": plain(plan.voice),
        "slip": plain(plan.slip),
        "first_steps": plan.first_steps,
    }


def as_text(document: Document) -> str:
    """Return a document as it is stored. Refuses (`plan_too_large`) one that is longer than half a million letters."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    if len(text) > LONGEST:
        raise Invalid("plan_too_large")
    return text


def from_document(document: Document, subjects: Subjects | None = None) -> OfficePlan:
    """Return the plan of a document. Refuses (`Invalid`, with the path as `field`) the first thing that is wrong.

    That is a field that is unknown or missing, another type, a value out of its range, a code or letter that stands
    twice, a counter's unknown service, an identity number, a sign that nobody sees. `subjects` read the parts that
    other packages know. Office and printers are left empty.
    """
    for problem in problems(document, subjects):
        raise problem.refusal()
    return plan_of(document)


def plan_of(document: Document) -> OfficePlan:
    """Return the plan of a document that was checked when it was stored; a field of which it knows nothing is usual.

    Raises LookupError, TypeError or ValueError for one that is no plan at all.
    """
    calling, displays = document["calling"], document["displays"]
    return OfficePlan(
        office="",
        name=document["name"],
        zone=document["time_zone"],
        languages=tuple(document["languages"]),
        services=tuple(service_of(one) for one in document["services"]),
        counters=tuple(_counter(one) for one in document["counters"]),
        zones=tuple(Zone(**_known(Zone, one)) for one in document.get("zones", ())),
        stock=tuple(StockItem(**_known(StockItem, one)) for one in document.get("stock", ())),
        groups=tuple(ServiceGroup(**_known(ServiceGroup, one)) for one in document.get("groups", ())),
        needs=tuple(Need(**_known(Need, one)) for one in document.get("needs", ())),
        discipline=calling["discipline"],
        credit_minutes=calling["credit_minutes"],
        interleave=calling["interleave"],
        number_digits=document.get("number_digits", OfficePlan.number_digits),
        limits=Limits(**_known(Limits, document["limits"])),
        hours=opening.read_hours(document.get("hours", {})),
        ticker=displays["ticker"],
        playlist=tuple(_item(one) for one in displays["playlist"]),
        voice=document["voice"],
        slip=document["slip"],
        campaign=campaign.read(document.get("campaign")),
        first_steps=document.get("first_steps", False),
    )


def problems(document: object, subjects: Subjects | None = None) -> Iterator[Problem]:
    """Say everything that is wrong in a document."""
    found = False
    for problem in _rule()(document, ""):
        found = True
        yield problem
    if found or not isinstance(document, Mapping):
        return  # what follows asks how parts fit together, and needs them to be what they are
    yield from _across(document)
    for part, read in (subjects or {}).items():
        try:
            read(document[part])
        except Invalid as refused:
            yield Problem(refused.code, under(part, refused.values.get("field", "")).rstrip("/"))


def most_of(limit: str) -> int:
    """Return the largest value of a field of `Limits`."""
    return MOST_PERCENT if limit.endswith("_percent") else MOST_LIMIT


def _rule() -> Rule:
    limits = {field.name: whole(0, most_of(field.name)) for field in fields(Limits)}
    return record(
        {
            "format": whole(FORMAT, FORMAT),
            "name": name(LONGEST_NAME),
            "time_zone": zone,
            "languages": listed(code(10), least=1, most=MOST_LANGUAGES),
            "calling": record(
                {
                    "discipline": one_of(lambda: tuple(DISCIPLINES)),
                    "credit_minutes": whole(0, DAY_MINUTES),
                    "interleave": whole(1, MOST_IN_A_ROW),
                }
            ),
            "number_digits": whole(min(DIGITS), max(DIGITS)),
            "limits": record(limits, may_miss=tuple(limits)),
            "hours": opening.HOURS,
            "services": listed(record(SERVICE, may_miss=_usual(Service)), key="code"),
            "counters": listed(record(COUNTER, may_miss=_usual(Counter)), key="code"),
            "zones": listed(record(ZONE, may_miss=_usual(Zone)), key="code"),
            "stock": listed(record(STOCK_ITEM, may_miss=_usual(StockItem)), most=MOST_ITEMS, key="code"),
            "groups": listed(record(GROUP, may_miss=_usual(ServiceGroup)), key="code"),
            "needs": listed(record(NEED, may_miss=_usual(Need)), most=MOST_NEEDS, key="code"),
            "campaign": optional(campaign.CAMPAIGN),
            "displays": record(
                {
                    "ticker": by_language(free_text(LONGEST_TEXT)),
                    "playlist": listed(record(ITEM, may_miss=_usual(PlaylistItem)), key="id"),
                }
            ),
            "voice": plain_values(),
            "slip": plain_values(PICTURE),
            "first_steps": flag,
        },
        may_miss=LATER,
    )


def _journey() -> Rule:
    return record(
        {
            "stages": listed(record(STAGE, may_miss=_usual(Stage)), least=LEAST_STAGES, most=MOST_STAGES, key="code"),
            "each_person": flag,
            "expires_days": whole(0, MOST_EXPIRES),
        },
        may_miss=_usual(Journey),
    )


def _across(document: Document) -> Iterator[Problem]:
    """Say which parts of a document don't fit together."""
    yield from opening.across(document.get("hours", {}))
    yield from _of_zones(document)
    yield from _of_groups(document)
    yield from campaign.across(document.get("campaign"))
    letters: set[str] = set()
    services = {service["code"] for service in document["services"]}
    journeys = {service["code"] for service in document["services"] if service.get("journey")}
    items = {one["code"] for one in document.get("stock", ())}
    needs = {one["code"] for one in document.get("needs", ())}
    for service, at in zip(document["services"], item_paths(document["services"], "services", "code"), strict=True):
        if service["series"] in letters:
            yield Problem("plan_twice", under(at, "series"), service["series"])
        letters.add(service["series"])
        for use in service.get("uses", ()):
            if use["code"] not in items:
                yield Problem("plan_stock_unknown", under(at, "uses"), use["code"])
        for need in service.get("needs", ()):
            if need not in needs:
                yield Problem("plan_need_unknown", under(at, "needs"), need)
        for place, other in enumerate(service.get("collects", ()), 1):
            if other not in journeys:
                known = "plan_no_journey" if other in services else "plan_service_unknown"
                yield Problem(known, under(under(at, "collects"), f"[{place}]"), other)
        if service.get("opens_on") and not service.get("closed"):
            yield Problem("value_invalid", under(at, "opens_on"), service["opens_on"])
        for part, other in (("spare_questions", "spare_words"), ("spare_words", "spare_questions")):
            if service.get(other) and not service.get(part):
                yield Problem("value_missing", under(at, part))
    names: set[str] = set()
    for counter, at in zip(document["counters"], item_paths(document["counters"], "counters", "code"), strict=True):
        if name_key(counter["name"]) in names:
            yield Problem("plan_twice", under(at, "name"), counter["name"])
        names.add(name_key(counter["name"]))
        for part in ("primary", "overflow"):
            for place, service in enumerate(counter.get(part, ()), 1):
                where = under(under(at, part), f"[{place}]")
                if service not in services:
                    yield Problem("plan_service_unknown", where, service)
                elif part == "overflow" and service in counter["primary"]:
                    yield Problem("plan_twice", where, service)
    playlist = document["displays"]["playlist"]
    for item, at in zip(playlist, item_paths(playlist, "displays/playlist", "id"), strict=True):
        if (item["kind"] == "notice") == bool(item.get("file")):
            yield Problem("value_invalid", under(at, "file"), item.get("file", ""))
        if item["kind"] == "notice" and not item.get("texts"):
            yield Problem("value_missing", under(at, "texts"))
        first, last = item.get("starts_on"), item.get("ends_on")
        if first and last and last < first:
            yield Problem("value_invalid", under(at, "ends_on"), last)


def _of_zones(document: Document) -> Iterator[Problem]:
    """Say which zones have one name, and which counters stand in a zone that is not there."""
    zones = document.get("zones", [])
    yield from _names_twice(zones, "zones")
    known = {"", *(one["code"] for one in zones)}
    for counter, at in zip(document["counters"], item_paths(document["counters"], "counters", "code"), strict=True):
        if counter.get("zone", "") not in known:
            yield Problem("plan_zone_unknown", under(at, "zone"), counter["zone"])


def _of_groups(document: Document) -> Iterator[Problem]:
    """Say which groups have one name, and which services name a group that is not there."""
    groups = document.get("groups", [])
    yield from _names_twice(groups, "groups")
    known = {"", *(one["code"] for one in groups)}
    for service, at in zip(document["services"], item_paths(document["services"], "services", "code"), strict=True):
        if service.get("group", "") not in known:
            yield Problem("plan_group_unknown", under(at, "group"), service["group"])


def _names_twice(items: list[Mapping[str, Any]], path: str) -> Iterator[Problem]:
    """Say which items of a list have a name that another one has, in whatever language."""
    taken: dict[str, str] = {}  # of each name: the code of the item that has it
    for one, at in zip(items, item_paths(items, path, "code"), strict=True):
        for language, words in one["names"].items():
            if taken.setdefault(name_key(words), one["code"]) != one["code"]:
                yield Problem("plan_twice", under(under(at, "names"), language), words)


def _usual(kind: Any) -> tuple[str, ...]:
    """Return the fields of a dataclass that have a usual value, so that a document need not say them."""
    return tuple(one.name for one in fields(kind) if not (one.default is one.default_factory is MISSING))


def _known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def service_of(values: Mapping[str, Any]) -> Service:
    """Return a service of values that were checked."""
    made = Service(**_known(Service, values))
    requirements = tuple(Requirement(**_known(Requirement, one)) for one in values.get("requirements", ()))
    uses = tuple(StockUse(**_known(StockUse, one)) for one in values.get("uses", ()))
    hours, needs = opening.read_week(values.get("hours", {})), tuple(values.get("needs", ()))
    opens_on = _day(values.get("opens_on"))
    return replace(
        made, opens_on=opens_on, hours=hours, requirements=requirements, uses=uses, needs=needs,
        journey=_journey_of(values.get("journey")), collects=tuple(values.get("collects", ())),
    )  # fmt: skip


def _journey_of(values: Mapping[str, Any] | None) -> Journey | None:
    if values is None:
        return None
    stages = tuple(Stage(**_known(Stage, one)) for one in values["stages"])
    return replace(Journey(**_known(Journey, values)), stages=stages)


def _counter(values: Mapping[str, Any]) -> Counter:
    known = _known(Counter, values)
    return Counter(**{**known, "primary": tuple(known["primary"]), "overflow": tuple(known.get("overflow", ()))})


def _item(values: Mapping[str, Any]) -> PlaylistItem:
    made = PlaylistItem(**_known(PlaylistItem, values))
    return replace(made, starts_on=_day(values.get("starts_on")), ends_on=_day(values.get("ends_on")))


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def written(made: Any) -> dict[str, Any]:
    """Return the fields of one of the plan's values."""
    found = {field.name: plain(getattr(made, field.name)) for field in fields(made)}
    return {**found, "hours": opening.write_week(made.hours)} if isinstance(made, Service) else found


def plain(value: Any) -> Any:
    """Return a value with its parts as objects, its tuples as lists and its days as text."""
    if is_dataclass(value):
        return written(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
