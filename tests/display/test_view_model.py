"""What the waiting room sees of a day and a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from antrean.queueing.calls.call import Call
from antrean.queueing.commands import CallNext, CompleteTicket, IssueTicket, OpenCounter, RecallTicket, StartService
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.zones import Zone
from display.view_model import CALLS_TOLD, ROWS_SHOWN, Board, board, calls_json, newest_of_each_number
from tests.conftest import ListJournal, SetClock
from tests.fakes.stands import stands

WHERE = ("arrow", "floor", "zone", "elsewhere")
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def call_one(office: Office, service: str = "card") -> str:
    office.execute(IssueTicket(service=service, language="id"))
    answer = office.execute(CallNext(counter="3", operator="Ani"))
    assert answer.ticket is not None
    return answer.ticket.number


def serve_one(office: Office, number: str) -> None:
    office.execute(StartService(ticket=number, counter="3"))
    office.execute(CompleteTicket(ticket=number, counter="3"))


def seen(office: Office, language: str = "id") -> Board:
    return office.read(lambda day, plan: board(day, plan, language))


def calls(*numbers: str) -> list[Call]:
    return [Call(seq, number, "1", "card", AT) for seq, number in enumerate(numbers, start=1)]


def test_before_the_first_call_there_is_nothing_to_show(office: Office) -> None:
    empty = seen(office)
    assert (empty.newest, empty.calls, empty.rows) == (None, (), ())
    assert [row.waiting for row in empty.services] == [0, 0, 0]


def test_the_newest_call_shows_number_counter_and_service(office: Office) -> None:
    office.execute(OpenCounter(counter="3", operator="Ani"))
    call_one(office, "family")
    newest = seen(office, "en").newest
    assert newest is not None
    assert (newest.number, newest.counter_name, newest.service_name, newest.series) == (
        "B-001",
        "Loket 3",
        "Family card",
        "B",
    )


def test_a_repeated_call_is_a_call_of_its_own_in_the_log(office: Office, clock: SetClock) -> None:
    office.execute(OpenCounter(counter="3", operator="Ani"))
    number = call_one(office)
    clock.forward(seconds=30)
    office.execute(RecallTicket(ticket=number, counter="3"))
    shown = seen(office)
    assert [(call.number, call.recall) for call in shown.calls] == [(number, False), (number, True)]
    assert [row.number for row in shown.rows] == [number]


def test_the_log_holds_the_last_twenty_calls_oldest_first(office: Office) -> None:
    office.execute(OpenCounter(counter="3", operator="Ani"))
    for _ in range(CALLS_TOLD + 5):
        serve_one(office, call_one(office))
    told = calls_json(seen(office).calls)
    assert len(told) == CALLS_TOLD
    assert [call["number"] for call in told] == [f"A-{n:03d}" for n in range(6, 26)]
    assert [call["seq"] for call in told] == sorted(call["seq"] for call in told)
    assert told[-1]["at"] == int(AT.timestamp() * 1000)


def test_a_number_called_twice_stands_once_where_it_was_called_last(plan: OfficePlan) -> None:
    rows = newest_of_each_number(calls("A-001", "A-002", "A-001", "A-003"), plan, "id")
    assert [(row.number, row.seq) for row in rows] == [("A-003", 4), ("A-001", 3), ("A-002", 2)]


def test_one_number_called_again_and_again_does_not_push_the_others_out(plan: OfficePlan) -> None:
    log = calls(*(f"A-{n:03d}" for n in range(1, 14)), *(["A-014"] * 10))
    rows = newest_of_each_number(log, plan, "id")
    assert len(rows) == ROWS_SHOWN
    assert [row.number for row in rows[:3]] == ["A-014", "A-013", "A-012"]


def test_a_service_or_counter_taken_out_of_the_plan_keeps_its_calls_readable(office: Office, plan: OfficePlan) -> None:
    office.execute(OpenCounter(counter="3", operator="Ani"))
    call_one(office, "birth")
    smaller = replace(plan, services=plan.services[:1], counters=plan.counters[:1])
    newest = office.read(lambda day, _plan: board(day, smaller, "id")).newest
    assert newest is not None
    assert (newest.number, newest.service_name, newest.counter_name, newest.series) == ("C-001", "birth", "3", "C")


def test_waiting_is_counted_per_service_and_a_paused_one_says_so(office: Office) -> None:
    office.execute(OpenCounter(counter="3", operator="Ani"))
    call_one(office, "card")
    for _ in range(2):
        office.execute(IssueTicket(service="card", persons=3, language="id"))
    stands(office, "card", "paused", {"id": "listrik"})
    first = office.read(lambda day, plan: board(day, plan, "id", lambda service: (5, 10))).services[0]
    assert (first.waiting, first.state, first.closure_reasons["en"], first.wait) == (2, "paused", "listrik", None)


def test_a_call_tells_where_its_counter_is(plan: OfficePlan, clock: SetClock) -> None:
    here = replace(plan.counter("3"), arrow="left", floor="2", way={"id": "di samping pintu"})
    plan = replace(plan, counters=(*plan.counters[:2], here))
    office = Office(ListJournal(), lambda: plan, clock)
    office.execute(OpenCounter(counter="3", operator="Ani"))
    call_one(office)
    (call,) = seen(office).calls
    assert (call.arrow, call.floor, call.way) == ("left", "2", {"id": "di samping pintu"})
    (told,) = calls_json([call])
    assert (told["arrow"], told["floor"]) == ("left", "2")


def test_a_display_of_another_zone_names_floor_or_zone_and_shows_no_arrow(plan: OfficePlan, clock: SetClock) -> None:
    zones = (Zone("hall", {"id": "Lobi"}), Zone("upstairs", {"id": "Lantai 2"}))
    there = replace(plan.counter("3"), arrow="left", zone="upstairs")
    plan = replace(plan, counters=(*plan.counters[:2], there), zones=zones)
    office = Office(ListJournal(), lambda: plan, clock)
    office.execute(OpenCounter(counter="3", operator="Ani"))
    call_one(office)

    def told(hangs_in: str, plan: OfficePlan = plan) -> tuple[str, str, str, bool]:
        shown = office.read(lambda day, _plan: board(day, plan, "id", hangs_in=hangs_in))
        (call,), (row,) = calls_json(shown.calls), shown.rows
        assert (row.arrow, row.floor, row.zone, row.elsewhere) == tuple(call[one] for one in WHERE)
        return row.arrow, row.floor, row.zone, row.elsewhere

    assert told("upstairs") == ("left", "", "", False)
    assert told("hall") == told("") == ("", "", "Lantai 2", True)
    on_a_floor = replace(plan, counters=(*plan.counters[:2], replace(there, floor="2")))
    assert told("hall", on_a_floor) == ("", "2", "", True)
    of_no_zone = replace(plan, counters=(*plan.counters[:2], replace(there, zone="")))
    assert told("hall", of_no_zone) == ("left", "", "", False)
