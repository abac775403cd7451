"""Every figure of the stage board is a sum over the journal's lines, and what it says of days is true or unsure."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.cases.board import (
    BY_HAND,
    FEW_CASES,
    FEW_WEEKS,
    FULL,
    GROWING,
    GROWS,
    LONGEST,
    SHRINKING,
    UNEVEN,
    ServiceBoard,
    StageFigures,
    Stay,
    board,
    outlook,
)
from antrean.queueing.cases.book import Case, CaseBook, Flow
from antrean.queueing.cases.telling import days_now
from antrean.queueing.commands import AskCase, KeyInCases, TakeBackCases, WithdrawCase
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import WEEKDAYS, Hours
from antrean.queueing.journal.entry import JournalEntry, to_data
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import SetClock
from tests.queueing.cases.case_office import STAGES, CaseOffice, journeying

WORKING = Hours(week={day: read_spans(["08:00-15:00"]) for day in WEEKDAYS[:5]})
DAY = timedelta(days=1)
DOWN = range(25, 28)  # service days on which nothing comes back from the centre
VISITS, PERSONS = 5, 5  # of a service day: 40 of them have a thousand persons
MONDAY = date(2026, 11, 30)


# --- An office over forty service days, and what its journal says ---------------------------------------------------


@dataclass
class Centre:
    """An office whose cards go through a centre. Everything it does is a command of the real queue."""

    here: CaseOffice
    draws: Random = field(default_factory=lambda: Random(40))
    days: list[date] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.days[-1]

    def live(self) -> None:
        """Live through one service day, and stand before its close."""
        number = len(self.days)
        if number:
            self.here.next_day(3 if self.today.weekday() == 4 else 1)
        self.days.append(self.here.office.business_day())
        self._go_on(1, "recorded", "sent", 60)
        if number not in DOWN:
            for code in self._waited(3, "sent")[:40]:
                self.here.move("checked" if sum(map(ord, code)) % 4 == 0 else "printed", code)
        self._go_on(2, "checked", "printed", 60)
        self._go_on(1, "printed", "ready", 60)
        collected = [code for code in self._waited(1, "ready") if self.draws.random() < 0.4]
        if collected:
            self.here.move("collected", *collected)
        for _ in range(VISITS):
            self.here.record(persons=PERSONS)
        self._by_hand(number)

    def _go_on(self, days: int, stage: str, to: str, most: int) -> None:
        codes = self._waited(days, stage)[:most]
        if codes:
            self.here.move(to, *codes)

    def _waited(self, days: int, stage: str) -> list[str]:
        """Return the codes of the cases that are in a stage for so many service days, oldest first."""
        begin = self.days[-1 - days] if len(self.days) > days else date.min
        found = [one for one in self.here.book.cases.values() if one.stage == stage and not one.ended]
        here = self.here.plan.tz
        old = [one for one in found if one.since.astimezone(here).date() <= begin]
        return [one.code for one in sorted(old, key=lambda one: (one.since, one.code))]

    def _by_hand(self, number: int) -> None:
        """Do what people do now and then: ask, take a move back, withdraw, key in."""
        sent = [one.code for one in self.here.book.cases.values() if one.stage == "sent"]
        for code in sent[: number % 4]:
            self.here.do(AskCase(case=code, place="phone"))
        if number % 5 == 3:
            self.here.do(TakeBackCases(cases=tuple(sent[-2:]), stage="sent"))
        if number % 9 == 4:
            self.here.do(WithdrawCase(case=sent[0], reason="twice"))
        if number == 6:
            self.here.do(KeyInCases(cases=("OLD1", "OLD2", "OLD3"), service="card", stage="sent"))


def lines(entries: Iterable[JournalEntry]) -> Iterator[str]:
    """Yield the lines of a journal as JSON, as any program could read them."""
    for one in entries:
        said = {"at": one.at.isoformat(), "day": one.business_day.isoformat(), "kind": one.event.kind}
        yield json.dumps({**said, **to_data(one.event)})


class Span(NamedTuple):
    """A case at a stage: the day on which it came, the one on which it left, and to where; both "" while it stays."""

    stage: str
    came: str
    left: str
    to: str
    keyed: bool


@dataclass
class Story:
    """What a journal says of one case: where it came and when, and how it left without a move."""

    code: str
    came: list[tuple[str, str, datetime, bool]]  # stage, day, since, whether it was keyed in
    left: str = ""  # the day on which it was withdrawn or expired
    ended: bool = False

    def spans(self) -> list[Span]:
        """Return its time at each stage, oldest first."""
        after = [*((stage, day) for stage, day, *_ in self.came[1:]), ("", self.left)]
        return [
            Span(stage, day, left, to, keyed)
            for (stage, day, _since, keyed), (to, left) in zip(self.came, after, strict=True)
        ]


def stories(journal: Iterable[str]) -> tuple[list[Story], Counter[str]]:
    """Return what lines say of each case, and how many asked on each day for one that was not ready."""
    known: dict[str, Story] = {}
    every: list[Story] = []
    spared: Counter[str] = Counter()
    for line in map(json.loads, journal):
        codes, at, day = line.get("cases", "").split(), datetime.fromisoformat(line["at"]), line["day"]
        if line["kind"] in ("case.opened", "case.keyed_in"):
            keyed = line["kind"] == "case.keyed_in"
            since = datetime.fromisoformat(line["since"]) if keyed else at
            for code in codes:
                known[code] = Story(code, [(line["stage"], day, since, keyed)])
                every.append(known[code])
        for code in codes:
            if line["kind"] == "case.moved":
                known[code].came.append((line["stage"], day, at, False))
                known[code].ended = line["ends"]
            elif line["kind"] == "case.taken_back":
                known[code].came.pop()
                known[code].ended = False
            elif line["kind"] == "case.withdrawn":
                known.pop(code).left = day
        if line["kind"] == "case.asked" and not line["ready"]:
            spared[day] += 1
    return every, spared


def weeks_before(today: date, first: date) -> list[list[date]]:
    """Return the service days of the whole weeks before a day that count, of an office that works Monday to Friday.

    Four at most, and as soon as three others are known not the first one, in which stages filled.
    """
    known = (today - first).days // 7
    count = min(known - 1, 4) if known > 3 else known
    begins = [today - DAY * 7 * number for number in range(count, 0, -1)]
    return [[begin + DAY * n for n in range(7) if (begin + DAY * n).weekday() < 5] for begin in begins]


def working_days(first: str, last: str) -> int:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return sum((begin + DAY * n).weekday() < 5 for n in range(1, (end - begin).days + 1))


class Expected:
    """What the board has to say, added up from the stories."""

    def __init__(self, told: list[Story], today: date) -> None:
        self.told, self.today, self.weeks = told, today, weeks_before(today, MONDAY)
        self.spans = [span for one in told for span in one.spans()]
        self.days = [day.isoformat() for week in self.weeks for day in week]

    def now(self, stage: str) -> list[tuple[datetime, str]]:
        """Return those in a stage, each since when, oldest first."""
        here = [one for one in self.told if not one.left and not one.ended and one.came[-1][0] == stage]
        return sorted((one.came[-1][2], one.code) for one in here)

    def arrivals(self, stage: str, days: Sequence[str]) -> int:
        return sum(one.stage == stage and one.came in days and not one.keyed for one in self.spans)

    def departures(self, stages: Sequence[str], days: Sequence[str]) -> int:
        """Return how many left some stages taken as one, by a move."""
        return sum(
            one.stage in stages and bool(one.to) and one.to not in stages and one.left in days for one in self.spans
        )

    def number(self, stages: Sequence[str], day: str) -> int:
        """Return how many were in some stages at the end of a day."""
        return sum(one.stage in stages and one.came <= day and (not one.left or one.left > day) for one in self.spans)

    def real_days(self, stages: Sequence[str]) -> list[int]:
        """Return in how many service days each case went through some stages that left them in these weeks."""
        found = []
        for one in self.told:
            inside = [span for span in one.spans() if span.stage in stages]
            if inside and inside[-1].to and inside[-1].left in self.days and not inside[0].keyed:
                found.append(working_days(inside[0].came, inside[-1].left))
        return found

    def stay(self, stages: Sequence[str]) -> tuple[Fraction, Fraction, float, float]:
        """Return the mean number, those that left a day, and how far from each other the weeks are."""
        numbers = [sum(self.number(stages, day.isoformat()) for day in week) for week in self.weeks]
        gone = [self.departures(stages, [day.isoformat() for day in week]) for week in self.weeks]
        about = sum(numbers) / sum(gone)
        rest = [number - about * left for number, left in zip(numbers, gone, strict=True)]
        t = {2: 3.078, 3: 1.886, 4: 1.638}[len(rest)]
        half = t * statistics.stdev(rest, xbar=0) / len(rest) ** 0.5 / (sum(gone) / len(gone))
        count = len(self.days)
        return Fraction(sum(numbers), count), Fraction(sum(gone), count), max(about - half, 0), about + half


class Evening(NamedTuple):
    """The office at the end of a service day, and the lines of its journal until then."""

    number: int
    today: date
    book: CaseBook
    plan: OfficePlan
    said: list[str]

    def board(self) -> ServiceBoard:
        return board(self.book, self.plan, self.today)[0]


@pytest.fixture(scope="module")
def forty_days() -> list[Evening]:
    """Return the end of each service day from the eleventh on."""
    plan, clock = journeying(hours=WORKING), SetClock()
    clock.forward(hours=24 * (MONDAY - clock().date()).days)
    centre = Centre(CaseOffice(plan, clock=clock))
    found = []
    for number in range(40):
        centre.live()
        if number >= 10:
            found.append((number, centre.today, centre.here.book, centre.here.journal.last_seq()))
    written = list(lines(centre.here.journal.entries))
    return [Evening(number, today, book, plan, written[:seq]) for number, today, book, seq in found]


def test_the_figures_of_a_thousand_cases_over_forty_days_are_sums_over_the_lines_of_the_journal(
    forty_days: list[Evening],
) -> None:
    every = map(json.loads, forty_days[-1].said)
    assert sum(len(one["cases"].split()) for one in every if one["kind"] == "case.opened") == 1000
    for evening in forty_days[::3]:
        told, spared = stories(evening.said)
        seen, today = evening.board(), evening.today
        here = Expected(told, today)
        assert [day.isoformat() for day in seen.days] == here.days
        for figures in seen.stages:
            _check_stage(here, figures, evening.plan)
        assert seen.strays == 0
        assert seen.under_way == sum(not one.left and not one.ended for one in told)
        assert seen.collected == here.arrivals("collected", here.days)
        assert seen.collected_today == here.arrivals("collected", [today.isoformat()])
        assert seen.spared == sum(spared[day] for day in (*here.days, today.isoformat()))
        _check_stay(here, ["recorded", "sent", "checked", "printed"], seen.road)


def _check_stage(here: Expected, figures: StageFigures, plan: OfficePlan) -> None:
    stage, today = figures.stage.code, [here.today.isoformat()]
    now = here.now(stage)
    assert figures.count == len(now)
    oldest = figures.oldest
    assert (oldest and (oldest.since, oldest.code)) == (now[0] if now else None)
    assert (figures.came, figures.came_today) == (here.arrivals(stage, here.days), here.arrivals(stage, today))
    assert (figures.went, figures.went_today) == (here.departures([stage], here.days), here.departures([stage], today))
    if figures.stage.usual_days is not None:
        days = [working_days(since.astimezone(plan.tz).date().isoformat(), today[0]) for since, _code in now]
        late = sum(one > figures.stage.usual_days for one in days)
        assert (figures.late and figures.late.many) == late
    if here.days:
        before = (here.weeks[0][0] - DAY).isoformat()
        assert figures.grew == here.number([stage], here.days[-1]) - here.number([stage], before)
    _check_stay(here, [stage], figures.stay)


def _check_stay(here: Expected, stages: list[str], stay: Stay) -> None:
    if len(here.weeks) < 2:
        assert stay.unsure == FEW_WEEKS
        return
    number, gone, low, high = here.stay(stages)
    assert (stay.number, stay.gone, stay.about) == (number, gone, number / gone)
    assert stay.low == pytest.approx(low, abs=1e-9)
    assert stay.high == pytest.approx(high)


def test_what_is_said_to_be_sure_is_within_a_tenth_of_how_long_cases_really_stayed(
    forty_days: list[Evening],
) -> None:
    checked = 0
    for evening in forty_days[::2]:
        here, seen = Expected(stories(evening.said)[0], evening.today), evening.board()
        stays = [(["recorded", "sent", "checked", "printed"], seen.road)]
        stays += [([one.stage.code], one.stay) for one in seen.stages]
        for stages, stay in stays:
            if stay.sure:
                real = statistics.mean(here.real_days(stages))
                assert float(stay.about or 0) == pytest.approx(real, rel=0.1)
                checked += 1
    assert checked > 30


def test_days_are_sure_in_steady_weeks_and_unsure_at_the_start_and_while_weeks_with_the_centre_down_count(
    forty_days: list[Evening],
) -> None:
    unsure = {}
    for evening in forty_days:
        seen = evening.board()
        unsure[evening.number] = {one.stage.code: one.stay.unsure for one in seen.stages} | {"": seen.road.unsure}
    assert {why for number in range(10, 20) for why in unsure[number].values()} == {FEW_WEEKS}
    assert set(unsure[24].values()) == {""}  # the last evening before the centre was down
    assert {unsure[number]["sent"] for number in range(27, 40)} == {GROWING, UNEVEN}
    assert {unsure[number][""] for number in range(28, 33)} == {GROWING}
    assert {unsure[number]["recorded"] for number in range(20, 40)} == {""}  # which the centre did not hold up


def test_residents_read_the_measured_days_while_they_are_sure_and_longer_than_the_plan_says(
    forty_days: list[Evening],
) -> None:
    short = tuple(replace(one, usual_days=1 if one.usual_days else None) for one in STAGES)
    for evening, expected in zip(forty_days[14:20:5], ({"card": 5}, {}), strict=True):  # before, and the centre down
        plan = journeying(Journey(short), hours=WORKING)
        assert days_now(evening.book, plan, evening.today) == expected
        assert days_now(evening.book, evening.plan, evening.today) == {}  # by its plan it takes seven


# --- Books that a test writes by hand -------------------------------------------------------------------------------

TODAY = MONDAY + 70 * DAY


def lived(spans: Iterable[tuple[int, int]], stage: str = "sent") -> CaseBook:
    """Return the book of cases that came to a stage so many calendar days after a Monday, and stayed for so many."""
    flows: dict[date, dict[tuple[str, str], Flow]] = {MONDAY: {("card", stage): Flow()}}
    cases = {}
    for number, (came, stay) in enumerate(spans):
        days = [(MONDAY + came * DAY, Flow(came=1))]
        if MONDAY + (came + stay) * DAY <= TODAY:
            days.append((MONDAY + (came + stay) * DAY, Flow(went=1)))
        else:
            since = datetime.combine(MONDAY + came * DAY, datetime.min.time(), UTC)
            cases[f"C{number}"] = Case(f"C{number}", "card", stage, since, MONDAY, number)
        for day, more in days:
            before = flows.setdefault(day, {}).get(("card", stage), Flow())
            flows[day]["card", stage] = Flow(*map(sum, zip(before, more, strict=True)))
    return CaseBook(cases, dict(sorted(flows.items())))


def shown(book: CaseBook, plan: OfficePlan | None = None, stage: str = "sent") -> StageFigures:
    return next(one for one in board(book, plan or journeying(), TODAY)[0].stages if one.stage.code == stage)


@given(st.lists(st.tuples(st.integers(43, 60), st.integers(0, 9)), min_size=1))
def test_where_the_stage_is_empty_before_and_after_the_law_gives_exactly_the_mean_of_the_days_that_cases_stayed(
    spans: list[tuple[int, int]],
) -> None:
    figures = shown(lived(spans))
    assert figures.stay.about == Fraction(sum(stay for _came, stay in spans), len(spans))
    assert (figures.came, figures.went, figures.grew, figures.count) == (len(spans), len(spans), 0, 0)


@given(st.lists(st.tuples(st.integers(0, 70), st.integers(0, 30))))
def test_the_number_of_now_is_what_came_and_did_not_go_however_cases_came_and_went(
    spans: list[tuple[int, int]],
) -> None:
    figures = shown(lived(spans))
    assert figures.count == sum(came + stay > 70 for came, stay in spans)
    here = [(came, came + stay) for came, stay in spans]
    assert figures.came == sum(42 <= came < 70 for came, _went in here)
    assert figures.went == sum(42 <= went < 70 for _came, went in here)
    assert figures.grew == figures.came - figures.went
    total = sum(came <= day < went for came, went in here for day in range(42, 70))
    assert figures.stay.number == Fraction(total, 28)


STEADY = [(day, 7) for day in range(70) for _ in range(5)]


@pytest.mark.parametrize(
    ("spans", "unsure"),
    [
        (STEADY, ""),
        (STEADY[:-75], SHRINKING),
        ([*STEADY, *((day, 99) for day in range(60, 70) for _ in range(5))], GROWING),
        ([(day, 7) for day in range(0, 70, 3)], FEW_CASES),
        ([(day, 7 if day < 58 else 1) for day in range(70) for _ in range(5)], SHRINKING),
        ([(day, 14 if 49 <= day < 56 else 2) for day in range(70) for _ in range(5)], UNEVEN),
    ],
)
def test_why_days_are_not_sure_is_said(spans: list[tuple[int, int]], unsure: str) -> None:
    assert shown(lived(spans)).stay.unsure == unsure


def test_days_are_not_sure_where_many_were_keyed_in_or_withdrawn() -> None:
    book = lived(STEADY)
    assert shown(book).stay.about == 7
    for day, more in ((50, 10), (55, -10)):
        book = book.counting([(MONDAY + day * DAY, "card", "sent", Flow(other=more))])
    assert shown(book).stay.unsure == BY_HAND


def test_a_stage_that_nobody_left_has_no_days() -> None:
    figures = shown(lived([(day, 99) for day in range(70)]))
    assert (figures.count, figures.stay.about, figures.stay.low, figures.stay.unsure) == (70, None, None, GROWING)


def test_the_bottleneck_is_where_more_come_than_can_go_on_then_where_more_stay_then_where_they_stay_longest() -> None:
    sent, checked = lived(STEADY), lived([(day, 2) for day, _stay in STEADY], "checked")

    def held_up(stage: str, limit: int | None, *books: CaseBook) -> tuple[str, str]:
        every = CaseBook()
        for book in books:
            every = every.with_cases(book.cases.values()).counting(
                (day, *place, flow) for day, of_day in book.flows.items() for place, flow in of_day.items()
            )
        stages = tuple(replace(one, capacity=limit if one.code == stage else None) for one in STAGES)
        found = board(every, journeying(Journey(stages)), TODAY)[0].bottleneck
        return (found.stage.code, found.why) if found is not None else ("", "")

    grows = lived([*((day, 2) for day, _stay in STEADY), *((day, 99) for day in range(50, 70))], "checked")
    assert held_up("printed", None, sent, checked) == ("sent", LONGEST)
    assert held_up("printed", None, sent, grows) == ("checked", GROWS)
    assert held_up("checked", 4, sent, grows) == ("sent", FULL)  # five a day come, four can go on
    assert held_up("checked", 5, sent, checked) == ("sent", LONGEST)
    assert held_up("printed", None) == ("", "")


def test_the_late_ones_are_those_that_stay_for_more_service_days_than_is_usual() -> None:
    plan = journeying(hours=WORKING)  # three service days are usual for what was sent; today is a Monday
    book = lived([(70 - days, 99) for days in (1, 3, 4, 5, 6, 7)])
    late = shown(book, plan).late
    assert late is not None
    assert (late.many, late.usual) == (2, 3)  # since Tuesday and Monday of last week
    assert shown(lived([(60, 99)], "ready"), stage="ready").late is None


def test_cases_in_a_stage_that_left_the_journey_are_counted_apart() -> None:
    fewer = journeying(Journey(tuple(one for one in STAGES if one.code != "sent")))
    seen = board(lived([(60, 99), (61, 99)]), fewer, TODAY)[0]
    assert (seen.strays, seen.under_way, [one.count for one in seen.stages]) == (2, 2, [0, 0, 0, 0])


def test_an_office_that_has_no_cases_yet_has_a_board_without_figures() -> None:
    here = CaseOffice()
    seen = board(here.book, here.plan, MONDAY)[0]
    assert (seen.days, seen.bottleneck, seen.road.about, seen.under_way, seen.spared) == ((), None, None, 0, 0)
    assert all(one.oldest is None and one.count == 0 for one in seen.stages)


def test_only_services_with_a_journey_stand_on_the_board() -> None:
    assert [one.service.code for one in board(CaseBook(), journeying(), TODAY)] == ["card"]


@given(st.integers(0, 2000), st.integers(0, 300), st.integers(0, 300), st.integers(1, 100))
def test_another_pace_comes_out_as_it_does_day_by_day(count: int, come: int, go: int, days: int) -> None:
    left, gone_in = count, 0 if not count else None
    for day in range(1, 2001):
        left = max(left + come - go, 0)
        if day == days:
            assert outlook(count, Fraction(come), go, days).after == left
        if not left and gone_in is None:
            gone_in = day
    seen = outlook(count, Fraction(come), go, days)
    assert seen.gone_in == (gone_in if go > come or not count else None)


def test_another_pace_counts_parts_of_a_case_as_a_whole_one() -> None:
    seen = outlook(10, Fraction(5, 2), 3, 3)
    assert (seen.after, seen.gone_in) == (9, 20)
    assert outlook(10, Fraction(3), 3, 9).gone_in is None
