"""What has to be kept for standstills: since when services that were held up go on, and what was answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.outages.events import OutageEnded
from antrean.queueing.outages.state import OutagesState
from antrean.queueing.services.events import ServiceOpened, ServiceResumed
from antrean.queueing.standstill.events import StandstillAnswered


@dataclass(frozen=True, slots=True)
class StandstillAnswer:
    """What was answered by the line `seq`: `break` or `goes_on`. Once somebody is called it says nothing any more."""

    answer: str
    seq: int


@dataclass(kw_only=True, eq=False, repr=False)
class StandstillState(OutagesState):
    """By code of the service: when it last went on after it was held up, and the last answer to its standstills.

    Its cases run before those of the outages, which forget what they held up.
    """

    back_since: dict[str, datetime] = field(default_factory=dict)
    standstill_answers: dict[str, StandstillAnswer] = field(default_factory=dict)


def _goes_on(day: StandstillState, event: ServiceResumed | ServiceOpened, entry: JournalEntry) -> None:
    day.back_since[event.service] = entry.at


def _back(day: StandstillState, event: OutageEnded, entry: JournalEntry) -> None:
    outage = day.outages.get(event.need)
    if outage is not None:
        day.back_since.update(dict.fromkeys(outage.services, entry.at))


def _answered(day: StandstillState, event: StandstillAnswered, entry: JournalEntry) -> None:
    for service in event.services.split():
        day.standstill_answers[service] = StandstillAnswer(event.answer, entry.seq)


CASES: dict[type[Event], Callable[[StandstillState, Any, JournalEntry], None]] = {
    ServiceResumed: _goes_on,
    ServiceOpened: _goes_on,
    OutageEnded: _back,
    StandstillAnswered: _answered,
}
