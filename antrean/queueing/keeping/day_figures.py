"""The figures of a business day that are kept when its lines are not: by service, in whole seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from antrean.queueing.day import ServiceDay
from antrean.queueing.outages.past import PastOutage
from antrean.queueing.outages.past import as_data as outages_as_data
from antrean.queueing.outages.past import from_data as outages_from_data
from antrean.queueing.tickets.ticket import OPEN_STATES, Leg, Ticket, served_before

FINISHED = "finished"  # the outcome of a service that did what its visitor came for


@dataclass(frozen=True, slots=True)
class Durations:
    """How long something took, in seconds: of how many people, their mean, and what half and nine tenths stayed within.

    Half and nine tenths are times that somebody really had (nearest rank).
    """

    people: int = 0
    mean: int = 0
    half: int = 0
    nine_tenths: int = 0

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Durations:
        """Return the figures of these times; of none, zeros."""
        found = sorted(seconds)
        if not found:
            return cls()
        return cls(len(found), round(sum(found) / len(found)), round(_rank(found, 50)), round(_rank(found, 90)))


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """One service on one day: tickets that ended as tickets of this service, however they came to it.

    A ticket whose visit went on to a second service is one of both: completed at the first, which counts it in
    `went_on`, and whatever became of it at the second. `expired` were still open when the day was closed, `left_open`
    when nobody closed it. `waits` last from the number (at a second service: from the end of the first) to the first
    call, `services` as long as people were served, of those who were. `spared` are visits that were not needed and so
    have no ticket. `done` are the persons who were served with what they came for: not those whose papers were missing,
    nor those who were referred.
    """

    tickets: int = 0
    persons: int = 0
    completed: int = 0
    no_show: int = 0
    cancelled: int = 0
    expired: int = 0
    left_open: int = 0
    went_on: int = 0
    waits: Durations = Durations()
    services: Durations = Durations()
    spared: int = 0
    done: int = 0


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One business day: its services by code, and the slips of all tickets that were printed, or failed.

    `corrected` is by how many persons each campaign was corrected, by the revision of the plan with which it began.
    `outages` are those of the day; they are none of what a folded day knows, and come from its lines.
    """

    services: Mapping[str, ServiceFigures] = field(default_factory=dict)
    slips_printed: int = 0
    slips_failed: int = 0
    corrected: Mapping[int, int] = field(default_factory=dict)
    outages: tuple[PastOutage, ...] = ()

    @property
    def tickets(self) -> int:
        """How many tickets the day had."""
        return sum(service.tickets - service.went_on for service in self.services.values())


def figures_of(day: ServiceDay) -> DayFigures:
    """Return a day's figures; the day is only read."""
    by_service: dict[str, list[_Stay]] = {}
    for ticket in day.tickets.values():
        for stay in _stays(ticket):
            by_service.setdefault(stay.service, []).append(stay)
    slips = [slip.state for ticket in day.tickets.values() for slip in ticket.slips]
    return DayFigures(
        {
            code: replace(_of_service(by_service.get(code, [])), spared=day.spared.get(code, 0))
            for code in sorted({*by_service, *day.spared})
        },
        slips.count("printed"),
        slips.count("failed") + slips.count("uncertain"),
        corrected_of(day),
    )


def as_data(figures: DayFigures) -> dict[str, Any]:
    """Return figures as JSON values, short: what is zero is left out."""
    services = {code: _without_zeros(service) for code, service in figures.services.items()}
    told: dict[str, Any] = {"services": services, "slips": [figures.slips_printed, figures.slips_failed]}
    if of_none := figures.corrected.get(0):  # as earlier releases say it
        told["corrected"] = of_none
    if of_one := {str(campaign): persons for campaign, persons in figures.corrected.items() if campaign and persons}:
        told["corrected_of"] = of_one
    if figures.outages:
        told["outages"] = outages_as_data(figures.outages)
    return told


def from_data(data: Mapping[str, Any]) -> DayFigures:
    """Return the figures that `as_data` gave, or a later release's without what is not known here.

    Raises KeyError, TypeError, ValueError or AttributeError for anything else.
    """
    printed, failed = data["slips"]
    services = {str(code): _service_from(found) for code, found in data["services"].items()}
    corrected = {int(campaign): int(persons) for campaign, persons in data.get("corrected_of", {}).items()}
    if of_none := int(data.get("corrected", 0)):
        corrected[0] = of_none
    return DayFigures(services, int(printed), int(failed), corrected, outages_from_data(data.get("outages", ())))


def corrected_of(day: ServiceDay) -> dict[int, int]:
    """Return by campaign by how many persons it was corrected; the day is only read."""
    found: Counter[int] = Counter()
    for one in day.campaign_corrections:
        found[one.campaign] += one.persons
    return {campaign: persons for campaign, persons in sorted(found.items()) if persons}


def done_of(day: ServiceDay) -> dict[str, int]:
    """Return by service how many persons were served with what they came for; the day is only read."""
    found: Counter[str] = Counter()
    for ticket in day.tickets.values():
        for stay in _stays(ticket):
            found[stay.service] += _done(stay)
    return {code: persons for code, persons in sorted(found.items()) if persons}


_COUNTS = tuple(one.name for one in fields(ServiceFigures) if one.name not in ("waits", "services"))


class _Stay(NamedTuple):
    """What one service had of a visit: the ticket's state when it left, or now, and the legs there."""

    service: str
    state: str
    persons: int
    since: datetime
    legs: Sequence[Leg]
    went_on: bool


def _stays(ticket: Ticket) -> Iterator[_Stay]:
    """Give what each service had of the visit: one, or two where it went on.

    What papers were missing for and the visit came back to later is one, with what it had there both times.
    """
    since, begin, done = ticket.issued_at, 0, served_before(ticket)
    first: datetime | None = None
    legs: list[Leg] = []
    for end, leg in enumerate(ticket.legs, 1):
        if leg.persons is None:
            continue
        if leg in done:
            yield _Stay(leg.service, "completed", leg.persons, since, ticket.legs[begin:end], went_on=True)
        else:
            first, legs = first or since, [*legs, *ticket.legs[begin:end]]
        since, begin = leg.ended_at or since, end
    last = (*legs, *ticket.legs[begin:])
    yield _Stay(ticket.service, ticket.state, ticket.persons, first or since, last, went_on=False)


def _of_service(stays: Sequence[_Stay]) -> ServiceFigures:
    states = [stay.state for stay in stays]
    return ServiceFigures(
        tickets=len(stays),
        persons=sum(stay.persons for stay in stays),
        completed=states.count("completed"),
        no_show=states.count("no_show"),
        cancelled=states.count("cancelled"),
        expired=states.count("expired"),
        left_open=sum(state in OPEN_STATES for state in states),
        went_on=sum(stay.went_on for stay in stays),
        done=sum(map(_done, stays)),
        waits=Durations.of(_seconds(stay.since, at) for stay in stays if (at := _first_call(stay)) is not None),
        services=Durations.of(served for stay in stays if (served := _served(stay)) is not None),
    )


def _done(stay: _Stay) -> int:
    return stay.persons if stay.state == "completed" and stay.legs[-1].end == FINISHED else 0


def _first_call(stay: _Stay) -> datetime | None:
    return next((leg.called_at for leg in stay.legs if leg.called_at is not None), None)


def _served(stay: _Stay) -> float | None:
    legs = [(leg.started_at, leg.ended_at) for leg in stay.legs]
    served = [_seconds(began, ended) for began, ended in legs if began is not None and ended is not None]
    return sum(served) if served else None


def _seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())


def _rank(found: Sequence[float], percent: int) -> float:
    return found[max(0, -(-len(found) * percent // 100) - 1)]


def _without_zeros(service: ServiceFigures) -> dict[str, Any]:
    data: dict[str, Any] = {name: count for name in _COUNTS if (count := getattr(service, name))}
    for name in ("waits", "services"):
        times: Durations = getattr(service, name)
        if times.people:
            data[name] = [times.people, times.mean, times.half, times.nine_tenths]
    return data


def _service_from(data: Mapping[str, Any]) -> ServiceFigures:
    found: dict[str, Any] = {name: int(data.get(name, 0)) for name in _COUNTS}
    found |= {name: Durations(*map(int, data.get(name, ()))) for name in ("waits", "services")}
    return ServiceFigures(**found)
