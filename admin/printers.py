"""The printer page: how each printer fares, its last slips, and what can be done about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, render_template

from admin import room
from admin.view_model import PrinterView
from admin.view_model import printers as printer_views
from printer_profiles import Profile, ProfileError, load_profile
from printing.addresses import AddressError, parse_printers
from queueing import rules_office, rules_printing
from queueing.errors import N_, Unknown
from queueing.slips import without_paper
from queueing.ticket import Answer
from storage.settings import Device
from web import printer_addresses, printing_words
from web.answers import body, request_id
from web.guard import who
from web.hub import hub

PLAINEST = "generic-80"
# What other modules of this section draw of each printer.
parts: list[Callable[[Device], dict[str, str]]] = []


def agents() -> list[Device]:
    """Return the paired print agents: each drives one printer."""
    return [device for device in hub().identities.devices() if device.kind == "print_agent"]


def agent(printer: str) -> Device:
    """Return the print agent of a printer; refuses an unknown one."""
    for device in agents():
        if device.id == printer:
            return device
    raise Unknown("printer_unknown")


def profile_at(address: str) -> Profile:
    """Return the profile of the printer at an address; the plainest where it can't be told."""
    try:
        return parse_printers(address)[0].profile()
    except (AddressError, ProfileError, IndexError):
        return load_profile(PLAINEST)


def look() -> tuple[list[PrinterView], Any]:
    """Return all printers as the page shows them, and the plan."""
    devices = [(device.id, device.name, " ".join(printer_addresses.texts(device))) for device in agents()]
    now = hub().office.clock()
    return hub().office.look(
        lambda day, plan: (
            printer_views(
                day,
                devices,
                hub().print_watch.paper_before,
                lambda address: profile_at(address).media.roll_m * 1000,
                [ticket.slips[-1] for ticket, lack in without_paper(day, plan, now) if lack != "late"],
            ),
            plan,
        )
    )


def draw() -> room.View:
    """Return the drawn fragments of the printer page."""
    seen, plan = look()
    separator = ":" if plan.languages[0] == "en" else "."

    def metres(mm: int) -> str:
        return f"{mm / 1000:.1f}" if separator == ":" else f"{mm / 1000:.1f}".replace(".", ",")

    drawn = render_template(
        "admin/printer_list.html", printers=seen, words=printing_words, clock=room.clock(), metres=metres
    )
    html = {"printers": drawn}
    for device in agents():
        for part in parts:
            try:
                html.update(part(device))
            except Exception as error:  # one printer's part harms no other printer's
                hub().faults.note("drawing a printer", error)
    return {"html": html}


@room.blueprint.get("/printers")
def printers() -> str:
    """Show all printers."""
    return room.page("printers")


@room.blueprint.post("/printers/<printer>/<wish>")
def printer_wish(printer: str, wish: str) -> Response:
    """Do something with a printer: hold its queue, release it, note a new roll, ask for a test slip."""
    device = agent(printer)
    try:
        do = WISHES[wish]
    except KeyError:
        raise Unknown("not_found") from None
    return _told(do(device.id, body()))


@room.blueprint.post("/slips/<ticket>/<int:copy>/cancel")
def cancel_slip(ticket: str, copy: int) -> Response:
    """Don't print a slip after all; its number stays valid."""
    return _told(_do(rules_printing.cancel_slip, body(), ticket=ticket, copy=copy))


@room.blueprint.post("/tickets/<ticket>/slips")
def reprint(ticket: str) -> Response:
    """Print a ticket's slip again, marked as copy, on the printer of its last slip."""
    last = hub().office.look(lambda day, _plan: day.ticket(ticket).slip)
    default = hub().office.look(lambda _day, plan: plan.printer_of(""))
    printer = last.printer if last is not None and last.printer else default
    return _told(_do(rules_office.reprint_slip, body(), ticket=ticket, printer=printer))


def _hold(printer: str, fields: dict[str, Any]) -> Answer:
    return _do(rules_printing.hold_printer, fields, printer=printer, reason="")


def _release(printer: str, fields: dict[str, Any]) -> Answer:
    return _do(rules_printing.release_printer, fields, printer=printer)


def _roll(printer: str, fields: dict[str, Any]) -> Answer:
    return _do(rules_printing.change_roll, fields, printer=printer)


def _test(printer: str, fields: dict[str, Any]) -> Answer:
    return _do(rules_printing.request_test_slip, fields, printer=printer)


WISHES: dict[str, Callable[[str, dict[str, Any]], Answer]] = {
    "hold": _hold,
    "release": _release,
    "roll": _roll,
    "test": _test,
}


def _do(rule: Any, fields: dict[str, Any], **arguments: Any) -> Answer:
    return hub().office.do(rule, actor=who().actor, request_id=request_id(fields), **arguments)


def _told(answer: Answer) -> Response:
    return jsonify(seq=answer.seq)


room.add(room.Section("printers", "printer", N_("Printers"), draw))
