"""Told and true: whether visitors waited as long as they were told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Response
from flask_babel import gettext

from admin import frame
from admin.reports.dates import days_asked
from admin.reports.exports import asked
from admin.reports.page import ReportPage, shown
from admin.section import Routes
from antrean.access.identity import VIEWERS
from antrean.queueing.errors import N_
from antrean.queueing.keeping.report_rows import MINUTE
from antrean.reporting.charts import Stacked, stacked
from antrean.reporting.figures import Share
from antrean.reporting.tables import Table, Value
from antrean.reporting.told import TARGET, Band, Told, by_band, by_hour, by_service, told
from antrean.storage.reports.wanted import Wanted
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text.durations import duration_words
from antrean.web.text.numbers import count_words, percent_words
from antrean.web.text.times import told_time

routes = Routes()
USUAL = timedelta(days=27)  # four weeks with the last day
THOUSAND = 1000
HEADS = (
    "visitors", "inside", "shorter", "longer", "mean_width_minutes", "mean_low_minutes", "mean_high_minutes",
    "mean_wait_minutes", "told_nothing", "not_called",
)  # fmt: skip
Rows = Sequence[tuple[str, Told]]


@routes.get("/reports/told")
def report_told() -> str | Response:
    """Show how many waited as they were told, from `since` to `until`: in all, by service, hour and length."""
    hub, plan = services(), frame.plan()
    today = hub.office.business_day()
    since, until = days_asked((today - USUAL, today))
    counts = hub.periods.told(current_identity().actor, Wanted(since, until))
    whole, bands, hours, found = told(counts), by_band(counts), by_hour(counts), by_service(counts)
    order = [
        *(one.code for one in plan.services if one.code in found),
        *sorted(set(found) - {s.code for s in plan.services}),
    ]
    language = plan.languages[0]

    def tables() -> list[Table]:
        return [
            _table("told_all", "period", [(f"{since}/{until}", whole)]),
            _table("told_by_service", "service", [(code, found[code]) for code in order]),
            _table("told_by_hour", "hour", [(f"{hour:02}:00", one) for hour, one in hours.items()]),
            _table("told_by_length", "told_minutes", [(_length(band), band.told) for band in bands]),
        ]

    def page() -> str:
        with frame.in_office_language():
            by: list[tuple[str, str, str, Rows]] = [
                (
                    "service", gettext("By service"), gettext("Service"),
                    [(plan.service_name(code), found[code]) for code in order],
                ),
                (
                    "hour", gettext("By the hour in which the number was taken"), gettext("Hour"),
                    [(told_time(f"{hour:02}:00", language), one) for hour, one in hours.items()],
                ),
                (
                    "length", gettext("By how long a wait was told"), gettext("Told"),
                    [(_band_words(band), band.told) for band in bands],
                ),
            ]  # fmt: skip
            return shown(
                "report_told", since=since, until=until, whole=whole, target=TARGET,
                parts=[(*part, _chart(part[-1])) for part in by],
                percent=_percent, minutes=_minutes, count=lambda number: count_words(number, language),
            )  # fmt: skip

    return asked(f"told-{since}-{until}", tables, page) or page()


def _chart(rows: Rows) -> Stacked | None:
    """Return a bar for each row of whom it is known, all equally long: the shares as told, less and longer."""
    known = [(words, one) for words, one in rows if one.known]
    if not known:
        return None
    bars = []
    for words, one in known:
        inside, below = (round(THOUSAND * part / one.known) for part in (one.inside, one.below))
        bars.append((f"{words} · {_percent(one.inside, one.known)}", (inside, below, THOUSAND - inside - below)))
    return stacked(bars, lambda value: str(value // 10), step=200)


def _percent(part: int, whole: int) -> str:
    return percent_words(Share(part, whole).percent)


def _minutes(minutes: float | None) -> str:
    return "–" if minutes is None else duration_words(round(minutes * MINUTE))


def _band_words(band: Band) -> str:
    if band.until is None:
        return gettext("%(since)d minutes and more", since=band.since)
    return gettext("%(since)d to %(until)d minutes", since=band.since, until=band.until)


def _length(band: Band) -> str:
    return f"{band.since}-{band.until}" if band.until is not None else f"{band.since}-"


def _table(name: str, head: str, rows: Rows) -> Table:
    return Table(name, (head, *HEADS), [(words, *_values(one)) for words, one in rows])


def _values(one: Told) -> list[Value]:
    low, high = one.mean_range or (None, None)
    means = (one.mean_width, low, high, one.mean_wait)
    rounded = (None if mean is None else round(mean, 2) for mean in means)
    return [one.known, one.inside, one.below, one.above, *rounded, one.untold, one.uncalled]


PAGE = ReportPage(
    name="report_told",
    title=N_("Told and true"),
    about=N_("Whether visitors waited as long as they were told when they took their number."),
    routes=routes,
    permissions={"report_told": VIEWERS},
)
