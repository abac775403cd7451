"""What can happen to stock. `item` is the code of an item of the plan; counts are in the item's unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("stock.received")
@dataclass(frozen=True, slots=True)
class StockReceived(Event):
    """So many came in; `note` says from whom, or under which paper. An item is kept count of from its first line on."""

    item: str
    count: int
    note: str = ""


@event("stock.counted")
@dataclass(frozen=True, slots=True)
class StockCounted(Event):
    """Somebody counted what is there: `change` more, or fewer, than the ledger said; `reason` says why."""

    item: str
    counted: int
    change: int = 0
    reason: str = ""


@event("stock.spoiled")
@dataclass(frozen=True, slots=True)
class StockSpoiled(Event):
    """So many can't be used any more, or are gone; `reason` says why."""

    item: str
    count: int
    reason: str = ""


@event("stock.used")
@dataclass(frozen=True, slots=True)
class StockUsed(Event):
    """A visitor's service used so many of these items. It stands right before what finished, in the same commit."""

    ticket: str
    service: str
    items: Mapping[str, int]


@event("stock.returned")
@dataclass(frozen=True, slots=True)
class StockReturned(Event):
    """What a service had used is there again: that it was finished was taken back, which follows in the same commit."""

    ticket: str
    items: Mapping[str, int]


@event("stock.taken_back")
@dataclass(frozen=True, slots=True)
class StockTakenBack(Event):
    """An entry made by hand was a mistake: the line `entry` counts no longer.

    `what` says which kind of entry that was (received, counted, spoiled), and `change` what this makes of the stock.
    """

    item: str
    entry: int
    what: str
    change: int
