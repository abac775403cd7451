"""Whether a counter is open for a service."""

from __future__ import annotations

from typing import Literal

from antrean.queueing.counters.state import CountersState
from antrean.queueing.plan.model import OfficePlan

# `none_yet`: none of those that serve it was open today; `none`: one was, and none is now.
Serving = Literal["open", "none", "none_yet"]


def serving(day: CountersState, plan: OfficePlan, service: str) -> Serving:
    """Return whether a counter is open that serves a service, as its own or as overflow; a paused one is not."""
    found = [day.counters[code] for code in plan.counters_for(service) if code in day.counters]
    if "open" in [counter.state for counter in found]:
        return "open"
    return "none" if [counter for counter in found if counter.since is not None] else "none_yet"
