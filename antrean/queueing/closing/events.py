"""The end of a business day, and its end taken back."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("day.closed", formerly="DayClosed")
@dataclass(frozen=True, slots=True)
class DayClosed(Event):
    """The business day was closed; `expired` tickets were still open, and became so many `vouchers`."""

    expired: int = 0
    vouchers: int = 0


@event("day.reopened", formerly="DayReopened")
@dataclass(frozen=True, slots=True)
class DayReopened(Event):
    """The close of this business day was taken back; `restored` tickets that it had expired are open again."""

    restored: int = 0
