"""Numbers that were not served and can be taken up, and how many of them are on paper: what Today shows of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from antrean.queueing.day import ServiceDay
from antrean.queueing.slips.vouchers import without_slip
from printer_profiles import Profile

WIDE_DOTS = 500  # what paper of 80 mm prints; of 58 mm it is 384
VOUCHER_MM, VOUCHER_MM_NARROW = (
    80,
    125,
)  # a usual slip of a voucher, as tests/web/text/test_voucher_slips.py measures it


@dataclass(frozen=True, slots=True)
class PrinterOfVouchers:
    """A printer: `waiting` counts the slips of vouchers that are to come out of it, `metres` is what all others took.

    `roll` is what a full roll has, in metres.
    """

    id: str
    name: str
    waiting: int
    metres: int
    roll: int
    held: bool


@dataclass(frozen=True, slots=True)
class VouchersNow:
    """`held` counts the vouchers that can be redeemed; `left` those without a slip of today, `waiting` those to come.

    `printed` counts those of which a slip came out today.
    """

    held: int
    left: int
    waiting: int
    printed: int
    printers: tuple[PrinterOfVouchers, ...]


def vouchers_now(
    day: ServiceDay, printers: Sequence[tuple[str, str]], profile_of: Callable[[str], Profile]
) -> VouchersNow | None:
    """Return what there is to print; None without vouchers, and in an office without printers (id, name)."""
    book = day.standing.vouchers.vouchers
    held = {line for line, one in book.items() if not one.is_over(day.business_day)}
    if not held or not printers:
        return None
    left = len(without_slip(day))
    waiting = Counter(slip.printer for slip in day.voucher_slips if slip.open)
    printed = {slip.voucher for slip in day.voucher_slips if slip.state == "printed"}
    return VouchersNow(
        held=len(held),
        left=left,
        waiting=waiting.total(),
        printed=len(printed & held),
        printers=tuple(
            PrinterOfVouchers(id, name, waiting[id], metres(left, profile_of(id)), profile_of(id).media.roll_m,
                              id in day.held_printers)
            for id, name in printers
        ),
    )  # fmt: skip


def metres(slips: int, profile: Profile) -> int:
    """Return about how many metres of paper so many slips of vouchers take, rounded up."""
    one = VOUCHER_MM if profile.media.printable_dots >= WIDE_DOTS else VOUCHER_MM_NARROW
    return ceil(slips * one / 1000)
