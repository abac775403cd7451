"""What more than one command asks of a voucher."""

from __future__ import annotations

from antrean.queueing.command.base import Standing
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused, Unknown
from antrean.queueing.vouchers.book import Voucher


def check_holds(day: ServiceDay, standing: Standing, voucher: int) -> Voucher:
    """Return the voucher of a line. Refuses one that was redeemed today, that there is not, and that is over."""
    if voucher in day.redeemed:
        raise Refused("voucher_redeemed", ticket=day.redeemed[voucher].ticket)
    found = standing.vouchers.vouchers.get(voucher)
    if found is None:
        raise Unknown("voucher_unknown")
    if found.is_over(day.business_day):
        raise Refused("voucher_over")
    return found
