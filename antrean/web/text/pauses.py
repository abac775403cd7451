"""Until when a service is paused, in the language of the request; `until` is a time such as 11:30, "" for unknown."""

from __future__ import annotations

from flask_babel import get_locale, gettext

from antrean.web.text.times import told_time


def until_words(until: str) -> str:
    """Return that a service is paused, and until about when; "" when nobody knows."""
    return gettext("Paused until about %(time)s", time=_time(until)) if until else ""


def short_words(until: str) -> str:
    """Return until about when, where it is said already that the service is paused; "" when nobody knows."""
    return gettext("until about %(time)s", time=_time(until)) if until else ""


def end_words(until: str) -> str:
    """Return when a pause is expected to end, as a sentence; "" when nobody knows."""
    return gettext("It is expected to go on at about %(time)s.", time=_time(until)) if until else ""


def _time(until: str) -> str:
    return told_time(until, str(get_locale() or "en"))
