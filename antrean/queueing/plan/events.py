"""The plan was edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from antrean.queueing.journal.kinds import Event, event


@event("plan.changed", formerly="PlanChanged")
@dataclass(frozen=True, slots=True)
class PlanChanged(Event):
    """Services, counters, devices or staff were edited; every process reads its plan again.

    `before` and `after` say the values that differ, by name, where they are known, and whose they are.
    """

    changes_settings: ClassVar[bool] = True
    what: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
