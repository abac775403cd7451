"""Hours as people type and read them, and the days of a year as its page shows them. Pure."""

from __future__ import annotations

import re
from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from antrean.queueing.errors import Invalid
from antrean.queueing.hours.model import DAY_MINUTES, WEEKDAYS, DayHours, Hours, Span, Spans, Week, minutes
from antrean.queueing.plan.texts import in_language

MOST_DAYS = 31  # special days that are set at once, such as a week of feasts
NOT_OPEN = ("-", "–", "—")
_TIME = r"(\d{1,2})(?:[.:](\d{2}))?"
_SPAN = re.compile(rf"\s*{_TIME}\s*[-–—]\s*{_TIME}\s*", re.ASCII)
Kind = Literal["open", "closed", "other", "off"]


def typed_spans(text: str, field: str) -> Spans:
    """Return spans that somebody typed, such as `08.00–12.00, 13–15`; none for an empty text.

    Refuses what can't be read (`hours_unreadable`), and times that overlap or end before they begin (`hours_overlap`).
    """
    spans = tuple(_typed_span(part, text) for part in re.split("[,;]", text) if part.strip())
    times = [minute for span in spans for minute in span]
    if any(since >= until for since, until in spans) or any(one > other for one, other in pairwise(times)):
        raise Invalid("hours_overlap", field=field)
    return spans


def _typed_span(part: str, text: str) -> Span:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise Invalid("hours_unreadable", value=text[:40])
    first, second, third, fourth = (int(one or 0) for one in found.groups())
    since, until = first * 60 + second, third * 60 + fourth
    if second > 59 or fourth > 59 or max(since, until) > DAY_MINUTES:
        raise Invalid("hours_unreadable", value=text[:40])
    return since, until


def typed_week(given: Mapping[str, str], names: Mapping[str, str]) -> Week:
    """Return a week that somebody typed; a weekday that is left empty is closed. `names` are those of the weekdays."""
    found = {weekday: typed_spans(given[weekday], names[weekday]) for weekday in WEEKDAYS}
    return {weekday: spans for weekday, spans in found.items() if spans}


def typed_own_week(given: Mapping[str, str], names: Mapping[str, str]) -> Week:
    """Return the own hours of a service: an empty weekday is not named, a dash is not open on it."""
    found: dict[str, Spans] = {}
    for weekday in WEEKDAYS:
        text = given[weekday].strip()
        if text:
            found[weekday] = () if text in NOT_OPEN else typed_spans(text, names[weekday])
    return found


def own_week_words(week: Week) -> dict[str, str]:
    """Return the own hours of a service as its form has them."""
    return {weekday: shown(week[weekday]) or NOT_OPEN[0] if weekday in week else "" for weekday in WEEKDAYS}


def week_words(week: Week) -> dict[str, str]:
    """Return a week as its form has it."""
    return {weekday: shown(week.get(weekday, ())) for weekday in WEEKDAYS}


def shown(spans: Spans) -> str:
    """Return spans as a form has them, such as `08:00-12:00, 13:00-15:00`."""
    return ", ".join("-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in span) for span in spans)


def days_between(first: date, last: date) -> list[date]:
    """Return the days from one to another, both included; refuses (`value_invalid`) none of them, or too many."""
    if not first <= last < first + timedelta(days=MOST_DAYS):
        raise Invalid("value_invalid", field="last_day")
    return [first + timedelta(days=more) for more in range((last - first).days + 1)]


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the year: how it stands, its hours, and its reason or season.

    `kind`: open as the week or season says, closed by it, open in another way than usual, or off: closed though it
    usually is open. `holiday` is the name of a holiday that nobody has taken.
    """

    day: date
    kind: Kind
    spans: Spans
    why: str = ""
    season: str = ""
    holiday: str = ""


def year(hours: Hours, number: int, language: str, holidays: Mapping[date, str]) -> list[list[list[Cell | None]]]:
    """Return the months of a year, each as weeks from Monday on, with None for days of other months."""
    weeks = Calendar()
    return [
        [
            [_cell(hours, day, language, holidays) if day.month == month else None for day in week]
            for week in weeks.monthdatescalendar(number, month)
        ]
        for month in range(1, 13)
    ]


def _cell(hours: Hours, day: date, language: str, holidays: Mapping[date, str]) -> Cell:
    found = hours.on(day)
    season = in_language(found.season.names, language) or "" if found.season is not None else ""
    why = in_language(found.special.reasons, language) or "" if found.special is not None else ""
    suggested = holidays.get(day, "") if found.special is None else ""
    return Cell(day, _kind(hours, day, found), found.spans, why, season, suggested)


def _kind(hours: Hours, day: date, found: DayHours) -> Kind:
    if found.special is None:
        return "open" if found.spans else "closed"
    if found.spans:
        return "other" if found.spans != hours.usual(day).spans else "open"
    return "off" if minutes(hours.usual(day).spans) else "closed"
