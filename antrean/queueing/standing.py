"""What outlives the day and is decided on: folded beside the day, and kept with its seq in the journal's own commits.

Nothing changes a `Standing`: each line of its kinds makes a new one, so what was held before a command at fault, or a
commit that failed, is still there as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from antrean.queueing.cases import book as case_book
from antrean.queueing.cases.book import CaseBook
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.ownership.events import OfficeMadeMine
from antrean.queueing.stock import ledger
from antrean.queueing.stock.ledger import Ledger
from antrean.queueing.vouchers import book
from antrean.queueing.vouchers.book import Book

EMPTY, NO_VOUCHERS, NO_CASES = Ledger(), Book(), CaseBook()
FORM = 3  # of what is kept: one that is not read is folded anew
# In the first form there are no vouchers, in the second no cases; seals of earlier releases have them for ever.
READ = (1, 2, FORM)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands after the line `seq`, the last that changed it: the ledger of stock, the vouchers, and the cases."""

    seq: int = 0
    stock: Ledger = EMPTY
    vouchers: Book = NO_VOUCHERS
    cases: CaseBook = NO_CASES

    def after(self, entry: JournalEntry) -> Standing:
        """Return what stands after a line; itself after one that it holds already, or of which it knows nothing."""
        kind = type(entry.event)
        if kind not in KINDS or entry.seq <= self.seq:
            return self
        if kind is OfficeMadeMine:
            return Standing(entry.seq)
        if kind in book.CASES:
            vouchers = book.CASES[kind](self.vouchers, entry.event, entry)
            return replace(self, seq=entry.seq, vouchers=vouchers) if vouchers != self.vouchers else self
        if kind in case_book.CASES:
            cases = case_book.CASES[kind](self.cases, entry.event, entry)
            return replace(self, seq=entry.seq, cases=cases) if cases is not self.cases else self
        return replace(self, seq=entry.seq, stock=ledger.CASES[kind](self.stock, entry.event, entry))

    def without_over(self, day: date) -> Standing:
        """Return it without what can't matter any more on a business day."""
        return replace(self, vouchers=self.vouchers.without_over(day))


NOTHING = Standing()
# The events that change it. With an office of one's own everything of the sample is forgotten.
KINDS: frozenset[type[Event]] = frozenset({*ledger.CASES, *book.CASES, *case_book.CASES, OfficeMadeMine})


def as_data(standing: Standing, *, with_cases: bool = True) -> dict[str, Any]:
    """Return it as JSON values; without the cases where these are kept one by one."""
    cases = case_book.packed(standing.cases.cases.values()) if with_cases and standing.cases.cases else ""
    return {
        "form": FORM,
        "seq": standing.seq,
        "stock": ledger.as_data(standing.stock),
        "vouchers": book.as_data(standing.vouchers),
        "cases": {**case_book.figures_as_data(standing.cases), "cases": cases},
    }


def from_data(data: Mapping[str, Any], cases: Iterable[Any] = ()) -> Standing:
    """Return what `as_data` gave, and with it `cases` that are kept one by one.

    Raises LookupError, TypeError, ValueError or AttributeError for anything else.
    """
    if data["form"] not in READ:
        raise ValueError(f"what stands is kept in the form {data['form']}")
    vouchers = book.from_data(data["vouchers"] if data["form"] > 1 else [])
    kept = NO_CASES
    if data["form"] == FORM:
        together = case_book.unpacked(data["cases"]["cases"]) if data["cases"]["cases"] else []
        kept = case_book.from_data(data["cases"], (*together, *cases))
    return Standing(int(data["seq"]), ledger.from_data(data["stock"]), vouchers, kept)
