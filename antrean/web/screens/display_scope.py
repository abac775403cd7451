"""The part of the office that one display shows: some services, some counters, or everything."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.calls.call import Call
from antrean.queueing.errors import Unknown
from antrean.queueing.plan.model import OfficePlan
from antrean.web.screens.settings import DisplaySettings


@dataclass(frozen=True, slots=True)
class DisplayScope:
    """Service and counter codes; when both are empty the scope is the whole office.

    A call belongs to the scope by its service or by its counter. A scope of services alone shows the counters that
    serve them, a scope of counters alone the services they serve.
    """

    services: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()

    @property
    def everywhere(self) -> bool:
        """Whether nothing is left out."""
        return not self.services and not self.counters

    def has_call(self, call: Call) -> bool:
        """Whether the call is shown here."""
        return self.everywhere or call.service in self.services or call.counter in self.counters

    def has_service(self, code: str, plan: OfficePlan) -> bool:
        """Whether the service's waiting is shown here."""
        if self.services or self.everywhere:
            return self.everywhere or code in self.services
        return any(code in plan.counter(counter).services for counter in self.counters if _known(plan, counter))

    def has_counter(self, code: str, plan: OfficePlan) -> bool:
        """Whether the counter's state is shown here."""
        if self.counters or self.everywhere:
            return self.everywhere or code in self.counters
        return any(service in plan.counter(code).services for service in self.services)


EVERYWHERE = DisplayScope()


def scope_of(settings: DisplaySettings) -> DisplayScope:
    """Return the part of the office that a display shows; the small screen beside a counter shows that one alone."""
    if settings.layout == "counter":
        return DisplayScope(counters=(settings.counter,))
    return DisplayScope(settings.services, settings.counters)


def _known(plan: OfficePlan, counter: str) -> bool:
    try:
        plan.counter(counter)
    except Unknown:
        return False
    return True
