"""What still names a zone: displays in their settings, and counters in the plan. None of those is taken away."""

from __future__ import annotations

from collections.abc import Iterable

from antrean.queueing.errors import Refused
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.zones import Zone, zone_called
from antrean.storage.settings.devices import Device


def users_of(zone: Zone, plan: OfficePlan, devices: Iterable[Device]) -> list[str]:
    """Return the names of the counters and of the displays of a zone."""
    counters = [one.name for one in plan.counters if one.zone == zone.code]
    return [*counters, *_displays_of(zone, plan, devices)]


def refuse_zones_lost(plan: OfficePlan, wanted: OfficePlan, devices: Iterable[Device]) -> None:
    """Refuse (`zone_in_use`) another plan in which the zone of a paired display is missing, with the displays of it."""
    paired = list(devices)
    for zone in plan.zones:
        if zone_called(wanted.zones, zone.code) is None and (places := _displays_of(zone, plan, paired)):
            raise Refused("zone_in_use", zone=zone.name(plan.languages[0]), places=", ".join(places))


def _displays_of(zone: Zone, plan: OfficePlan, devices: Iterable[Device]) -> list[str]:
    return sorted(one.name for one in devices if not one.revoked and plan.zone_called(_zone_in(one)) == zone)


def _zone_in(device: Device) -> str:
    said = device.settings.get("zone", "")
    return said if isinstance(said, str) else ""
