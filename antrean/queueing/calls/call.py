"""One line of the day's call log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the call log; `recall` marks a repeated call. `rule` and `facts` say why this ticket was called.

    `priority` is whether its visitor had priority then, `undone` whether it was taken back.
    """

    seq: int
    number: str
    counter: str
    service: str
    at: datetime
    recall: bool = False
    rule: str = ""
    facts: Mapping[str, object] | None = None
    priority: bool = False
    undone: bool = False
