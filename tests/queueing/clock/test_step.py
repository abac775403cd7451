"""A step of the clock changes what every time says, and no age."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from antrean.queueing.clock.commands import clock_set
from antrean.queueing.commands import (
    AnnounceCall,
    CancelTicket,
    ChangeRoll,
    Command,
    CompleteTicket,
    HoldPrinter,
    HoldTicket,
    MarkNoShow,
    ReadmitTicket,
    ReportPrinter,
    ReprintSlip,
    RequestTestSlip,
    SettleSlip,
    StartService,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.results import CommandResult, CommandResults
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import ListJournal, small_plan
from tests.fakes.does import does
from tests.fakes.machine import MachineClock
from tests.fakes.same_day import state_of
from tests.fakes.slips import SlipKey
from tests.queueing.wishes import call, issue, serve, sit


def times(value: Any, path: str = "day") -> Iterator[tuple[str, datetime]]:
    """Yield every time that a day holds, wherever it stands; answers already given are none of it."""
    if isinstance(value, CommandResult | CommandResults):
        return
    if isinstance(value, datetime):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from times(inner, f"{path}.{key}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for place, inner in enumerate(value):
            yield from times(inner, f"{path}.{place}")
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from times(getattr(value, name), f"{path}.{name}")


@pytest.fixture
def clock() -> MachineClock:
    return MachineClock()


def ticket_of(day: ServiceDay, _plan: OfficePlan, number: str) -> Ticket:
    return day.tickets[number].snapshot()


def set_by(seconds: float, how: str) -> Command:
    return does(lambda day, plan, at: clock_set(day, plan, at, seconds, how, since=0), moves_time=True)


@pytest.fixture
def busy(clock: MachineClock) -> Office:
    """An office in which everything has happened that leaves a time behind."""
    plan = small_plan(printers={"": "p1"})
    office = Office(ListJournal(), lambda: plan, clock, clock.monotonic)
    for _ in range(7):
        clock.forward(minutes=1)
        issue(office)
    slip: SlipKey = {"ticket": "A-007", "copy": 0, "claim": "c"}
    office.execute(SettleSlip(result="sending", **slip))
    office.execute(SettleSlip(result="printed", paper_mm=90, **slip))
    sit(office)
    ways: tuple[tuple[Callable[..., Command], dict[str, str]], ...] = (
        (HoldTicket, {"reason": "copy"}), (MarkNoShow, {}), (CompleteTicket, {}),
    )  # fmt: skip
    for kind, more in ways:
        clock.forward(minutes=1)
        called = serve(office) if kind is not MarkNoShow else call(office)
        clock.forward(minutes=1)
        office.execute(kind(ticket=called.number, counter="3", **more))
    serve(office)
    office.execute(ReadmitTicket(ticket="A-002"))
    office.execute(CancelTicket(ticket="A-006", reason=""))
    office.execute(AnnounceCall(call=office.read(lambda day, _plan: day.calls[0].seq), display="d"))
    office.execute(ReprintSlip(ticket="A-007", printer="p1"))
    office.execute(ReportPrinter(printer="p1", state="ready"), actor="agent")
    office.execute(HoldPrinter(printer="p2", reason="jam"))
    office.execute(ChangeRoll(printer="p1"))
    office.execute(RequestTestSlip(printer="p1"))
    return office


@pytest.mark.parametrize("seconds", [3600.0, -3600.0, 0.25])
def test_a_step_moves_every_time_of_the_day_alike_and_nothing_else(busy: Office, seconds: float) -> None:
    before = dict(busy.read(lambda day, _plan: dict(times(state_of(day)))))
    lanes = busy.read(lambda day, _plan: day.waiting.numbers())
    assert len({path.rsplit(".", 1)[-1] for path in before}) >= 12
    busy.execute(set_by(seconds, "adopted"))
    after = dict(busy.read(lambda day, _plan: dict(times(state_of(day)))))
    step = timedelta(seconds=seconds)
    now = after.pop("day.last_at")
    assert now == busy.clock()
    assert after == {path: at + step for path, at in before.items() if path != "day.last_at"}
    assert busy.read(lambda day, _plan: day.waiting.numbers()) == lanes


def test_a_process_that_starts_later_reads_the_same_day(busy: Office, clock: MachineClock, plan: OfficePlan) -> None:
    busy.execute(set_by(-1800.0, "told"))
    clock.jump(minutes=-30)
    issue(busy)
    mine = busy.read(lambda day, _plan: state_of(day))
    fresh = ServiceDay.fold(plan.business_day(clock()), busy._journal.read(after=0))
    assert state_of(fresh) == mine


def test_open_slips_are_the_tickets_own(busy: Office) -> None:
    busy.execute(set_by(60.0, "told"))

    def same(day: ServiceDay, _plan: OfficePlan) -> bool:
        return all(any(slip is one for one in day.slips_of(slip.ticket)) for slip in day.open_slips.values())

    assert busy.read(same)
    assert busy.read(lambda day, _plan: len(day.open_slips)) >= 5


def steps_of(office: Office, clock: MachineClock, step: timedelta | None) -> list[Any]:
    """Serve a morning; in the middle of it the clock is set, or not. Returns every figure that people were told."""
    told: list[Any] = []
    sit(office)
    for number in range(1, 25):
        clock.forward(minutes=2)
        ahead = issue(office).people_ahead_at_issue
        told.append((ahead, office.read(lambda day, _plan: list(day.tickets.values())[-1]).wait_at_issue))
        if number > 4:
            ticket = call(office)
            clock.forward(seconds=30)
            office.execute(StartService(ticket=ticket.number, counter="3"))
            called = office.read(partial(ticket_of, number=ticket.number))
            assert called.called_at is not None
            assert called.started_at is not None
            told.append((called.number, called.called_at - called.arrival, called.started_at - called.called_at))
        if number == 12 and step is not None:
            office.execute(set_by(step.total_seconds(), "told"))
            clock.jump(seconds=step.total_seconds())
    return told


@pytest.mark.parametrize("hours", [-1.0, 1.0, 3.5])
def test_waits_and_what_is_told_of_them_are_the_same_with_a_step_as_without(plan: OfficePlan, hours: float) -> None:
    told = []
    for step in (None, timedelta(hours=hours)):
        clock = MachineClock()
        office = Office(ListJournal(), lambda: plan, clock, clock.monotonic)
        told.append(steps_of(office, clock, step))
    assert told[0] == told[1]
    assert any(wait is not None for _ahead, wait, *_more in told[0])
