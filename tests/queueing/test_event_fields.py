"""Every event against every field of what a day holds: what it sets or clears, and that nothing else changes.

Each row folds one event into a day in which no field is empty. What the row does not name has to stay as it was, so
nothing that is carried over a transition is left to chance. A new event needs a row in ROWS; a new field has to be
filled in `full_day.py` and named in a row that changes it, or in NEVER if nothing ever does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from antrean.queueing import events as e
from antrean.queueing.announcements.state import Announcement
from antrean.queueing.calling.waiting_lists import WaitingLists
from antrean.queueing.calls.call import Call
from antrean.queueing.cases.state import CasesDone
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.counters.spans import Pause, Span
from antrean.queueing.cutoff.state import Stopped, WentOn
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import KINDS
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.outages.state import Outage
from antrean.queueing.services.state import ServiceToday
from antrean.queueing.slips.slip import Roll, Slip
from antrean.queueing.standstill.state import StandstillAnswer
from antrean.queueing.tickets.ticket import Behind, Leg, Ticket, Undo
from antrean.queueing.vouchers.state import Redeemed
from tests.queueing.full_day import APART, DAY, THINGS, cells, cells_of, full_day, full_ticket, minute

AT, SEQ = minute(60), 51
LACKING = Slip(
    "LIST", 2, "printer-2", AT, service="family", language="en", number="A-001", papers="d1 d3", about="spared"
)
ON_PAPER = Slip("VOUCHER", 2, "printer-2", AT, number="A-012", voucher=44, again=1)
GONE = "<gone>"
Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """An event, the state of A-001 before it, and every cell that it changes; a function is given the day before.

    `prepare` changes the day before the event.
    """

    event: e.Event
    before: str
    changes: Changes
    prepare: Callable[[ServiceDay], None] = lambda day: None
    more: str = field(default="")


def a_001(**changes: Any) -> Changes:
    return {f"tickets.A-001.{name}": value for name, value in changes.items()}


def counter_3(**changes: Any) -> Changes:
    return {f"counters.3.{name}": value for name, value in changes.items()}


def leg(**changes: Any) -> Changes:
    """Return changes of the stage that A-001 was in."""
    return {f"tickets.A-001.legs.1.{name}": value for name, value in changes.items()}


def waits(*numbers: str, service: str = "card", cls: str = "front") -> Changes:
    return {f"waiting.{service}/{cls}": numbers or GONE}


LOOSE = {"TEST": "test_slips.0", "LIST": "list_slips.0", "VOUCHER": "voucher_slips.0"}  # of no ticket


def slip(place: str, **changes: Any) -> Changes:
    """Return changes of the slip that is being sent, where its ticket has it and among the open ones."""
    here = LOOSE.get(place, f"tickets.{place}.slips.1")
    return {f"{here}.{name}": value for name, value in changes.items()}


def open_slip(key: str, **changes: Any) -> Changes:
    return {f"open_slips.{key}.{name}": value for name, value in changes.items()}


def settled(key: str, **changes: Any) -> Changes:
    """Return changes of a slip that is open no more."""
    return {**slip(key.partition("/")[0], **changes), f"open_slips.{key}": GONE}


def still_open(key: str, **changes: Any) -> Changes:
    return {**slip(key.partition("/")[0], **changes), **open_slip(key, **changes)}


def undo(step: str) -> Callable[[ServiceDay], Undo]:
    return lambda day: Undo(step, day.tickets["A-001"].snapshot())


def waits_again(**other: Any) -> Changes:
    """Return what changes when A-001 waits again, with a new stage."""
    again = {
        "state": "waiting", "counter": "", "operator": "", "ended_at": None, "started_at": None,
        "legs.2": lambda day: Leg(day.tickets["A-001"].service, AT, note="Photo is taken"),
    }  # fmt: skip
    return a_001(**(again | other))


def with_undo(step: str, **before: Any) -> Callable[[ServiceDay], None]:
    """Return what makes a step of A-001 the last one at its counter; `before` is how the ticket was."""

    def prepare(day: ServiceDay) -> None:
        day.undo["3"] = Undo(step, old(**before))

    return prepare


# How A-001 was before the step that is taken back: every field is another than in the full day.
BEFORE: dict[str, Any] = {
    "token": "other", "service": "family", "series": "Z", "persons": 7, "priority": True, "language": "en",
    "device": "kiosk-9", "issued_at": minute(40), "arrival": minute(41), "seq": 40, "then": "",
    "state": "serving", "front": False,
    "counter": "9", "operator": "Tini", "call": 40, "called_at": minute(42), "last_call_at": minute(43),
    "started_at": minute(44), "ended_at": None, "held_at": None, "hold_reason": "", "recalls": 0, "readmits": 0,
    "outcome": "", "seated": False, "coming": False, "behind": None, "deferred": False, "carried_over": 9,
    "case": "QQQQPPPP", "collects": "",
    "people_ahead_at_issue": 9, "wait_at_issue": None, "reach_at_issue": "unlikely",
    "legs": (Leg("birth", minute(41)),), "slips": (),
}  # fmt: skip


def old(**other: Any) -> Ticket:
    """Return A-001 as it was before the step."""
    return replace(full_ticket("A-001", "serving"), **(BEFORE | other))


# What a ticket is from its issue on; no step sets it, so that nothing of it is taken back.
FOR_GOOD = {
    "token", "series", "language", "device", "issued_at", "seq", "people_ahead_at_issue", "wait_at_issue", "deferred",
    "reach_at_issue", "carried_over", "case", "collects",
}  # fmt: skip


def as_it_was(*kept: str, **other: Any) -> Changes:
    """Return every field of A-001 that a step sets as it was before the step, except some."""
    left = {*FOR_GOOD, *kept, "legs"}
    back: dict[str, Any] = {name: value for name, value in BEFORE.items() if name not in left}
    back |= {"legs.0": Leg("birth", minute(41)), "legs.1": GONE, **BEHIND_NOBODY}
    return a_001(**(back | other))


CALL = Call(51, "A-001", "3", "card", AT, False, "chosen", {"note": "ill", "passed": 1})
NEW = Ticket(
    number="A-003", token="new", service="family", series="A", persons=2, priority=True, language="en",
    device="kiosk-2", issued_at=AT, arrival=AT, seq=51, then="birth", people_ahead_at_issue=6, wait_at_issue=(5, 15),
    reach_at_issue="unlikely", legs=(Leg("family", AT),), slips=(Slip("A-003", 0, "printer-2", AT),),
    case="ZZZZYYYY", collects="TTTTVVVV1 TTTTVVVV2",
)  # fmt: skip
ISSUED = e.TicketIssued(
    "A-003", "family", "A", 3, 2, True, "en", "kiosk-2", "printer-2", 6, wait_low=5, wait_high=15, token="new",
    then="birth", reach="unlikely", case="ZZZZYYYY", collects="TTTTVVVV1 TTTTVVVV2",
)  # fmt: skip
STEP = timedelta(minutes=-90)
GAVE_BACK: Changes = {"outages.server.left": 2}
BEHIND_NOBODY: Changes = {"behind": None, **{f"behind.{one.name}": GONE for one in fields(Behind)}}


def placed_behind(
    arrival: datetime, order: tuple[int, ...], as_regular: bool = False, came_back: bool = False
) -> Changes:
    """Return changes of A-001, which stood behind nobody."""
    return {
        "behind": GONE, "behind.arrival": arrival, "behind.order": order, "behind.as_regular": as_regular,
        "behind.came_back": came_back,
    }  # fmt: skip


def every_time_moved(day: ServiceDay) -> Changes:
    """Return every time that the day holds, moved; not that of the newest line, nor until when times are right."""
    moved: dict[str, Any] = {}
    for path, value in cells(day).items():
        if isinstance(value, datetime) and path not in ("last_at", "undated"):
            moved[path] = value + STEP
        elif isinstance(value, Undo):
            moved[path] = replace(value, before=_moved(value.before))
    return moved


def everything_forgotten(day: ServiceDay) -> Changes:
    """Return the cells of a day that has just begun, but for where it stands, its clock and its journal."""
    stays = {"business_day", "seq", "last_at", "doubted", "undated", "sealed"}
    before, fresh = cells(day), cells(ServiceDay(DAY))
    return {
        path: fresh.get(path, GONE)
        for path in before.keys() | fresh.keys()
        if path.partition(".")[0] not in stays and before.get(path, GONE) != fresh.get(path, GONE)
    }


def _moved(ticket: Ticket) -> Ticket:
    def step(thing: Any) -> Any:
        times = {one.name: getattr(thing, one.name) for one in fields(thing)}
        return replace(thing, **{name: at + STEP for name, at in times.items() if isinstance(at, datetime)})

    made: Ticket = replace(
        step(ticket),
        behind=step(ticket.behind),
        legs=tuple(map(step, ticket.legs)),
        slips=tuple(map(step, ticket.slips)),
    )
    return made


CALLED: Changes = {
    **a_001(state="called", front=False, counter="3", operator="Dewi", call=51, called_at=AT, last_call_at=AT),
    **a_001(started_at=None, recalls=0),
    **leg(counter="3", called_at=AT, operator="Dewi", calls=1, last_call_at=AT),
    **counter_3(ticket="A-001", turn=51, handed_by=""),
    **waits(),
    "calls.1": CALL,
    "priority_streak": 0,
}


def was_at_counter_1(day: ServiceDay) -> None:
    ticket = day.tickets["A-001"]
    ticket.counter, ticket.legs = "1", (ticket.legs[0], replace(ticket.legs[1], counter="1"))


def priority_visitor_at_counter_1(day: ServiceDay) -> None:
    was_at_counter_1(day)
    day.tickets["A-001"].priority = True
    day.tickets["A-001"].behind = None


def finished_b_003(day: ServiceDay) -> None:
    was_at_counter_1(day)
    day.undo["3"] = Undo("complete", full_ticket("B-003", "serving"))


def called_after_b_003(day: ServiceDay) -> None:
    day.undo["3"] = Undo("complete", full_ticket("B-003", "serving"), old(state="waiting"))
    mine = Call(44, "A-001", "3", "card", AT)
    day.calls += [
        Call(43, "A-002", "1", "card", AT, priority=True), mine, Call(45, "B-002", "1", "card", AT, priority=True),
        replace(mine, seq=46, recall=True),
    ]  # fmt: skip
    day.priority_streak = 1


def _without_a_code(day: ServiceDay) -> None:
    day.tickets["A-001"].case = ""


HELD = 7 + 46 * 60 * 1_000_000  # microseconds: before, and since 08:14
LEFT: Changes = {**a_001(ended_at=AT, held_at=None, hold_reason=""), **leg(ended_at=AT, held=HELD)}
CALL_TICKET = e.TicketCalled("A-001", "3", "Dewi", "chosen", {"note": "ill", "passed": 1})

ROWS: list[Row] = [
    Row(
        ISSUED, "waiting",
        {"tickets.A-003": NEW, "tokens.new": "A-003", "last_number.A": 3, "issued.family": 1,
         "outages.server.waited": 5, "open_slips.A-003/0": NEW.slips[0],
         "case_codes.ZZZZYYYY": "A-003", "collecting.TTTTVVVV1": ("A-001", "A-003"),
         "collecting.TTTTVVVV2": ("A-003",),
         **waits("A-003", service="family", cls="priority")},
    ),
    Row(
        replace(ISSUED, printer="", wait_low=None), "waiting",
        {"tickets.A-003": replace(NEW, slips=(), wait_at_issue=None), "tokens.new": "A-003", "last_number.A": 3,
         "issued.family": 1, "outages.server.waited": 5, **waits("A-003", service="family", cls="priority"),
         "case_codes.ZZZZYYYY": "A-003", "collecting.TTTTVVVV1": ("A-001", "A-003"),
         "collecting.TTTTVVVV2": ("A-003",)},
        more="without a printer or a wait",
    ),
    Row(CALL_TICKET, "waiting", {**CALLED, "undo.3": GONE}, was_at_counter_1),
    Row(
        replace(CALL_TICKET, finished="B-003"), "waiting",
        {**CALLED, "undo.3": lambda day: replace(
            day.undo["3"], called=day.tickets["A-001"].snapshot())},
        finished_b_003, "by the wish that finished another",
    ),
    Row(
        replace(CALL_TICKET, finished="B-009"), "waiting", {**CALLED, "undo.3": GONE}, finished_b_003,
        "by a wish that finished yet another",
    ),
    Row(
        CALL_TICKET, "waiting",
        {**CALLED, "undo.3": GONE, **waits(), "priority_streak": 2, "calls.1": replace(CALL, priority=True)},
        priority_visitor_at_counter_1,
        "of a priority visitor",
    ),
    Row(
        e.TicketRecalled("A-001", "3"), "called",
        {**a_001(recalls=3, last_call_at=AT, call=51), **leg(calls=3, last_call_at=AT),
         "calls.1": Call(51, "A-001", "3", "card", AT, True, "chosen", {"waited": 8})},
    ),
    Row(
        e.TicketStarted("A-001", "3"), "called",
        {**a_001(state="serving", started_at=AT, seated=False, coming=False), **leg(started_at=AT),
         "undo.3": undo("start"), "stock_used.A-001.blank": GONE, "cases_done.A-001": GONE},
    ),
    Row(
        e.TicketCompleted("A-001", "3", "papers_missing", 8, "d1 d3", "2026-11-26T10:00"), "serving",
        {**LEFT, **a_001(state="completed", outcome="papers_missing", persons=8),
         **leg(end="papers_missing", missing="d1 d3", come_on="2026-11-26T10:00"),
         **counter_3(ticket="", turn=51), "undo.3": undo("complete")},
    ),
    Row(
        e.TicketWentOn("A-001", "3", "family", 8), "completed",
        {**waits_again(service="family", then="", persons=8, outcome="", only_at="", **{"legs.2": Leg("family", AT)}),
         **a_001(**BEHIND_NOBODY),
         **leg(persons=3), **waits("A-001", service="family")},
    ),
    Row(
        e.TicketMarkedNoShow("A-001", "3"), "called",
        {**LEFT, **a_001(state="no_show", coming=False), **leg(end="no_show"), **counter_3(ticket="", turn=51),
         "undo.3": undo("no_show")},
    ),
    Row(e.TicketReadmitted("A-001", "3"), "no_show", {**waits_again(readmits=2), **waits("A-001")}),
    Row(e.TicketReopened("A-001", "3"), "completed",
        {**waits_again(outcome="", only_at="", front=True), **waits("A-001")},
        lambda day: setattr(day.tickets["A-001"], "front", False)),
    Row(
        e.VisitorCameBack("A-001"), "completed",
        {**waits_again(outcome="", only_at="", readmits=2), **a_001(**BEHIND_NOBODY),
         "waiting.card/regular": ("A-001", "A-002")},
        lambda day: setattr(day.tickets["A-001"], "front", False),
    ),
    Row(
        e.VisitorCameBack("A-001", "A-002"), "completed",
        {**waits_again(outcome="", only_at="", readmits=2),
         **a_001(**placed_behind(minute(2), (2, -51), came_back=True)),
         "waiting.card/regular": ("A-002", "A-001")},
        lambda day: _behind_the_next(day), "behind who is next",
    ),
    Row(
        e.VisitorCameBack("A-001", "", "family"), "completed",
        {**waits_again(service="family", persons=5, outcome="", only_at="", readmits=2),
         **a_001(**{"legs.2": Leg("family", AT)}),
         **a_001(**BEHIND_NOBODY), **leg(persons=3), "waiting.family/regular": ("A-001",)},
        lambda day: _lacked_at_first(day), "to the first service of the visit",
    ),
    Row(
        e.TicketHeld("A-001", "3", "elsewhere"), "serving",
        {**a_001(state="held", held_at=AT, hold_reason="elsewhere"),
         **counter_3(ticket="", turn=51, held=("B-001", "A-001")), "undo.3": undo("hold")},
    ),
    Row(
        e.TicketResumed("A-001", "3"), "held",
        {**a_001(state="serving", held_at=None, hold_reason=""), **leg(held=HELD),
         **counter_3(ticket="A-001", turn=51, held=("B-001",)), "undo.3": GONE},
    ),
    *(
        Row(
            e.TicketReturned("A-001", "3"), state,
            {**waits_again(held_at=None, hold_reason=""), **leg(ended_at=AT, held=HELD, end="returned"),
             **waits("A-001"), **counter_3(ticket="", turn=51), "undo.3": undo("return")},
            more=state,
        )
        for state in ("called", "serving")
    ),
    *(
        Row(
            e.TicketTransferred("A-001", "3", "family", position, "Papers are complete", "1"), "serving",
            {**waits_again(held_at=None, hold_reason="", service="family", then="", only_at="1",
                           **{"legs.2": Leg("family", AT, note="Papers are complete")}),
             **a_001(**more), **leg(ended_at=AT, held=HELD, end="transferred"),
             **waits("A-001", service="family", cls=cls), **counter_3(ticket="", turn=51), "undo.3": undo("transfer")},
            prepare, position,
        )
        for position, more, cls, prepare in (
            ("front", {"front": True}, "front", lambda day: setattr(day.tickets["A-001"], "front", False)),
            ("arrival", {"front": False}, "regular", lambda day: None),
            ("end", {"front": False, "arrival": AT, **BEHIND_NOBODY}, "regular", lambda day: None),
        )
    ),
    Row(
        e.TicketCancelled("A-001", "visitor_left"), "waiting",
        {**LEFT, **a_001(state="cancelled", outcome="visitor_left"), **leg(end="visitor_left"), **waits(), **GAVE_BACK},
        more="waiting",
    ),
    Row(
        e.TicketCancelled("A-001"), "called",
        {**LEFT, **a_001(state="cancelled", outcome=""), **leg(end="cancelled"), **counter_3(ticket="", turn=51),
         **GAVE_BACK},
        more="called",
    ),
    *(
        Row(
            e.TicketExpired("A-001"), state,
            {**LEFT, **a_001(state="expired", outcome="day_closed"), **leg(end="day_closed"), **more,
             "expired.A-001": lambda day: day.tickets["A-001"].snapshot()},
            more=state,
        )
        for state, more in (
            ("waiting", waits()), ("called", counter_3(ticket="", turn=51)), ("serving", counter_3(ticket="", turn=51)),
            ("held", counter_3(held=("B-001",))),
        )
    ),
    Row(e.PersonsChanged("A-001", 9), "waiting", a_001(persons=9)),
    Row(
        e.PriorityChanged("A-001", True), "waiting",
        {**a_001(priority=True), **waits("A-001", cls="priority"), "waiting.card/regular": ("A-002",)},
        lambda day: _to_the_regular(day),
    ),
    Row(e.PriorityChanged("A-001", True), "called", a_001(priority=True), more="called"),
    Row(e.PersonsChanged("A-001", 9, 3, "3"), "called", {**a_001(persons=9), "undo.3": undo("persons")}, more="here"),
    Row(
        e.PriorityChanged("A-001", True, "3"), "held", {**a_001(priority=True), "undo.3": undo("priority")}, more="here"
    ),
    Row(
        e.TicketServiceChanged("A-001", "family", "card", "3"), "waiting",
        {**a_001(service="family", then="card"), **leg(service="family"), **waits(), **waits("A-001", service="family"),
         "undo.3": undo("service")},
    ),
    Row(
        e.TicketServiceChanged("A-001", "family", "card", "3"), "serving",
        {**a_001(service="family", then="card"), **leg(service="family"), "undo.3": undo("service"), "undo.1": GONE},
        lambda day: day.undo.update({"1": Undo("return", old())}), "over what another counter could take back",
    ),
    Row(e.VisitorSeated("A-001"), "waiting", a_001(seated=True), lambda day: _stand_up(day)),
    Row(e.VisitorComing("A-001"), "waiting", a_001(coming=True), lambda day: _still_far(day)),
    Row(
        e.TicketDeferred("A-001", "A-002"), "waiting",
        {**a_001(front=False, deferred=True, **placed_behind(minute(3), (12, -20, -51))), **waits(),
         "waiting.card/regular": ("A-002", "A-001")},
        lambda day: _in_the_first_place(day),
    ),
    Row(
        e.TicketDeferred("A-001", "A-002"), "waiting",
        {**a_001(front=False, deferred=True, **placed_behind(minute(2), (2, -51), as_regular=True)), **waits(),
         "waiting.card/regular": ("A-002", "A-001")},
        lambda day: _in_the_first_place(day, priority=True), "with priority, behind one without",
    ),
    Row(
        e.CommandUndone("A-001", "3", "complete", "serving"), "completed",
        {**as_it_was("slips"), **counter_3(ticket="A-001", turn=40), "undo.3": GONE, "cases_done.A-001": GONE},
        with_undo("complete"), "complete",
    ),
    *(
        Row(
            e.CommandUndone("A-001", "3", step, "called"), state,
            {**as_it_was("slips", "persons", state="called"), **more}, with_undo(step, state="called"), step,
        )
        for step, state, more in (
            ("start", "serving", {**counter_3(turn=40), "undo.3": GONE}),
            ("no_show", "no_show", {**counter_3(ticket="A-001", turn=40), "undo.3": GONE}),
            ("hold", "held", {**counter_3(ticket="A-001", turn=40, held=("B-001",)), "undo.3": GONE}),
        )
    ),
    *(
        Row(
            e.CommandUndone("A-001", "3", step, "serving"), "waiting",
            {**as_it_was("slips", "persons", "priority", "seated", "coming"), **a_001(seated=False, coming=False),
             **waits(),
             **counter_3(ticket="A-001", turn=40), "undo.3": GONE},
            with_undo(step), step,
        )
        for step in ("transfer", "return")
    ),
    Row(
        e.CommandUndone("A-001", "3", "call", "waiting"), "called",
        {**as_it_was("slips", "persons", "coming", state="waiting"), "calls.2.undone": True, "priority_streak": 2,
         **waits("A-001", service="family", cls="priority"),
         **counter_3(ticket="", turn=51), "undo.3": lambda day: replace(day.undo["3"], called=None)},
        called_after_b_003, "call",
    ),
    Row(
        e.CommandUndone("A-001", "3", "persons", "called"), "called", {**a_001(persons=7), "undo.3": GONE},
        with_undo("persons"), "persons",
    ),
    Row(
        e.CommandUndone("A-001", "3", "priority", "waiting"), "waiting",
        {**a_001(priority=True), **waits("A-001", cls="priority"), "waiting.card/regular": ("A-002",), "undo.3": GONE},
        lambda day: (_to_the_regular(day), with_undo("priority")(day))[0], "priority",
    ),
    Row(
        e.CommandUndone("A-001", "3", "service", "waiting"), "waiting",
        {**a_001(service="family", then="card"), **leg(service="family"), **waits(), **waits("A-001", service="family"),
         "undo.3": GONE},
        with_undo("service"), "service",
    ),
    Row(
        e.CounterOpened("2", "Dewi"), "waiting",
        {"counters.2.state": "open", "counters.2.operator": "Dewi", "counters.2.reason": "", "counters.2.since": AT,
         "counters.2.turn": 51, "spans.3": Span(51, "2", "Dewi", AT)},
    ),
    Row(
        e.CounterOpened("4", "Dewi"), "waiting",
        {"counters.4": CounterState("4", "open", "Dewi", since=AT, turn=51), "spans.3": Span(51, "4", "Dewi", AT)},
        more="for the first time",
    ),
    Row(
        e.CounterPaused("3", "meeting"), "called",
        {**counter_3(state="paused", reason="meeting", since=AT), "spans.0.pauses.1": Pause(51, "meeting", AT)},
    ),
    Row(
        e.CounterResumed("1"), "called",
        {"counters.1.state": "open", "counters.1.reason": "", "counters.1.since": AT, "spans.1.pauses.0.ended_at": AT},
    ),
    Row(
        e.CounterClosed("3", "home"), "waiting",
        {**counter_3(state="closed", operator="", reason="home", since=AT, handed_by=""), "undo.3": GONE,
         "spans.0.closed_at": AT},
    ),
    Row(
        e.CounterHandedOver("1", "Dewi", "Budi"), "waiting",
        {"counters.1.state": "open", "counters.1.operator": "Dewi", "counters.1.reason": "", "counters.1.since": AT,
         "counters.1.handed_by": "Budi", "tickets.B-002.operator": "Dewi", "undo.1": GONE,
         "spans.1.pauses.0.ended_at": AT, "spans.1.closed_at": AT, "spans.3": Span(51, "1", "Dewi", AT)},
        more="with who is served",
    ),
    Row(
        e.CounterHandedOver("3", "Dewi", "Ani"), "waiting",
        {**counter_3(operator="Dewi", reason="", since=AT, turn=51, handed_by="Ani"),
         "tickets.B-001.operator": "Dewi", "undo.3": GONE,
         "spans.0.closed_at": AT, "spans.3": Span(51, "3", "Dewi", AT)},
        more="with who is on hold",
    ),
    Row(
        e.ServicePaused("card", {"en": "Prayer"}, "12:30"), "waiting",
        {"services.card.reasons.en": "Prayer", "services.card.until": "12:30"},
    ),
    Row(
        e.ServicePaused("family", {"en": "Prayer"}), "waiting",
        {"services.family": ServiceToday("paused", {"en": "Prayer"}, "")}, more="of one that was open",
    ),
    Row(
        e.ServiceResumed("card"), "waiting",
        {"services.card": GONE, "outages.server.services": ("family",), "back_since.card": AT},
    ),
    Row(
        e.ServiceClosed("card", {"en": "No more today"}), "waiting",
        {"services.card.state": "closed", "services.card.reasons.en": "No more today", "services.card.until": ""},
    ),
    Row(e.ServiceOpened("birth"), "waiting", {"services.birth": GONE, "back_since.birth": AT}),
    Row(
        e.OutageBegun("power", "birth card", {"en": "Power"}, {"en": "No power"}, "09:45", False), "waiting",
        {"outages.power": Outage(
            "power", ("birth", "card"), {"en": "Power"}, {"en": "No power"}, "09:45", False, AT, SEQ, AT, waited=2,
        )},
    ),
    Row(
        e.OutageTold("server", "11:00", False), "waiting",
        {"outages.server.until": "11:00", "outages.server.numbers": False, "outages.server.said": SEQ,
         "outages.server.said_at": AT},
    ),
    Row(
        e.OutageEnded("server", 52, 4, 1), "waiting",
        {"outages.server": GONE, "back_since.card": AT, "back_since.family": AT},
    ),
    Row(
        e.StandstillAnswered("birth card", "goes_on"), "waiting",
        {"standstill_answers.birth.answer": "goes_on", "standstill_answers.birth.seq": SEQ,
         "standstill_answers.card": StandstillAnswer("goes_on", SEQ)},
    ),
    Row(
        e.NumbersStopped("card", "A-001", 90, 1, "2026-11-24T07:00:00+00:00"), "waiting",
        {"stopped.card.at": AT, "stopped.card.seq": SEQ, "stopped.card.after": "A-001", "stopped.card.percent": 90,
         "stopped.card.counters": 1, "stopped.card.closes": "2026-11-24T07:00:00+00:00"},
    ),
    Row(
        e.NumbersStopped("family", "", 80, 0, "2026-11-24T07:00:00+00:00"), "waiting",
        {"stopped.family": Stopped(AT, SEQ, "", 80, 0, "2026-11-24T07:00:00+00:00")}, more="of another service",
    ),
    Row(e.NumbersResumed("card", "counters"), "waiting", {"stopped.card": GONE}),
    Row(
        e.NumbersResumed("card", "supervisor", "We stay longer"), "waiting",
        {"stopped.card": GONE, "went_on.card": WentOn(AT, "We stay longer")}, more="by a supervisor",
    ),
    Row(
        e.NumbersResumed("birth", "supervisor", "We stay longer"), "waiting",
        {"went_on.birth.at": AT, "went_on.birth.reason": "We stay longer"}, more="by a supervisor once more",
    ),
    Row(e.VisitSpared("card"), "waiting", {"spared.card": 4}),
    Row(e.VisitSpared("family"), "waiting", {"spared.family": 1}, more="the first of its service"),
    Row(
        e.AnnouncementMade({"en": "Leave the building"}, "", True, 0, 0), "waiting",
        {"announcements.51": Announcement(
            51, AT, "", {"en": "Leave the building"}, "", True, None, 0, 51, AT
        )},
    ),
    Row(
        e.AnnouncementMade({"en": "Cards are out"}, "Hall", False, 10, 5), "waiting",
        {"announcements.51": Announcement(
            51, AT, "", {"en": "Cards are out"}, "Hall", False, AT + timedelta(minutes=10), 5, 51, AT
        )},
        more="for a time",
    ),
    Row(
        e.AnnouncementRepeated(6), "waiting", {"announcements.6.said": 51, "announcements.6.said_at": AT},
    ),
    Row(e.AnnouncementEnded(6, {"en": "Car B 1234"}), "waiting", {"announcements.6": GONE}),
    Row(e.CallAnnounced(8, "hall", "chime"), "called", {"announced.8": AT, "sounded.8": "chime"}),
    Row(e.CallAnnounced(7, "hall", "spoken"), "called", {"sounded.7": "spoken"}, more="known as shown"),
    Row(e.CallAnnounced(8, "side", beside=True), "called", {"beside.8": AT}, more="by the screen beside the counter"),
    Row(e.PlanChanged("services"), "called", {}),
    Row(e.OfficeMadeMine("Rina", 50), "called", {GONE: everything_forgotten}),
    Row(e.StockReceived("blank", 500, "SJ 12"), "called", {}),
    Row(e.StockCounted("blank", 480, -20, "counted"), "called", {}),
    Row(e.StockSpoiled("blank", 3, "bent"), "called", {}),
    Row(e.StockTakenBack("blank", 40, "received", -500), "called", {}),
    Row(e.StockUsed("A-001", "card", {"blank": 3}), "serving", {"stock_used.A-001.blank": 3}),
    Row(
        e.CampaignCorrected(-3, "Counted twice", 5), "waiting",
        {"campaign_corrections.1.at": AT, "campaign_corrections.1.by": "", "campaign_corrections.1.persons": -3,
         "campaign_corrections.1.reason": "Counted twice", "campaign_corrections.1.campaign": 5},
    ),
    Row(e.VoucherGiven("A-001", 1, "card", valid_from="2026-11-25", valid_until="2026-11-26"), "expired", {}),
    Row(
        e.VoucherRedeemed(44, "A-003", "A-077", 12),
        "waiting",
        {"redeemed.44": Redeemed("A-077", 12, "A-003")},
    ),
    Row(e.StockReturned("A-001", {"blank": 2}), "completed", {"stock_used.A-001.blank": GONE}),
    Row(
        e.CasesOpened("ZZZZYYYY1 ZZZZYYYY2", "card", "recorded", "A-001"), "serving",
        {"opened_by.A-001/card": ("ZZZZYYYY1", "ZZZZYYYY2"),
         "cases_done.A-001": CasesDone(("BCDFGHJK", "ZZZZYYYY1", "ZZZZYYYY2"))},
    ),
    Row(
        e.CasesOpened("ZZZZYYYY", "card", "recorded", "A-001"), "serving",
        {**a_001(case="ZZZZYYYY"), "case_codes.ZZZZYYYY": "A-001", "opened_by.A-001/card": ("ZZZZYYYY",),
         "cases_done.A-001": CasesDone(("BCDFGHJK", "ZZZZYYYY"))},
        _without_a_code, more="of a ticket that had no code",
    ),
    Row(
        e.CasesOpened("BCDFBKHH", "card", "recorded", "B-003"), "serving", {},
        more="again, after the end of the visit was taken back",
    ),
    Row(
        e.CasesMoved("TTTTVVVV1", "collected", True, "A-001"), "serving",
        {"cases_done.A-001": CasesDone(("BCDFGHJK",), ("TTTTVVVV1",))},
    ),
    Row(e.CasesMoved("BCDFGHJK", "sent"), "serving", {}, more="without a number"),
    Row(
        e.CasesTakenBack("TTTTVVVV3", "B-003"), "completed", {"cases_done.B-003": CasesDone(("BCDFBKHH",))},
    ),
    Row(
        e.CasesWithdrawn("BCDFBKHH", "twice"), "completed",
        {"opened_by.B-003/card": ("BCDFBKHH2",)},
    ),
    Row(e.CasesKeyedIn("KTP201601", "card", "sent", "2026-11-02T05:00:00+00:00"), "called", {}),
    Row(e.CasesExpired("BCDFGHJK"), "called", {}),
    Row(e.CasesForgotten("BCDFGHJK"), "called", {}),
    Row(
        e.CaseAsked("BCDFGHJK", "office"), "called",
        {"asked": {("TTTTVVVV1", "phone"), ("BCDFGHJK", "office")}},
    ),
    Row(e.SecurityNoted("sign_in", "Ani", "operator"), "called", {}),
    Row(e.DayClosed(3), "called", {"closed": True, "announcements.6": GONE}),
    Row(
        e.DayReopened(1), "expired",
        {"closed": False, "expired.A-001": GONE, **as_it_was("slips", state="waiting"),
         **waits("A-001", service="family", cls="priority")},
        lambda day: _closed(day, state="waiting"), "who waited",
    ),
    Row(
        e.DayReopened(1), "expired",
        {"closed": False, "expired.A-001": GONE, **as_it_was("slips", "counter", state="held"),
         **counter_3(held=("B-001", "A-001"))},
        lambda day: _closed(day, state="held", counter="3"), "who was held",
    ),
    Row(
        e.DayReopened(1), "expired",
        {"closed": False, "expired.A-001": GONE,
         **as_it_was("slips", "front", state="waiting", counter="", operator="", started_at=None, **{
             "legs.0": Leg("birth", minute(41), ended_at=minute(13), end="returned"),
             "legs.1": Leg("family", AT)}),
         **waits("A-001", service="family")},
        lambda day: _closed(day), "who stood at a counter",
    ),
    Row(
        e.SlipRequested("A-001", 2, "printer-2"), "waiting",
        dict.fromkeys(("tickets.A-001.slips.2", "open_slips.A-001/2"), Slip("A-001", 2, "printer-2", AT)),
    ),
    Row(
        e.SlipClaimed("A-001", 1, "run-2"), "waiting",
        still_open("A-001/1", state="sending", claim="run-2", taken_at=AT),
        lambda day: _slip_waits(day),
    ),
    Row(
        e.SlipReleased("A-001", 1, "paper_out"), "waiting",
        still_open("A-001/1", state="waiting", claim="", reason="paper_out", taken_at=None),
    ),
    Row(
        e.SlipPrinted("A-001", 1, "echoed", 120, "printer-1"), "waiting",
        {**settled("A-001/1", state="printed", evidence="echoed", reason="", settled_at=AT, fallback=False),
         "rolls.printer-1.mm": 4120, "rolls.printer-1.slips": 41},
    ),
    Row(
        e.SlipPrinted("A-001", 1, "echoed", 120, "printer-1", fallback=True), "waiting",
        settled("A-001/1", state="printed", evidence="echoed", reason="", settled_at=AT),
        more="by the second printer",
    ),
    Row(
        e.SlipPrinted("TEST", 1, "echoed", 120, "printer-3"), "waiting",
        {**settled("TEST/1", state="printed", evidence="echoed", reason="", settled_at=AT, fallback=False),
         "rolls.printer-3": Roll(120, 1)},
        more="a test, on a roll that was not counted before",
    ),
    Row(
        e.SlipFailed("A-001", 1, "too_old", "none"), "waiting",
        settled("A-001/1", state="failed", evidence="none", reason="too_old", settled_at=AT),
    ),
    Row(
        e.SlipFailed("TEST", 1, "agent_gone", "none", uncertain=True), "waiting",
        settled("TEST/1", state="uncertain", evidence="none", reason="agent_gone", settled_at=AT),
        more="a test, uncertain",
    ),
    Row(
        e.PrinterReported("printer-1", "ready", "fine", "tcp://new", "error", "tcp://second"), "waiting",
        {"printers.printer-1.state": "ready", "printers.printer-1.detail": "fine", "printers.printer-1.since": AT,
         "printers.printer-1.address": "tcp://new", "printers.printer-1.fallback": "error",
         "printers.printer-1.fallback_address": "tcp://second"},
    ),
    Row(
        e.PrinterReported("printer-1", "paper_out", "still", "tcp://new"), "waiting",
        {"printers.printer-1.detail": "still", "printers.printer-1.address": "tcp://new",
         "printers.printer-1.fallback": "", "printers.printer-1.fallback_address": ""},
        more="the same state",
    ),
    Row(
        e.PrinterReported("printer-1", "agent_away", ""), "waiting",
        {"printers.printer-1.state": "agent_away", "printers.printer-1.detail": "", "printers.printer-1.since": AT},
        more="away",
    ),
    Row(
        e.TestSlipRequested("printer-2", 2), "waiting",
        {"test_slips.1": Slip("TEST", 2, "printer-2", AT), "open_slips.TEST/2": Slip("TEST", 2, "printer-2", AT)},
    ),
    Row(
        e.SlipPrinted("LIST", 1, "echoed", 80, "printer-3"), "waiting",
        {**settled("LIST/1", state="printed", evidence="echoed", reason="", settled_at=AT, fallback=False),
         "rolls.printer-3.mm": 80, "rolls.printer-3.slips": 1, "rolls.printer-3.changed_at": None},
        more="a list",
    ),
    Row(
        e.ListRequested("printer-2", "family", "en", 2, "A-001", "d1 d3", "spared"), "waiting",
        {"list_slips.1": LACKING, "open_slips.LIST/2": LACKING},
    ),
    Row(
        e.SlipFailed("VOUCHER", 1, "cancelled", "none"), "waiting",
        settled("VOUCHER/1", state="failed", evidence="none", reason="cancelled", settled_at=AT),
        more="a voucher",
    ),
    Row(
        e.VoucherSlipRequested("printer-2", 44, "A-012", 2, 1), "waiting",
        {"voucher_slips.1": ON_PAPER, "open_slips.VOUCHER/2": ON_PAPER},
    ),
    Row(e.PrinterHeld("printer-2", "jam"), "waiting", {"held_printers.printer-2": AT}),
    Row(e.PrinterReleased("printer-1"), "waiting", {"held_printers.printer-1": GONE}),
    Row(
        e.RollChanged("printer-1"), "waiting",
        {"rolls.printer-1.mm": 0, "rolls.printer-1.slips": 0, "rolls.printer-1.changed_at": AT},
    ),
    Row(
        e.ClockSet(STEP.total_seconds(), "adopted"), "waiting",
        {"doubted": 0, "undated": None, GONE: every_time_moved},
    ),
    Row(
        e.ClockSet(86400.0, "told", from_day="2026-11-23", floors={"A": 9, "B": 1, "D": 4}), "waiting",
        {"doubted": 0, "undated": None, "last_number.A": 9, "last_number.D": 4,
         "on_paper.A": 9, "on_paper.B": 1, "on_paper.D": 4},
        more="another day",
    ),
    Row(e.ClockSet(0.0, "doubted"), "waiting", {}, more="in doubt again"),
    Row(
        e.ClockSet(0.0, "doubted", after="2026-11-24T01:10:00+00:00"), "waiting", {"undated": minute(10)},
        more="after a start in doubt",
    ),
    Row(
        e.ClockSet(STEP.total_seconds(), "told", stays_on="2026-11-25"), "waiting",
        {"undated": None, GONE: every_time_moved},
        more="while the day goes on on another date",
    ),
    Row(
        e.JournalRestored("2026-11-24T01:00:00+00:00", "2026-11-24T01:10:00+00:00", {"A": 40}, {"C": 7}), "waiting",
        {"last_number.A": 40, "last_number.B": 1000, "last_number.C": 2000, "unseen_last": 2000, "restored": 51,
         "on_paper.A": 40, "on_paper.B": 1000, "on_paper.C": 2000,
         "lost_from": "2026-11-24T01:00:00+00:00", "lost_until": "2026-11-24T01:10:00+00:00",
         **{path: value for number in ("A-001", "A-002", "B-001", "B-002", "B-003", "TEST", "LIST", "VOUCHER")
            for path, value in still_open(f"{number}/1", doubtful=True).items()}},
    ),
    Row(e.JournalSealed(1, 40, "ab" * 32), "waiting", {"sealed": 40}),
    Row(e.JournalSealed(1, 3, "ab" * 32), "waiting", {}, more="of lines that were sealed before"),
    Row(
        e.LostNumbersFound("printer-1", "A-007 B-001"), "waiting",
        {"lost_numbers": ("C-001", "A-007", "B-001"), "last_number.A": 7, "on_paper.A": 7, "on_paper.B": 1},
    ),
]  # fmt: skip


def _stand_up(day: ServiceDay) -> None:
    day.tickets["A-001"].seated = False


def _still_far(day: ServiceDay) -> None:
    day.tickets["A-001"].coming = False


def _behind_the_next(day: ServiceDay) -> None:
    day.tickets["A-001"].front = False
    day.waiting.remove(day.tickets["A-002"])
    day.tickets["A-002"].behind = None
    day.waiting.add(day.tickets["A-002"])


def _lacked_at_first(day: ServiceDay) -> None:
    """Let A-001 have lacked papers with five persons at its first service, before it went on."""
    ticket = day.tickets["A-001"]
    first = replace(ticket.legs[0], service="family", end="papers_missing", persons=5)
    ticket.front, ticket.then, ticket.legs = False, "", (first, *ticket.legs[1:])


def _in_the_first_place(day: ServiceDay, priority: bool = False) -> None:
    """Let A-001 stand where it came; with priority, A-002 stands where it came as well."""
    ticket = day.tickets["A-001"]
    day.waiting.remove(ticket)
    ticket.behind, ticket.deferred, ticket.priority = None, False, priority
    day.waiting.add(ticket)
    if priority:
        day.tickets["A-002"].behind = None


def _to_the_regular(day: ServiceDay) -> None:
    ticket = day.tickets["A-001"]
    day.waiting.remove(ticket)
    ticket.front, ticket.behind = False, None
    day.waiting.add(ticket)


def _slip_waits(day: ServiceDay) -> None:
    ticket = day.tickets["A-001"]
    waiting = replace(ticket.slips[1], state="waiting")
    ticket.slips = (ticket.slips[0], waiting)
    day.open_slips["A-001", 1] = waiting


def _closed(day: ServiceDay, **before: Any) -> None:
    day.closed = True
    del day.expired["B-003"]  # it has ended before the close
    day.expired["A-001"] = old(**before)


# What is set once and never again, and what is known before anything happens.
NEVER = {
    "Ticket.number", "Leg.waiting_since", "Leg.service", "Slip.ticket", "Slip.copy", "Slip.printer", "Slip.asked_at",
    "Call.seq", "Call.number", "Call.counter", "Call.service", "Call.at", "Call.recall", "Call.rule", "Call.facts",
    "Call.priority",
    "Span.seq", "Span.counter", "Span.operator", "Pause.seq", "Pause.reason",
    "CounterState.code", "PrinterState.printer", "ServiceDay.business_day",
}  # fmt: skip


def fold(row: Row) -> tuple[ServiceDay, ServiceDay]:
    """Return the day before the row's event and after it."""
    day = full_day(row.before)
    row.prepare(day)
    day.persons = persons_counted(day)
    before = deepcopy(day)
    day.apply(JournalEntry(SEQ, AT, DAY, row.event))
    return before, day


def expected(row: Row, before: ServiceDay) -> dict[str, Any]:
    """Return every cell that the row says will change, with its value then."""
    found: dict[str, Any] = {"seq": SEQ, "last_at": AT}
    cells_before = cells(before)
    for path, said in row.changes.items():
        value = said(before) if callable(said) else said
        if path == GONE:
            found |= value
        elif value == GONE:
            known = {name for name in cells_before if name == path or name.startswith(path + ".")}
            found |= dict.fromkeys(known, GONE)
        else:
            found |= dict(cells_of(path, value))
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(filter(None, (row.event.kind, row.more))))
def test_an_event_changes_what_its_row_says_and_nothing_else(row: Row) -> None:
    before_day, after_day = fold(row)
    before, after = cells(before_day), cells(after_day)
    changed = {
        path: after.get(path, GONE)
        for path in before.keys() | after.keys()
        if before.get(path, GONE) != after.get(path, GONE)
    }
    assert changed == expected(row, before_day)


def persons_counted(day: ServiceDay) -> dict[str, int]:
    """Return the persons of each service as its tickets say: where they are, where they go on to, where they were.

    Who gave a number back counts only where they were served before, and who brought missing papers counts once.
    """
    found: Counter[str] = Counter()
    for ticket in day.tickets.values():
        for place, leg in enumerate(ticket.legs, 1):
            again = leg.end == "papers_missing" and leg.service in [one.service for one in ticket.legs[place:]]
            found[leg.service] += 0 if again else leg.persons or 0
        if ticket.state != "cancelled":
            found.update({service: ticket.persons for service in (ticket.service, ticket.then) if service})
    return {service: persons for service, persons in found.items() if persons}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(filter(None, (row.event.kind, row.more))))
def test_the_persons_of_each_service_stay_counted_over_every_event(row: Row) -> None:
    _before, day = fold(row)
    assert {service: persons for service, persons in day.persons.items() if persons} == persons_counted(day)


def test_every_event_has_a_row() -> None:
    forgotten = set(KINDS) - {type(row.event) for row in ROWS}
    assert forgotten == set(), "give each a Row: the cells of tests/queueing/full_day.py that it changes"


def test_every_field_of_everything_a_day_holds_is_filled_before_and_changed_by_some_event() -> None:
    day = full_day("called")
    filled = {name: getattr(day, name) for name in (one.name for one in fields(ServiceDay)) if name not in APART}
    held = {name: value.numbers() if isinstance(value, WaitingLists) else value for name, value in filled.items()}
    empty = {name for name, value in held.items() if not value}
    assert empty == {"closed"}
    changed = {name for row in ROWS for path in expected(row, fold(row)[0]) for name in _fields_of(path)}
    known = {f"{kind.__name__}.{one.name}" for kind in THINGS for one in fields(kind)}
    known |= {f"ServiceDay.{name}" for name in filled}
    assert known - changed - NEVER == set()


HOLDERS = {
    "tickets": "Ticket", "expired": "Ticket", "counters": "CounterState", "services": "ServiceToday",
    "printers": "PrinterState", "rolls": "Roll", "announcements": "Announcement", "outages": "Outage",
    "campaign_corrections": "Correction", "calls": "Call", "stopped": "Stopped", "went_on": "WentOn",
    "standstill_answers": "StandstillAnswer",
    "spans": "Span", "open_slips": "Slip", "test_slips": "Slip", "list_slips": "Slip", "voucher_slips": "Slip",
}  # fmt: skip


def _fields_of(path: str) -> Iterator[str]:
    """Yield the fields that a cell is in: `tickets.A-001.legs.1.end` is in `Ticket.legs` and `Leg.end`."""
    holder, *rest = path.split(".")
    yield f"ServiceDay.{holder}"
    if holder in HOLDERS and len(rest) > 1:
        yield f"{HOLDERS[holder]}.{rest[1]}"
        if rest[1] == "behind" and len(rest) > 2:
            yield f"Behind.{rest[2]}"
        if rest[1] == "pauses" and len(rest) > 3:
            yield f"Pause.{rest[3]}"
        if rest[1] in ("legs", "slips") and len(rest) > 3:
            yield f"{'Leg' if rest[1] == 'legs' else 'Slip'}.{rest[3]}"


def test_an_answer_is_kept_for_its_request_and_for_no_other() -> None:
    day = full_day("called")
    day.apply(JournalEntry(SEQ, AT, DAY, e.TicketStarted("A-001", "3"), "request-1"))
    answer = day.results["request-1"]
    assert (answer.seq, answer.at, answer.event_kind, answer.facts) == (SEQ, AT, "ticket.started", {})
    assert answer.ticket == day.tickets["A-001"]
    day.apply(JournalEntry(SEQ + 1, minute(61), DAY, e.TicketCompleted("A-001", "3")))
    assert answer.ticket.state == "serving"
    assert list(day.results) == ["request-1"]


def test_an_event_of_another_day_changes_nothing_but_how_far_was_read() -> None:
    day = full_day("called")
    before = cells(day)
    day.apply(JournalEntry(SEQ, AT, DAY - timedelta(days=1), e.TicketStarted("A-001", "3"), "request-1"))
    assert cells(day) == before | {"seq": SEQ}
    assert list(day.results) == []
