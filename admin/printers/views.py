"""The printer page: the state of each printer, its last slips, and what can be done about them."""

from __future__ import annotations

from flask import render_template

from admin import frame
from admin.printers import set_up
from admin.printers.agents import agent, agents, look
from admin.section import Routes, View
from antrean.queueing.commands import (
    CancelSlip,
    ChangeRoll,
    Command,
    HoldPrinter,
    PrintVouchers,
    ReleasePrinter,
    ReprintSlip,
    RequestTestSlip,
    StopVouchers,
)
from antrean.queueing.errors import Unknown
from antrean.web.operations.commands import execute
from antrean.web.operations.operation import operation
from antrean.web.operations.results import DoneResult
from antrean.web.services import services
from antrean.web.text import printer_status

routes = Routes()
routes.include(set_up.routes)


def render() -> View:
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
        try:
            html.update(set_up.fragments(device))
        except Exception as error:  # one printer's part harms no other printer's
            services().faults.note("drawing a printer", error)
    return {"html": html}


@routes.get("/printers")
def printers() -> str:
    """Show all printers."""
    return frame.page("printers")


# What can be done with a printer, by the last word of its address.
PRINTER_COMMANDS: dict[str, type[Command]] = {
    "hold": HoldPrinter,
    "release": ReleasePrinter,
    "roll": ChangeRoll,
    "test": RequestTestSlip,
    "vouchers": PrintVouchers,
    "stop_vouchers": StopVouchers,
}


@routes.post("/printers/<printer>/<command>")
@operation(PRINTER_COMMANDS, gives=DoneResult)
def printer_command(printer: str, command: str) -> DoneResult:
    """Do something with a printer: hold its queue, release it, note a new roll, print a test slip or vouchers."""
    device = agent(printer)
    kind = PRINTER_COMMANDS.get(command)
    if kind is None:
        raise Unknown("not_found")
    return DoneResult(execute(kind, printer=device.id).seq)


@routes.post("/slips/<ticket>/<int:copy>/cancel")
@operation(CancelSlip, gives=DoneResult)
def cancel_slip(ticket: str, copy: int) -> DoneResult:
    """Don't print a slip after all; its number stays valid."""
    return DoneResult(execute(CancelSlip, ticket=ticket, copy=copy).seq)


@routes.post("/tickets/<ticket>/slips")
@operation(ReprintSlip, gives=DoneResult)
def reprint(ticket: str) -> DoneResult:
    """Print a ticket's slip again, marked as copy, on the printer of its last slip."""
    last = services().office.read(lambda day, _plan: day.ticket(ticket).slip)
    default = services().office.read(lambda _day, plan: plan.printer_of(""))
    printer = last.printer if last is not None and last.printer else default
    return DoneResult(execute(ReprintSlip, ticket=ticket, printer=printer).seq)
