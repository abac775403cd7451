"""Health, readiness and metrics of the hub, and the OpenAPI description."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from flask import Blueprint, Response, jsonify, request
from prometheus_client import generate_latest

from antrean.access.identity import ANYONE, STAFF
from antrean.access.permissions import Permissions
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Forbidden, QueueError, Refused, Unavailable
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.printers import printers_of
from antrean.web.http.figures import FiguresOfOffices, hub_figures, office_figures
from antrean.web.http.guard import bearer, identify
from antrean.web.http.proxies import from_this_machine
from antrean.web.services import Services, offices, services

blueprint = Blueprint("health", __name__)
PERMISSIONS = Permissions(
    {
        "alive": ANYONE,
        "ready": ANYONE,
        "metrics": ANYONE,  # the view itself refuses all but this machine, paired devices and staff
        "openapi": ANYONE,
    }
)


@blueprint.get("/healthz")
def alive() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok", build=services().build)


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Say whether a ticket can be issued, and what state the printers are in; 503 within 3 s when it can't.

    `clock` is ok, jumped or wrong; a wrong one need not stop numbers. `holds` says what stops every number: the code
    that is answered, and one word for why. The journal is asked by the writer, on the connection that it writes with,
    at most once a second for all who ask. Of several offices, each has to be able to give numbers.
    """
    told: dict[str, Any] = {"printers": {}, "holds": {}, "clock": "ok"}
    for hub in offices():
        clock = hub.office.time.guard.state
        told["printers"] |= hub.office.read(_printers)
        told["holds"] |= hub.office.holds
        told["clock"] = clock if clock != "ok" else told["clock"]
    try:
        for hub in offices():
            _expect_numbers(hub)
        return jsonify(status="ok", database="ok", journal={"seq": services().writer.newest_seq()}, **told), 200
    except QueueError as refusal:
        return jsonify(status="unavailable", database="unavailable", journal=refusal.code, **told), 503
    except Exception as error:
        return jsonify(status="unavailable", database=type(error).__name__, journal="unknown", **told), 503


def _expect_numbers(hub: Services) -> None:
    """Refuse what keeps an office from giving numbers."""
    held = next(iter(hub.office.holds), None)
    if held is not None:
        raise Unavailable(held)
    if hub.office.time.stops(hub.office.business_day(), hub.office.read(lambda day, _plan: day.closed)):
        raise Refused("clock_wrong")
    if hub.writer.failing:
        raise Unavailable("storage_unavailable")


def _printers(day: ServiceDay, plan: OfficePlan) -> dict[str, str]:
    """Return the states of the office's printers; `no_report` before the first report of the day."""
    known = {printer: day.printers.get(printer) for printer in printers_of(plan)}
    return {printer: "no_report" if state is None else state.state for printer, state in known.items()}


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give Prometheus figures, to this machine, to paired devices and to staff.

    The figures of an office carry its code as the label `office`; a device and staff get those of their own office.
    """
    known = STAFF | frozenset(services().device_kinds)
    asker = identify(known, bearer())
    if asker is None and not from_this_machine(request.environ):
        raise Forbidden("not_allowed")
    every = offices()
    own = every.get(asker.office) if asker is not None else None
    shown = [own] if own is not None else list(every)
    figures = FiguresOfOffices({one.config.office: office_figures(one) for one in shown})
    if own is None or len(every) == 1:
        figures.add(hub_figures(every))
    return Response(generate_latest(figures), mimetype="text/plain; version=0.0.4")


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Give the OpenAPI description of everything under here."""
    return Response(_description(), mimetype="application/json")


@cache
def _description() -> bytes:
    """Return the description without blanks, read once because anyone may request it at any rate."""
    text = (resources.files("antrean.web") / "openapi.json").read_text(encoding="utf-8")
    return json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False).encode()
