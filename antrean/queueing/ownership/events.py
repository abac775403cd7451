"""The sample office became somebody's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from antrean.queueing.journal.kinds import BESIDE, Event, event


@event("office.made_mine")
@dataclass(frozen=True, slots=True)
class OfficeMadeMine(Event):
    """The sample office ended, and an office of one's own began with this line: its day has no ticket before it.

    `last` is the last line of the sample. In the same commit these lines leave the journal, and so do everybody who
    could sign in, every device and every session; `administrator` is the only one who signs in afterwards, with the
    password of `password_hash`. The mark of that person's sessions is `session`.
    """

    changes_settings: ClassVar[bool] = True
    administrator: str
    last: int
    password_hash: str = field(default="", compare=False, repr=False, metadata=BESIDE)
    session: str = field(default="", compare=False, repr=False, metadata=BESIDE)
