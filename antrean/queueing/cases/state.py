"""What a day remembers of cases: which codes it gave, what the end of a visit did to some, and who asked for which."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from antrean.queueing.cases import events as e
from antrean.queueing.cases.codes import family
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.tickets.events import CommandUndone, TicketIssued, TicketStarted
from antrean.queueing.tickets.state import TicketsState


@dataclass(frozen=True, slots=True)
class CasesDone:
    """What the last end of a visit did: the codes of cases that it `opened`, and of those that it `collected`."""

    opened: tuple[str, ...] = ()
    collected: tuple[str, ...] = ()


@dataclass(kw_only=True, eq=False, repr=False)
class CasesState(TicketsState):
    """What a day remembers of cases; the cases themselves outlive it."""

    case_codes: dict[str, str] = field(default_factory=dict)  # of tickets of today, by the code that each was given
    collecting: dict[str, tuple[str, ...]] = field(default_factory=dict)  # the tickets that came, by case
    opened_by: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # by ticket and service
    cases_done: dict[str, CasesDone] = field(default_factory=dict)  # by ticket, until it is served on or again
    asked: set[tuple[str, str]] = field(default_factory=set)  # the cases asked for, each with the place


def _issued(day: CasesState, event: TicketIssued, entry: JournalEntry) -> None:
    if event.case:
        day.case_codes[event.case] = event.ticket
    for code in event.collects.split():
        day.collecting[code] = (*day.collecting.get(code, ()), event.ticket)


def _opened(day: CasesState, event: e.CasesOpened, entry: JournalEntry) -> None:
    codes = tuple(event.cases.split())
    known = day.opened_by.get((event.ticket, event.service), ())
    day.opened_by[event.ticket, event.service] = _each_once(known, codes)
    done = day.cases_done.get(event.ticket, CasesDone())
    day.cases_done[event.ticket] = replace(done, opened=_each_once(done.opened, codes))
    ticket = day.tickets.get(event.ticket)
    if ticket is not None and not ticket.case:  # it came from a service without a journey
        ticket.case = family(codes[0])
        day.case_codes[ticket.case] = event.ticket


def _moved(day: CasesState, event: e.CasesMoved, entry: JournalEntry) -> None:
    if event.ticket:
        done = day.cases_done.get(event.ticket, CasesDone())
        day.cases_done[event.ticket] = replace(done, collected=_each_once(done.collected, event.cases.split()))


def _withdrawn(day: CasesState, event: e.CasesWithdrawn, entry: JournalEntry) -> None:
    gone = set(event.cases.split())
    for by, codes in list(day.opened_by.items()):
        if gone.intersection(codes):
            day.opened_by[by] = tuple(code for code in codes if code not in gone)


def _taken_back(day: CasesState, event: e.CasesTakenBack, entry: JournalEntry) -> None:
    """Forget what a visit collected: somebody else may end these cases before it does."""
    gone = set(event.cases.split())
    for ticket, done in list(day.cases_done.items()):
        if gone.intersection(done.collected):
            left = tuple(code for code in done.collected if code not in gone)
            day.cases_done[ticket] = replace(done, collected=left)


def _served_anew(day: CasesState, event: TicketStarted, entry: JournalEntry) -> None:
    day.cases_done.pop(event.ticket, None)


def _undone(day: CasesState, event: CommandUndone, entry: JournalEntry) -> None:
    """Forget what an end did that was taken back: what stayed of it is not of the next one."""
    if event.undone == "complete":
        day.cases_done.pop(event.ticket, None)


def _asked(day: CasesState, event: e.CaseAsked, entry: JournalEntry) -> None:
    day.asked.add((event.case, event.place))


def _each_once(*codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for some in codes for code in some))


def _none_of_the_day(day: CasesState, event: Event, entry: JournalEntry) -> None:
    """Change nothing: cases outlive the day."""


CASES: dict[type[Event], Callable[[CasesState, Any, JournalEntry], None]] = {
    TicketIssued: _issued,
    TicketStarted: _served_anew,
    CommandUndone: _undone,
    e.CasesOpened: _opened,
    e.CasesMoved: _moved,
    e.CasesTakenBack: _taken_back,
    e.CasesWithdrawn: _withdrawn,
    e.CaseAsked: _asked,
    e.CasesKeyedIn: _none_of_the_day,
    e.CasesExpired: _none_of_the_day,
    e.CasesForgotten: _none_of_the_day,
}
