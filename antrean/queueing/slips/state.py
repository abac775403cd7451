"""How counters, slips, printers and the day itself change: one case for each event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from antrean.queueing import events as e
from antrean.queueing.calls.sounds import tells_more
from antrean.queueing.clock.safe_numbers import parts, safe_last
from antrean.queueing.clock.step import shift
from antrean.queueing.events import DOUBTED
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.slips.events import TEST
from antrean.queueing.slips.slip import PrinterState, Roll, Slip
from antrean.queueing.tickets.ticket import Ticket

if TYPE_CHECKING:
    from antrean.queueing.day import ServiceDay

SlipEvent = e.SlipClaimed | e.SlipReleased | e.SlipPrinted | e.SlipFailed


def add_slip(day: ServiceDay, ticket: Ticket, copy: int, printer: str, at: datetime) -> None:
    slip = Slip(ticket.number, copy, printer, at)
    ticket.slips = (*ticket.slips, slip)
    day.open_slips[(slip.ticket, copy)] = slip


def _counter_opened(day: ServiceDay, event: e.CounterOpened, entry: JournalEntry) -> None:
    _set_counter(day, event.counter, "open", event.operator, "", entry.at)


def _counter_paused(day: ServiceDay, event: e.CounterPaused, entry: JournalEntry) -> None:
    _set_counter(day, event.counter, "paused", None, event.reason, entry.at)


def _counter_resumed(day: ServiceDay, event: e.CounterResumed, entry: JournalEntry) -> None:
    _set_counter(day, event.counter, "open", None, "", entry.at)


def _counter_closed(day: ServiceDay, event: e.CounterClosed, entry: JournalEntry) -> None:
    _set_counter(day, event.counter, "closed", "", event.reason, entry.at)
    # Whoever sits down next must not take back what somebody else did.
    day.counter_row(event.counter).undo = None


def _set_counter(day: ServiceDay, code: str, state: Any, operator: str | None, reason: str, at: datetime) -> None:
    counter = day.counter_row(code)
    counter.state, counter.reason, counter.since = state, reason, at
    if operator is not None:
        counter.operator = operator
    if state == "open" and not counter.ticket:
        counter.turn = day.seq


def _announced(day: ServiceDay, event: e.CallAnnounced, entry: JournalEntry) -> None:
    (day.beside if event.beside else day.announced).setdefault(event.call, entry.at)
    if tells_more(event.sound, day.sounded.get(event.call, "")):
        day.sounded[event.call] = event.sound


def _slip_requested(day: ServiceDay, event: e.SlipRequested, entry: JournalEntry) -> None:
    add_slip(day, day.tickets[event.ticket], event.copy, event.printer, entry.at)


def _slip_claimed(day: ServiceDay, event: e.SlipClaimed, entry: JournalEntry) -> None:
    _change_slip(day, event, state="sending", claim=event.claim, taken_at=entry.at)


def _slip_released(day: ServiceDay, event: e.SlipReleased, entry: JournalEntry) -> None:
    _change_slip(day, event, state="waiting", claim="", reason=event.reason, taken_at=None)


def _slip_printed(day: ServiceDay, event: e.SlipPrinted, entry: JournalEntry) -> None:
    how: dict[str, Any] = {"evidence": event.evidence, "fallback": event.fallback, "reason": ""}
    _change_slip(day, event, state="printed", settled_at=entry.at, **how)
    if event.printer and not event.fallback:
        roll = day.rolls.get(event.printer, Roll())
        day.rolls[event.printer] = replace(roll, mm=roll.mm + event.paper_mm, slips=roll.slips + 1)


def _slip_failed(day: ServiceDay, event: e.SlipFailed, entry: JournalEntry) -> None:
    state = "uncertain" if event.uncertain else "failed"
    _change_slip(day, event, state=state, settled_at=entry.at, reason=event.reason, evidence=event.evidence)


def _printer(day: ServiceDay, event: e.PrinterReported, entry: JournalEntry) -> None:
    known = day.printers.get(event.printer)
    address = event.address, event.fallback, event.fallback_address
    if known is not None and event.state == "agent_away":
        # An agent that is gone says no more where its printers hang.
        address = known.address, known.fallback, known.fallback_address
    since = known.since if known is not None and known.state == event.state else entry.at
    day.printers[event.printer] = PrinterState(event.printer, event.state, event.detail, since, *address)


def _test_slip(day: ServiceDay, event: e.TestSlipRequested, entry: JournalEntry) -> None:
    slip = Slip(TEST, event.test, event.printer, entry.at)
    day.test_slips = (*day.test_slips, slip)
    day.open_slips[(TEST, event.test)] = slip


def _printer_held(day: ServiceDay, event: e.PrinterHeld, entry: JournalEntry) -> None:
    day.held_printers[event.printer] = entry.at


def _printer_released(day: ServiceDay, event: e.PrinterReleased, entry: JournalEntry) -> None:
    day.held_printers.pop(event.printer, None)


def _roll_changed(day: ServiceDay, event: e.RollChanged, entry: JournalEntry) -> None:
    day.rolls[event.printer] = Roll(changed_at=entry.at)


def _plan_changed(day: ServiceDay, event: e.PlanChanged, entry: JournalEntry) -> None:
    """Nothing of the day depends on the plan; those who hold a plan read it again."""


def _security(day: ServiceDay, event: e.SecurityNoted, entry: JournalEntry) -> None:
    """Nothing of the day depends on who signed in."""


def _day_closed(day: ServiceDay, event: e.DayClosed, entry: JournalEntry) -> None:
    day.closed = True


def _clock_set(day: ServiceDay, event: e.ClockSet, entry: JournalEntry) -> None:
    day.doubted = entry.seq if event.how == DOUBTED else day.doubted if event.stays_on else 0
    if not event.from_day:
        shift(day, timedelta(seconds=event.seconds), datetime.fromisoformat(event.after) if event.after else None)
    for series, number in (event.floors or {}).items():
        day.last_number[series] = max(day.last_number.get(series, 0), number)
        _may_be_on_paper(day, series, number)


def _restored(day: ServiceDay, event: e.JournalRestored, entry: JournalEntry) -> None:
    told, printed = event.on_paper or {}, event.printed or {}
    for series in {*day.last_number, *told, *printed}:
        last = max(day.last_of(series), printed.get(series, 0))
        day.last_number[series] = max(last, told[series]) if series in told else safe_last(last)
        _may_be_on_paper(day, series, day.last_number[series])
    # A series that has no number here may have given some all the same.
    day.unseen_last = safe_last(day.unseen_last)
    day.restored, day.lost_from, day.lost_until = entry.seq, event.lost_from, event.lost_until
    for slip in list(day.open_slips.values()):
        _put_slip(day, replace(slip, doubtful=True))


def _sealed(day: ServiceDay, event: e.JournalSealed, entry: JournalEntry) -> None:
    day.sealed = max(day.sealed, event.last)


def _found(day: ServiceDay, event: e.LostNumbersFound, entry: JournalEntry) -> None:
    numbers = event.numbers.split()
    day.lost_numbers = (*day.lost_numbers, *numbers)
    for series, number in map(parts, numbers):
        # Paper that came further than anybody thought keeps its numbers.
        day.last_number[series] = max(day.last_of(series), number)
        _may_be_on_paper(day, series, number)


def _may_be_on_paper(day: ServiceDay, series: str, number: int) -> None:
    day.on_paper[series] = max(day.on_paper.get(series, 0), number)


def _change_slip(day: ServiceDay, event: SlipEvent, **changes: Any) -> None:
    """Put a changed slip in the place of the one that the event names."""
    _put_slip(day, replace(next(slip for slip in day.slips_of(event.ticket) if slip.copy == event.copy), **changes))


def _put_slip(day: ServiceDay, slip: Slip) -> None:
    """Put a slip in the place of the one that it was, and note whether it is still open."""
    key = (slip.ticket, slip.copy)
    slips = tuple(slip if one.copy == slip.copy else one for one in day.slips_of(slip.ticket))
    if slip.ticket == TEST:
        day.test_slips = slips
    else:
        day.tickets[slip.ticket].slips = slips
    if slip.open:
        day.open_slips[key] = slip
    else:
        day.open_slips.pop(key, None)


CASES: dict[type[e.Event], Callable[[ServiceDay, Any, JournalEntry], None]] = {
    e.CounterOpened: _counter_opened,
    e.CounterPaused: _counter_paused,
    e.CounterResumed: _counter_resumed,
    e.CounterClosed: _counter_closed,
    e.CallAnnounced: _announced,
    e.SlipRequested: _slip_requested,
    e.SlipClaimed: _slip_claimed,
    e.SlipReleased: _slip_released,
    e.SlipPrinted: _slip_printed,
    e.SlipFailed: _slip_failed,
    e.PrinterReported: _printer,
    e.TestSlipRequested: _test_slip,
    e.PrinterHeld: _printer_held,
    e.PrinterReleased: _printer_released,
    e.RollChanged: _roll_changed,
    e.PlanChanged: _plan_changed,
    e.SecurityNoted: _security,
    e.DayClosed: _day_closed,
    e.ClockSet: _clock_set,
    e.JournalRestored: _restored,
    e.JournalSealed: _sealed,
    e.LostNumbersFound: _found,
}
