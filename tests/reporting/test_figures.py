"""What reports say of a day is what its visitors had: how many, how long, and whether the promise was kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from antrean.queueing.commands import (
    CallNext,
    CancelTicket,
    CloseCounter,
    CompleteTicket,
    HoldTicket,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    ResumeCounter,
    ResumeTicket,
    StartService,
    TransferTicket,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.keeping.report_rows import MINUTE, micro
from antrean.reporting.counter_time import by_counter, by_operator
from antrean.reporting.figures import Share, Times, of_office, of_service
from tests.fakes.small_day import ANI, HERE, Day


def test_waits_and_services_are_those_that_visitors_had_to_the_microsecond() -> None:
    day = Day()
    day.do(OpenCounter(**ANI))
    for _ in range(4):
        day.issue(minutes=1)
    for walk, serve in ((0.5, 3), (1, 5), (0.25, 2), (2, 10)):
        day.serve(walk, serve)
    found = of_office(day.rows().visits)
    waits = [3, 5.5, 10.5, 11.75]  # a number a minute, and the first is called with the last
    assert found.waits == Times.of(round(minutes * MINUTE) for minutes in waits)
    assert (found.waits.p50, found.waits.p90, found.waits.longest) == (330_000_000, 705_000_000, 705_000_000)
    assert found.waits.mean == round(sum(waits) / 4 * MINUTE)
    assert (found.walks.n, found.walks.total) == (4, round(3.75 * MINUTE))
    assert (found.services.p50, found.services.total) == (3 * MINUTE, 20 * MINUTE)
    assert (found.tickets, found.served, found.open) == (4, 4, 0)


def test_whoever_left_or_did_not_come_counts_as_a_promise_not_kept_and_who_changed_their_mind_not_at_all() -> None:
    day = Day()
    day.do(OpenCounter(**ANI))
    kept, absent, gone, changed_mind, late = (day.issue() for _ in range(5))
    day.do(CancelTicket(ticket=changed_mind, reason="visitor_left"), minutes=2)
    day.serve(1, 5)
    day.do(CallNext(**ANI))
    day.do(MarkNoShow(ticket=absent, **HERE), 2)
    day.do(CancelTicket(ticket=gone, reason="visitor_left"), minutes=1)
    day.clock.forward(minutes=12)
    assert day.serve(1, 1) == late  # started 24 minutes after it was issued
    found = of_office(day.rows().visits)
    assert found.promise == Share(1, 4)
    assert (found.tickets, found.served, found.no_show, found.left) == (5, 2, 1, 2)
    assert kept != late


def test_a_number_that_is_sent_on_is_one_ticket_of_the_office_and_one_of_each_service() -> None:
    day = Day()
    day.do(OpenCounter(**ANI))
    number = day.issue("card", persons=3)
    day.do(CallNext(**ANI), 4)
    day.do(StartService(ticket=number, **HERE), 1)
    day.do(TransferTicket(ticket=number, service="birth", position="end", **HERE), 2)
    rows = day.rows().visits
    office, here, there = of_office(rows), of_service(_of(rows, "card")), of_service(_of(rows, "birth"))
    assert (office.tickets, office.persons, office.open) == (1, 3, 1)
    assert (here.tickets, here.sent_on, here.open) == (1, 1, 0)
    assert (there.tickets, there.sent_on, there.open) == (1, 0, 1)
    assert here.promise == Share(1, 1)
    assert there.promise == Share(0, 1)


def test_time_put_aside_is_no_service_time_and_the_counter_is_free_meanwhile() -> None:
    day = Day()
    day.do(OpenCounter(**ANI))
    first, second = day.issue(), day.issue()
    day.do(CallNext(**ANI))
    day.do(StartService(ticket=first, **HERE), 1)
    day.do(HoldTicket(ticket=first, reason="papers", **HERE), 3)
    day.serve(1, 4)
    day.do(ResumeTicket(ticket=first, **HERE), 2)
    day.do(CompleteTicket(ticket=first, **HERE), 5)
    day.do(PauseCounter(reason="prayer", **ANI), 1)
    day.do(ResumeCounter(**ANI), 15)
    day.do(CloseCounter(**ANI), 3)
    rows = day.rows()
    times = {row.number: row.held for row in rows.visits}
    assert times == {first: 7 * MINUTE, second: 0}
    assert of_office(rows.visits).services == Times.of((8 * MINUTE, 4 * MINUTE))
    until = micro(day.clock())
    found = by_counter(rows.spans, rows.pauses, rows.visits, until)["3"]
    assert (found.open, found.paused) == (35 * MINUTE, {"prayer": 15 * MINUTE})
    assert (found.called, found.serving, found.idle) == (2 * MINUTE, 12 * MINUTE, 6 * MINUTE)
    assert found.occupancy == Share(14 * MINUTE, 20 * MINUTE)
    assert by_operator(rows.spans, rows.pauses, rows.visits, until)["Ani"] == found


def test_the_half_hour_is_that_of_the_offices_own_clock() -> None:
    day = Day()
    number = day.issue()
    local = day.clock().astimezone(day.plan.tz)
    (row,) = day.rows().visits
    assert (row.number, row.half_hour) == (number, local.hour * 2 + local.minute // 30)
    day.clock.forward(minutes=30)
    day.issue()
    assert day.rows().visits[1].half_hour == row.half_hour + 1


def test_of_no_visits_there_are_zeros_and_no_share() -> None:
    found = of_office([])
    assert (found.tickets, found.waits, found.promise.percent) == (0, Times(), None)
    assert found.waits.mean == 0
    assert ServiceDay(date(2026, 11, 24)).tickets == {}
    assert timedelta(0) == timedelta(microseconds=found.holds)


def _of(rows: list[Any], service: str) -> list[Any]:
    return [row for row in rows if row.service == service]
