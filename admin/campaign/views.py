"""The campaign page: the target and its date, and how the office stands, with the sum of every figure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from flask import Response, jsonify, render_template, url_for

from admin import frame
from admin.campaign.form import COUNTS, campaign_of, field_names
from admin.plan_form import fields_by_plan, plan_fields, save_plan
from admin.section import Routes, View
from admin.usual_days import kept_for, usual_demand, worked_out
from antrean.queueing.commands import CorrectCampaign
from antrean.queueing.errors import QueueError, Unknown
from antrean.queueing.keeping.finished_day import FinishedDay, finished_day
from antrean.queueing.plan.campaign import MOST_PERSONS, Campaign
from antrean.queueing.plan.document import written
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.campaign import (
    ENOUGH_DAYS,
    Progress,
    corrected,
    finished_by_day,
    minutes_of,
    progress,
    service_days,
)
from antrean.web.http.guard import current_identity
from antrean.web.operations.commands import execute
from antrean.web.services import Services, services
from antrean.web.text.actors import actor_words, names_of_devices
from antrean.web.text.numbers import count_words
from antrean.web.text.times import long_date, long_time

routes = Routes()
MOST_SHOWN = 20  # corrections, the newest ones
DAY, WEEK = timedelta(days=1), 7


def render() -> View:
    """Return the section's view. The page asks for its figures by itself."""
    return {"html": {}}


@routes.get("/campaign")
def campaign() -> str:
    """Show the campaign; its figures follow, since days that are over may have to be read first."""
    plan = frame.plan()
    return frame.page(
        "campaign",
        plan=plan,
        revision=plan.revision,
        campaign=plan.campaign,
        today=services().office.business_day(),
        counts=COUNTS,
        most=MOST_PERSONS,
    )


@routes.post("/campaign")
def save_campaign() -> Response:
    """Begin the campaign, or change it."""
    fields, plan = fields_by_plan(field_names), frame.plan()
    made = campaign_of(fields, plan, plan.campaign)
    save_plan("campaign", fields, {"campaign": written(made)})
    return jsonify(next=url_for("admin.campaign"))


@routes.post("/campaign/end")
def end_campaign() -> Response:
    """Take the campaign away. What was done stays in the journal, and the campaign in History."""
    save_plan("campaign", plan_fields(), {"campaign": None})
    return jsonify(next=url_for("admin.campaign"))


@routes.post("/campaign/corrections")
def correct_campaign() -> Response:
    """Count so many persons more, or fewer, for a reason: whoever was done elsewhere, or counted by mistake."""
    execute(CorrectCampaign)
    return jsonify(next=url_for("admin.campaign"))


@routes.get("/campaign/figures")
def campaign_figures() -> Response:
    """Return how the campaign stands now, as a fragment. Refuses (`too_slow`) while past days are being read."""
    hub, plan = services(), frame.plan()
    if plan.campaign is None:
        raise Unknown("not_found")
    language = plan.languages[0]
    today, days = _days(hub, plan.campaign)
    devices = names_of_devices(hub.identities.devices())
    made = [one for day in days.values() for one in day.corrections if one.campaign == plan.campaign.began]
    corrections = sorted(made, key=lambda one: one.at)
    with frame.in_office_language():
        html = render_template(
            "admin/campaign/figures.html",
            plan=plan,
            campaign=plan.campaign,
            now=_progress(plan, plan.campaign, today, days),
            corrections=[(one, actor_words(one.by, devices)) for one in corrections[: -MOST_SHOWN - 1 : -1]],
            enough=ENOUGH_DAYS,
            services=[plan.service_name(code) for code in plan.campaign.services],
            count=partial(count_words, language=language),
            another=_one_more(hub, plan, plan.campaign, today),
            day=partial(long_date, language=language),
            moment=partial(long_time, zone=plan.tz, language=language),
        )
    return jsonify(html=html)


def _days(hub: Services, campaign: Campaign) -> tuple[date, dict[date, FinishedDay]]:
    """Return today, and what each day since the start count did, today as far as it is."""
    today, so_far = hub.office.read(lambda day, _plan: (day.business_day, finished_day(day)))
    past = hub.finished_days.between(campaign.start_on, today)
    return today, {**past, today: so_far} if campaign.start_on <= today else past


def _one_more(hub: Services, plan: OfficePlan, campaign: Campaign, today: date) -> Mapping[str, Any]:
    """Return how many persons a day finishes with as many counters as usual and with one more, as the child says it.

    Nothing where that is not known: without hours, or days of the office's own, or while they can't be read.
    """
    minutes = next(filter(None, (minutes_of(plan, campaign, today + n * DAY) for n in range(WEEK))), 0)
    kept = kept_for(plan)
    try:
        demand = usual_demand(hub, plan, kept)
        if not minutes or not demand.days:
            return {}
        services, asker = list(campaign.services), current_identity().actor
        return worked_out(
            hub, plan, demand, asker, kept, "capacity", minutes, *services, minutes=minutes, services=services
        )
    except QueueError:  # the rest of the page is true without it
        return {}


def _progress(plan: OfficePlan, campaign: Campaign, today: date, days: Mapping[date, FinishedDay]) -> Progress:
    draws = Random(today.toordinal())  # the range stays the same while its days do
    finished = finished_by_day(campaign, days)
    return progress(campaign, finished, today, service_days(plan, campaign), draws, corrected(campaign, days))
