"""The figures of a business day that are kept when its lines are not: by service, in whole seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from antrean.queueing.day import ServiceDay
from antrean.queueing.tickets.ticket import OPEN_STATES, Ticket


@dataclass(frozen=True, slots=True)
class Span:
    """How long something took, in seconds: of how many people, their mean, and what half and nine tenths stayed within.

    Half and nine tenths are times that somebody really had (nearest rank).
    """

    people: int = 0
    mean: int = 0
    half: int = 0
    nine_tenths: int = 0

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Span:
        """Return the figures of these times; of none, zeros."""
        found = sorted(seconds)
        if not found:
            return cls()
        return cls(len(found), round(sum(found) / len(found)), round(_rank(found, 50)), round(_rank(found, 90)))


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """One service on one day: tickets that ended as tickets of this service, however they came to it.

    `expired` were still open when the day was closed, `left_open` when nobody closed it. `waits` last from the number
    to its first call, `services` as long as people were served, of those who were.
    """

    tickets: int = 0
    persons: int = 0
    completed: int = 0
    no_show: int = 0
    cancelled: int = 0
    expired: int = 0
    left_open: int = 0
    waits: Span = Span()
    services: Span = Span()


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One business day: its services by code, and the slips of all tickets that were printed, or failed."""

    services: Mapping[str, ServiceFigures] = field(default_factory=dict)
    slips_printed: int = 0
    slips_failed: int = 0

    @property
    def tickets(self) -> int:
        """How many tickets the day had."""
        return sum(service.tickets for service in self.services.values())


def figures_of(day: ServiceDay) -> DayFigures:
    """Return a day's figures; the day is only read."""
    by_service: dict[str, list[Ticket]] = {}
    for ticket in day.tickets.values():
        by_service.setdefault(ticket.service, []).append(ticket)
    slips = [slip.state for ticket in day.tickets.values() for slip in ticket.slips]
    return DayFigures(
        {code: _of_service(tickets) for code, tickets in sorted(by_service.items())},
        slips.count("printed"),
        slips.count("failed") + slips.count("uncertain"),
    )


def as_data(figures: DayFigures) -> dict[str, Any]:
    """Return figures as JSON values, short: what is zero is left out."""
    services = {code: _without_zeros(service) for code, service in figures.services.items()}
    return {"services": services, "slips": [figures.slips_printed, figures.slips_failed]}


def from_data(data: Mapping[str, Any]) -> DayFigures:
    """Return the figures that `as_data` gave, or a later release's without what is not known here.

    Raises KeyError, TypeError, ValueError or AttributeError for anything else.
    """
    printed, failed = data["slips"]
    services = {str(code): _service_from(found) for code, found in data["services"].items()}
    return DayFigures(services, int(printed), int(failed))


_COUNTS = tuple(one.name for one in fields(ServiceFigures) if one.name not in ("waits", "services"))


def _of_service(tickets: Sequence[Ticket]) -> ServiceFigures:
    states = [ticket.state for ticket in tickets]
    return ServiceFigures(
        tickets=len(tickets),
        persons=sum(ticket.persons for ticket in tickets),
        completed=states.count("completed"),
        no_show=states.count("no_show"),
        cancelled=states.count("cancelled"),
        expired=states.count("expired"),
        left_open=sum(state in OPEN_STATES for state in states),
        waits=Span.of(_seconds(ticket.issued_at, at) for ticket in tickets if (at := _first_call(ticket)) is not None),
        services=Span.of(served for ticket in tickets if (served := _served(ticket)) is not None),
    )


def _first_call(ticket: Ticket) -> datetime | None:
    return next((leg.called_at for leg in ticket.legs if leg.called_at is not None), None)


def _served(ticket: Ticket) -> float | None:
    legs = [(leg.started_at, leg.ended_at) for leg in ticket.legs]
    served = [_seconds(began, ended) for began, ended in legs if began is not None and ended is not None]
    return sum(served) if served else None


def _seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())


def _rank(found: Sequence[float], percent: int) -> float:
    return found[max(0, -(-len(found) * percent // 100) - 1)]


def _without_zeros(service: ServiceFigures) -> dict[str, Any]:
    data: dict[str, Any] = {name: count for name in _COUNTS if (count := getattr(service, name))}
    for name in ("waits", "services"):
        span: Span = getattr(service, name)
        if span.people:
            data[name] = [span.people, span.mean, span.half, span.nine_tenths]
    return data


def _service_from(data: Mapping[str, Any]) -> ServiceFigures:
    found: dict[str, Any] = {name: int(data.get(name, 0)) for name in _COUNTS}
    found |= {name: Span(*map(int, data.get(name, ()))) for name in ("waits", "services")}
    return ServiceFigures(**found)
