"""Commands for vouchers on paper: all that hold in their order, one for whoever stands there, and no more of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import OPERATOR, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.fields import GIVEN
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.events import VOUCHER
from antrean.queueing.slips.slip import CANCELLED
from antrean.queueing.vouchers.book import Voucher
from antrean.queueing.vouchers.checks import check_holds


def without_slip(day: ServiceDay) -> list[Voucher]:
    """Return the vouchers that can be redeemed and of which no slip was printed today or is to be, in their order.

    A slip that failed, that was stopped, or of which nobody knows whether it came out is none.
    """
    there = {slip.voucher for slip in day.voucher_slips if slip.open or slip.state == "printed"}
    book = day.standing.vouchers.vouchers
    return [book[line] for line in sorted(book) if line not in there and not book[line].is_over(day.business_day)]


@command("print_vouchers", gives=(e.VoucherSlipRequested,), given_by=(SUPERVISOR,), refuses=("printer_held",))
class PrintVouchers(Command):
    """Print the vouchers that can be redeemed, one slip each, in their order.

    Those that were printed today, or are to be, at whatever printer, are left out: asked twice, none comes out twice.
    Refuses a held printer.
    """

    printer: str

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return a request for each slip."""
        if self.printer in day.held_printers:
            raise Refused("printer_held")
        before, first = Counter(slip.voucher for slip in day.voucher_slips), len(day.voucher_slips) + 1
        return tuple(
            e.VoucherSlipRequested(self.printer, one.line, one.number, place, before[one.line])
            for place, one in enumerate(without_slip(day), first)
        )


@command("stop_vouchers", gives=(e.SlipFailed,), given_by=(SUPERVISOR,))
class StopVouchers(Command):
    """Don't print the vouchers that wait for a printer; one that is being sent is finished. All of them still hold."""

    printer: str

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end of each slip that waits there."""
        return tuple(
            e.SlipFailed(VOUCHER, slip.copy, CANCELLED, "none")
            for slip in day.voucher_slips
            if slip.state == "waiting" and slip.printer == self.printer
        )


@command(
    "print_voucher",
    gives=(e.VoucherSlipRequested,),
    given_by=(OPERATOR,),
    refuses=("copy_limit", "voucher_over", "voucher_redeemed", "voucher_unknown"),
)
class PrintVoucher(Command):
    """Print one voucher for whoever stands there, marked as copy where it was asked for today; nothing while it waits.

    Refuses a voucher that was redeemed or is over, and more copies in a day than the plan allows of a slip.
    """

    voucher: int
    printer: Annotated[str, GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the request for the slip, or nothing while one is to be printed."""
        found = check_holds(day, standing, self.voucher)
        before = [slip for slip in day.voucher_slips if slip.voucher == self.voucher]
        if any(slip.open for slip in before):
            return ()
        if len(before) > plan.limits.copies:
            raise Refused("copy_limit", limit=plan.limits.copies)
        place = len(day.voucher_slips) + 1
        return (e.VoucherSlipRequested(self.printer, found.line, found.number, place, len(before)),)
