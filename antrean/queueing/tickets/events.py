"""What can happen to a ticket, and the last step at a counter taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("ticket.issued", formerly="TicketIssued")
@dataclass(frozen=True, slots=True)
class TicketIssued(Event):
    """A place in the queue was given. `people_ahead` and the wait in minutes are what the visitor was told.

    `service_ahead` are those of the same service among them; None in old lines, where all were. `reach` is whether the
    visitor may not be served today.
    `then` is the second service of the visit, empty for none. `carried_over` is the line of the voucher of which it
    comes, and whose place it has; 0 for none. `case` is the code of what the visitor applies for, "" where the services
    have no journey; `collects` are the codes of the cases that the visitor came to collect, with a space between.
    `token` is the secret of its link in lines of earlier
    releases; links are derived now, and no line holds one.
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
    then: str = ""
    reach: str = ""
    carried_over: int = 0
    case: str = ""
    collects: str = ""


@event("ticket.called", formerly="TicketCalled")
@dataclass(frozen=True, slots=True)
class TicketCalled(Event):
    """A ticket was called to a counter; `rule` and `facts` say why this one.

    `finished` is the number that the same command finished there before, empty when it finished none.
    """

    ticket: str
    counter: str
    operator: str = ""
    rule: str = ""
    facts: Mapping[str, object] | None = None
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
    """Served. `outcome` is finished, papers_missing or referred; `persons` were really served.

    `missing` are the codes of the service's documents that were missing, with a space between; "" where that was not
    said, or where it was none of these. `come_on` is when the visitor was told to bring them: a date such as
    2026-11-26, or with a time 2026-11-26T10:00; "" where nobody said it. `not_collected` are the codes of the cases for
    which the visitor came and that could not be handed out, with a space between.
    """

    ticket: str
    counter: str
    outcome: str = "finished"
    persons: int = 1
    missing: str = ""
    come_on: str = ""
    not_collected: str = ""


@event("ticket.went_on")
@dataclass(frozen=True, slots=True)
class TicketWentOn(Event):
    """The visit goes on: finished at one service, the visitor waits for the next one with the same number and arrival.

    It follows the completion in the same commit. `persons` come to the next service.
    """

    ticket: str
    counter: str
    service: str = ""
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


@event("ticket.came_back")
@dataclass(frozen=True, slots=True)
class VisitorCameBack(Event):
    """A visitor came back with the papers that were missing and waits again, with the original arrival.

    The ticket stands right `behind` this one where it would otherwise come before whoever is next; "" elsewhere.
    `service` is the earlier one of the visit whose papers were missing; "" for the one at which the visit ended.
    """

    ticket: str
    behind: str = ""
    service: str = ""


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
    """To another service or counter with the same number; `position` is front, arrival or end.

    `note` is what the counter says to the next one. `to_counter` alone calls the visitor, "" where every counter of the
    service may.
    """

    ticket: str
    counter: str
    service: str = ""
    position: str = "arrival"
    note: str = ""
    to_counter: str = ""


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


@event("ticket.seated")
@dataclass(frozen=True, slots=True)
class VisitorSeated(Event):
    """Staff helped a waiting visitor to a seat; whoever calls them gives them time to come."""

    ticket: str


@event("ticket.deferred")
@dataclass(frozen=True, slots=True)
class TicketDeferred(Event):
    """A waiting visitor needs more time and let others go first; the ticket stands right `behind` the last of these."""

    ticket: str
    behind: str


@event("ticket.coming")
@dataclass(frozen=True, slots=True)
class VisitorComing(Event):
    """A waiting or called visitor said to be on the way."""

    ticket: str


@event("command.undone", formerly="WishUndone")
@dataclass(frozen=True, slots=True)
class CommandUndone(Event):
    """The last command at a counter was taken back; `state` is the ticket's state again.

    `undone` is start, complete, no_show, hold, transfer, return, what was corrected (persons, priority, service), or
    call: the call of a visitor whom one command called when it finished another, followed by that other's completion.
    """

    ticket: str
    counter: str
    undone: str = ""
    state: str = ""
