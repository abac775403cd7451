"""Tickets as results for other programs."""

from __future__ import annotations

from urllib.parse import quote

from antrean.queueing.cases.codes import LENGTH, LETTERS
from antrean.queueing.results import CommandResult
from antrean.queueing.tickets.ticket import Ticket
from antrean.queueing.vouchers.book import Voucher
from antrean.web.operations.results import CalledResult, ReasonResult, TicketResult, ToldResult, WaitResult
from antrean.web.services import services
from antrean.web.text.case_links import CASES
from antrean.web.text.reasons import reason_words


def follow_url(link: str, case: str = "") -> str:
    """Return the address under which the holder of a ticket's link follows it.

    With the code of its case it leads on to the case once the day is over, and a reader gets the code from it.
    """
    return _address(services().base_url, link, case)


def _address(hub: str, link: str, case: str) -> str:
    return f"{hub}/mobile_ticket/?ticket={quote(link)}" + (f"&{CASES}={case}" if case else "")


def places_of_case() -> list[str]:
    """Return the letters that may stand at each place of what such an address says of a case behind the link."""
    return [*f"&{CASES}=", *[LETTERS] * LENGTH]


def case_of(ticket: Ticket | Voucher) -> str:
    """Return the code that stands on the slip of a ticket: of its own case, or of one that it came to collect."""
    return ticket.case or ticket.collects.partition(" ")[0]


def issued_ticket(ticket: Ticket) -> TicketResult:
    """Return a ticket for the kiosk that issued it, with the visitor's link; no one else gets the link."""
    return ticket_result(ticket, address_of(ticket), ticket.case or None)


def address_of(ticket: Ticket) -> str:
    """Return the address under which its holder follows a ticket; only the kiosk that gave the number may show it."""
    hub = services()
    return _address(hub.base_url, hub.links.of(ticket), case_of(ticket))


def ticket_result(ticket: Ticket, link: str | None = None, case: str | None = None) -> TicketResult:
    """Return the ticket with the figures at its issue; `link` and `case` for the kiosk that issued it."""
    wait = ticket.wait_at_issue
    return TicketResult(
        number=ticket.number,
        service=ticket.service,
        then=ticket.then or None,
        state=ticket.state,
        persons=ticket.persons,
        priority=ticket.priority,
        issued_at=ticket.issued_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        people_ahead=ticket.people_ahead_at_issue if ticket.state == "waiting" else 0,
        wait=WaitResult(*wait) if wait is not None and ticket.state == "waiting" else None,
        counter=ticket.counter or None,
        outcome=ticket.outcome or None,
        follow_url=link,
        case=case,
    )


def told_ticket(answer: CommandResult) -> ToldResult:
    """Return the ticket of a command, and the reason when it was called."""
    assert answer.ticket is not None
    return ToldResult(answer.seq, ticket_result(answer.ticket), _reason(answer) if answer.facts else None)


def called_ticket(answer: CommandResult) -> CalledResult:
    """Return the ticket that was called, and the reason."""
    assert answer.ticket is not None
    return CalledResult(answer.seq, ticket_result(answer.ticket), _reason(answer))


def _reason(answer: CommandResult) -> ReasonResult:
    return ReasonResult(str(answer.facts["rule"]), reason_words(answer.facts))
