"""Campaign: a target by a date, how far the office is, and what it would take."""

from __future__ import annotations

from admin.campaign.views import render, routes
from admin.section import Section
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="campaign",
    icon="flag",
    title=N_("Campaign"),
    render=render,
    routes=routes,
    permissions={
        "campaign": LEADERS,
        "campaign_figures": LEADERS,
        "save_campaign": LEADERS,
        "end_campaign": LEADERS,
        "correct_campaign": LEADERS,
    },
)
