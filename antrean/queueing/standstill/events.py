"""What can be said of a standstill."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("standstill.answered")
@dataclass(frozen=True, slots=True)
class StandstillAnswered(Event):
    """Whoever leads was asked why nobody is called for these services, and has answered; it holds until the next call.

    `services` are their codes, with a space between. `answer` is `break`, or `goes_on`: work goes on, it only takes
    longer.
    """

    services: str
    answer: str
