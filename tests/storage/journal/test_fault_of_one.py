"""A wish that leads to a line no database can keep harms nobody in its batch, and nobody after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from antrean.queueing.commands import IssueTicket
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.events import Event, PlanChanged
from antrean.queueing.office import Office, Request
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock
from tests.fakes.does import does


def take(token: str, service: str = "card") -> Request:
    return Request(IssueTicket(service=service, language="id"), request_id=token)


def line_of(value: object) -> Request:
    def rule(_day: ServiceDay, _plan: OfficePlan, _at: datetime) -> Sequence[Event]:
        return (PlanChanged(value),)  # type: ignore[arg-type]

    return Request(does(rule))


@pytest.mark.parametrize(
    "value", [{1, 2}, b"bytes", object(), "half a pair \ud800"], ids=["set", "bytes", "object", "text"]
)
def test_a_line_that_can_not_be_written_is_answered_alone(
    open_journal: Callable[[], SqlJournal], plan: OfficePlan, clock: SetClock, value: object
) -> None:
    office = Office(open_journal(), lambda: plan, clock)
    wishes = [take("r1"), line_of(value), take("r2"), take("r3", "nothing"), line_of(value)]
    batch = office.decide(wishes)
    office.publish(batch)
    told = [getattr(outcome, "code", None) or outcome.ticket.number for outcome in batch.outcomes]  # type: ignore[union-attr]
    assert told == ["A-001", "internal_error", "A-002", "service_unknown", "internal_error"]
    assert [entry.event.kind for entry in open_journal().read(after=0)] == ["ticket.issued"] * 2
    assert office.read(lambda day, _plan: (sorted(day.tickets), day.seq)) == (["A-001", "A-002"], 2)
    assert office.faults["command"] == 2
    assert office.submit(take("r4")).seq == 3


def test_an_actor_that_can_not_be_written_is_answered_alone(
    open_journal: Callable[[], SqlJournal], plan: OfficePlan, clock: SetClock
) -> None:
    office = Office(open_journal(), lambda: plan, clock)
    odd = replace(take("r1"), actor="An\ud800i", request_id=None)
    batch = office.decide([odd, take("r2")])
    office.publish(batch)
    assert isinstance(batch.outcomes[0], QueueError)
    assert batch.outcomes[0].code == "internal_error"
    assert [entry.request_id for entry in batch.entries] == ["r2"]


def test_text_with_a_nul_letter_stops_nobody(
    open_journal: Callable[[], SqlJournal], plan: OfficePlan, clock: SetClock
) -> None:
    office = Office(open_journal(), lambda: plan, clock)
    odd = replace(take("r1"), actor="An\x00i", request_id=None)
    office.publish(office.decide([odd, take("r2")]))
    assert "r2" in [entry.request_id for entry in open_journal().read(after=0)]
    assert office.submit(take("r3")).ticket is not None


def test_numbers_written_apart_are_shown_although_the_settings_can_not_be_read_after_them(
    open_journal: Callable[[], SqlJournal], plan: OfficePlan, clock: SetClock
) -> None:
    away: list[OSError] = []

    def load() -> OfficePlan:
        if away:
            raise away[0]
        return plan

    office = Office(open_journal(), load, clock)
    office.catch_up()
    away.append(OSError("the settings can't be read"))
    batch = office.decide([take("r1"), line_of({1, 2}), line_of("notices"), take("r2")])
    office.publish(batch)
    told = [getattr(outcome, "code", type(outcome).__name__) for outcome in batch.outcomes]
    assert told == ["CommandResult", "internal_error", "OSError", "OSError"]
    away.clear()
    assert office.submit(take("r2")).seq == 3
    assert office.read(lambda day, _plan: (sorted(day.tickets), day.seq)) == (["A-001", "A-002"], 3)
