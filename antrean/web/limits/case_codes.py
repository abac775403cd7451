"""Asking for a case by its code. Nobody guesses one, and who tries is stopped after some attempts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from antrean.queueing.cases.codes import read
from antrean.queueing.cases.commands import BY_PHONE
from antrean.queueing.commands import AskCase
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError, Unknown
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from antrean.web.limits.ticket_codes import ticket_of_link
from antrean.web.services import offices, services
from antrean.web.text.case_links import code_in, link_in


def scanned_case(scanned: str) -> str:
    """Return the code of the case that a scanned or typed text leads to; "" where it leads to none.

    It may be a code, the address of a case, or what the QR code of a slip holds: of a number of today that has a code,
    or that came to collect. A code that is nobody's is returned all the same.
    """
    if code := code_in(scanned):
        return code
    link = link_in(scanned)
    if not link:
        return ""
    hub = services()

    def found(day: ServiceDay) -> str:
        ticket = ticket_of_link(hub.links, day, link)
        return next(codes_of(day, ticket), "") if ticket is not None else ""

    return hub.office.read(lambda day, _plan: found(day))


def codes_of(day: ServiceDay, ticket: Ticket) -> Iterator[str]:
    """Yield the codes of a ticket's cases: the one it was given, those that it came to collect, those that it began.

    A number that was sent on to a service with a journey has only the last.
    """
    begun = (codes for (number, _service), codes in day.opened_by.items() if number == ticket.number)
    yield from filter(None, dict.fromkeys([ticket.case, *ticket.collects.split(), *chain(*begun)]))


def found_by_case(typed: str, asker: str) -> str:
    """Return the code that somebody typed, and enter the office that knows it; `asker` is whose attempts are counted.

    It is that of a case, or of a number of today whose service is not done yet. Refuses (`case_unknown`) any other,
    and who guesses too often.
    """
    limit = services().code_addresses
    limit.begin(asker)
    code = read(typed[:60])
    for office in offices() if code else ():
        if office.office.read(lambda day, _plan: is_known(day, code)):
            limit.take_back(asker)
            offices().enter(office)
            return code
    raise Unknown("case_unknown", case=code)


def found_here(scanned: str, asker: str) -> str:
    """Return the code that somebody typed, or a reader read, at a device of the office of this request.

    It is that of a case, or of a number of today whose service is not done yet. Refuses (`case_unknown`) any other,
    also of another office, and who guesses too often.
    """
    limit = services().code_addresses
    limit.begin(asker)
    code = scanned_case(scanned)
    if not code or not services().office.read(lambda day, _plan: is_known(day, code)):
        raise Unknown("case_unknown", case=code)
    limit.take_back(asker)
    return code


def is_known(day: ServiceDay, code: str) -> bool:
    """Whether a code is that of a case, or of a number of today whose service is not done yet."""
    return bool(day.standing.cases.of(code)) or code in day.case_codes


def note_asked(code: str, asker: str) -> None:
    """Note that somebody asked for a case by phone: once a day for each, and for no more from one address than usual.

    What was asked is shown whether it could be noted or not.
    """
    hub = services()
    now = hub.office.clock()

    def is_noted(day: ServiceDay, plan: OfficePlan) -> bool:
        known = day.standing.cases.of(code)
        today = day.business_day == plan.business_day(now)
        return all(one.ended for one in known) or (today and (known[0].code, BY_PHONE) in day.asked)

    if hub.office.read(is_noted):
        return
    try:
        hub.case_questions.begin(asker)
        hub.office.execute(AskCase(case=code, place=BY_PHONE), "visitor")
    except QueueError:
        return
