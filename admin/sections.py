"""The sections of the administration, in the order of the navigation. One more is one folder, and one word here."""

from __future__ import annotations

from admin import (
    audit,
    backups,
    campaign,
    cases,
    clock,
    counters,
    devices,
    first_steps,
    history,
    hours,
    office,
    people,
    printers,
    reports,
    rules,
    screens,
    services,
    slip,
    stock,
    today,
    voice,
    zones,
)
from admin.section import Section

SECTIONS: tuple[Section, ...] = (
    first_steps.SECTION,
    today.SECTION,
    reports.SECTION,
    office.SECTION,
    services.SECTION,
    stock.SECTION,
    cases.SECTION,
    counters.SECTION,
    hours.SECTION,
    rules.SECTION,
    campaign.SECTION,
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
