"""What can happen to a campaign, besides what services finish."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("campaign.corrected")
@dataclass(frozen=True, slots=True)
class CampaignCorrected(Event):
    """So many persons more are done than numbers say, or fewer with a count below 0; `reason` says why."""

    persons: int
    reason: str
