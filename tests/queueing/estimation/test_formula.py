"""What people may rely on when the office says how long it will take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.estimation.formula import Estimator, Interval, rounded
from antrean.queueing.estimation.service_rate import ServiceRate

FIRST = 8 * 60.0
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["arrive", "call", "leave", "counters", "pause", "resume"]),
        st.floats(0.0, 20.0),
        st.integers(0, 9),
    ),
    min_size=10,
    max_size=60,
)


def walk(steps: list[tuple[str, float, int]], estimator: Estimator) -> float:
    """Feed a random but possible course of events of one service and return the time at its end."""
    at, line, number = FIRST, [f"A-{n}" for n in range(6)], 6
    estimator.counters_are("A", at, 2)
    for place, ticket in enumerate(line, 1):
        estimator.arrived(ticket, "A", at, place)
    estimator.queue_is("A", at, len(line))
    for what, pause, size in steps:
        at += pause
        if what == "arrive":
            number += 1
            estimator.arrived(f"A-{number}", "A", at, len(line) + 1)
            line.append(f"A-{number}")
        elif what == "call" and line:
            estimator.called(line.pop(0), "A", at)
        elif what == "leave" and line:
            line.pop()
        elif what == "counters":
            estimator.counters_are("A", at, size)
        elif what == "pause":
            estimator.paused("A", at)
        elif what == "resume":
            estimator.resumed("A", at)
        estimator.queue_is("A", at, len(line))
    return at


def steady(every: float = 4.0, calls: int = 20, estimator: Estimator | None = None) -> tuple[Estimator, float]:
    """Return an estimator that saw a queue of ten with a call every so many minutes, and the time of the last."""
    estimator = estimator or Estimator()
    at = FIRST
    estimator.counters_are("A", at, 2)
    for number in range(10):
        estimator.arrived(f"A-{number}", "A", at, number + 1)
    estimator.queue_is("A", at, 10)
    for number in range(calls):
        at += every
        estimator.called(f"A-{number}", "A", at)
        estimator.arrived(f"A-{number + 10}", "A", at, 10)
        estimator.queue_is("A", at, 10)
    return estimator, at


@given(STEPS, st.integers(1, 300), st.one_of(st.none(), st.integers(1, 9)))
def test_an_interval_is_in_order_and_never_below_zero(
    steps: list[tuple[str, float, int]], place: int, counters: int | None
) -> None:
    estimator = Estimator()
    at = walk(steps, estimator)
    interval = estimator.guess("A", at, place, counters=counters)
    assert 0.0 <= interval.low <= interval.point <= interval.high


@given(STEPS, st.integers(1, 300), st.integers(1, 50))
def test_a_later_place_is_never_told_a_shorter_wait(
    steps: list[tuple[str, float, int]], place: int, further: int
) -> None:
    estimator = Estimator()
    at = walk(steps, estimator)
    near = estimator.guess("A", at, place)
    far = estimator.guess("A", at, place + further)
    for shorter, longer in zip(parts(near), parts(far), strict=True):
        assert shorter <= longer * (1 + 1e-9)
    assert all(a <= b for a, b in zip(rounded(near), rounded(far), strict=True))


@given(STEPS, st.integers(1, 300), st.integers(1, 9), st.integers(1, 9))
def test_more_open_counters_never_lengthen_a_wait(
    steps: list[tuple[str, float, int]], place: int, counters: int, more: int
) -> None:
    estimator = Estimator()
    at = walk(steps, estimator)
    few = estimator.guess("A", at, place, counters=counters)
    many = estimator.guess("A", at, place, counters=counters + more)
    for shorter, longer in zip(parts(many), parts(few), strict=True):
        assert shorter <= longer * (1 + 1e-9)


def test_a_counter_that_closes_lengthens_the_wait_at_once() -> None:
    estimator, at = steady()
    both = estimator.guess("A", at, 10, counters=2).point
    assert estimator.guess("A", at, 10, counters=1).point > 1.2 * both


@given(STEPS, st.integers(1, 40), st.floats(0, 300))
def test_asking_changes_nothing(steps: list[tuple[str, float, int]], place: int, later: float) -> None:
    asked, silent = Estimator(), Estimator()
    at = walk(steps, asked)
    walk(steps, silent)
    for ahead in range(place):
        asked.estimate("A", at + later, ahead + 1, counters=1)
        asked.guess("A", at + later, ahead + 1)
    assert asked.guess("A", at, place) == silent.guess("A", at, place)
    assert asked.memory() == silent.memory()


@given(STEPS, st.floats(0, 200), st.integers(1, 40))
def test_a_pause_freezes_what_waiting_people_were_told(
    steps: list[tuple[str, float, int]], later: float, place: int
) -> None:
    estimator = Estimator()
    at = walk(steps, estimator)
    estimator.paused("A", at)
    before = estimator.estimate("A", at, place, counters=2, arrived_at=FIRST)
    after = estimator.estimate("A", at + later, place, counters=2, arrived_at=FIRST)
    assert before == after


def test_a_pause_is_told_to_newcomers_as_not_known_yet_and_its_minutes_do_not_count() -> None:
    estimator, at = steady()
    before = estimator.estimate("A", at, 5, counters=2)
    waiting = estimator.estimate("A", at, 5, counters=2, arrived_at=at - 10)
    assert waiting is not None
    assert before is not None
    estimator.paused("A", at)
    assert estimator.estimate("A", at + 30, 5, counters=2) is None
    assert estimator.estimate("A", at + 30, 5, counters=2, arrived_at=at + 10) is None
    assert estimator.estimate("A", at + 30, 5, counters=2, arrived_at=at - 10) == waiting
    estimator.resumed("A", at + 50)
    resumed = estimator.estimate("A", at + 50, 5, counters=2)
    assert resumed is not None
    assert resumed.point == pytest.approx(before.point, rel=0.05)


def test_a_pause_of_one_service_leaves_the_others_alone() -> None:
    estimator, at = steady()
    estimator.queue_is("B", FIRST, 3)
    for minute in range(5):
        estimator.called(f"B-{minute}", "B", at - 5 + minute)
    before = estimator.estimate("B", at, 3, counters=1)
    estimator.paused("A", at)
    assert before is not None
    assert estimator.estimate("B", at, 3, counters=1) == before


@pytest.mark.parametrize(("calls", "known"), [(0, False), (4, False), (5, True), (30, True)])
def test_nothing_is_told_before_five_calls_were_seen(calls: int, known: bool) -> None:
    estimator, at = steady(calls=calls)
    assert (estimator.estimate("A", at, 3, counters=2) is not None) is known


def test_nothing_is_told_when_the_fifth_last_call_is_more_than_an_hour_old() -> None:
    estimator, at = steady(every=4.0)
    assert estimator.estimate("A", at + 60 - 16, 3, counters=2) is not None
    assert estimator.estimate("A", at + 60 - 16 + 0.1, 3, counters=2) is None


def test_nothing_is_told_when_no_counter_is_open_or_the_service_is_new() -> None:
    estimator, at = steady()
    assert estimator.estimate("A", at, 3, counters=0) is None
    assert estimator.estimate("B", at, 1, counters=2) is None
    assert estimator.estimate("A", at, 3) is not None


def test_a_slower_office_is_told_longer_waits() -> None:
    fast, at = steady(every=2.0)
    slow, later = steady(every=8.0)
    assert slow.guess("A", later, 8).point > 1.7 * fast.guess("A", at, 8).point


@given(STEPS, st.integers(1, 40), st.lists(st.tuples(st.floats(0, 90), st.integers(0, 5)), min_size=1, max_size=8))
def test_time_and_newcomers_never_bring_the_moment_forward_that_a_day_is_planned_on(
    steps: list[tuple[str, float, int]], place: int, later: list[tuple[float, int]]
) -> None:
    estimator = Estimator()
    at, queue = walk(steps, estimator), place
    estimator.queue_is("A", at, queue)
    foreseen = estimator.foreseen("A", at, place)
    for minutes, newcomers in later:
        if foreseen is None:
            return
        before = [at + part for part in parts(foreseen)]
        at, queue = at + minutes, queue + newcomers
        estimator.queue_is("A", at, queue)
        foreseen = estimator.foreseen("A", at, place)
        assert foreseen is not None
        for earlier, now in zip(before, parts(foreseen), strict=True):
            assert at + now >= earlier - 1e-6


def test_an_empty_queue_is_not_taken_for_a_slow_office() -> None:
    estimator, at = steady(every=3.0)
    before = estimator.guess("A", at, 5).point
    estimator.queue_is("A", at, 0)
    for minute in range(0, 90, 15):
        number = f"A-late-{minute}"
        estimator.arrived(number, "A", at + minute, 1)
        estimator.queue_is("A", at + minute, 1)
        estimator.called(number, "A", at + minute + 0.2)
        estimator.queue_is("A", at + minute + 0.2, 0)
    assert estimator.guess("A", at + 80, 5).point <= before * 1.2


def test_people_called_on_arrival_at_an_idle_counter_do_not_make_the_office_look_fast() -> None:
    pace = ServiceRate(5.0)
    pace.queue_is(FIRST, 10)
    for number in range(1, 21):
        pace.called(FIRST + 6.0 * number)
    at = FIRST + 120
    pace.queue_is(at, 0)
    before, _ = pace.rates(at, None)
    for number in range(1, 41):
        pace.queue_is(at + number, 1)
        pace.called(at + number + 0.1)
        pace.queue_is(at + number + 0.1, 0)
    after, _ = pace.rates(at + 41, None)
    assert after == pytest.approx(before, rel=0.1)


def test_a_party_counts_as_its_persons() -> None:
    singles, parties = Estimator(), Estimator()
    for estimator, persons in ((singles, 1), (parties, 3)):
        estimator.queue_is("A", FIRST, 12)
        for number in range(1, 11):
            estimator.called(f"A-{number}", "A", FIRST + 6.0 * number, persons)
    at = FIRST + 60
    assert parties.guess("A", at, 9).point < 0.6 * singles.guess("A", at, 9).point


def test_services_do_not_disturb_each_other_whatever_the_order_of_their_news() -> None:
    news = [(service, FIRST + 3.0 * n, n) for n in range(1, 21) for service in ("A", "B")]
    guesses = []
    for order in (news, sorted(news, key=lambda item: (item[1], item[0] != "B"))):
        estimator = Estimator()
        for service in ("A", "B"):
            estimator.queue_is(service, FIRST, 10)
        for service, at, number in order:
            estimator.called(f"{service}-{number}", service, at)
        guesses.append([estimator.guess(service, FIRST + 61, 4) for service in ("A", "B")])
    assert guesses[0] == guesses[1]


@given(st.floats(1, 300), st.lists(st.floats(0, 60), max_size=20))
def test_saying_again_what_is_known_changes_no_pace(length: float, again: list[float]) -> None:
    once, often = ServiceRate(5.0), ServiceRate(5.0)
    for pace in (once, often):
        pace.counters_are(FIRST, 2)
        pace.queue_is(FIRST, 7)
    for moment in sorted(min(part, length) for part in again):
        often.queue_is(FIRST + moment, 7)
    assert often.rates(FIRST + length, 2) == pytest.approx(once.rates(FIRST + length, 2))


def parts(interval: Interval) -> tuple[float, float, float]:
    return interval.low, interval.point, interval.high
