"""What happened to who may do what: always true, on any day and in any state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from queueing import events as e
from queueing.day import ServiceDay
from queueing.plan import OfficePlan


def note_security(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, noted: e.SecurityNoted
) -> Sequence[e.SecurityNoted]:
    """Write down what happened."""
    return (noted,)
