"""What can happen to a service today. All of it ends with the business day; what lasts longer stands in the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from antrean.queueing.journal.kinds import Event, event


@event("service.paused")
@dataclass(frozen=True, slots=True)
class ServicePaused(Event):
    """The service gives no numbers and calls nobody for now; who waits keeps the place.

    `reasons` say why, by language. `until` is the time of the office's clock at which it is expected to go on, such as
    11:30; "" when nobody can say.
    """

    service: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    until: str = ""


@event("service.resumed")
@dataclass(frozen=True, slots=True)
class ServiceResumed(Event):
    """The pause of the service is over."""

    service: str


@event("service.closed")
@dataclass(frozen=True, slots=True)
class ServiceClosed(Event):
    """The service is closed for today; `reasons` say why, by language."""

    service: str
    reasons: Mapping[str, str] = field(default_factory=dict)


@event("service.opened")
@dataclass(frozen=True, slots=True)
class ServiceOpened(Event):
    """The service that was closed for today is open again."""

    service: str


@event("visit.spared")
@dataclass(frozen=True, slots=True)
class VisitSpared(Event):
    """Somebody read at a kiosk that what they came for needs no visit to this service, and left without a number."""

    service: str
