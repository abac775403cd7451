"""Follow a ticket by phone: the holder of its link sees the number, its place and its call.

A page and a socket prove their link when they connect. Later messages name tickets by number alone, so that all phones
get the same bytes and no link is among them.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from antrean.access.identity import Identity
from antrean.queueing.commands import CancelTicket
from antrean.queueing.errors import Forbidden, QueueError, Unknown
from antrean.queueing.events import CallAnnounced
from antrean.queueing.tickets.ticket import Ticket
from antrean.web.http.forms import body, request_id, text, wants_html
from antrean.web.limits.connection_limit import RETRY_SECONDS
from antrean.web.limits.rate_limit import TooMany
from antrean.web.live.publisher import OF_PRINTERS, Screen
from antrean.web.operations.operation import operation
from antrean.web.operations.results import GivenBackResult
from antrean.web.services import services
from antrean.web.text.catalogues import known_languages
from mobile_ticket import render

blueprint = Blueprint("mobile_ticket", __name__, url_prefix="/mobile_ticket", template_folder="templates")
EVERYONE = "followers"
COMING_BACK_A_SECOND = 200  # phones; each costs about a millisecond, and kiosks come first


class MobileTicketScreen(Screen):
    """The view of phones: one message for every follower of the office, at most one a second."""

    name = "mobile_ticket"
    least_seconds = 1.0
    unseen = (CallAnnounced, *OF_PRINTERS)

    def rooms(self, identity: Identity | None, auth: dict[str, Any]) -> list[str]:
        """Return the room of all followers, and the ticket's own room, which hears of its call at once.

        When all connections are taken, the ticket with the most followers loses one to a ticket that has fewer even
        then.
        """
        link = auth.get("token")
        room = "ticket:" + _ticket(link if isinstance(link, str) else "").number
        if self._full():
            crowds = services().fan_out.crowds("/" + self.name, "ticket:")
            largest = max(crowds.values(), key=len, default=[])
            if len(largest) > len(crowds.get(room, ())) + 1:
                services().fan_out.send_away(largest[-1], "/" + self.name)
        if self._full():
            raise TooMany(RETRY_SECONDS, "too_many_followers")
        return [EVERYONE, room]

    def _full(self) -> bool:
        return services().publisher.listeners(self.name) >= services().config.max_followers

    def render(self, room: str) -> dict[str, Any]:
        """Return the message for all followers."""
        return {**render.view(), "spread": 1 + services().publisher.listeners(self.name) // COMING_BACK_A_SECOND}


@blueprint.get("/")
def page() -> str | tuple[str, int]:
    """Show one ticket, readable before any script runs."""
    link = request.args.get("ticket", "")
    try:
        ticket = _ticket(link)
    except QueueError:
        return render.gone(), 404
    return render.page(ticket.number, link, _chosen_language() or ticket.language)


@blueprint.post("/leave")
@operation(CancelTicket, gives=GivenBackResult, reads=())
def leave() -> GivenBackResult | ResponseReturnValue:
    """Give the place back: the visitor goes and others move up. Refuses once the service has begun."""
    fields = body("ticket", "language")
    link = text(fields, "ticket", most=100)
    language = text(fields, "language", "", most=10)
    number = _ticket(link).number
    leaves = CancelTicket(ticket=number, reason="visitor_left")
    answer = services().office.execute(leaves, f"visitor:{number}", request_id(fields))
    if wants_html():
        address = url_for("mobile_ticket.page", ticket=link, language=language or None)
        return redirect(address, 303)
    return GivenBackResult(answer.seq)


@blueprint.get("/view")
def view() -> Response:
    """Return the same view as the socket."""
    _ticket(request.args.get("ticket", ""))
    return jsonify(services().publisher.asked("mobile_ticket", EVERYONE))


def _chosen_language() -> str:
    """Return the language this reader asked for, "" for the language the ticket was taken in."""
    chosen = request.args.get("language", "")
    return chosen if chosen in known_languages() else ""


def _ticket(link: str) -> Ticket:
    if not link:
        raise Forbidden("not_allowed")
    found = services().office.read(lambda day, _plan: services().links.ticket(day, link))
    if found is None:
        raise Unknown("ticket_gone")
    return found
