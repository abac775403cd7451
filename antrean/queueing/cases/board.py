"""How the cases of a service stand at each stage: how many, how many come and go, and how long they stay. Pure.

Days are business days. A service day is one on which, by its hours, the service is open, or on which one of its cases
moved all the same. What is said of flows is said of whole weeks, the newest ones before today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import sqrt
from typing import NamedTuple

from antrean.queueing.cases.book import Case, CaseBook, Flow
from antrean.queueing.hours.calendar import spans_on
from antrean.queueing.plan.journeys import Journey, Stage
from antrean.queueing.plan.model import OfficePlan, Service

WEEKS = 4  # newest weeks that are looked at
# So many after the first known one, in which stages filled: with fewer nobody knows how much weeks differ.
ENOUGH_WEEKS = 3
ENOUGH_CASES = 20  # that left the stage in these weeks
# Of those that left a stage in these weeks: if its number changed by more, Little's law may be a tenth wrong or more.
MOST_CHANGE = Fraction(1, 20)
MOST_BY_HAND = Fraction(1, 10)  # of the same: so many may come and go for other reasons
STRONG_CHANGE = Fraction(1, 10)  # of the same: a stage that grows by more holds cases up
WIDEST, NARROW = 0.2, 0.25  # half a range, as a part of the days or in service days, which of them is more
# Eight of ten ranges hold the true figure: Student's t for two to four weeks.
SPREAD = {2: 3.078, 3: 1.886, 4: 1.638}
FARTHEST = 400  # calendar days back in which the limit of what is late is looked for

FEW_WEEKS, FEW_CASES, GROWING, SHRINKING, BY_HAND, UNEVEN = (
    "few_weeks", "few_cases", "growing", "shrinking", "by_hand", "uneven",
)  # fmt: skip
UNSURE = (FEW_WEEKS, FEW_CASES, GROWING, SHRINKING, BY_HAND, UNEVEN)  # why nobody is sure, the first that holds
FULL, GROWS, LONGEST = "full", "grows", "longest"  # why a stage is the bottleneck
DAY, A_WEEK = timedelta(days=1), 7


@dataclass(frozen=True, slots=True)
class Stay:
    """How many service days cases stay, by Little's law: `number`, their mean number, divided by `gone` a service day.

    `about` is None where none left. `low` and `high` hold the true figure 8 of 10 times; None where there are too few
    weeks. `unsure` says why nobody should rely on it: one of UNSURE, "" for a figure that holds.
    """

    number: Fraction
    gone: Fraction
    about: Fraction | None = None
    low: float | None = None
    high: float | None = None
    unsure: str = FEW_WEEKS

    @property
    def sure(self) -> bool:
        """Whether the figure holds."""
        return not self.unsure


class Late(NamedTuple):
    """How many are in a stage for more service days than is usual, and how many days that is."""

    many: int
    usual: int


@dataclass(frozen=True, slots=True)
class StageFigures:
    """How one stage stands: how many cases are there, the one that is there for longest, and their flows.

    `came` and `went` are of the whole weeks; `came_today` and `went_today` of today so far. `grew` is by how many more
    were there at the end of these weeks than before them. `late` is None where the plan has no usual days. `limit` is
    how many a day the office can bring to the next stage, by the plan; None for no limit.
    """

    stage: Stage
    count: int
    oldest: Case | None
    late: Late | None
    came: int
    went: int
    grew: int
    came_today: int
    went_today: int
    limit: int | None
    came_a_day: Fraction
    stay: Stay


class Bottleneck(NamedTuple):
    """Where cases are held up, and why: more come than the next stage can take, more come than go, or longest there."""

    stage: Stage
    why: str


@dataclass(frozen=True, slots=True)
class ServiceBoard:
    """How the cases of one service stand. `days` are the service days of the whole weeks, `weeks` how many these are.

    `first` and `last` are the first and the last of these days. `strays` are cases in a stage that left the journey.
    `road` is from the first stage until a case is ready. `spared` asked in these weeks and today, and had to take no
    number.
    """

    service: Service
    journey: Journey
    stages: tuple[StageFigures, ...]
    strays: int
    weeks: int
    days: tuple[date, ...]
    road: Stay
    bottleneck: Bottleneck | None
    spared: int
    collected: int
    collected_today: int

    @property
    def under_way(self) -> int:
        """How many cases have not ended."""
        return sum(one.count for one in self.stages) + self.strays


def board(book: CaseBook, plan: OfficePlan, today: date) -> list[ServiceBoard]:
    """Return how the cases of each service with a journey stand, in the plan's order."""
    there: dict[str, dict[str, list[Case]]] = defaultdict(lambda: defaultdict(list))
    for case in book.cases.values():
        if not case.ended:
            there[case.service][case.stage].append(case)
    return [
        _of_service(book, plan, service, service.journey, there[service.code], today)
        for service in plan.services
        if service.journey is not None
    ]


def roads(book: CaseBook, plan: OfficePlan, today: date) -> Iterator[tuple[Service, Journey, Stay]]:
    """Yield how long it takes until a case of each service is ready, as the board says it, without the rest of it."""
    there: dict[tuple[str, str], int] = defaultdict(int)
    for case in book.cases.values():
        if not case.ended:
            there[case.service, case.stage] += 1
    for service in plan.services:
        if service.journey is not None:
            counts = {one.code: there[service.code, one.code] for one in service.journey.stages}
            window = _Window.of(book, plan, service, today)
            yield service, service.journey, _road(window, service.journey, counts)


def _of_service(
    book: CaseBook,
    plan: OfficePlan,
    service: Service,
    journey: Journey,
    there: Mapping[str, Sequence[Case]],
    today: date,
) -> ServiceBoard:
    window = _Window.of(book, plan, service, today)
    counts = {code: len(cases) for code, cases in there.items()}
    stages = tuple(
        _of_stage(window, plan, service, stage, after, there.get(stage.code, ()))
        for stage, after in zip(journey.stages[:-1], journey.stages[1:], strict=True)
    )
    last = journey.last.code
    return ServiceBoard(
        service=service,
        journey=journey,
        stages=stages,
        strays=sum(counts.values()) - sum(one.count for one in stages),
        weeks=len(window.weeks),
        days=tuple(window.days),
        road=_road(window, journey, counts),
        bottleneck=_bottleneck(stages[:-1]),
        spared=sum(book.spared.get(day, {}).get(service.code, 0) for day in (*window.days, today)),
        collected=sum(window.flow(day, [last]).came for day in window.days),
        collected_today=window.flow(today, [last]).came,
    )


def _of_stage(
    window: _Window, plan: OfficePlan, service: Service, stage: Stage, after: Stage, there: Sequence[Case]
) -> StageFigures:
    codes = [stage.code]
    flows, now = [window.flow(day, codes) for day in window.days], window.flow(window.today, codes)
    came = sum(one.came for one in flows)
    return StageFigures(
        stage=stage,
        count=len(there),
        oldest=min(there, key=lambda one: (one.since, one.code), default=None),
        late=_late(plan, service, stage, there, window.today),
        came=came,
        went=sum(one.went for one in flows),
        grew=sum(_net(one) for one in flows),
        came_today=now.came,
        went_today=now.went,
        limit=after.capacity,
        came_a_day=Fraction(came, len(flows)) if flows else Fraction(),
        stay=_stay(window, codes, len(there)),
    )


def _road(window: _Window, journey: Journey, counts: Mapping[str, int]) -> Stay:
    """Return how long cases stay in the stages before they are ready, taken as one: some skip a stage of them."""
    before = [one.code for one in journey.stages[:-2]]
    return _stay(window, before, sum(counts.get(code, 0) for code in before))


@dataclass(frozen=True, slots=True)
class _Window:
    """The whole weeks of a service before today, each with its service days, oldest first, and its flows."""

    service: str
    book: CaseBook
    today: date
    weeks: Sequence[Sequence[date]]
    settled: bool

    @classmethod
    def of(cls, book: CaseBook, plan: OfficePlan, service: Service, today: date) -> _Window:
        """Return those weeks of which it is known what happened; one without a service day is left out.

        The first known one, too, as soon as there are enough without it: stages that fill say nothing of how long cases
        stay. From then on it is `settled`.
        """
        moved = {day for day, flows in book.flows.items() if any(one == service.code for one, _stage in flows)}
        found = []
        for number in range(WEEKS + 1, 0, -1):
            begin = today - number * A_WEEK * DAY
            if not moved or begin < min(moved):
                continue
            week = [begin + n * DAY for n in range(A_WEEK)]
            days = [day for day in week if day in moved or is_service_day(plan, service, day)]
            if days:
                found.append(days)
        settled = len(found) > ENOUGH_WEEKS
        return cls(service.code, book, today, found[1:] if settled else found, settled)

    @property
    def days(self) -> list[date]:
        """The service days of all weeks."""
        return [day for week in self.weeks for day in week]

    def flow(self, day: date, stages: Iterable[str]) -> Flow:
        """Return how many came to some stages and left them on a day; a move between two of them is both."""
        of_day = self.book.flows.get(day, {})
        return Flow(*map(sum, zip(Flow(), *(of_day.get((self.service, one), Flow()) for one in stages), strict=True)))

    def net_after(self, day: date, stages: Sequence[str]) -> int:
        """Return by how many more are in some stages now than at the end of a day."""
        return sum(_net(self.flow(later, stages)) for later in self.book.flows if later > day)


def _net(flow: Flow) -> int:
    return flow.came - flow.went + flow.other


def _stay(window: _Window, stages: Sequence[str], count: int) -> Stay:
    """Return how long cases stay in some stages taken as one, in which so many are now.

    A case that comes on a service day and leaves on the third one after it is counted at the end of three of them. So
    the numbers at the ends of days, added up, are the service days that cases stayed, and no time of day matters. The
    range comes from how much the weeks differ from each other (batch means, with a ratio in each).
    """
    if not window.weeks:
        return Stay(Fraction(), Fraction())
    inside = stages[1:]  # cases are opened in the first stage: who comes to another one came from inside
    numbers, gone, by_hand = [], [], 0
    first = window.weeks[0][0]
    now = count - window.net_after(first - DAY, stages)
    before = now
    for week in window.weeks:
        total = left = 0
        for day in week:
            flow = window.flow(day, stages)
            now += _net(flow)
            total += now
            left += flow.went - window.flow(day, inside).came
            by_hand += abs(flow.other)
        numbers.append(total)
        gone.append(left)
    days, number, left = len(window.days), sum(numbers), sum(gone)
    about = Fraction(number, left) if left > 0 else None
    half = _half_range(numbers, gone, about)
    return Stay(
        number=Fraction(number, days),
        gone=Fraction(left, days),
        about=about,
        low=max(float(about) - half, 0.0) if about is not None and half is not None else None,
        high=float(about) + half if about is not None and half is not None else None,
        unsure=_unsure(window.settled, left, now - before, by_hand, about, half),
    )


def _half_range(numbers: Sequence[int], gone: Sequence[int], about: Fraction | None) -> float | None:
    weeks = len(numbers)
    if about is None or weeks not in SPREAD:
        return None
    rest = sum((number - about * left) ** 2 for number, left in zip(numbers, gone, strict=True))
    return SPREAD[weeks] * sqrt(rest / (weeks - 1) * weeks) / sum(gone)


def _unsure(settled: bool, left: int, grew: int, by_hand: int, about: Fraction | None, half: float | None) -> str:
    """Return why the days that cases stay are not sure; "" where they are."""
    if not settled:
        return FEW_WEEKS
    if abs(grew) > STRONG_CHANGE * left and abs(grew) >= ENOUGH_CASES:
        return GROWING if grew > 0 else SHRINKING
    if left < ENOUGH_CASES or about is None or half is None:
        return FEW_CASES
    if abs(grew) > MOST_CHANGE * left:
        return GROWING if grew > 0 else SHRINKING
    if by_hand > MOST_BY_HAND * left:
        return BY_HAND
    return UNEVEN if half > max(WIDEST * about, NARROW) else ""


def _late(plan: OfficePlan, service: Service, stage: Stage, there: Sequence[Case], today: date) -> Late | None:
    """Return how many are in a stage for more service days than is usual, counted from the day after they came."""
    if stage.usual_days is None:
        return None
    days, over = today, 0
    for _ in range(FARTHEST):
        over += is_service_day(plan, service, days)
        days -= DAY
        if over > stage.usual_days:
            break
    return Late(sum(one.since.astimezone(plan.tz).date() <= days for one in there), stage.usual_days)


def is_service_day(plan: OfficePlan, service: Service, day: date) -> bool:
    """Whether a service is open on a day by its hours; without hours every day counts."""
    return not plan.hours.given or bool(spans_on(plan, day, service))


def _bottleneck(stages: Sequence[StageFigures]) -> Bottleneck | None:
    """Return where cases are held up of these stages, in which they wait for the office; None where nobody knows.

    First where more come than the plan says can go on, by how much more. Then where more are than before these weeks,
    by more than STRONG_CHANGE of those that left. Then where they stay for longest.
    """
    full = [one for one in stages if one.limit is not None and one.came_a_day > one.limit]
    if full:
        return Bottleneck(max(full, key=lambda one: one.came_a_day - (one.limit or 0)).stage, FULL)
    grows = [one for one in stages if one.grew >= ENOUGH_CASES and one.grew > STRONG_CHANGE * one.went]
    if grows:
        return Bottleneck(max(grows, key=lambda one: one.grew).stage, GROWS)
    stays = [(one.stay.about, one.stage) for one in stages if one.stay.about]
    return Bottleneck(max(stays, key=lambda one: one[0])[1], LONGEST) if stays else None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of `count` cases when `come` a service day come on average and `go` a service day go on.

    `after` are still there after `days` service days. None is left after `gone_in`; None where they never are.
    """

    count: int
    come: Fraction
    go: int
    days: int
    after: int
    gone_in: int | None


def outlook(count: int, come: Fraction, go: int, days: int) -> Outlook:
    """Return what becomes of so many cases; as many come every day, and as many go as can."""
    more = come - go
    after = max(Fraction(), count + days * more)
    gone_in = _up(count / -more) if more < 0 else None
    return Outlook(count, come, go, days, _up(after), gone_in if count else 0)


def _up(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)
