"""The plan was edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from antrean.queueing.journal.kinds import BESIDE, Event, event


@event("plan.changed", formerly="PlanChanged")
@dataclass(frozen=True, slots=True)
class PlanChanged(Event):
    """Services, counters, devices or staff were edited; every process reads its plan again.

    `before` and `after` say the values that differ, by name, where they are known, and whose they are. A change of the
    plan itself has made a `revision`, whose document has this `sha256`; 0 for one of devices, of staff, or of a release
    that kept no revisions. `body` is the document's text, which the journal keeps beside the line in the same commit.
    """

    changes_settings: ClassVar[bool] = True
    what: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    revision: int = 0
    sha256: str = ""
    body: str = field(default="", compare=False, repr=False, metadata=BESIDE)
