"""What can happen in an office: one frozen dataclass for each fact, in the past tense.

Old journal lines stay readable for ever. A field may be added with a default; any other change of fields makes a new
version of the event, with an upcaster that brings older lines up to it (`antrean.queueing.journal.kinds`).
Times stand in the journal entry, not in the event. `ticket` is the number as printed, such as `A-012`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from antrean.queueing.archive.events import JournalSealed
from antrean.queueing.journal.kinds import KINDS, Event, event
from antrean.queueing.security.events import SecurityNoted
from antrean.queueing.slips.events import (
    PrinterHeld,
    PrinterReleased,
    PrinterReported,
    RollChanged,
    SlipClaimed,
    SlipFailed,
    SlipPrinted,
    SlipReleased,
    SlipRequested,
    TestSlipRequested,
)

__all__ = [
    "KINDS",
    "CallAnnounced",
    "CommandUndone",
    "CounterClosed",
    "CounterOpened",
    "CounterPaused",
    "CounterResumed",
    "DayClosed",
    "DayReopened",
    "Event",
    "JournalRestored",
    "JournalSealed",
    "LostNumbersFound",
    "PersonsChanged",
    "PlanChanged",
    "PrinterHeld",
    "PrinterReleased",
    "PrinterReported",
    "PriorityChanged",
    "RollChanged",
    "SecurityNoted",
    "SlipClaimed",
    "SlipFailed",
    "SlipPrinted",
    "SlipReleased",
    "SlipRequested",
    "TestSlipRequested",
    "TicketCalled",
    "TicketCancelled",
    "TicketCompleted",
    "TicketExpired",
    "TicketHeld",
    "TicketIssued",
    "TicketMarkedNoShow",
    "TicketReadmitted",
    "TicketRecalled",
    "TicketReopened",
    "TicketResumed",
    "TicketReturned",
    "TicketStarted",
    "TicketTransferred",
    "VisitorSeated",
]


@event("ticket.issued", formerly="TicketIssued")
@dataclass(frozen=True, slots=True)
class TicketIssued(Event):
    """A place in the queue was given. `people_ahead` and the wait in minutes are what the visitor was told.

    `service_ahead` are those of the same service among them; None in old lines, where all were.
    `token` is the secret of its link in lines of earlier releases; links are derived now, and no line holds one.
    """

    ticket: str
    service: str
    series: str
    number: int
    persons: int = 1
    priority: bool = False
    language: str = "id"
    device: str = ""
    printer: str = ""
    people_ahead: int = 0
    wait_low: int | None = None
    wait_high: int | None = None
    token: str = ""
    service_ahead: int | None = None


@event("ticket.called", formerly="TicketCalled")
@dataclass(frozen=True, slots=True)
class TicketCalled(Event):
    """A ticket was called to a counter; `rule` and `facts` say why this one.

    `finished` is the number that the same wish finished there before, empty when it finished none.
    """

    ticket: str
    counter: str
    operator: str = ""
    rule: str = ""
    facts: Mapping[str, Any] | None = None
    finished: str = ""


@event("ticket.recalled", formerly="TicketRecalled")
@dataclass(frozen=True, slots=True)
class TicketRecalled(Event):
    """The called ticket was called once more."""

    ticket: str
    counter: str


@event("ticket.started", formerly="TicketStarted")
@dataclass(frozen=True, slots=True)
class TicketStarted(Event):
    """The visitor stands at the counter."""

    ticket: str
    counter: str


@event("ticket.completed", formerly="TicketCompleted")
@dataclass(frozen=True, slots=True)
class TicketCompleted(Event):
    """Served. `outcome` is finished, papers_missing or referred; `persons` were really served."""

    ticket: str
    counter: str
    outcome: str = "finished"
    persons: int = 1


@event("ticket.no_show", formerly="TicketMarkedNoShow")
@dataclass(frozen=True, slots=True)
class TicketMarkedNoShow(Event):
    """Called, but nobody came."""

    ticket: str
    counter: str


@event("ticket.readmitted", formerly="TicketReadmitted")
@dataclass(frozen=True, slots=True)
class TicketReadmitted(Event):
    """A no-show came after all and waits again, with the original arrival."""

    ticket: str
    counter: str = ""


@event("ticket.reopened", formerly="TicketReopened")
@dataclass(frozen=True, slots=True)
class TicketReopened(Event):
    """A finished visitor came back on the same day and waits again, before all who were not; `counter` finished it."""

    ticket: str
    counter: str = ""


@event("ticket.held", formerly="TicketHeld")
@dataclass(frozen=True, slots=True)
class TicketHeld(Event):
    """Put aside at the counter, for a reason, while others are served."""

    ticket: str
    counter: str
    reason: str = ""


@event("ticket.resumed", formerly="TicketResumed")
@dataclass(frozen=True, slots=True)
class TicketResumed(Event):
    """A held ticket is served again."""

    ticket: str
    counter: str


@event("ticket.returned", formerly="TicketReturned")
@dataclass(frozen=True, slots=True)
class TicketReturned(Event):
    """Back to the queue it came from, with the original arrival."""

    ticket: str
    counter: str


@event("ticket.transferred", formerly="TicketTransferred")
@dataclass(frozen=True, slots=True)
class TicketTransferred(Event):
    """To another service with the same number; `position` is front, arrival or end."""

    ticket: str
    counter: str
    service: str = ""
    position: str = "arrival"


@event("ticket.cancelled", formerly="TicketCancelled")
@dataclass(frozen=True, slots=True)
class TicketCancelled(Event):
    """Given up before service, by the visitor or by staff."""

    ticket: str
    reason: str = ""


@event("ticket.expired", formerly="TicketExpired")
@dataclass(frozen=True, slots=True)
class TicketExpired(Event):
    """Still open when the day was closed."""

    ticket: str
    reason: str = "day_closed"


@event("ticket.persons_changed", formerly="PersonsChanged")
@dataclass(frozen=True, slots=True)
class PersonsChanged(Event):
    """The party is larger or smaller than was said at the kiosk."""

    ticket: str
    persons: int = 1


@event("ticket.priority_changed", formerly="PriorityChanged")
@dataclass(frozen=True, slots=True)
class PriorityChanged(Event):
    """Staff gave or took back the priority; the reason is never stored."""

    ticket: str
    priority: bool = False


@event("ticket.seated")
@dataclass(frozen=True, slots=True)
class VisitorSeated(Event):
    """Staff helped a waiting visitor to a seat; whoever calls them gives them time to come."""

    ticket: str


@event("command.undone", formerly="WishUndone")
@dataclass(frozen=True, slots=True)
class CommandUndone(Event):
    """The last command at a counter was taken back; `state` is the ticket's state again.

    `undone` is start, complete, no_show, hold, transfer, return, or call: the call of a visitor whom one command called
    when it finished another, followed by that other's completion.
    """

    ticket: str
    counter: str
    undone: str = ""
    state: str = ""


@event("counter.opened", formerly="CounterOpened")
@dataclass(frozen=True, slots=True)
class CounterOpened(Event):
    """An operator sat down at a counter."""

    counter: str
    operator: str


@event("counter.paused", formerly="CounterPaused")
@dataclass(frozen=True, slots=True)
class CounterPaused(Event):
    """The counter takes no calls for now."""

    counter: str
    reason: str = ""


@event("counter.resumed", formerly="CounterResumed")
@dataclass(frozen=True, slots=True)
class CounterResumed(Event):
    """The paused counter takes calls again."""

    counter: str


@event("counter.closed", formerly="CounterClosed")
@dataclass(frozen=True, slots=True)
class CounterClosed(Event):
    """The operator left the counter."""

    counter: str
    reason: str = ""


@event("call.announced", formerly="CallAnnounced")
@dataclass(frozen=True, slots=True)
class CallAnnounced(Event):
    """A display's word on the call with this journal seq: it is drawn; `sound` says what was heard of it.

    A display says so twice: as soon as the call is drawn, with an empty `sound`, and once it has been heard, or could
    not be. Older versions said both in one line, when the sound had ended. `beside`: it is the small screen of the
    counter, which the waiting room may not see.
    """

    call: int
    display: str = ""
    sound: str = ""
    beside: bool = False


@event("plan.changed", formerly="PlanChanged")
@dataclass(frozen=True, slots=True)
class PlanChanged(Event):
    """Services, counters, devices or staff were edited; every process reads its plan again.

    `before` and `after` say the values that differ, by name, where they are known, and whose they are.
    """

    what: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@event("day.closed", formerly="DayClosed")
@dataclass(frozen=True, slots=True)
class DayClosed(Event):
    """The business day was closed; `expired` tickets were still open."""

    expired: int = 0


@event("day.reopened", formerly="DayReopened")
@dataclass(frozen=True, slots=True)
class DayReopened(Event):
    """The close of this business day was taken back; `restored` tickets that it had expired are open again."""

    restored: int = 0


ADOPTED, TOLD, BEGUN, DOUBTED = "adopted", "told", "begun", "doubted"  # how the clock was set


@event("clock.set", formerly="ClockSet")
@dataclass(frozen=True, slots=True)
class ClockSet(Event):
    """The office's time was set by `seconds`: every time of this day before it is that much later by the new time.

    `how` is adopted (the machine's clock stood at its new time for long enough), told (by a person), begun (a day that
    had to wait begins) or doubted (nothing is set: numbers go on from here although nobody knows the date).
    `stays_on` is the calendar day on which this business day goes on all the same, as people wait in it. `from_day` is
    the business day that was left for this one, whose times are none of the new time's; `floors` are the numbers given
    in it on the same real day, by series: none of them is given again. Times up to `after` were right and stay, as the
    clock was wrong only from a start of the hub on.
    """

    seconds: float
    how: str
    stays_on: str = ""
    from_day: str = ""
    floors: Mapping[str, int] | None = None
    after: str = ""


@event("journal.restored", formerly="JournalRestored")
@dataclass(frozen=True, slots=True)
class JournalRestored(Event):
    """The journal was brought back from a backup: what happened between `lost_from` and `lost_until` is not in it.

    Both are UTC as ISO text. `on_paper` says the highest numbers that staff read from slips, by series: these go on
    from the one after. Every other series goes on from the next full thousand plus 1. No series goes on below
    `printed`, the highest numbers that a print agent remembers.
    """

    lost_from: str = ""
    lost_until: str = ""
    on_paper: Mapping[str, int] | None = None
    printed: Mapping[str, int] | None = None


@event("journal.lost_numbers_found", formerly="LostNumbersFound")
@dataclass(frozen=True, slots=True)
class LostNumbersFound(Event):
    """A print agent remembers numbers of this day that the journal, brought back from a backup, does not know.

    `numbers` are separated by blanks.
    """

    printer: str
    numbers: str = ""
