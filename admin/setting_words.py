"""Settings in words: the name of each as on its page, and its values as people read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext, ngettext

from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.errors import N_
from antrean.queueing.hours.model import WEEKDAYS
from antrean.queueing.plan.journeys import COUNTERS, LEADERS
from antrean.queueing.plan.model import ARROWS, OfficePlan
from antrean.queueing.plan.parts import ORDER, STAGES
from antrean.queueing.plan.texts import in_language
from antrean.web.text.catalogues import own_names

PARTS = {
    "services": N_("Services"),
    "counters": N_("Counters"),
    "zones": N_("Zones"),
    "stock": N_("Stock"),
    "groups": N_("Groups of services"),
    "needs": N_("What services need"),
    "campaign": N_("Campaign"),
    "playlist": N_("Between calls"),
    "limits": N_("Limits"),
    "voice": N_("Voice"),
    "slip": N_("Slip"),
    "hours": N_("Opening hours"),
}
NAMES = {
    "name": N_("Name"),
    "time_zone": N_("Time zone"),
    "administrator": N_("Administrator"),
    "credit_minutes": N_("Minutes that priority is worth"),
    "interleave": N_("Priority calls in a row"),
    "number_digits": N_("Digits of a number at least"),
    "code": N_("Code"),
    "series": N_("Letter"),
    "names": N_("Name"),
    "icon": N_("Picture"),
    "hue": N_("Colour"),
    "promised_wait": N_("Promised wait (minutes)"),
    "closure_reasons": N_("Reason"),
    "daily_limit": N_("Persons a day at most"),
    "explanations": N_("Explanation"),
    "costs": N_("Cost"),
    "legal_days": N_("Time by law (working days)"),
    "legal_times": N_("Time by law"),
    "requirements": N_("Documents to bring"),
    "ask_requirements": N_("The kiosk asks for the documents before it gives a number"),
    "priority_allowed": N_("Visitors may ask for priority"),
    "uses": N_("Uses for each person"),
    "needs": N_("What it needs"),
    "words": N_("What visitors are told while it is down"),
    "units": N_("Unit"),
    "low": N_("Few, when fewer are left than"),
    "spare_questions": N_("Question whether the visit is needed"),
    "spare_words": N_("Why no visit is needed"),
    "group": N_("Group on the kiosk"),
    "journey": N_("Journey"),
    "stages": N_("Stages"),
    "each_person": N_("Each person of a visit has a case of their own"),
    "expires_days": N_("Days in one stage after which a case ends by itself"),
    "collects": N_("What is handed out here"),
    "case_days": N_("Days on which a case that has ended is known"),
    "primary": N_("Serves first"),
    "overflow": N_("Serves also"),
    "order": N_("Order"),
    "target": N_("Target"),
    "start_count": N_("Start count"),
    "start_on": N_("Day of the start count"),
    "deadline": N_("Last day"),
    "pace": N_("Persons a day until there are own days"),
    "on_displays": N_("Show on displays how many are done and left"),
    "ticker": N_("Running text"),
    "seconds": N_("Seconds"),
    "starts_on": N_("From"),
    "ends_on": N_("Until"),
    "recalls": N_("Calls of a number at most"),
    "recall_gap_seconds": N_("Seconds between two calls"),
    "holds": N_("Numbers on hold at a counter at most"),
    "readmits": N_("Times a number comes back at most"),
    "readmit_minutes": N_("Minutes in which an absent number may come back"),
    "slip_seconds": N_("Seconds that a slip waits for its printer"),
    "copies": N_("Copies of a slip at most"),
    "lists": N_("Lists without a number from each printer a day at most"),
    "let_first": N_("Others who go first when a visitor needs more time"),
    "state": N_("State"),
    "closed": N_("Closed for longer"),
    "opens_on": N_("Open again on"),
    "notices": N_("Reason"),
    "discipline": N_("Who is called next"),
    "head_start": N_("Head start (minutes)"),
    "layout": N_("What it is"),
    "counter": N_("Counter"),
    "zone": N_("Zone"),
    "services": N_("Services"),
    "counters": N_("Counters"),
    "languages": N_("Languages"),
    "voucher_days": N_("Service days on which a number that was not served can be taken up"),
    "served_percent": N_("Chance of being served before closing under which no more numbers are given (percent)"),
    "lock_minutes": N_("Minutes without a touch until a panel is locked"),
    "seat_m": N_("Farthest seat (m)"),
    "width_cm": N_("Width (cm)"),
    "turn_seconds": N_("Seconds for each language"),
    "interludes": N_("Show notices, pictures and videos between calls"),
    "blank_from": N_("Black from"),
    "blank_until": N_("Black until"),
    "chime": N_("Chime when codes are added"),
    "way": N_("Where it is"),
    "arrow": N_("Arrow on the display"),
    "floor": N_("Floor"),
    "seats": N_("Seats"),
    "reach": N_("Keys start in the lower half, within reach of a wheelchair"),
    "printers": N_("Printers"),
    "printer": N_("Prints at"),
    "aside": N_("Put aside"),
    "numbers": N_("Numbers"),
    "repeat": N_("A call is said"),
    "volume": N_("Volume"),
    "mute": N_("Hours without sound"),
    "voice": N_("Voice"),
    "interlude": N_("Between calls"),
    "kind": N_("Kind"),
    "texts": N_("Words"),
    "blocks": N_("What stands on it"),
    "fields": N_("Table"),
    "number_size": N_("Size of the number"),
    "sizes": N_("Size"),
    "logo": N_("Logo"),
    "beep": N_("The printer beeps, if it can"),
    "case": N_("Case code"),
    "papers": N_("Documents to bring"),
    "header": N_("Lines at the top"),
    "footer": N_("Lines at the bottom"),
    "hours": N_("Opening hours"),
    "first_steps": N_("First steps"),
    "week": N_("Week"),
    "seasons": N_("Seasons"),
    "days": N_("Special days"),
    "day": N_("Day"),
    "reasons": N_("Reason"),
    "monday": N_("Monday"),
    "tuesday": N_("Tuesday"),
    "wednesday": N_("Wednesday"),
    "thursday": N_("Thursday"),
    "friday": N_("Friday"),
    "saturday": N_("Saturday"),
    "sunday": N_("Sunday"),
}
OF_SLIP = {
    "logo": N_("Logo"),
    "header": N_("Lines at the top"),
    "office": N_("Name of the office"),
    "mark": N_("Mark of a copy"),
    "number": N_("Number"),
    "service": N_("Service"),
    "fields": N_("Table"),
    "qr": N_("QR code to follow the number"),
    "qr_caption": N_("Words below the code"),
    "case": N_("Case code"),
    "papers": N_("Documents to bring"),
    "issued": N_("Date and time"),
    "footer": N_("Lines at the bottom"),
    "translations": N_("Second languages"),
    "persons": N_("Persons"),
    "people_ahead": N_("Ahead of you"),
    "wait": N_("Estimated wait"),
}
# Of one stage of a journey.
OF_STAGE = {
    "words": N_("What residents read"),
    "told": N_("Residents read of this stage"),
    "usual_days": N_("Usual service days"),
    "capacity": N_("Cases a day that the office can bring here"),
    "moved_by": N_("Who moves cases here"),
}
MOVER_WORDS = {COUNTERS: N_("everybody at a counter"), LEADERS: N_("supervisors and administrators only")}
CODES = {
    "open": N_("Open"),
    "paused": N_("Paused"),
    "closed": N_("Closed today"),
    "room": N_("Screen of the waiting room"),
    "counter": N_("Small screen beside a counter"),
    "ready": N_("Codes of what is ready to collect"),
    "digits": N_("sign by sign, as printed"),
    "words": N_("as a number"),
    "notice": N_("Notice in words"),
    "picture": N_("Picture"),
    "video": N_("Video"),
}
ARROW_WORDS: Mapping[str, str] = dict(
    zip(
        ARROWS,
        (
            N_("Straight on"), N_("Ahead on the right"), N_("To the right"), N_("Back on the right"),
            N_("Behind you"), N_("Back on the left"), N_("To the left"), N_("Ahead on the left"),
        ),
        strict=True,
    )
)  # fmt: skip
# Parts whose values are named by the code of their item first.
OF_ITEMS = ("services", "counters", "zones", "groups", "stock")
ONLY_FOR_MACHINES = {("interlude", "id"), ("campaign", "began")}
CUT = re.compile(r"… \((\d+) letters\)$")  # what `antrean.queueing.plan.changes.small` leaves of a long text
MORE = {"blocks": OF_SLIP, "fields": OF_SLIP, "sizes": OF_SLIP}


def name_of(path: tuple[str, ...], plan: OfficePlan) -> str:
    """Return the name of a setting; `path` leads to it from the outside in, such as notices, id."""
    if path[:2] == STAGES and len(path) == 3 and path[2] != ORDER:
        path = path[:2]  # a stage that came or went: its value says which
    return " · ".join(_part(path, depth, plan) for depth in range(len(path)))


def _part(path: tuple[str, ...], depth: int, plan: OfficePlan) -> str:
    part = path[depth]
    if path[:depth] == ("head_start",):
        return service_name(part, plan) or part
    if part in own_names():
        return own_names()[part]
    if path[:2] == STAGES and depth == 2 and part != ORDER:
        return stage_name(part, plan) or part
    if path[:2] == STAGES and part in OF_STAGE:
        return gettext(OF_STAGE[part])
    table = MORE.get(path[depth - 1], NAMES) if depth else NAMES
    if part in table:
        return gettext(table[part])
    named = depth == 0 or (depth == 1 and path[0] in OF_ITEMS)
    return (_ordered_name(part, plan) or service_name(part, plan) or part) if named else part


def value_of(path: tuple[str, ...], value: Any, plan: OfficePlan) -> str:
    """Return a value as people read it; empty for none."""
    if value == [] and path[-1] in (*WEEKDAYS, "hours"):
        return gettext("closed")
    if value is None or value in ("", [], (), {}):
        return ""
    if path == ("first_steps",) and not value:  # plans of earlier releases have not the field, which means the same
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, float):
        return f"{value:g}" if plan.languages[0] == "en" else f"{value:g}".replace(".", ",")
    name = path[-1]
    if path[:2] == STAGES and len(path) == 3:
        return _stages(value if name != ORDER else [{"code": code} for code in value], plan)
    if name in VALUES:
        return VALUES[name](value, plan)
    if isinstance(value, list):
        return ", ".join(_code(one, plan, name) for one in value)
    return _code(value, plan, name)


def _code(value: Any, plan: OfficePlan, name: str) -> str:
    said = _in_plan(value, plan, name)
    if said:
        return said
    words = CODES.get(value) if name in ("state", "layout", "numbers", "kind") else OF_SLIP.get(value)
    if words is not None and name in ("state", "layout", "numbers", "kind", "blocks", "fields"):
        return gettext(words)
    return _whole(str(value))


def _in_plan(value: Any, plan: OfficePlan, name: str) -> str:
    """Return the name of a service, counter or language of the office; empty for anything else."""
    if name in ("service", "services", "primary", "overflow", "order"):
        return service_name(value, plan) or (_ordered_name(value, plan) if name == "order" else "")
    if name in ("counter", "counters"):
        return counter_name(value, plan)
    if name == "zone":
        return zone_name(value, plan)
    if name == "group":
        return group_name(value, plan)
    return own_names().get(value, "") if name == "languages" else ""


def _ordered_name(code: Any, plan: OfficePlan) -> str:
    """Return a counter, zone, group or stock item by its name; empty when the office has none with this code."""
    found = counter_name(code, plan) or zone_name(code, plan)
    return found or group_name(code, plan) or item_name(code, plan)


def service_name(code: Any, plan: OfficePlan) -> str:
    """Return a service by letter and name; empty when the office has none with this code."""
    found = next((one for one in plan.services if one.code == code), None)
    return f"{found.series} · {found.name(plan.languages[0])}" if found is not None else ""


def counter_name(code: Any, plan: OfficePlan) -> str:
    """Return a counter by its name; empty when the office has none with this code."""
    return next((one.name for one in plan.counters if one.code == code), "")


def zone_name(code: Any, plan: OfficePlan) -> str:
    """Return a zone by its name; empty when the office has none with this code."""
    return next((one.name(plan.languages[0]) for one in plan.zones if one.code == code), "")


def group_name(code: Any, plan: OfficePlan) -> str:
    """Return a group of services by its name; empty when the office has none with this code."""
    return plan.group_name(code)


def item_name(code: Any, plan: OfficePlan) -> str:
    """Return an item of the stock by its name; empty when the office has none with this code."""
    return next((one.name(plan.languages[0]) for one in plan.stock if one.code == code), "")


def stage_name(code: Any, plan: OfficePlan) -> str:
    """Return a stage of a journey by its name; empty when no service has one with this code."""
    stages = (stage for one in plan.services if one.journey is not None for stage in one.journey.stages)
    return next((stage.name(plan.languages[0]) for stage in stages if stage.code == code), "")


def _stages(items: Any, plan: OfficePlan) -> str:
    """Return stages in their order, by their names."""
    said = [items] if isinstance(items, Mapping) else items
    names = [in_language(one.get("names", {}), plan.languages[0]) or stage_name(one["code"], plan) for one in said]
    return " → ".join(name or one["code"] for name, one in zip(names, said, strict=True))


def _collects(codes: Any, plan: OfficePlan) -> str:
    return ", ".join(service_name(code, plan) or str(code) for code in codes)


def _whole(text: str) -> str:
    cut = CUT.search(text)
    if cut is None:
        return text
    letters = int(cut[1])
    kept = ngettext("… (%(num)d letter in all)", "… (%(num)d letters in all)", letters)
    return text[: cut.start()] + kept


def _mute(spans: Any, plan: OfficePlan) -> str:
    dot = ":" if plan.languages[0] == "en" else "."
    return ", ".join("–".join(f"{minute // 60:02d}{dot}{minute % 60:02d}" for minute in span) for span in spans)


def _discipline(code: Any, plan: OfficePlan) -> str:
    return gettext(DISCIPLINES[code].name) if code in DISCIPLINES else _whole(str(code))


def _requirements(items: Any, plan: OfficePlan) -> str:
    return ", ".join(in_language(item["names"], plan.languages[0]) or item["code"] for item in items)


def _uses(items: Any, plan: OfficePlan) -> str:
    names = {one.code: one.name(plan.languages[0]) for one in plan.stock}
    return ", ".join(f"{item.get('each', 1)} × {names.get(item['code'], item['code'])}" for item in items)


def _needs(codes: Any, plan: OfficePlan) -> str:
    names = {one.code: one.name(plan.languages[0]) for one in plan.needs}
    return ", ".join(names.get(code, code) for code in codes)


VALUES: Mapping[str, Callable[[Any, OfficePlan], str]] = {
    "discipline": _discipline,
    "pace": lambda value, plan: str(value) if value else "",
    "arrow": lambda value, plan: gettext(ARROW_WORDS[value]) if value in ARROW_WORDS else str(value),
    "logo": lambda value, plan: gettext("a picture"),
    "mute": _mute,
    "requirements": _requirements,
    "uses": _uses,
    "needs": _needs,
    "stages": _stages,
    "collects": _collects,
    "moved_by": lambda value, plan: gettext(MOVER_WORDS[value]) if value in MOVER_WORDS else str(value),
    "volume": lambda value, plan: f"{value} %",
    "repeat": lambda value, plan: ngettext("%(num)d time", "%(num)d times", value),
}
