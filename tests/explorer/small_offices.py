"""The small offices that are explored: a plan, how many tickets, who works there, and which commands come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from antrean.queueing.calls.sounds import SOUNDS
from antrean.queueing.plan.journeys import LEADERS, Journey, Stage
from antrean.queueing.plan.model import Counter, Limits, Need, OfficePlan, Requirement, Service, StockItem, StockUse

DAY = date(2026, 11, 24)
NOWHERE = "9"  # no counter of any plan
MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
# Longer than the recall gap, and longer than all that rules measure in minutes: one of each tells all their ages apart.
MOMENT, LONG = timedelta(seconds=5), timedelta(minutes=61)
ALL = (
    "issue_ticket", "call_next", "call_ticket", "recall_ticket", "start_service", "complete_ticket", "mark_no_show",
    "readmit_ticket", "reopen_ticket", "hold_ticket", "resume_ticket", "return_ticket", "transfer_ticket",
    "cancel_ticket", "change_persons", "change_priority", "open_counter", "pause_counter", "resume_counter",
    "close_counter", "free_counter", "undo_step", "close_day", "open_day",
)  # fmt: skip
STOPS = ("pause_service", "resume_service", "close_service", "open_service")
NEWS = ("announce", "end_announcement", "repeat_announcements")
OUTAGES = ("begin_outage", "end_outage")
LAST_NUMBERS = ("stop_numbers", "resume_numbers", "let_numbers_go_on")
STOCK = ("receive_stock", "count_stock", "spoil_stock", "take_back_stock")
PAPER = (
    "reprint_slip", "settle_slip", "give_up_slips", "cancel_slip", "hold_printer", "release_printer",
)  # fmt: skip


class Reasons(dict[str, str]):
    """Reasons by language that can stand in a step; nobody changes them."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))


Told = tuple[Reasons, str]
UNSAID, DOWN = Reasons(), Reasons(en="The system is down.")
SOON, GONE_BY = "09:30", "08:59"  # the day begins at nine: the first is past after a long time, the second always


@dataclass(frozen=True)
class SmallOffice:
    """An office small enough to go through all that can happen in it.

    `tickets`: so many are issued, of `services`. `counters`: those that operators may open. `waits`: the lengths of
    time that may pass. `thens`: the second services that visitors choose, "" for none. `sent_to`: the counters to which
    visitors are sent, "" for any. `tick`: how long each command
    takes; with none, all may come in one instant. `plain`: a visitor
    may only be as most are: alone and without priority. `stops`: services that are paused and closed today; `told`: the
    reasons and the end that are told of a pause. `carried`: so many numbers were not served yesterday. `known`: cases
    of before, each with its stage and since when; `ended`: those that ended yesterday, in this stage.
    """

    name: str
    plan: OfficePlan
    tickets: int
    counters: tuple[str, ...]
    operators: tuple[str, ...]
    commands: Sequence[str]
    services: tuple[str, ...] = ("a",)
    targets: tuple[str, ...] = ("a", "b")
    thens: tuple[str, ...] = ("",)
    priorities: tuple[bool, ...] = (False, True)
    persons: tuple[int, ...] = (1,)
    positions: tuple[str, ...] = ("front", "arrival", "end")
    sent_to: tuple[str, ...] = ("",)
    waits: tuple[timedelta, ...] = (MOMENT, LONG)
    tick: timedelta = timedelta(milliseconds=1)
    sounds: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    told: tuple[Told, ...] = ((DOWN, ""),)
    long: bool = False  # for the lane of long tests
    carried: int = 0
    known: tuple[tuple[str, str, datetime], ...] = ()
    ended: tuple[tuple[str, str], ...] = ()
    proved: bool = False  # too large for a test: only `make prove` goes through it
    identity_numbers: bool = False  # some reasons have one: to find it costs more than all else

    @property
    def with_cases(self) -> bool:
        """Whether what visitors apply for is followed."""
        return any(service.journey is not None for service in self.plan.services)

    @property
    def limited(self) -> bool:
        """Whether a service takes only so many persons."""
        return any(service.daily_limit is not None for service in self.plan.services)


def _plan(**changes: Any) -> OfficePlan:
    plan = OfficePlan(
        office="small",
        name="Small",
        zone="Asia/Jakarta",
        services=(
            Service("a", "A", {"en": "Cards"}),
            Service("b", "B", {"en": "Certificates"}),
            Service("c", "C", {"en": "Closed"}, closed=True, closure_reasons={"en": "Back on Monday."}),
        ),
        counters=(Counter("1", "1", ("a",), ("b",)), Counter("2", "2", ("b",), ("a",))),
        languages=("en",),
        interleave=1,
        limits=Limits(recalls=1, holds=1, readmits=1, copies=1),
    )
    return replace(plan, **changes)


def _with(plan: OfficePlan, code: str, **changes: Any) -> OfficePlan:
    """Return the plan with a service changed."""
    services = tuple(replace(one, **changes) if one.code == code else one for one in plan.services)
    return replace(plan, services=services)


VISIT = ("issue_ticket", "open_counter", "call_next", "start_service", "complete_ticket")
ONE = SmallOffice("1x1", _plan(), 1, ("1",), ("Ani", "Budi"), ALL)
ONE_AT_ONCE = replace(ONE, name="1x1 at once", tick=timedelta(), long=True)
ALIKE: dict[str, Any] = {"priorities": (False,), "waits": (MOMENT,)}  # nobody has priority, and no long time passes
ONE_AT_TWO = replace(ONE, name="1x2", counters=("1", "2"), long=True, **ALIKE)
TWO_OF_ALL = SmallOffice("2x1 of all kinds", _plan(), 2, ("1",), ("Ani",), ALL, proved=True)
TWO = replace(TWO_OF_ALL, name="2x1", proved=False, long=True, **ALIKE)
TWO_KINDS = replace(TWO_OF_ALL, name="2x1 with priority", waits=(MOMENT,), proved=True)
TWO_SLOW = replace(TWO_OF_ALL, name="2x1 for long", priorities=(False,), proved=True)
TWO_AT_TWO = replace(TWO, name="2x2", counters=("1", "2"), operators=("Ani", "Budi"), proved=True)
THREE_AT_TWO = replace(TWO_AT_TWO, name="3x2", tickets=3)
PAPERS = SmallOffice(
    "paper",
    _plan(printers={"": "p"}),
    1,
    ("1",),
    ("Ani",),
    (*VISIT, "return_ticket", "cancel_ticket", "undo_step", "close_day", "open_day", *PAPER),
    priorities=(False,),
    waits=(LONG,),
)
PRINTER = SmallOffice(
    "printer",
    _plan(printers={"": "p"}),
    0,
    ("1",),
    ("Ani",),
    (*PAPER, "request_test_slip", "change_roll", "report_printer", "close_day", "open_day"),
)
LISTS = SmallOffice(
    "lists",
    _with(
        _plan(printers={"": "p"}),
        "a",
        requirements=(Requirement("d1", {"en": "Family card"}),),
        spare_questions={"en": "Is that all?"},
        spare_words={"en": "Cards are valid for life."},
    ),
    0,
    ("1",),
    ("Ani",),
    ("request_list", "spare_visit", "give_up_slips", "cancel_slip", "hold_printer", "release_printer"),
    waits=(LONG,),
)
PERSONS = SmallOffice(
    "persons",
    _with(_plan(), "a", daily_limit=2),
    2,
    ("1",),
    ("Ani",),
    (*VISIT, "cancel_ticket", "transfer_ticket", "change_persons", "change_service", "undo_step"),
    priorities=(False,),
    persons=(1, 2, 3),
    positions=("arrival",),
    waits=(),
)
CORRECTIONS = SmallOffice(
    "corrections",
    _plan(),
    1,
    ("1",),
    ("Ani",),
    (*VISIT, "return_ticket", "hold_ticket", "change_persons", "change_priority", "change_service", "undo_step"),
    persons=(1, 2),
    waits=(),
)
CORRECTIONS_AT_TWO = replace(
    CORRECTIONS, name="corrections at two counters", counters=("1", "2"), operators=("Ani", "Budi"), long=True
)
HANDING_OVER = SmallOffice(
    "handing over",
    _plan(),
    1,
    ("1", "2"),
    ("Ani", "Budi"),
    (
        *VISIT, "hold_ticket", "resume_ticket", "undo_step", "pause_counter", "close_counter", "hand_over_counter",
        "take_over_counter",
    ),
    priorities=(False,),
    waits=(),
)  # fmt: skip
SECOND = SmallOffice(
    "two services",
    _with(_plan(), "b", daily_limit=2),
    2,
    ("1",),
    ("Ani",),
    (*VISIT, "cancel_ticket", "transfer_ticket", "change_service", "free_counter", "undo_step"),
    thens=("", "b"),
    priorities=(False,),
    positions=("arrival",),
    waits=(),
)
REASONS = SmallOffice(
    "reasons",
    _plan(),
    2,
    ("1",),
    ("Ani",),
    (
        *VISIT,
        "call_ticket",
        "hold_ticket",
        "cancel_ticket",
        "pause_counter",
        "close_counter",
        "hold_printer",
        "change_plan",
    ),
    priorities=(False,),
    waits=(),
    identity_numbers=True,
)
SEAT = SmallOffice(
    "seat",
    _plan(),
    1,
    ("1",),
    ("Ani",),
    (*VISIT, "help_to_seat", "mark_no_show", "readmit_ticket", "return_ticket", "transfer_ticket", "undo_step"),
    priorities=(False,),
    waits=(),
)
COMING = replace(
    SEAT,
    name="coming",
    commands=(*VISIT, "say_coming", "mark_no_show", "readmit_ticket", "return_ticket", "transfer_ticket", "undo_step"),
)
DEFERRING = SmallOffice(
    "deferring",
    _plan(limits=Limits(recalls=1, holds=1, readmits=1, copies=1, let_first=1)),
    3,
    ("1",),
    ("Ani",),
    ("issue_ticket", "open_counter", "call_next", "return_ticket", "defer_ticket"),
    waits=(),
)
DEFERRING_AND_MOVED = replace(
    DEFERRING,
    name="deferring and moved",
    tickets=2,
    commands=(
        "issue_ticket", "open_counter", "call_next", "start_service", "return_ticket", "transfer_ticket", "undo_step",
        "defer_ticket",
    ),
    long=True,
)  # fmt: skip
WITH_PAPERS = SmallOffice(
    "with papers",
    _plan(),
    3,
    ("1",),
    ("Ani",),
    (*VISIT, "come_back"),
    waits=(),
    long=True,
)
WITH_PAPERS_TAKEN_BACK = replace(
    WITH_PAPERS,
    name="with papers, taken back",
    tickets=2,
    commands=(*VISIT, "come_back", "return_ticket", "undo_step", "close_day", "open_day"),
)
WITH_PAPERS_AT_FIRST = replace(
    WITH_PAPERS,
    name="with papers, for the first of two",
    tickets=2,
    commands=(*VISIT, "come_back", "undo_step"),
    thens=("", "b"),
    priorities=(False,),
)
SENT = SmallOffice(
    "sent to a counter",
    _plan(
        counters=(Counter("1", "1", ("a",), ("b",)), Counter("2", "2", ("b",), ("a",)), Counter("3", "3", ("b",))),
        limits=Limits(recalls=1, holds=1, readmits=1, copies=1, let_first=1),
    ),
    2,
    ("1", "2"),
    ("Ani", "Budi"),
    ("issue_ticket", "open_counter", "pause_counter", "close_counter", "call_next", "transfer_ticket"),
    targets=("a",),
    priorities=(False,),
    positions=("arrival",),
    sent_to=("", "2", "3", NOWHERE),
    waits=(),
)
SENT_AND_DEFERRING = replace(
    SENT,
    name="sent and deferring",
    commands=("issue_ticket", "open_counter", "close_counter", "call_next", "transfer_ticket", "defer_ticket"),
    long=True,
)
SOUND = SmallOffice(
    "sound",
    _plan(),
    1,
    ("1",),
    ("Ani",),
    (*VISIT, "recall_ticket", "announce_call"),
    priorities=(False,),
    sounds=SOUNDS,
)
HELPING = SmallOffice(
    "helping",
    _plan(),
    2,
    ("2",),
    ("Ani",),
    (*VISIT, "transfer_ticket", "return_ticket", *STOPS),
    positions=("arrival",),
    stops=("b",),
    long=True,
)
SERVICES = SmallOffice(
    "services",
    _plan(),
    1,
    ("1",),
    ("Ani",),
    (*VISIT, "transfer_ticket", "return_ticket", "cancel_ticket", "undo_step", "close_day", "open_day", *STOPS),
    priorities=(False,),
    positions=("arrival",),
    waits=(LONG,),
    stops=("a",),
    told=((UNSAID, ""), (DOWN, ""), (DOWN, SOON)),
)
BOTH_SERVICES = replace(SERVICES, name="services, both stopped", stops=("a", "b"), long=True)
ANNOUNCING = SmallOffice(
    "announcing",
    _plan(),
    1,
    ("1",),
    ("Ani",),
    ("issue_ticket", "close_day", "open_day", *NEWS),
    priorities=(False,),
    waits=(LONG,),
)
DOWN_NOW = SmallOffice(
    "outages",
    _with(_plan(needs=(Need("n", {"en": "Server"}), Need("m", {"en": "Water"}))), "a", needs=("n",)),
    2,
    ("1",),
    ("Ani",),
    ("issue_ticket", "open_counter", "call_next", "close_day", "open_day", "resume_service", *OUTAGES),
    services=("a", "b"),
    priorities=(False,),
    waits=(),
    stops=("a",),
)
STOCKED = SmallOffice(
    "stock",
    _with(_plan(stock=(StockItem("k", {"en": "Blank cards"}),)), "a", uses=(StockUse("k"),)),
    1,
    ("1",),
    ("Ani",),
    (*VISIT, "undo_step", "change_persons", "change_service", *STOCK),
    services=("a", "b"),
    priorities=(False,),
    persons=(1, 2),
    waits=(),
)
CARRIED = SmallOffice(
    "vouchers",
    _plan(limits=Limits(recalls=1, holds=1, readmits=1, copies=1, voucher_days=1)),
    2,
    ("1",),
    ("Ani",),
    (
        "issue_ticket",
        "redeem_voucher",
        "open_counter",
        "call_next",
        "return_ticket",
        "pause_service",
        "close_service",
        "close_day",
        "open_day",
    ),
    stops=("a",),
    told=((UNSAID, ""),),
    priorities=(True,),
    waits=(),
    carried=2,
)
LAST = SmallOffice(
    "last numbers",
    _plan(limits=Limits(recalls=1, holds=1, readmits=1, copies=1, served_percent=80)),
    2,
    ("1",),
    ("Ani",),
    ("issue_ticket", "open_counter", "call_next", "close_day", "open_day", *LAST_NUMBERS),
    services=("a", "b"),
    priorities=(False,),
    waits=(),
)
VOUCHER_SLIPS = SmallOffice(
    "voucher slips",
    _plan(printers={"": "p"}, limits=Limits(recalls=1, holds=1, readmits=1, copies=1, voucher_days=1)),
    1,
    ("1",),
    ("Ani",),
    (
        "print_vouchers",
        "print_voucher",
        "stop_vouchers",
        "settle_slip",
        "give_up_slips",
        "hold_printer",
        "release_printer",
        "redeem_voucher",
    ),
    priorities=(True,),
    waits=(),
    carried=1,
)
TURNS = SmallOffice(
    "turns",
    replace(_plan(), discipline="interleave"),
    3,
    ("1",),
    ("Ani",),
    (*VISIT, "undo_step"),
    services=("a", "b"),
    waits=(LONG,),
    long=True,
)
JOURNEY = Journey(
    (
        Stage("recorded", {"en": "Recorded"}),
        Stage("ready", {"en": "Ready"}, moved_by=LEADERS),
        Stage("collected", {"en": "Collected"}),
    ),
    expires_days=5,
)
LONG_AGO = MORNING - timedelta(days=6)
CASES = SmallOffice(
    "cases",
    _with(_with(_plan(), "a", journey=JOURNEY), "b", collects=("a",)),
    2,
    ("1",),
    ("Ani",),
    (*VISIT, "cancel_ticket", "undo_step", "move_cases", "take_back_cases"),
    services=("a", "b"),
    priorities=(False,),
    waits=(),
    known=(("KEPT", "ready", MORNING - timedelta(days=1)),),
)
CASES_OF_SEVERAL = replace(
    CASES,
    name="cases of several persons",
    tickets=1,
    commands=(*VISIT, "reopen_ticket", "undo_step", "move_cases", "take_back_cases", "withdraw_case"),
    services=("a",),
    persons=(1, 2),
    known=(),
)
CASES_THAT_STAY = replace(
    CASES,
    name="cases that stay",
    plan=replace(CASES.plan, limits=replace(CASES.plan.limits, case_days=0)),
    tickets=0,
    commands=("open_counter", "move_cases", "take_back_cases", "close_day", "open_day"),
    known=(("OLDA", "ready", LONG_AGO), ("OLDB", "recorded", MORNING - timedelta(days=5)), ("GONE", "ready", LONG_AGO)),
    ended=(("GONE", "collected"),),
)  # fmt: skip
CASES_BY_HAND = replace(
    CASES,
    name="cases by hand",
    tickets=0,
    commands=("move_cases", "take_back_cases", "key_in_cases", "withdraw_case", "ask_case"),
    known=(),
)
OFFICES = {
    office.name: office
    for office in (
        ONE, ONE_AT_ONCE, ONE_AT_TWO, TWO, PAPERS, PRINTER, LISTS, PERSONS, CORRECTIONS, HANDING_OVER, SECOND, REASONS,
        SEAT, COMING, DEFERRING, WITH_PAPERS, WITH_PAPERS_TAKEN_BACK, WITH_PAPERS_AT_FIRST, SENT, SOUND, HELPING,
        SERVICES, ANNOUNCING, STOCKED, DOWN_NOW, CARRIED, VOUCHER_SLIPS, LAST, CASES, CASES_OF_SEVERAL, CASES_THAT_STAY,
        CASES_BY_HAND,
        TURNS, DEFERRING_AND_MOVED, CORRECTIONS_AT_TWO, BOTH_SERVICES,
        SENT_AND_DEFERRING, TWO_KINDS, TWO_SLOW,
        TWO_OF_ALL, TWO_AT_TWO, THREE_AT_TWO,
    )
}  # fmt: skip
