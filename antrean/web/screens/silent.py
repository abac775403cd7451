"""Alarms for staff about screens that are silent: which matter at a counter, how much, and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from antrean.hub.watches.silence import SilentPanel, SilentScreen
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.printers import Standing
from antrean.storage.settings.devices import ASIDE, Device
from antrean.web.screens.display_scope import scope_of
from antrean.web.screens.settings import DisplaySettings, display_settings
from antrean.web.screens.zones import zone_code
from antrean.web.services import Services
from antrean.web.text import times
from antrean.web.text.printer_status import SEVERITY, Lamp

DISPLAY = "display"


@dataclass(frozen=True, slots=True)
class SilentLamp:
    """The lamp of a silent screen, by the id of its device.

    `room`: it is a display of the waiting room, so that calls are not seen there.
    """

    device: str
    lamp: Lamp
    room: bool


def silent_lamps(hub: Services, plan: OfficePlan, counter: str = "") -> list[SilentLamp]:
    """Return the lamps of all silent screens that matter at a counter, without one of all; the worst first.

    A screen is a danger where no other does the same meanwhile. A display matters at the counters whose calls it shows,
    those of other zones aside.
    """
    found = []
    for silent in hub.silence.screens:
        device = hub.identities.device_by_id(silent.device)
        if device is not None and _matters(device, plan, counter):
            room = device.kind == DISPLAY and display_settings(device.settings).layout == "room"
            severity = "warning" if _has_help(hub, plan, device) else "danger"
            step = gettext("Check its power and network")
            found.append(SilentLamp(device.id, Lamp(severity, _words(device, silent, hub, plan), step), room))
    return sorted(found, key=lambda one: (SEVERITY.index(one.lamp.severity), one.lamp.what))


def panel_words(hub: Services, plan: OfficePlan, names: bool) -> list[str]:
    """Return a sentence for each counter that takes calls while its operator has no page open; who, only with names."""
    if names:
        return [_panel(silent, hub, plan) for silent in hub.silence.panels]
    counters = [plan.counter_name(one.counter) for one in hub.silence.panels]
    return [gettext("%(counter)s takes calls, and no panel is open there.", counter=name) for name in counters]


def counted_printers(hub: Services, standings: Sequence[Standing], silent: Sequence[SilentLamp]) -> list[Standing]:
    """Return how those printers stand that have an alarm of their own; `silent` are the lamps of screens beside it.

    Without those whose agents are away and were put aside by an administrator, or went together with a screen of the
    same machine whose lamp is as red. An address at which another device is still there is that of a router, and says
    nothing of a machine.
    """
    aside = {one.id for one in hub.identities.devices() if one.settings.get(ASIDE) is True}
    still_there = {_machine(hub, device) for device in hub.devices_seen.there()}
    gone = {_machine(hub, one.device) for one in silent if one.lamp.severity == "danger"} - still_there - {""}
    return [
        one
        for one in standings
        if one.state != "agent_away" or not (one.printer in aside or _machine(hub, one.printer) in gone)
    ]


def _machine(hub: Services, device: str) -> str:
    """Return the address at which a device was seen last, "" for the hub's own machine and where it was not seen."""
    seen = hub.devices_seen.last(device)
    return "" if seen is None or seen.address.startswith("127.") or seen.address == "::1" else seen.address


def _matters(device: Device, plan: OfficePlan, counter: str) -> bool:
    if device.kind != DISPLAY or not counter:
        return True
    set_to, here = display_settings(device.settings), plan.zone_of(counter)
    elsewhere = here is not None and set_to.zone and zone_code(plan, set_to.zone) != here.code
    return not elsewhere and scope_of(set_to).has_counter(counter, plan)


def _has_help(hub: Services, plan: OfficePlan, device: Device) -> bool:
    """Whether another screen does the same meanwhile; a small one beside a counter is a help and no need."""
    there = hub.devices_seen.there()
    others = [one for one in hub.identities.devices(device.kind) if one.id != device.id and one.id in there]
    if device.kind != DISPLAY:
        return bool(others)
    mine = display_settings(device.settings)
    return mine.layout != "room" or any(_same_room(mine, display_settings(one.settings), plan) for one in others)


def _same_room(one: DisplaySettings, other: DisplaySettings, plan: OfficePlan) -> bool:
    return other.layout == "room" and zone_code(plan, one.zone) == zone_code(plan, other.zone)


def _words(device: Device, silent: SilentScreen, hub: Services, plan: OfficePlan) -> str:
    zone = display_settings(device.settings).zone if device.kind == DISPLAY else ""
    name = f"{device.name} ({plan.zone_name(zone)})" if zone else device.name
    if silent.since is None:
        return gettext("%(device)s: not connected since the hub was started", device=name)
    since, now = silent.since, hub.office.clock()
    if plan.business_day(since) != plan.business_day(now):
        day = times.long_date(since.astimezone(plan.tz).date(), plan.languages[0])
        return gettext("%(device)s: not connected since %(day)s", device=name, day=day)
    return gettext("%(device)s: not connected since %(time)s", device=name, time=_clock(since, plan))


def _panel(silent: SilentPanel, hub: Services, plan: OfficePlan) -> str:
    return gettext(
        "%(counter)s takes calls, and %(operator)s has had no panel open there since %(time)s.",
        counter=plan.counter_name(silent.counter),
        operator=silent.operator,
        time=_clock(silent.since, plan),
    )


def _clock(at: datetime, plan: OfficePlan) -> str:
    return times.clock(at, plan.tz, plan.languages[0])
