"""What displays say of a campaign: how many are done, counted anew every few minutes and in nobody's way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from antrean.hub.finished_days import FinishedDays
from antrean.queueing.day import ServiceDay
from antrean.queueing.keeping.finished_day import finished_day
from antrean.queueing.office import Office
from antrean.queueing.plan.campaign import Campaign
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.campaign import persons_done

EACH_SECONDS = 300.0
Seen = tuple[Campaign, date, int]  # the campaign, the business day, and its corrections so far


@dataclass(frozen=True, slots=True)
class CampaignSaid:
    """So many persons are done for the campaign."""

    campaign: Campaign
    done: int


class CampaignWatch:
    """Looks once a second; `redraw` has the displays drawn where they say something else.

    It counts every five minutes, and at once when the campaign changes, is corrected or another day begins. Nothing is
    said while past days can't be read, before the day of the start count, and after the last day.
    """

    def __init__(
        self, office: Office, finished_days: FinishedDays, monotonic: Callable[[], float], redraw: Callable[[], None]
    ) -> None:
        self._office = office
        self._days = finished_days
        self._monotonic = monotonic
        self._redraw = redraw
        self._seen: Seen | None = None
        self._due = 0.0
        self._said: CampaignSaid | None = None

    def said(self, campaign: Campaign | None) -> CampaignSaid | None:
        """Return what is said of this campaign; None where nothing is, or it was of another."""
        return self._said if self._said is not None and self._said.campaign == campaign else None

    def look(self) -> None:
        """Count who is done, where that is shown and due. Waits while past days are being read."""
        seen = self._office.read(_seen)
        if seen == self._seen and (seen is None or self._monotonic() < self._due):
            return
        self._seen, self._due = seen, self._monotonic() + EACH_SECONDS
        before, said = self._said, None
        try:
            said = self._counted(seen[0]) if seen is not None else None
        finally:
            self._said = said
            if said != before:
                self._redraw()

    def _counted(self, campaign: Campaign) -> CampaignSaid:
        today, so_far = self._office.read(lambda day, _plan: (day.business_day, finished_day(day)))
        days = {**self._days.between(campaign.start_on, today), today: so_far}
        return CampaignSaid(campaign, persons_done(campaign, days, today))


def _seen(day: ServiceDay, plan: OfficePlan) -> Seen | None:
    campaign, today = plan.campaign, day.business_day
    if campaign is None or not campaign.on_displays or not campaign.start_on <= today <= campaign.deadline:
        return None
    return campaign, today, len(day.campaign_corrections)
