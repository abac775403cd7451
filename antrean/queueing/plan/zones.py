"""Zones of an office: parts of it with displays, a voice and seats of their own, and how each is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from antrean.queueing.plan.texts import in_language


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the office. One voice is heard in it, and what staff announce to it is shown on its displays.

    `names` and `way`, the words that tell visitors where it is, are by language code. `seats` is how many can sit
    there, 0 where nobody counted them. Counters name their zone; displays do so in their own settings.
    """

    code: str
    names: Mapping[str, str]
    way: Mapping[str, str] = field(default_factory=dict)
    seats: int = 0

    def name(self, language: str) -> str:
        """Return the name in this language, or in the first one of its chain that has it."""
        return in_language(self.names, language) or self.code

    def where(self, language: str) -> str:
        """Return the words that tell where it is, in this language or the next of its chain; empty for none."""
        return in_language(self.way, language) or ""


def name_key(name: str) -> str:
    """Return what equal names of zones or counters have in common, however they are written."""
    return " ".join(name.split()).casefold()


def zone_called(zones: Iterable[Zone], said: str) -> Zone | None:
    """Return the zone with this code, or else the one that has this name in some language; None where none has."""
    every = tuple(zones)
    by_code = next((one for one in every if one.code == said), None)
    if by_code is not None or not said:
        return by_code
    key = name_key(said)
    return next((one for one in every if any(name_key(name) == key for name in one.names.values())), None)
