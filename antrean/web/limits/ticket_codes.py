"""Asking for a ticket by the number and the code on its slip. Four digits can be guessed: attempts are limited."""

from __future__ import annotations

from collections.abc import Sequence

from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Unknown
from antrean.queueing.tickets.links import TicketLinks
from antrean.queueing.tickets.numbers import meant
from antrean.queueing.tickets.ticket import Ticket
from antrean.queueing.vouchers.book import Voucher
from antrean.queueing.vouchers.state import Redeemed
from antrean.web.services import services


def found_by_code(typed: str, code: str, asker: str) -> Ticket | Voucher:
    """Return today's ticket of a number and its code, or the voucher; `asker` is whose attempts are counted together.

    `typed` is the number as people type it, with and without zeros and dash.
    The slip of an earlier day leads to the ticket that its voucher became today. Refuses (`ticket_code_wrong`) a number
    that is neither of today nor of a voucher just as a wrong code, and who guesses too often. Only numbers that there
    are are counted, so that invented ones push no count out.
    """
    hub = services()
    hub.code_addresses.begin(asker)
    held = hub.office.read(lambda day, _plan: _held(day, meant(typed)))
    if not held:
        raise Unknown("ticket_code_wrong")
    numbers = dict.fromkeys(one.number for one in held)
    for number in numbers:
        hub.codes.begin(number)
    found = next((one for one in held if hub.links.has_code(one, code)), None)
    if found is None:
        raise Unknown("ticket_code_wrong")
    for number in numbers:
        hub.codes.clear(number)
    hub.code_addresses.take_back(asker)
    if isinstance(found, Redeemed):
        became = found.ticket
        return hub.office.read(lambda day, _plan: day.ticket(became))
    return found


def _held(day: ServiceDay, numbers: Sequence[str]) -> list[Ticket | Redeemed | Voucher]:
    today = [day.tickets[number] for number in numbers if number in day.tickets]
    given = {one.seq for one in today}  # the close of today gave some a voucher: the ticket says so itself
    redeemed = [one for number in numbers for one in day.redeemed_of(number)]
    vouchers = [one for number in numbers for one in day.standing.vouchers.of(number) if one.seq not in given]
    return [*today, *redeemed, *vouchers]


def ticket_of_link(links: TicketLinks, day: ServiceDay, link: str) -> Ticket | None:
    """Return today's ticket of a link, also where it is of the number of an earlier day that became one today."""
    found = links.ticket(day, link)
    if found is None and (became := links.holder(link, day.redeemed_of(links.number_in(link)))) is not None:
        found = day.tickets[became.ticket]
    return found


def voucher_of_link(links: TicketLinks, day: ServiceDay, link: str) -> Voucher | None:
    """Return the voucher that a link of an earlier day's ticket is of; one that is over is known for some days."""
    return links.holder(link, day.standing.vouchers.of(links.number_in(link)))
