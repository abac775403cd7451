"""Times and dates as text, in the time zone of the office and the language of the reader."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from flask_babel import gettext


def long_time(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Return day, date and time, such as `Selasa, 24 November 2026 · 09.12 WIB`."""
    local = at.astimezone(zone)
    day = format_datetime(local, "EEEE, d MMMM y", locale=_locale(language))
    return f"{day} · {clock(at, zone, language)} {local.tzname()}"


def long_date(day: date, language: str) -> str:
    """Return a date in words, such as `Selasa, 24 November 2026`."""
    return str(format_date(day, "EEEE, d MMMM y", locale=_locale(language)))


def short_date(day: date, language: str) -> str:
    """Return weekday, day and month, such as `Senin, 4 Januari`."""
    return str(format_date(day, "EEEE, d MMMM", locale=_locale(language)))


def day_and_month(day: date, language: str) -> str:
    """Return day and month, such as `4 Januari`."""
    return str(format_date(day, "d MMMM", locale=_locale(language)))


def brief_date(day: date, language: str) -> str:
    """Return weekday, day and month in few letters, such as `Sen 4 Jan`."""
    return str(format_date(day, "EEE d MMM", locale=_locale(language)))


def brief_span(since: date, until: date, language: str) -> str:
    """Return two days in few letters, such as `Sen 4 – Rab 6 Jan`."""
    first = brief_date(since, language)
    if (since.year, since.month) == (until.year, until.month):
        first = str(format_date(since, "EEE d", locale=_locale(language)))
    return f"{first} – {brief_date(until, language)}"


def day_name(day: date, language: str) -> str:
    """Return the weekday of a date, such as `Senin`."""
    return str(format_date(day, "EEEE", locale=_locale(language)))


def month_name(year: int, month: int, language: str) -> str:
    """Return the name of a month, such as `Januari`."""
    return str(format_date(date(year, month, 1), "LLLL", locale=_locale(language)))


def weekday_letters(language: str) -> list[str]:
    """Return short names of the weekdays from Monday on, such as `Sen`."""
    monday = date(2026, 11, 2)
    return [str(format_date(monday + timedelta(days=more), "EEE", locale=_locale(language))) for more in range(7)]


def clock(at: datetime, zone: ZoneInfo, language: str, seconds: bool = False) -> str:
    """Return the time of day, such as `09.12`, in English `09:12`; with `seconds`, `09.12.30`."""
    separator = ":" if language == "en" else "."
    return at.astimezone(zone).strftime(separator.join(("%H", "%M", "%S") if seconds else ("%H", "%M")))


def told_time(told: str, language: str) -> str:
    """Return a time that somebody told, such as `09:12`, as `09.12`; in English as it is."""
    return told if language == "en" else told.replace(":", ".")


def age_words(age: timedelta) -> str:
    """Return how long ago something was, in the language of the request."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return gettext("%(minutes)d min ago", minutes=minutes)
    if minutes < 48 * 60:
        return gettext("%(hours)d h %(minutes)d min ago", hours=minutes // 60, minutes=minutes % 60)
    return gettext("%(days)d days ago", days=minutes // 1440)


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("id")
