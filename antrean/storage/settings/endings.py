"""Things that expire unless they are renewed, and when; they are reported sixty days before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from antrean.storage.settings.devices import PRINT_AGENT, Device

COOKIE_DAYS = 400  # browsers keep a cookie no longer, whatever it says
TOLD_BEFORE = timedelta(days=60)
RENEWED = "cookie_renewed"  # among a device's settings: the day on which its browser last got its cookie anew


@dataclass(frozen=True, slots=True)
class Ending:
    """A device's cookie: `since` is when its browser last loaded a page, `until` the last day on which it is known."""

    device: str
    since: date
    until: date


def cookies(devices: Iterable[Device]) -> list[Ending]:
    """Return how long the browsers of paired devices know who they are, the first to forget it first."""
    found = []
    for device in devices:
        since = renewed(device)
        if device.kind != PRINT_AGENT and not device.revoked and since is not None:
            found.append(Ending(device.name, since, since + timedelta(days=COOKIE_DAYS)))
    return sorted(found, key=lambda ending: (ending.until, ending.device))


def soon(until: date, today: date) -> bool:
    """Whether something that ends on this day is to be told now."""
    return today >= until - TOLD_BEFORE


def ending_soon(devices: Iterable[Device], today: date) -> list[Ending]:
    """Return the cookies that end within sixty days; of one that has ended its own screen tells."""
    return [ending for ending in cookies(devices) if soon(ending.until, today) and today <= ending.until]


def renewed(device: Device) -> date | None:
    """Return when a device's browser last got its cookie: on a page, or when it was paired; None if nobody knows."""
    return date_of(device.settings.get(RENEWED, device.paired_on))


def date_of(stored: object) -> date | None:
    """Return a day that stands among a device's settings, None for what is no day."""
    try:
        return date.fromisoformat(str(stored))
    except ValueError:
        return None
