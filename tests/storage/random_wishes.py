"""A machine that asks an office for anything, in any order, and checks after each step what must always be so."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from antrean.queueing.calling import disciplines
from antrean.queueing.calls.commands import OUTCOMES
from antrean.queueing.commands import COMMANDS
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, QueueError
from antrean.queueing.events import SecurityNoted
from antrean.queueing.office import Office, Request
from antrean.queueing.plan.campaign import Campaign
from antrean.queueing.plan.model import Limits, Need, OfficePlan, Requirement, StockItem, StockUse
from antrean.queueing.tickets.commands import POSITIONS
from antrean.queueing.tickets.ticket import OPEN_STATES, Ticket
from antrean.simulation.engine import run
from antrean.simulation.replay import script
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock, small_plan
from tests.fakes.does import does
from tests.fakes.same_day import state_of
from tests.storage.edges import check_legs, check_numbers, walk
from tests.storage.random_announcements import AnnouncementWishes
from tests.storage.random_cases import JOURNEY, CaseWishes
from tests.storage.random_counters import OPERATORS, CounterWishes
from tests.storage.random_outages import NEEDS, OutageWishes
from tests.storage.random_printing import PrintingWishes
from tests.storage.random_services import ServiceWishes
from tests.storage.random_stock import ITEMS, StockWishes

# A clock that is set and a journal that is brought back or sealed have tests of their own.
RARE = {
    "tell_time",
    "adopt_clock",
    "begin_day",
    "close_ended_day",
    "find_lost_numbers",
    "seal_journal",
    "save_plan",
    "make_mine",
}
NAMES = sorted(COMMANDS.keys() - RARE)
# What an operator does next when the counter's ticket is in this state; "" when there is none.
WORK = {
    "": (
        "call_next",
        "call_next",
        "issue_ticket",
        "issue_ticket",
        "open_counter",
        "come_back",
        "change_service",
        "take_back_cases",
    ),
    "called": ("start_service", "recall_ticket", "start_service", "mark_no_show", "return_ticket"),
    "serving": ("hold_ticket", "complete_ticket", "complete_ticket", "call_next", "transfer_ticket", "undo_step"),
}

small = st.integers(0, 11)


def refuse(refusal: Invalid, *_given: object) -> Any:
    raise refusal


class RandomWishes(
    AnnouncementWishes,
    CaseWishes,
    CounterWishes,
    OutageWishes,
    PrintingWishes,
    ServiceWishes,
    StockWishes,
    RuleBasedStateMachine,
):
    """Two hubs on one journal, three operators, a clock that moves; anything may be wished at any time."""

    def __init__(self, open_journal: Callable[[str], SqlJournal], asked: Tally[str], granted: Tally[str]) -> None:
        super().__init__()
        office = f"office-{asked['offices']}"
        asked["offices"] += 1
        self.asked, self.granted = asked, granted
        self.clock = SetClock()
        limits = Limits(holds=2, recalls=2, readmit_minutes=20, voucher_days=3, served_percent=80)
        plan = small_plan(office=office, limits=limits, printers={"": "printer-1"})
        paper = Requirement("d1", {"id": "Kartu Keluarga"})
        listed = [replace(one, requirements=(paper,)) if one.code != "birth" else one for one in plan.services]
        listed[0] = replace(listed[0], spare_questions={"id": "Hanya itu?"}, spare_words={"id": "Tidak perlu."})
        used = [replace(one, uses=(StockUse("blanks"),)) if one.code == "card" else one for one in listed]
        used = [replace(one, needs=NEEDS if one.code == "card" else NEEDS[:1]) for one in used]
        handed_out: dict[str, dict[str, Any]] = {"card": {"journey": JOURNEY}, "birth": {"collects": ("card",)}}
        used = [replace(one, **handed_out.get(one.code, {})) for one in used]
        needs = tuple(Need(code, {"id": code}) for code in NEEDS)
        stock = tuple(StockItem(code, {"id": code}) for code in ITEMS)
        goal = Campaign(900, 20, date(2026, 11, 1), date(2026, 12, 1), ("card",))
        self.plan = replace(plan, services=tuple(used), stock=stock, needs=needs, campaign=goal)
        self.journal, *self.journals = (open_journal(office) for _ in range(3))
        self.hubs = [self.new_hub(0), self.new_hub(1)]
        self.serial = count(1)
        self.refused_actors: set[str] = set()
        self.replayed: tuple[Any, dict[str, Any]] = (None, {})

    @initialize(services=st.lists(st.integers(0, 11), min_size=10, max_size=16))
    def a_morning(self, services: list[int]) -> None:
        for n in range(2):  # were not served the day before
            self.hubs[0].submit(self.make("issue_ticket", n, n, 1))
        self.hubs[0].submit(self.make("close_day", 0, 0, 1))
        self.clock.forward(days=1)
        for number, operator in enumerate(OPERATORS):
            self.hubs[0].submit(self.make("open_counter", number, OPERATORS.index(operator), 1))
        for n, service in enumerate(services):
            self.hubs[0].submit(self.make("issue_ticket", service, n, 1))
        for name in ("call_next", "recall_ticket", "start_service", "hold_ticket", "resume_ticket", "hold_ticket")[
            : services[0]
        ]:
            self.clock.forward(seconds=6)
            self.granted[name] += 1
            self.hubs[0].submit(self.make(name, 2, 0, 1))
        self.hubs[0].submit(self.make("key_in_cases", 0, 0, 1))
        self.hubs[0].submit(self.make("move_cases", 0, 0, 1))

    def new_hub(self, number: int) -> Office:
        return Office(self.journals[number], lambda: self.plan, self.clock)

    # -- asking ----------------------------------------------------------------------------------

    @rule(name=st.sampled_from(NAMES), hub=st.integers(0, 1), a=small, b=small, odd=small)
    def wish(self, name: str, hub: int, a: int, b: int, odd: int) -> None:
        office = self.hubs[hub]
        self.clock.forward(seconds=a)
        self.wish_once(office, self.make(name, a, b, odd))

    def wish_once(self, office: Office, wish: Request) -> None:
        name = wish.command.name
        lines = self.journal.last_seq()
        self.asked[name] += 1
        try:
            office.submit(wish)
        except QueueError:
            # No line, and the days still equal a replay (below): a refusal has changed nothing.
            self.refused_actors.add(wish.actor)
            assert self.journal.last_seq() == lines
            self.granted[name + " refused"] += 1
        else:
            self.granted[name] += 1

    @rule(steps=st.lists(st.tuples(small, small), min_size=2, max_size=8))
    def work(self, steps: list[tuple[int, int]]) -> None:
        """Operators do what operators do, so that days get deep."""
        for a, b in steps:
            day = self.hubs[0].read(lambda day, _plan: day)
            here = day.current(self.plan.counters[a % 3].code)
            names = WORK[here.state if here is not None else ""]
            if here is None and any(row.held and not row.ticket for row in day.counters.values()):
                names = ("resume_ticket", *names)
            self.clock.forward(seconds=3 * b)
            self.wish_once(self.hubs[b % 2], self.make(names[b % len(names)], a, b, 1))
            self.both_hubs_know_what_a_replay_knows()

    @rule(several=st.lists(st.tuples(st.sampled_from(NAMES), small, small, small), min_size=3, max_size=10))
    def wishes_at_once(self, several: list[tuple[str, int, int, int]]) -> None:
        wishes = [self.make(*one) for one in several]
        batch = self.hubs[0].decide(wishes)
        self.hubs[0].publish(batch)
        for wish, outcome in zip(wishes, batch.outcomes, strict=True):
            self.asked[wish.command.name] += 1
            if isinstance(outcome, Exception):
                assert isinstance(outcome, QueueError), outcome
                self.refused_actors.add(wish.actor)
            else:
                self.granted[wish.command.name] += 1

    @rule(name=st.sampled_from(NAMES), a=small, b=small)
    def the_same_twice(self, name: str, a: int, b: int) -> None:
        wish = self.make(name, a, b, 1)
        try:
            first = self.hubs[0].submit(wish)
        except QueueError:
            self.refused_actors.add(wish.actor)
            return
        lines = self.journal.last_seq()
        again = self.hubs[1].submit(wish)
        if again.seq != first.seq:
            # A wish that asked for what was so already wrote no line, and still writes none.
            assert again.ticket is None
        else:
            assert (again.ticket, again.facts) == (first.ticket, first.facts) or first.seq == lines
        assert self.journal.last_seq() == lines

    @rule(what=st.sampled_from(("a moment", "a quarter", "an hour", "a night", "restart 0", "restart 1")))
    def meanwhile(self, what: str) -> None:
        if what.startswith("restart"):
            self.hubs[int(what[-1])] = self.new_hub(int(what[-1]))
        elif what != "a night":
            self.clock.forward(seconds={"a moment": 30, "a quarter": 900, "an hour": 3600}[what])
        elif self.journal.last_seq() > 80:
            self.clock.forward(days=1)

    # -- what must always be so --------------------------------------------------------------------

    @invariant()
    def both_hubs_know_what_a_replay_knows(self) -> None:
        for office in self.hubs:
            office.catch_up()
            day = office.read(lambda day, _plan: day)
            replayed = self.replay(day.business_day)
            assert state_of(day) == replayed
            deciding = office._deciding
            assert deciding is not None
            assert state_of(deciding) == replayed

    def replay(self, day: date) -> dict[str, Any]:
        last = self.journal.last_seq()
        if self.replayed[0] != (day, last):
            folded = ServiceDay.fold(day, self.journal.read(after=0))
            folded.seq = last
            self.replayed = ((day, last), state_of(folded))
        return self.replayed[1]

    @invariant()
    def every_ticket_is_in_exactly_one_place(self) -> None:
        day = self.hubs[0].read(lambda day, _plan: day)
        at_counters = [row.ticket for row in day.counters.values() if row.ticket]
        beside = [number for row in day.counters.values() for number in row.held]
        waiting = [number for lane in state_of(day)["waiting"].values() for number in lane]
        by_state: dict[str, list[str]] = {}
        for ticket in day.tickets.values():
            by_state.setdefault(ticket.state, []).append(ticket.number)
        assert sorted(at_counters) == sorted(by_state.get("called", []) + by_state.get("serving", []))
        assert sorted(beside) == sorted(by_state.get("held", []))
        assert sorted(waiting) == sorted(by_state.get("waiting", []))
        for row in day.counters.values():
            for number in (row.ticket, *row.held):
                assert not number or day.tickets[number].counter == row.code
            assert row.state != "closed" or not row.ticket
            assert len(row.held) <= self.plan.limits.holds
        sitting = [row.operator for row in day.counters.values() if row.state != "closed"]
        assert len(sitting) == len(set(sitting))
        for ticket in day.tickets.values():
            check_legs(ticket)

    def teardown(self) -> None:
        entries = self.journal.read(after=0)
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        assert not self.refused_actors & {entry.actor for entry in entries}
        for day in {entry.business_day for entry in entries}:
            lines = [entry for entry in entries if entry.business_day == day]
            assert [entry.at for entry in lines] == sorted(entry.at for entry in lines)
            walked = walk(lines)
            check_numbers(lines)
            folded = ServiceDay.fold(day, lines)
            assert {number: ticket.state for number, ticket in folded.tickets.items()} == walked
            issued = sum(entry.event.kind == "ticket.issued" for entry in lines)
            assert sum(Tally(walked.values()).values()) == issued == sum(folded.issued.values())
            # However wild the day was, it can be replayed, and nobody gets lost in it.
            scenario, really = script(day, lines, self.plan)
            assert set(run(scenario).day.tickets) == set(really.tickets)
        self.granted["lines"] += len(entries)

    # -- making wishes -----------------------------------------------------------------------------

    def make(self, name: str, a: int, b: int, odd: int) -> Request:
        """Return a wish that is likely to be granted; `odd` = 7 makes it a strange one."""
        day = self.hubs[0].read(lambda day, _plan: day)
        values = getattr(self, "for_" + name)(day, a, b, odd == 7)
        serial = next(self.serial)
        try:
            command = COMMANDS[name](**values)
        except Invalid as refusal:
            command = does(partial(refuse, refusal), name)
        return Request(command, f"actor-{serial}", f"request-{serial}")

    def a_ticket(self, day: ServiceDay, a: int, odd: bool, *states: str) -> Ticket | None:
        wanted = [ticket for ticket in day.tickets.values() if odd or ticket.state in states]
        return wanted[a % len(wanted)] if wanted else next(iter(day.tickets.values()), None)

    def at_counter(self, day: ServiceDay, a: int, odd: bool, *states: str) -> dict[str, Any]:
        ticket = self.a_ticket(day, a, odd, *states)
        counter = (ticket.counter if ticket and not odd else "") or self.plan.counters[a % 3].code
        return {"ticket": ticket.number if ticket else "Z-999", "counter": counter}

    def for_issue_ticket(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {
            "service": self.plan.services[a % 3].code,
            "persons": b % 9 + (0 if odd else 1),
            "priority": b % 3 == 0,
            "language": "id",
            "device": "",
            "case": self.a_case(day, a)[: 8 if b % 2 else None]
            if day.standing.cases.cases and a % 3 == 2 and b % 4
            else "",
            "by_staff": True,
            "then": self.plan.services[b % 3].code if a % 4 == 3 and b % 3 != a % 3 else "",
        }

    def for_call_next(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return self.seat(day, a, odd, "open")

    def for_call_ticket(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        ticket = self.a_ticket(day, b, odd, "waiting")
        return {**self.seat(day, a, odd, "open"), "ticket": ticket.number if ticket else "Z-1", "reason": "ibu hamil"}

    def for_recall_ticket(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return self.at_counter(day, a, odd, "called")

    for_start_service = for_mark_no_show = for_recall_ticket

    def for_complete_ticket(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        more: dict[str, Any] = {"outcome": OUTCOMES[b % 3], "persons": b or None}
        if OUTCOMES[b % 3] == "papers_missing" and a % 3 == 0:
            more["come_on"] = (day.business_day + timedelta(days=a % 70)).isoformat()
        return {**self.at_counter(day, a, odd, "serving"), **more}

    def for_hold_ticket(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {**self.at_counter(day, a, odd, "serving"), "reason": "server pusat"}

    def for_resume_ticket(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return self.at_counter(day, a, odd, "held")

    def for_return_ticket(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return self.at_counter(day, a, odd, "called", "serving")

    def for_transfer_ticket(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        more = {"service": self.plan.services[b % 3].code, "position": POSITIONS[a % 3]}
        sent = {"to_counter": self.plan.counters[a % len(self.plan.counters)].code} if b % 2 else {}
        return {**self.at_counter(day, a, odd, "called", "serving"), **more, **sent}

    def for_readmit_ticket(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"ticket": self.at_counter(day, a, odd, "no_show")["ticket"]}

    def for_reopen_ticket(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"ticket": self.at_counter(day, a, odd, "completed")["ticket"]}

    def for_redeem_voucher(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        held = list(day.standing.vouchers.vouchers)
        return {"voucher": held[a % len(held)] if held and not odd else 0, "device": "kiosk-1"}

    def for_come_back(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        sent = [number for number, ticket in day.tickets.items() if ticket.outcome == "papers_missing"]
        return {"ticket": sent[a % len(sent)]} if sent else self.for_reopen_ticket(day, a, b, odd)

    def for_cancel_ticket(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        ticket = self.at_counter(day, a, odd, "waiting", "called")["ticket"]
        return {"ticket": ticket, "reason": "3208123456789012" if odd else "visitor_left"}

    def for_change_persons(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {**self.at_hand(day, a, b, odd), "persons": b}

    def for_change_priority(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {**self.at_hand(day, a, b, odd), "priority": b % 2 == 0}

    def for_change_service(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {**self.at_hand(day, a, b, odd), "service": self.plan.services[b % 3].code}

    def at_hand(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        """Return an open ticket and a counter that may put it right: its own, or any where somebody sits."""
        ticket = self.a_ticket(day, a, odd, *OPEN_STATES)
        counter = (ticket.counter if ticket and not odd else "") or self.seat(day, b, odd, "open", "paused")["counter"]
        return {"ticket": ticket.number if ticket else "Z-999", "counter": counter}

    def for_help_to_seat(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"ticket": self.at_counter(day, a, odd, "waiting")["ticket"]}

    for_defer_ticket = for_help_to_seat

    def for_say_coming(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"ticket": self.at_counter(day, a, odd, "waiting", "called")["ticket"]}

    def for_announce_call(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        call = day.calls[a % len(day.calls)].seq if day.calls and not odd else 10**6
        return {"call": call, "display": "hall"}

    def for_note_security(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"noted": SecurityNoted(("sign_in", "failed_sign_in")[b % 2], OPERATORS[a % 3], count=b + 1)}

    def for_change_plan(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        changed, day_after = self.plan.services[a % 3], day.business_day + timedelta(days=1)
        closed = replace(changed, closed=b % 4 > 1, opens_on=(None, day_after)[b % 2])
        services = tuple(closed if one is changed else one for one in self.plan.services)
        known = tuple(disciplines.DISCIPLINES)
        discipline = known[(a + b) % len(known)]
        self.plan: OfficePlan = replace(self.plan, services=services, discipline=discipline)
        return {"what": "services"}

    def for_close_day(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        # Mostly yesterday: a day that is closed early has little left to say.
        return {"business_day": day.business_day - timedelta(days=0 if a == b else 1)}

    def for_open_day(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {}
