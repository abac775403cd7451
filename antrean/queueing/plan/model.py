"""How an office is set up: services, counters, limits and the calling discipline, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from antrean.queueing.errors import Invalid, Unknown

OPEN, PAUSED, CLOSED = "open", "paused", "closed"
MAX_PERSONS = 9


@dataclass(frozen=True, slots=True)
class Service:
    """A class of customers. `promised_wait` in minutes; `names` by language code; `state` open, paused or closed.

    `notices` says why it is not open, by language code.
    """

    code: str
    series: str
    names: Mapping[str, str]
    icon: str = "document"
    colour: int = 1
    promised_wait: int = 30
    state: str = OPEN
    notices: Mapping[str, str] = field(default_factory=dict)
    daily_limit: int | None = None  # persons

    @property
    def hue(self) -> int:
        """The colour it is shown in, 1 to 8, whatever number the office chose."""
        return (self.colour - 1) % 8 + 1

    def name(self, language: str) -> str:
        """Return the name in this language, or in the office's first language."""
        return self.names.get(language) or next(iter(self.names.values()))

    def notice(self, language: str) -> str:
        """Return why it is not open, in this language or one that there is; empty while it is open."""
        if self.state == OPEN:
            return ""
        return self.notices.get(language) or next(iter(self.notices.values()), "")


@dataclass(frozen=True, slots=True)
class Counter:
    """A place of service: `primary` service codes first, `overflow` ones only when those are empty or overdue."""

    code: str
    name: str
    primary: tuple[str, ...]
    overflow: tuple[str, ...] = ()

    @property
    def services(self) -> tuple[str, ...]:
        """All service codes this counter can serve, primary first."""
        return self.primary + self.overflow


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers a rule looks at; times in the unit that the name says.

    `slip_seconds` is how long a slip may wait for its printer before its visitor counts as without paper; a test slip
    is given up then.
    """

    recalls: int = 3
    recall_gap_seconds: int = 5
    holds: int = 3
    readmits: int = 2
    readmit_minutes: int = 60
    slip_seconds: int = 120
    copies: int = 4


@dataclass(frozen=True, slots=True)
class Interlude:
    """What displays show between calls: a notice in words, a picture or a video.

    `texts` by language code; `file` names the stored picture or video; shown for `seconds` at a time (a video to its
    end), on business days from `starts_on` to `ends_on`, both included; None means without limit.
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
    """Everything a rule may know about the office besides its day.

    `credit_minutes` is how much earlier a priority visitor counts as arrived. `printers` maps a kiosk's
    device id to the id of its printer; the empty key is the printer of every other kiosk. `voice` is how calls are
    spoken, in plain values that the voice reads; `slip` how slips are laid out, in plain values that printing reads.
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
    printers: Mapping[str, str] = field(default_factory=dict)
    notices: Mapping[str, str] = field(default_factory=dict)
    interludes: tuple[Interlude, ...] = ()
    voice: Mapping[str, Any] = field(default_factory=dict)
    slip: Mapping[str, Any] = field(default_factory=dict)
    demo: bool = False

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
    def due_after(self) -> dict[tuple[str, bool], timedelta]:
        """How long after their arrival tickets are due, by service and priority: the promised wait less the credit."""
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

    def business_day(self, at: datetime) -> date:
        """Return the office's calendar day at this instant, which must carry a time zone."""
        if at.tzinfo is None:
            raise Invalid("value_invalid", field="at")
        return at.astimezone(self.tz).date()

    def printer_of(self, device: str) -> str:
        """Return the id of the printer that belongs to a kiosk, or "" when it has none."""
        return self.printers.get(device) or self.printers.get("", "")
