"""What residents read of a case: how far it is, since when, how long that takes, and where it is collected.

All in the language of the request, which `language` names.
"""

from __future__ import annotations

from flask_babel import gettext, ngettext

from antrean.queueing.cases.collecting import pickup_of
from antrean.queueing.cases.telling import Told
from antrean.queueing.plan.model import OfficePlan
from antrean.web.text.times import short_date


def stage_words(seen: Told, language: str) -> str:
    """Return in few words how far a case is: the stage that residents read of, that it is ready, or how it ended."""
    if seen.ready:
        return gettext("Ready to collect")
    if seen.collected:
        return gettext("Collected")
    return gettext("Ended") if seen.expired else seen.now.said(language)


def since_words(seen: Told, language: str) -> str:
    """Return since when it is so far; "" of what has ended."""
    return "" if seen.ended else gettext("Since %(day)s", day=short_date(seen.since, language))


def usual_words(days: int | None) -> str:
    """Return in how many service days a case is usually ready, as a slip says it, too; "" where nobody knows."""
    if days is None:
        return ""
    if days == 0:
        return gettext("Usually ready on the same day")
    return ngettext("Usually ready after %(num)d service day", "Usually ready after %(num)d service days", days)


def now_words(days: int) -> str:
    """Return in about how many service days a case is ready at present, as was measured."""
    return ngettext(
        "At present ready after about %(num)d service day", "At present ready after about %(num)d service days", days
    )


def longer_words(seen: Told) -> str:
    """Return that a case takes longer than is usual, and how long so far; "" of others."""
    if not seen.longer:
        return ""
    return ngettext(
        "It takes longer than usual: %(num)d service day so far. We are sorry.",
        "It takes longer than usual: %(num)d service days so far. We are sorry.",
        seen.days,
    )


def collect_words(seen: Told, plan: OfficePlan, language: str) -> str:
    """Return where a case is collected and what to bring, once it is ready; "" of others."""
    if not seen.ready:
        return ""
    where = pickup_of(plan, seen.service)
    if where is None:
        return gettext("Please ask our staff where to collect it, and bring the slip with its code.")
    return gettext(
        "Collect it with a number for “%(service)s”, and bring the slip with its code.", service=where.name(language)
    )


def ended_words(seen: Told) -> str:
    """Return what happened to a case that has ended; "" of others."""
    if seen.collected:
        return gettext("It was handed out. If you do not have it, please speak to our staff.")
    return gettext("It waited for too long and has ended here. Please speak to our staff.") if seen.expired else ""


def told_words(seen: Told, plan: OfficePlan, language: str) -> list[str]:
    """Return every sentence beside the stage and since when: what a resident has to know now, most important first."""
    usual = now_words(seen.usual_days) if seen.measured and seen.usual_days else usual_words(seen.usual_days)
    usual = "" if seen.ready or seen.ended else usual
    return [one for one in (collect_words(seen, plan, language), ended_words(seen), longer_words(seen), usual) if one]
