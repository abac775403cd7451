"""How the log of calls changes: one case for each call, each call taken back, and what displays say of one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from antrean.queueing.calls.call import Call
from antrean.queueing.calls.events import CallAnnounced
from antrean.queueing.calls.sounds import tells_more
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.tickets.events import CommandUndone, TicketCalled, TicketRecalled
from antrean.queueing.tickets.state import TicketsState


@dataclass(kw_only=True, eq=False, repr=False)
class CallsState(TicketsState):
    """The calls of a day; its cases run before those of the tickets."""

    calls: list[Call] = field(default_factory=list)
    announced: dict[int, datetime] = field(default_factory=dict)  # when a display first had drawn a call, by its seq
    beside: dict[int, datetime] = field(default_factory=dict)  # when the screen beside its counter first had drawn it
    sounded: dict[int, str] = field(default_factory=dict)  # the word on its sound that tells most, by its seq
    priority_streak: int = 0

    def call(self, seq: int) -> Call | None:
        """Return the call that the journal's line with this seq made, None when it made none."""
        index = bisect_left(self.calls, seq, key=lambda call: call.seq)
        return self.calls[index] if index < len(self.calls) and self.calls[index].seq == seq else None


def _called(day: CallsState, event: TicketCalled, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    day.priority_streak = day.priority_streak + 1 if ticket.goes_ahead else 0
    day.calls.append(
        Call(
            entry.seq, ticket.number, event.counter, ticket.service, entry.at,
            rule=event.rule, facts=event.facts, priority=ticket.goes_ahead,
        )
    )  # fmt: skip


def _recalled(day: CallsState, event: TicketRecalled, entry: JournalEntry) -> None:
    ticket = day.tickets[event.ticket]
    first = day.call(ticket.call)
    rule, facts = ("", None) if first is None else (first.rule, first.facts)
    day.calls.append(Call(entry.seq, ticket.number, ticket.counter, ticket.service, entry.at, True, rule, facts))


def _undone(day: CallsState, event: CommandUndone, entry: JournalEntry) -> None:
    """Mark a call that is taken back, and count the priority calls in a row again: others called meanwhile."""
    if event.undone != "call":
        return
    for at in reversed(range(len(day.calls))):
        if day.calls[at].number == event.ticket and not day.calls[at].recall:
            day.calls[at] = replace(day.calls[at], undone=True)
            break
    counted = (call for call in reversed(day.calls) if not call.recall and not call.undone)
    day.priority_streak = sum(1 for _ in takewhile(lambda call: call.priority, counted))


def _announced(day: CallsState, event: CallAnnounced, entry: JournalEntry) -> None:
    (day.beside if event.beside else day.announced).setdefault(event.call, entry.at)
    if tells_more(event.sound, day.sounded.get(event.call, "")):
        day.sounded[event.call] = event.sound


CASES: dict[type[Event], Callable[[CallsState, Any, JournalEntry], None]] = {
    TicketCalled: _called,
    TicketRecalled: _recalled,
    CommandUndone: _undone,
    CallAnnounced: _announced,
}
