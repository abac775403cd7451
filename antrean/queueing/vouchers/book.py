"""The vouchers that can still be redeemed. They outlive the day, and hold only a number, services and persons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from antrean.queueing.archive.events import JournalSealed
from antrean.queueing.closing.events import DayReopened
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.vouchers.events import VoucherGiven, VoucherRedeemed


@dataclass(frozen=True, slots=True)
class Voucher:
    """The place of a ticket that was not served. `line` names it: those of earlier lines go first.

    `number` and `seq`, the line that issued it, `case` and `collects` are the ticket's: its link and its code are those
    of the voucher. `day` is the business day whose close gave it.
    """

    line: int
    number: str
    seq: int
    service: str
    persons: int
    priority: bool
    then: str
    day: date
    valid_from: date
    valid_until: date
    case: str = ""
    collects: str = ""

    def is_over(self, day: date) -> bool:
        """Whether it can't be redeemed any more on this business day."""
        return day > self.valid_until


@dataclass(frozen=True, slots=True)
class Book:
    """The vouchers of an office by their lines, in this order. Nothing changes one."""

    vouchers: Mapping[int, Voucher] = field(default_factory=dict)

    def of(self, number: str) -> list[Voucher]:
        """Return the vouchers of a number; several days may have given it."""
        return [one for one in self.vouchers.values() if one.number == number]

    def given_on(self, day: date) -> list[Voucher]:
        """Return those that the close of a business day gave, and that nobody has redeemed yet."""
        return [one for one in self.vouchers.values() if one.day == day]

    def valid_on(self, day: date) -> Iterator[Voucher]:
        """Yield those that can be redeemed on a business day."""
        return (one for one in self.vouchers.values() if one.valid_from <= day <= one.valid_until)

    def without_over(self, day: date) -> Book:
        """Return the book without the vouchers that can't be redeemed any more on a business day."""
        return Book({line: one for line, one in self.vouchers.items() if not one.is_over(day)})


def _given(book: Book, event: VoucherGiven, entry: JournalEntry) -> Book:
    made = Voucher(
        entry.seq, event.ticket, event.issued, event.service, event.persons, event.priority, event.then,
        entry.business_day, date.fromisoformat(event.valid_from), date.fromisoformat(event.valid_until),
        event.case, event.collects,
    )  # fmt: skip
    # Where the clock was wrong, those of this close may be for an earlier date, which is the true one.
    kept = {line: one for line, one in book.vouchers.items() if one.day == made.day or not one.is_over(made.day)}
    return Book({**kept, made.line: made})


def _redeemed(book: Book, event: VoucherRedeemed, entry: JournalEntry) -> Book:
    return Book({line: one for line, one in book.vouchers.items() if line != event.voucher})


def _reopened(book: Book, event: DayReopened, entry: JournalEntry) -> Book:
    """Take back what the close gave: its tickets wait again."""
    return Book({line: one for line, one in book.vouchers.items() if one.day != entry.business_day})


def _sealed(book: Book, event: JournalSealed, entry: JournalEntry) -> Book:
    return book.without_over(entry.business_day)


CASES: dict[type[Event], Callable[[Book, Any, JournalEntry], Book]] = {
    VoucherGiven: _given,
    VoucherRedeemed: _redeemed,
    DayReopened: _reopened,
    JournalSealed: _sealed,
}


def as_data(book: Book) -> list[Any]:
    """Return a book as JSON values: a short list for each voucher, as there may be hundreds."""
    return [
        [
            one.line, one.number, one.seq, one.service, one.persons, one.priority, one.then,
            one.day.isoformat(), one.valid_from.isoformat(), one.valid_until.isoformat(), one.case, one.collects,
        ]
        for one in book.vouchers.values()
    ]  # fmt: skip


def from_data(data: list[Any]) -> Book:
    """Return the book that `as_data` gave. Raises LookupError, TypeError, ValueError or AttributeError for others."""
    return Book({voucher.line: voucher for voucher in map(_voucher, data)})


def _voucher(data: list[Any]) -> Voucher:
    line, number, seq, service, persons, priority, then, *rest = data
    day, valid_from, valid_until = map(date.fromisoformat, rest[:3])
    codes = map(str, rest[3:5])  # none in the lists of an earlier form
    return Voucher(
        int(line), str(number), int(seq), str(service), int(persons), bool(priority), str(then),
        day, valid_from, valid_until, *codes,
    )  # fmt: skip
