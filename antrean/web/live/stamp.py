"""The stamp that every view and tick carries besides its seq."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from antrean.queueing.office import Office


def stamp(office: Office, build: str) -> Mapping[str, Any]:
    """Return the hub's time in ms since 1970, the UTC offset of the office in minutes, and the build."""
    now = office.clock()
    zone = office.read(lambda _day, plan: plan.tz)
    offset = now.astimezone(zone).utcoffset() or timedelta()
    return {
        "at": int(now.timestamp() * 1000),
        "utc_offset": int(offset.total_seconds() // 60),
        "build": build,
    }
