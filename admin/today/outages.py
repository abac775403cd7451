"""Outages of a month, as a page that can be printed: when what was down, for how long, and how many waited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from flask import request

from admin import frame
from admin.section import Routes
from antrean.queueing.errors import Invalid
from antrean.queueing.outages.past import PastOutage
from antrean.queueing.outages.state import Outage
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.texts import in_language
from antrean.web.services import services
from antrean.web.text.times import clock, long_time, month_name, short_date

routes = Routes()


@dataclass(frozen=True, slots=True)
class OutageRow:
    """An outage as the page says it; `minutes` is None where nobody said that it was back. `lasts`: it does so now.

    `need` is what was down by name, `code` by its code: two may have one name.
    """

    day: date
    code: str
    need: str
    began: datetime
    ended: datetime | None
    minutes: int | None
    waited: int
    left: int
    services: Sequence[str]
    letters: Sequence[str]
    lasts: bool = False


@routes.get("/outages")
def outages() -> str:
    """Show the outages of a month (`month`, such as 2026-11; this one where it is left out)."""
    hub, plan = services(), frame.plan()
    today = hub.office.business_day()
    first = _first_day(request.args.get("month", ""), today)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    found = hub.mode.run_blocking(hub.settings.outages_by_day, first, last)
    lasting = hub.office.read(lambda day, _plan: dict(day.outages))
    now = hub.office.clock()
    rows = [
        _row(day, one, plan, lasting if day == today else {}, now) for day, of_day in found.items() for one in of_day
    ]
    language = plan.languages[0]
    return frame.page(
        "today",
        "outages",
        plan=plan,
        rows=rows,
        by_need=_by_need(rows),
        days=len({one.day for one in rows}),
        month=f"{month_name(first.year, first.month, language)} {first.year}",
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{last + timedelta(days=1):%Y-%m}" if last < today else "",
        short_date=partial(short_date, language=language),
        clock=lambda at: clock(at, plan.tz, language),
        now=long_time(now, plan.tz, language),
    )


def _first_day(month: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{month}-01") if month else today.replace(day=1)
    except ValueError:
        raise Invalid("value_invalid", field="month") from None


def _row(day: date, one: PastOutage, plan: OfficePlan, lasting: Mapping[str, Outage], now: datetime) -> OutageRow:
    now_down = lasting.get(one.need)
    lasts = one.minutes is None and now_down is not None and now_down.at == one.began
    minutes = one.minutes
    if lasts:
        minutes = max(round((now - one.began).total_seconds() / 60), 0)
    return OutageRow(
        day=day,
        code=one.need,
        need=in_language(one.names, plan.languages[0]) or one.need,
        began=one.began,
        ended=None if one.minutes is None else one.began + timedelta(minutes=one.minutes),
        minutes=minutes,
        waited=now_down.waited if lasts and now_down is not None else one.waited,
        left=now_down.left if lasts and now_down is not None else one.left,
        services=[plan.service_name(code) for code in one.services],
        letters=[plan.service(code).series if plan.has_service(code) else code for code in one.services],
        lasts=lasts,
    )


def _by_need(rows: Sequence[OutageRow]) -> list[tuple[str, str, int, int, int, int]]:
    """Return by what was down its services, how often, for how many minutes, and how many numbers waited or went.

    What was down longest comes first. What was renamed has its newest name.
    """
    names = {one.code: one.need for one in rows}
    sums = [
        (
            name,
            ", ".join(dict.fromkeys(service for one in rows if one.code == code for service in one.services)),
            sum(one.code == code for one in rows),
            sum(one.minutes or 0 for one in rows if one.code == code),
            sum(one.waited for one in rows if one.code == code),
            sum(one.left for one in rows if one.code == code),
        )
        for code, name in names.items()
    ]
    return sorted(sums, key=lambda one: -one[3])
