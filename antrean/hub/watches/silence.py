"""Which screens that the office counts on are not heard, while it is open and before: for alarms of staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from antrean.access.identities import Identities
from antrean.hub.watches.devices import LATELY_SECONDS, DevicesSeen, Sighting
from antrean.queueing.day import ServiceDay
from antrean.queueing.hours.calendar import openings_on, spans_on
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.settings.devices import ASIDE, PRINT_AGENT, SEEN_ON, Device
from antrean.storage.settings.endings import date_of

BEFORE_OPENING = timedelta(minutes=30)  # time enough to walk there and switch it on
DAYS_BACK = 14  # how far the last working day is looked for
DAYS_WITHOUT_HOURS = 3  # a weekend of an office that has not said when it works


@dataclass(frozen=True, slots=True)
class SilentScreen:
    """A screen that is not heard: the id of its device, and since when; None where not since this hub started."""

    device: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class SilentPanel:
    """A counter that takes calls and whose operator has no page open, and since when."""

    counter: str
    operator: str
    since: datetime


class SilenceWatch:
    """Looks once a second; `redraw` is called when an alarm begins or ends.

    A screen is counted on that was there today or on the last working day and was not put aside. A print agent is none:
    its printer has a lamp of its own, which is red as soon as the agent is gone.
    """

    def __init__(
        self,
        office: Office,
        identities: Identities,
        seen: DevicesSeen,
        monotonic: Callable[[], float],
        redraw: Callable[[], None],
    ) -> None:
        self.monotonic = monotonic
        self.screens: tuple[SilentScreen, ...] = ()
        self.panels: tuple[SilentPanel, ...] = ()
        self._office = office
        self._identities = identities
        self._seen = seen
        self._redraw = redraw
        self._began = monotonic()
        self._missed: dict[tuple[str, str], tuple[datetime, float]] = {}  # counter and operator -> since when

    def look(self) -> None:
        """Find out who is silent now."""
        now = self._office.clock()
        watched, since, sitting = self._office.read(
            lambda day, plan: (is_watched(day, plan, now), counted_since(plan, plan.business_day(now)), _sitting(day))
        )
        screens = self._silent_screens(since) if watched else ()
        panels = self._silent_panels(sitting, now) if watched else ()
        if (screens, panels) != (self.screens, self.panels):
            self.screens, self.panels = screens, panels
            self._redraw()

    def _silent_screens(self, since: date) -> tuple[SilentScreen, ...]:
        """Return the screens that are missed, each by its id: two of one name are two screens."""
        there, long_enough = self._seen.there(), self.monotonic() - self._began >= LATELY_SECONDS
        found = []
        for device in self._identities.devices():
            seen = self._seen.last(device.id)
            if device.id not in there and (seen or long_enough) and self._counted_on(device, seen, since):
                found.append(SilentScreen(device.id, seen.at if seen is not None else None))
        return tuple(found)

    def _counted_on(self, device: Device, seen: Sighting | None, since: date) -> bool:
        if device.kind == PRINT_AGENT or device.settings.get(ASIDE) is True:
            return False
        if seen is not None:
            return self._office.read(lambda _day, plan: plan.business_day(seen.at)) >= since
        day = date_of(device.settings.get(SEEN_ON))
        return day is not None and day >= since

    def _silent_panels(self, sitting: list[tuple[str, str]], now: datetime) -> tuple[SilentPanel, ...]:
        at = self.monotonic()
        open_here = self._seen.people()
        missed = [one for one in sitting if one[1] not in open_here]
        self._missed = {one: self._missed.get(one, (now, at)) for one in missed}
        late = [(one, since) for one, (since, began) in self._missed.items() if at - began >= LATELY_SECONDS]
        return tuple(SilentPanel(counter, operator, since) for (counter, operator), since in late)


def is_watched(day: ServiceDay, plan: OfficePlan, now: datetime) -> bool:
    """Whether silence is an alarm now: from half an hour before it opens until it closes, and not on a closed day.

    An office without hours is open at any time.
    """
    if day.closed:
        return False
    if not plan.hours.given:
        return True
    openings = openings_on(plan, plan.business_day(now))
    return any(one.opens - BEFORE_OPENING <= now < one.closes for one in openings)


def counted_since(plan: OfficePlan, today: date) -> date:
    """Return the last working day before today: a screen that was there since then is counted on."""
    if not plan.hours.given:
        return today - timedelta(days=DAYS_WITHOUT_HOURS)
    days = (today - timedelta(days=back) for back in range(1, DAYS_BACK))
    return next((day for day in days if spans_on(plan, day)), today - timedelta(days=DAYS_BACK))


def _sitting(day: ServiceDay) -> list[tuple[str, str]]:
    """Return the counters that take calls, with their operators."""
    return [(code, row.operator) for code, row in day.counters.items() if row.state == "open"]
