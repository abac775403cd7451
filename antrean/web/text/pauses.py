"""Why a service is paused, and until when, in the language of the request.

`until` is a time such as 11:30, "" for unknown.
"""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import force_locale, get_locale, gettext

from antrean.queueing.errors import N_
from antrean.queueing.plan.model import OfficePlan
from antrean.web.text.times import told_time

# What most often stops a service here; ready in every language, so that nobody has to translate in a hurry.
READY_REASONS = (
    N_("Blank cards have run out"),
    N_("The central server does not answer"),
    N_("The network is down"),
    N_("There is no electricity"),
    N_("No more numbers today"),
)


def ready_reasons(plan: OfficePlan) -> list[tuple[str, dict[str, str]]]:
    """Return each prepared reason in the office's first language, and in all of its languages."""

    def said(language: str) -> Callable[[str], str]:
        def say(words: str) -> str:
            with force_locale(language):
                return str(gettext(words))

        return say

    tongues = {language: said(language) for language in plan.languages}
    first = tongues[plan.languages[0]]
    return [(first(words), {code: say(words) for code, say in tongues.items()}) for words in READY_REASONS]


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
