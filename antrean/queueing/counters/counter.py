"""A counter as the day knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["closed", "open", "paused"]


@dataclass(slots=True)
class CounterState:
    """A counter today: who sits there, the ticket called or served, the tickets held.

    `handed_by` is who sat there before, from a hand-over until the next call.
    """

    code: str
    state: State = "closed"
    operator: str = ""
    reason: str = ""
    since: datetime | None = None
    ticket: str = ""
    held: tuple[str, ...] = ()
    turn: int = 0  # seq of the line since which it is free, or of its last call
    handed_by: str = ""
