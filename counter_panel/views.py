"""The operator's wishes: sit down, call, serve, finish. Every view only asks the office and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from counter_panel import draw
from queueing import rules, rules_office
from queueing.errors import Refused, Unknown
from queueing.ticket import Answer
from web.answers import Fields, body, choice, flag, request_id, text, whole
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
    fields = body("counter")
    answer = _do(rules_office.open_counter, fields, counter=text(fields, "counter", most=20), operator=who().name)
    return jsonify(seq=answer.seq, counter=fields["counter"])


@blueprint.delete("/session")
def leave() -> Response:
    """Leave the counter; someone who sits nowhere has left already."""
    fields = body("reason")
    reason = text(fields, "reason", "", most=40)
    answer = _do(rules_office.close_counter, fields, counter=_sits_at(), operator=who().name, reason=reason)
    return jsonify(seq=answer.seq, counter=None)


@blueprint.post("/pause")
def pause() -> Response:
    """Take no calls for now."""
    fields = body("reason")
    reason = text(fields, "reason", "", most=40)
    answer = _do(rules_office.pause_counter, fields, counter=_counter(fields), operator=who().name, reason=reason)
    return jsonify(seq=answer.seq, state="paused")


@blueprint.post("/resume")
def resume() -> Response:
    """Take calls again."""
    fields = body()
    answer = _do(rules_office.resume_counter, fields, counter=_counter(fields), operator=who().name)
    return jsonify(seq=answer.seq, state="open")


@blueprint.post("/undo")
def undo() -> Response:
    """Take back the last step at this counter: a start, completion, absence, hold, transfer or return.

    "Finish and call next" is one step.
    """
    fields = body()
    return _told(_do(rules_office.undo, fields, counter=_counter(fields), operator=who().name))


@blueprint.get("/search")
def search() -> Response:
    """Find today's tickets by number; without one, the latest absent visitors."""
    return jsonify(html=draw.found(request.args.get("q", "")[:20], who().name))


@blueprint.post("/calls")
def calls() -> tuple[Response, int]:
    """Call the next ticket, completing the one being served.

    With `current` (the number the page showed, or "" for none) it refuses when the counter has another by now.
    """
    fields = body("current")
    current = text(fields, "current", most=20) if "current" in fields else None
    return _told(_do(rules.call_next, fields, counter=_counter(fields), operator=who().name, current=current)), 201


@blueprint.post("/tickets/<number>/<wish>")
def wish(number: str, wish: str) -> Response:
    """Do something with one ticket."""
    try:
        do, names = WISHES[wish]
    except KeyError:
        raise Unknown("not_found") from None
    return _told(do(number, body(*names)))


def _call(number: str, fields: Fields) -> Answer:
    reason = text(fields, "reason", "")
    return _do(rules.call_ticket, fields, ticket=number, counter=_counter(fields), operator=who().name, reason=reason)


def _recall(number: str, fields: Fields) -> Answer:
    return _do(rules.recall, fields, ticket=number, counter=_counter(fields))


def _start(number: str, fields: Fields) -> Answer:
    return _do(rules.start, fields, ticket=number, counter=_counter(fields))


def _complete(number: str, fields: Fields) -> Answer:
    outcome = choice(fields, "outcome", rules.OUTCOMES, "finished")
    persons = whole(fields, "persons") if "persons" in fields else None
    return _do(rules.complete, fields, ticket=number, counter=_counter(fields), outcome=outcome, persons=persons)


def _no_show(number: str, fields: Fields) -> Answer:
    return _do(rules.no_show, fields, ticket=number, counter=_counter(fields))


def _readmit(number: str, fields: Fields) -> Answer:
    return _do(rules.readmit, fields, ticket=number)


def _reopen(number: str, fields: Fields) -> Answer:
    return _do(rules.reopen, fields, ticket=number)


def _hold(number: str, fields: Fields) -> Answer:
    reason = text(fields, "reason", "")
    return _do(rules.hold, fields, ticket=number, counter=_counter(fields), reason=reason)


def _resume(number: str, fields: Fields) -> Answer:
    return _do(rules.resume, fields, ticket=number, counter=_counter(fields))


def _return_to_queue(number: str, fields: Fields) -> Answer:
    return _do(rules.return_to_queue, fields, ticket=number, counter=_counter(fields))


def _transfer(number: str, fields: Fields) -> Answer:
    service, position = text(fields, "service", most=40), choice(fields, "position", rules.POSITIONS, "arrival")
    return _do(rules.transfer, fields, ticket=number, counter=_counter(fields), service=service, position=position)


def _cancel(number: str, fields: Fields) -> Answer:
    return _do(rules.cancel, fields, ticket=number, reason=text(fields, "reason", ""), counter=_sits_at())


def _persons(number: str, fields: Fields) -> Answer:
    return _do(rules.change_persons, fields, ticket=number, persons=whole(fields, "persons"))


def _priority(number: str, fields: Fields) -> Answer:
    return _do(rules.change_priority, fields, ticket=number, priority=flag(fields, "priority"))


# What can be done with a ticket, and which fields say how.
WISHES: dict[str, tuple[Callable[[str, Fields], Answer], tuple[str, ...]]] = {
    "call": (_call, ("reason",)),
    "recall": (_recall, ()),
    "start": (_start, ()),
    "complete": (_complete, ("outcome", "persons")),
    "no_show": (_no_show, ()),
    "readmit": (_readmit, ()),
    "reopen": (_reopen, ()),
    "hold": (_hold, ("reason",)),
    "resume": (_resume, ()),
    "return_to_queue": (_return_to_queue, ()),
    "transfer": (_transfer, ("service", "position")),
    "cancel": (_cancel, ("reason",)),
    "persons": (_persons, ("persons",)),
    "priority": (_priority, ("priority",)),
}


def _do(rule: Any, fields: Fields, **arguments: Any) -> Answer:
    return hub().office.do(rule, actor=who().actor, request_id=request_id(fields), **arguments)


def _counter(fields: Fields) -> str:
    """Return where the operator sits; refuses someone who sits nowhere, unless the wish is answered already."""
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
