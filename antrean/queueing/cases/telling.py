"""What residents are told of a case: its stage, since when, and whether it takes longer than is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from antrean.queueing.cases.board import is_service_day, roads
from antrean.queueing.cases.book import COLLECTED, EXPIRED, Case, CaseBook
from antrean.queueing.cases.of_visits import is_ready
from antrean.queueing.plan.journeys import Journey, Stage
from antrean.queueing.plan.model import OfficePlan, Service

MOST_DAYS = 400  # that are looked through: more is said as “longer” all the same
NONE_MEASURED: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ToldStage:
    """A stage that residents read of, with the day `since` which a case was there; None while it has not come to it."""

    stage: Stage
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What residents are told of one case.

    `stages` are those of its journey that residents read of, and `now` is the one in which the case is, as far as they
    read of it, `since` that day. `usual_days` are the service days in which it is usually ready, counted from `opened`;
    None where nobody knows; they are `measured` where it takes longer at present than the plan says. `days` of them are
    over; `longer` is more than usual. `ended` as the case says it.
    """

    code: str
    service: str
    opened: date
    now: Stage
    since: date
    stages: tuple[ToldStage, ...]
    usual_days: int | None
    days: int
    ready: bool
    ended: str = ""
    measured: bool = False

    @property
    def longer(self) -> bool:
        """Whether it takes longer than is usual."""
        return not self.ready and not self.ended and self.usual_days is not None and self.days > self.usual_days

    @property
    def collected(self) -> bool:
        """Whether somebody has it."""
        return self.ended == COLLECTED

    @property
    def expired(self) -> bool:
        """Whether it waited for too long."""
        return self.ended == EXPIRED


def told(case: Case, plan: OfficePlan, today: date, measured: Mapping[str, int] = NONE_MEASURED) -> Told | None:
    """Return what residents are told of a case on a business day; None of one whose service has no journey any more.

    `measured` is what `days_now` gives, worked out once for all cases that are told of.
    """
    if not plan.has_service(case.service):
        return None
    service = plan.service(case.service)
    journey = service.journey
    if journey is None:
        return None
    came = {stage: since.astimezone(plan.tz).date() for stage, since in case.stages}
    known = [one for one in journey.stages if one.told or one == journey.first]
    behind = [one for one in known if one.code in came]
    now = behind[-1] if behind else journey.first
    opened = case.opened.astimezone(plan.tz).date()
    return Told(
        case.code, case.service, opened, now, came.get(now.code, opened),
        tuple(ToldStage(one, came.get(one.code)) for one in known),
        measured.get(case.service, usual_days(journey)), service_days(plan, service, opened, today),
        is_ready(plan, case), case.ended, case.service in measured,
    )  # fmt: skip


def days_now(book: CaseBook, plan: OfficePlan, today: date) -> dict[str, int]:
    """Return by service in about how many service days a case is ready at present, where it is longer than planned.

    Only where the flows of the last weeks make it sure (`board.Stay`), or left out: then the days of the plan hold.
    """
    found = {}
    for service, journey, road in roads(book, plan, today):
        usual, now = usual_days(journey), round(road.about) if road.about is not None else 0
        if road.sure and now > (usual or 0):
            found[service.code] = now
    return found


def usual_days(journey: Journey) -> int | None:
    """Return in how many service days a case is usually ready, counted from its first day; None where nobody knows."""
    days = [one.usual_days for one in journey.stages[:-2]]
    return sum(one for one in days if one is not None) if days and None not in days else None


def service_days(plan: OfficePlan, service: Service, first: date, last: date) -> int:
    """Return how many service days come after the first of two days, up to the last; 400 days are looked through."""
    days = range(1, min((last - first).days, MOST_DAYS) + 1)
    return sum(is_service_day(plan, service, first + timedelta(days=n)) for n in days)
