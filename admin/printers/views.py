"""The printer page: the state of each printer, its last slips, and what can be done about them."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template

from admin import frame
from admin.printers.view_model import PrinterView
from admin.printers.view_model import printers as printer_views
from antrean.hub import printer_addresses
from antrean.printing.transport.address import AddressError
from antrean.printing.transport.printer_list import parse_printers
from antrean.queueing.commands import (
    CancelSlip,
    ChangeRoll,
    Command,
    HoldPrinter,
    ReleasePrinter,
    ReprintSlip,
    RequestTestSlip,
)
from antrean.queueing.errors import N_, Unknown
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.paper import without_paper
from antrean.storage.settings.devices import Device
from antrean.web.operations.commands import execute
from antrean.web.operations.operation import operation
from antrean.web.operations.results import DoneResult
from antrean.web.services import services
from antrean.web.text import printer_status
from printer_profiles import Profile, ProfileError, load_profile

PLAINEST = "generic-80"
# What other modules of this section draw of each printer.
parts: list[Callable[[Device], dict[str, str]]] = []


def agents() -> list[Device]:
    """Return the paired print agents; each drives one printer."""
    return [device for device in services().identities.devices() if device.kind == "print_agent"]


def agent(printer: str) -> Device:
    """Return the print agent of a printer. Refuses an unknown one."""
    for device in agents():
        if device.id == printer:
            return device
    raise Unknown("printer_unknown")


def profile_at(address: str) -> Profile:
    """Return the profile of the printer at an address; the plainest one when it is unknown."""
    try:
        return parse_printers(address)[0].profile()
    except (AddressError, ProfileError, IndexError):
        return load_profile(PLAINEST)


def look() -> tuple[list[PrinterView], OfficePlan]:
    """Return all printers as the page shows them, and the plan."""
    devices = [(device.id, device.name, " ".join(printer_addresses.texts(device))) for device in agents()]
    now = services().office.clock()
    return services().office.read(
        lambda day, plan: (
            printer_views(
                day,
                devices,
                services().print_agents.paper_before,
                lambda address: profile_at(address).media.roll_m * 1000,
                [ticket.slips[-1] for ticket, lack in without_paper(day, plan, now) if lack != "late"],
            ),
            plan,
        )
    )


def render() -> frame.View:
    """Return the HTML fragments of the printer page."""
    seen, plan = look()
    separator = ":" if plan.languages[0] == "en" else "."

    def metres(mm: int) -> str:
        return f"{mm / 1000:.1f}" if separator == ":" else f"{mm / 1000:.1f}".replace(".", ",")

    listed = render_template(
        "admin/printers/list.html", printers=seen, words=printer_status, clock=frame.clock(), metres=metres
    )
    html = {"printers": listed}
    for device in agents():
        for part in parts:
            try:
                html.update(part(device))
            except Exception as error:  # one printer's part harms no other printer's
                services().faults.note("drawing a printer", error)
    return {"html": html}


@frame.blueprint.get("/printers")
def printers() -> str:
    """Show all printers."""
    return frame.page("printers")


# What can be done with a printer, by the last word of its address.
PRINTER_COMMANDS: dict[str, type[Command]] = {
    "hold": HoldPrinter,
    "release": ReleasePrinter,
    "roll": ChangeRoll,
    "test": RequestTestSlip,
}


@frame.blueprint.post("/printers/<printer>/<command>")
@operation(PRINTER_COMMANDS, gives=DoneResult)
def printer_command(printer: str, command: str) -> DoneResult:
    """Do something with a printer: hold its queue, release it, note a new roll, ask for a test slip."""
    device = agent(printer)
    kind = PRINTER_COMMANDS.get(command)
    if kind is None:
        raise Unknown("not_found")
    return DoneResult(execute(kind, printer=device.id).seq)


@frame.blueprint.post("/slips/<ticket>/<int:copy>/cancel")
@operation(CancelSlip, gives=DoneResult)
def cancel_slip(ticket: str, copy: int) -> DoneResult:
    """Don't print a slip after all; its number stays valid."""
    return DoneResult(execute(CancelSlip, ticket=ticket, copy=copy).seq)


@frame.blueprint.post("/tickets/<ticket>/slips")
@operation(ReprintSlip, gives=DoneResult)
def reprint(ticket: str) -> DoneResult:
    """Print a ticket's slip again, marked as copy, on the printer of its last slip."""
    last = services().office.read(lambda day, _plan: day.ticket(ticket).slip)
    default = services().office.read(lambda _day, plan: plan.printer_of(""))
    printer = last.printer if last is not None and last.printer else default
    return DoneResult(execute(ReprintSlip, ticket=ticket, printer=printer).seq)


frame.add(frame.Section("printers", "printer", N_("Printers"), render))
