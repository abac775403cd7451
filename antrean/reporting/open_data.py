"""How the queue of an office is, for anyone: `QueueMonitor` entities of the Smart Data Models, as FIWARE reads them.

One for each service (NGSI-LD). Nothing of a person is in them: no small counts, and no number of a service for which
few came today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from antrean.queueing.day import FULL, STOPPED, ServiceDay
from antrean.queueing.hours.calendar import is_open
from antrean.queueing.plan.model import OPEN, PAUSED, OfficePlan, Service
from antrean.queueing.tickets.numbers import parts, written
from antrean.reporting.half_hours import SMALLEST, shown

CONTEXT = (
    "https://raw.githubusercontent.com/smart-data-models/dataModel.QueueManagement/master/context.jsonld",
    "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.6.jsonld",
)
STATUS = {OPEN: "Open", FULL: "Open", STOPPED: "Open", PAUSED: "Suspended"}
NOTES = {FULL: "no more numbers today", STOPPED: "no more numbers before closing"}
Plain = dict[str, str | int | Sequence[str]]


def queue_monitors(day: ServiceDay, plan: OfficePlan, at: datetime) -> list[Plain]:
    """Return an entity for each service of the plan, in its order, as key and value."""
    served = _last_called(day)
    return [_of_service(day, plan, service, served.get(service.code, ""), at) for service in plan.services]


def normalized(entity: Plain, at: datetime) -> dict[str, object]:
    """Return an entity with each attribute as a property that was observed now, as NGSI-LD brokers take it."""
    plain = ("id", "type", "@context")
    return {
        name: value if name in plain else {"type": "Property", "value": value, "observedAt": _said(at)}
        for name, value in entity.items()
    }


def _of_service(day: ServiceDay, plan: OfficePlan, service: Service, served: str, at: datetime) -> Plain:
    state = day.service_state(service)
    status = STATUS.get(state, "Closed") if is_open(plan, at, service) else "Closed"
    language = plan.languages[0]
    found: Plain = {
        "id": f"urn:ngsi-ld:QueueMonitor:{quote(plan.office, safe='')}:{quote(service.code, safe='')}",
        "type": "QueueMonitor",
        "dateModified": _said(at),
        "localId": service.code,
        "name": f"{plan.name}: {service.name(language)}",
        "officeName": plan.name,
        "serviceName": service.name(language),
        "serviceId": service.code,
        "serviceStatus": status,
        "queueLine": service.series,
    }
    if status == "Open" and state in NOTES:
        found["serviceStatusNote"] = NOTES[state]
    if (waiting := shown(day.waiting.count([service.code]))) is not None:
        found["ticketsToServe"] = waiting
    if day.issued.get(service.code, 0) >= SMALLEST:
        last = day.last_of(service.series)
        found |= {"lastTicketIssued": last, "lastTicketIssuedLabel": written(service.series, last, plan.number_digits)}
        if served:
            found |= {"ticketServed": parts(served)[1], "ticketServedLabel": served}
    return found | {"@context": list(CONTEXT)}


def _last_called(day: ServiceDay) -> Mapping[str, str]:
    """Return by service the number that was called there last."""
    return {call.service: call.number for call in day.calls if not call.undone}


def _said(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
