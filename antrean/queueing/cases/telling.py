"""What residents are told of a case: its stage, since when, and whether it takes longer than is usual."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from antrean.queueing.cases.book import COLLECTED, EXPIRED, Case
from antrean.queueing.cases.of_visits import is_ready
from antrean.queueing.hours.calendar import spans_on
from antrean.queueing.plan.journeys import Journey, Stage
from antrean.queueing.plan.model import OfficePlan, Service

MOST_DAYS = 400  # that are looked through: more is said as “longer” all the same


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
    None where nobody knows. `days` of them are over; `longer` is more than usual. `ended` as the case says it.
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


def told(case: Case, plan: OfficePlan, today: date) -> Told | None:
    """Return what residents are told of a case on a business day; None of one whose service has no journey any more."""
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
        usual_days(journey), service_days(plan, service, opened, today), is_ready(plan, case), case.ended,
    )  # fmt: skip


def usual_days(journey: Journey) -> int | None:
    """Return in how many service days a case is usually ready, counted from its first day; None where nobody knows."""
    days = [one.usual_days for one in journey.stages[:-2]]
    return sum(one for one in days if one is not None) if days and None not in days else None


def service_days(plan: OfficePlan, service: Service, first: date, last: date) -> int:
    """Return how many service days come after the first of two days, up to the last; 400 days are looked through."""
    days = range(1, min((last - first).days, MOST_DAYS) + 1)
    return sum(not plan.hours.given or bool(spans_on(plan, first + timedelta(days=n), service)) for n in days)
