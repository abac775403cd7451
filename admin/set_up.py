"""Setting a printer up: find it, ask who it is, print a test slip, and take what was seen on it into its address."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, jsonify, render_template, url_for
from flask_babel import gettext

from admin import printers, room
from printer_profiles import ProfileError, load_all
from printing.addresses import Address, AddressError, parse_address, rewritten
from printing.adjustments import after_test
from queueing import rules_printing
from queueing.errors import Invalid, Refused
from storage.settings import Device
from web import printing_words
from web.answers import body, request_id, text
from web.guard import who
from web.hub import hub
from web.print_watch import Question

# A virtual printer writes files: only the machine's own settings name its folder.
KINDS = ("tcp", "usblp", "usb", "serial", "cups")
LONGEST = 200
SEEN = {
    "cut": ("yes", "no"),
    "width": ("whole", "missing", "narrow"),
    "letters": ("right", "wrong"),
    "qr": ("both", "second", "none"),
}


def draw(device: Device) -> dict[str, str]:
    """Return the drawn parts of one printer's set-up page that news can change."""
    seen, _plan = printers.look()
    printer = next((one for one in seen if one.id == device.id), None)
    asked = {question.what: question for question in hub().print_watch.questions(device.id)}
    test = hub().office.look(
        lambda day, _plan: next((slip for slip in reversed(day.test_slips) if slip.printer == device.id), None)
    )
    context = {
        "printer": printer,
        "device": device,
        "find": asked.get("find"),
        "identify": asked.get("identify"),
        "test": test,
        "profiles": [(profile.id, profile.name) for profile in load_all()],
        "words": printing_words,
    }
    return {
        f"{part}.{device.id}": render_template(f"admin/set_up_{part}.html", **context)
        for part in ("find", "identify", "test")
    }


@room.blueprint.get("/printers/<printer>/set_up")
def set_up(printer: str) -> str:
    """Show the set-up of one printer."""
    device = printers.agent(printer)
    return room.page("printers", "set_up", device=device, second=_second(device), seen=SEEN)


@room.blueprint.post("/printers/<printer>/questions")
def ask(printer: str) -> Response:
    """Have the print agent look for printers (`find`), or ask the one at `address` who it is (`identify`)."""
    device, fields = printers.agent(printer), body("what", "address")
    what = text(fields, "what", most=20)
    if what not in ("find", "identify"):
        raise Invalid("value_invalid", field="what")
    address = _address(text(fields, "address", most=LONGEST)).text if what == "identify" else ""
    here = hub()
    known = here.office.look(lambda day, _plan: day.printers.get(device.id))
    if known is None or known.state == "agent_away":
        raise Refused("agent_silent")
    here.print_watch.ask(Question(secrets.token_hex(8), device.id, what, here.office.clock(), address))
    return jsonify(seq=here.office.look(lambda day, _plan: day.seq))


@room.blueprint.post("/printers/<printer>/address")
def use(printer: str) -> Response:
    """Take an address with a profile as this printer's, and print a test slip there."""
    device, fields = printers.agent(printer), body("address", "profile")
    profile = text(fields, "profile", "", most=60)
    if profile and profile not in {known.id for known in load_all()}:
        raise Invalid("value_invalid", field="profile")
    _save(device, rewritten(_address(text(fields, "address", most=LONGEST)), profile, {}), _second(device))
    return _test(device, fields, gettext("Saved. A test slip is on its way."))


@room.blueprint.post("/printers/<printer>/second")
def second(printer: str) -> Response:
    """Take an address as the printer that takes over when this one can't print; an empty one takes it away."""
    device, fields = printers.agent(printer), body("second_address")
    given = text(fields, "second_address", "", most=LONGEST).strip()
    first = device.address.partition(" ")[0]
    if given and not first:
        raise Invalid("value_missing", field="address")
    _save(device, first, _address(given).text if given else "")
    return jsonify(said=gettext("Saved."))


@room.blueprint.post("/printers/<printer>/seen")
def seen(printer: str) -> Response:
    """Take what was seen on the test slip into the printer's address; print another one when something changed."""
    device, fields = printers.agent(printer), body(*SEEN)
    answers = {}
    for name, choices in SEEN.items():
        answers[name] = text(fields, name, choices[0], most=20)
        if answers[name] not in choices:
            raise Invalid("value_invalid", field=name)
    first = device.address.partition(" ")[0]
    if not first:
        raise Invalid("value_missing", field="address")
    address = _address(first)
    change = after_test(address.profile(), answers)
    if not change:
        return jsonify(next=url_for("admin.printers"))
    _save(device, rewritten(address, "", change), _second(device))
    return _test(device, fields, gettext("Changed. Another test slip is on its way: look again."))


def _address(given: str) -> Address:
    """Return what was typed as an address; a bare name or number means a printer in the network."""
    given = given.strip()
    try:
        if " " in given:
            raise AddressError(given)
        address = parse_address(given if "://" in given else f"tcp://{given}")
        address.profile()
    except (AddressError, ProfileError):
        raise Invalid("address_invalid", address=given) from None
    if address.kind not in KINDS:
        raise Invalid("address_invalid", address=given)
    return address


def _second(device: Device) -> str:
    return device.address.partition(" ")[2]


def _save(device: Device, first: str, second: str) -> None:
    """Write the printers' addresses and tell everyone, the print agent too."""
    written = f"{first} {second}".strip()
    if len(written) > LONGEST:
        raise Invalid("address_invalid", address=written)
    here = hub()
    here.mode.run_blocking(here.settings.set_device_address, device.id, written)
    room.changed("devices")


def _test(device: Device, fields: dict[str, Any], said: str) -> Response:
    answer = hub().office.do(
        rules_printing.request_test_slip, actor=who().actor, request_id=request_id(fields), printer=device.id
    )
    return jsonify(seq=answer.seq, said=said)


printers.parts.append(draw)
