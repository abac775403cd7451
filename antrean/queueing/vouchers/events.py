"""What can happen to a voucher: the place of a visitor who still waited when the day was closed."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("voucher.given")
@dataclass(frozen=True, slots=True)
class VoucherGiven(Event):
    """A ticket that waited at the close keeps its place for another day. Its line names the voucher, and orders them.

    `issued` is the line that issued the ticket. It can be redeemed on business days from `valid_from` to `valid_until`,
    both included, as ISO dates. `then` is the second service of the visit, empty for none. `case` and `collects` are
    the codes of the ticket.
    """

    ticket: str
    issued: int
    service: str
    persons: int = 1
    priority: bool = False
    then: str = ""
    valid_from: str = ""
    valid_until: str = ""
    case: str = ""
    collects: str = ""


@event("voucher.redeemed")
@dataclass(frozen=True, slots=True)
class VoucherRedeemed(Event):
    """The voucher of the line `voucher` became a ticket with this new `number`, which is issued in the same commit.

    `unserved` is the number of the earlier day, and `issued` the line that issued it.
    """

    voucher: int
    number: str
    unserved: str
    issued: int
