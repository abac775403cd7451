"""Displays and notices: what single displays and kiosks show and how large, and the playlist of all displays."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_babel import gettext

from admin import frame
from admin.plan_form import plan_fields, save_plan, text_names, texts_of
from admin.section import Routes, View
from antrean.hub.media import Upload
from antrean.queueing.errors import Invalid, Unknown
from antrean.queueing.plan.document import written
from antrean.queueing.plan.model import OfficePlan, PlaylistItem
from antrean.storage.settings.devices import Device
from antrean.web.http.files.media import received, send
from antrean.web.http.forms import body, calendar_day, flag, number, request_id, text, whole
from antrean.web.http.guard import current_identity
from antrean.web.screens.legibility import letters
from antrean.web.screens.settings import (
    checked_display,
    checked_kiosk,
    kiosk_settings,
)
from antrean.web.screens.zones import displays_of
from antrean.web.services import services

routes = Routes()

LONGEST_TEXT = 300
SECONDS = range(5, 121)
DISPLAY_FIELDS = (
    "layout", "counter", "zone", "seat_m", "width_cm", "turn_seconds", "interludes", "blank_from", "blank_until",
    "chime",
)  # fmt: skip
# The letters that matter on a display, by what it is.
KINDS = {"room": ("call", "row", "strip"), "ready": ("code", "strip")}


def render() -> View:
    """Return the section's view: how far the letters of each display can be read. Forms are not pushed."""
    separator = "." if frame.plan().languages[0] == "en" else ","
    html = {}
    for device, set_to in displays_of(services()):
        sizes = {
            "lying": letters(set_to.seat_m, set_to.width_cm),
            "upright": letters(set_to.seat_m, set_to.width_cm, True),
        }
        kinds = KINDS.get(set_to.layout, KINDS["room"])
        short = all(not all(found[kind].enough for kind in kinds) for found in sizes.values())
        html[f"short.{device.id}"] = render_template("admin/screens/short.html", short=short)
        html[f"carries.{device.id}"] = render_template(
            "admin/screens/carries.html",
            **sizes,
            kinds=kinds,
            short=short,
            metres=lambda metres: str(metres).replace(".", separator),
        )
    return {"html": html}


@routes.get("/screens")
def screens() -> str:
    """Show every display and kiosk with its settings, and the playlist."""
    plan = frame.plan()
    paired = sorted(services().identities.devices(), key=lambda device: device.name)
    return frame.page(
        "screens",
        plan=plan,
        revision=plan.revision,
        displays=displays_of(services()),
        kiosks=[(one, kiosk_settings(one.settings)) for one in paired if one.kind == "kiosk"],
    )


@routes.post("/screens/<device>")
def set_screen(device: str) -> Response:
    """Change the settings of one display or kiosk. Refuses values that do not fit the office, naming the field."""
    found, plan = _device(device), frame.plan()
    if found.kind == "display":
        fields = body(*DISPLAY_FIELDS, *(name for boxes in _boxes(plan).values() for name in boxes))
        settings = checked_display(_display_fields(fields, plan), plan)
    else:
        fields = body("width_cm", "reach")
        settings = checked_kiosk({"width_cm": number(fields, "width_cm", 0), "reach": flag(fields, "reach")})
    frame.save("devices", request_id(fields), services().settings.set_device_settings, found.id, settings)
    return jsonify(said=gettext("Saved. The screen follows at once."))


@routes.post("/screens/notices")
def set_notices() -> Response:
    """Write the running text of all displays, by language."""
    plan = frame.plan()
    fields = plan_fields(*text_names(plan, "text"))
    revision = save_plan(
        "notices", fields, {"displays/ticker": texts_of(fields, plan, "text", LONGEST_TEXT, lines=True)}
    )
    return jsonify(said=gettext("Saved. The screen follows at once."), revision=revision)


@routes.post("/screens/interludes")
def add_interlude() -> Response:
    """Add a notice in words, or an uploaded picture or video, to the playlist."""
    names = ("seconds", "starts_on", "ends_on", *text_names(frame.plan(), "text"))
    with received(services().media, request, names) as (fields, upload):
        return _added(fields, upload)


def _added(fields: dict[str, Any], upload: Upload | None) -> Response:
    plan, hub = frame.plan(), services()
    texts = texts_of(fields, plan, "text", LONGEST_TEXT, lines=True)
    seconds = whole(fields, "seconds", 12)
    if seconds not in SECONDS:
        raise Invalid("value_invalid", field="seconds")
    first, last = calendar_day(fields, "starts_on"), calendar_day(fields, "ends_on")
    if first and last and last < first:
        raise Invalid("value_invalid", field="ends_on")
    kind, name = "notice", ""
    if upload is not None:
        kind, name = hub.media.keep(upload, current_identity().actor)
    elif not texts:
        raise Invalid("value_missing", field="text")
    item = PlaylistItem(secrets.token_hex(8), kind, texts, name, seconds, first, last)
    save_plan("interludes", fields, {f"displays/playlist/{item.id}": written(item)})
    return _back()


@routes.post("/screens/interludes/<interlude>/remove")
def remove_interlude(interlude: str) -> Response:
    """Remove an item from the playlist, with its file when nothing else uses it."""
    fields, hub = plan_fields(), services()
    shown = frame.plan().playlist
    found = next((one for one in shown if one.id == interlude), None)
    if found is None:
        raise Unknown("not_found")
    save_plan("interludes", fields, {f"displays/playlist/{interlude}": None})
    if found.file and all(one.file != found.file or one.id == found.id for one in shown):
        hub.mode.run_blocking(hub.media.drop, found.file)
    return _back()


@routes.get("/media/<name>")
def media_file(name: str) -> Response:
    """Return a stored picture or video for the preview."""
    return send(services().media, name)


def _display_fields(fields: Mapping[str, Any], plan: OfficePlan) -> dict[str, Any]:
    """Return a display's settings from its form, where every code of the plan is a box of its own."""
    ticked = {
        kind: [code for name, code in boxes.items() if flag(fields, name)] for kind, boxes in _boxes(plan).items()
    }
    return {
        "layout": text(fields, "layout", "room", most=10),
        "counter": text(fields, "counter", "", most=20),
        "zone": text(fields, "zone", "", most=40),
        "services": ticked["service"],
        "counters": ticked["counter"],
        "languages": ticked["language"],
        "seat_m": number(fields, "seat_m", 0),
        "width_cm": number(fields, "width_cm", 0),
        "turn_seconds": whole(fields, "turn_seconds", 12),
        "interludes": flag(fields, "interludes"),
        "blank_from": text(fields, "blank_from", "", most=5),
        "blank_until": text(fields, "blank_until", "", most=5),
        "chime": flag(fields, "chime"),
    }


def _boxes(plan: OfficePlan) -> dict[str, dict[str, str]]:
    """Return the boxes of a display's form: for each kind the name of each box and its code."""
    codes = {
        "service": [one.code for one in plan.services],
        "counter": [one.code for one in plan.counters],
        "language": list(plan.languages),
    }
    return {kind: {f"{kind}_{code}": code for code in found} for kind, found in codes.items()}


def _device(device: str) -> Device:
    found = next((one for one in services().identities.devices() if one.id == device), None)
    if found is None or found.kind not in ("display", "kiosk"):
        raise Unknown("not_found")
    return found


def _back() -> Response:
    return jsonify(next=url_for("admin.screens", _anchor="between"))
