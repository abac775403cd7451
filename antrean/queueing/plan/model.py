"""How an office is set up: services, counters, limits and the calling discipline, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from antrean.queueing.errors import Invalid, Unknown
from antrean.queueing.hours.model import Hours, Week
from antrean.queueing.plan.texts import in_language
from antrean.queueing.plan.zones import Zone, zone_called

OPEN, PAUSED, CLOSED = "open", "paused", "closed"
MAX_PERSONS = 9
HUES = 8


@dataclass(frozen=True, slots=True)
class Requirement:
    """A document that visitors of a service bring; `names` are by language code."""

    code: str
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """Return the name in this language, or in the first one of its chain that has it."""
        return in_language(self.names, language) or self.code


@dataclass(frozen=True, slots=True)
class Service:
    """A class of customers.

    `series` is the letter of its numbers. `names` and `closure_reasons`, which say why it is closed, are by language
    code. `hue` is the colour in which it is shown, 1 to 8; a larger or smaller number is taken modulo 8.
    `promised_wait` and `head_start` are in minutes. The promise says what is overdue and is no part of the order.
    Visitors count as arrived `head_start` earlier than they did: more of it means called earlier.
    `daily_limit` counts persons; None: no limit. One that is `closed` stays so over the night: until the date
    `opens_on`, on which it is open again, or until somebody opens it. What is only so today is no part of it.
    `hours` are its own on the weekdays that they name; on all others it is open with the office.
    `explanations` are one line, `costs` what visitors pay, by language code. The law allows the office `legal_days` for
    it, or what `legal_times` say, by language code. Kiosks show `requirements` before they give a number, unless
    `ask_requirements` is off. Without `priority_allowed` nobody gets a number with priority.
    """

    code: str
    series: str
    names: Mapping[str, str]
    icon: str = "document"
    hue: int = 1
    promised_wait: int = 30
    head_start: int = 0
    closed: bool = False
    opens_on: date | None = None
    closure_reasons: Mapping[str, str] = field(default_factory=dict)
    daily_limit: int | None = None
    hours: Week = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)
    costs: Mapping[str, str] = field(default_factory=dict)
    legal_days: int | None = None
    legal_times: Mapping[str, str] = field(default_factory=dict)
    requirements: tuple[Requirement, ...] = ()
    ask_requirements: bool = True
    priority_allowed: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "hue", (self.hue - 1) % HUES + 1)

    def name(self, language: str) -> str:
        """Return the name in this language, or in the first one of its chain that has it."""
        return in_language(self.names, language) or self.code

    def closed_on(self, day: date) -> bool:
        """Whether it is closed on this business day, whatever happens on it."""
        return self.closed and (self.opens_on is None or day < self.opens_on)


@dataclass(frozen=True, slots=True)
class Counter:
    """A place of service.

    It serves the services with the `primary` codes. Those with the `overflow` codes join when no primary ticket can be
    called, and with their overdue tickets. `zone` is the code of the zone in which it stands, empty for none.
    """

    code: str
    name: str
    primary: tuple[str, ...]
    overflow: tuple[str, ...] = ()
    zone: str = ""

    @property
    def services(self) -> tuple[str, ...]:
        """All service codes this counter can serve, primary first."""
        return self.primary + self.overflow


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers in the rules; each time is in the unit that its name says.

    `slip_seconds` is how long a slip may wait for its printer before its visitor counts as without paper. A test slip
    is given up after that time. `let_first` is how many others go first when a visitor needs more time. A panel that
    nobody touches is locked after `lock_minutes`, never with 0.
    """

    recalls: int = 3
    recall_gap_seconds: int = 5
    holds: int = 3
    readmits: int = 2
    readmit_minutes: int = 60
    slip_seconds: int = 120
    copies: int = 4
    let_first: int = 3
    lock_minutes: int = 10


@dataclass(frozen=True, slots=True)
class PlaylistItem:
    """An item that displays show between calls: a notice in words, a picture or a video.

    `texts` are by language code; `file` names the stored picture or video. It is shown for `seconds` at a time, a video
    to its end, on business days from `starts_on` to `ends_on`, both included; None means without limit.
    """

    id: str
    kind: str
    texts: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    seconds: int = 12
    starts_on: date | None = None
    ends_on: date | None = None

    def shown_on(self, day: date) -> bool:
        """Whether it is shown on this business day."""
        return (self.starts_on or day) <= day <= (self.ends_on or day)


@dataclass(frozen=True)
class OfficePlan:
    """How the office is set up: all that a rule reads besides the day.

    `zone` names the time zone. `credit_minutes` is how much earlier a priority visitor counts as arrived. `interleave`
    is after how many priority calls in a row a regular visitor has the turn, under the discipline of that name.
    `printers` maps a kiosk's device id to the id of its printer; the empty key is the printer of every other kiosk.
    `ticker` is the running text of the displays, by language code. `voice` and `slip` are plain values, read by the
    packages of these subjects. `revision` counts how often it has been saved, 0 for a plan that no database holds.
    """

    office: str
    name: str
    zone: str
    services: tuple[Service, ...]
    counters: tuple[Counter, ...]
    languages: tuple[str, ...] = ("id", "en", "su")
    discipline: str = "earliest_due_date"
    credit_minutes: int = 20
    interleave: int = 2
    limits: Limits = field(default_factory=Limits)
    hours: Hours = field(default_factory=Hours)
    printers: Mapping[str, str] = field(default_factory=dict)
    ticker: Mapping[str, str] = field(default_factory=dict)
    playlist: tuple[PlaylistItem, ...] = ()
    voice: Mapping[str, Any] = field(default_factory=dict)
    slip: Mapping[str, Any] = field(default_factory=dict)
    zones: tuple[Zone, ...] = ()
    demo: bool = False
    revision: int = field(default=0, compare=False)

    @cached_property
    def tz(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.zone)

    @cached_property
    def _services(self) -> dict[str, Service]:
        return {service.code: service for service in self.services}

    @cached_property
    def _counters(self) -> dict[str, Counter]:
        return {counter.code: counter for counter in self.counters}

    @cached_property
    def counts_earlier(self) -> dict[tuple[str, bool], timedelta]:
        """How much earlier than they arrived tickets are due, by service and priority: head start and credit."""
        return {
            (service.code, priority): timedelta(minutes=service.head_start + priority * self.credit_minutes)
            for service in self.services
            for priority in (False, True)
        }

    @cached_property
    def overdue_after(self) -> dict[tuple[str, bool], timedelta]:
        """How long after their arrival tickets are overdue, by service and priority: promised wait less the credit."""
        return {
            (service.code, priority): timedelta(minutes=service.promised_wait - priority * self.credit_minutes)
            for service in self.services
            for priority in (False, True)
        }

    def service(self, code: str) -> Service:
        """Return the service; refuses an unknown code."""
        try:
            return self._services[code]
        except (KeyError, TypeError):
            raise Unknown("service_unknown") from None

    def counter(self, code: str) -> Counter:
        """Return the counter; refuses an unknown code."""
        try:
            return self._counters[code]
        except (KeyError, TypeError):
            raise Unknown("counter_unknown") from None

    def service_name(self, code: str, language: str = "") -> str:
        """Return the name of a service, in the office's first language or another; one that left keeps its code."""
        found = self._services.get(code)
        return found.name(language or self.languages[0]) if found is not None else code

    def counter_name(self, code: str) -> str:
        """Return the name of a counter; one that left keeps its code."""
        found = self._counters.get(code)
        return found.name if found is not None else code

    def zone_called(self, said: str) -> Zone | None:
        """Return the zone with this code or name; None where there is none."""
        return zone_called(self.zones, said)

    def zone_name(self, code: str, language: str = "") -> str:
        """Return the name of a zone, in the office's first language or another; one that left keeps its code."""
        found = self.zone_called(code)
        return found.name(language or self.languages[0]) if found is not None else code

    def zone_of(self, counter: str) -> Zone | None:
        """Return the zone in which a counter stands; None for none."""
        found = self._counters.get(counter)
        return self.zone_called(found.zone) if found is not None and found.zone else None

    def business_day(self, at: datetime) -> date:
        """Return the office's calendar day at this instant, which must carry a time zone."""
        if at.tzinfo is None:
            raise Invalid("value_invalid", field="at")
        return at.astimezone(self.tz).date()

    def printer_of(self, device: str) -> str:
        """Return the id of the printer that belongs to a kiosk, or "" when it has none."""
        return self.printers.get(device) or self.printers.get("", "")
