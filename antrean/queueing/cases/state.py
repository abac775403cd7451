"""What a day remembers of cases: which codes it gave, what the end of a visit did to some, and who asked for which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from antrean.queueing.cases import events as e
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.tickets.events import TicketIssued, TicketStarted


@dataclass(frozen=True, slots=True)
class CasesDone:
    """What the last end of a visit did: the codes of cases that it `opened`, and of those that it `collected`."""

    opened: tuple[str, ...] = ()
    collected: tuple[str, ...] = ()


@dataclass(kw_only=True, eq=False, repr=False)
class CasesState:
    """What a day remembers of cases; the cases themselves outlive it."""

    case_codes: dict[str, str] = field(default_factory=dict)  # of tickets of today, by the code that each was given
    collecting: dict[str, str] = field(default_factory=dict)  # the newest ticket that came for a case, by its code
    opened_by: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # by ticket and service
    cases_done: dict[str, CasesDone] = field(default_factory=dict)  # by ticket, until it is served again
    asked: set[tuple[str, str]] = field(default_factory=set)  # the cases asked for, each with the place


def _issued(day: CasesState, event: TicketIssued, entry: JournalEntry) -> None:
    if event.case:
        day.case_codes[event.case] = event.ticket
    for code in event.collects.split():
        day.collecting[code] = event.ticket


def _opened(day: CasesState, event: e.CasesOpened, entry: JournalEntry) -> None:
    codes = tuple(event.cases.split())
    known = day.opened_by.get((event.ticket, event.service), ())
    day.opened_by[event.ticket, event.service] = (*known, *codes)
    done = day.cases_done.get(event.ticket, CasesDone())
    day.cases_done[event.ticket] = CasesDone((*done.opened, *codes), done.collected)


def _moved(day: CasesState, event: e.CasesMoved, entry: JournalEntry) -> None:
    if event.ticket:
        done = day.cases_done.get(event.ticket, CasesDone())
        day.cases_done[event.ticket] = CasesDone(done.opened, (*done.collected, *event.cases.split()))


def _withdrawn(day: CasesState, event: e.CasesWithdrawn, entry: JournalEntry) -> None:
    gone = set(event.cases.split())
    for by, codes in list(day.opened_by.items()):
        if gone.intersection(codes):
            day.opened_by[by] = tuple(code for code in codes if code not in gone)


def _served_anew(day: CasesState, event: TicketStarted, entry: JournalEntry) -> None:
    day.cases_done.pop(event.ticket, None)


def _asked(day: CasesState, event: e.CaseAsked, entry: JournalEntry) -> None:
    day.asked.add((event.case, event.place))


def _none_of_the_day(day: CasesState, event: Event, entry: JournalEntry) -> None:
    """Change nothing: cases outlive the day."""


CASES: dict[type[Event], Callable[[CasesState, Any, JournalEntry], None]] = {
    TicketIssued: _issued,
    TicketStarted: _served_anew,
    e.CasesOpened: _opened,
    e.CasesMoved: _moved,
    e.CasesWithdrawn: _withdrawn,
    e.CaseAsked: _asked,
    e.CasesKeyedIn: _none_of_the_day,
    e.CasesTakenBack: _none_of_the_day,
    e.CasesExpired: _none_of_the_day,
    e.CasesForgotten: _none_of_the_day,
}
