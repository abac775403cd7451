"""Usual days of this office, run by a child: what another rule or another counter would change. Results are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import current_app

from antrean.queueing.plan.document import to_document
from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.outlook import Demand, demand_of
from antrean.web.services import Services

MOST_KEPT = 40

Kept = OrderedDict[tuple[object, ...], Any]


def kept_for(plan: OfficePlan) -> Kept:
    """Return the results that are kept for an office."""
    found: Kept = current_app.extensions.setdefault("admin_usual_days", {}).setdefault(plan.office, OrderedDict())
    return found


def usual_demand(hub: Services, plan: OfficePlan, kept: Kept) -> Demand:
    """Return the demand of the office's last days, for the services and counters of the plan.

    Refuses (`too_slow`) while those days can't be read.
    """
    today: date = hub.office.business_day()
    key = (today, plan.revision)
    if key not in kept:
        _keep(kept, key, demand_of(hub.past_days.before(today), plan))
    found: Demand = kept[key]
    return found


def worked_out(
    hub: Services, plan: OfficePlan, demand: Demand, asker: str, kept: Kept, job: str, *wanted: object, **fields: Any
) -> Mapping[str, Any]:
    """Return what a job of the child says of such days under a plan; once for each of what is `wanted`, and revision.

    Refuses (`too_slow`) what the child does not work out in its time.
    """
    key = (hub.office.business_day(), plan.revision, job, *wanted)
    if key not in kept:
        slim = {**to_document(plan), "slip": {}, "voice": {}, "displays": {"ticker": {}, "playlist": []}}
        found, _pieces = hub.heavy.do(asker, job, plan=slim, demand=asdict(demand), **fields)
        _keep(kept, key, found)
    told: Mapping[str, Any] = kept[key]
    return told


def _keep(kept: Kept, key: tuple[object, ...], value: Any) -> None:
    kept[key] = value
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
