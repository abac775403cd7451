"""An invented day obeys the real rules, is the same for the same seed, and gets better where it should."""

from __future__ import annotations

from collections import Counter as Tally
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest

from antrean.commands.sample_office import MIX, SERVE, sample_plan
from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import Limits, Service
from antrean.reporting.wait_report import figures, groups, table
from antrean.simulation.demand import DemandModel, counters, invent_day
from antrean.simulation.engine import run
from antrean.simulation.scenario import Scenario, ScriptedLeg, Shift, Visitor
from antrean.simulation.write_day import write_past_day
from tests.conftest import ListJournal, SetClock, small_plan
from tests.fakes.same_day import state_of
from tests.storage.edges import check_legs, check_numbers, walk

DAY = date(2026, 11, 23)
MODEL = DemandModel(MIX, SERVE)


def invented(visitors: int = 150, seed: int = 1, number: int = 3, **changes: object) -> Scenario:
    plan = sample_plan("test")
    plan = replace(plan, counters=counters(plan, number), **changes)  # type: ignore[arg-type]
    return invent_day(DAY, plan, visitors, seed, MODEL)


def mean_wait(day: ServiceDay) -> timedelta:
    mean = figures(list(day.tickets.values())).mean
    assert mean is not None
    return mean


@pytest.mark.parametrize(
    ("language", "name"), [("id", "Petugas"), ("su", "Patugas"), ("en", "Operator"), ("fr", "Operator")]
)
def test_who_sits_at_the_counters_of_an_invented_day_is_named_in_the_offices_language(language: str, name: str) -> None:
    day = invented(20, languages=(language, "en"))
    assert {change[2] for shift in day.shifts for change in shift.changes[:1]} == {f"{name} {n}" for n in "123"}


@pytest.mark.slow
@pytest.mark.parametrize("discipline", list(DISCIPLINES))
def test_every_line_of_an_invented_day_is_one_that_the_rules_allow(discipline: str) -> None:
    outcome = run(invented(200, discipline=discipline))
    states = walk(list(outcome.entries))
    check_numbers(list(outcome.entries))
    assert {number: ticket.state for number, ticket in outcome.day.tickets.items()} == states
    assert len(states) == 200
    assert set(states.values()) <= {"completed", "no_show", "cancelled"}
    assert state_of(ServiceDay.fold(DAY, outcome.entries)) == state_of(outcome.day)
    for ticket in outcome.day.tickets.values():
        check_legs(ticket)


def test_the_same_seed_is_the_same_day_and_another_seed_another() -> None:
    assert run(invented(seed=7)).entries == run(invented(seed=7)).entries
    assert run(invented(seed=7)).entries != run(invented(seed=8)).entries


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_more_counters_never_lengthen_the_mean_wait(seed: int) -> None:
    waits = [mean_wait(run(invented(200, seed, number)).day) for number in (2, 3, 4, 5)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > waits[-1]


def test_the_crowd_is_the_one_that_was_asked_for() -> None:
    visitors = invented(4000).visitors
    shares = Tally(visitor.legs[0].service for visitor in visitors)
    for code, share in MIX.items():
        assert shares[code] / 4000 == pytest.approx(share, abs=0.03)
    assert sum(visitor.persons for visitor in visitors) / 4000 == pytest.approx(1.6, abs=0.1)
    assert sum(visitor.priority for visitor in visitors) / 4000 == pytest.approx(MODEL.priority, abs=0.02)
    hours = {visitor.at.astimezone(sample_plan("test").tz).hour for visitor in visitors}
    assert hours == {8, 9, 10, 11, 12, 13, 14}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_priority_visitors_wait_less_where_the_rule_says_so(seed: int) -> None:
    def of_class(discipline: str, name: str) -> timedelta:
        day = run(invented(230, seed, discipline=discipline)).day
        mean = groups(day, sample_plan("test"))[name].mean
        assert mean is not None
        return mean

    fair = of_class("first_come_first_served", "priority")
    for discipline in ("earliest_due_date", "accumulating_priority", "strict_priority"):
        assert of_class(discipline, "priority") < of_class(discipline, "regular")
        assert of_class(discipline, "priority") < fair


def at(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def by_hand(*visitors: tuple[float, ScriptedLeg], close: str = "close_when_empty") -> Scenario:
    """One counter that opens at minute 0 and closes at 60; visitors come at the given minutes."""
    plan, start = small_plan(), SetClock().now
    people = tuple(Visitor(start + at(minute), 1, False, (leg,)) for minute, leg in visitors)
    changes = ((start, "open", "Ani"), (start + at(60), close, ""))
    return Scenario(start.date(), plan, people, (Shift(plan.counters[2], changes),))  # type: ignore[arg-type]


def test_a_hand_counted_queue_comes_out_as_counted() -> None:
    served = ScriptedLeg("card", at(1), at(9))
    day = run(by_hand((0, served), (2, served), (5, served))).day
    legs = [ticket.legs[0] for ticket in day.tickets.values()]
    start = SetClock().now
    assert [leg.called_at for leg in legs] == [start, start + at(10), start + at(20)]
    assert [leg.ended_at for leg in legs] == [start + at(10), start + at(20), start + at(30)]
    assert figures(list(day.tickets.values())).mean == (at(8) + at(15)) / 3


def test_whoever_has_waited_too_long_leaves_and_nobody_is_called_in_vain() -> None:
    long, hasty = ScriptedLeg("card", at(0), at(30)), ScriptedLeg("card", at(0), at(5), patience=at(10))
    day = run(by_hand((0, long), (1, hasty), (2, long))).day
    assert [ticket.state for ticket in day.tickets.values()] == ["completed", "cancelled", "completed"]
    assert day.tickets["A-002"].ended_at == SetClock().now + at(11)
    assert day.tickets["A-003"].legs[0].called_at == SetClock().now + at(30)


def test_an_absent_visitor_costs_the_counter_only_the_call() -> None:
    gone, served = ScriptedLeg("card", at(2), None, "no_show"), ScriptedLeg("card", at(0), at(5))
    day = run(by_hand((0, gone), (0, served))).day
    assert [ticket.state for ticket in day.tickets.values()] == ["no_show", "completed"]
    assert day.tickets["A-002"].legs[0].called_at == SetClock().now + at(2)


@pytest.mark.parametrize(
    ("close", "states"), [("close_when_empty", ["completed"] * 2), ("close", ["completed", "expired"])]
)
def test_a_counter_that_closes_finishes_its_visitor_and_stays_for_others_only_if_it_shall(
    close: str, states: list[str]
) -> None:
    long = ScriptedLeg("card", at(0), at(70))
    day = run(by_hand((0, long), (1, long), close=close)).day
    assert [ticket.state for ticket in day.tickets.values()] == states
    assert day.counters["3"].state == "closed"


def test_closed_services_and_limits_of_today_do_not_stop_an_invented_visit() -> None:
    services = (Service("card", "A", {"id": "KTP"}, closed=True, daily_limit=0),)
    plan = small_plan(services=services, limits=Limits(readmits=0), counters=small_plan().counters[2:])
    plan = replace(plan, counters=(replace(plan.counters[0], primary=("card",)),))
    day = run(invent_day(DAY, plan, 20, 1, DemandModel({"card": 1.0}))).day
    assert len(day.tickets) == 20


def test_a_past_day_is_written_once_behind_what_is_there_and_never_into_today() -> None:
    entries = run(invented(20)).entries
    journal = ListJournal()
    earlier = run(invent_day(DAY - timedelta(days=1), sample_plan("test"), 5, 1, MODEL)).entries
    write_past_day(journal, earlier, date(2026, 11, 24))
    last = write_past_day(journal, entries, date(2026, 11, 24))
    assert [entry.seq for entry in journal.entries] == list(range(1, last + 1))
    assert last == len(earlier) + len(entries)
    assert {entry.actor for entry in journal.entries} == {"simulation"}
    with pytest.raises(ValueError, match="already"):
        write_past_day(journal, entries, date(2026, 11, 24))
    with pytest.raises(ValueError, match="not over"):
        write_past_day(ListJournal(), entries, DAY)
    assert journal.last_seq() == last


class Rival(ListJournal):
    """Another hub writes a line just before the turn begins."""

    def exclusive(self) -> AbstractContextManager[None]:
        line = run(invented(1)).entries[0]
        self.append([replace(line, seq=self.last_seq() + 1, business_day=date(2026, 11, 24))])
        return super().exclusive()


def test_a_hub_that_writes_meanwhile_loses_nothing() -> None:
    journal, entries = Rival(), run(invented(5)).entries
    last = write_past_day(journal, entries, date(2026, 11, 24))
    assert last == len(entries) + 1
    assert [entry.seq for entry in journal.entries] == list(range(1, last + 1))


def test_the_table_shows_each_group_with_its_figures() -> None:
    long, hasty = ScriptedLeg("card", at(0), at(30)), ScriptedLeg("card", at(0), at(5), patience=at(10))
    day = run(by_hand((0, long), (1, hasty), (2, long))).day
    text = table([("one day", groups(day, small_plan()))]).splitlines()
    assert text[0].strip() == "one day"
    assert text[1].split() == ["minutes", "tickets", "persons", "median", "p90", "longest", "absent", "left"]
    assert text[2].split() == ["everybody", "3", "3", "0.0", "28.0", "28.0", "0", "1"]
    assert [line.split("  ")[0] for line in text[3:]] == ["regular", "card, regular"]
