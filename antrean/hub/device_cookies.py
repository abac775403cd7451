"""DeviceCookies: the day on which each device's cookie was renewed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from antrean.access.identities import Identities
from antrean.hub.async_mode import AsyncMode
from antrean.queueing.office import Office
from antrean.storage.database.errors import DatabaseError
from antrean.storage.settings.devices import Device
from antrean.storage.settings.digests import SettingsDamaged
from antrean.storage.settings.endings import RENEWED
from antrean.storage.settings.rows import Settings

AGAIN_SECONDS = 60.0  # until a failed write is tried again


@dataclass(slots=True)
class DeviceCookies:
    """Remembers on which day each device's cookie was renewed. `look` writes it each second, so that no page waits.

    `damaged` is called with what is wrong with the devices' rows.
    """

    office: Office
    settings: Settings
    identities: Identities
    mode: AsyncMode
    monotonic: Callable[[], float]
    damaged: Callable[[str], None]
    _again: float = float("-inf")
    _due: dict[str, str] = field(default_factory=dict)  # device -> the day to be written

    def given(self, device: Device) -> None:
        """Note that a device's cookie was renewed; ignored while the clock is in doubt."""
        if self.office.guard.state != "ok":
            return
        today = self.office.clock().date().isoformat()
        if device.settings.get(RENEWED) != today:
            self._due[device.id] = today

    def look(self) -> None:
        """Write what was noted; after a failure it is tried again later, not each second."""
        if not self._due or self.monotonic() < self._again:
            return
        due = dict(self._due)
        try:
            self.mode.run_blocking(self._write, due)
        except SettingsDamaged as damaged:
            self._again = self.monotonic() + AGAIN_SECONDS
            self.damaged(damaged.said)
            return
        except DatabaseError:
            self._again = self.monotonic() + AGAIN_SECONDS
            raise
        self._due = {device: day for device, day in self._due.items() if due.get(device) != day}

    def _write(self, due: dict[str, str]) -> None:
        for device, day in due.items():
            self.settings.set_device_settings(device, {RENEWED: day})
        self.identities.load()
