"""A day that was kept is the day, and stays it, whatever happened and whatever happens next."""

from __future__ import annotations

import copy
import json
from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from antrean.queueing.calls.call import Call
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.day import DayEstimator
from antrean.queueing.events import PlanChanged
from antrean.queueing.keeping.kept_day import KeptDay, keep, restore, twin_of
from antrean.queueing.keeping.state_fields import kept, moved, restored, twin
from antrean.queueing.results import CommandResult
from antrean.queueing.slips.slip import Slip
from antrean.queueing.tickets.ticket import Leg, Ticket, Undo
from tests.conftest import ListJournal
from tests.fakes.same_day import state_of
from tests.fakes.waits import for_all
from tests.queueing.estimation.test_day import Morning, busy
from tests.storage.random_wishes import RandomWishes


def through_json(day: ServiceDay) -> KeptDay:
    made = keep(day)
    return KeptDay(json.loads(json.dumps(made.state)), made.results)


def everything(day: ServiceDay) -> dict[str, Any]:
    """Return all that a day and its estimator know."""
    return {**state_of(day), "watch": keep(day).state["watch"]}


class KeptAndFollowed(RandomWishes):
    """Keeps the day at any moment; the day, what was restored and a copy then follow the same journal."""

    def __init__(self, followed: Counter[str]) -> None:
        journal = ListJournal()
        super().__init__(lambda _office: journal, Counter(), Counter())  # type: ignore[arg-type, return-value]
        self.days: list[ServiceDay] = []
        self.kept_at = 0
        self.followed: Counter[str] = followed

    def both_hubs_know_what_a_replay_knows(self) -> None:
        """Others look at that."""

    @rule()
    def keep_it(self) -> None:
        now = self.hubs[0].read(lambda day, _plan: day)
        lines = self.journal.read(day=now.business_day)
        day = ServiceDay.fold(now.business_day, lines, DayEstimator(self.plan))
        day.seq = self.kept_at = self.journal.last_seq()
        restored = restore(through_json(day), self.plan)
        # What outlives the day is no part of it: whoever takes up a day, or folds it, reads that from the journal.
        day.standing = restored.standing = self.journal.standing(day.seq)
        self.days = [day, restored, twin_of(day)]

    @invariant()
    def all_know_the_same(self) -> None:
        if not self.days:
            return
        for entry in self.journal.read(after=self.kept_at):
            for day in self.days:
                day.apply(entry)
                if isinstance(entry.event, PlanChanged):
                    day.waits.plan_is(self.plan, day, entry.at)
            self.kept_at = entry.seq
            self.followed[entry.event.kind] += 1
        folded, *others = map(everything, self.days)
        assert others == [folded, folded]
        for day in self.days:
            assert all(day.tickets[ticket.number] is ticket for ticket in (*day.waiting, *day.tokens.values()))


@pytest.mark.slow
def test_a_kept_day_and_a_copy_are_the_day_and_stay_it() -> None:
    followed: Counter[str] = Counter()
    run_state_machine_as_test(
        lambda: KeptAndFollowed(followed),  # type: ignore[arg-type]  # it may be any function that makes one
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            derandomize=True,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(followed) >= 20, followed  # it is worth something only when it went deep


def a_day() -> Morning:
    """Return a morning with tickets in many states."""
    morning = busy()
    morning.sit("3")
    morning.call("3")
    return morning


def test_what_happens_to_a_copy_leaves_the_day_alone() -> None:
    morning = a_day()
    before = copy.deepcopy(everything(morning.day))
    other = twin_of(morning.day)
    restarted = restore(keep(morning.day), morning.plan)
    for day in (other, restarted):
        follower = a_day()
        follower.day, follower.watch = day, day.waits  # type: ignore[assignment]
        follower.at = morning.at
        follower.forward(5)
        follower.issue("family")
        follower.call("1")
        assert everything(day) != before
    assert everything(morning.day) == before


def test_a_kept_day_tells_the_same_waits() -> None:
    morning = busy()
    day = restore(through_json(morning.day), morning.plan)
    told = for_all(morning.watch, morning.day, morning.plan, morning.at)
    assert any(told.values())
    assert for_all(day.waits, day, morning.plan, morning.at) == told


@pytest.mark.parametrize("of", ["day", "watch", "estimator"])
def test_a_field_that_keeping_does_not_know_is_refused(of: str) -> None:
    morning = busy()
    holder: Any = {"day": morning.day, "watch": morning.watch, "estimator": morning.watch._estimator}[of]
    keep(morning.day)
    holder.news = 1
    with pytest.raises(TypeError, match=r"ServiceDay|DayEstimator|news"):
        keep(morning.day)


def test_a_field_of_a_kind_that_keeping_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError, match="complex"):
        kept([1j], list[complex])


AT = datetime(2026, 11, 24, 2, 0, 0, 123456, UTC)
LEG = Leg("card", AT, "1", AT + timedelta(minutes=3), None, None, "transferred")
SLIP = Slip("A-001", 1, "printer-1", AT, "sending", claim="run-1")
TICKET = Ticket(
    "A-001", "card", "A", 2, True, "id", "k", AT, AT, 7, wait_at_issue=(5, 10), legs=(LEG,), slips=(SLIP,), token="t"
)
COUNTER = CounterState("3", "open", "Ani", since=AT, held=("A-002",))
UNDO = Undo("complete", TICKET, TICKET)
VALUES = [
    LEG, SLIP, TICKET, COUNTER, UNDO, Call(3, "A-001", "3", "card", AT),
    CommandResult(4, AT, "TicketIssued", None),
    CommandResult(5, AT, "TicketCalled", TICKET, {"rule": "fcfs", "waited": 3}, "operator:Ani"),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_every_field_comes_back(value: Any) -> None:
    assert restored(json.loads(json.dumps(kept(value))), type(value)) == value
    assert twin(value) == value


def test_moving_moves_every_time_and_nothing_else() -> None:
    by = timedelta(seconds=-3600)
    assert moved(COUNTER, by).since == AT + by
    ticket = moved(UNDO, by).before
    assert (ticket.issued_at, ticket.arrival, ticket.called_at) == (AT + by, AT + by, None)
    assert ticket.legs == (replace(LEG, waiting_since=AT + by, called_at=AT + timedelta(minutes=3) + by),)
    assert ticket.slips == (replace(SLIP, asked_at=AT + by),)
    assert COUNTER.since == TICKET.issued_at == AT
    untimed = {field.name for field in fields(Ticket)} - {"issued_at", "arrival", "legs", "slips"}
    assert all(getattr(ticket, name) == getattr(TICKET, name) for name in untimed)
