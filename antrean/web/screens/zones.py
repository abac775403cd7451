"""Which displays and counters belong to which zone: who is told what, and who is heard together.

A display names the zone of the plan by its code, in its own settings. Displays that name none are a zone as well.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from antrean.queueing.announcements.state import Announcement
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.zones import Zone, name_key
from antrean.storage.settings.devices import Device
from antrean.web.screens.settings import DisplaySettings, display_settings
from antrean.web.services import Services


def zone_code(plan: OfficePlan, said: str) -> str:
    """Return what the displays of one zone have in common; "" for those of none.

    `said` is the code of a zone, or its name, as displays of an earlier release and programs say it. Displays that
    name what the plan has not are a zone with others that do.
    """
    found = plan.zone_called(said)
    return found.code if found is not None else name_key(said)


def is_told(announcement: Announcement, zone: str, plan: OfficePlan) -> bool:
    """Whether an announcement is for a display of this zone: one to a zone is, or one to the whole office."""
    return not announcement.zone or zone_code(plan, announcement.zone) == zone_code(plan, zone)


def displays_of(hub: Services) -> list[tuple[Device, DisplaySettings]]:
    """Return every display with its settings, by name."""
    paired = sorted(hub.identities.devices(), key=lambda device: device.name)
    return [(one, display_settings(one.settings)) for one in paired if one.kind == "display"]


def zone_name(hub: Services, plan: OfficePlan, zone: str) -> str:
    """Return what the office calls a zone, or what a display calls its own; one that is gone is said to be."""
    lives = any(zone_code(plan, set_to.zone) == zone_code(plan, zone) for _one, set_to in displays_of(hub))
    return plan.zone_name(zone) if lives or plan.zone_called(zone) else gettext("a zone that was taken away")


def rooms_in(hub: Services, plan: OfficePlan, zone: str) -> list[Device]:
    """Return the displays of the waiting rooms of a zone, by its code or name; "" those that name none."""
    key = zone_code(plan, zone)
    return [one for one, set_to in displays_of(hub) if set_to.layout == "room" and zone_code(plan, set_to.zone) == key]


def announced_zones(hub: Services, plan: OfficePlan) -> list[Zone]:
    """Return the zones to which something can be announced: those with a display of a waiting room."""
    return [zone for zone in plan.zones if rooms_in(hub, plan, zone.code)]


def zone_view(hub: Services, zone: str) -> dict[str, Any] | None:
    """Return who speaks in a display's zone; None for a display that is alone there and asks nobody."""
    plan = hub.office.read(lambda _day, plan: plan)
    return hub.speakers.view(zone_code(plan, zone)) if len(rooms_in(hub, plan, zone)) > 1 else None
