"""The settings of one paired screen: its part of the office, its reading distance, its times without light."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from antrean.queueing.errors import Invalid
from antrean.queueing.plan.model import OfficePlan

LAYOUTS = ("room", "counter", "ready")
S = TypeVar("S", "DisplaySettings", "KioskSettings")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """One display. Empty `services` and `counters` mean all of them; empty `languages` the office's own.

    `layout` is room, counter (a small screen beside `counter`) or ready (the codes of what can be collected, with a
    `chime` for new ones); `zone` the code of the plan's zone in which it hangs:
    displays of one zone are heard together, and one of them speaks for all; `seat_m` the farthest seat, `width_cm` the
    picture's width as it hangs, 0 when nobody measured it; `turn_seconds` how long one language stays; from
    `blank_from` to `blank_until` (HH:MM, the office's time) the screen is black while no counter is open; empty
    means never.
    """

    layout: str = "room"
    counter: str = ""
    zone: str = ""
    services: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    seat_m: float = 5.0
    width_cm: float = 0.0
    turn_seconds: int = 12
    interludes: bool = True
    blank_from: str = "20:00"
    blank_until: str = "06:00"
    chime: bool = False

    def spoken(self, plan: OfficePlan) -> tuple[str, ...]:
        """Return the languages that take turns."""
        return tuple(code for code in self.languages if code in plan.languages) or plan.languages

    def blank_minutes(self) -> tuple[int, int] | None:
        """Return when the screen is black, as minutes of the day, or None."""
        if not self.blank_from or not self.blank_until or self.blank_from == self.blank_until:
            return None
        return minute_of(self.blank_from), minute_of(self.blank_until)


@dataclass(frozen=True, slots=True)
class KioskSettings:
    """One kiosk. `width_cm` is the panel's width as it stands, 0 when nobody measured it; `reach` starts low."""

    width_cm: float = 0.0
    reach: bool = False


RANGES = {"seat_m": (1.0, 60.0), "width_cm": (0.0, 1000.0), "turn_seconds": (4, 120)}
LEAST_DISPLAY_CM = 10.0


def display_settings(stored: Mapping[str, Any]) -> DisplaySettings:
    """Return a display's settings from its row; what is missing or no longer fits has its default."""
    return _read(DisplaySettings(), stored)


def kiosk_settings(stored: Mapping[str, Any]) -> KioskSettings:
    """Return a kiosk's settings from its row; what is missing or no longer fits has its default."""
    return _read(KioskSettings(), stored)


def checked_display(given: Mapping[str, Any], plan: OfficePlan) -> dict[str, Any]:
    """Return settings as they are stored. Refuses what is out of range or not of this office, naming the field."""
    for name, value in given.items():
        _accept(DisplaySettings(), name, value)
    found = display_settings(given)
    if found.zone and all(zone.code != found.zone for zone in plan.zones):
        raise Invalid("value_invalid", field="zone")
    if found.layout == "counter" and not any(counter.code == found.counter for counter in plan.counters):
        raise Invalid("value_invalid", field="counter")
    known = {
        "services": {service.code for service in plan.services},
        "counters": {counter.code for counter in plan.counters},
        "languages": set(plan.languages),
    }
    for name, codes in known.items():
        if not set(getattr(found, name)) <= codes:
            raise Invalid("value_invalid", field=name)
    if 0 < found.width_cm < LEAST_DISPLAY_CM:
        raise Invalid("value_invalid", field="width_cm")
    return {name: value for name, value in asdict(found).items() if name in given}


def checked_kiosk(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as they are stored. Refuses what is out of range, naming the field."""
    for name, value in given.items():
        _accept(KioskSettings(), name, value)
    found = asdict(kiosk_settings(given))
    return {name: value for name, value in found.items() if name in given}


def minute_of(time: str) -> int:
    """Return the minute of the day of HH:MM."""
    return int(time[:2]) * 60 + int(time[3:])


def _read(default: S, stored: Mapping[str, Any]) -> S:
    found = {}
    for field in fields(default):
        if field.name in stored:
            try:
                found[field.name] = _accept(default, field.name, stored[field.name])
            except Invalid:
                continue
    return type(default)(**found)


def _accept(default: Any, name: str, value: Any) -> Any:
    usual = getattr(default, name, None)
    if isinstance(usual, bool):
        fits = isinstance(value, bool)
    elif isinstance(usual, (int, float)):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        least, most = RANGES[name]
        fits = number and least <= value <= most
        value = type(usual)(value) if fits else value
    elif isinstance(usual, tuple):
        fits = isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)
        value = tuple(value) if fits else value
    elif name == "layout":
        fits = value in LAYOUTS
    elif name.startswith("blank"):
        fits = value == "" or (isinstance(value, str) and TIME.fullmatch(value) is not None)
    else:
        fits = isinstance(usual, str) and isinstance(value, str) and len(value) <= 40
    if not fits:
        raise Invalid("value_invalid", field=name)
    return value
