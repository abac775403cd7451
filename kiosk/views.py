"""The kiosk's pages and its commands: issue a ticket, print its slip again, withdraw a request."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, TypedDict

from flask import Blueprint, Response, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale

from antrean.access.identity import Identity
from antrean.hub.voices import settings_of
from antrean.queueing.cases.commands import AT_OFFICE
from antrean.queueing.commands import (
    AskCase,
    CancelTicket,
    ComeBack,
    IssueTicket,
    RedeemVoucher,
    ReprintSlip,
    RequestList,
    SpareVisit,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError, Refused, Unknown
from antrean.queueing.events import AnnouncementRepeated, CallAnnounced, TicketIssued, VisitorCameBack, VisitSpared
from antrean.queueing.hours.calendar import ClosedBy, always_open, hours_of
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.standstill.found import no_calls, standstills, waits_of_arrivals
from antrean.queueing.tickets.coming_back import may_come_back_with_papers
from antrean.queueing.tickets.ticket import Ticket
from antrean.queueing.vouchers.book import Voucher
from antrean.web.http.errors import refused, sentence
from antrean.web.http.forms import Fields, body, flag, request_id, text, wants_html
from antrean.web.http.guard import current_identity
from antrean.web.limits.case_codes import found_here
from antrean.web.limits.ticket_codes import found_by_code
from antrean.web.live.publisher import Screen
from antrean.web.live.view import Html
from antrean.web.operations.commands import done, said
from antrean.web.operations.operation import operation
from antrean.web.operations.results import DoneResult, FoundResult, IssuedResult, LookedUpResult, Says
from antrean.web.services import services
from antrean.web.text.bring import asks
from antrean.web.text.tickets import address_of, issued_ticket, ticket_result
from kiosk import cases as looking_up
from kiosk import render
from kiosk.view_model import (
    RECENT_SLIPS,
    Outside,
    ReachOf,
    ServiceTile,
    ahead_of_newcomers,
    carries_over,
    groups_json,
    no_slips,
    reach_unknown,
    reaches_of,
    recent_again,
    recent_slips,
    service_tiles,
    services_json,
)

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates")
EVERY_KIOSK = "kiosks"
MOST_SCANNED = 400  # letters of an address that a reader reads
MOST_SPOKEN = 800  # letters; a screen's words with room to spare


class KioskView(TypedDict):
    """What a kiosk shows of the office."""

    html: Html
    slips: Annotated[Mapping[str, str], Says("how the newest slips fare, by number")]
    again: Annotated[Sequence[str], Says("the newest numbers of which a copy may be printed")]
    printing: Annotated[
        Sequence[str], Says("the kiosks that have a printer of their own; '' where there is one for all")
    ]


class KioskScreen(Screen):
    """The view of kiosks: the start screen in every language, and the state of the newest slips."""

    name = "kiosk"
    least_seconds = 0.2
    unseen = (CallAnnounced, AnnouncementRepeated, VisitSpared)

    def rooms(self, identity: Identity | None, auth: dict[str, Any]) -> list[str]:
        """Return the one room of all kiosks, and start what the first result needs."""
        render.expect_results()
        return [EVERY_KIOSK]

    def render(self, room: str) -> KioskView:
        """Return the HTML of the start screens and the slips."""
        now = services().office.clock()
        tiles, slips, again, on_screen_only, closed, alarm, carries, plan = services().office.read(
            lambda day, plan: (
                _tiles(day, plan, now),
                recent_slips(day, _lately_found()),
                recent_again(day, plan),
                no_slips(day, plan),
                day.closed,
                _alarm(day),
                carries_over(day, plan),
                plan,
            )
        )
        office = services().office
        # A closed day gives no number whether or not one could be saved; behind a wrong clock the next may have begun.
        held = office.time.stops(office.business_day(), closed) or (office.holds and not closed)
        outside = Outside.of(plan, now if _date_known() else None, closed)
        stopped = "held" if held else outside.stopped
        starts = render.start(plan, tiles, on_screen_only, stopped, alarm, outside, carries)
        return {
            "html": {f"start.{code}": str(html) for code, html in starts.items()}
            | {f"bring.{code}": str(html) for code, html in render.brings_of(plan).items()}
            | {f"spare.{code}": str(html) for code, html in render.spares_of(plan).items()},
            "slips": slips,
            "again": again,
            "printing": sorted(device for device, printer in plan.printers.items() if printer),
        }


@blueprint.get("/")
def page() -> str:
    """Show the services or, once one is chosen, ask if the visit is needed, for its documents and for how many persons.

    Or ask for the number of a lost slip, or for the code of a case.
    """
    if "lost" in request.args and _printer():
        return render.page(_view(), "lost", _language())
    if "code" in request.args and services().office.read(lambda _day, plan: plan.follows_cases):
        return render.page(_view(), "code", _language())
    tile = _tile(request.args.get("service", ""))
    return render.page(_view(), _question(tile), _language(), tile=tile)


def _question(tile: ServiceTile | None) -> str:
    """Return the screen that is next: each question is asked until the visitor has said something to it."""
    if tile is None:
        return "start"
    service = services().office.read(lambda _day, plan: plan.service(tile.code))
    if service.collects:
        return "code"
    if service.may_spare and request.args.get("reason") != "other" and "have" not in request.args:
        return "spared" if request.args.get("reason") == "only" else "spare"
    return "documents" if asks(service) and "have" not in request.args else "persons"


@blueprint.get("/view")
def view() -> Response:
    """Return the same view as the socket."""
    return jsonify(_view())


@blueprint.get("/services", endpoint="services")
def list_services() -> Response:
    """List the services with their state and how many wait, and the groups in which kiosks show them."""
    now = services().office.clock()
    seq, found, groups = services().office.read(
        lambda day, plan: (
            day.seq,
            services_json(
                day,
                plan,
                waits_of_arrivals(day, standstills(day, plan, now), now),
                ahead_of_newcomers(day, plan, now),
                day.ends(plan.tz, now),
                _hours(plan, now),
                _reaches(day, plan, now),
            ),
            groups_json(plan),
        )
    )
    return jsonify(seq=seq, services=found, groups=groups)


@blueprint.get("/speech.wav")
def speech() -> Response:
    """Read a text of the kiosk aloud, for the headphones of a visitor who does not see it."""
    words = text(dict(request.args), "text", most=MOST_SPOKEN)
    numbers = settings_of(services().office.read(lambda _day, plan: plan.voice), {}).numbers
    sound = services().voices.read_aloud(words, _language(), current_identity().actor, numbers)
    answer = Response(sound, mimetype="audio/wav")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@blueprint.post("/tickets")
@operation(IssueTicket, gives=IssuedResult, status=201)
def tickets() -> IssuedResult | ResponseReturnValue:
    """Give the next number of a service."""
    fields = Fields({}, written=False)
    try:
        fields = body(*said(IssueTicket))
        device = current_identity().device
        answer = done(IssueTicket, fields, device=device.id if device is not None else "", date_known=_date_known())
    except QueueError as refusal:
        return _refused(refusal, fields)
    issued = answer.ticket
    assert issued is not None
    if wants_html():
        return redirect(url_for("kiosk.ticket", number=issued.number), 303)
    told = issued_ticket(issued)
    html = {"result": render.result(issued, issued.language, told.follow_url or "")} if _wants_result() else None
    return IssuedResult(answer.seq, told, html)


def _wants_result() -> bool:
    """Whether a page asks for the result's screen beside its figures."""
    return request.headers.get("Antrean-Draw") == "result"


def _refused(refusal: QueueError, fields: Fields) -> ResponseReturnValue:
    """Return the response to a refused command. Persons and a second service can be put right at once."""
    language = _wished_language(fields)
    with force_locale(language) if language else nullcontext():
        if not wants_html():
            more = {name: refusal.values[name] for name in ("left", "then") if name in refusal.values}
            if not more:
                return refused(refusal)
            return jsonify(error={"code": refusal.code, "message": _why(refusal), **more}), refusal.status
        message = _why(refusal)
    if refusal.code == "too_many_persons" and (tile := _tile(str(fields["service"]))) is not None:
        asked_again = render.page(_view(), "persons", _language(), tile=tile, priority=flag(fields, "priority"))
        return asked_again, refusal.status
    return render.page(_view(), "problem", _language(), message=message), refusal.status


def _why(refusal: QueueError) -> str:
    """Return the sentence of a refusal; one about the second of two services begins with its name."""
    code = refusal.values.get("then")
    if code is None:
        return sentence(refusal)
    name = services().office.read(lambda _day, plan: plan.service(str(code)).name(str(get_locale())))
    return f"{name}: {sentence(refusal)}"


def _wished_language(fields: Fields) -> str:
    """Return the language that a command names, "" when the office does not have it."""
    languages = services().office.read(lambda _day, plan: plan.languages)
    wished = fields.get("language")
    return wished if isinstance(wished, str) and wished in languages else ""


@blueprint.get("/tickets/<number>")
def ticket(number: str) -> ResponseReturnValue:
    """Show today's ticket as the result screen does, in the language it was taken in or the one that is asked for.

    Redirects pages to the start when the ticket is unknown; a kiosk must not end on an error page. Only the kiosk that
    gave the number shows the visitor's link.
    """
    try:
        found = services().office.read(lambda day, _plan: day.ticket(number).snapshot())
    except Unknown:
        if not wants_html():
            raise
        return redirect(url_for("kiosk.page"), 303)
    language = _language() if "language" in request.args else found.language
    if wants_html():
        drawn = render.result(found, language, address_of(found) if _mine(found) else "")
        return render.page(_view(), "result", language, result=drawn)
    shown = issued_ticket(found) if _mine(found) else ticket_result(found)
    told: dict[str, Any] = {"ticket": shown.as_json()}
    if _wants_result():
        told["html"] = {"result": render.result(found, language, shown.follow_url or "")}
    return jsonify(told)


@blueprint.post("/tickets/<number>/slips")
@operation(ReprintSlip, gives=DoneResult, reads=())
def print_again(number: str) -> DoneResult | ResponseReturnValue:
    """Print a copy of a ticket's slip that may not have come out; only the kiosk that gave the number does it.

    A page goes back to the number, which says how its slip fares; a program reads the refusal in the ticket's
    language.
    """
    fields = body()
    found = services().office.read(lambda day, _plan: day.ticket(number).snapshot())
    if not _mine(found):
        raise Unknown("ticket_unknown", ticket=number)
    printer = services().office.read(lambda _day, plan: plan.printer_of(found.device))
    try:
        answer = done(ReprintSlip, fields, ticket=number, printer=printer, by_visitor=True)
    except Refused as refusal:
        if not wants_html():
            with force_locale(found.language):
                return refused(refusal)
    else:
        if not wants_html():
            return DoneResult(answer.seq)
    return redirect(url_for("kiosk.ticket", number=number), 303)


@blueprint.post("/lists")
@operation(RequestList, gives=DoneResult)
def lists() -> DoneResult | ResponseReturnValue:
    """Print what a service asks to bring, or why a visit is not needed, without a number, on the kiosk's own printer.

    A page goes back to the start, which is the next visitor's.
    """
    fields = Fields({}, written=False)
    try:
        fields = body(*said(RequestList))
        answer = done(RequestList, fields, printer=_printer())
    except QueueError as refusal:
        return _refused(refusal, fields)
    if wants_html():
        return redirect(url_for("kiosk.page", language=_language()), 303)
    return DoneResult(answer.seq)


@blueprint.post("/spared_visits")
@operation(SpareVisit, gives=DoneResult)
def spared_visits() -> DoneResult | ResponseReturnValue:
    """Count a visit that was not needed: its visitor read why and leaves without a number.

    A page goes back to the start, which is the next visitor's.
    """
    fields = Fields({}, written=False)
    try:
        fields = body(*said(SpareVisit))
        answer = done(SpareVisit, fields)
    except QueueError as refusal:
        return _refused(refusal, fields)
    if wants_html():
        return redirect(url_for("kiosk.page", language=_language()), 303)
    return DoneResult(answer.seq)


@blueprint.post("/cases")
@operation(AskCase, gives=LookedUpResult, reads=())
def look_up() -> LookedUpResult | ResponseReturnValue:
    """Say how far the cases are that a code means, and note that somebody asked: once a day for each visit.

    The code may be typed, or be what a reader reads from a slip or a phone. Refuses (`case_unknown`) one that is
    nobody's, and who guesses too often. What was asked is told whether it could be noted or not.
    """
    fields = Fields({}, written=False)
    try:
        fields = body("case", "language")
        scanned = text(fields, "case", most=MOST_SCANNED)
        text(fields, "language", "", most=10)
        code = found_here(scanned, current_identity().actor)
    except QueueError as refusal:
        return _no_case(refusal, fields)
    with suppress(QueueError):  # of a number that is not done there is no case yet
        done(AskCase, fields, case=code, place=AT_OFFICE)
    return _told_of(code)


@blueprint.get("/cases/<code>", endpoint="case")
def show_case(code: str) -> ResponseReturnValue:
    """Say how far the cases are that a code means; refuses as a look-up does, and notes nothing."""
    try:
        told = _told_of(found_here(code[:MOST_SCANNED], current_identity().actor))
    except QueueError as refusal:
        return _no_case(refusal, Fields({}, written=False))
    return jsonify(told.as_json()) if isinstance(told, LookedUpResult) else told


def _told_of(code: str) -> LookedUpResult | str:
    """Return what a code means: to programs, to the page that wants its screens drawn, or as a page."""
    now = services().office.clock()
    seq, plan, found = services().office.read(
        lambda day, plan: (day.seq, plan, looking_up.looked_up(day, plan, code, now, services().case_days))
    )
    drawn = wants_html() or request.headers.get("Antrean-Draw") == "case"
    screens = render.cases(found, plan, _tiles_now()) if drawn else None
    if wants_html():
        return render.page(_view(), "case", _language(), cases=screens)
    told = looking_up.as_result(seq, found, plan)
    return replace(told, html={language: str(html) for language, html in screens.items()} if screens else None)


def _no_case(refusal: QueueError, fields: Fields) -> ResponseReturnValue:
    language = _wished_language(fields) or _language()
    with force_locale(language):
        if not wants_html():
            return refused(refusal)
        message = sentence(refusal)
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
    return render.page(_view(), "code", language, message=message), refusal.status, headers


@blueprint.post("/lost")
@operation(ReprintSlip, gives=FoundResult, reads=())
def lost() -> FoundResult | ResponseReturnValue:
    """Print a copy of a lost slip, marked as such, for whoever knows its number and its code; show the ticket.

    A number that ended since papers were missing waits again, as its visitor has come back with them. One of an earlier
    day that was not served becomes a number of today, before all newcomers. Refuses (`ticket_code_wrong`) a number that
    is neither just as a wrong code, and who guesses too often.
    """
    fields = Fields({}, written=False)
    try:
        fields = body("number", "code", "language")
        number, code = text(fields, "number", most=20), text(fields, "code", most=20)
        text(fields, "language", "", most=10)
        held = found_by_code(number, code, current_identity().actor)
        if isinstance(held, Voucher) or _was_taken_up(held, fields):
            return _taken_up(held, fields)
        found, printer = held, _printer()
        seq, printed = _back_with_papers(found, fields), bool(printer)
        if seq is not None and printer:
            seq, printed = _slip_of_return(found.number, printer, seq)
        elif printer:
            seq = done(ReprintSlip, fields, ticket=found.number, printer=printer).seq
        elif seq is None:
            seq = services().office.read(lambda day, _plan: day.seq)
    except QueueError as refusal:
        return _not_found(refusal, fields)
    if printed:
        _lately_found().append(found.number)
    screens = render.found(found.number, printed)
    if wants_html():
        language = _language()
        return render.page(_view(), "result", language, result=screens[language])
    told = services().office.read(lambda day, _plan: day.ticket(found.number).snapshot())
    return FoundResult(seq, ticket_result(told), {code: str(html) for code, html in screens.items()})


def _was_taken_up(found: Ticket, fields: Fields) -> bool:
    """Whether this very request has taken the number up already, and only the response was lost."""
    known = services().office.read(lambda day, _plan: day.results.get(request_id(fields) or ""))
    return bool(found.carried_over) and known is not None and known.event_kind == TicketIssued.kind


def _taken_up(held: Ticket | Voucher, fields: Fields) -> FoundResult | ResponseReturnValue:
    """Make a number of today of one that was not served on an earlier day; show and print it as any other."""
    device = current_identity().device
    answer = done(
        RedeemVoucher,
        fields,
        voucher=held.line if isinstance(held, Voucher) else held.carried_over,
        language=_wished_language(fields) or _language(),
        device=device.id if device is not None else "",
        date_known=_date_known(),
    )
    issued = answer.ticket
    assert issued is not None
    if wants_html():
        return redirect(url_for("kiosk.ticket", number=issued.number), 303)
    languages = services().office.read(lambda _day, plan: plan.languages)
    address = address_of(issued)
    screens = {code: str(render.result(issued, code, address)) for code in languages}
    return FoundResult(answer.seq, ticket_result(issued), screens)


def _back_with_papers(found: Ticket, fields: Fields) -> int | None:
    """Let a number wait again whose visitor came back with missing papers; None for any other number.

    The same request gets the same again.
    """
    plan, known = services().office.read(lambda day, plan: (plan, day.results.get(request_id(fields) or "")))
    again = known is not None and known.event_kind == VisitorCameBack.kind
    if not again and not may_come_back_with_papers(found, plan):
        return None
    return done(ComeBack, fields, ticket=found.number).seq


def _slip_of_return(number: str, printer: str, seq: int) -> tuple[int, bool]:
    """Ask for the slip of a number that waits again, once for each return; return the newest seq, and whether it comes.

    A slip that can't be printed once more takes nothing back.
    """
    ticket = services().office.read(lambda day, _plan: day.ticket(number).snapshot())
    if ticket.slip is not None and ticket.slip.asked_at >= ticket.legs[-1].waiting_since:
        return seq, True
    try:
        return services().office.execute(
            ReprintSlip(ticket=number, printer=printer), current_identity().actor
        ).seq, True
    except Refused:
        return seq, False


def _not_found(refusal: QueueError, fields: Fields) -> ResponseReturnValue:
    language = _wished_language(fields) or _language()
    with force_locale(language):
        if not wants_html():
            return refused(refusal)
        message = sentence(refusal)
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
    number = str(fields.get("number", ""))[:20]
    return render.page(_view(), "lost", language, number=number, message=message), refusal.status, headers


def _lately_found() -> deque[str]:
    """Return the numbers that were found lately after their slip was lost: kiosks follow their slips, too."""
    parts = current_app.extensions
    if "antrean_kiosk_found" not in parts:
        parts["antrean_kiosk_found"] = deque(maxlen=RECENT_SLIPS)
    found: deque[str] = parts["antrean_kiosk_found"]
    return found


@blueprint.post("/requests/<wished>/withdrawal")
@operation(CancelTicket, gives=DoneResult, reads=())
def withdraw(wished: str) -> DoneResult:
    """Cancel the number that this request of the kiosk got, if it got one that nobody was served with.

    For a visitor who did not wait for the response: the hub may have heard the request, and only the response was lost.
    """
    fields = body()
    seq, given = services().office.read(lambda day, _plan: (day.seq, _given(day, wished)))
    if given is None or not _mine(given) or given.state not in ("waiting", "called"):
        return DoneResult(seq)
    return DoneResult(done(CancelTicket, fields, ticket=given.number, reason="visitor_left", counter=None).seq)


def _given(day: ServiceDay, request_id: str) -> Ticket | None:
    """Return the ticket that a request got, as it is now."""
    result = day.results.get(request_id)
    return day.ticket(result.ticket.number).snapshot() if result is not None and result.ticket is not None else None


def _mine(ticket: Ticket) -> bool:
    """Return whether the kiosk that asks gave this number."""
    device = current_identity().device
    return device is not None and ticket.device == device.id


def _printer() -> str:
    """Return the printer of the kiosk that asks, "" when it has none."""
    device = current_identity().device
    return services().office.read(lambda _day, plan: plan.printer_of(device.id if device is not None else ""))


def _language() -> str:
    languages = services().office.read(lambda _day, plan: plan.languages)
    wanted = request.args.get("language", request.form.get("language", ""))
    return wanted if wanted in languages else languages[0]


def _alarm(day: ServiceDay) -> Mapping[str, str]:
    """Return the words of the newest urgent announcement to the whole office, by language."""
    urgent = (one.texts for one in reversed(day.announcements.values()) if one.urgent and not one.zone)
    return next(urgent, {})


def _date_known() -> bool:
    """Whether the time can close the office: not before anybody has told it to a machine that started without it."""
    return not services().office.guard.date_unknown


def _hours(plan: OfficePlan, now: datetime) -> ClosedBy:
    return hours_of(plan, now) if _date_known() else always_open


def _tiles(day: ServiceDay, plan: OfficePlan, now: datetime) -> dict[str, list[ServiceTile]]:
    ahead, ends = ahead_of_newcomers(day, plan, now), day.ends(plan.tz, now)
    hours, reaches, still = _hours(plan, now), _reaches(day, plan, now), no_calls(day, plan, now)
    waits = waits_of_arrivals(day, still, now)
    return service_tiles(day, plan, plan.languages, waits, ahead, ends, hours, reaches, still)


def _reaches(day: ServiceDay, plan: OfficePlan, now: datetime) -> ReachOf:
    return reaches_of(day, plan, now) if _date_known() else reach_unknown


def _tiles_now() -> dict[str, list[ServiceTile]]:
    now = services().office.clock()
    return services().office.read(lambda day, plan: _tiles(day, plan, now))


def _tile(service: str) -> ServiceTile | None:
    tiles = _tiles_now()[_language()]
    return next((tile for tile in tiles if tile.code == service and tile.open), None)


def _view() -> dict[str, Any]:
    return services().publisher.current("kiosk", EVERY_KIOSK)
