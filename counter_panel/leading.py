"""What a supervisor does from the panel: pause a service, close it for today, let it go on; say what is down."""

from __future__ import annotations

from flask import Response, jsonify, request
from flask_babel import force_locale

from antrean.queueing.commands import AnswerStandstill
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Unknown
from antrean.queueing.plan.model import OfficePlan
from antrean.web.operations.commands import execute
from antrean.web.operations.operation import operation
from antrean.web.operations.results import DoneResult
from antrean.web.operations.services import OUTAGE_COMMANDS, SERVICE_COMMANDS
from antrean.web.screens.outages import END_CHOICES, NeedNow, needs_now
from antrean.web.services import services as hub_services
from antrean.web.text.last_numbers import go_on_reasons, stopped_since
from antrean.web.text.pauses import ready_reasons, short_words, until_words
from counter_panel.blueprint import blueprint
from counter_panel.render import drawn
from counter_panel.view_model import ServiceChoice, choice


@blueprint.get("/services")
def services() -> Response:
    """List all services as they stand now, with how many wait for each."""
    office = hub_services().office
    rows, needs, plan = office.read(lambda day, plan: (_rows(day, plan), _needs(day, plan), plan))
    with force_locale(plan.languages[0]):
        drawing = drawn(
            "lead_services", plan, rows=rows, needs=needs, end_choices=END_CHOICES, until_words=until_words,
            short_words=short_words,
        )  # fmt: skip
        return jsonify(html=drawing)


@blueprint.get("/service")
def service() -> Response:
    """Show how one service stands and what can be done about it. Refuses one that does not exist."""
    office, code = hub_services().office, request.args.get("service", "")[:40]
    (seen, why, lasting, closed), plan = office.read(lambda day, plan: (_one(day, plan, code), plan))
    found = office.read(lambda day, _plan: day.stopped.get(code))
    with force_locale(plan.languages[0]):
        stopped = stopped_since(found, plan.tz, plan.languages[0]) if found is not None else ""
        drawing = drawn(
            "lead_service", plan, service=seen, why=why, lasting=lasting, closed=closed,
            reasons=ready_reasons(plan), until_words=until_words, go_on_reasons=go_on_reasons(), stopped=stopped,
        )  # fmt: skip
        return jsonify(html=drawing)


@blueprint.post("/services/<service>/<command>")
@operation(SERVICE_COMMANDS, gives=DoneResult)
def service_command(service: str, command: str) -> DoneResult:
    """Pause a service or close it for today, and let it go on. One that the plan closes for longer stays closed."""
    kind = SERVICE_COMMANDS.get(command)
    if kind is None:
        raise Unknown("not_found")
    return DoneResult(execute(kind, service=service).seq)


@blueprint.post("/outages/<need>/<command>")
@operation(OUTAGE_COMMANDS, gives=DoneResult)
def outage_command(need: str, command: str) -> DoneResult:
    """Say that what services need is down, with when it is expected back, and that it is back."""
    kind = OUTAGE_COMMANDS.get(command)
    if kind is None:
        raise Unknown("not_found")
    return DoneResult(execute(kind, need=need).seq)


@blueprint.post("/standstill")
@operation(AnswerStandstill, gives=DoneResult)
def answer_standstill() -> DoneResult:
    """Say of services for which nobody is called that it is a break, or that work goes on."""
    return DoneResult(execute(AnswerStandstill).seq)


def _needs(day: ServiceDay, plan: OfficePlan) -> list[NeedNow]:
    return needs_now(day, plan, hub_services().office.clock())


def _rows(day: ServiceDay, plan: OfficePlan) -> list[tuple[ServiceChoice, int]]:
    now = hub_services().office.clock()
    return [(choice(day, plan, one, now), day.waiting.count([one.code])) for one in plan.services]


def _one(day: ServiceDay, plan: OfficePlan, code: str) -> tuple[ServiceChoice, str, bool, bool]:
    """Return a service, why it is not open, and whether the plan closes it, and the day is closed."""
    one = plan.service(code)
    seen = choice(day, plan, one, hub_services().office.clock())
    return seen, day.service_today(one).reason(plan.languages[0]), one.closed_on(day.business_day), day.closed
