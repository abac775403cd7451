"""The stamp that every view and tick carries besides its seq."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan


def page_build(build: str, plan: OfficePlan) -> str:
    """Return what a page and its views have to agree on: a page that is of another build loads itself again.

    The office's languages belong to it: pages have keys and parts for each of them, which no view draws anew.
    """
    return "-".join((build, *plan.languages))


def stamp(office: Office, build: str) -> Mapping[str, Any]:
    """Return the hub's time in ms since 1970, the UTC offset of the office in minutes, and the page's build."""
    now = office.clock()
    plan = office.read(lambda _day, plan: plan)
    offset = now.astimezone(plan.tz).utcoffset() or timedelta()
    return {
        "at": int(now.timestamp() * 1000),
        "utc_offset": int(offset.total_seconds() // 60),
        "build": page_build(build, plan),
    }
