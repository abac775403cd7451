"""What the page *Period* says: days, rows, and how a period compares with the one before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask_babel import gettext

from admin.reports.period_asked import Asked
from antrean.hub.periods import Found, Key
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.figures import Share
from antrean.web.text.durations import duration_words
from antrean.web.text.numbers import count_words, percent_words
from antrean.web.text.times import brief_date, brief_span, day_name, month_name

SUNDAY = timedelta(days=6)
A_MONDAY = date(2026, 11, 2)
Card = tuple[str, str, str, str, str]  # code of its definition, name, value, before, difference


def days_words(asked: Asked, plan: OfficePlan) -> str:
    """Return the days of the period, with the year."""
    language = plan.languages[0]
    if asked.since == asked.until:
        return f"{brief_date(asked.since, language)} {asked.since.year}"
    if asked.since.year == asked.until.year:
        return f"{brief_span(asked.since, asked.until, language)} {asked.until.year}"
    first, last = brief_date(asked.since, language), brief_date(asked.until, language)
    return f"{first} {asked.since.year} – {last} {asked.until.year}"


def row_words(asked: Asked, plan: OfficePlan) -> Callable[[Key], str]:
    """Return what names a row by its key, in the office's first language."""
    language = plan.languages[0]
    years = asked.since.year != asked.until.year

    def words(key: Key) -> str:
        (value,) = key
        if asked.rows == "hour":
            return f"{clock_words(int(value) * 2, language)}–{clock_words(int(value) * 2 + 2, language)}"
        if asked.rows == "weekday":
            return weekday_words(int(value), language)
        if asked.rows == "month":
            year, month = map(int, str(value).split("-"))
            return f"{month_name(year, month, language)} {year}"
        day = date.fromisoformat(str(value))
        said = brief_date(day, language) if asked.rows == "day" else brief_span(day, day + SUNDAY, language)
        return f"{said} {day.year}" if years else said

    return words


def weekday_words(weekday: int, language: str) -> str:
    """Return the name of a weekday, 0 for Monday."""
    return day_name(A_MONDAY + timedelta(days=weekday), language)


def clock_words(half_hour: int, language: str) -> str:
    """Return when a half hour of the day begins, such as `08.30`, in English `08:30`."""
    return f"{half_hour // 2:02}{':' if language == 'en' else '.'}{half_hour % 2 * 30:02}"


def compared(found: Found, plan: OfficePlan) -> list[Card]:
    """Return the figures of the period, each beside that of the period before, with the difference and its sign."""
    language = plan.languages[0]
    now, before = found.whole, found.before
    counts = [
        ("tickets", gettext("Tickets"), now.tickets, before.tickets),
        ("persons", gettext("Persons"), now.persons, before.persons),
        ("served", gettext("Served"), now.served, before.served),
    ]
    shares = [
        ("promise", gettext("Promise kept"), now.promise, before.promise),
        ("no_show", gettext("No-show"), Share(now.no_show, now.tickets), Share(before.no_show, before.tickets)),
        ("left", gettext("Left uncalled"), Share(now.left, now.tickets), Share(before.left, before.tickets)),
    ]
    times = [
        ("waiting", gettext("Half waited at most"), now.waits.p50, before.waits.p50),
        ("waiting", gettext("Nine of ten waited at most"), now.waits.p90, before.waits.p90),
        ("waiting", gettext("Waited on average"), now.waits.mean, before.waits.mean),
    ]
    return [
        *(
            (code, name, count_words(one, language), *_than(before.tickets, count_words(other, language),
                                                           _count_change(one, other, language)))
            for code, name, one, other in counts
        ),
        *(
            (code, name, duration_words(one) if now.waits.n else "–",
             *_than(before.waits.n, duration_words(other), _time_change(one, other) if now.waits.n else ""))
            for code, name, one, other in times
        ),
        *(
            (code, name, percent_words(one.percent),
             *_than(before.tickets, percent_words(other.percent), _share_change(one, other)))
            for code, name, one, other in shares
        ),
    ]  # fmt: skip


def _than(there: int, before: str, change: str) -> tuple[str, str]:
    return (before, change) if there else ("", "")


def _count_change(now: int, before: int, language: str) -> str:
    if now == before:
        return gettext("as many as before")
    share = abs(now - before) / before if before else None
    percent = "" if share is None else f" ({_sign(now - before)}{count_words(round(100 * share), language)} %)"
    words = count_words(abs(now - before), language)
    if now > before:
        return gettext("+%(count)s, more than before", count=words) + percent
    return gettext("−%(count)s, fewer than before", count=words) + percent


def _time_change(now: int, before: int) -> str:
    words = duration_words(abs(now - before))
    if words == duration_words(0):
        return gettext("as long as before")
    if now > before:
        return gettext("+%(time)s, longer than before", time=words)
    return gettext("−%(time)s, shorter than before", time=words)


def _share_change(now: Share, before: Share) -> str:
    if now.percent is None or before.percent is None:
        return ""
    points = round(now.percent) - round(before.percent)
    if not points:
        return gettext("as before")
    if points > 0:
        return gettext("+%(points)d points, more than before", points=points)
    return gettext("−%(points)d points, less than before", points=-points)


def _sign(value: int) -> str:
    return "+" if value > 0 else "−"
