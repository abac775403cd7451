"""The day sheet says what the day was: who came when, who waited, who was called out of order, and what was told."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from antrean.queueing.commands import (
    CallNext,
    CallTicket,
    CancelTicket,
    MarkNoShow,
    OpenCounter,
    StartService,
)
from antrean.queueing.keeping.report_rows import LEFT, MINUTE, NO_SHOW, SERVED, VisitRow, micro
from antrean.reporting.day_sheet import HALF_HOUR, DaySheet, HalfHour, day_sheet
from antrean.reporting.figures import Share
from tests.fakes.small_day import ANI, HERE, Day

ZONE = ZoneInfo("Asia/Jakarta")
DAY = date(2026, 11, 24)
MIDNIGHT = micro(datetime.combine(DAY, time(), ZONE))


def sheet(day: Day) -> DaySheet:
    rows = day.rows()
    until = micro(day.clock())
    zone = day.plan.tz
    today = date.fromisoformat(rows.business_day)
    return day_sheet(today, zone, until, rows.visits, rows.calls, rows.spans, rows.pauses)


def test_staircases_and_half_hours_tell_who_came_was_called_and_left() -> None:
    day = Day()
    start = micro(day.clock())
    day.do(OpenCounter(**ANI))
    first, second, third, fourth = (day.issue() for _ in range(4))
    assert day.serve(1, 4) == first  # called at once, done after 5 minutes
    day.do(CancelTicket(ticket=third, reason="visitor_left"), minutes=30)
    assert day.do(CallNext(**ANI)).ticket.number == second
    day.do(MarkNoShow(ticket=second, **HERE), 5)
    found = sheet(day)
    assert found.arrivals == (start,) * 4
    assert found.called == (start, start + 35 * MINUTE, start + 35 * MINUTE)  # one of them gave the number back
    assert found.ended == (start + 5 * MINUTE, start + 35 * MINUTE, start + 40 * MINUTE)
    begins = start - (start - MIDNIGHT) % HALF_HOUR
    assert found.half_hours == (
        HalfHour(begins, arrivals=4, called=1, gone=0, ended=1, waiting=3),
        HalfHour(begins + HALF_HOUR, arrivals=0, called=1, gone=1, ended=2, waiting=1),
    )
    assert (found.office.served, found.office.no_show, found.office.left, found.office.open) == (1, 1, 1, 1)
    assert found.services["card"] == found.office
    assert fourth not in (first, second, third)


def test_a_number_that_the_operator_chose_is_out_of_order_with_who_chose_it_and_how_long_it_had_waited() -> None:
    day = Day()
    day.do(OpenCounter(**ANI))
    day.issue()
    later = day.issue(minutes=1)
    day.do(CallTicket(ticket=later, reason="needs a wheelchair", **ANI), 4)
    day.do(StartService(ticket=later, **HERE), 1)
    found = sheet(day)
    (chosen,) = found.chosen
    assert (chosen.number, chosen.counter, chosen.operator, chosen.waited) == (later, "3", "Ani", 4 * MINUTE)
    assert found.calls == 1


def test_told_and_true_compares_the_first_wait_of_whoever_was_told_one_and_was_called() -> None:
    visits = [
        visit(1, 0, called=5 * MINUTE, told=(5, 10)),
        visit(2, 0, called=10 * MINUTE, told=(5, 10)),
        visit(3, 0, called=10 * MINUTE + 1, told=(0, 10)),
        visit(4, 0, called=None, told=(5, 10)),
        visit(5, 0, called=5 * MINUTE, told=None),
    ]
    found = day_sheet(DAY, ZONE, MIDNIGHT, visits, [], [], [])
    assert found.told.inside == Share(2, 3)
    assert found.told.width == 20 * MINUTE // 3


def test_a_day_without_visits_has_no_half_hours_and_no_shares() -> None:
    found = day_sheet(DAY, ZONE, MIDNIGHT, [], [], [], [])
    assert (found.half_hours, found.arrivals, found.services, found.chosen) == ((), (), {}, ())
    assert (found.told.inside.percent, found.told.width, found.office.tickets) == (None, 0, 0)


def test_what_happened_after_midnight_counts_in_the_last_half_hour_of_the_day() -> None:
    late = visit(1, 24 * 60 * MINUTE - 1, called=24 * 60 * MINUTE + 1)
    (last,) = day_sheet(DAY, ZONE, MIDNIGHT, [late], [], [], []).half_hours
    assert (last.begins, last.arrivals, last.called, last.waiting) == (MIDNIGHT + 47 * HALF_HOUR, 1, 1, 0)


def test_half_hours_go_on_over_a_change_of_the_clocks() -> None:
    berlin, changes = ZoneInfo("Europe/Berlin"), date(2026, 10, 25)
    begins = micro(datetime.combine(changes, time(), berlin))
    evening = micro(datetime.combine(changes, time(23, 59), berlin)) - MIDNIGHT
    (last,) = day_sheet(changes, berlin, begins, [visit(1, evening)], [], [], []).half_hours
    assert last.begins == begins + 49 * HALF_HOUR
    assert datetime.fromtimestamp(last.begins / 1e6, berlin).time() == time(23, 30)


TIMES = some.integers(-60, 26 * 60).map(lambda minutes: minutes * MINUTE)


@settings(max_examples=100, deadline=None)
@given(some.lists(some.tuples(TIMES, TIMES, TIMES, some.sampled_from(["", SERVED, NO_SHOW, LEFT])), max_size=30))
def test_arrivals_of_half_hours_are_all_tickets_and_the_queue_is_never_below_nobody(
    lives: list[tuple[int, int, int, str]],
) -> None:
    visits = []
    for line, (issued, wait, stay, outcome) in enumerate(lives):
        called = None if outcome == LEFT or (not outcome and stay > wait) else issued + wait
        visits.append(visit(line, issued, called=called, ended=issued + wait + stay, outcome=outcome))
    found = day_sheet(DAY, ZONE, MIDNIGHT, visits, [], [], [])
    assert sum(one.arrivals for one in found.half_hours) == len(visits) == found.office.tickets
    arrived = gone = 0
    for one in found.half_hours:
        arrived += one.arrivals
        gone += one.called + one.gone
        assert one.waiting == arrived - gone >= 0
    assert [later.begins - one.begins for one, later in zip(found.half_hours, found.half_hours[1:], strict=False)] == [
        HALF_HOUR
    ] * max(len(found.half_hours) - 1, 0)


def visit(
    line: int,
    issued: int,
    called: int | None = None,
    ended: int | None = None,
    told: tuple[int, int] | None = None,
    outcome: str = "",
) -> VisitRow:
    """Return the only leg of a ticket; its times are counted from local midnight, those that are told are minutes."""
    low, high = told or (None, None)
    return VisitRow(
        DAY.isoformat(), line, 0, f"A{line}", "card", "A", 1, 0, "id", "kiosk-1", 0, MIDNIGHT + issued,
        MIDNIGHT + issued, None if called is None else MIDNIGHT + called, None, 1, None,
        MIDNIGHT + ended if outcome and ended is not None else None, 0, "3", "Ani", "", "", "", 0, low, high, "",
        half_hour=0, promise=20, last=1, last_here=1, outcome=outcome, offered=1, kept=0, kept_here=0,
    )  # fmt: skip
