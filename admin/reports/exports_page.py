"""Long exports: the rows of months or years as a file, made beside the hub, with its progress."""

from __future__ import annotations

from datetime import date, datetime

from flask import Response, jsonify, render_template, send_file, url_for
from flask_babel import gettext

from admin import frame
from admin.reports.page import ReportPage, shown
from admin.section import Routes
from antrean.access.identity import LEADERS, VIEWERS
from antrean.hub.long_exports import WAYS, LongExport
from antrean.queueing.errors import N_, SENTENCES, Forbidden, Invalid, Unknown
from antrean.web.http.forms import body, calendar_day, choice
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text.numbers import count_words
from antrean.web.text.times import long_date, long_time

routes = Routes()
LONGEST = 3660  # days
# What can be had, by its name in files.
WHAT: dict[str, str] = {
    "visits": N_("Visits"),
    "calls": N_("Calls"),
    "counters": N_("Who sat at which counter"),
    "pauses": N_("Pauses"),
    "slips": N_("Slips"),
}
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def state() -> str:
    """Return how far the export at hand is, as a fragment of its page."""
    now, plan = services().long_exports.now, frame.plan()
    language = plan.languages[0]
    return render_template(
        "admin/reports/export_state.html",
        now=now,
        what=gettext(WHAT[now.what]) if now is not None else "",
        since=_day(now.since, language) if now is not None else "",
        until=_day(now.until, language) if now is not None else "",
        at=long_time(datetime.fromisoformat(now.at), plan.tz, language) if now is not None else "",
        rows=count_words(now.rows, language) if now is not None else "",
        why=gettext(SENTENCES[now.why]) if now is not None and now.why in SENTENCES else "",
        leads=_leads(frame.role()),
        ends=now is not None and (_leads(frame.role()) or now.by.partition(":")[0] == frame.role()),
    )


def _leads(role: str) -> bool:
    return role in LEADERS


def _refuse_another(now: LongExport | None) -> None:
    """Refuse (`export_of_another`) to take a file, or the making of one, from somebody else: only who leads may."""
    me = current_identity()
    if now is not None and now.by != me.actor and not _leads(me.role):
        raise Forbidden("export_of_another")


def _day(day: str, language: str) -> str:
    return long_date(date.fromisoformat(day), language)


@routes.get("/reports/exports")
def report_exports() -> str:
    """Show what can be had as a file, and how far the one at hand is."""
    today = services().office.business_day()
    return shown(
        "report_exports",
        what=[(name, gettext(words)) for name, words in WHAT.items()],
        ways=WAYS,
        first=today.replace(month=1, day=1).isoformat(),
        last=today.isoformat(),
        leads=_leads(current_identity().role),
    )


@routes.post("/reports/exports")
def begin_export() -> Response:
    """Begin to make a file of rows (`what`, `way`) of the days from `since` to `until`; the one before is removed.

    Names of staff stand in it only for those who lead the office. Refuses (`value_invalid`) days in a wrong order or
    more than ten years of them, (`export_running`) a second one, and (`export_of_another`) to those who don't lead the
    office, that the file of somebody else is removed for it.
    """
    fields = body("what", "way", "since", "until")
    what, way = choice(fields, "what", WHAT), choice(fields, "way", WAYS)
    since, until = calendar_day(fields, "since"), calendar_day(fields, "until")
    if since is None or until is None or not 0 <= (until - since).days < LONGEST:
        raise Invalid("value_invalid", field="until")
    me, plan, exports = current_identity(), frame.plan(), services().long_exports
    if exports.file() is not None:
        _refuse_another(exports.now)
    exports.begin(what, way, since, until, str(plan.tz), _leads(me.role), me.actor)
    return jsonify(next=url_for("admin.report_exports"))


@routes.post("/reports/exports/end")
def end_export() -> Response:
    """End the export at hand, or remove the file that is offered.

    Refuses (`export_of_another`) that of somebody else to those who don't lead the office.
    """
    body()
    _refuse_another(services().long_exports.now)
    services().long_exports.drop()
    return jsonify(next=url_for("admin.report_exports"))


@routes.get("/reports/exports/file")
def export_file() -> Response:
    """Return the file that is ready. Refuses one with names of staff to those who don't lead the office."""
    exports = services().long_exports
    now, file = exports.now, exports.file()
    if now is None or file is None:
        raise Unknown("not_found")
    if now.names and not _leads(current_identity().role):
        raise Forbidden("not_allowed")
    response = send_file(file, mimetype=TYPES[now.way], as_attachment=True, download_name=_name(now))
    response.headers["Cache-Control"] = "no-store"
    return response


def _name(export: LongExport) -> str:
    return f"{export.what}-{export.since}-{export.until}.{export.way}"


PAGE = ReportPage(
    name="report_exports",
    title=N_("Exports"),
    about=N_("Every row of months or years as a file, for other programs and spreadsheets."),
    routes=routes,
    permissions={
        "report_exports": VIEWERS, "begin_export": VIEWERS, "end_export": VIEWERS, "export_file": VIEWERS,
    },
)  # fmt: skip
