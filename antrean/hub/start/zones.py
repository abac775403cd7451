"""At a start: zones that displays name by words, as releases before 0059 had them, become entries of the plan.

It goes in two steps, and each start does what is missing: a zone for each word that the plan has not, then the code of
the zone in the place of the word. In between a word means the zone of that name (`OfficePlan.zone_called`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from antrean.queueing.commands import ChangePlan, SavePlan
from antrean.queueing.errors import Invalid, Refused, Unavailable
from antrean.queueing.names import checked_name
from antrean.queueing.office import Office
from antrean.queueing.plan.codes import new_code
from antrean.queueing.plan.document import LONGEST_ZONE, written
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.zones import Zone, zone_called
from antrean.storage.settings.devices import Device
from antrean.storage.settings.rows import Settings

log = logging.getLogger(__name__)
HUB = "hub"


def adopt_zones(office: Office, settings: Settings) -> None:
    """Make entries of the words, and put their codes in the displays' settings; blocking.

    What can't be saved now, such as on a full disk, is left for the next start: displays of one word stay together.
    """
    said = {one.id: str(one.settings["zone"]) for one in settings.devices() if _says(one)}
    if not said:
        return
    plan = settings.load_plan()
    codes = {zone.code for zone in plan.zones}
    by_words = {device: word for device, word in said.items() if word not in codes}
    words = [word for word in by_words.values() if zone_called(plan.zones, word) is None]
    try:
        if words and (new := _zones_of(words, plan)):
            parts = {f"zones/{zone.code}": written(zone) for zone in new}
            office.execute(SavePlan(what="zones", parts=parts), actor=HUB)
            log.warning("zones of displays are entries of the plan now: %s", ", ".join(zone.code for zone in new))
        if by_words and _put_codes(by_words, settings):
            office.execute(ChangePlan(what="devices"), actor=HUB)
    except (Refused, Invalid, Unavailable) as refused:
        log.warning("zones of displays could not be made entries of the plan: %s", refused)


def _says(device: Device) -> bool:
    said = device.settings.get("zone")
    return isinstance(said, str) and bool(said.strip())


def _zones_of(words: list[str], plan: OfficePlan) -> list[Zone]:
    """Return a new zone for each word, in the office's first language; nothing for a word that is no name."""
    made: list[Zone] = []
    for word in words:
        try:
            name = checked_name(word, most=LONGEST_ZONE)
        except Invalid:
            continue
        if zone_called(made, name) is None:
            code = new_code(name, [one.code for one in (*plan.zones, *made)], "zone")
            made.append(Zone(code, {plan.languages[0]: name}))
    return made


def _put_codes(said: Mapping[str, str], settings: Settings) -> bool:
    """Write the code of its zone into the settings of each display that names it by a word; whether there was one."""
    zones = settings.load_plan().zones
    found = {device: zone_called(zones, word) for device, word in said.items()}
    for device, zone in found.items():
        if zone is not None:
            settings.set_device_settings(device, {"zone": zone.code})
    return any(found.values())
