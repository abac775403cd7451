"""Times and waits in words, in the office's zone and the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from flask_babel import get_locale, gettext, ngettext

from antrean.queueing.office import Office

Wait = tuple[int, int] | None
# What a language calls itself never depends on the language of the page.
OWN_NAMES = {"id": "Bahasa Indonesia", "su": "Basa Sunda", "en": "English", "jv": "Basa Jawa"}


def long_time(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Return day, date and time, such as `Selasa, 24 November 2026 · 09.12 WIB`."""
    local = at.astimezone(zone)
    day = format_datetime(local, "EEEE, d MMMM y", locale=_locale(language))
    return f"{day} · {clock(at, zone, language)} {local.tzname()}"


def long_date(day: date, language: str) -> str:
    """Return a date in words, such as `Selasa, 24 November 2026`."""
    return str(format_date(day, "EEEE, d MMMM y", locale=_locale(language)))


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
            return ngettext(
                "Waited %(num)d minute; priority counts as arrived %(credit)d min earlier.",
                "Waited %(num)d minutes; priority counts as arrived %(credit)d min earlier.",
                waited,
                credit=int(credit),
            )
        case "earliest_due_date":
            return ngettext(
                "Waited %(num)d minute and is due first.", "Waited %(num)d minutes and is due first.", waited
            )
        case "first_come_first_served":
            return ngettext("Waited %(num)d minute and came first.", "Waited %(num)d minutes and came first.", waited)
        case "strict_priority":
            return ngettext(
                "Waited %(num)d minute; priority visitors go first.",
                "Waited %(num)d minutes; priority visitors go first.",
                waited,
            )
        case "interleave":
            return ngettext(
                "Waited %(num)d minute; priority and others take turns.",
                "Waited %(num)d minutes; priority and others take turns.",
                waited,
            )
        case "accumulating_priority":
            return ngettext(
                "Waited %(num)d minute; priority counts its waiting several times.",
                "Waited %(num)d minutes; priority counts its waiting several times.",
                waited,
            )
        case "brought_forward":
            return gettext("Was at a counter before and goes first.")
        case "overflow":  # of older lines, which don't say whether anybody waited for them
            return ngettext(
                "Waited %(num)d minute; nobody of this counter's own services could be called.",
                "Waited %(num)d minutes; nobody of this counter's own services could be called.",
                waited,
            )
        case "overflow_empty":
            return ngettext(
                "Waited %(num)d minute; nobody waits for this counter's own services.",
                "Waited %(num)d minutes; nobody waits for this counter's own services.",
                waited,
            )
        case "overflow_paused":
            return _standing_words(waited, facts)
        case "overflow_overdue":
            return ngettext(
                "Waited %(num)d minute and is overdue in another service.",
                "Waited %(num)d minutes and is overdue in another service.",
                waited,
            )
        case "chosen":
            note = str(facts.get("note") or "")
            return (
                gettext("Chosen by the operator: %(note)s", note=note) if note else gettext("Chosen by the operator.")
            )
    return ""


def _standing_words(waited: int, facts: Mapping[str, Any]) -> str:
    """Return that a counter's own services are paused or closed, for how many numbers, and the notice that says why."""
    standing, notices = int(facts.get("standing", 0)), facts.get("notices") or {}
    if facts.get("state") == "closed":
        what = ngettext(
            "Waited %(num)d minute; this counter's own services are closed, with %(standing)d waiting.",
            "Waited %(num)d minutes; this counter's own services are closed, with %(standing)d waiting.",
            waited,
            standing=standing,
        )
    else:
        what = ngettext(
            "Waited %(num)d minute; this counter's own services are paused, with %(standing)d waiting.",
            "Waited %(num)d minutes; this counter's own services are paused, with %(standing)d waiting.",
            waited,
            standing=standing,
        )
    why = notices.get(str(get_locale())) or next(iter(notices.values()), "")
    return f"{what} ({why})" if why else what


def damage_words(sentences: Sequence[str], lines_lost: bool) -> str:
    """Return that the database is damaged, what to do, and where; "" when it is not.

    `lines_lost`: it lacks lines of slips that were printed, so their numbers may be given again.
    """
    if not sentences:
        return ""
    what = (
        gettext("Numbers that are on paper may be given again. Follow “The database is damaged” in the manual now.")
        if lines_lost
        else gettext("Numbers go on. Follow “The database is damaged” in the manual, after the office has closed.")
    )
    damaged = gettext("The database is damaged.")
    return f"{damaged} {what} ({'; '.join(sentences[:3])})"


def clock_words(state: str, why: str, stops: bool) -> tuple[str, str] | None:
    """Return what is the matter with the hub's clock and what becomes of it; None when nothing is."""
    if state == "ok":
        return None
    if state == "jumped":
        return (
            gettext("The clock of the hub's machine was set, or jumped."),
            gettext("Numbers go on as before. If the new time stands for ten minutes, the hub goes by it."),
        )
    what = {
        "before_build": gettext("The hub's clock is wrong: it shows a day long ago."),
        "backward": gettext("The hub's clock is wrong: it shows a day before the newest business day."),
        "too_far": gettext("The hub's clock may be wrong: it shows a day weeks after the newest business day."),
        "hubs_differ": gettext("The clocks of this office's hubs show different days."),
    }[why]
    if stops:
        return what, gettext("No numbers can be given until somebody tells the hub the true time.")
    return (
        what,
        gettext("Numbers go on in the newest business day; no day can begin or end. Tell the hub the true time."),
    )


def clock_wrong_words(office: Office) -> tuple[str, str] | None:
    """Return for operators that the hub's clock is wrong and what to do; None while it may be believed."""
    if office.guard.state != "wrong":
        return None
    closed = office.read(lambda day, _plan: day.closed)
    if office.time.stops(office.business_day(), closed):
        return gettext("The hub's clock is wrong: no numbers can be given."), gettext("Tell your supervisor.")
    return gettext("The hub's clock is wrong; numbers go on."), gettext("Tell your supervisor.")


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
