"""Is it open at a moment, when does it open next, and when does it close: by the office's clock, in its zone.

A service without hours of its own is open with the office. On a weekday that its own hours name it is open while both
are; they hold on special days and in seasons as well. An office without hours is open at any time, with all services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from antrean.queueing.hours.model import DAY_MINUTES, WEEKDAYS, Spans, common, minutes
from antrean.queueing.plan.model import OfficePlan, Service

FARTHEST = timedelta(days=400)  # ahead; where nothing opens in that time nobody is told when it does


@dataclass(frozen=True, slots=True)
class Opening:
    """A time without a break in which it is open: from `opens` on, before `closes`; both in UTC."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """It is closed at a moment, until `opens_at`; None where nobody knows.

    `pause`: it was open before on this business day and opens again on it. `reasons`, by language code, are those of
    a day on which it is open for less than it usually would be.
    """

    opens_at: datetime | None = None
    pause: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)


def spans_on(plan: OfficePlan, day: date, service: Service | None = None) -> Spans:
    """Return when the office, or one service of it, is open on a business day; plan without hours: none."""
    spans = plan.hours.on(day).spans
    own = service.hours.get(WEEKDAYS[day.weekday()]) if service is not None else None
    return spans if own is None else common(spans, own)


def openings_on(plan: OfficePlan, day: date, service: Service | None = None) -> Iterator[Opening]:
    """Give the openings of a business day in their order.

    A time that the clock leaves out in spring is the one an hour later; of one that it shows twice, the first counts.
    """
    for since, until in spans_on(plan, day, service):
        opening = Opening(_moment(plan, day, since), _moment(plan, day, until))
        if opening.opens < opening.closes:
            yield opening


def _moment(plan: OfficePlan, day: date, minute: int) -> datetime:
    if minute == DAY_MINUTES:
        day, minute = day + timedelta(days=1), 0
    return datetime.combine(day, time(*divmod(minute, 60)), plan.tz).astimezone(UTC)


def is_open(plan: OfficePlan, at: datetime, service: Service | None = None) -> bool:
    """Whether the office, or one service of it, is open by its hours at this moment."""
    if not plan.hours.given:
        return True
    return any(one.opens <= at < one.closes for one in openings_on(plan, plan.business_day(at), service))


def opens_next(plan: OfficePlan, at: datetime, service: Service | None = None) -> datetime | None:
    """Return the next moment after this one at which it opens; None without hours, and where it never does."""
    if not plan.hours.given:
        return None
    first = plan.business_day(at)
    for days in range(FARTHEST.days):
        for opening in openings_on(plan, first + timedelta(days=days), service):
            if opening.opens > at:
                return opening.opens
    return None


def closes_at(plan: OfficePlan, at: datetime, service: Service | None = None) -> datetime | None:
    """Return when it closes for the day of this moment, breaks aside; None on a day on which it does not open."""
    if not plan.hours.given:
        return None
    return max((one.closes for one in openings_on(plan, plan.business_day(at), service)), default=None)


def opens_after_today(plan: OfficePlan, at: datetime) -> datetime | None:
    """Return when the office opens next on a later business day than that of this moment."""
    closes = closes_at(plan, at)
    return opens_next(plan, at if closes is None else max(at, closes))


def closed_at(plan: OfficePlan, at: datetime, service: Service | None = None) -> Closed | None:
    """Return until when and why it is closed by its hours at this moment; None while it is open."""
    if is_open(plan, at, service):
        return None
    today = plan.business_day(at)
    opens_at = opens_next(plan, at, service)
    again_today = opens_at is not None and plan.business_day(opens_at) == today
    was_open = any(one.closes <= at for one in openings_on(plan, today, service))
    special = plan.hours.on(today).special
    shorter = special is not None and minutes(special.hours) < minutes(plan.hours.usual(today).spans)
    reasons = special.reasons if special is not None and shorter else {}
    return Closed(opens_at, again_today and was_open, reasons)


ClosedBy = Callable[[Service], Closed | None]


def hours_of(plan: OfficePlan, at: datetime) -> ClosedBy:
    """Return what says of each service whether it is closed by its hours at this moment, or by those of the office."""
    return lambda service: closed_at(plan, at, service)


def always_open(service: Service) -> Closed | None:
    """Return that a service is open, for whoever knows no hours."""
    return None


def changes_next(plan: OfficePlan, at: datetime) -> datetime | None:
    """Return the next moment after this one at which the office or a service opens or closes; None where none does."""
    if not plan.hours.given:
        return None
    asked: tuple[Service | None, ...] = (None, *(service for service in plan.services if service.hours))
    first = plan.business_day(at)
    for days in range(FARTHEST.days):
        day = first + timedelta(days=days)
        openings = [opening for service in asked for opening in openings_on(plan, day, service)]
        moments = [moment for one in openings for moment in (one.opens, one.closes) if moment > at]
        if moments:
            return min(moments)
    return None
