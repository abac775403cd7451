"""Fairness: who was called before others that had waited for longer, and how long each class waited at most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Response
from flask_babel import gettext

from admin import frame
from admin.reports.dates import days_asked
from admin.reports.exports import asked
from admin.reports.page import ReportPage, shown
from admin.section import Routes
from antrean.access.identity import VIEWERS
from antrean.queueing.errors import N_, Invalid
from antrean.queueing.keeping.report_rows import VisitRow
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.day_sheet import CHOSEN
from antrean.reporting.fairness import Fairness, fairness
from antrean.reporting.tables import Table
from antrean.storage.reports.read import ReportReader
from antrean.web.services import services
from antrean.web.text.durations import duration_words
from antrean.web.text.numbers import count_words

routes = Routes()
USUAL = timedelta(days=6)  # a week with the last day
LONGEST = timedelta(days=31)
SECOND = 1_000_000
HEADS = (
    "service", "priority", "called", "overtaken", "overtakings", "most", "wait_p50_seconds", "wait_p90_seconds",
    "wait_longest_seconds",
)  # fmt: skip
Found = Mapping[tuple[str, int], Fairness]


@routes.get("/reports/fairness")
def report_fairness() -> str | Response:
    """Show how fair the queues were, from `since` to `until`. Refuses (`value_invalid`) more than a month."""
    hub, plan = services(), frame.plan()
    today = hub.office.business_day()
    since, until = days_asked((today - USUAL, today))
    if until - since > LONGEST:
        raise Invalid("value_invalid", field="until")
    found, chosen = hub.mode.run_blocking(_read, hub.reports, since, until)
    language = plan.languages[0]

    def tables() -> list[Table]:
        return [Table("fairness", HEADS, [(*key, *_values(found[key])) for key in _order(found, plan)])]

    def page() -> str:
        with frame.in_office_language():
            rows = [(_words(key, plan), found[key]) for key in _order(found, plan)]
            return shown(
                "report_fairness", since=since, until=until, rows=rows, chosen=chosen, words=duration_words,
                count=lambda number: count_words(number, language), mean=lambda mean: _mean(mean, language),
            )  # fmt: skip

    return asked(f"fairness-{since}-{until}", tables, page) or page()


def _read(reports: ReportReader, since: date, until: date) -> tuple[Found, int]:
    """Return how fair it was, and how many calls were out of order; blocking."""
    rows: list[VisitRow] = reports.visits(since, until)
    return fairness(rows), len(reports.calls(since, until, rule=CHOSEN, undone=0))


def _order(found: Found, plan: OfficePlan) -> list[tuple[str, int]]:
    """Return the services in the plan's order, each with its regular visitors first, and those that are gone last."""
    places = {one.code: place for place, one in enumerate(plan.services)}
    return sorted(found, key=lambda key: (places.get(key[0], len(places)), key))


def _words(key: tuple[str, int], plan: OfficePlan) -> tuple[str, str]:
    service, priority = key
    return plan.service_name(service), gettext("With priority") if priority else gettext("Without priority")


def _values(one: Fairness) -> tuple[int, ...]:
    waits = (one.waits.p50, one.waits.p90, one.waits.longest)
    return (one.legs, one.overtaken, one.overtakings, one.most, *(round(wait / SECOND) for wait in waits))


def _mean(mean: float, language: str) -> str:
    said = f"{mean:.1f}"
    return said if language == "en" else said.replace(".", ",")


PAGE = ReportPage(
    name="report_fairness",
    title=N_("Fairness"),
    about=N_("How often visitors were called before others who had waited for longer."),
    routes=routes,
    permissions={"report_fairness": VIEWERS},
)
