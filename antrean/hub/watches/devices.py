"""Which devices were seen lately, and from where: kept in memory, for the list of devices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from antrean.access.identity import Identity


@dataclass(frozen=True, slots=True)
class Sighting:
    """When a device asked for something last, from which address, and what its program said of itself."""

    at: datetime
    address: str
    program: str = ""


@dataclass(slots=True)
class DevicesSeen:
    """Notes each request of a device; `screens` are the sockets that are open: id -> namespace, and who it is."""

    clock: Callable[[], datetime]
    screens: Mapping[str, tuple[str, Identity]]
    _seen: dict[str, Sighting] = field(default_factory=dict)
    _sounds: dict[str, str] = field(default_factory=dict)

    def saw(self, device: str, address: str, program: str = "") -> None:
        """Note that a device asked for something now."""
        self._seen[device] = Sighting(self.clock(), address, program)

    def last(self, device: str) -> Sighting | None:
        """Return when this hub saw a device last, None where it did not since it started."""
        return self._seen.get(device)

    def sounded(self, device: str, sound: str) -> None:
        """Note what a display said of the sound of a call."""
        self._sounds[device] = sound

    def sound(self, device: str) -> str:
        """Return what a display said of the sound of its last call, "" where it has said nothing to this hub."""
        return self._sounds.get(device, "")

    def connected(self) -> set[str]:
        """Return the devices that hear of every change now."""
        return {who.device.id for _where, who in list(self.screens.values()) if who.device is not None}
