"""How a campaign stands: what is done and left, needed a day, the pace, and when it would be reached. Pure arithmetic.

Days are business days. A service day is one on which, by the hours of the office, a service that counts is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from antrean.queueing.hours.calendar import spans_on
from antrean.queueing.keeping.finished_day import FinishedDay
from antrean.queueing.plan.campaign import Campaign
from antrean.queueing.plan.model import OfficePlan

LAST_DAYS = 10  # service days of which the pace is: two weeks of most offices
ENOUGH_DAYS = 5  # of the office's own, for a pace of its own and for a range
FARTHEST = 3653  # calendar days ahead and back that are looked at
RUNS = 400
DRAWN = 60  # days that are drawn one by one; those after them last as long as the drawn ones on average
SATURDAY = 5
DAY = timedelta(days=1)
Serves = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Pace:
    """So many persons a service day: of the office's own last `days`, on which `persons` were finished, or a given one.

    A given pace is of no days.
    """

    a_day: Fraction
    days: int = 0
    persons: int = 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """The target is reached after so many service days, on the day `on`; None where that is further than ten years."""

    days: int
    on: date | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How a campaign stands on the day `today`.

    Of those done `finished` were finished since the start count, `finished_today` of these today, and `corrected` were
    added by hand. `days_left` are the service days from today on, or from the start, to the last one. `needed` is how
    many persons a day that asks for; None when no day is left, or nobody was this morning. `own_days` are the past
    service days of which a pace can be. `soonest` and `latest` hold 8 of 10 draws of them. With `saturdays`, the same
    pace on Saturdays too.
    """

    today: date
    target: int
    start_count: int
    finished: int
    finished_today: int
    corrected: int
    days_left: int
    first_left: date | None
    last_left: date | None
    needed: int | None
    own_days: int = 0
    pace: Pace | None = None
    forecast: Forecast | None = None
    soonest: Forecast | None = None
    latest: Forecast | None = None
    saturdays: Forecast | None = None

    @property
    def done(self) -> int:
        """How many are done in all."""
        return self.start_count + self.finished + self.corrected

    @property
    def left(self) -> int:
        """How many are missing."""
        return max(self.target - self.done, 0)

    @property
    def left_before_today(self) -> int:
        """How many were missing before the first person of today was finished."""
        return max(self.target - self.done + self.finished_today, 0)


def progress(
    campaign: Campaign, finished: Mapping[date, int], today: date, serves: Serves, draws: Random, corrected: int = 0
) -> Progress:
    """Return how a campaign stands. `finished` are the persons of each day, today's so far among them.

    `corrected` is the sum of the corrections, which are of no day: no pace knows them, and today has them from morning.
    `serves` says of a day whether it is a service day, `draws` draws the days of the range.
    """
    counted = {day: count for day, count in finished.items() if campaign.start_on <= day <= today}
    calendar = Calendar(serves, max(today, campaign.start_on))
    left_days = calendar.until(campaign.deadline)
    done_today = counted.get(today, 0)
    before_today = max(campaign.target - campaign.start_count - corrected - sum(counted.values()) + done_today, 0)
    base = Progress(
        today=today,
        target=campaign.target,
        start_count=campaign.start_count,
        finished=sum(counted.values()),
        finished_today=done_today,
        corrected=corrected,
        days_left=len(left_days),
        first_left=left_days[0] if left_days else None,
        last_left=left_days[-1] if left_days else None,
        needed=-(-before_today // len(left_days)) if left_days and before_today else None,
    )
    own = _own_days(campaign, counted, today, serves)
    pace = _pace(campaign, own)
    base = replace(base, own_days=len(own), pace=pace)
    if pace is None or not pace.a_day or not base.left:
        return base
    days = _days_for(before_today, pace.a_day)
    with_saturdays = Calendar(lambda day: serves(day) or day.weekday() == SATURDAY, calendar.begin)
    more = with_saturdays.forecast(days)
    found = replace(
        base,
        forecast=calendar.forecast(days),
        saturdays=more if more != calendar.forecast(days) else None,
    )
    if len(own) < ENOUGH_DAYS:
        return found
    least, most = _range(before_today, own, draws)
    return replace(found, soonest=calendar.forecast(least), latest=calendar.forecast(most))


def finished_by_day(campaign: Campaign, days: Mapping[date, FinishedDay]) -> dict[date, int]:
    """Return how many persons each day finished in the services that count."""
    return {day: sum(one.done.get(code, 0) for code in campaign.services) for day, one in days.items()}


def persons_done(campaign: Campaign, days: Mapping[date, FinishedDay], today: date) -> int:
    """Return how many are done in all: what the page of the campaign says, without its forecast."""
    since = {day: one for day, one in days.items() if campaign.start_on <= day <= today}
    return campaign.start_count + sum(finished_by_day(campaign, since).values()) + corrected(campaign, since)


def corrected(campaign: Campaign, days: Mapping[date, FinishedDay]) -> int:
    """Return by how many persons this campaign was corrected on these days; those of another one don't count."""
    return sum(one.corrected.get(campaign.began, 0) for one in days.values())


def service_days(plan: OfficePlan, campaign: Campaign) -> Serves:
    """Return what says of a day whether one of the services that count is open; without hours every day is one."""
    services = [one for one in plan.services if one.code in campaign.services]
    if not plan.hours.given:
        return lambda day: True
    if not services:
        return lambda day: bool(spans_on(plan, day))
    return lambda day: any(spans_on(plan, day, one) for one in services)


def minutes_of(plan: OfficePlan, campaign: Campaign, day: date) -> int:
    """Return for how long the service that counts and is open longest is open on a day; 0 without hours."""
    if not plan.hours.given:
        return 0
    services = [one for one in plan.services if one.code in campaign.services]
    return max((sum(until - since for since, until in spans_on(plan, day, one)) for one in services), default=0)


@dataclass(slots=True)
class Calendar:
    """The service days from a day on, looked up as far as somebody asks."""

    serves: Serves
    begin: date
    _found: list[date] = field(default_factory=list)
    _looked: int = 0

    def until(self, last: date) -> list[date]:
        """Return the service days up to a day, itself included."""
        while self._looked < FARTHEST and self.begin + self._looked * DAY <= last:
            self._look()
        return [day for day in self._found if day <= last]

    def forecast(self, days: int) -> Forecast:
        """Return on which day so many service days are over."""
        while len(self._found) < days <= FARTHEST and self._looked < FARTHEST:
            self._look()
        return Forecast(days, self._found[days - 1] if 0 < days <= len(self._found) else None)

    def _look(self) -> None:
        day = self.begin + self._looked * DAY
        self._looked += 1
        if self.serves(day):
            self._found.append(day)


def _own_days(campaign: Campaign, counted: Mapping[date, int], today: date, serves: Serves) -> list[int]:
    """Return the persons of the last service days before today, newest first; one without anybody counts as well."""
    found: list[int] = []
    day = today - DAY
    while len(found) < LAST_DAYS and day >= max(campaign.start_on, today - FARTHEST * DAY):
        if serves(day) or counted.get(day):
            found.append(counted.get(day, 0))
        day -= DAY
    return found


def _pace(campaign: Campaign, own: Sequence[int]) -> Pace | None:
    if len(own) < ENOUGH_DAYS and campaign.pace:
        return Pace(Fraction(campaign.pace))
    return Pace(Fraction(sum(own), len(own)), len(own), sum(own)) if own else None


def _days_for(left: int, a_day: Fraction) -> int:
    return -(-left // a_day)


def _range(left: int, own: Sequence[int], draws: Random) -> tuple[int, int]:
    """Return the service days that a tenth of the draws stays below, and that a tenth exceeds.

    Each draw takes as many of the own days as there are, with repetition, and lives through days like these. So the
    range knows both that few days were seen and that days differ.
    """
    found = sorted(_drawn(left, draws.choices(own, k=len(own)), draws) for _ in range(RUNS))
    return found[RUNS // 10 - 1], found[RUNS * 9 // 10 - 1]


def _drawn(left: int, days: Sequence[int], draws: Random) -> int:
    total = sum(days)
    if not total:
        return FARTHEST + 1
    for number, persons in enumerate(draws.choices(days, k=DRAWN), 1):
        left -= persons
        if left <= 0:
            return number
    return DRAWN + _days_for(left, Fraction(total, len(days)))
