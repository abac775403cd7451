"""Commands about stock: what came in, what somebody counted, what can't be used any more, and a mistake taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import SUPERVISOR, Command, Standing, command
from antrean.queueing.command.checks import NOTE
from antrean.queueing.command.fields import Text, Whole
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, Refused, Unknown
from antrean.queueing.plan.model import OfficePlan

MOST = 1_000_000
ITEM, COUNT, COUNTED = Text(40), Whole(1, MOST, code="stock_count_out_of_range"), Whole(0, MOST)


@command("receive_stock", gives=(e.StockReceived,), given_by=(SUPERVISOR,), refuses=("stock_unknown",))
class ReceiveStock(Command):
    """So many of an item came in; from then on count is kept of it. `note` says from whom, or under which paper."""

    item: Annotated[str, ITEM]
    count: Annotated[int, COUNT]
    note: Annotated[str, NOTE] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the receipt."""
        plan.stock_item(self.item)
        return (e.StockReceived(self.item, self.count, self.note.strip()),)


@command(
    "count_stock",
    gives=(e.StockCounted,),
    given_by=(SUPERVISOR,),
    refuses=("stock_reason_missing", "stock_unknown"),
)
class CountStock(Command):
    """Somebody counted an item: so many are there, whatever the ledger says; from then on count is kept of it.

    Refuses another number than the ledger has without a `reason`: no difference goes by in silence.
    """

    item: Annotated[str, ITEM]
    count: Annotated[int, COUNTED]
    reason: Annotated[str, NOTE] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the count."""
        plan.stock_item(self.item)
        before = standing.stock.on_hand(self.item)
        reason = self.reason.strip()
        if before is not None and before != self.count and not reason:
            raise Invalid("stock_reason_missing")
        return (e.StockCounted(self.item, self.count, self.count - (before or 0), reason),)


@command(
    "spoil_stock",
    gives=(e.StockSpoiled,),
    given_by=(SUPERVISOR,),
    refuses=("stock_not_there", "stock_reason_missing", "stock_unknown"),
)
class SpoilStock(Command):
    """So many of an item can't be used any more, or are gone, for a `reason`. Refuses more of them than are there."""

    item: Annotated[str, ITEM]
    count: Annotated[int, COUNT]
    reason: Annotated[str, NOTE]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the loss."""
        plan.stock_item(self.item)
        if not self.reason.strip():
            raise Invalid("stock_reason_missing")
        check_there(standing, self.item, self.count)
        return (e.StockSpoiled(self.item, self.count, self.reason.strip()),)


@command(
    "take_back_stock",
    gives=(e.StockTakenBack,),
    given_by=(SUPERVISOR,),
    refuses=("stock_entry_unknown", "stock_not_there"),
)
class TakeBackStock(Command):
    """Take back an entry made by hand, by the seq of its line: it was a mistake. Both stay in the journal.

    Where nothing else was ever said of the item, nobody keeps count of it any more, as before the entry.
    Refuses an entry that was taken back before or is none of the newest ones, and to take back more than is there.
    """

    entry: int

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the counter-entry."""
        found = standing.stock.entry(self.entry)
        if found is None:
            raise Unknown("stock_entry_unknown")
        if found.change > 0:
            check_there(standing, found.item, found.change)
        return (e.StockTakenBack(found.item, found.seq, found.what, -found.change),)


def check_there(standing: Standing, item: str, count: int) -> None:
    """Refuse to take away more of an item than the ledger says is there."""
    there = max(standing.stock.on_hand(item) or 0, 0)
    if count > there:
        raise Refused("stock_not_there", count=there)
