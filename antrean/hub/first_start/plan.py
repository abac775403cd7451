"""The plan of a new office, made of a draft and the office template that it names. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from antrean.hub.first_start.draft import Draft
from antrean.hub.first_start.templates import OfficeTemplate
from antrean.queueing.hours.document import read_week
from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.codes import free_letter, new_code
from antrean.queueing.plan.document import from_document, to_document
from antrean.queueing.plan.model import Counter, OfficePlan, Service


def services_of(draft: Draft, template: OfficeTemplate) -> list[Service]:
    """Return the office's services in the order of the kiosk, each with its letter and colour."""
    found: list[Service] = []
    for service in _wanted(draft, template):
        letter = free_letter([one.series for one in found])
        found.append(replace(service, series=letter, hue=len(found) + 1))
    return found


def plan_of(draft: Draft, template: OfficeTemplate, office: str) -> OfficePlan:
    """Return the plan. Refuses (`Invalid`) whatever no plan may say, such as an identity number in a name."""
    services = tuple(services_of(draft, template))
    every = tuple(service.code for service in services)
    names = draft.counter_names[: draft.counters]
    plan = OfficePlan(
        office=office,
        name=draft.office_name,
        zone=draft.time_zone,
        services=services,
        counters=tuple(Counter(str(place), name, every) for place, name in enumerate(names, 1)),
        languages=draft.languages,
        hours=Hours(week=read_week({day: list(spans) for day, spans in draft.week.items()})),
        ticker={code: words for code, words in template.ticker.items() if code in draft.languages},
        needs=template.needs,
        first_steps=True,
    )
    from_document(to_document(plan))
    return plan


def _wanted(draft: Draft, template: OfficeTemplate) -> Iterator[Service]:
    taken = [service.code for service in template.services]
    for service in template.services:
        if service.code not in draft.left_out:
            names = {**service.names, **draft.names.get(service.code, {})}
            collects = tuple(code for code in service.collects if code not in draft.left_out)
            yield replace(service, names=names, collects=collects)
    for name in draft.added:
        code = new_code(name, taken, "service")
        taken.append(code)
        yield Service(code, "", {draft.language: name})
