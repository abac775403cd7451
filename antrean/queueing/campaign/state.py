"""What a day remembers of a campaign: its corrections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from antrean.queueing.campaign import events as e
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event


@dataclass(frozen=True, slots=True)
class Correction:
    """So many persons more, or fewer, with the reason; `by` is the actor of its line, `campaign` as the line says."""

    at: datetime
    by: str
    persons: int
    reason: str
    campaign: int = 0


@dataclass(kw_only=True, eq=False, repr=False)
class CampaignState:
    """The corrections of the day, oldest first."""

    campaign_corrections: list[Correction] = field(default_factory=list)


def _corrected(day: CampaignState, event: e.CampaignCorrected, entry: JournalEntry) -> None:
    day.campaign_corrections.append(Correction(entry.at, entry.actor, event.persons, event.reason, event.campaign))


CASES: dict[type[Event], Callable[[CampaignState, Any, JournalEntry], None]] = {e.CampaignCorrected: _corrected}
