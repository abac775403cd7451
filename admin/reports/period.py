"""The page *Period*: the figures of weeks, months or years, by day, week, month, weekday or hour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext

from admin import frame
from admin.reports.exports import asked as as_file
from admin.reports.page import ReportPage, shown
from admin.reports.period_asked import FILTERS, MEASURES, ROWS, Asked, asked_for, presets
from admin.reports.period_charts import charts_of
from admin.reports.period_tables import tables_of
from admin.reports.period_words import compared, days_words, row_words
from admin.section import Routes
from antrean.access.identity import LEADERS, VIEWERS
from antrean.queueing.errors import N_, Forbidden
from antrean.queueing.keeping.report_rows import micro
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.counter_time import FEWEST
from antrean.storage.reports.counter_times import CounterReader
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text.catalogues import own_names
from antrean.web.text.durations import duration_short
from antrean.web.text.numbers import count_words, percent_words

routes = Routes()
PRESETS = {
    "this_week": N_("This week"),
    "last_week": N_("Last week"),
    "this_month": N_("This month"),
    "last_month": N_("Last month"),
    "this_year": N_("This year"),
}
ROW_NAMES = {
    "day": N_("Day"), "week": N_("Week"), "month": N_("Month"), "weekday": N_("Weekday"), "hour": N_("Hour"),
}  # fmt: skip
MEASURE_NAMES = {
    "arrivals": N_("Tickets a day"),
    "wait": N_("Waiting time of half, in minutes"),
    "kept": N_("Promise kept, in percent"),
}


@routes.get("/reports/period")
def report_period() -> Response | str:
    """Show a period. `since` and `until` are its days, `rows` what tells them apart, `measure` that of the heat map.

    `service`, `counter`, `operator` (leaders only), `priority`, `language` and `device` filter. Refuses a period that
    can't be (`value_invalid`), and a long one while too many are read (`busy`).
    """
    hub, plan = services(), frame.plan()
    leads = current_identity().role in LEADERS
    today = hub.office.business_day()
    asked = asked_for(request.args, today)
    if "operator" in asked.only and not leads:
        raise Forbidden("not_allowed")
    found = hub.periods.found(current_identity().actor, asked.question(plan.zone, micro(hub.office.clock())))
    reader = CounterReader(hub.reports.engine, hub.reports.office)
    operators = hub.mode.run_blocking(reader.operators, asked.since, asked.until) if leads else []
    least = FEWEST if "operator" in asked.only else 0
    devices = {one.id: one.name for one in hub.identities.devices()}
    labels = row_words(asked, plan)
    with frame.in_office_language():
        context = {
            "asked": asked,
            "too_few": 0 < found.whole.tickets < least,
            "days": days_words(asked, plan),
            "presets": [
                (gettext(PRESETS[name]), days[0].isoformat(), days[1].isoformat(), days == (asked.since, asked.until))
                for name, days in presets(today).items()
            ],
            "filters": _filters(asked, plan, devices, operators),
            "row_choices": [(name, gettext(ROW_NAMES[name])) for name in ROWS],
            "row_name": gettext(ROW_NAMES[asked.rows]),
            "measures": [
                (name, gettext(MEASURE_NAMES[name]), _address(asked, measure=name)) for name in MEASURES
            ],
            "cards": compared(found, plan),
            "rows": [(labels(key), figures, figures.tickets < least) for key, figures in found.rows.items()],
            "whole": found.whole,
            "charts": charts_of(asked, found, plan, labels, least, gettext(MEASURE_NAMES[asked.measure])),
            "percent": percent_words,
            "count": partial(count_words, language=plan.languages[0]),
            "duration": partial(duration_short, language=plan.languages[0]),
            "hidden": {"since": asked.since.isoformat(), "until": asked.until.isoformat()},
        }  # fmt: skip

    def page() -> str:
        return shown("report_period", **context)

    name = f"period-{asked.since.isoformat()}-{asked.until.isoformat()}"
    return as_file(name, lambda: tables_of(asked, found, least), page) or page()


def _filters(
    asked: Asked, plan: OfficePlan, devices: Mapping[str, str], operators: list[str]
) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """Return name, label, choices and value of each filter; what is asked for and is not there any more stays."""
    names: dict[str, Callable[[], dict[str, str]]] = {
        "service": lambda: {one.code: plan.service_name(one.code) for one in plan.services},
        "counter": lambda: {one.code: one.name for one in plan.counters},
        "operator": lambda: {name: name for name in operators},
        "priority": lambda: {"1": gettext("With priority"), "0": gettext("Without priority")},
        "language": lambda: {code: own_names().get(code, code) for code in plan.languages},
        "device": lambda: dict(devices),
    }
    labels = {
        "service": gettext("Service"),
        "counter": gettext("Counter"),
        "operator": gettext("Operator"),
        "priority": gettext("Priority"),
        "language": gettext("Language"),
        "device": gettext("Kiosk"),
    }
    found = []
    for name in FILTERS:
        known = names[name]()
        value = str(asked.only.get(name, ""))
        if not known and not value:
            continue
        choices = [("", gettext("All")), *({value: value} | known if value else known).items()]
        found.append((name, labels[name], choices, value))
    return found


def _address(asked: Asked, **other: str) -> str:
    """Return the address of the same page with something else."""
    said: dict[str, Any] = {
        "since": asked.since.isoformat(), "until": asked.until.isoformat(), "rows": asked.rows,
        "measure": asked.measure, **asked.only, **other,
    }  # fmt: skip
    return url_for("admin.report_period", **said)


PAGE = ReportPage(
    name="report_period",
    title=N_("Period"),
    about=N_("Weeks, months or years beside each other: who came when, how long they waited, and what counters did."),
    routes=routes,
    permissions={"report_period": VIEWERS},
)
