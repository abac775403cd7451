"""The command about a campaign: what it counts is corrected by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import SUPERVISOR, Command, Standing, command
from antrean.queueing.command.checks import NOTE
from antrean.queueing.command.fields import Whole
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, Unknown
from antrean.queueing.plan.model import OfficePlan

MOST = 10_000_000


@command(
    "correct_campaign",
    gives=(e.CampaignCorrected,),
    given_by=(SUPERVISOR,),
    refuses=("campaign_reason_missing", "campaign_unknown"),
)
class CorrectCampaign(Command):
    """So many persons more count, or fewer below 0, for a `reason`, such as those recorded in a village by hand.

    A mistake is taken back by a correction the other way. Refuses 0, and a correction where there is no campaign.
    """

    persons: Annotated[int, Whole(-MOST, MOST)]
    reason: Annotated[str, NOTE]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the correction."""
        if plan.campaign is None:
            raise Unknown("campaign_unknown")
        if not self.persons:
            raise Invalid("value_invalid", field="persons")
        if not self.reason.strip():
            raise Invalid("campaign_reason_missing")
        return (e.CampaignCorrected(self.persons, self.reason.strip(), plan.campaign.began),)
