"""How slips and printers change: one case for each event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from antrean.queueing.archive.events import JournalRestored
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.slips import events as e
from antrean.queueing.slips.events import LIST, TEST, VOUCHER
from antrean.queueing.slips.slip import PrinterState, Roll, Slip
from antrean.queueing.tickets.events import TicketIssued
from antrean.queueing.tickets.state import TicketsState

SlipEvent = e.SlipClaimed | e.SlipReleased | e.SlipPrinted | e.SlipFailed


@dataclass(kw_only=True, eq=False, repr=False)
class SlipsState(TicketsState):
    """The slips and printers of a day; its cases run after those of the tickets, which hold their slips."""

    open_slips: dict[tuple[str, int], Slip] = field(default_factory=dict)
    test_slips: tuple[Slip, ...] = ()
    list_slips: tuple[Slip, ...] = ()
    voucher_slips: tuple[Slip, ...] = ()
    printers: dict[str, PrinterState] = field(default_factory=dict)
    held_printers: dict[str, datetime] = field(default_factory=dict)
    rolls: dict[str, Roll] = field(default_factory=dict)

    def slips_of(self, number: str) -> tuple[Slip, ...]:
        """Return the slips of a ticket, oldest first; of an unknown number, none.

        Of `TEST`, `LIST` and `VOUCHER` they are the day's test slips, lists and papers of vouchers.
        """
        if number == TEST:
            return self.test_slips
        if number == LIST:
            return self.list_slips
        if number == VOUCHER:
            return self.voucher_slips
        ticket = self.tickets.get(number)
        return ticket.slips if ticket is not None else ()


def _slip_requested(day: SlipsState, event: e.SlipRequested, entry: JournalEntry) -> None:
    _add_slip(day, event.ticket, event.copy, event.printer, entry.at)


def _slip_claimed(day: SlipsState, event: e.SlipClaimed, entry: JournalEntry) -> None:
    _change_slip(day, event, state="sending", claim=event.claim, taken_at=entry.at)


def _slip_released(day: SlipsState, event: e.SlipReleased, entry: JournalEntry) -> None:
    _change_slip(day, event, state="waiting", claim="", reason=event.reason, taken_at=None)


def _slip_printed(day: SlipsState, event: e.SlipPrinted, entry: JournalEntry) -> None:
    how: dict[str, Any] = {"evidence": event.evidence, "fallback": event.fallback, "reason": ""}
    _change_slip(day, event, state="printed", settled_at=entry.at, **how)
    if event.printer and not event.fallback:
        roll = day.rolls.get(event.printer, Roll())
        day.rolls[event.printer] = replace(roll, mm=roll.mm + event.paper_mm, slips=roll.slips + 1)


def _slip_failed(day: SlipsState, event: e.SlipFailed, entry: JournalEntry) -> None:
    state = "uncertain" if event.uncertain else "failed"
    _change_slip(day, event, state=state, settled_at=entry.at, reason=event.reason, evidence=event.evidence)


def _printer(day: SlipsState, event: e.PrinterReported, entry: JournalEntry) -> None:
    known = day.printers.get(event.printer)
    address = event.address, event.fallback, event.fallback_address
    if known is not None and event.state == "agent_away":
        # An agent that is gone says no more where its printers hang.
        address = known.address, known.fallback, known.fallback_address
    since = known.since if known is not None and known.state == event.state else entry.at
    day.printers[event.printer] = PrinterState(event.printer, event.state, event.detail, since, *address)


def _test_slip(day: SlipsState, event: e.TestSlipRequested, entry: JournalEntry) -> None:
    slip = Slip(TEST, event.test, event.printer, entry.at)
    day.test_slips = (*day.test_slips, slip)
    day.open_slips[(TEST, event.test)] = slip


def _list(day: SlipsState, event: e.ListRequested, entry: JournalEntry) -> None:
    more: dict[str, Any] = {"number": event.number, "papers": event.missing, "about": event.about}
    slip = Slip(LIST, event.list, event.printer, entry.at, service=event.service, language=event.language, **more)
    day.list_slips = (*day.list_slips, slip)
    day.open_slips[(LIST, event.list)] = slip


def _voucher(day: SlipsState, event: e.VoucherSlipRequested, entry: JournalEntry) -> None:
    of: dict[str, Any] = {"number": event.number, "voucher": event.voucher, "again": event.again}
    slip = Slip(VOUCHER, event.slip, event.printer, entry.at, **of)
    day.voucher_slips = (*day.voucher_slips, slip)
    day.open_slips[(VOUCHER, event.slip)] = slip


def _printer_held(day: SlipsState, event: e.PrinterHeld, entry: JournalEntry) -> None:
    day.held_printers[event.printer] = entry.at


def _printer_released(day: SlipsState, event: e.PrinterReleased, entry: JournalEntry) -> None:
    day.held_printers.pop(event.printer, None)


def _roll_changed(day: SlipsState, event: e.RollChanged, entry: JournalEntry) -> None:
    day.rolls[event.printer] = Roll(changed_at=entry.at)


def _ticket_issued(day: SlipsState, event: TicketIssued, entry: JournalEntry) -> None:
    if event.printer:
        _add_slip(day, event.ticket, 0, event.printer, entry.at)


def _restored(day: SlipsState, event: JournalRestored, entry: JournalEntry) -> None:
    for slip in list(day.open_slips.values()):
        _put_slip(day, replace(slip, doubtful=True))


def _add_slip(day: SlipsState, number: str, copy: int, printer: str, at: datetime) -> None:
    slip, ticket = Slip(number, copy, printer, at), day.tickets[number]
    ticket.slips = (*ticket.slips, slip)
    day.open_slips[(number, copy)] = slip


def _change_slip(day: SlipsState, event: SlipEvent, **changes: Any) -> None:
    """Put a changed slip in the place of the one that the event names."""
    _put_slip(day, replace(next(slip for slip in day.slips_of(event.ticket) if slip.copy == event.copy), **changes))


def _put_slip(day: SlipsState, slip: Slip) -> None:
    """Put a slip in the place of the one that it was, and note whether it is still open."""
    key = (slip.ticket, slip.copy)
    slips = tuple(slip if one.copy == slip.copy else one for one in day.slips_of(slip.ticket))
    if slip.ticket == TEST:
        day.test_slips = slips
    elif slip.ticket == LIST:
        day.list_slips = slips
    elif slip.ticket == VOUCHER:
        day.voucher_slips = slips
    else:
        day.tickets[slip.ticket].slips = slips
    if slip.open:
        day.open_slips[key] = slip
    else:
        day.open_slips.pop(key, None)


CASES: dict[type[Event], Callable[[SlipsState, Any, JournalEntry], None]] = {
    TicketIssued: _ticket_issued,
    e.SlipRequested: _slip_requested,
    e.SlipClaimed: _slip_claimed,
    e.SlipReleased: _slip_released,
    e.SlipPrinted: _slip_printed,
    e.SlipFailed: _slip_failed,
    e.PrinterReported: _printer,
    e.TestSlipRequested: _test_slip,
    e.ListRequested: _list,
    e.VoucherSlipRequested: _voucher,
    e.PrinterHeld: _printer_held,
    e.PrinterReleased: _printer_released,
    e.RollChanged: _roll_changed,
    JournalRestored: _restored,
}
