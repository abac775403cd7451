"""Reception: numbers and slips for visitors at the entrance or at a counter, from wherever a member of staff is."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import segno
from flask_babel import force_locale
from markupsafe import Markup

from antrean.queueing.commands import IssueTicket, PrintVoucher, RedeemVoucher, ReprintSlip
from antrean.queueing.errors import Unknown
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.printers import gives_slips
from antrean.queueing.tickets.ticket import Ticket
from antrean.storage.settings.devices import PRINT_AGENT
from antrean.web.http.forms import body
from antrean.web.operations.commands import done, execute
from antrean.web.operations.operation import operation
from antrean.web.operations.results import IssuedResult, SlipAskedResult
from antrean.web.services import services
from antrean.web.text.tickets import case_of, follow_url, ticket_result
from counter_panel.blueprint import blueprint
from counter_panel.render import drawn
from counter_panel.search import kept_number, printer_of
from counter_panel.view_model import ticket_view

WISHED = ("service", "persons", "priority", "language", "case")


@dataclass(frozen=True, slots=True)
class Printed:
    """Where a slip comes out: the name of the kiosk, "" for a printer of none, and whether its printer prints now."""

    kiosk: str
    now: bool


def kiosks() -> list[tuple[str, str]]:
    """Return the kiosks that have a printer, by id and name."""
    hub = services()
    plan = hub.office.read(lambda _day, plan: plan)
    return [(one.id, one.name) for one in hub.identities.devices("kiosk") if plan.printer_of(one.id)]


def printers() -> list[tuple[str, str]]:
    """Return the printers by id and name: that of the first kiosk which prints there, or the printer's own."""
    hub = services()
    plan = hub.office.read(lambda _day, plan: plan)
    kiosk_at = {plan.printer_of(kiosk): name for kiosk, name in reversed(kiosks())}
    return [(one.id, kiosk_at.get(one.id, one.name)) for one in hub.identities.devices(PRINT_AGENT)]


@blueprint.post("/numbers")
@operation(IssueTicket, gives=IssuedResult, status=201, reads=WISHED)
def give_number() -> IssuedResult:
    """Give a number without a slip: only whoever gives it is shown the code of the visitor's link, and only now."""
    answer = done(IssueTicket, body(*WISHED), device="", then="", paper=False, by_staff=True)
    assert answer.ticket is not None
    return IssuedResult(answer.seq, ticket_result(answer.ticket), {"told": _told(answer.ticket)})


@blueprint.post("/kiosks/<kiosk>/numbers")
@operation(IssueTicket, gives=IssuedResult, status=201, reads=WISHED)
def give_slip(kiosk: str) -> IssuedResult:
    """Give a number whose slip comes out at a kiosk."""
    fields = body(*WISHED)
    if kiosk not in dict(kiosks()):
        raise Unknown("device_unknown")
    answer = done(IssueTicket, fields, device=kiosk, then="", paper=True, by_staff=True)
    assert answer.ticket is not None
    return IssuedResult(answer.seq, ticket_result(answer.ticket), {"told": _told(answer.ticket)})


@blueprint.post("/vouchers/<int:voucher>/numbers")
@operation(RedeemVoucher, gives=IssuedResult, status=201, reads=("language",))
def take_up(voucher: int) -> IssuedResult:
    """Make a number of today, before all newcomers, of one that was not served on an earlier day."""
    answer = done(RedeemVoucher, body("language"), voucher=voucher, device="", paper=False, by_staff=True)
    assert answer.ticket is not None
    return IssuedResult(answer.seq, ticket_result(answer.ticket), {"told": _told(answer.ticket)})


@blueprint.post("/printers/<printer>/vouchers/<int:voucher>/slips")
@operation(PrintVoucher, gives=SlipAskedResult)
def print_voucher(printer: str, voucher: int) -> SlipAskedResult:
    """Print the slip of a number that was not served, for whoever comes for it."""
    hub, named = services(), dict(printers()).get(printer)
    if named is None:
        raise Unknown("printer_unknown")
    answer = execute(PrintVoucher, voucher=voucher, printer=printer)
    plan, held, now = hub.office.read(
        lambda day, plan: (plan, kept_number(day, plan, voucher), gives_slips(day, printer))
    )
    if held is None:  # taken up in between
        return SlipAskedResult(answer.seq)
    with force_locale(plan.languages[0]):
        return SlipAskedResult(answer.seq, {"told": drawn("told", plan, ticket=held, paper=Printed(named, now))})


@blueprint.post("/tickets/<ticket>/slips")
@operation(ReprintSlip, gives=SlipAskedResult)
def print_again(ticket: str) -> SlipAskedResult:
    """Print a ticket's slip again, marked as copy: where the last one came out, or at the kiosk that gave it."""
    found, plan = services().office.read(lambda day, plan: (day.ticket(ticket).snapshot(), plan))
    printer = printer_of(plan, found)
    if not printer:
        raise Unknown("printer_unknown")
    answer = execute(ReprintSlip, ticket=ticket, printer=printer)
    asked = services().office.read(lambda day, _plan: day.ticket(ticket).snapshot())
    return SlipAskedResult(answer.seq, {"told": _told(asked)})


def _told(ticket: Ticket) -> str:
    """Return what the visitor is told of their number: where the slip comes out, or the code of their link."""
    hub = services()
    plan, now = hub.office.read(
        lambda day, plan: (plan, ticket.slip is not None and gives_slips(day, ticket.slip.printer))
    )
    paper = Printed(_kiosk_of(ticket, plan), now) if ticket.slip is not None else None
    link = follow_url(hub.links.of(ticket), case_of(ticket)) if paper is None else ""
    with force_locale(plan.languages[0]):
        return drawn(
            "told",
            plan,
            ticket=ticket_view(plan, ticket),
            paper=paper,
            code=_code(link) if link else "",
            short_code=hub.links.code(ticket) if link else "",
            address=hub.base_url.partition("//")[2],
        )


def _kiosk_of(ticket: Ticket, plan: OfficePlan) -> str:
    """Return the name of the kiosk at which a ticket's newest slip comes out: its own where that has the printer."""
    assert ticket.slip is not None
    named = [one for one in services().identities.devices("kiosk") if plan.printer_of(one.id) == ticket.slip.printer]
    named.sort(key=lambda one: one.id != ticket.device)
    return named[0].name if named else ""


def _code(link: str) -> Markup:
    """Return the QR code of a link as an image that fills its box, quiet zone included."""
    out = BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", border=4, xmldecl=False, omitsize=True, light="#fff")
    return Markup(out.getvalue().decode())
