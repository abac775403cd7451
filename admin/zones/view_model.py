"""What the zones page says of each zone: its counters and displays, and who waits for them beside its seats. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.document import MOST_SEATS
from antrean.queueing.plan.model import Counter, OfficePlan
from antrean.queueing.plan.zones import Zone
from antrean.storage.settings.devices import Device
from antrean.web.screens.settings import DisplaySettings

__all__ = ["MOST_SEATS", "ZoneRow", "rows"]


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone with every counter and display of the office, and whether each is in it.

    `persons` wait for what the counters of the zone serve first.
    """

    zone: Zone
    counters: tuple[tuple[Counter, bool], ...]
    displays: tuple[tuple[Device, bool], ...]
    persons: int

    @property
    def inside(self) -> list[str]:
        """The names of its counters and displays."""
        counters = [one.name for one, here in self.counters if here]
        return counters + [one.name for one, here in self.displays if here]


def rows(day: ServiceDay, plan: OfficePlan, displays: Sequence[tuple[Device, DisplaySettings]]) -> list[ZoneRow]:
    """Return the zones in the plan's order."""
    made = []
    for zone in plan.zones:
        counters = tuple((one, one.zone == zone.code) for one in plan.counters)
        of_it = {code for one, here in counters if here for code in one.primary}
        waiting = (ticket for code in of_it for ticket in day.waiting.of(code))
        shown = tuple((one, set_to.zone != "" and plan.zone_called(set_to.zone) == zone) for one, set_to in displays)
        made.append(ZoneRow(zone, counters, shown, sum(ticket.persons for ticket in waiting)))
    return made
