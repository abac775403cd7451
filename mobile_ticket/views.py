"""Follow a ticket by phone: the holder of its link sees the number, its place and its call.

A page and a socket prove their link when they connect. Later messages name tickets by number alone, so that all phones
get the same bytes and no link is among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from antrean.access.identity import Identity
from antrean.queueing.cases.codes import read
from antrean.queueing.commands import CancelTicket, Command, DeferTicket, SayComing
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Forbidden, QueueError, Unknown
from antrean.queueing.events import CallAnnounced
from antrean.queueing.tickets.links import TicketLinks, office_named_in
from antrean.queueing.tickets.ticket import Ticket
from antrean.queueing.vouchers.book import Voucher
from antrean.web.http.errors import sentence
from antrean.web.http.forms import body, request_id, text, wants_html
from antrean.web.limits.connection_limit import RETRY_SECONDS
from antrean.web.limits.rate_limit import TooMany, network_of
from antrean.web.limits.ticket_codes import found_by_code, ticket_of_link, voucher_of_link
from antrean.web.live.publisher import OF_PRINTERS, Screen
from antrean.web.operations.operation import operation
from antrean.web.operations.results import DeferredResult, DoneResult, GivenBackResult
from antrean.web.services import offices, services
from antrean.web.text.catalogues import known_languages
from antrean.web.text.tickets import case_of, follow_url
from mobile_ticket import render

blueprint = Blueprint("mobile_ticket", __name__, url_prefix="/mobile_ticket", template_folder="templates")
EVERYONE = "followers"
F = TypeVar("F", Ticket, Voucher)
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
            if len(largest) > len(crowds.get(services().rooms.key(room), ())) + 1:
                services().fan_out.send_away(largest[-1], "/" + self.name)
        if self._full():
            raise TooMany(RETRY_SECONDS, "too_many_followers")
        return [EVERYONE, room]

    def _full(self) -> bool:
        return sum(one.publisher.listeners(self.name) for one in offices()) >= services().config.max_followers

    def render(self, room: str) -> dict[str, Any]:
        """Return the message for all followers."""
        return {**render.view(), "spread": 1 + services().publisher.listeners(self.name) // COMING_BACK_A_SECOND}


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """Show one ticket, readable before any script runs; without a link, the way to it by number and short code.

    The link of a number that was not served on an earlier day shows when and how it is taken up again, and when that is
    over, until when it could be. Of any other of an earlier day it leads on to the case that it began, where it says
    the code.
    """
    link = request.args.get("ticket", "")
    if not link and wants_html():
        return render.find()
    try:
        ticket = _ticket(link)
    except QueueError:
        if not wants_html():
            raise
        if (voucher := _voucher(link)) is not None:
            return render.voucher(voucher, link, _chosen_language() or str(get_locale()))
        if code := read(request.args.get("case", "")[:60]):
            # The day of the number is over, and what it began goes on: the slip's code leads there.
            return redirect(url_for("cases.page", code=code, language=_chosen_language() or None))
        return render.find(gone=True), 404
    return render.page(ticket.number, link, _chosen_language() or ticket.language)


@blueprint.post("/find")
def find() -> ResponseReturnValue:
    """Lead to the ticket of a number and its short code, as both stand on the slip.

    Refuses (`ticket_code_wrong`) a number that is not of today just as a wrong code, and who guesses too often; and
    (`office_needed`) to look through several offices: `office` says the code of the one that gave the number.
    """
    fields = body("number", "code", "language", "office")
    number, code = text(fields, "number", most=20), text(fields, "code", most=20)
    language, office = text(fields, "language", "", most=10), text(fields, "office", "", most=40)
    try:
        offices().enter_code(office)
        ticket = found_by_code(number, code, network_of(request.remote_addr or ""))
    except QueueError as refusal:
        if not wants_html():
            raise
        headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
        return render.find(number=number, message=sentence(refusal)), refusal.status, headers
    if wants_html():
        link, case = services().links.of(ticket), case_of(ticket)
        address = url_for("mobile_ticket.page", ticket=link, case=case or None, language=language or None)
        return redirect(address, 303)
    return jsonify(follow_url=follow_url(services().links.of(ticket), case_of(ticket)))


@blueprint.post("/leave")
@operation(CancelTicket, gives=GivenBackResult, reads=())
def leave() -> GivenBackResult | ResponseReturnValue:
    """Give the place back: the visitor goes and others move up. Refuses once the service has begun."""
    wish = _wish()
    return wish.carry_out(CancelTicket(ticket=wish.number, reason="visitor_left"), GivenBackResult)


@blueprint.post("/defer")
@operation(DeferTicket, gives=DeferredResult, reads=())
def defer() -> DeferredResult | ResponseReturnValue:
    """Let others go first, since the visitor needs more time; once, and only while waiting."""
    wish = _wish()
    return wish.carry_out(DeferTicket(ticket=wish.number), DeferredResult)


@blueprint.post("/coming")
@operation(SayComing, gives=DoneResult, reads=())
def coming() -> DoneResult | ResponseReturnValue:
    """Tell the operators that the visitor is on the way."""
    wish = _wish()
    return wish.carry_out(SayComing(ticket=wish.number), DoneResult)


@blueprint.get("/view")
def view() -> Response:
    """Return the same view as the socket."""
    _ticket(request.args.get("ticket", ""))
    return jsonify(services().publisher.asked("mobile_ticket", EVERYONE))


R = TypeVar("R", GivenBackResult, DeferredResult, DoneResult)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the holder of a link asks for their own ticket."""

    link: str
    number: str
    language: str
    request_id: str | None

    def carry_out(self, command: Command, gives: type[R]) -> R | ResponseReturnValue:
        """Give the command. Browsers without scripts get the ticket's page again, with the reason of a refusal."""
        try:
            answer = services().office.execute(command, f"visitor:{self.number}", self.request_id)
        except QueueError as refusal:
            if not wants_html():
                raise
            return render.page(self.number, self.link, self.language, sentence(refusal)), refusal.status
        if wants_html():
            address = url_for("mobile_ticket.page", ticket=self.link, language=self.language)
            return redirect(address, 303)
        return gives(answer.seq)


def _wish() -> _Wish:
    fields = body("ticket", "language")
    link = text(fields, "ticket", most=100)
    language = text(fields, "language", "", most=10)
    ticket = _ticket(link)
    chosen = language if language in known_languages() else _chosen_language()
    return _Wish(link, ticket.number, chosen or ticket.language, request_id(fields))


def _chosen_language() -> str:
    """Return the language this reader asked for, "" for the language the ticket was taken in."""
    chosen = request.args.get("language", "")
    return chosen if chosen in known_languages() else ""


def _ticket(link: str) -> Ticket:
    if not link:
        raise Forbidden("not_allowed")
    found = _first(link, ticket_of_link)
    if found is None:
        raise Unknown("ticket_gone")
    return found


def _voucher(link: str) -> Voucher | None:
    return _first(link, voucher_of_link)


def _first(link: str, find_in: Callable[[TicketLinks, ServiceDay, str], F | None]) -> F | None:
    """Return what a link is of, and enter the office where it is found; None where it is of nothing."""
    every = offices()
    named = every.get(office_named_in(link)) if len(every) > 1 else None
    for office in [named] if named is not None else every:
        links = office.links
        if (found := office.office.read(lambda day, _plan: find_in(links, day, link))) is not None:  # noqa: B023 (read at once)
            every.enter(office)
            return found
    return None
