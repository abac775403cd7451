"""What staff announce to the room. All of it ends with the business day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from antrean.queueing.journal.kinds import Event, event


@event("announcement.made")
@dataclass(frozen=True, slots=True)
class AnnouncementMade(Event):
    """Staff announce something to a zone, or to the whole office where `zone` is "".

    `texts` are the words by language. It stands for so many `minutes`, with 0 until it is ended, and is said again
    `every` so many minutes, with 0 once. An `urgent` one goes before calls and is said until it is ended.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    urgent: bool = False
    minutes: int = 0
    every: int = 0


@event("announcement.repeated")
@dataclass(frozen=True, slots=True)
class AnnouncementRepeated(Event):
    """The announcement that the line with this seq made is to be said once more."""

    announcement: int


@event("announcement.ended")
@dataclass(frozen=True, slots=True)
class AnnouncementEnded(Event):
    """The announcement that the line with this seq made holds no longer; `texts` are the words that it had."""

    announcement: int
    texts: Mapping[str, str] = field(default_factory=dict)
