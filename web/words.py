"""Times and waits in words, in the office's zone and the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from flask_babel import gettext

Wait = tuple[int, int] | None
# What a language calls itself never depends on the language of the page.
OWN_NAMES = {"id": "Bahasa Indonesia", "su": "Basa Sunda", "en": "English", "jv": "Basa Jawa"}


def long_time(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Return day, date and time, such as `Selasa, 24 November 2026 · 09.12 WIB`."""
    local = at.astimezone(zone)
    day = format_datetime(local, "EEEE, d MMMM y", locale=_locale(language))
    return f"{day} · {clock(at, zone, language)} {local.tzname()}"


def clock(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Return the time of day, such as `09.12`, in English `09:12`."""
    separator = ":" if language == "en" else "."
    return at.astimezone(zone).strftime(f"%H{separator}%M")


def wait_words(wait: Wait) -> str:
    """Return an interval in minutes, or that it is not known yet, in the language of the request."""
    if wait is None:
        return gettext("not known yet")
    return gettext("%(low)d–%(high)d minutes", low=wait[0], high=wait[1])


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("id")


def reason_words(facts: Mapping[str, Any]) -> str:
    """Return in one sentence why a ticket was called, from the rule and the facts its call recorded."""
    waited = int(facts.get("waited", 0))
    credit = facts.get("credit")
    match facts.get("rule"):
        case "earliest_due_date" if credit:
            return gettext(
                "Waited %(waited)d minutes; priority counts as arrived %(credit)d minutes earlier.",
                waited=waited,
                credit=int(credit),
            )
        case "earliest_due_date":
            return gettext("Waited %(waited)d minutes and is due first.", waited=waited)
        case "first_come_first_served":
            return gettext("Waited %(waited)d minutes and came first.", waited=waited)
        case "strict_priority":
            return gettext("Waited %(waited)d minutes; priority visitors go first.", waited=waited)
        case "interleave":
            return gettext("Waited %(waited)d minutes; priority and others take turns.", waited=waited)
        case "accumulating_priority":
            return gettext("Waited %(waited)d minutes; priority counts its waiting several times.", waited=waited)
        case "brought_forward":
            return gettext("Was sent to the front by another counter.")
        case "overflow":
            return gettext("Waited %(waited)d minutes; nobody waits for this counter's own services.", waited=waited)
        case "overflow_overdue":
            return gettext("Waited %(waited)d minutes and is overdue in another service.", waited=waited)
        case "chosen":
            note = str(facts.get("note") or "")
            return (
                gettext("Chosen by the operator: %(note)s", note=note) if note else gettext("Chosen by the operator.")
            )
    return ""


def damage_words(sentences: Sequence[str]) -> str:
    """Return that the database is damaged, what to do, and where; "" when it is not."""
    if not sentences:
        return ""
    what = gettext("Numbers go on. Follow “The database is damaged” in the manual, after the office has closed.")
    return f"{gettext('The database is damaged.')} {what} ({'; '.join(sentences[:3])})"


def stopped_words(holds: Mapping[str, str]) -> tuple[str, str] | None:
    """Return what stops every number and what to do about it; None when nothing does."""
    if not holds:
        return None
    what = next(iter(holds.values()))
    help_needed = gettext("Ask whoever looks after the hub; numbers go on by themselves when it is mended.")
    known = {
        "disk_full": (
            gettext("The hub's disk is full: no numbers can be saved."),
            gettext("Free space on it; numbers then go on by themselves."),
        ),
        "read_only": (
            gettext("The hub's disk can only be read: no numbers can be saved."),
            gettext("It may be failing. Copy the newest backup elsewhere and ask whoever looks after the hub."),
        ),
        "database_gone": (
            gettext("The database's file is gone: no numbers can be saved."),
            gettext("Put it back where it was; numbers then go on by themselves."),
        ),
        "lines_missing": (
            gettext("The database lacks numbers that were given: no more are given."),
            gettext("Stop the hub and follow “The database is damaged” in the manual."),
        ),
    }
    return known.get(what, (gettext("Nothing can be saved right now: no numbers are given."), help_needed))
