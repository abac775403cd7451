"""Zones: the displays that are heard together. Each has one word; displays without one are a zone as well."""

from __future__ import annotations

from typing import Any

from antrean.queueing.announcements.state import Announcement
from antrean.web.screens.settings import display_settings
from antrean.web.services import Services


def zone_key(zone: str) -> str:
    """Return what equal zones have in common, however they are written."""
    return " ".join(zone.split()).casefold()


def is_told(announcement: Announcement, zone: str) -> bool:
    """Whether an announcement is for a display of this zone: one to a zone is, or one to the whole office."""
    return not announcement.zone or zone_key(announcement.zone) == zone_key(zone)


def zones_of(hub: Services) -> list[str]:
    """Return the zone of each display of the waiting rooms, as it is written."""
    every = (display_settings(one.settings) for one in hub.identities.devices() if one.kind == "display")
    return [" ".join(one.zone.split()) for one in every if one.layout == "room"]


def zone_view(hub: Services, zone: str) -> dict[str, Any] | None:
    """Return who speaks in a display's zone; None for a display that is alone there and asks nobody."""
    key = zone_key(zone)
    together = [one for one in zones_of(hub) if zone_key(one) == key]
    return hub.speakers.view(key) if len(together) > 1 else None
