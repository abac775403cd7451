"""A standstill begins when nobody was called for long though counters are open and people wait; it ends with a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antrean.queueing import events as e
from antrean.queueing.commands import (
    AnswerStandstill,
    EndOutage,
    StartService,
    TransferTicket,
)
from antrean.queueing.errors import Invalid, Unknown
from antrean.queueing.estimation.port import NoEstimates
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.model import Need, OfficePlan
from antrean.queueing.standstill.found import (
    NoCall,
    Standstill,
    no_calls,
    standstills,
    waits_of_arrivals,
    waits_of_tickets,
)
from tests.conftest import small_plan
from tests.queueing.estimation.test_day import Morning, busy


def plan_with_server() -> OfficePlan:
    plan = small_plan(needs=(Need("server", {"id": "Server"}),))
    return replace(plan, services=tuple(replace(one, needs=("server",)) for one in plan.services))


def morning(**more: object) -> Morning:
    """Return a morning of which no gap between two calls is known to be usual."""
    found = Morning(plan_with_server(), **more)  # type: ignore[arg-type]
    found.day.waits = NoEstimates()
    return found


def still(driven: Morning, service: str = "card") -> Standstill | None:
    return standstills(driven.day, driven.plan, driven.at).get(service)


STEPS = (
    "issue",
    "call",
    "pause",
    "resume",
    "service_paused",
    "service_resumed",
    "down",
    "back",
    "answer",
    *range(1, 25),
)


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(st.lists(st.sampled_from(STEPS), max_size=40))
def test_it_lasts_exactly_while_each_minute_since_the_last_call_was_one_in_which_somebody_could_be_called(
    steps: list[str | int],
) -> None:
    """Counted by hand, minute by minute, for one counter from which nobody goes away without a call."""
    driven, quiet, answered = morning(), 0, False
    driven.sit("1")
    for step in steps:
        day = driven.day
        stands = day.counter("1").state == "open" and day.service_today(driven.plan.service("card")).state == "open"
        match step:
            case "issue" if day.service_state(driven.plan.service("card")) == "open":
                driven.issue()
            case "call" if stands and day.waiting.count(["card"]):
                driven.call()
                quiet, answered = 0, False
            case "pause" if day.counter("1").state == "open":
                driven.take(e.CounterPaused("1"))
            case "resume" if day.counter("1").state == "paused":
                driven.take(e.CounterResumed("1"))
            case "service_paused":
                driven.take(e.ServicePaused("card", {}, ""))
            case "service_resumed":
                driven.take(e.ServiceResumed("card"))
                quiet = 0  # staff found a way: from here on it is looked at anew
            case "down" if "server" not in day.outages:
                driven.take(e.OutageBegun("server", "card family birth"))
            case "back":
                driven.execute(EndOutage(need="server"))
            case "answer" if day.waiting.count(["card"]):
                driven.execute(AnswerStandstill(services="card", answer="goes_on"))
                answered = True
            case int():
                for _ in range(step):
                    able = stands and day.waiting.count(["card"]) > 0
                    quiet = quiet + 1 if able else 0
                    driven.forward(1)
        stands = day.counter("1").state == "open" and day.service_today(driven.plan.service("card")).state == "open"
        able = stands and day.waiting.count(["card"]) > 0
        quiet = quiet if able else 0
        found = still(driven)
        assert (found is not None) == (able and quiet >= 15), (steps, step, quiet)
        if found is not None:
            assert driven.at - found.since == timedelta(minutes=quiet)
            assert found.minutes(driven.at) == quiet // 5 * 5
            assert (found.answer == "goes_on") == answered


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(st.floats(1, 12), st.integers(2, 10))
def test_it_begins_after_four_times_the_usual_gap_and_waiting_for_it_makes_that_no_longer(
    gap: float, calls: int
) -> None:
    driven = busy(gap, calls, plan=plan_with_server())
    usual = driven.watch.usual_gap("card")
    assert usual is not None
    least = max(15.0, 4 * usual)
    driven.forward(least - 0.1)
    assert still(driven) is None
    driven.forward(0.2)
    assert still(driven) is not None
    for _ in range(20):
        driven.forward(17)
        assert still(driven) is not None
    driven.call()
    assert still(driven) is None


def test_a_standstill_does_not_make_the_next_one_usual() -> None:
    driven = busy(4.0, 8, plan=plan_with_server())
    before = driven.watch.usual_gap("card")
    driven.forward(90)
    driven.call()
    for _ in range(2):
        driven.forward(4)
        driven.call()
    assert before == driven.watch.usual_gap("card") == pytest.approx(4)
    few = busy(30.0, 1, plan=plan_with_server())  # nothing is known of earlier days
    assert few.watch.usual_gap("card") == pytest.approx(10)


def test_no_wait_is_told_while_it_lasts_and_one_again_after_the_next_call() -> None:
    driven = busy(plan=plan_with_server())
    number = driven.issue()

    def told() -> tuple[object, object]:
        ticket = driven.day.tickets[number]
        still = no_calls(driven.day, driven.plan, driven.at)
        waits = waits_of_tickets(driven.day, still, driven.at)
        return waits(ticket, 11), waits_of_arrivals(driven.day, still, driven.at)("card")

    assert None not in told()
    driven.forward(40)
    assert told() == (None, None)
    assert no_calls(driven.day, driven.plan, driven.at) == {"card": NoCall(40)}
    assert driven.day.tickets[driven.issue()].wait_at_issue is None
    driven.call()
    assert None not in told()
    assert driven.day.tickets[driven.issue()].wait_at_issue is not None


def test_a_counter_that_calls_others_first_is_at_work() -> None:
    driven = morning()
    driven.sit("3")
    for service in ("card", "card", "card", "family"):
        driven.issue(service)
    for _ in range(3):
        driven.forward(10)
        driven.call("3")
    assert still(driven, "family") is None
    driven.forward(16)
    assert still(driven, "family") is not None


def test_a_counter_that_does_not_serve_the_queue_changes_nothing() -> None:
    driven = morning()
    driven.sit("1", "2")
    driven.issue("card")
    for _ in range(3):
        driven.issue("birth")
        driven.forward(9)
        driven.call("2")
    assert set(standstills(driven.day, driven.plan, driven.at)) == {"card"}


def test_who_was_sent_to_a_paused_counter_is_waited_for_by_nobody_else() -> None:
    driven = morning()
    driven.sit("1", "3")
    number = driven.issue()
    driven.call("1")
    driven.execute(StartService(ticket=number, counter="1"))
    driven.execute(TransferTicket(ticket=number, counter="1", service="card", to_counter="3"))
    driven.take(e.CounterPaused("3"))
    driven.forward(60)
    assert still(driven) is None
    driven.take(e.CounterResumed("3"))
    driven.forward(16)
    assert still(driven) is not None


def test_a_break_by_the_hours_is_none_of_it() -> None:
    plan = plan_with_server()
    plan = replace(plan, hours=Hours(week={"tuesday": read_spans(["07:30-09:00", "10:00-15:00"])}))
    driven = Morning(plan)
    driven.day.waits = NoEstimates()
    driven.sit("1")
    driven.issue()
    driven.issue()
    driven.at = driven.at.astimezone(ZoneInfo("Asia/Jakarta")).replace(hour=8, minute=50)
    driven.call()
    driven.forward(60)
    assert still(driven) is None
    driven.forward(24)  # 10:14
    assert still(driven) is None
    driven.forward(1)
    found = still(driven)
    assert found is not None
    assert found.minutes(driven.at) == 15


def test_an_answer_holds_for_the_services_that_were_asked_for_until_the_next_call() -> None:
    driven = morning()
    driven.sit("1", "2")
    for _ in range(3):
        driven.issue("card")
        driven.issue("birth")
    driven.forward(20)
    driven.execute(AnswerStandstill(services="card", answer="break"))
    assert {code: one.answer for code, one in standstills(driven.day, driven.plan, driven.at).items()} == {
        "card": "break", "birth": "",
    }  # fmt: skip
    assert no_calls(driven.day, driven.plan, driven.at)["card"] == NoCall(20, on_break=True)
    lines = len(driven.entries)
    driven.execute(AnswerStandstill(services="card", answer="break"))  # said already
    assert len(driven.entries) == lines
    driven.execute(AnswerStandstill(services="card birth", answer="break"))
    assert driven.entries[-1].event == e.StandstillAnswered("birth", "break")
    driven.call("1")
    driven.forward(20)
    assert {code: one.answer for code, one in standstills(driven.day, driven.plan, driven.at).items()} == {
        "card": "", "birth": "break",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("services", "refusal"), [("", Invalid), (" ", Invalid), ("card passport", Unknown)], ids=["none", "blank", "gone"]
)
def test_an_answer_is_for_services_that_there_are(services: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        morning().execute(AnswerStandstill(services=services, answer="break"))


def test_a_step_of_the_clock_is_no_time_in_which_nobody_was_called() -> None:
    """It moves calls, counters and queues with it."""
    driven = morning()
    driven.sit("1")
    driven.issue()
    driven.issue()
    driven.call()
    driven.forward(5)
    driven.take(e.ServiceResumed("card"))
    driven.forward(180)
    driven.take(e.ClockSet(180 * 60.0, "told"))
    assert still(driven) is None
    driven.forward(16)
    assert still(driven) is not None
