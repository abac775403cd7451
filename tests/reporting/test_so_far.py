"""The figures of today so far are those of the rows that reports keep, and earlier days are cut at the same time."""

from __future__ import annotations

import random
from contextlib import suppress

from antrean.queueing.commands import (
    CallNext,
    CancelTicket,
    ChangePersons,
    CompleteTicket,
    MarkNoShow,
    OpenCounter,
    StartService,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.errors import QueueError
from antrean.queueing.keeping.report_rows import MINUTE, VisitRow, micro
from antrean.reporting.figures import Share, Times, of_office
from antrean.reporting.so_far import SoFar, TodaySoFar, Usual, usual
from tests.fakes.small_day import ANI, HERE, Day


def now(day: Day, kept: TodaySoFar) -> SoFar:
    at = micro(day.clock())
    return day.office.read(lambda of_day, plan: kept.figures(of_day, plan, at))


def by_hand(rows: list[VisitRow], at: int) -> SoFar:
    """Return the figures from all rows of a day as it is."""
    found = of_office(rows)
    first: dict[int, int | None] = {row.issued: None for row in rows}
    for row in reversed(rows):
        if row.started_at is not None:
            first[row.issued] = row.started_at
    ends = [row for row in rows if row.last and row.offered]
    late = [row for row in ends if row.issued_at + row.promise * MINUTE < at]
    known = {row.issued for row in ends if row.outcome or first[row.issued] is not None} | {row.issued for row in late}
    called = found.served + found.no_show + found.unfinished
    return SoFar(
        found.tickets, found.persons, found.served, Share(found.no_show, called), found.waits,
        Share(found.promise.part, len(known)),
    )  # fmt: skip


def step(day: Day, dice: random.Random) -> None:
    """Do one of the things that happen at counter 3, where it can be done."""
    row = day.office.read(lambda of_day, _plan: of_day.counter("3"))
    waiting = day.office.read(lambda of_day, _plan: [ticket.number for ticket in of_day.waiting])
    minutes = dice.random() * 3
    match dice.choice(("issue", "issue", "call", "end", "end", "cancel", "correct", "transfer", "undo", "absent")):
        case "issue":
            day.issue(dice.choice(("card", "birth")), minutes, persons=dice.randint(1, 3))
        case "call" if not row.ticket:
            day.do(CallNext(**ANI), minutes)
        case "end" if row.ticket:
            day.do(StartService(ticket=row.ticket, **HERE), minutes)
            if dice.random() < 0.7:
                day.do(CompleteTicket(ticket=row.ticket, **HERE), minutes)
        case "cancel" if waiting:
            day.do(CancelTicket(ticket=dice.choice(waiting), reason="visitor_left"), minutes)
        case "correct" if waiting:
            day.do(ChangePersons(ticket=dice.choice(waiting), persons=dice.randint(1, 4)))
        case "transfer" if row.ticket:
            day.do(TransferTicket(ticket=row.ticket, service="family", position="end", **HERE), minutes)
        case "undo":
            day.do(UndoStep(**ANI))
        case "absent" if row.ticket:
            day.do(MarkNoShow(ticket=row.ticket, **HERE), minutes)


def test_kept_up_with_the_day_they_are_what_its_rows_say_after_every_step() -> None:
    for seed in range(8):
        day, kept, dice = Day(), TodaySoFar(), random.Random(seed)
        day.do(OpenCounter(**ANI))
        for _ in range(60):
            try:
                step(day, dice)
            except QueueError:
                continue
            assert now(day, kept) == by_hand(day.rows().visits, micro(day.clock()))


def test_a_promise_counts_once_it_is_known_whether_it_is_kept() -> None:
    day, kept = Day(), TodaySoFar()  # each service promises 20 minutes
    day.do(OpenCounter(**ANI))
    for _ in range(3):
        day.issue()
    assert now(day, kept).promise == Share(0, 0)
    day.serve(1, 2)
    assert now(day, kept).promise == Share(1, 1)
    day.clock.forward(minutes=17)
    assert now(day, kept).promise == Share(1, 1)
    day.clock.forward(seconds=1)
    assert now(day, kept).promise == Share(1, 3)


def test_an_office_of_ones_own_and_a_day_that_is_folded_anew_begin_with_nothing() -> None:
    kept = TodaySoFar()
    for _ in range(2):
        day = Day()
        day.do(OpenCounter(**ANI))
        assert now(day, kept).tickets == 0
        day.issue()
        day.issue()
        assert now(day, kept).tickets == 2


def test_earlier_days_are_as_they_were_at_that_time_whatever_came_later() -> None:
    day, kept = Day(), TodaySoFar()
    begun = micro(day.clock())
    day.do(OpenCounter(**ANI))
    seen: list[tuple[int, SoFar]] = []
    for minutes in (1, 2, 3, 1, 4, 9, 25):
        day.issue(minutes=minutes)
        day.serve(0.5, minutes)
        day.issue(persons=2)
        seen.append((micro(day.clock()), now(day, kept)))
    rows = day.rows().visits
    for cut, found in seen:
        assert usual([(rows, cut)]) == Usual(1, found)
    assert usual([(rows, begun - 1)]) == Usual(1, SoFar())


def test_of_several_days_counts_are_the_mean_of_a_day_and_times_and_shares_those_of_all() -> None:
    days = []
    for many in (1, 4):
        day = Day()
        day.do(OpenCounter(**ANI))
        for _ in range(many):
            day.issue()
            day.serve(1, many)
        days.append((day.rows().visits, micro(day.clock())))
    found = usual(days)
    assert (found.days, found.until.tickets, found.until.served) == (2, 2, 2)
    assert found.until.waits == Times.of([0] * 5)
    assert found.until.promise == Share(5, 5)
    assert usual([]) == Usual()


def test_a_first_look_can_be_taken_in_parts_and_comes_to_the_same() -> None:
    day, whole, parts = Day(), TodaySoFar(), TodaySoFar()
    dice = random.Random(5)
    day.do(OpenCounter(**ANI))
    for _ in range(150):
        with suppress(QueueError):
            step(day, dice)
    looks = 0
    while not day.office.read(lambda of_day, plan: parts.follow(of_day, plan, 3)):
        looks += 1
    assert looks >= 3
    assert now(day, parts) == now(day, whole)
    assert now(day, parts).tickets > 9
