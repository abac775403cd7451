"""Set-up of a printer: find it, identify it, print a test slip, and correct its address by what was seen.

Administrators change it; supervisors see how it is set up.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from flask import Response, jsonify, render_template, url_for
from flask_babel import gettext

from admin import frame
from admin.printers.agents import PLAINEST, agent, look
from admin.section import Routes
from antrean.access.identity import ADMINISTRATORS
from antrean.hub.agents import printer_addresses
from antrean.hub.agents.print_agents import Question
from antrean.printing.transport.address import Address, AddressError, parse_address, rewritten
from antrean.printing.transport.adjustments import after_test
from antrean.printing.transport.printer_list import once
from antrean.queueing.commands import RequestTestSlip
from antrean.queueing.errors import Invalid, Refused
from antrean.queueing.plan.changes import difference
from antrean.storage.settings.devices import Device
from antrean.web.http.errors import sentence
from antrean.web.http.forms import body, request_id, text
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text import printer_status
from printer_profiles import Profile, ProfileError, load_all

routes = Routes()
LONGEST = 300  # of what is typed; a longer address is refused by its own rule
SEEN = {
    "cut": ("yes", "no"),
    "width": ("whole", "missing", "narrow"),
    "letters": ("right", "wrong"),
    "qr": ("both", "second", "none"),
}


def fragments(device: Device) -> dict[str, str]:
    """Return the HTML parts of one printer's set-up page that events can change."""
    seen, _plan = look()
    printer = next((one for one in seen if one.id == device.id), None)
    asked = {question.what: question for question in services().print_agents.questions(device.id)}
    test = services().office.read(
        lambda day, _plan: next((slip for slip in reversed(day.test_slips) if slip.printer == device.id), None)
    )
    context = {
        "printer": printer,
        "device": device,
        "first": next(iter(printer_addresses.texts(device)), ""),
        "find": asked.get("find"),
        "identify": asked.get("identify"),
        "test": test,
        "profiles": [(profile.id, profile.name) for profile in load_all()],
        "plainest": PLAINEST,
        "words": printer_status,
    }
    return {
        f"{part}.{device.id}": render_template(f"admin/printers/set_up_{part}.html", **context)
        for part in ("find", "identify", "test")
    }


@routes.get("/printers/<printer>/set_up")
def set_up(printer: str) -> str:
    """Show the set-up of one printer."""
    device = agent(printer)
    fault = printer_addresses.fault(device)
    return frame.page(
        "printers",
        "set_up",
        device=device,
        addresses=printer_addresses.texts(device),
        wrong=sentence(printer_addresses.refusal(fault)) if fault is not None else "",
        may_change=current_identity().role in ADMINISTRATORS,
        seen=SEEN,
        look_at_once=_is_searched(device),
    )


def _is_searched(device: Device) -> bool:
    """Whether a search begins with the page: no printer is set, the agent answers, and it was not asked yet."""
    known = services().office.read(lambda day, _plan: day.printers.get(device.id))
    if known is None or known.state == "agent_away" or printer_addresses.texts(device):
        return False
    virtual = not known.address or known.address.startswith("virtual:")
    return virtual and not any(one.what == "find" for one in services().print_agents.questions(device.id))


@routes.post("/printers/<printer>/questions")
def ask(printer: str) -> Response:
    """Let the print agent look for printers (`find`), or identify the one at `address` (`identify`)."""
    device, fields = agent(printer), body("what", "address")
    what = text(fields, "what", most=20)
    if what not in ("find", "identify"):
        raise Invalid("value_invalid", field="what")
    address = _address(text(fields, "address", most=LONGEST)) if what == "identify" else None
    hub = services()
    known = hub.office.read(lambda day, _plan: day.printers.get(device.id))
    if known is None or known.state == "agent_away":
        raise Refused("agent_silent")
    asked = Question(secrets.token_hex(8), device.id, what, hub.office.clock())
    if address is not None:
        asked = replace(asked, address=address.text, parts=address.as_data())
    hub.print_agents.ask(asked)
    return jsonify(seq=hub.office.read(lambda day, _plan: day.seq))


@routes.post("/printers/<printer>/address")
def use(printer: str) -> Response:
    """Save an address with a profile as this printer's, and print a test slip there."""
    device, fields = agent(printer), body("address", "profile")
    profile = text(fields, "profile", "", most=60)
    if profile and profile not in {known.id for known in load_all()}:
        raise Invalid("value_invalid", field="profile")
    first = rewritten(_address(text(fields, "address", most=LONGEST)), profile, {})
    _save(device, [first, *_printers(device)[1:]])
    return _test(device, fields, gettext("Saved. A test slip is on its way."))


@routes.post("/printers/<printer>/second")
def second(printer: str) -> Response:
    """Save an address as the printer that takes over when this one can't print; an empty one removes it."""
    device, fields = agent(printer), body("second_address")
    given = text(fields, "second_address", "", most=LONGEST).strip(" ")
    first = _printers(device)[:1]
    if given and not first:
        raise Invalid("value_missing", field="address")
    added = [_address(given)] if given else []
    if any(one.device_key == first[0].device_key for one in added):
        raise Invalid("address_same")
    _save(device, [*first, *added])
    return jsonify(said=gettext("Saved."))


@routes.post("/printers/<printer>/seen")
def seen(printer: str) -> Response:
    """Save what was seen on the test slip in the printer's address; print another one when something changed."""
    device, fields = agent(printer), body(*SEEN)
    answers = {}
    for name, choices in SEEN.items():
        answers[name] = text(fields, name, choices[0], most=20)
        if answers[name] not in choices:
            raise Invalid("value_invalid", field=name)
    hang = _printers(device)
    if not hang:
        raise Invalid("value_missing", field="address")
    change = after_test(_profile(hang[0]), answers)
    if not change:
        return jsonify(next=url_for("admin.first_steps" if frame.is_new() else "admin.printers"))
    _save(device, [rewritten(hang[0], "", change), *hang[1:]])
    return _test(device, fields, gettext("Changed. Another test slip is on its way: look again."))


def _address(given: str) -> Address:
    """Return the typed address; a bare name or number means a printer in the network.

    Refuses a virtual printer: it writes files, and only its machine's own settings name the folder.
    """
    given = given.strip(" ")
    try:
        address = parse_address(given if "://" in given or not given else f"tcp://{given}")
    except AddressError as error:
        raise printer_addresses.refusal(error) from None
    if address.kind == "virtual":
        raise Invalid("address_virtual")
    _profile(address)
    return address


def _profile(address: Address) -> Profile:
    try:
        return address.profile()
    except ProfileError:
        raise Invalid("address_profile", value=address.profile_id) from None


def _printers(device: Device) -> list[Address]:
    """Return the printers that are set; none when the stored address can't be read. It is then written anew."""
    try:
        return printer_addresses.printers_of(device)
    except AddressError:
        return []


def _save(device: Device, hang: list[Address]) -> None:
    """Save the printers' addresses and tell all processes and the print agent. The journal keeps the old ones."""
    hub, hang = services(), once(hang)
    before = [fault.code] if (fault := printer_addresses.fault(device)) else printer_addresses.texts(device)
    hub.mode.run_blocking(hub.settings.set_device_settings, device.id, printer_addresses.stored(hang))
    change = difference({"device": device.name}, {"printers": before}, {"printers": [one.text for one in hang]})
    frame.changed("devices", change=change)


def _test(device: Device, fields: dict[str, Any], said: str) -> Response:
    answer = services().office.execute(
        RequestTestSlip(printer=device.id), actor=current_identity().actor, request_id=request_id(fields)
    )
    return jsonify(seq=answer.seq, said=said)
