"""Whether a counter is open for a service."""

from __future__ import annotations

from typing import Literal

from antrean.queueing.calling.queue import Queue
from antrean.queueing.plan.model import OfficePlan

# `none_yet`: none of those that serve it was open today; `none`: one was, and none is now.
Serving = Literal["open", "none", "none_yet"]


def serving(queue: Queue, plan: OfficePlan, service: str) -> Serving:
    """Return whether a counter is open that serves a service, as its own or as overflow; a paused one is not."""
    found = [queue.counter(counter.code) for counter in plan.counters if service in counter.services]
    if any(counter.state == "open" for counter in found):
        return "open"
    return "none" if any(counter.since is not None for counter in found) else "none_yet"
