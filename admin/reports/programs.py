"""What other programs read: a day by service and half hour as CSV, open data, and figures for a monitor."""

from __future__ import annotations

from flask import Response, request

from admin import frame
from admin.reports.dates import day_asked
from admin.reports.exports import attached
from admin.reports.page import ReportPage, shown
from admin.section import Routes
from antrean.access.identity import VIEWERS
from antrean.queueing.errors import N_
from antrean.reporting.half_hours import day_table
from antrean.reporting.tables import as_csv
from antrean.web.services import services

routes = Routes()
OPEN_DATA = "/open_data/queue_monitor"
METRICS = "/metrics"


@routes.get("/reports/programs")
def report_programs() -> str:
    """Show what other programs can read of this office, and where."""
    hub = services()
    published = hub.config.publishes(hub.config.office)
    return shown(
        "report_programs", today=hub.office.business_day(), published=published, open_data=hub.base_url + OPEN_DATA,
        metrics=hub.base_url + METRICS,
    )  # fmt: skip


@routes.get("/reports/half_hours")
def report_half_hours() -> Response:
    """Give a `day` by service and half hour as CSV; with `published`, counts from 1 to 4 are left empty."""
    hub, plan = services(), frame.plan()
    day = day_asked("day", hub.office.business_day())
    visits = hub.mode.run_blocking(hub.reports.visits, day, day)
    table = day_table(visits, [one.code for one in plan.services], plan.tz, bool(request.args.get("published")))
    return attached(as_csv(table), f"half-hours-{day}.csv", "text/csv; charset=utf-8")


PAGE = ReportPage(
    name="report_programs",
    title=N_("For programs"),
    about=N_("A day as a file for spreadsheets, open data, and figures for a monitor."),
    routes=routes,
    permissions={"report_programs": VIEWERS, "report_half_hours": VIEWERS},
)
