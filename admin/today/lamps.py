"""Printers and items of the stock that need somebody, for *Today* and *Floor*."""

from __future__ import annotations

from admin import frame
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.printers import standings
from antrean.queueing.stock.levels import alarming, levels
from antrean.web.screens.silent import counted_printers, silent_lamps
from antrean.web.services import services
from antrean.web.text.printer_status import Lamp, alarming_lamps
from antrean.web.text.stock_alarms import level_words


def printer_lamps() -> list[Lamp]:
    """Return the printers that need a person, by the same rule as the panel's lamp."""
    names = {device.id: device.name for device in services().identities.devices()}
    silent = silent_lamps(services(), frame.plan())
    return alarming_lamps(counted_printers(services(), services().office.read(standings), silent), names)


def stock_alarms(day: ServiceDay, plan: OfficePlan) -> list[tuple[str, str]]:
    """Return a sentence and its severity for each item of the stock that is used up or of which few are left."""
    return [
        (level_words(one, plan.languages[0]), "danger" if one.state == "used_up" else "warning")
        for one in (alarming(levels(day, plan)) if day.standing.stock.items else ())
    ]
