"""The command for whoever was not served on an earlier day: a number that stands before all newcomers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.cases.collecting import check_still_collects
from antrean.queueing.command.base import KIOSK, OPERATOR, Command, Standing, command
from antrean.queueing.command.checks import LANGUAGE
from antrean.queueing.command.fields import GIVEN
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.commands import IssueTicket
from antrean.queueing.vouchers.checks import check_holds


@command(
    "redeem_voucher",
    gives=(e.TicketIssued,),
    given_by=(KIOSK, OPERATOR),
    refuses=(
        "case_ended",
        "case_has_number",
        "case_not_ready",
        "case_unknown",
        "closed_now",
        "day_closed",
        "service_closed",
        "service_paused",
        "service_unknown",
        "stock_used_up",
        "too_many_persons",
        "voucher_over",
        "voucher_redeemed",
        "voucher_unknown",
    ),
)
class RedeemVoucher(Command):
    """Make a ticket of today of a voucher. It is called before all newcomers of its service, in the order of vouchers.

    The persons, the priority and the services are those of the number that was not served. Its visitor was promised the
    place, so the service's limit for a day refuses nobody, but counts them. Refuses a voucher that was redeemed or is
    over, and otherwise what a number of this service is refused for now, or what its visitor came to collect for; the
    voucher then stays as it is.
    """

    voucher: int
    language: Annotated[str, LANGUAGE] = ""
    device: Annotated[str, GIVEN] = ""
    paper: Annotated[bool, GIVEN] = True
    by_staff: Annotated[bool, GIVEN] = False
    date_known: Annotated[bool, GIVEN] = True

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the voucher's end, and the ticket's first event."""
        day.check_open()
        found = check_holds(day, standing, self.voucher)
        asked = IssueTicket(
            service=found.service, persons=found.persons, priority=found.priority, language=self.language,
            device=self.device, then=found.then if plan.has_service(found.then) else "", paper=self.paper,
            by_staff=self.by_staff, date_known=self.date_known,
        )  # fmt: skip
        asked.check(day, plan, at, promised=True)
        collects = check_still_collects(day, standing.cases, plan, found.collects)
        issued = asked.issued(day, plan, at, carried_over=self.voucher, case=found.case, collects=collects)
        return (e.VoucherRedeemed(self.voucher, issued.ticket, found.number, found.seq), issued)
