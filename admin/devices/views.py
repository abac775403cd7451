"""Devices: which are paired, when and where each was seen last; pairing by a code, renaming, moving and revoking."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, jsonify, render_template, request
from flask_babel import gettext

from admin import frame
from admin.section import Routes, View
from antrean.access.devices import pair_screen
from antrean.access.identity import Identity
from antrean.queueing.errors import N_, Refused, Unknown
from antrean.queueing.events import SecurityNoted
from antrean.queueing.names import checked_name
from antrean.queueing.security.events import DEVICE_CHANGED, DEVICE_PAIRED, DEVICE_REVOKED
from antrean.queueing.slips.printers import standing
from antrean.release import BUILT_ON
from antrean.storage.settings.devices import ASIDE, PRINT_AGENT, SEEN_ON, Device, refuse_taken
from antrean.storage.settings.endings import date_of, renewed
from antrean.web.http.forms import body, choice, flag, request_id, text
from antrean.web.http.guard import current_identity
from antrean.web.live.stamp import page_build
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


SHOWN_SECONDS = 10  # of a screen's own name on it


def render() -> View:
    """Return the section's fragment: every paired device, those that are silent first, as somebody has to look there.

    Those that were put aside come last. Forms are part of it: they change with the list.
    """
    seen = services().devices_seen
    connected, elsewhere = seen.connected(), seen.at_another_hub()
    paired = sorted(
        services().identities.devices(),
        key=lambda one: (_is_aside(one), one.id in connected | elsewhere, one.kind, one.name, one.id),
    )
    rows = [{**_row(one, one.id in connected), "elsewhere": one.id in elsewhere} for one in paired]
    agents = [(one.id, one.name) for one in sorted(paired, key=lambda one: one.name) if one.kind == PRINT_AGENT]
    alone = not services().config.message_queue and services().settings.file is None
    listed = render_template("admin/devices/list.html", devices=rows, zones=_zones(), agents=agents, alone=alone)
    return {"html": {"devices": listed}}


def _row(device: Device, connected: bool) -> dict[str, Any]:
    hub, plan = services(), frame.plan()
    kind, seen = hub.device_kinds.get(device.kind), hub.devices_seen.last(device.id)
    day = date_of(device.settings.get(SEEN_ON))
    opened = renewed(device) if kind is not None and kind.browser else None
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
        "browser_page": kind is not None and kind.browser,
        "prints_at": plan.printers.get(device.id, plan.printers.get("")) if device.kind == "kiosk" else None,
        "aside": _is_aside(device),
        "alarms": any(one.device == device.id for one in hub.silence.screens),
        "older": _is_older(device) if connected else None,
        "stale": frame.clock()(stale) if connected and (stale := hub.devices_seen.stale_since()) is not None else "",
        "shows_name": connected and kind is not None and kind.browser,
        "day": long_date(day, plan.languages[0]) if day is not None else "",
        "opened": long_date(opened, plan.languages[0]) if opened is not None else "",
    }


def _is_aside(device: Device) -> bool:
    return device.settings.get(ASIDE) is True


def _is_older(device: Device) -> bool | None:
    """Return whether a device runs a page or a program of another release than the hub's; None where it did not say."""
    build = services().devices_seen.build(device.id)
    ours = BUILT_ON.isoformat() if device.kind == PRINT_AGENT else page_build(services().build, frame.plan())
    return build != ours if build else None


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

    Refuses (`pairing_code_unknown`) a code that no screen shows now, too many guesses, and (`device_name_taken`) the
    name of another device of this kind.
    """
    fields, hub = body("code", "kind", "name"), services()
    code, kind = text(fields, "code", most=20), choice(fields, "kind", tuple(browser_kinds()))
    name = checked_name(text(fields, "name", most=60))
    refuse_taken(name, [one.name for one in hub.identities.devices(kind)])  # before the code is used up
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
    """Give a device another name. Refuses what is no name or that of another one, and an unknown device."""
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


@routes.post("/devices/<device>/printer")
def choose_printer(device: str) -> Response:
    """Let a kiosk print at another `printer`. Refuses one that is not there, and what is no kiosk."""
    fields = body("printer")
    found, hub = _paired(device), services()
    if found.kind != "kiosk":
        raise Unknown("device_unknown")
    printer = choice(fields, "printer", tuple(one.id for one in hub.identities.devices(PRINT_AGENT)))
    frame.save("devices", request_id(fields), hub.settings.set_device_printer, found.id, printer)
    return jsonify(said=gettext("Saved."))


@routes.post("/devices/<device>/aside")
def put_aside(device: str) -> Response:
    """Put a device `aside`, so that nobody is told when it is silent, or count on it again."""
    fields = body("aside")
    found, aside = _paired(device), flag(fields, "aside")
    frame.save("devices", request_id(fields), services().settings.set_device_settings, found.id, {ASIDE: aside})
    return jsonify(said=gettext("Saved."))


@routes.post("/devices/<device>/show_name")
def show_name(device: str) -> Response:
    """Let a screen show its own name for some seconds. Refuses (`device_away`) one that is not connected."""
    body()
    found, hub = _paired(device), services()
    shown = json.dumps({"name": found.name, "seconds": SHOWN_SECONDS})
    screens = [(sid, where) for sid, (where, who) in list(hub.screens.items()) if _is_of(who, device)]
    if not screens or found.kind == PRINT_AGENT:
        raise Refused("device_away")
    for sid, where in screens:
        hub.fan_out.tell(sid, "name", shown, where)
    return jsonify(said=gettext("Look which screen shows its name now."))


@routes.post("/devices/<device>/revoke")
def revoke_device(device: str) -> Response:
    """Take a device's token away for good: it is cut off at once. Refuses an unknown device."""
    fields = body()
    found, hub = _paired(device), services()
    hub.mode.run_blocking(hub.settings.revoke_device, found.id, hub.office.clock())
    _changed(DEVICE_REVOKED, found, found.name, request_id(fields))
    return jsonify(said=gettext("It is no longer paired."))


def _is_of(identity: Identity, device: str) -> bool:
    return identity.device is not None and identity.device.id == device


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
