"""What a rule of calling would change: the waits of a usual day of this office under it, worked out by a child."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from antrean.queueing.plan.document import to_document
from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.outlook import Demand, demand_of
from antrean.web.services import Services

MOST_KEPT = 40

Kept = OrderedDict[tuple[object, ...], Any]


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


def waits_under(
    hub: Services, plan: OfficePlan, demand: Demand, rule: Mapping[str, Any], asker: str, kept: Kept
) -> Mapping[str, Any]:
    """Return the waits under a rule, as the child says them; worked out once for each rule and revision.

    Refuses (`too_slow`) what the child does not work out in its time.
    """
    key = (hub.office.business_day(), plan.revision, *rule.values())
    if key not in kept:
        wanted = to_document(replace(plan, **rule))
        slim = {**wanted, "slip": {}, "voice": {}, "displays": {"ticker": {}, "playlist": []}}
        found, _pieces = hub.heavy.do(asker, "waits", plan=slim, demand=asdict(demand))
        _keep(kept, key, found)
    told: Mapping[str, Any] = kept[key]
    return told


def _keep(kept: Kept, key: tuple[object, ...], value: Any) -> None:
    kept[key] = value
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
