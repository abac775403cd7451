"""Rows of visits for tests of figures: what a test does not name is as of a visit that has just begun."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from antrean.queueing.keeping.report_rows import VisitRow

TEXTS = {"business_day": "2026-11-30", "number": "A-001", "service": "card", "series": "A", "language": "id"}
NUMBERS = {"issued": 1, "persons": 1, "last": 1, "last_here": 1, "offered": 1, "promise": 30}
OPEN = ("called_at", "last_call_at", "started_at", "ended_at", "ahead", "wait_low", "wait_high")


def visit_row(**given: Any) -> VisitRow:
    """Return a row with these values."""
    usual: dict[str, Any] = {one.name: "" if "str" in str(one.type) else 0 for one in fields(VisitRow)}
    return VisitRow(**usual | TEXTS | NUMBERS | dict.fromkeys(OPEN) | given)
