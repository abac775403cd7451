"""Commands about announcements of staff: make one, end it, and say again what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import HUB, OPERATOR, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.fields import Text, Whole, Words
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, Refused, Unknown
from antrean.queueing.plan.model import OfficePlan

LONGEST = 160  # letters in each language: what can be read across a hall, and said within a display's time for one
MOST = 5  # that hold at once: what a room can take in
WORDS, ZONE = Words(LONGEST), Text(40, free=True)
MINUTES, EVERY = Whole(0, 240), Whole(0, 60)


@command(
    "announce",
    gives=(e.AnnouncementMade,),
    given_by=(OPERATOR, SUPERVISOR),
    refuses=("announcements_full", "day_closed", "value_missing", "zone_unknown"),
)
class Announce(Command):
    """Say something to a zone, or to the whole office without one: on its displays, and by its voice between calls.

    `texts` are the words by language; a language that the office does not speak is refused, and no words at all. It
    stands for so many `minutes`, with 0 until it is ended, and is said again `every` so many minutes, with 0 once. An
    `urgent` one goes before calls, is said again and again, and stands until it is ended, whatever was said of times.
    `zone` is the code of a zone or its name; refuses one that the office has not.
    Refuses more than five that hold at once, and once the day was closed all but an urgent one.
    """

    texts: Annotated[Mapping[str, str], WORDS]
    zone: Annotated[str, ZONE] = ""
    urgent: bool = False
    minutes: Annotated[int, MINUTES] = 0
    every: Annotated[int, EVERY] = 0

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the announcement."""
        if any(language not in plan.languages for language in self.texts):
            raise Invalid("value_invalid", field="texts")
        texts = {language: words.strip() for language, words in self.texts.items() if words.strip()}
        if not texts:
            raise Invalid("value_missing", field="texts")
        if not self.urgent:
            day.check_open()
        if len(day.announcements) >= MOST:
            raise Refused("announcements_full", limit=MOST)
        zone = plan.zone_called(self.zone) if self.zone else None
        if self.zone and zone is None:
            raise Unknown("zone_unknown")
        minutes, every = (0, 0) if self.urgent else (self.minutes, self.every)
        return (e.AnnouncementMade(texts, zone.code if zone is not None else "", self.urgent, minutes, every),)


@command(
    "end_announcement",
    gives=(e.AnnouncementEnded,),
    given_by=(OPERATOR, SUPERVISOR),
    refuses=("announcement_ended",),
)
class EndAnnouncement(Command):
    """End what is announced, by the seq of the line that made it. Refuses one that holds no longer, or never did."""

    announcement: int

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end."""
        found = day.announcements.get(self.announcement)
        if found is None:
            raise Refused("announcement_ended")
        return (e.AnnouncementEnded(found.seq, found.texts),)


@command("repeat_announcements", gives=(e.AnnouncementRepeated, e.AnnouncementEnded), given_by=(HUB,))
class RepeatAnnouncements(Command):
    """Say again what is due, and end what has had its time. What was due while the hub was off is said once."""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the ends and the repetitions."""
        standing_now = day.announcements.values()
        return (
            *(e.AnnouncementEnded(one.seq, one.texts) for one in standing_now if one.is_over(at)),
            *(e.AnnouncementRepeated(one.seq) for one in standing_now if not one.is_over(at) and one.is_due(at)),
        )
