"""Speakers: which display of a zone speaks a call. One voice in each zone, and no call said twice in it.

Kept in this process's memory: the displays of a zone have to reach the same hub.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

HELD = 4.0  # seconds without a word of the speaker until another may speak; a display falls silent after three
PREFERRED = 2.5  # seconds for which a call is kept for the display that spoke last
KEPT = 60  # calls of a zone that are known to have been said


@dataclass(slots=True)
class Zone:
    """The displays that are heard together. `call` is what `speaker` is saying until `held_until`, 0 for nothing.

    `last` spoke last, and goes on as long as it is there: voices that take turns are hard to follow. `wanted_since` is
    when another display first asked for what `last` does not say.
    """

    speaker: str = ""
    call: int = 0
    held_until: float = 0.0
    last: str = ""
    wanted_since: float | None = None
    said: bool = False  # once, and now only repeated
    heard: deque[int] = field(default_factory=lambda: deque(maxlen=KEPT))


class Speakers:
    """Gives each display its turn to speak. `changed` is called when the displays of a zone have to be told of it.

    `quiet_until` is a moment before which no new turn is given: a hub that was started again does not know who was
    speaking, and gives that display the time to say so.
    """

    def __init__(self, monotonic: Callable[[], float], changed: Callable[[], None], quiet_until: float = 0.0) -> None:
        self._monotonic = monotonic
        self._changed = changed
        self._quiet_until = quiet_until
        self._zones: dict[str, Zone] = {}
        self._lock = Lock()  # held for an instant

    def ask(self, zone: str, display: str, call: int, still: bool, could: Callable[[str], bool]) -> bool:
        """Return whether it is this display's turn to say the call. `still`: it is saying it already.

        `could` tells whether a display is there and has a voice for this call.
        """
        with self._lock:
            mine, news = self._ask(self._zones.setdefault(zone, Zone()), display, call, still, could)
        if news:
            self._changed()
        return mine

    def over(self, zone: str, display: str, call: int, heard: bool) -> None:
        """Note that a display gives its turn back. Unless the call was `heard`, it is said once more."""
        with self._lock:
            found = self._zones.get(zone)
            if found is None or (found.speaker, found.call) != (display, call):
                return
            self._end(found, heard=heard or found.said)
        self._changed()

    def spoken(self, zone: str, display: str, call: int) -> None:
        """Note that a call was said once: whatever becomes of the display, no other says it again."""
        with self._lock:
            found = self._zones.get(zone)
            if found is not None and (found.speaker, found.call) == (display, call):
                found.said = True

    def look(self) -> None:
        """Take the turn from each display that was not heard of for too long."""
        with self._lock:
            now = self._monotonic()
            lapsed = [zone for zone in self._zones.values() if zone.call and zone.held_until < now]
            for zone in lapsed:
                zone.last = ""
                self._end(zone, heard=zone.said)
        if lapsed:
            self._changed()

    def view(self, zone: str) -> dict[str, Any]:
        """Return what the displays of a zone are told."""
        with self._lock:
            found = self._zones.get(zone, Zone())
            return {"speaker": found.speaker, "call": found.call, "heard": list(found.heard)}

    def _ask(self, zone: Zone, display: str, call: int, still: bool, could: Callable[[str], bool]) -> tuple[bool, bool]:
        """Return whether it is the display's turn, and whether that is news to the others."""
        now = self._monotonic()
        if call in zone.heard:
            return False, False
        if zone.call and zone.speaker != display and zone.held_until >= now:
            return False, False
        if zone.call == call and zone.speaker == display:
            zone.held_until = now + HELD
            return True, False
        if still and zone.call:
            return False, False
        if not still and (now < self._quiet_until or self._is_kept(zone, display, now, could)):
            return False, False
        if zone.call:  # the speaker goes on without a word on the end of the call before, or fell silent
            self._end(zone, heard=zone.said or zone.speaker == display)
        zone.speaker = zone.last = display
        zone.call, zone.held_until, zone.wanted_since, zone.said = call, now + HELD, None, False
        return True, True

    def _is_kept(self, zone: Zone, display: str, now: float, could: Callable[[str], bool]) -> bool:
        """Whether the display that spoke last still has the time to ask for this turn."""
        if zone.last in ("", display) or not could(zone.last):
            return False
        if zone.wanted_since is None:
            zone.wanted_since = now
        return now - zone.wanted_since < PREFERRED

    def _end(self, zone: Zone, heard: bool) -> None:
        if heard and zone.call not in zone.heard:
            zone.heard.append(zone.call)
        zone.speaker, zone.call, zone.wanted_since, zone.said = "", 0, None, False
