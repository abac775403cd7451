"""The ledger of stock: what came in, was used, spoiled and corrected of each item, and the newest entries by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.stock import events as e

RECEIVED, COUNTED, SPOILED = "received", "counted", "spoiled"
# Days with use that are remembered of an item, to say how long it lasts; entries that can still be taken back.
MOST_DAYS, MOST_ENTRIES = 28, 20


@dataclass(frozen=True, slots=True)
class ItemStock:
    """One item since it was first kept count of: `received`, `used` and `spoiled`, and what counts `corrected`.

    `days` are the newest business days with use, oldest first, each with how many were used on it.
    """

    received: int = 0
    used: int = 0
    spoiled: int = 0
    corrected: int = 0
    days: tuple[tuple[str, int], ...] = ()

    @property
    def on_hand(self) -> int:
        """How many are there; below 0 when more were used than came in, so that somebody has to count."""
        return self.received - self.used - self.spoiled + self.corrected

    def use(self, day: str, count: int) -> ItemStock:
        """Return it after so many more were used on a business day; fewer, with a count below 0."""
        by_day = dict(self.days)
        by_day[day] = by_day.get(day, 0) + count
        days = tuple(sorted(one for one in by_day.items() if one[1] > 0)[-MOST_DAYS:])
        return replace(self, used=self.used + count, days=days)


@dataclass(frozen=True, slots=True)
class HandEntry:
    """An entry made by hand that can be taken back: its line, what it was, and what it made of the stock."""

    seq: int
    item: str
    what: str
    change: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The stock of an office, by item code, and its newest entries by hand, oldest first. Nothing changes one."""

    items: Mapping[str, ItemStock] = field(default_factory=dict)
    entries: tuple[HandEntry, ...] = ()

    def on_hand(self, item: str) -> int | None:
        """Return how many are there; None of an item that nobody has kept count of yet."""
        found = self.items.get(item)
        return found.on_hand if found is not None else None

    def entry(self, seq: int) -> HandEntry | None:
        """Return the entry of a line that can still be taken back."""
        return next((one for one in self.entries if one.seq == seq), None)

    def with_item(self, code: str, **changes: int) -> Ledger:
        """Return the ledger with so many more of what an item's fields count."""
        before = self.items.get(code, ItemStock())
        after = replace(before, **{name: getattr(before, name) + more for name, more in changes.items()})
        return replace(self, items={**self.items, code: after})

    def with_entry(self, entry: HandEntry) -> Ledger:
        """Return the ledger with an entry made by hand."""
        return replace(self, entries=(*self.entries, entry)[-MOST_ENTRIES:])


def _received(ledger: Ledger, event: e.StockReceived, line: JournalEntry) -> Ledger:
    made = HandEntry(line.seq, event.item, RECEIVED, event.count)
    return ledger.with_item(event.item, received=event.count).with_entry(made)


def _counted(ledger: Ledger, event: e.StockCounted, line: JournalEntry) -> Ledger:
    made = HandEntry(line.seq, event.item, COUNTED, event.change)
    return ledger.with_item(event.item, corrected=event.change).with_entry(made)


def _spoiled(ledger: Ledger, event: e.StockSpoiled, line: JournalEntry) -> Ledger:
    made = HandEntry(line.seq, event.item, SPOILED, -event.count)
    return ledger.with_item(event.item, spoiled=event.count).with_entry(made)


def _taken_back(ledger: Ledger, event: e.StockTakenBack, line: JournalEntry) -> Ledger:
    field_of = {RECEIVED: "received", COUNTED: "corrected", SPOILED: "spoiled"}[event.what]
    change = -event.change if event.what == SPOILED else event.change
    rest = tuple(one for one in ledger.entries if one.seq != event.entry)
    after = replace(ledger.with_item(event.item, **{field_of: change}), entries=rest)
    if after.items[event.item] == ItemStock() and all(one.item != event.item for one in rest):
        # The first entry was the mistake: nobody keeps count of this item, so nothing may stop for the want of it.
        items = {code: item for code, item in after.items.items() if code != event.item}
        after = replace(after, items=items)
    return after


def _used(ledger: Ledger, event: e.StockUsed | e.StockReturned, line: JournalEntry) -> Ledger:
    sign = -1 if isinstance(event, e.StockReturned) else 1
    items = dict(ledger.items)
    for code, count in event.items.items():
        items[code] = items.get(code, ItemStock()).use(line.business_day.isoformat(), sign * count)
    return replace(ledger, items=items)


CASES: dict[type[Event], Callable[[Ledger, Any, JournalEntry], Ledger]] = {
    e.StockReceived: _received,
    e.StockCounted: _counted,
    e.StockSpoiled: _spoiled,
    e.StockTakenBack: _taken_back,
    e.StockUsed: _used,
    e.StockReturned: _used,
}


def as_data(ledger: Ledger) -> dict[str, Any]:
    """Return a ledger as JSON values."""
    items = {
        code: {
            "received": item.received,
            "used": item.used,
            "spoiled": item.spoiled,
            "corrected": item.corrected,
            "days": [list(day) for day in item.days],
        }
        for code, item in sorted(ledger.items.items())
    }
    return {"items": items, "entries": [[one.seq, one.item, one.what, one.change] for one in ledger.entries]}


def from_data(data: Mapping[str, Any]) -> Ledger:
    """Return the ledger that `as_data` gave. Raises LookupError, TypeError, ValueError or AttributeError for others."""
    items = {
        str(code): ItemStock(
            int(item["received"]),
            int(item["used"]),
            int(item["spoiled"]),
            int(item["corrected"]),
            tuple((str(day), int(count)) for day, count in item["days"]),
        )
        for code, item in data["items"].items()
    }
    entries = (HandEntry(int(seq), str(item), str(what), int(change)) for seq, item, what, change in data["entries"])
    return Ledger(items, tuple(entries))
