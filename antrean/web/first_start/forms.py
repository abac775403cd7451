"""What each step's form says, as a change of the draft. Pure; refuses (`Invalid`) what no office can have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from zoneinfo import available_timezones

from flask_babel import gettext

from antrean.hub.first_start.draft import Draft
from antrean.hub.first_start.machine_zone import machine_zone
from antrean.hub.first_start.plan import services_of
from antrean.hub.first_start.templates import OfficeTemplate, office_templates
from antrean.queueing.errors import N_, Invalid
from antrean.queueing.hours import document as opening
from antrean.queueing.names import checked_name
from antrean.queueing.plan.document import LONGEST_NAME
from antrean.queueing.plan.zones import name_key
from antrean.web.http.forms import Fields, choice, flag, only, text, whole
from antrean.web.text.catalogues import known_languages

LONGEST_OFFICE, LONGEST_COUNTER, LONGEST_ZONE, LONGEST_TIME = 60, 60, 64, 5
MOST_COUNTERS, USUAL_COUNTERS, BLANK_ROWS = 50, 3, 5
OTHER = "other"
ALWAYS, FIXED = "always", "fixed"
# The three of Indonesia: how people call them, and where they hold.
OF_INDONESIA = {
    "Asia/Jakarta": (N_("Western Indonesia (WIB)"), N_("Sumatra, Java, West and Central Kalimantan")),
    "Asia/Makassar": (N_("Central Indonesia (WITA)"), N_("Bali, Nusa Tenggara, Sulawesi, the rest of Kalimantan")),
    "Asia/Jayapura": (N_("Eastern Indonesia (WIT)"), N_("Maluku and Papua")),
}
# Days that mostly have the same hours are asked for together.
DAYS = {
    "workdays": (N_("Monday to Thursday"), ("monday", "tuesday", "wednesday", "thursday")),
    "friday": (N_("Friday"), ("friday",)),
    "saturday": (N_("Saturday"), ("saturday",)),
    "sunday": (N_("Sunday"), ("sunday",)),
}
TIMES = ("from", "break_from", "break_until", "until")


def template_of(draft: Draft) -> OfficeTemplate:
    """Return the office template that a draft names; the first of all where it names none that is there."""
    known = office_templates()
    return known.get(draft.kind) or next(iter(known.values()))


@cache
def other_zones() -> tuple[str, ...]:
    """Return the time zones of this machine without those of Indonesia."""
    return tuple(sorted(zone for zone in available_timezones() - set(OF_INDONESIA) if "/" in zone))


def time_zones() -> tuple[str, ...]:
    """Return the time zones of this machine, those of Indonesia first."""
    return (*OF_INDONESIA, *other_zones())


def proposed_zone() -> str:
    """Return the time zone that is proposed: that of the machine where somebody has set one, else of the capital."""
    found = machine_zone()
    return found if found in time_zones() else next(iter(OF_INDONESIA))


def usual_name(place: int) -> str:
    """Return what a counter is called where nobody says otherwise, in the language at hand."""
    return gettext("Counter %(counter)s", counter=place)


def _language(fields: Fields, draft: Draft) -> Draft:
    known = known_languages()
    first = choice(only(fields, ("language", *(f"also_{code}" for code in known))), "language", known)
    others = tuple(code for code in known if code != first and flag(fields, f"also_{code}"))
    return replace(draft, language=first, languages=(first, *others))


def _office_name(fields: Fields, draft: Draft) -> Draft:
    said = text(only(fields, ("office_name",)), "office_name", most=LONGEST_OFFICE)
    return replace(draft, office_name=_name(said, "office_name", LONGEST_OFFICE))


def _time_zone(fields: Fields, draft: Draft) -> Draft:
    said = choice(only(fields, ("time_zone", "other_zone")), "time_zone", (*OF_INDONESIA, OTHER))
    zone = said
    if said == OTHER:
        if not text(fields, "other_zone", "", LONGEST_ZONE):
            raise Invalid("zone_missing")
        zone = choice(fields, "other_zone", other_zones())
    return replace(draft, time_zone=zone)


def _kind(fields: Fields, draft: Draft) -> Draft:
    known = office_templates()
    kind = choice(only(fields, ("kind",)), "kind", tuple(known))
    if kind == draft.kind:
        return draft
    template = known[kind]
    return replace(
        draft,
        kind=kind,
        left_out=tuple(one.code for one in template.services if one.code not in template.usual),
        names={},
        added=(),
        week={day: tuple(spans) for day, spans in opening.write_week(template.week).items()},
        done=tuple(step for step in draft.done if step not in ("services", "hours")),
    )


def _services(fields: Fields, draft: Draft) -> Draft:
    template = template_of(draft)
    codes = [service.code for service in template.services]
    added = [f"added_{place}" for place in range(1, len(draft.added) + BLANK_ROWS + 1)]
    names = [f"name_{code}_{language}" for code in codes for language in draft.languages]
    only(fields, [*(f"on_{code}" for code in codes), *names, *added])
    changed: dict[str, dict[str, str]] = {}
    for service in template.services:
        for language in draft.languages:
            said = _optional(fields, f"name_{service.code}_{language}")
            if said and said != service.names.get(language):
                changed.setdefault(service.code, {})[language] = said
    left_out = tuple(code for code in codes if not flag(fields, f"on_{code}"))
    found = tuple(filter(None, (_optional(fields, name) for name in added)))
    if len(left_out) == len(codes) and not found:
        raise Invalid("service_none")
    told = replace(draft, left_out=left_out, names=changed, added=found)
    if any(not one.series for one in services_of(told, template)):  # there are no more letters
        raise Invalid("value_invalid", field=found[-1] if found else codes[-1])
    return told


def _counters(fields: Fields, draft: Draft) -> Draft:
    count = whole(only(fields, ("counters",)), "counters")
    if not 1 <= count <= MOST_COUNTERS:
        raise Invalid("value_invalid", field="counters")
    names = list(draft.counter_names)
    while len(names) < count:
        taken = {name_key(name) for name in names}
        usual = (usual_name(place) for place in range(len(names) + 1, 2 * len(names) + 2))
        names.append(next(name for name in usual if name_key(name) not in taken))
    return replace(draft, counters=count, counter_names=tuple(names))


def _counter_names(fields: Fields, draft: Draft) -> Draft:
    places = range(1, draft.counters + 1)
    only(fields, [f"counter_{place}" for place in places])
    said = [_optional(fields, f"counter_{place}", LONGEST_COUNTER) or usual_name(place) for place in places]
    for place, name in enumerate(said):
        if name_key(name) in map(name_key, said[:place]):
            raise Invalid("plan_twice", field=usual_name(place + 1), value=name)
    return replace(draft, counter_names=tuple(said))


def _hours(fields: Fields, draft: Draft) -> Draft:
    only(fields, ["hours", *(f"{days}_{name}" for days in DAYS for name in ("open", *TIMES))])
    if choice(fields, "hours", (ALWAYS, FIXED)) == ALWAYS:
        return replace(draft, week={})
    week: dict[str, tuple[str, ...]] = {}
    for days, (words, weekdays) in DAYS.items():
        spans = _spans(fields, days, gettext(words)) if flag(fields, f"{days}_open") else ()
        week |= dict.fromkeys(weekdays, spans)
    if not any(week.values()):
        raise Invalid("hours_none")
    return replace(draft, week=week)


def _spans(fields: Fields, days: str, words: str) -> tuple[str, ...]:
    since, pause, again, until = (text(fields, f"{days}_{name}", "", LONGEST_TIME) for name in TIMES)
    written = [f"{since}-{pause}", f"{again}-{until}"] if pause or again else [f"{since}-{until}"]
    for problem in opening.spans(written, words):
        raise (
            Invalid("hours_overlap", field=words)
            if problem.code == "hours_overlap"
            else Invalid("times_missing", days=words)
        )
    return tuple(written)


def _optional(fields: Fields, name: str, most: int = LONGEST_NAME) -> str:
    """Return the name in a field that may be empty or left out."""
    said = text(fields, name, "", most).strip()
    return _name(said, name, most) if said else ""


def _name(said: str, field: str, most: int) -> str:
    return checked_name(" ".join(said.split()), field, most)


READ: Mapping[str, Callable[[Fields, Draft], Draft]] = {
    "language": _language,
    "office_name": _office_name,
    "time_zone": _time_zone,
    "kind": _kind,
    "services": _services,
    "counters": _counters,
    "counter_names": _counter_names,
    "hours": _hours,
}


def hours_shown(draft: Draft) -> dict[str, dict[str, str]]:
    """Return the times of the week as the form shows them, by its groups of days; a group without any is closed."""
    shown = {}
    for days, (_words, weekdays) in DAYS.items():
        spans = draft.week.get(weekdays[0]) or ()
        times = [time for span in spans for time in span.split("-")]
        if len(times) == 2:
            times = [times[0], "", "", times[1]]
        shown[days] = dict(zip(TIMES, times, strict=False))
    return shown
