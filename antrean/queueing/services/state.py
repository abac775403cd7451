"""How services stand today: what the plan says of them, and the pauses and closes of this business day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.plan.model import CLOSED, OPEN, PAUSED, Service
from antrean.queueing.plan.texts import in_language
from antrean.queueing.services import events as e


@dataclass(frozen=True, slots=True)
class ServiceToday:
    """How a service stands: open, paused or closed, with the reasons by language.

    `until` is the time of the office's clock at which a pause is expected to end, such as 11:30; "" when nobody said.
    `outage` is the code of what it needs and has not now, where that is why it is paused; with `numbers` it gives
    numbers all the same.
    """

    state: str = OPEN
    reasons: Mapping[str, str] = field(default_factory=dict)
    until: str = ""
    outage: str = ""
    numbers: bool = False

    @property
    def for_newcomers(self) -> str:
        """How it stands towards newcomers: one that is held up may give numbers all the same."""
        return OPEN if self.numbers else self.state

    def reason(self, language: str) -> str:
        """Return why it is not open, in this language or the first of its chain that says it; "" while it is open."""
        return in_language(self.reasons, language) or ""


OPEN_TODAY = ServiceToday()
EndOf = Callable[[Service], str]


def end_unknown(service: Service) -> str:
    """Return that nobody knows when a pause of the service ends."""
    return ""


@dataclass(kw_only=True, eq=False, repr=False)
class ServicesState:
    """The services that were paused or closed today, by code; all others are as the plan has them.

    `spared` counts by service the visits that were not needed.
    """

    business_day: date
    services: dict[str, ServiceToday] = field(default_factory=dict)
    spared: dict[str, int] = field(default_factory=dict)

    def service_today(self, service: Service) -> ServiceToday:
        """Return how a service stands. What the plan closes stays closed, whatever was said today."""
        if service.closed_on(self.business_day):
            return ServiceToday(CLOSED, service.closure_reasons)
        return self.services.get(service.code, OPEN_TODAY)

    def expected_end(self, service: Service, zone: ZoneInfo, at: datetime) -> str:
        """Return the time at which a pause is expected to end, such as 11:30; "" when none was told, or it is past."""
        return self.still_to_come(self.service_today(service).until, zone, at)

    def still_to_come(self, told: str, zone: ZoneInfo, at: datetime) -> str:
        """Return a time that was told, such as 11:30, while it is to come; "" when it is past, or none was told."""
        return told if told and self.time_today(told, zone) > at else ""

    def ends(self, zone: ZoneInfo, at: datetime) -> EndOf:
        """Return what gives the expected end of each service at a moment."""
        return lambda service: self.expected_end(service, zone, at)

    def time_today(self, told: str, zone: ZoneInfo) -> datetime:
        """Return the moment of this business day at which the office's clock shows a time, such as 11:30."""
        return datetime.combine(self.business_day, time.fromisoformat(told), zone)


def _paused(day: ServicesState, event: e.ServicePaused, entry: JournalEntry) -> None:
    day.services[event.service] = ServiceToday(PAUSED, event.reasons, event.until)


def _closed(day: ServicesState, event: e.ServiceClosed, entry: JournalEntry) -> None:
    day.services[event.service] = ServiceToday(CLOSED, event.reasons)


def _open(day: ServicesState, event: e.ServiceResumed | e.ServiceOpened, entry: JournalEntry) -> None:
    day.services.pop(event.service, None)


def _spared(day: ServicesState, event: e.VisitSpared, entry: JournalEntry) -> None:
    day.spared[event.service] = day.spared.get(event.service, 0) + 1


CASES: dict[type[Event], Callable[[ServicesState, Any, JournalEntry], None]] = {
    e.ServicePaused: _paused,
    e.ServiceClosed: _closed,
    e.ServiceResumed: _open,
    e.ServiceOpened: _open,
    e.VisitSpared: _spared,
}
