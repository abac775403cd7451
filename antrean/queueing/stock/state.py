"""What a day remembers of stock: what the service of each of its tickets used, as long as that can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.stock import events as e
from antrean.queueing.tickets.events import TicketStarted


@dataclass(kw_only=True, eq=False, repr=False)
class StockState:
    """What the last finished service of a ticket used, by its number, until the ticket is served again."""

    stock_used: dict[str, Mapping[str, int]] = field(default_factory=dict)


def _used(day: StockState, event: e.StockUsed, entry: JournalEntry) -> None:
    day.stock_used[event.ticket] = event.items


def _served_anew(day: StockState, event: e.StockReturned | TicketStarted, entry: JournalEntry) -> None:
    day.stock_used.pop(event.ticket, None)


def _none_of_the_day(day: StockState, event: Event, entry: JournalEntry) -> None:
    """Change nothing: the ledger outlives the day."""


CASES: dict[type[Event], Callable[[StockState, Any, JournalEntry], None]] = {
    e.StockUsed: _used,
    e.StockReturned: _served_anew,
    TicketStarted: _served_anew,
    e.StockReceived: _none_of_the_day,
    e.StockCounted: _none_of_the_day,
    e.StockSpoiled: _none_of_the_day,
    e.StockTakenBack: _none_of_the_day,
}
