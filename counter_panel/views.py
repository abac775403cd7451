"""The operator's commands: sit down, call, serve, finish. Every view only translates a request and its result."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from counter_panel import draw
from queueing.commands import (
    CallNext,
    CallTicket,
    CancelTicket,
    ChangePersons,
    ChangePriority,
    CloseCounter,
    Command,
    CompleteTicket,
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
    TransferTicket,
    UndoStep,
)
from queueing.commands.fields import fields_of
from queueing.errors import Refused, Unknown
from queueing.ticket import Answer
from web.answers import Fields, body, request_id
from web.commands import done, execute, made, said
from web.guard import Who, who
from web.hub import hub
from web.publisher import Screen
from web.tickets import ticket_json
from web.words import reason_words

blueprint = Blueprint(
    "counter_panel", __name__, url_prefix="/counter_panel", template_folder="templates", static_folder="static"
)


class CounterPanelScreen(Screen):
    """What an operator sees; every tablet signed in under one name shows the same."""

    name = "counter_panel"
    least_seconds = 0.1

    def rooms(self, who: Who | None, auth: dict[str, Any]) -> list[str]:
        """Each operator has a room of their own."""
        assert who is not None
        return ["operator:" + who.name]

    def draw(self, room: str) -> dict[str, Any]:
        """Return the whole view of one operator."""
        return draw.view(room.removeprefix("operator:"))


@blueprint.get("/")
def page() -> str:
    """Show the panel, or the choice of counters to someone who sits nowhere."""
    return draw.page(_current())


@blueprint.get("/view")
def view() -> Response:
    """Say what the socket's `view` would say now."""
    return jsonify(_current())


@blueprint.post("/session")
def sit_down() -> Response:
    """Sit down at a counter, or come back from a pause."""
    fields = body(*said(OpenCounter))
    command = made(OpenCounter, fields, operator=who().name)
    result = hub().office.execute(command, who().actor, request_id(fields))
    return jsonify(seq=result.seq, counter=command.counter)


@blueprint.delete("/session")
def leave() -> Response:
    """Leave the counter; someone who sits nowhere has left already."""
    result = execute(CloseCounter, counter=_sits_at(), operator=who().name)
    return jsonify(seq=result.seq, counter=None)


@blueprint.post("/pause")
def pause() -> Response:
    """Take no calls for now."""
    return jsonify(seq=_here(PauseCounter).seq, state="paused")


@blueprint.post("/resume")
def resume() -> Response:
    """Take calls again."""
    return jsonify(seq=_here(ResumeCounter).seq, state="open")


@blueprint.post("/undo")
def undo() -> Response:
    """Take back the last step at this counter: a start, completion, absence, hold, transfer or return.

    "Finish and call next" is one step.
    """
    return _told(_here(UndoStep))


@blueprint.get("/search")
def search() -> Response:
    """Find today's tickets by number; without one, the latest absent visitors."""
    return jsonify(html=draw.found(request.args.get("q", "")[:20], who().name))


@blueprint.post("/calls")
def calls() -> tuple[Response, int]:
    """Call the next ticket, completing the one being served.

    With `current` (the number the page showed, or "" for none) it refuses when the counter has another by now.
    """
    return _told(_here(CallNext)), 201


# What can be done with a ticket, by the last word of its address.
TICKET_COMMANDS: dict[str, type[Command]] = {
    "call": CallTicket,
    "recall": RecallTicket,
    "start": StartService,
    "complete": CompleteTicket,
    "no_show": MarkNoShow,
    "readmit": ReadmitTicket,
    "reopen": ReopenTicket,
    "hold": HoldTicket,
    "resume": ResumeTicket,
    "return_to_queue": ReturnTicket,
    "transfer": TransferTicket,
    "cancel": CancelTicket,
    "persons": ChangePersons,
    "priority": ChangePriority,
    "seat": HelpToSeat,
}


@blueprint.post("/tickets/<ticket>/<command>")
def ticket_command(ticket: str, command: str) -> Response:
    """Do something with one ticket."""
    kind = TICKET_COMMANDS.get(command)
    if kind is None:
        raise Unknown("not_found")
    if kind is CancelTicket:
        return _told(execute(CancelTicket, ticket=ticket, counter=_sits_at()))
    return _told(_here(kind, ticket=ticket))


def _here(kind: type[Command], **given: object) -> Answer:
    """Do what the operator wishes at the counter where they sit."""
    fields = body(*said(kind, given))
    known = {field.name for field in fields_of(kind)}
    if "counter" in known:
        given["counter"] = _counter(fields)
    if "operator" in known:
        given["operator"] = who().name
    return done(kind, fields, **given)


def _counter(fields: Fields) -> str:
    """Return where the operator sits; refuses someone who sits nowhere, unless the request is answered already."""
    found = _sits_at()
    if not found and not _answered(fields):
        raise Refused("not_at_counter")
    return found


def _sits_at() -> str:
    operator = who().name
    row = hub().office.look(lambda day, _plan: day.counter_of(operator))
    return row.code if row is not None else ""


def _answered(fields: Fields) -> bool:
    """Whether this very request was answered before; the office then gives the first answer again."""
    known = request_id(fields)
    return known is not None and hub().office.look(lambda day, _plan: known in day.answers)


def _current() -> dict[str, Any]:
    return hub().publisher.current("counter_panel", "operator:" + who().name)


def _told(answer: Answer) -> Response:
    told: dict[str, Any] = {"seq": answer.seq}
    if answer.ticket is not None:
        told["ticket"] = ticket_json(answer.ticket)
    if answer.facts:
        told["reason"] = {"rule": answer.facts["rule"], "text": reason_words(answer.facts)}
    return jsonify(told)
