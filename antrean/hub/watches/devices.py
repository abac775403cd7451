"""Which devices were seen lately, from where, and of which build their page is: in memory, for the list of devices."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from antrean.access.identity import Identity

LATELY_SECONDS = 60.0  # whoever asked for something since is there, with or without a socket
TICKED_SECONDS = 35.0  # so long a screen believes what it shows without hearing a tick


@dataclass(frozen=True, slots=True)
class Sighting:
    """When a device was heard last, from which address, and what its program said of itself.

    `heard` is the same moment in seconds of a clock that nobody sets.
    """

    at: datetime
    heard: float
    address: str
    program: str = ""


@dataclass(slots=True)
class DevicesSeen:
    """Notes each request of a device; `screens` are the sockets that are open: id -> namespace, and who it is."""

    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    screens: Mapping[str, tuple[str, Identity]]
    _seen: dict[str, Sighting] = field(default_factory=dict)
    _sounds: dict[str, str] = field(default_factory=dict)
    _builds: dict[str, str] = field(default_factory=dict)
    _ticked: tuple[datetime, float] | None = None
    _elsewhere: dict[str, float] = field(default_factory=dict)  # device -> when a hub said that it is there
    _people_elsewhere: dict[str, float] = field(default_factory=dict)  # the same of staff, by their names
    _shared: float = 0.0  # when any hub said who is there

    def saw(self, device: str, address: str, program: str = "") -> None:
        """Note that a device asked for something now."""
        self._seen[device] = Sighting(self.clock(), self.monotonic(), address, program)

    def left(self, device: str) -> None:
        """Note that a socket of a device has ended: until now it was heard."""
        if (before := self._seen.get(device)) is not None:
            self._seen[device] = replace(before, at=self.clock(), heard=self.monotonic())

    def last(self, device: str) -> Sighting | None:
        """Return when this hub saw a device last, None where it did not since it started."""
        return self._seen.get(device)

    def here(self) -> set[str]:
        """Return the devices that have a socket at this hub, or asked it for something within the last minute."""
        since = self.monotonic() - LATELY_SECONDS
        return self.connected() | {device for device, seen in list(self._seen.items()) if seen.heard > since}

    def at_this_hub(self) -> tuple[set[str], set[str]]:
        """Return what other hubs are told: the devices of this hub, and the names of the staff who have a page open."""
        return self.here(), self._people_here()

    def elsewhere(self, devices: Collection[str], people: Collection[str] = ()) -> None:
        """Note that these are the devices and the staff of some hub of this database."""
        self._shared = self.monotonic()
        self._elsewhere.update(dict.fromkeys(devices, self._shared))
        self._people_elsewhere.update(dict.fromkeys(people, self._shared))

    def there(self) -> set[str]:
        """Return the devices that are at this hub or at another one.

        Of others this hub knows what they said last, for as long as it hears none of them, itself included.
        """
        return self.here() | self._lately(self._elsewhere)

    def at_another_hub(self) -> set[str]:
        """Return the devices that are at another hub of this database, and not at this one."""
        return self.there() - self.here()

    def sounded(self, device: str, sound: str) -> None:
        """Note what a display said of the sound of a call."""
        self._sounds[device] = sound

    def sound(self, device: str) -> str:
        """Return what a display said of the sound of its last call, "" where it has said nothing to this hub."""
        return self._sounds.get(device, "")

    def loaded(self, device: str, build: str) -> None:
        """Note of which build the page is that a device shows."""
        self._builds[device] = build

    def build(self, device: str) -> str:
        """Return of which build a device's page is, "" where it has not said so to this hub."""
        return self._builds.get(device, "")

    def ticked(self) -> None:
        """Note that all sockets were told now how far the office is."""
        self._ticked = (self.clock(), self.monotonic())

    def stale_since(self) -> datetime | None:
        """Return since when sockets have not been told anything, None while they are."""
        if self._ticked is None or self.monotonic() - self._ticked[1] <= TICKED_SECONDS:
            return None
        return self._ticked[0]

    def connected(self) -> set[str]:
        """Return the devices that hear of every change now."""
        return {who.device.id for _where, who in list(self.screens.values()) if who.device is not None}

    def people(self) -> set[str]:
        """Return the names of the staff who have a page open, at this hub or, as of devices, at another one."""
        return self._people_here() | self._lately(self._people_elsewhere)

    def _people_here(self) -> set[str]:
        return {who.name for _where, who in list(self.screens.values()) if who.device is None}

    def _lately(self, elsewhere: Mapping[str, float]) -> set[str]:
        since = self._shared - LATELY_SECONDS
        return {one for one, heard in list(elsewhere.items()) if heard > since}
