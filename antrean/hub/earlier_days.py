"""What earlier business days have shown of an office, read once a day and kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from antrean.hub.async_mode import AsyncMode
from antrean.queueing.office import Office
from antrean.storage.journal.earlier_work import EarlierWork
from antrean.storage.settings.rows import Settings


@dataclass(slots=True)
class EarlierDays:
    """Asked for by pages of the administration; days that are over change no more."""

    office: Office
    settings: Settings
    mode: AsyncMode
    _day: date | None = field(default=None, init=False)
    _work: EarlierWork = field(default_factory=EarlierWork, init=False)

    def work(self) -> EarlierWork:
        """Return what was done before today. The first question of a day waits for the database, in nobody's way."""
        today = self.office.read(lambda day, _plan: day.business_day)
        if today != self._day:
            self._work = self.mode.run_blocking(self.settings.earlier_work, today)
            self._day = today
        return self._work
