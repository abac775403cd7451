"""When a visitor was told to bring the papers that were missing, as the visitor reads it."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from antrean.web.text.times import short_date, told_time


def is_another_day(come_on: str, today: date) -> bool:
    """Whether the papers are to be brought on a later day, on which no place is kept."""
    return bool(come_on) and date.fromisoformat(come_on.partition("T")[0]) > today


def come_on_words(come_on: str, today: date, language: str) -> str:
    """Return when to bring them, in the language of the request; "" where nobody said it."""
    if not come_on:
        return ""
    day, _, time = come_on.partition("T")
    if not is_another_day(come_on, today):
        return gettext("Please bring them today at %(time)s or later.", time=told_time(time, language))
    values = {"day": short_date(date.fromisoformat(day), language), "time": told_time(time, language)}
    if time:
        return gettext("Please bring them on %(day)s at %(time)s, and take a new number then.", **values)
    return gettext("Please bring them on %(day)s, and take a new number then.", **values)
