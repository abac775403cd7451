"""What is wrong with the hub, its clock and its database, and what to do, in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from antrean.queueing.office import Office


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
