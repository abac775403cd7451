"""What can happen to cases. `cases` are codes with a space between; who did it stands in the journal's line."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("case.opened")
@dataclass(frozen=True, slots=True)
class CasesOpened(Event):
    """The service of a ticket was done for so many persons: their cases begin in this stage."""

    cases: str
    service: str
    stage: str
    ticket: str = ""


@event("case.keyed_in")
@dataclass(frozen=True, slots=True)
class CasesKeyedIn(Event):
    """Cases from before the system, or from elsewhere. They are in this stage `since` then: UTC as ISO text."""

    cases: str
    service: str
    stage: str
    since: str


@event("case.moved")
@dataclass(frozen=True, slots=True)
class CasesMoved(Event):
    """Cases came to this stage; one that `ends` them is the last. `ticket` is the number with which they were
    collected, "" where they were moved without one.
    """

    cases: str
    stage: str
    ends: bool = False
    ticket: str = ""


@event("case.taken_back")
@dataclass(frozen=True, slots=True)
class CasesTakenBack(Event):
    """The last move of these cases was a mistake: they are where they were before it, since then.

    `ticket` is the number whose end was taken back, "" for none.
    """

    cases: str
    ticket: str = ""


@event("case.withdrawn")
@dataclass(frozen=True, slots=True)
class CasesWithdrawn(Event):
    """These cases should never have been opened, or are not wanted any more: nobody knows them from now on.

    `ticket` is the number whose end was taken back, "" for none.
    """

    cases: str
    reason: str = ""
    ticket: str = ""


@event("case.expired")
@dataclass(frozen=True, slots=True)
class CasesExpired(Event):
    """These cases stayed in one stage for longer than their journey allows."""

    cases: str


@event("case.forgotten")
@dataclass(frozen=True, slots=True)
class CasesForgotten(Event):
    """These cases ended longer ago than the office keeps them: nobody knows them from now on."""

    cases: str


@event("case.asked")
@dataclass(frozen=True, slots=True)
class CaseAsked(Event):
    """A resident asked for a case, at a kiosk of the office or by phone (`place`), for the first time of the day.

    Where it was not `ready`, the visit was spared.
    """

    case: str
    place: str
    ready: bool = False
