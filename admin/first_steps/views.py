"""The list of first steps: it is live, leads to the page of each step, and pairs this machine's print agent."""

from __future__ import annotations

from urllib.parse import urlsplit

import segno
from flask import Response, jsonify, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from admin import frame
from admin.first_steps.view_model import AGENT, DISPLAY, KIOSK, FirstSteps, Found, Seen
from admin.first_steps.view_model import first_steps as steps_of
from admin.plan_form import plan_fields, save_plan
from admin.section import Routes, View
from antrean.hub.agents import printer_addresses
from antrean.hub.agents.own_agent import begin_own_agent
from antrean.queueing.errors import N_
from antrean.queueing.events import SecurityNoted
from antrean.queueing.security.events import DEVICE_PAIRED
from antrean.web.http.forms import body, flag, request_id
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text import printer_status

routes = Routes()
SCREENS = (KIOSK, DISPLAY)  # that are paired here; their addresses have the same words
NEW_NAMES = {KIOSK: N_("Kiosk %(place)d"), DISPLAY: N_("Display %(place)d")}
HERE = ("127.0.0.1", "localhost", "::1")


def render() -> View:
    """Return a fragment for each step, and one for how far the office is."""
    found, seen = look()
    context = {
        "found": found,
        "seen": seen,
        "words": printer_status,
        "clock": frame.clock(),
        "plan": frame.plan(),
    }
    html = {
        f"step.{step.code}": render_template("admin/first_steps/step.html", step=step, **context)
        for step in found.steps
    }
    html["head"] = render_template("admin/first_steps/head.html", **context)
    return {"html": html}


def look() -> tuple[FirstSteps, Seen]:
    """Return how the steps stand, and what was seen for that beside day and plan."""
    hub = services()
    connected = hub.devices_seen.connected() | hub.devices_seen.at_another_hub()
    devices = [
        Found(one.id, one.name, one.kind, one.id in connected, next(iter(printer_addresses.texts(one)), ""))
        for one in sorted(hub.identities.devices(), key=lambda one: (one.name, one.id))
        if one.kind in (AGENT, *SCREENS)
    ]
    places, stock = hub.backups.places, hub.backups.stock
    seen = Seen(
        devices=devices,
        people=hub.identities.staff(),
        second_place=places.second,
        second_is_there=stock.second_state == "ok",
        sounds=tuple(filter(None, (hub.devices_seen.sound(one.id) for one in devices if one.kind == DISPLAY))),
        earlier=hub.earlier_days.work(),
    )
    now = hub.office.clock()
    return hub.office.read(lambda day, plan: steps_of(day, plan, seen, now)), seen


@routes.get("/first_steps")
def first_steps() -> str:
    """Show the list; it can be opened while it is put away, too."""
    return frame.page(
        "first_steps",
        addresses={kind: f"{services().base_url}/{kind}/" for kind in SCREENS},
        codes={kind: _code(f"{services().base_url}/{kind}/") for kind in SCREENS},
        only_here=urlsplit(services().base_url).hostname in HERE,
        new_names={kind: _new_name(kind) for kind in SCREENS},
        shown=frame.is_new(),
        revision=frame.plan().revision,
    )


def _code(address: str) -> Markup:
    return Markup(segno.make(address, error="m", micro=False).svg_inline(border=4, omitsize=True))


def _new_name(kind: str) -> str:
    """Return a name that no paired device of this kind has."""
    taken = {one.name for one in services().identities.devices()}
    return next(
        name for place in range(1, len(taken) + 2) if (name := gettext(NEW_NAMES[kind], place=place)) not in taken
    )


@routes.post("/first_steps")
def show_first_steps() -> Response:
    """Put the list away (`shown` false), or show it again."""
    fields = plan_fields("shown")
    shown = flag(fields, "shown")
    revision = save_plan("first_steps", fields, {"first_steps": shown})
    said = gettext("The list is shown again.") if shown else gettext("Put away. “Office” shows it again.")
    return jsonify(said=said, revision=revision)


@routes.post("/first_steps/agent")
def pair_own_agent() -> Response:
    """Pair the print agent of the hub's own machine, where none is paired: it finds its token by itself.

    Refuses (`agent_elsewhere`) where this machine's agent belongs to another office of the database.
    """
    fields, hub = body(), services()
    if not hub.identities.devices(AGENT):
        device = hub.mode.run_blocking(
            begin_own_agent, hub.config.data, hub.settings, hub.config.printer, hub.office.clock
        )
        if device is not None:
            hub.mode.run_blocking(hub.identities.load)
            frame.changed("devices", request_id(fields))
            noted = SecurityNoted(DEVICE_PAIRED, device=device.name, device_kind=device.kind)
            hub.security.note(noted, current_identity().actor, request.remote_addr or "")
    return jsonify(said=gettext("Paired. It connects within seconds."))
