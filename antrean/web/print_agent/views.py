"""The hub's side of printing: tells print agents which slips wait, and takes their results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from antrean.access.identity import Identity
from antrean.hub.agents import printer_addresses
from antrean.queueing.commands import FindLostNumbers, ReportPrinter, SettleSlip
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, Unknown
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.services.state import OPEN_TODAY
from antrean.queueing.slips.events import LIST, TEST, VOUCHER
from antrean.queueing.slips.slip import Slip
from antrean.storage.journal.heads import remembered
from antrean.web.http.forms import body, text
from antrean.web.http.guard import current_identity
from antrean.web.live.publisher import Screen
from antrean.web.operations.commands import made
from antrean.web.operations.operation import operation
from antrean.web.operations.results import NotedResult
from antrean.web.print_agent.agent_answers import read_answer
from antrean.web.services import services
from antrean.web.text.slip_words import SlipContents, list_content, slip_layout, voucher_layout

blueprint = Blueprint("print_agent", __name__, url_prefix="/print_agent")
KEPT_SLIPS = 12
MOST_WAITING = 30  # sent to an agent at once: it prints one after the other, and each result brings the next ones
MOST_JOBS = 1000
LONGEST_JOB = 80
NONSENSE = "understanding a print agent"


class PrintAgentScreen(Screen):
    """The view of a print agent: the slips of its printer that are being sent, and the oldest of those that wait."""

    name = "print_agent"
    least_seconds = 0.05

    def __init__(self) -> None:
        self._contents = SlipContents()

    def rooms(self, identity: Identity | None, auth: dict[str, Any]) -> list[str]:
        """Each agent has a room of its own."""
        assert identity is not None
        assert identity.device is not None
        return ["printer:" + identity.device.id]

    def render(self, room: str) -> dict[str, Any]:
        """Return the view of one printer."""
        printer = room.removeprefix("printer:")
        return services().office.read(lambda day, plan: _view(day, plan, printer, self._contents))


def _view(day: ServiceDay, plan: OfficePlan, printer: str, contents: SlipContents) -> dict[str, Any]:
    device = next((device for device in services().identities.devices() if device.id == printer), None)
    return {
        "printer": {
            "name": device.name if device else printer,
            **printer_addresses.told(device),
            "held": printer in day.held_printers,
            "told": _told(day, printer),
        },
        "restored": day.restored,
        "head": newest.as_json() if (newest := services().heads.newest) is not None else None,
        "layout": slip_layout(
            plan.slip, any(one.requirements or one.may_spare for one in plan.services), plan.follows_cases
        ),
        "questions": [
            {"id": question.id, "what": question.what, "address": question.address, "parts": question.parts}
            for question in services().print_agents.questions(printer)
            if question.answer is None
        ],
        "slips": [
            {
                "job": f"{day.business_day.isoformat()}/{slip.ticket}/{slip.copy}",
                "state": slip.state,
                "claim": slip.claim,
                **_told_of(day, plan, slip, contents),
            }
            for slip in _next_slips(day.open_slips, printer)
        ],
    }


def _told_of(day: ServiceDay, plan: OfficePlan, slip: Slip, contents: SlipContents) -> dict[str, Any]:
    """Return what is printed: the printer's own test page, a list, or the slip of a voucher or of a ticket."""
    if slip.ticket == TEST:
        return {"test": True}
    if slip.ticket == LIST:
        return {"content": list_content(plan, slip, day.tickets.get(slip.number))}
    if slip.ticket == VOUCHER:
        held = day.standing.vouchers.vouchers.get(slip.voucher)
        return {
            "content": contents.of_voucher(plan, slip, held),
            "layout": voucher_layout(bool(held and (held.case or held.collects))),
        }
    ticket = day.tickets[slip.ticket]
    return {"content": contents.of(plan, ticket, slip, day.held_up(ticket.service) or OPEN_TODAY)}


def _next_slips(open_slips: Mapping[tuple[str, int], Slip], printer: str) -> Iterator[Slip]:
    """Give a printer's slips that are being sent, and the oldest that wait, in the order of their asking.

    Vouchers, of which there may be hundreds, come after all others: whoever takes a number stands there.
    """
    waiting = 0
    mine = [slip for slip in open_slips.values() if slip.printer == printer]
    for slip in (*(one for one in mine if one.ticket != VOUCHER), *(one for one in mine if one.ticket == VOUCHER)):
        waiting += slip.state == "waiting"
        if slip.state == "sending" or waiting <= MOST_WAITING:
            yield slip


def _told(day: ServiceDay, printer: str) -> dict[str, str]:
    """Return the state of a printer that is known today; its agent reports again when it differs."""
    known = day.printers.get(printer)
    if known is None:
        return {}
    return {
        "state": known.state,
        "detail": known.detail,
        "address": known.address,
        "fallback": known.fallback,
        "fallback_address": known.fallback_address,
    }


@contextmanager
def _from_agent() -> Iterator[None]:
    """Count invalid messages of an agent, and log each once; the agent gets the refusal."""
    try:
        yield
    except Invalid as nonsense:
        services().faults.note(NONSENSE, nonsense)
        raise


@blueprint.get("/view")
def view() -> Response:
    """Say what the socket's `view` would say now."""
    device = current_identity().device
    assert device is not None
    return jsonify(services().publisher.current("print_agent", "printer:" + device.id))


@blueprint.post("/results")
@operation(SettleSlip, gives=NotedResult, status=204)
def results() -> NotedResult:
    """Take a claim or a result for one slip; an equal one said twice changes nothing."""
    fields = body(more=True)
    device = current_identity().device
    assert device is not None
    with _from_agent():
        business_day, number, copy = _job(text(fields, "job", most=LONGEST_JOB))
        result = made(SettleSlip, fields, business_day=business_day, ticket=number, copy=copy, printer=device.id)
        services().office.execute(result, current_identity().actor)
    return NotedResult()


@blueprint.post("/head")
def head() -> tuple[str, int]:
    """Take the newest line that an agent remembers: the journal may have lost it."""
    fields = body(more=True)
    device = current_identity().device
    assert device is not None
    with _from_agent():
        if remembered(fields) is None:
            raise Invalid("value_invalid", field="seq")
    services().damage.heard(device.id, fields)
    return "", 204


@blueprint.post("/answers")
def answers() -> tuple[str, int]:
    """Take the answer to a question of the set-up pages."""
    fields = body(more=True)
    device = current_identity().device
    assert device is not None
    with _from_agent():
        question = text(fields, "question", most=80)
        agents = services().print_agents
        asked = agents.open_question(device.id, question)
        said = {key: fields[key] for key in fields if key != "question"}
        agents.answered(device.id, question, read_answer(asked.what if asked is not None else "", said))
    return "", 204


@blueprint.post("/printed")
@operation(FindLostNumbers, gives=NotedResult, status=204, reads=())
def printed() -> NotedResult:
    """Take what a print agent remembers to have printed; what is unknown here was lost with the journal's end."""
    fields = body(more=True)
    device = current_identity().device
    assert device is not None
    with _from_agent():
        jobs = fields.get("jobs")
        if not isinstance(jobs, list) or len(jobs) > MOST_JOBS:
            raise Invalid("value_invalid", field="jobs")
        if not all(isinstance(job, str) and len(job) <= LONGEST_JOB for job in jobs):
            raise Invalid("value_invalid", field="jobs")
        today = services().office.read(lambda day, _plan: day.business_day)
        told = [_job(job) for job in jobs]
        numbers = tuple(number for day, number, _copy in told if day == today)
        services().office.execute(FindLostNumbers(printer=device.id, numbers=numbers), current_identity().actor)
    return NotedResult()


def _job(job: str) -> tuple[date, str, int]:
    try:
        day, number, copy = job.split("/")
        return date.fromisoformat(day), number, int(copy)
    except ValueError:
        raise Unknown("slip_unknown") from None


@blueprint.post("/printer")
@operation(ReportPrinter, gives=NotedResult, status=204)
def printer() -> NotedResult:
    """Take note of the printer's state."""
    fields = body(more=True)
    device = current_identity().device
    assert device is not None
    with _from_agent():
        services().office.execute(made(ReportPrinter, fields, printer=device.id), current_identity().actor)
    return NotedResult()


@blueprint.get("/virtual")
def virtual_printer() -> str:
    """Show the last slips that the virtual printer kept."""
    slips = [file for file in _folder().glob("*.bin") if not file.is_symlink()]
    kept = sorted(slips, key=lambda file: file.stat().st_mtime, reverse=True)[:KEPT_SLIPS]
    return render_template("start/virtual_printer.html", slips=[file.stem for file in kept])


@blueprint.get("/virtual/<name>.png")
def virtual_slip(name: str) -> ResponseReturnValue:
    """Draw the bytes of one kept slip as they would look on paper."""
    file = _folder() / f"{name}.bin"
    if "/" in name or name.startswith(".") or file.is_symlink() or not file.is_file():
        raise Unknown("slip_unknown")
    stamp = file.stat()
    key = f"{file}.{stamp.st_size}.{stamp.st_mtime_ns}"
    answer = Response(
        services().heavy.picture(current_identity().actor, key, "kept_slip", file=str(file), profile="virtual-80"),
        mimetype="image/png",
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(f"{name}.{stamp.st_size}.{stamp.st_mtime_ns}")
    return answer.make_conditional(request)


def _folder() -> Path:
    return services().folder / "virtual_printer"
