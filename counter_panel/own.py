"""The page of an operator's own figures: today and the last days, from the tables of reports, and of nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from flask import render_template
from flask_babel import force_locale

from antrean.access.identity import LEADERS
from antrean.queueing.keeping.report_rows import micro
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.counter_time import FEWEST
from antrean.reporting.own_figures import OwnDay, OwnService, own_days, own_services
from antrean.storage.reports.read import ReportReader
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text.durations import duration_words
from antrean.web.text.numbers import count_words
from antrean.web.text.reasons import pause_reasons
from antrean.web.text.times import long_date
from counter_panel.blueprint import blueprint

MOST_DAYS = 5  # service days before today
LOOKED_BACK = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """What the tables of reports say of one operator: today, days before it, newest first, and services."""

    today: OwnDay | None
    days: list[OwnDay]
    services: list[OwnService]


def read(reports: ReportReader, operator: str, today: date, until: int) -> OwnFigures:
    """Return the figures of one operator; blocking. What has not ended counts until this moment."""
    first = today - LOOKED_BACK
    days = own_days(
        operator,
        reports.spans(first, today, operator=operator),
        reports.pauses(first, today, operator=operator),
        reports.visits(first, today, operator=operator),
        until,
    )
    now = next((one for one in days if one.day == today.isoformat()), None)
    before = [one for one in days if one.day != today.isoformat()][:MOST_DAYS]
    since = date.fromisoformat(before[-1].day) if before else today
    shown = {one.day for one in (*before, *([now] if now is not None else []))}
    rows = [row for row in reports.services(since, today) if row.business_day in shown] if shown else []
    return OwnFigures(now, before, own_services(operator, rows))


@blueprint.get("/own_figures")
def own_figures() -> str:
    """Show whoever asks the own figures of today and of the last days at a counter."""
    hub, me = services(), current_identity()
    plan = hub.office.read(lambda _day, plan: plan)
    found = hub.mode.run_blocking(read, hub.reports, me.name, hub.office.business_day(), micro(hub.office.clock()))
    language = plan.languages[0]
    with force_locale(language):
        return render_template(
            "counter_panel/own_figures.html",
            found=found,
            services=_in_order(found.services, plan),
            fewest=FEWEST,
            leads=me.role in LEADERS,
            reasons=dict(pause_reasons()),
            name_of=plan.service_name,
            day_words=lambda day: long_date(date.fromisoformat(day), language),
            count=partial(count_words, language=language),
            words=duration_words,
            locked=False,  # a locked session is led to where it is opened
            lock_minutes=plan.limits.lock_minutes,
        )


def _in_order(found: list[OwnService], plan: OfficePlan) -> list[OwnService]:
    """Return services in the order of the plan, and those that are gone last."""
    places = {one.code: place for place, one in enumerate(plan.services)}
    return sorted(found, key=lambda one: (places.get(one.service, len(places)), one.service))
