"""What a day remembers of vouchers: which of its tickets came of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.vouchers.events import VoucherGiven, VoucherRedeemed


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A voucher of the number `number`, which the line `seq` issued on an earlier day, became the ticket `ticket`."""

    number: str
    seq: int
    ticket: str


@dataclass(kw_only=True, eq=False, repr=False)
class VouchersState:
    """The vouchers that were redeemed today, by the line that names each."""

    redeemed: dict[int, Redeemed] = field(default_factory=dict)

    def redeemed_of(self, number: str) -> list[Redeemed]:
        """Return what became today of the vouchers of a number of earlier days."""
        return [one for one in self.redeemed.values() if one.number == number]


def _given(day: VouchersState, event: VoucherGiven, entry: JournalEntry) -> None:
    """Change nothing: vouchers outlive the day."""


def _redeemed(day: VouchersState, event: VoucherRedeemed, entry: JournalEntry) -> None:
    day.redeemed[event.voucher] = Redeemed(event.unserved, event.issued, event.number)


CASES: dict[type[Event], Callable[[VouchersState, Any, JournalEntry], None]] = {
    VoucherGiven: _given,
    VoucherRedeemed: _redeemed,
}
