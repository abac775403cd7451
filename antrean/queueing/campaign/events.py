"""What can happen to a campaign, besides what services finish."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("campaign.corrected")
@dataclass(frozen=True, slots=True)
class CampaignCorrected(Event):
    """So many persons more are done than numbers say, or fewer with a count below 0; `reason` says why.

    `campaign` is the revision of the plan with which the campaign began; 0 in lines of earlier releases.
    """

    persons: int
    reason: str
    campaign: int = 0
