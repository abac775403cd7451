"""What an operator announces: ready phrases in the office's languages, and a look at what would be said.

Pure but for the catalogues: the office's voices and displays are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import force_locale, gettext

from antrean.queueing.announcements.commands import LONGEST
from antrean.queueing.errors import N_

OWN, EVACUATION = "own", "evacuation"
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A ready phrase: its name for operators, its words, and what they ask for first; "" when for nothing."""

    name: str
    words: str
    asks: str = ""


PHRASES: Mapping[str, Phrase] = {
    OWN: Phrase(N_("Own words"), "", N_("Write the words that are to be said.")),
    "car": Phrase(
        N_("A car is in the way"),
        N_("The owner of the car %(about)s, please move your car."),
        N_("Write the number of the car, such as B 1234 XY."),
    ),
    "child": Phrase(
        N_("A child looks for the family"),
        N_("The child %(about)s is looking for the family. Please come to the counters."),
        N_("Write the child's first name."),
    ),
    "system": Phrase(
        N_("The system is down"), N_("The system is down at the moment. Your number keeps its place. Please wait.")
    ),
    EVACUATION: Phrase(
        N_("Evacuation"), N_("Please leave the building now, calmly, by the nearest exit. Do not use the lift.")
    ),
}


@dataclass(frozen=True, slots=True)
class Times:
    """How often and for how long something is said, by the fields of the command."""

    name: str
    minutes: int = 0
    every: int = 0
    urgent: bool = False


TIMES: Mapping[str, Times] = {
    "once": Times(N_("Said once, shown for 5 minutes"), minutes=5),
    "minutes": Times(N_("Every 2 minutes, for 10 minutes"), minutes=10, every=2),
    "hour": Times(N_("Every 5 minutes, for an hour"), minutes=60, every=5),
    "open": Times(N_("Every 5 minutes, until it is ended"), every=5),
    "urgent": Times(N_("Urgent: before all calls, until it is ended"), urgent=True),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be announced: the words by language, the languages in which they are heard, and the command's fields.

    `missing` says what has to be put right first, "" when nothing has.
    """

    texts: Texts = field(default_factory=dict)
    spoken: Collection[str] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    missing: str = ""

    @property
    def urgent(self) -> bool:
        """Whether it goes before all calls."""
        return bool(self.fields.get("urgent"))


def preview(
    phrase: str,
    about: str,
    zone: str,
    times: str,
    languages: Sequence[str],
    spoken_in: Callable[[Texts], Collection[str]],
) -> Preview:
    """Return what this choice would announce. An evacuation is always urgent; own words are in the first language.

    `spoken_in` tells in which languages a voice says the words.
    """
    chosen, about = PHRASES.get(phrase, PHRASES[OWN]), " ".join(about.split())
    if chosen.asks and not about:
        return Preview(missing=gettext(chosen.asks))
    texts = {code: _said(code, chosen.words, about) for code in languages} if chosen.words else {languages[0]: about}
    if any(len(text) > LONGEST for text in texts.values()):
        return Preview(missing=gettext("These words are too long to be read and heard. Leave something out."))
    how = TIMES["urgent" if phrase == EVACUATION else times if times in TIMES else "once"]
    more = {"urgent": how.urgent, "minutes": how.minutes, "every": how.every}
    return Preview(texts, spoken_in(texts), {"texts": texts, "zone": zone, **more})


def _said(code: str, words: str, about: str) -> str:
    with force_locale(code):
        return gettext(words, about=about)
