"""What a display says of the office's campaign, in all of its languages: target, done, left and the last day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale, gettext
from markupsafe import Markup

from antrean.hub.watches.campaign import CampaignSaid
from antrean.web.text.numbers import count_words
from antrean.web.text.times import day_and_month
from display.rotating_text import spans

NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Goal:
    """The lines of the campaign's card: its target, and how it stands."""

    target: Markup
    stands: Markup


def goal(said: CampaignSaid | None, languages: Sequence[str], today: date) -> Goal | None:
    """Return the campaign as displays say it; None where nothing is counted for it, or its last day is over."""
    if said is None or today > said.campaign.deadline:
        return None
    return Goal(_each(languages, said, _target), _each(languages, said, _stands))


def _target(said: CampaignSaid, language: str) -> str:
    return gettext("Target: %(persons)s persons", persons=count_words(said.campaign.target, language))


def _stands(said: CampaignSaid, language: str) -> str:
    done, left = count_words(said.done, language), said.campaign.target - said.done
    if left <= 0:
        return gettext("%(done)s done: the target is reached", done=done)
    until = day_and_month(said.campaign.deadline, language).replace(" ", NO_BREAK)
    return gettext(
        "%(done)s done, %(left)s left until %(date)s", done=done, left=count_words(left, language), date=until
    )


def _each(languages: Sequence[str], said: CampaignSaid, say: Callable[[CampaignSaid, str], str]) -> Markup:
    def in_language(code: str) -> str:
        with force_locale(code):
            return say(said, code)

    return spans(languages, in_language)
