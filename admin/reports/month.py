"""The month, as a report for the head of the office: on the screen, on paper and as a file."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import partial

from flask import Response, render_template, request
from flask_babel import force_locale
from markupsafe import Markup

from admin import frame
from admin.reports.exports import asked
from admin.reports.page import ReportPage, shown
from admin.section import Routes
from antrean.access.identity import VIEWERS
from antrean.queueing.errors import N_, Invalid
from antrean.queueing.outages.past import PastOutage
from antrean.queueing.plan.campaign import Campaign
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.texts import in_language
from antrean.reporting.charts import bars
from antrean.reporting.half_hours import SMALLEST
from antrean.reporting.month import Month, month_of, month_tables
from antrean.reporting.tables import Table
from antrean.storage.reports.wanted import Wanted
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text.durations import duration_short
from antrean.web.text.numbers import count_words, percent_words
from antrean.web.text.times import brief_date, long_date, long_time, month_name

routes = Routes()
INDONESIAN = "id"  # in which offices report to those above them


@dataclass(frozen=True, slots=True)
class OutageSums:
    """What was down in a month: how often, for how many minutes as far as they were said, and how many waited.

    `waited` is None where it is too small to be published.
    """

    need: str
    times: int
    minutes: int
    waited: int | None


@routes.get("/reports/month")
def report_month() -> str | Response:
    """Show a month (`month`, such as 2026-11; this one where it is left out).

    `language=id` gives it in Indonesian, and `published=1` without small counts. As a file by `as`.
    """
    plan, today = frame.plan(), services().office.business_day()
    first = _first_day(request.args.get("month", ""), today)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    published = request.args.get("published", "") == "1"
    month = _month(first, last, plan, published)
    down = _outages(first, last, plan.languages[0], published)

    def tables() -> Sequence[Table]:
        outages = [(one.need, one.times, one.minutes, one.waited) for one in down]
        return [*month_tables(month), Table("outages", ("what", "times", "minutes", "tickets_waited"), outages)]

    def page() -> str:
        return _page(plan, first, last, today, month, down, published)

    return asked(f"month-{first:%Y-%m}", tables, page) or page()


def _first_day(month: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{month}-01") if month else today.replace(day=1)
    except ValueError:
        raise Invalid("value_invalid", field="month") from None


def _month(first: date, last: date, plan: OfficePlan, published: bool) -> Month:
    found = services().periods.month(current_identity().actor, Wanted(first, last))
    known = found.services
    order = [one.code for one in plan.services]
    ordered = {code: known[code] for code in [*order, *sorted(known.keys() - set(order))] if code in known}
    return month_of(found.office, ordered, found.days, published)


def _outages(first: date, last: date, language: str, published: bool) -> list[OutageSums]:
    """Return what was down, the longest first."""
    hub = services()
    found: dict[str, list[PastOutage]] = {}
    for of_day in hub.mode.run_blocking(hub.settings.outages_by_day, first, last).values():
        for one in of_day:
            found.setdefault(one.need, []).append(one)
    sums = [
        OutageSums(
            in_language(all_of[-1].names, language) or need,
            len(all_of),
            sum(one.minutes or 0 for one in all_of),
            _shown(sum(one.waited for one in all_of), published),
        )
        for need, all_of in found.items()
    ]
    return sorted(sums, key=lambda one: -one.minutes)


def _shown(count: int, published: bool) -> int | None:
    return None if published and 0 < count < SMALLEST else count


def _page(
    plan: OfficePlan,
    first: date,
    last: date,
    today: date,
    month: Month,
    down: Sequence[OutageSums],
    published: bool,
) -> str:
    own = plan.languages[0]
    language = INDONESIAN if request.args.get("language") == INDONESIAN else own
    drawn = bars([[line.tickets or 0] for line in month.days], [str(int(line.key[-2:])) for line in month.days])
    with force_locale(language):
        report = render_template(
            "admin/reports/month_report.html",
            plan=plan,
            language=language,
            name=f"{month_name(first.year, first.month, language)} {first.year}",
            month=month,
            drawn=drawn,
            down=down,
            published=published,
            campaign=_campaign(plan, first, last),
            goes_on=last >= today,
            service_name=lambda code: plan.service_name(code, language),
            percent=percent_words,
            count=partial(_count, language=language),
            time=partial(_time, language=language),
            day=lambda key: brief_date(date.fromisoformat(key), language),
            deadline=lambda day: long_date(day, language),
            read=long_time(services().office.clock(), plan.tz, language),
            today=long_date(today, language).partition(", ")[2],
        )
    return shown(
        "report_month",
        report=Markup(report),  # drawn by its own template
        language=language,
        own=own,
        others=[INDONESIAN] if own != INDONESIAN else [],
        published=published,
        chosen=f"{first:%Y-%m}",
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{last + timedelta(days=1):%Y-%m}" if last < today else "",
    )


def _campaign(plan: OfficePlan, first: date, last: date) -> Campaign | None:
    """Return the office's campaign if it ran in this month."""
    found = plan.campaign
    return found if found is not None and found.start_on <= last and found.deadline >= first else None


def _count(number: int | Fraction | None, language: str) -> str:
    return "–" if number is None else count_words(number, language)


def _time(duration: int | None, language: str) -> str:
    return "–" if duration is None else duration_short(duration, language)


PAGE = ReportPage(
    name="report_month",
    title=N_("Month"),
    about=N_("The figures of a month for the head of the office, to be printed and signed."),
    routes=routes,
    permissions={"report_month": VIEWERS},
)
