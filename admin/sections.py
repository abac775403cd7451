"""The sections of the administration, in the order of the navigation. One more is one folder, and one word here."""

from __future__ import annotations

from admin import (
    audit,
    backups,
    clock,
    devices,
    history,
    hours,
    office,
    people,
    printers,
    screens,
    services,
    slip,
    today,
    voice,
    zones,
)
from admin.section import Section

SECTIONS: tuple[Section, ...] = (
    today.SECTION,
    office.SECTION,
    services.SECTION,
    hours.SECTION,
    printers.SECTION,
    screens.SECTION,
    zones.SECTION,
    slip.SECTION,
    voice.SECTION,
    people.SECTION,
    devices.SECTION,
    history.SECTION,
    audit.SECTION,
    backups.SECTION,
    clock.SECTION,
)
