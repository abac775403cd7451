"""Devices: which are paired, when and where each was seen last; pairing by a code, renaming, moving and revoking."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template, request
from flask_babel import gettext

from admin import frame
from admin.section import Routes, View
from antrean.access.devices import pair_screen
from antrean.queueing.errors import N_, Unknown
from antrean.queueing.events import SecurityNoted
from antrean.queueing.names import checked_name
from antrean.queueing.security.events import DEVICE_CHANGED, DEVICE_PAIRED, DEVICE_REVOKED
from antrean.queueing.slips.printers import standing
from antrean.storage.settings.devices import PRINT_AGENT, Device
from antrean.storage.settings.endings import renewed
from antrean.web.http.forms import body, choice, request_id, text
from antrean.web.http.guard import current_identity
from antrean.web.screens.settings import DisplaySettings
from antrean.web.screens.zones import displays_of
from antrean.web.services import services
from antrean.web.sign_in.browsers import versioned
from antrean.web.sign_in.checking import pairing_codes
from antrean.web.sign_in.views import browser_kinds
from antrean.web.text.printer_status import printer_words
from antrean.web.text.times import long_date

routes = Routes()
SOUND_WORDS = {
    "spoken": N_("The last call was heard there."),
    "chime": N_("At the last call only its chime was heard."),
    "blocked": N_("Its browser kept the last call silent: touch that screen once."),
    "failed": N_("It could make no sound at the last call: look at its loudspeaker."),
    "muted": N_("By its settings the last call was silent there."),
}
SILENT = ("blocked", "failed")  # somebody has to go there


def render() -> View:
    """Return the section's fragment: every paired device, those that are silent first, as somebody has to look there.

    Forms are part of it: they change with the list.
    """
    connected = services().devices_seen.connected()
    paired = sorted(services().identities.devices(), key=lambda one: (one.id in connected, one.kind, one.name, one.id))
    rows = [_row(one, one.id in connected) for one in paired]
    return {"html": {"devices": render_template("admin/devices/list.html", devices=rows, zones=_zones())}}


def _row(device: Device, connected: bool) -> dict[str, Any]:
    hub, plan = services(), frame.plan()
    kind, seen = hub.device_kinds.get(device.kind), hub.devices_seen.last(device.id)
    day = renewed(device)
    return {
        "id": device.id,
        "name": device.name,
        "kind": gettext(kind.noun) if kind is not None else device.kind,
        "icon": kind.icon if kind is not None else "document",
        "connected": connected,
        "seen": frame.clock()(seen.at) if seen is not None else "",
        "address": seen.address if seen is not None else "",
        "browser": versioned(seen.program) if seen is not None else "",
        "zone": set_to.zone if (set_to := _in_a_zone(device)) else None,
        "zone_name": plan.zone_name(set_to.zone) if set_to and set_to.zone else "",
        "sound": gettext(SOUND_WORDS[sound]) if (sound := hub.devices_seen.sound(device.id)) in SOUND_WORDS else "",
        "silent": sound in SILENT,
        "printer": _printer(device),
        "day": long_date(day, plan.languages[0]) if day is not None else "",
    }


def _zones() -> list[tuple[str, str]]:
    """Return the zones of the office by code and name."""
    plan = frame.plan()
    return [(one.code, one.name(plan.languages[0])) for one in plan.zones]


def _in_a_zone(device: Device) -> DisplaySettings | None:
    """Return the settings of a device that hangs in a zone, None for one that does not."""
    return next((set_to for one, set_to in displays_of(services()) if one.id == device.id), None)


def _printer(device: Device) -> tuple[str, str, str] | None:
    """Return the state of an agent's printer: its severity, its text, what to do about it; None for another device."""
    if device.kind != PRINT_AGENT:
        return None
    return printer_words(services().office.read(lambda day, _plan: standing(day, device.id)).state)


@routes.get("/devices")
def devices() -> str:
    """List every paired device."""
    kinds = [(code, gettext(kind.name)) for code, kind in browser_kinds().items()]
    return frame.page("devices", kinds=kinds)


@routes.post("/devices")
def pair_device() -> Response:
    """Pair the screen that shows this `code`, as a device of this `kind` and `name`.

    Refuses (`pairing_code_unknown`) a code that no screen shows now, and too many guesses.
    """
    fields, hub = body("code", "kind", "name"), services()
    code, kind = text(fields, "code", most=20), choice(fields, "kind", tuple(browser_kinds()))
    name = checked_name(text(fields, "name", most=60))
    asker = f"pairing {current_identity().actor}"
    hub.pairings.begin(asker)
    screen = hub.mode.run_blocking(pairing_codes().screen_with, code)
    if screen is None:
        raise Unknown("pairing_code_unknown")
    hub.pairings.take_back(asker)
    device = hub.mode.run_blocking(pair_screen, hub.settings, kind, name, screen.subject, hub.office.clock)
    _changed(DEVICE_PAIRED, device, device.name, request_id(fields))
    return jsonify(said=gettext("Paired."), device=device.id)


@routes.post("/devices/<device>/name")
def rename_device(device: str) -> Response:
    """Give a device another name. Refuses what is no name, and an unknown device."""
    fields = body("name")
    found, name = _paired(device), checked_name(text(fields, "name", most=60))
    services().mode.run_blocking(services().settings.rename_device, found.id, name)
    _changed(DEVICE_CHANGED, found, name, request_id(fields))
    return jsonify(said=gettext("Saved."))


@routes.post("/devices/<device>/zone")
def move_device(device: str) -> Response:
    """Put a display into another zone, "" for none. Refuses a zone that the plan has not, and what is no display."""
    fields, plan = body("zone"), frame.plan()
    found = _paired(device)
    if _in_a_zone(found) is None:
        raise Unknown("device_unknown")
    zone = choice(fields, "zone", ("", *(one.code for one in plan.zones)))
    frame.save("devices", request_id(fields), services().settings.set_device_settings, found.id, {"zone": zone})
    return jsonify(said=gettext("Saved. The screen follows at once."))


@routes.post("/devices/<device>/revoke")
def revoke_device(device: str) -> Response:
    """Take a device's token away for good: it is cut off at once. Refuses an unknown device."""
    fields = body()
    found, hub = _paired(device), services()
    hub.mode.run_blocking(hub.settings.revoke_device, found.id, hub.office.clock())
    _changed(DEVICE_REVOKED, found, found.name, request_id(fields))
    return jsonify(said=gettext("It is no longer paired."))


def _paired(device: str) -> Device:
    found = services().identities.device_by_id(device)
    if found is None:
        raise Unknown("device_unknown")
    return found


def _changed(what: str, device: Device, name: str, request: str | None) -> None:
    """Know it here before anything is told, then tell: other hubs reload by the journal, also where it comes late."""
    hub = services()
    hub.mode.run_blocking(hub.identities.load)
    hub.session_watch.cut_off_soon()
    frame.changed("devices", request)
    noted = SecurityNoted(what, device=name, device_kind=device.kind)
    hub.security.note(noted, current_identity().actor, _address())
    hub.publisher.redraw("admin")


def _address() -> str:
    return request.remote_addr or ""
