"""DeviceDays: the day on which each device's cookie was renewed, and the last business day on which it was there."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from antrean.access.identities import Identities
from antrean.hub.async_mode import AsyncMode
from antrean.queueing.office import Office
from antrean.storage.database.errors import DatabaseError
from antrean.storage.settings.devices import SEEN_ON, Device
from antrean.storage.settings.digests import SettingsDamaged
from antrean.storage.settings.endings import RENEWED
from antrean.storage.settings.rows import Settings

AGAIN_SECONDS = 60.0  # until a failed write is tried again
READ_SECONDS = 600.0  # between two readings of what other hubs of the database wrote


@dataclass(slots=True)
class DeviceDays:
    """Remembers two days of each device with its settings. `look` writes them each second, so that no page waits.

    What another hub wrote of its devices is read every ten minutes: days are no lines of the journal.

    `there` returns the devices that are there now. `damaged` is called with what is wrong with the devices' rows.
    """

    office: Office
    settings: Settings
    identities: Identities
    mode: AsyncMode
    monotonic: Callable[[], float]
    there: Callable[[], Collection[str]]
    damaged: Callable[[str], None]
    _again: float = float("-inf")
    _read_at: float | None = None  # when the rows were read last, None before the first look
    _renewed: dict[str, str] = field(default_factory=dict)  # device -> the day to be written
    _seen_on: dict[str, str] = field(default_factory=dict)  # device -> the day that was written

    def given(self, device: Device) -> None:
        """Note that a device's cookie was renewed; ignored while the clock is in doubt."""
        if self.office.guard.state != "ok":
            return
        today = self.office.clock().date().isoformat()
        if device.settings.get(RENEWED) != today:
            self._renewed[device.id] = today

    def look(self) -> None:
        """Write what is new; after a failure it is tried again later, not each second."""
        if self.monotonic() < self._again:
            return
        renewed = dict(self._renewed)
        due = {device: {RENEWED: day} for device, day in renewed.items()}
        seen = self._seen_today()
        for device, day in seen.items():
            due.setdefault(device, {})[SEEN_ON] = day
        if self._read_at is None:
            self._read_at = self.monotonic()  # a hub that begins has just read them
        old = self.monotonic() - self._read_at >= READ_SECONDS
        if not due and not old:
            return
        try:
            self.mode.run_blocking(self._write, due)
            if renewed or old:
                self.mode.run_blocking(self.identities.load)
                self._read_at = self.monotonic()
        except SettingsDamaged as damaged:
            self._again = self.monotonic() + AGAIN_SECONDS
            self.damaged(damaged.said)
            return
        except DatabaseError:
            self._again = self.monotonic() + AGAIN_SECONDS
            raise
        self._seen_on.update(seen)
        self._renewed = {device: day for device, day in self._renewed.items() if renewed.get(device) != day}

    def _seen_today(self) -> dict[str, str]:
        """Return the devices that are there and of which that is not written yet; none while the clock is in doubt."""
        if self.office.guard.state != "ok":
            return {}
        now = self.office.clock()
        today = self.office.read(lambda _day, plan: plan.business_day(now)).isoformat()
        found = (self.identities.device_by_id(device) for device in self.there())
        known = self._seen_on
        return {
            one.id: today
            for one in found
            if one is not None and today not in (one.settings.get(SEEN_ON), known.get(one.id))
        }

    def _write(self, due: dict[str, dict[str, str]]) -> None:
        for device, days in due.items():
            self.settings.set_device_settings(device, days)
