"""When it opens next, and the hours of days, in the language of the request or another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import get_locale, gettext

from antrean.queueing.hours.calendar import spans_on
from antrean.queueing.hours.model import Spans
from antrean.queueing.plan.model import OfficePlan
from antrean.web.text.times import clock, day_name, short_date, told_time

A_WEEK = 7  # days from which on a weekday alone would be this week's


@dataclass(frozen=True, slots=True)
class DayRow:
    """The hours of one day: its spans, empty where it is closed, and why it is not as usual, by language."""

    day: date
    spans: Spans
    reasons: Mapping[str, str]


def opens_words(opens: datetime | None, at: datetime, zone: ZoneInfo) -> str:
    """Return when it opens next, such as “Opens tomorrow at 08:00”; "" when nobody knows."""
    if opens is None:
        return ""
    language = str(get_locale() or "en")
    day, today = opens.astimezone(zone).date(), at.astimezone(zone).date()
    time = clock(opens, zone, language)
    if day == today:
        return gettext("Opens today at %(time)s", time=time)
    if day == today + timedelta(days=1):
        return gettext("Opens tomorrow at %(time)s", time=time)
    named = day_name(day, language) if (day - today).days < A_WEEK else short_date(day, language)
    return gettext("Opens on %(day)s at %(time)s", day=named, time=time)


def spans_words(spans: Spans, language: str) -> str:
    """Return the spans of a day, such as `08.00–12.00, 13.00–15.00`; "" for a day that is closed."""
    return ", ".join("–".join(time_words(minute, language) for minute in span) for span in spans)


def time_words(minute: int, language: str) -> str:
    """Return a minute of the day as a time, such as `08.00`."""
    return told_time(f"{minute // 60:02d}:{minute % 60:02d}", language)


def coming_days(plan: OfficePlan, first: date, days: int = A_WEEK) -> list[DayRow]:
    """Return the hours of the coming days; none where the office has no hours."""
    if not plan.hours.given:
        return []
    found = []
    for day in (first + timedelta(days=more) for more in range(days)):
        special = plan.hours.on(day).special
        found.append(DayRow(day, spans_on(plan, day), special.reasons if special is not None else {}))
    return found
