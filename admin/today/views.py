"""Today: which services are open and why not, who sits at which counter, and how a counter is freed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from flask import Response, jsonify, render_template
from flask_babel import gettext

from admin import frame
from admin.backups.alarms import alarms
from admin.plan_form import plan_fields, save_plan, text_names, texts_of
from admin.printers.agents import agents, profile_at
from admin.section import Routes, View
from admin.today import outages
from admin.today.ending_alarms import endings
from admin.today.lamps import printer_lamps, stock_alarms
from admin.today.paper_alarm import paper_alarm
from admin.today.retention_alarm import retention_alarm
from admin.today.spared import DAYS, spared_days, spared_today
from admin.today.view_model import Today, listed, today_view
from admin.today.vouchers import VouchersNow, vouchers_now
from antrean.hub.agents import printer_addresses
from antrean.queueing.commands import (
    AnswerStandstill,
    CloseDay,
    CloseService,
    Command,
    FreeCounter,
    OpenDay,
    OpenService,
    PauseService,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import N_, Refused, Unknown
from antrean.queueing.plan.model import CLOSED, OPEN, PAUSED, OfficePlan
from antrean.queueing.slips.paper import without_paper
from antrean.web.http.forms import Fields, calendar_day, choice, left_out, request_id, text
from antrean.web.http.guard import current_identity
from antrean.web.operations.commands import execute
from antrean.web.operations.operation import operation
from antrean.web.operations.results import SaidResult
from antrean.web.operations.services import OUTAGE_COMMANDS, SERVICE_COMMANDS
from antrean.web.screens.outages import END_CHOICES, NeedNow, needs_now
from antrean.web.screens.silent import panel_words, silent_lamps
from antrean.web.screens.standstill import standstill_question
from antrean.web.services import services
from antrean.web.text.alarms import clock_words, damage_words, stopped_words
from antrean.web.text.last_numbers import go_on_reasons, last_words, stopped_since
from antrean.web.text.pauses import ready_reasons, short_words, until_words
from antrean.web.text.times import long_date, long_time
from printer_profiles import Profile

routes = Routes()
routes.include(outages.routes)

LONGEST_REASON = 120
MOST_SILENT = 3  # named one by one: after a power cut all of them are silent
SAVED = N_("Saved. Kiosks, displays and phones say so at once.")
CLOSED_LONGER = "closed_longer"
STATES = (OPEN, PAUSED, CLOSED, CLOSED_LONGER)


def render() -> View:
    """Return the section's fragments: the day, the state of each service, all counters. Forms are not pushed."""
    seen, office = _look(), services().office
    html = {
        f"service.{one.code}": render_template(
            "admin/today/service.html",
            service=one,
            day_closed=seen.closed,
            until_words=until_words,
            long_date=partial(long_date, language=frame.plan().languages[0]),
            stopped_since=partial(stopped_since, zone=frame.plan().tz, language=frame.plan().languages[0]),
            last_words=last_words,
            go_on_reasons=go_on_reasons(),
        )
        for one in seen.services
    }
    for need in _needs():
        context = {"need": need, "day_closed": seen.closed, "short_words": short_words, "clock": frame.clock()}
        html[f"need.{need.code}"] = render_template("admin/today/need.html", **context)
    html["day"] = render_template("admin/today/day.html", seen=seen, stopped=stopped_words(services().office.holds))
    html["alarms"] = render_template(
        "admin/today/alarms.html",
        alarms=alarms(services().backups),
        endings=endings(services()),
        lost=office.read(_lost),
        printers=printer_lamps(),
        silent=[one.lamp for one in silent_lamps(services(), frame.plan())],
        most_silent=MOST_SILENT,
        panels=panel_words(services(), frame.plan(), names=frame.may("free_counter")),
        paper=paper_alarm(office.read(lambda day, plan: list(without_paper(day, plan, office.clock())))),
        stock=office.read(stock_alarms),
        retention=retention_alarm(services().retention.alarm()),
        damage=damage_words(services().damage.sentences(), lines_lost=bool(services().damage.missed)),
        clock=clock_words(office.guard.state, office.guard.why, office.time.stops(office.business_day(), seen.closed)),
        clock_severity="warning" if office.guard.state == "jumped" else "danger",
    )
    question = office.read(lambda day, plan: standstill_question(day, plan, office.clock()))
    html["standstill"] = render_template("admin/today/standstill.html", question=question)
    html["vouchers"] = render_template("admin/today/vouchers.html", vouchers=office.read(_vouchers))
    html["spared"] = render_template("admin/today/spared.html", spared=office.read(spared_today))
    html["counters"] = render_template(
        "admin/today/counters.html", counters=listed(seen.counters, office.clock()), clock=frame.clock()
    )
    return {"html": html}


@routes.get("/today")
def today() -> str:
    """Show services and counters, and what can be done about them now."""
    plan = frame.plan()
    return frame.page(
        "today",
        plan=plan,
        revision=plan.revision,
        seen=_look(),
        needs=_needs(),
        end_choices=END_CHOICES,
        states=STATES,
        tomorrow=services().office.business_day() + timedelta(days=1),
        reasons=ready_reasons(plan),
    )


@routes.get("/spared_visits")
def spared_visits() -> str:
    """Show on which days how many visits were not needed, by service."""
    plan, today = frame.plan(), services().office.business_day()
    found = services().mode.run_blocking(services().settings.spared_by_day, today - timedelta(days=DAYS - 1), today)
    return frame.page(
        "today",
        "spared_visits",
        days=spared_days(found, plan),
        most=DAYS,
        long_date=partial(long_date, language=plan.languages[0]),
    )


@routes.post("/services/<service>")
def set_service(service: str) -> Response:
    """Say how a service stands, with the reason in each language, as the form on the page does.

    Open, paused until a time, closed today, or `closed_longer`: until a date or until somebody opens it, which is
    a change of the plan. Refuses unknown values.
    """
    plan = frame.plan()
    fields = plan_fields("state", "until", "opens_on", *text_names(plan, "text"))
    known, state = plan.service(service), choice(fields, "state", STATES)
    reasons = texts_of(fields, plan, "text", LONGEST_REASON)
    if state == CLOSED_LONGER:
        parts = _closed(service, True, _later_day(fields), reasons)
        return _saved(save_plan("services", fields, parts))
    request = request_id(fields)
    if known.closed_on(services().office.business_day()):
        revision = save_plan("services", fields, _closed(service, False, None, {}))
        if services().office.read(lambda day, _plan: day.closed):  # nothing more can be said of this day
            return _saved(revision)
        request = None  # it stands for the change of the plan; the command below is the same when it comes twice
    match state:
        case "paused":
            until = "" if left_out(fields, "until") else text(fields, "until", most=5)
            command: Command = PauseService(service=service, reasons=reasons, until=until)
        case "closed":
            command = CloseService(service=service, reasons=reasons)
        case _:
            command = OpenService(service=service)
    services().office.execute(command, current_identity().actor, request)
    return _saved()


@routes.post("/services/<service>/<command>")
@operation(SERVICE_COMMANDS, gives=SaidResult)
def service_command(service: str, command: str) -> SaidResult:
    """Pause a service or close it for today, and let it go on. One that the plan closes for longer stays closed."""
    kind = SERVICE_COMMANDS.get(command)
    if kind is None:
        raise Unknown("not_found")
    execute(kind, service=service)
    return SaidResult(gettext(SAVED))


@routes.post("/outages/<need>/<command>")
@operation(OUTAGE_COMMANDS, gives=SaidResult)
def outage_command(need: str, command: str) -> SaidResult:
    """Say that what services need is down, with when it is expected back, and that it is back."""
    kind = OUTAGE_COMMANDS.get(command)
    if kind is None:
        raise Unknown("not_found")
    execute(kind, need=need)
    return SaidResult(gettext(SAVED))


@routes.post("/standstill")
@operation(AnswerStandstill, gives=SaidResult)
def answer_standstill() -> SaidResult:
    """Say of services for which nobody is called that it is a break, or that work goes on."""
    execute(AnswerStandstill)
    return SaidResult(gettext("Nobody is asked again before the next call."))


def _later_day(fields: Fields) -> date | None:
    """Return the day on which it is to be open again; None for until somebody opens it. Refuses one that has begun."""
    day = calendar_day(fields, "opens_on")
    if day is not None and day <= services().office.business_day():
        raise Refused("time_past")
    return day


def _closed(service: str, closed: bool, opens_on: date | None, reasons: Mapping[str, str]) -> dict[str, Any]:
    """Return the parts of the plan that say whether a service is closed for longer."""
    of_it = {"closed": closed, "opens_on": opens_on and opens_on.isoformat(), "closure_reasons": dict(reasons)}
    return {f"services/{service}/{name}": value for name, value in of_it.items()}


def _saved(revision: int | None = None) -> Response:
    more = {"revision": revision} if revision is not None else {}
    return jsonify(said=gettext(SAVED), **more)


@routes.post("/counters/<counter>/free")
@operation(FreeCounter, gives=SaidResult)
def free_counter(counter: str) -> SaidResult:
    """Close a counter that was left open. Refuses when another number is there than the page showed."""
    execute(FreeCounter, counter=counter)
    return SaidResult(gettext("The counter is free."))


@routes.post("/day/close")
@operation(CloseDay, gives=SaidResult)
def close_day() -> SaidResult:
    """Close today: whoever still waits is sent away, and no more numbers are given."""
    execute(CloseDay)
    return SaidResult(gettext("The day is closed."))


@routes.post("/day/open")
@operation(OpenDay, gives=SaidResult)
def open_day() -> SaidResult:
    """Take the close of today back: everybody has the place again."""
    execute(OpenDay)
    return SaidResult(gettext("The day is open again. Operators sit down at their counters again."))


def _vouchers(day: ServiceDay, _plan: OfficePlan) -> VouchersNow | None:
    """Return the numbers that were not served and can be taken up, and the printers that could print their slips."""
    if not day.standing.vouchers.vouchers:
        return None
    known = {device.id: device for device in agents()}

    def profile_of(printer: str) -> Profile:
        state = day.printers.get(printer)
        set_address = " ".join(printer_addresses.texts(known[printer]))
        return profile_at((state.address if state is not None else "") or set_address)

    return vouchers_now(day, [(device.id, device.name) for device in known.values()], profile_of)


def _lost(day: ServiceDay, plan: OfficePlan) -> dict[str, str] | None:
    """Return the lost span of time when the journal was restored from a backup today."""
    if not day.restored:
        return None
    since, until = (
        long_time(datetime.fromisoformat(at), plan.tz, plan.languages[0]) if at else ""
        for at in (day.lost_from, day.lost_until)
    )
    return {"since": since, "until": until, "numbers": ", ".join(sorted(day.lost_numbers))}


def _look() -> Today:
    now, known = services().office.clock(), not services().office.guard.date_unknown
    return services().office.read(lambda day, plan: today_view(day, plan, now, date_known=known))


def _needs() -> list[NeedNow]:
    now = services().office.clock()
    return services().office.read(lambda day, plan: needs_now(day, plan, now))
