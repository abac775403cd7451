"""Opening hours in the plan's document: how they are written, what is wrong with some, and how they are read.

A span is written as people write it, such as `08:00-12:00`; a day without spans is closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations, pairwise
from typing import Any

from antrean.queueing.hours.model import DAY_MINUTES, WEEKDAYS, Hours, Season, Span, Spans, SpecialDay, Week
from antrean.queueing.plan.rules import (
    Problem,
    Rule,
    by_language,
    code,
    day,
    free_text,
    item_paths,
    listed,
    name,
    record,
    under,
)

LONGEST_NAME, LONGEST_REASON = 60, 200
MOST_SEASONS, MOST_DAYS, MOST_SPANS = 100, 1000, 8
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)


def read_span(text: str) -> Span:
    """Return a span such as `08:00-12:00`; raises ValueError for another text, and for a time after 24:00."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    first, second, third, fourth = map(int, found.groups())
    since, until = first * 60 + second, third * 60 + fourth
    if max(since, until) > DAY_MINUTES:
        raise ValueError(text)
    return since, until


def write_span(span: Span) -> str:
    """Return a span as it is written, such as `08:00-12:00`."""
    return "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in span)


def spans(value: Any, path: str) -> Iterator[Problem]:
    """Say what keeps a value from being the spans of a day: each ends after it begins, and no earlier than the next."""
    if not isinstance(value, list) or len(value) > MOST_SPANS:
        yield Problem("value_invalid", path, str(value)[:40])
        return
    found: list[Span] = []
    for place, text in enumerate(value, 1):
        try:
            found.append(read_span(text))
        except (TypeError, ValueError):
            yield Problem("value_invalid", under(path, f"[{place}]"), str(text)[:40])
            return
    times = [minute for span in found for minute in span]
    backwards = any(since >= until for since, until in found)
    if backwards or any(one > other for one, other in pairwise(times)):
        yield Problem("hours_overlap", path, ", ".join(value))


WEEK: Rule = record(dict.fromkeys(WEEKDAYS, spans), may_miss=WEEKDAYS)
SEASON: Mapping[str, Rule] = {
    "id": code(40),
    "names": by_language(name(LONGEST_NAME), least=1),
    "starts_on": day,
    "ends_on": day,
    "week": WEEK,
}
SPECIAL: Mapping[str, Rule] = {"day": day, "hours": spans, "reasons": by_language(free_text(LONGEST_REASON))}
PARTS = ("week", "seasons", "days")
HOURS: Rule = record(
    {
        "week": WEEK,
        "seasons": listed(record(SEASON), most=MOST_SEASONS, key="id"),
        "days": listed(record(SPECIAL, may_miss=("hours", "reasons")), most=MOST_DAYS, key="day"),
    },
    may_miss=PARTS,
)


def across(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Say which seasons end before they begin, or share a day with one before them."""
    seasons = document.get("seasons", ())
    paths = list(item_paths(seasons, "hours/seasons", "id"))
    for season, at in zip(seasons, paths, strict=True):
        if season["ends_on"] < season["starts_on"]:
            yield Problem("hours_overlap", under(at, "ends_on"), season["ends_on"])
    for (one, _at), (other, at) in combinations(zip(seasons, paths, strict=True), 2):
        if one["starts_on"] <= other["ends_on"] and other["starts_on"] <= one["ends_on"]:
            yield Problem("hours_overlap", under(at, "starts_on"), other["starts_on"])


def write_spans(found: Spans) -> list[str]:
    """Return the spans of a day as they are written."""
    return [write_span(span) for span in found]


def write_week(week: Week) -> dict[str, list[str]]:
    """Return a week as it is written, from Monday on."""
    return {weekday: write_spans(week[weekday]) for weekday in WEEKDAYS if weekday in week}


def write_season(season: Season) -> dict[str, Any]:
    """Return a season as it is written."""
    return {
        "id": season.id,
        "names": dict(season.names),
        "starts_on": season.starts_on.isoformat(),
        "ends_on": season.ends_on.isoformat(),
        "week": write_week(season.week),
    }


def write_special(special: SpecialDay) -> dict[str, Any]:
    """Return a special day as it is written."""
    return {"day": special.day.isoformat(), "hours": write_spans(special.hours), "reasons": dict(special.reasons)}


def write_hours(hours: Hours) -> dict[str, Any]:
    """Return the hours as they are written."""
    return {
        "week": write_week(hours.week),
        "seasons": [write_season(one) for one in hours.seasons],
        "days": [write_special(one) for one in hours.days],
    }


def read_spans(texts: Sequence[str]) -> Spans:
    """Return the spans of a day that was checked."""
    return tuple(read_span(text) for text in texts)


def read_week(written: Mapping[str, Sequence[str]]) -> Week:
    """Return a week that was checked."""
    return {weekday: read_spans(written[weekday]) for weekday in WEEKDAYS if weekday in written}


def read_hours(document: Mapping[str, Any]) -> Hours:
    """Return hours that were checked; those of a plan that has none are empty."""
    return Hours(
        week=read_week(document.get("week", {})),
        seasons=tuple(_season(one) for one in document.get("seasons", ())),
        days=tuple(_special(one) for one in document.get("days", ())),
    )


def _season(written: Mapping[str, Any]) -> Season:
    since, until = date.fromisoformat(written["starts_on"]), date.fromisoformat(written["ends_on"])
    return Season(written["id"], written["names"], since, until, read_week(written["week"]))


def _special(written: Mapping[str, Any]) -> SpecialDay:
    hours, reasons = read_spans(written.get("hours", ())), written.get("reasons", {})
    return SpecialDay(date.fromisoformat(written["day"]), hours, reasons)
