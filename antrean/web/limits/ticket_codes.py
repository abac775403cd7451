"""Asking for a ticket by the number and the code on its slip. Four digits can be guessed: attempts are limited."""

from __future__ import annotations

from antrean.queueing.errors import Unknown
from antrean.queueing.tickets.ticket import Ticket
from antrean.web.services import services


def ticket_with_code(number: str, code: str, asker: str) -> Ticket:
    """Return today's ticket of a number and its code; `asker` is whose attempts are counted together.

    Refuses (`ticket_code_wrong`) a number that is not of today just as a wrong code, and who guesses too often. Only
    numbers of today are counted, so that invented ones push no count out.
    """
    hub = services()
    hub.code_addresses.begin(asker)
    found = hub.office.read(lambda day, _plan: day.tickets.get(number))
    if found is None:
        raise Unknown("ticket_code_wrong")
    hub.codes.begin(number)
    if not hub.links.has_code(found, code):
        raise Unknown("ticket_code_wrong")
    hub.codes.clear(number)
    hub.code_addresses.take_back(asker)
    return found
