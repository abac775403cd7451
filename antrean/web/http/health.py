"""Health, readiness and metrics of the hub, and the OpenAPI description."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from antrean.access.identity import ANYONE, STAFF
from antrean.access.permissions import Permissions
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Forbidden, QueueError, Refused, Unavailable
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.printers import printers_of
from antrean.web.http.guard import bearer, identify, permissions
from antrean.web.http.proxies import from_this_machine
from antrean.web.services import services

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
    at most once a second for all who ask.
    """
    hub = services()
    time, closed = hub.office.time, hub.office.read(lambda day, _plan: day.closed)
    told = {"printers": hub.office.read(_printers), "holds": dict(hub.office.holds), "clock": time.guard.state}
    try:
        held = next(iter(hub.office.holds), None)
        if held is not None:
            raise Unavailable(held)
        if time.stops(hub.office.business_day(), closed):
            raise Refused("clock_wrong")
        if hub.writer.failing:
            raise Unavailable("storage_unavailable")
        return jsonify(status="ok", database="ok", journal={"seq": hub.writer.newest_seq()}, **told), 200
    except QueueError as refusal:
        return jsonify(status="unavailable", database="unavailable", journal=refusal.code, **told), 503
    except Exception as error:
        return jsonify(status="unavailable", database=type(error).__name__, journal="unknown", **told), 503


def _printers(day: ServiceDay, plan: OfficePlan) -> dict[str, str]:
    """Return the states of the office's printers; `no_report` before the first report of the day."""
    known = {printer: day.printers.get(printer) for printer in printers_of(plan)}
    return {printer: "no_report" if state is None else state.state for printer, state in known.items()}


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give Prometheus figures, to this machine, to paired devices and to staff."""
    known = STAFF | frozenset(services().device_kinds)
    if identify(known, bearer()) is None and not from_this_machine(request.environ):
        raise Forbidden("not_allowed")
    return Response(generate_latest(services().office.read(_registry)), mimetype="text/plain; version=0.0.4")


def _registry(day: ServiceDay, plan: OfficePlan) -> CollectorRegistry:
    registry = CollectorRegistry()
    waiting = Gauge("antrean_waiting_tickets", "Tickets waiting", ["service"], registry=registry)
    issued = Counter("antrean_issued_today", "Tickets issued this business day", ["service"], registry=registry)
    for service in plan.services:
        waiting.labels(service.code).set(day.waiting.count([service.code]))
        issued.labels(service.code).inc(day.issued.get(service.code, 0))
    Gauge("antrean_calls_today", "Calls and recalls this business day", registry=registry).set(len(day.calls))
    unheard = sum(call.seq not in day.announced and call.seq not in day.beside for call in day.calls)
    Gauge("antrean_unannounced_calls", "Calls no display has drawn", registry=registry).set(unheard)
    Gauge("antrean_open_slips", "Slips not yet printed or given up", registry=registry).set(len(day.open_slips))
    Gauge("antrean_journal_seq", "Newest journal line", registry=registry).set(day.seq)
    hub = services()
    damage = Gauge("antrean_damage", "Sentences on what of the database is not as it was written", registry=registry)
    damage.set(len(hub.damage.sentences()))
    newest = hub.backups.stock.newest(hub.office.clock())
    if newest is not None:
        age = Gauge("antrean_backup_age_seconds", "Since the newest backup was made", registry=registry)
        age.set(max(0.0, (hub.office.clock() - newest.at).total_seconds()))
    backups = Counter("antrean_backups", "Automatic backups since the start", ["result"], registry=registry)
    backups.labels("made").inc(hub.backups.made)
    backups.labels("failed").inc(hub.backups.failed)
    stay = Gauge("antrean_old_days_stay", "Whether days that are too old can't leave", ["why"], registry=registry)
    if hub.retention.code:
        stay.labels(hub.retention.code).set(1)
    faults = Counter("antrean_faults", "What failed and harmed only itself", ["what"], registry=registry)
    for what, count in {**hub.office.faults, **hub.writer.faults.counts, **hub.faults.counts}.items():
        faults.labels(what).inc(count)
    events = Counter(
        "antrean_security_events", "Sign-ins, failures, pairings since the start", ["what"], registry=registry
    )
    for what, count in sorted(hub.security.counts.items()):
        events.labels(what).inc(count)
    lost = Gauge("antrean_security_lost", "Security events that are not in the journal", registry=registry)
    lost.set(hub.security.lost)
    undrawn = Counter("antrean_draw_failures", "Views that could not be drawn or sent", ["screen"], registry=registry)
    for screen in ("publisher", *(namespace.lstrip("/") for namespace in permissions().namespaces)):
        undrawn.labels(screen).inc(hub.publisher.faults.counts[screen])
    sockets = Gauge("antrean_sockets", "Connected screens", ["screen"], registry=registry)
    for namespace in permissions().namespaces:
        name = namespace.lstrip("/")
        sockets.labels(name).set(services().publisher.listeners(name))
    refused = Counter("antrean_refused", "Strangers' sockets and packets refused", ["reason"], registry=registry)
    for reason, count in sorted(services().connection_limit.counts.items()):
        refused.labels(reason).inc(count)
    drawn = Counter("antrean_heavy_work", "Pictures and slips drawn in the child", ["job", "result"], registry=registry)
    for (job, result), count in sorted((services().heavy.counts + services().password_child.counts).items()):
        drawn.labels(job, result).inc(count)
    full = Counter("antrean_lane_refused", "Refused because too many waited", ["lane"], registry=registry)
    for lane, times in services().lanes_refused().items():
        full.labels(lane).inc(times)
    return registry


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Give the OpenAPI description of everything under here."""
    return Response(_description(), mimetype="application/json")


@cache
def _description() -> bytes:
    """Return the description without blanks, read once because anyone may request it at any rate."""
    text = (resources.files("antrean.web") / "openapi.json").read_text(encoding="utf-8")
    return json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False).encode()
