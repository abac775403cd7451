"""The floor says who waits and for how long, and what each counter does: as it is, and of every ticket once."""

from __future__ import annotations

from datetime import timedelta

from antrean.queueing.commands import (
    CallNext,
    CompleteTicket,
    HoldTicket,
    OpenCounter,
    PauseCounter,
    PauseService,
    ResumeTicket,
    StartService,
)
from antrean.queueing.keeping.report_rows import MINUTE
from antrean.reporting.figures import Share
from antrean.reporting.floor import CounterFloor, Floor, floor_of
from tests.fakes.small_day import ANI, HERE, Day

ONE: dict[str, str] = {"counter": "1", "operator": "Budi"}
USUAL = {"card": 6 * MINUTE}


def floor(day: Day) -> Floor:
    return day.office.read(lambda of_day, plan: floor_of(of_day, plan, day.clock(), USUAL))


def at(day: Day, code: str) -> CounterFloor:
    return next(one for one in floor(day).counters if one.code == code)


def test_each_service_says_how_many_wait_since_when_and_how_many_for_longer_than_was_promised() -> None:
    day = Day()  # each service promises 20 minutes
    begun = day.clock()
    for service in ("card", "card", "family"):
        day.issue(service, minutes=1)
    day.clock.forward(minutes=18, seconds=1)
    card, family, birth = floor(day).services
    assert (card.waiting, card.since, card.past) == (2, begun + timedelta(minutes=1), Share(1, 2))
    assert (family.waiting, family.since, family.past) == (1, begun + timedelta(minutes=3), Share(0, 1))
    assert (birth.waiting, birth.since, birth.past, birth.called_by) == (0, None, Share(), None)
    assert (floor(day).waiting, floor(day).past) == (3, Share(1, 3))


def test_by_when_all_are_called_is_a_range_of_five_minutes_and_of_a_paused_service_nobody_knows() -> None:
    day = Day()
    day.do(OpenCounter(**ANI))
    for _ in range(8):
        day.issue()
    assert floor(day).services[0].called_by is None  # nobody was called yet
    for _ in range(5):
        day.serve(1, 4)
    by = floor(day).services[0].called_by
    assert by is not None
    assert day.clock() - timedelta(minutes=5) < by[0] <= by[1]
    assert all(moment.minute % 5 == moment.second == moment.microsecond == 0 for moment in by)
    day.do(PauseService(service="card", reasons={"id": "Blangko habis"}, until=""))
    assert floor(day).services[0].called_by is None


def test_a_counter_is_closed_idle_calling_serving_or_paused_since_its_moment() -> None:
    day = Day()
    assert at(day, "3") == CounterFloor("3", "closed")
    day.do(OpenCounter(**ANI))
    assert (at(day, "3").does, at(day, "3").since, at(day, "3").operator) == ("idle", day.clock(), "Ani")
    number = day.issue(minutes=2)
    day.do(CallNext(**ANI), 1)
    called = day.clock()
    assert (at(day, "3").does, at(day, "3").number, at(day, "3").since) == ("called", number, called)
    day.clock.forward(minutes=5)
    assert not at(day, "3").is_called_long(day.clock())
    day.clock.forward(seconds=1)
    assert at(day, "3").is_called_long(day.clock())
    day.do(StartService(ticket=number, **HERE))
    begun = day.clock()
    assert (at(day, "3").does, at(day, "3").since) == ("serving", begun)
    assert not at(day, "3").is_called_long(day.clock() + timedelta(hours=1))
    day.do(CompleteTicket(ticket=number, **HERE), 3)
    assert (at(day, "3").does, at(day, "3").since) == ("idle", day.clock())
    day.clock.forward(minutes=4)
    day.do(PauseCounter(**ANI, reason="break"))
    paused = at(day, "3")
    assert (paused.does, paused.reason, paused.since) == ("paused", "break", day.clock())


def test_what_takes_longer_than_usual_is_told_from_that_moment_on_without_the_time_put_aside() -> None:
    day = Day()
    day.do(OpenCounter(**ANI))
    first, other = day.issue(), day.issue("birth")
    day.do(CallNext(**ANI))
    day.do(StartService(ticket=first, **HERE))
    begun = day.clock()
    day.do(HoldTicket(ticket=first, reason="papers", **HERE), 2)
    assert (at(day, "3").does, at(day, "3").since, at(day, "3").held) == ("idle", day.clock(), 1)
    day.do(ResumeTicket(ticket=first, **HERE), 10)
    serving = at(day, "3")
    assert serving.since == begun + timedelta(minutes=10)
    assert serving.long_at == begun + timedelta(minutes=16)
    assert serving.very_at == begun + timedelta(minutes=22)
    day.do(CompleteTicket(ticket=first, **HERE))
    day.do(CallNext(**ANI))
    day.do(StartService(ticket=other, **HERE))
    unknown = at(day, "3")
    assert (unknown.service, unknown.long_at, unknown.very_at) == ("birth", None, None)


def test_services_add_up_to_all_who_wait_on_any_day() -> None:
    day = Day()
    day.do(OpenCounter(**ANI))
    day.do(OpenCounter(**ONE))
    for step in range(60):
        day.issue(("card", "family", "birth")[step % 3], minutes=0.7, priority=step % 5 == 0)
        if step % 4 == 3:
            day.serve(0.2, 0.5)
        if step % 9 == 8:
            number = str(day.do(CallNext(**ONE)).ticket.number)
            day.do(StartService(ticket=number, counter="1"))
            day.do(CompleteTicket(ticket=number, counter="1"))
        found = floor(day)
        waiting = day.office.read(lambda of_day, _plan: [ticket.legs[-1].waiting_since for ticket in of_day.waiting])
        late = sum(day.clock() - since > timedelta(minutes=20) for since in waiting)
        assert (found.waiting, found.past) == (len(waiting), Share(late, len(waiting)))
        assert min(one.since for one in found.services if one.since is not None) == min(waiting)
