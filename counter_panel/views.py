"""The operator's commands: sit down, call, serve, finish."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, jsonify, request

from antrean.access.identity import LEADERS, Identity
from antrean.queueing.command.fields import fields_of
from antrean.queueing.commands import (
    Announce,
    CallNext,
    CallTicket,
    CancelTicket,
    ChangePersons,
    ChangePriority,
    ChangeService,
    CloseCounter,
    ComeBack,
    Command,
    CompleteTicket,
    EndAnnouncement,
    HandOverCounter,
    HelpToSeat,
    HoldTicket,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    ReadmitTicket,
    RecallTicket,
    ReopenTicket,
    ResumeCounter,
    ResumeTicket,
    ReturnTicket,
    StartService,
    TakeOverCounter,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.errors import Refused, Unknown
from antrean.queueing.results import CommandResult
from antrean.web.http.forms import Fields, body, request_id
from antrean.web.http.guard import current_identity
from antrean.web.live.publisher import Screen
from antrean.web.operations.commands import done, execute, made, said
from antrean.web.operations.operation import operation
from antrean.web.operations.results import (
    AnnouncedResult,
    CalledResult,
    DoneResult,
    LeftResult,
    PausedResult,
    ResumedResult,
    SeatedResult,
    ToldResult,
)
from antrean.web.screens.zones import rooms_in
from antrean.web.services import services
from antrean.web.text.tickets import called_ticket, told_ticket
from counter_panel import cases, render
from counter_panel.blueprint import blueprint
from counter_panel.reception import kiosks, printers
from counter_panel.render import PanelView
from counter_panel.search import printer_of_number


class CounterPanelScreen(Screen):
    """The view of one operator. Every tablet signed in under one name shows the same."""

    name = "counter_panel"
    least_seconds = 0.1

    def rooms(self, identity: Identity | None, auth: dict[str, Any]) -> list[str]:
        """Return the operator's own room, or that of the page of cases."""
        assert identity is not None
        if auth.get("page") == cases.ROOM:
            return [cases.room_of(identity)]
        return ["operator:" + identity.name]

    def render(self, room: str) -> PanelView | cases.CasesView:
        """Return the whole view of one operator, or of the page of cases."""
        if cases.is_room(room):
            return cases.view(room)
        return render.view(room.removeprefix("operator:"))


@blueprint.get("/")
def page() -> str:
    """Show the panel, or the choice of counters to an operator who sits at none."""
    return render.page(_current(), kiosks())


@blueprint.get("/view")
def view() -> Response:
    """Return the same view as the socket: the operator's, or that of the page of cases."""
    if request.args.get("page") == cases.ROOM:
        return jsonify(services().publisher.current("counter_panel", cases.room_of(current_identity())))
    return jsonify(_current())


@blueprint.post("/session")
@operation(OpenCounter, gives=SeatedResult)
def sit_down() -> SeatedResult:
    """Sit down at a counter, or come back from a pause."""
    fields = body(*said(OpenCounter))
    command = made(OpenCounter, fields, operator=current_identity().name)
    result = services().office.execute(command, current_identity().actor, request_id(fields))
    return SeatedResult(result.seq, command.counter)


@blueprint.delete("/session")
@operation(CloseCounter, gives=LeftResult)
def leave() -> LeftResult:
    """Leave the counter; someone who sits nowhere has left already."""
    result = execute(CloseCounter, counter=_sits_at(), operator=current_identity().name)
    return LeftResult(result.seq, None)


@blueprint.get("/hand_over")
def colleagues() -> Response:
    """Show who can go on at the operator's counter: everybody who sits at none."""
    return jsonify(html=render.colleagues(current_identity().name))


@blueprint.post("/hand_over")
@operation(HandOverCounter, gives=LeftResult)
def hand_over() -> LeftResult:
    """Let a colleague go on at the operator's counter, with its visitor."""
    to = body(*said(HandOverCounter)).get("to")
    if isinstance(to, str) and to not in services().identities.staff_at_counters():
        raise Unknown("staff_unknown")
    return LeftResult(_here(HandOverCounter).seq, None)


@blueprint.get("/take_over")
def colleague() -> Response:
    """Show who sits at a counter, and what the operator would go on with there."""
    return jsonify(html=render.colleague(request.args.get("counter", "")[:20]))


@blueprint.post("/take_over")
@operation(TakeOverCounter, gives=SeatedResult)
def take_over() -> SeatedResult:
    """Go on at the counter of a colleague who had to leave, with the visitor there."""
    fields = body(*said(TakeOverCounter))
    command = made(TakeOverCounter, fields, operator=current_identity().name)
    result = services().office.execute(command, current_identity().actor, request_id(fields))
    return SeatedResult(result.seq, command.counter)


@blueprint.post("/pause")
@operation(PauseCounter, gives=PausedResult)
def pause() -> PausedResult:
    """Take no calls for now."""
    return PausedResult(_here(PauseCounter).seq)


@blueprint.post("/resume")
@operation(ResumeCounter, gives=ResumedResult)
def resume() -> ResumedResult:
    """Take calls again."""
    return ResumedResult(_here(ResumeCounter).seq)


@blueprint.post("/undo")
@operation(UndoStep, gives=ToldResult)
def undo() -> ToldResult:
    """Take back the last step at this counter: a start, completion, absence, hold, transfer, return or correction.

    "Finish and call next" is one step.
    """
    return told_ticket(_here(UndoStep))


@blueprint.get("/search")
def search() -> Response:
    """Find today's tickets by number; without one, the latest absent visitors."""
    return jsonify(html=render.found(request.args.get("q", "")[:20], current_identity().name, printers()))


@blueprint.get("/waiting")
def waiting() -> Response:
    """List all whom the operator's counter can call, in calling order; of one service, or by number."""
    typed, service = request.args.get("q", "")[:20], request.args.get("service", "")[:40]
    return jsonify(html=render.waiting(typed, service, current_identity().name))


@blueprint.get("/corrections")
def corrections() -> Response:
    """Show what can be put right of one of today's numbers: persons, priority, service."""
    return jsonify(html=render.corrections(request.args.get("ticket", "")[:20], current_identity().name))


@blueprint.get("/announcing")
def announcing() -> Response:
    """Show what would be announced, where, and whether it is heard."""
    wish = {name: request.args.get(name, "")[:most] for name, most in (("phrase", 20), ("zone", 40), ("times", 20))}
    return jsonify(html=render.preview(**wish, about=request.args.get("about", "")[:400]))


@blueprint.post("/announcements")
@operation(Announce, gives=AnnouncedResult, status=201)
def announce() -> AnnouncedResult:
    """Announce something on the displays of a zone, or of the whole office, and by their voice between calls."""
    fields = body(*said(Announce))
    command = made(Announce, fields)
    plan = services().office.read(lambda _day, plan: plan)
    if command.zone and not rooms_in(services(), plan, command.zone):
        raise Unknown("zone_unknown")
    result = services().office.execute(command, current_identity().actor, request_id(fields))
    return AnnouncedResult(result.seq, result.seq)


@blueprint.post("/announcements/end")
@operation(EndAnnouncement, gives=DoneResult)
def end_announcement() -> DoneResult:
    """End what is announced."""
    return DoneResult(execute(EndAnnouncement).seq)


@blueprint.post("/calls")
@operation(CallNext, gives=CalledResult, status=201)
def calls() -> CalledResult:
    """Call the next ticket, completing the one being served.

    With `current` (the number the page showed, or "" for none) it refuses when the counter has another by now.
    """
    return called_ticket(_here(CallNext))


# What can be done with a ticket, by the last word of its address.
TICKET_COMMANDS: dict[str, type[Command]] = {
    "call": CallTicket,
    "recall": RecallTicket,
    "start": StartService,
    "complete": CompleteTicket,
    "no_show": MarkNoShow,
    "readmit": ReadmitTicket,
    "reopen": ReopenTicket,
    "come_back": ComeBack,
    "hold": HoldTicket,
    "resume": ResumeTicket,
    "return_to_queue": ReturnTicket,
    "transfer": TransferTicket,
    "cancel": CancelTicket,
    "persons": ChangePersons,
    "priority": ChangePriority,
    "service": ChangeService,
    "seat": HelpToSeat,
}


@blueprint.post("/tickets/<ticket>/<command>")
@operation(TICKET_COMMANDS, gives=ToldResult)
def ticket_command(ticket: str, command: str) -> ToldResult:
    """Do something with one ticket."""
    kind = TICKET_COMMANDS.get(command)
    if kind is None:
        raise Unknown("not_found")
    given: dict[str, object] = {"ticket": ticket}
    if kind is CancelTicket:
        given["by_staff"] = True
    elif kind is CompleteTicket:
        given["printer"] = services().office.read(lambda day, plan: printer_of_number(day, plan, ticket))
    answer = _here(kind, **given)
    if answer.ticket is None:  # it was so already
        answer = replace(answer, ticket=services().office.read(lambda day, _plan: day.ticket(ticket).snapshot()))
    return told_ticket(answer)


def _here(kind: type[Command], **given: object) -> CommandResult:
    """Execute a command at the counter where the operator sits; one that takes none too is a supervisor's anywhere."""
    fields = body(*said(kind, given))
    known = {field.name: field for field in fields_of(kind)}
    if "counter" in known and known["counter"].optional:
        given["counter"] = _sits_at() or (None if current_identity().role in LEADERS else "")
    elif "counter" in known:
        given["counter"] = _counter(fields)
    if "operator" in known:
        given["operator"] = current_identity().name
    return done(kind, fields, **given)


def _counter(fields: Fields) -> str:
    """Return the operator's counter. Refuses an operator who sits at none, unless the request was answered before."""
    found = _sits_at()
    if not found and not _answered(fields):
        raise Refused("not_at_counter")
    return found


def _sits_at() -> str:
    operator = current_identity().name
    row = services().office.read(lambda day, _plan: day.counter_of(operator))
    return row.code if row is not None else ""


def _answered(fields: Fields) -> bool:
    """Return whether this very request was answered before; the office then gives the first result again."""
    known = request_id(fields)
    return known is not None and services().office.read(lambda day, _plan: known in day.results)


def _current() -> dict[str, Any]:
    return services().publisher.current("counter_panel", "operator:" + current_identity().name)
