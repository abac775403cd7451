"""Numbers are given during opening hours; outside them a refusal says when it opens next, and staff still give some."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from antrean.queueing.commands import IssueTicket
from antrean.queueing.errors import Refused
from antrean.queueing.hours.model import Hours, SpecialDay
from antrean.queueing.office import Office
from tests.conftest import ListJournal, SetClock, small_plan

MONDAY = {"monday": ((8 * 60, 12 * 60), (13 * 60, 15 * 60))}
MEETING = SpecialDay(date(2026, 12, 7), (), {"id": "Rapat", "en": "Meeting"})  # a Monday


def office(at: datetime, own: dict[str, Any] | None = None) -> Office:
    plan = small_plan(hours=Hours(MONDAY, days=(MEETING,)))  # Asia/Jakarta, seven hours before UTC
    card = replace(plan.services[0], hours=own or {})
    plan = replace(plan, services=(card, *plan.services[1:]))
    clock = SetClock()
    clock.now = at
    return Office(ListJournal(), lambda: plan, clock)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def refusal(at: str, own: dict[str, Any] | None = None, **wish: Any) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as caught:
        office(utc(at), own).execute(IssueTicket(**{"service": "card", "language": "en", **wish}))
    return caught.value.code, caught.value.values


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-30 00:59:59", "2026-11-30 01:00"),
        ("2026-11-30 05:00", "2026-11-30 06:00"),
        ("2026-11-30 08:00", "2026-12-14 01:00"),
    ],
)
def test_outside_hours_no_number_is_given_and_the_refusal_says_when_it_opens(at: str, opens: str) -> None:
    assert refusal(at) == ("closed_now", {"why": "", "opens": utc(opens)})


def test_a_closed_day_says_why_in_the_visitors_language() -> None:
    assert refusal("2026-12-07 02:00") == ("closed_now", {"why": "Meeting", "opens": utc("2026-12-14 01:00")})
    assert refusal("2026-12-07 02:00", language="id")[1]["why"] == "Rapat"


def test_in_hours_numbers_are_given_as_ever() -> None:
    for at in ("2026-11-30 01:00", "2026-11-30 04:59:59", "2026-11-30 06:00"):
        answer = office(utc(at)).execute(IssueTicket(service="card"))
        assert answer.ticket is not None
        assert answer.ticket.number == "A-001"


def test_a_service_outside_its_own_hours_is_closed_and_others_are_not() -> None:
    own = {"monday": ((9 * 60, 10 * 60),)}
    assert refusal("2026-11-30 01:30", own) == ("service_closed", {"opens": utc("2026-11-30 02:00")})
    refused = refusal("2026-11-30 01:30", own, service="family", then="card")
    assert refused == ("service_closed", {"opens": utc("2026-11-30 02:00"), "then": "card"})
    assert office(utc("2026-11-30 01:30"), own).execute(IssueTicket(service="family")).ticket is not None


def test_staff_give_numbers_outside_hours() -> None:
    for own in ({}, {"monday": ()}):
        taken = office(utc("2026-11-30 13:00"), own).execute(IssueTicket(service="card", by_staff=True))
        assert taken.ticket is not None
