"""How an office is set up: services, counters, limits and the calling discipline, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from antrean.queueing.errors import Invalid, Unknown
from antrean.queueing.hours.model import Hours, Week
from antrean.queueing.plan.campaign import Campaign
from antrean.queueing.plan.groups import ServiceGroup
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.texts import in_language
from antrean.queueing.plan.zones import Zone, zone_called

OPEN, PAUSED, CLOSED = "open", "paused", "closed"
MAX_PERSONS = 9
HUES = 8
DIGITS = (2, 3, 4)  # that numbers may have at least; a series that goes on gets longer ones
# Where a counter is, as seen by whoever stands before a display: as an arrow on it, clockwise from straight on.
ARROWS = ("ahead", "ahead_right", "right", "back_right", "back", "back_left", "left", "ahead_left")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A document that visitors of a service bring; `names` are by language code."""

    code: str
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """Return the name in this language, or in the first one of its chain that has it."""
        return in_language(self.names, language) or self.code


@dataclass(frozen=True, slots=True)
class StockItem:
    """Something that services use up, such as blank cards; `names` and `units` (“sheets”) are by language code.

    Few are left when fewer than `low` are there that nobody was promised: the administration and the counters are told.
    """

    code: str
    names: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    low: int = 0

    def name(self, language: str) -> str:
        """Return the name in this language, or in the first one of its chain that has it."""
        return in_language(self.names, language) or self.code

    def unit(self, language: str) -> str:
        """Return the unit in this language, or in the first one of its chain that has it; "" where it has none."""
        return in_language(self.units, language) or ""


@dataclass(frozen=True, slots=True)
class StockUse:
    """What a service uses for each person that it is done for: so many of the stock item with this code."""

    code: str
    each: int = 1


@dataclass(frozen=True, slots=True)
class Need:
    """Something without which services can't be given, such as the ministry's server.

    By language, `names` are what staff call it, and `words` what visitors are told while it is away; without words they
    are told its name.
    """

    code: str
    names: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)

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
    `ask_requirements` is off. Without `priority_allowed` nobody gets a number with priority. `uses` are the items of
    the stock that it uses up, `needs` the codes of what it can't be given without. By language, `spare_questions` ask
    whether what needs no visit is all that a visitor came for, and `spare_words` say why. `group` is the code of the
    group in which kiosks show it, empty for none. What is applied for goes through the stages of its `journey`; at a
    service that `collects`, whoever has the code of a case of these services that is ready gets it.
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
    uses: tuple[StockUse, ...] = ()
    spare_questions: Mapping[str, str] = field(default_factory=dict)
    spare_words: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    needs: tuple[str, ...] = ()
    journey: Journey | None = None
    collects: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "hue", (self.hue - 1) % HUES + 1)

    def name(self, language: str) -> str:
        """Return the name in this language, or in the first one of its chain that has it."""
        return in_language(self.names, language) or self.code

    @property
    def may_spare(self) -> bool:
        """Whether kiosks ask if the visit is needed at all."""
        return bool(self.spare_questions and self.spare_words)

    def closed_on(self, day: date) -> bool:
        """Whether it is closed on this business day, whatever happens on it."""
        return self.closed and (self.opens_on is None or day < self.opens_on)


@dataclass(frozen=True, slots=True)
class Counter:
    """A place of service.

    It serves the services with the `primary` codes. Those with the `overflow` codes join when no primary ticket can be
    called, and with their overdue tickets. `zone` is the code of the zone in which it stands, empty for none.
    `arrow` is one of ARROWS and `floor` a short name such as “2”, empty where nobody needs them. `way` are words that
    tell visitors where it is, such as “beside the entrance”, by language code.
    """

    code: str
    name: str
    primary: tuple[str, ...]
    overflow: tuple[str, ...] = ()
    zone: str = ""
    arrow: str = ""
    floor: str = ""
    way: Mapping[str, str] = field(default_factory=dict)

    @property
    def services(self) -> tuple[str, ...]:
        """All service codes this counter can serve, primary first."""
        return self.primary + self.overflow


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers in the rules; each time is in the unit that its name says.

    `slip_seconds` is how long a slip may wait for its printer before its visitor counts as without paper. A test slip
    is given up after that time. `lists` is how many lists without a number each printer gives visitors in a day.
    `let_first` is how many others go first when a visitor needs more time. A panel that
    nobody touches is locked after `lock_minutes`, never with 0. Whoever still waits at the close of a day is among the
    first on so many service days (`voucher_days`), never with 0. A service gives no more numbers once whoever comes now
    would be served before it closes with a chance of less than `served_percent`, never with 0. Cases that have ended
    are known for `case_days` days more.
    """

    recalls: int = 3
    recall_gap_seconds: int = 5
    holds: int = 3
    readmits: int = 2
    readmit_minutes: int = 60
    slip_seconds: int = 120
    copies: int = 4
    lists: int = 60
    let_first: int = 3
    lock_minutes: int = 10
    voucher_days: int = 0
    served_percent: int = 0
    case_days: int = 90


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
    packages of these subjects. `stock` are the items that services use up, `needs` what services can't be given
    without; `groups` stand on kiosks in their order. `campaign` is what the office works towards, None for nothing.
    Numbers have `number_digits` digits at least.
    While `first_steps` the administration lists what a new office still lacks. `revision` counts how often it has been
    saved, 0 for a plan that no database holds.
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
    stock: tuple[StockItem, ...] = ()
    groups: tuple[ServiceGroup, ...] = ()
    needs: tuple[Need, ...] = ()
    campaign: Campaign | None = None
    number_digits: int = 3
    first_steps: bool = False
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
    def _serving(self) -> dict[str, tuple[str, ...]]:
        return {
            service.code: tuple(one.code for one in self.counters if service.code in one.services)
            for service in self.services
        }

    @cached_property
    def follows_cases(self) -> bool:
        """Whether what visitors apply for is followed at any service."""
        return any(service.journey is not None or service.collects for service in self.services)

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

    def stock_item(self, code: str) -> StockItem:
        """Return the item of the stock; refuses an unknown code."""
        found = next((one for one in self.stock if one.code == code), None)
        if found is None:
            raise Unknown("stock_unknown")
        return found

    def need(self, code: str) -> Need:
        """Return what services need; refuses an unknown code."""
        found = next((one for one in self.needs if one.code == code), None)
        if found is None:
            raise Unknown("need_unknown")
        return found

    def has_service(self, code: str) -> bool:
        """Whether the plan has the service, open or not."""
        return code in self._services

    def counter(self, code: str) -> Counter:
        """Return the counter; refuses an unknown code."""
        try:
            return self._counters[code]
        except (KeyError, TypeError):
            raise Unknown("counter_unknown") from None

    def counters_for(self, service: str) -> tuple[str, ...]:
        """Return the codes of the counters that can serve a service, in the plan's order; for one that left, none."""
        return self._serving.get(service, ())

    def service_name(self, code: str, language: str = "") -> str:
        """Return the name of a service, in the office's first language or another; one that left keeps its code."""
        found = self._services.get(code)
        return found.name(language or self.languages[0]) if found is not None else code

    def requirements_of(self, code: str) -> tuple[Requirement, ...]:
        """Return the documents that a service asks for; of one that left, none."""
        found = self._services.get(code)
        return found.requirements if found is not None else ()

    def missing_names(self, service: str, missing: str, language: str = "") -> tuple[str, ...]:
        """Return the names of a service's documents with these codes, which have a space between.

        They are in the office's first language or another; documents that left are left out.
        """
        codes = missing.split()
        return tuple(
            one.name(language or self.languages[0]) for one in self.requirements_of(service) if one.code in codes
        )

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

    def group_name(self, code: str, language: str = "") -> str:
        """Return the name of a group of services, in the office's first language or another; "" for no such group."""
        found = next((one for one in self.groups if one.code == code), None)
        return found.name(language or self.languages[0]) if found is not None else ""

    def way_to(self, counter: str) -> Mapping[str, str]:
        """Return by language the words that tell where a counter is: its own, or else those of its zone."""
        found = self._counters.get(counter)
        if found is not None and found.way:
            return found.way
        zone = self.zone_of(counter)
        return zone.way if zone is not None else {}

    def unserved(self) -> list[Service]:
        """Return the services that no counter serves."""
        served = {code for counter in self.counters for code in counter.services}
        return [service for service in self.services if service.code not in served]

    def zone_of(self, counter: str) -> Zone | None:
        """Return the zone in which a counter stands; None for none."""
        found = self._counters.get(counter)
        return self.zone_called(found.zone) if found is not None and found.zone else None

    def business_day(self, at: datetime) -> date:
        """Return the office's calendar day at this instant, which must carry a time zone."""
        if at.tzinfo is None:
            raise Invalid("value_invalid", field="at")
        return _local_day(self.tz, at, at.fold)

    def printer_of(self, device: str) -> str:
        """Return the id of the printer that belongs to a kiosk, or "" when it has none."""
        return self.printers.get(device) or self.printers.get("", "")


@lru_cache(maxsize=64)
def _local_day(zone: ZoneInfo, at: datetime, fold: int) -> date:
    """Return the calendar day of an instant in a zone; one line of the journal asks for its day many times.

    `fold` tells apart the two instants that one time of day means when clocks are set back.
    """
    return at.astimezone(zone).date()
