"""With which arguments each command is tried in a state: all tickets and counters that there are, and one wrong one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING
from functools import cache, lru_cache

from antrean.queueing.cases.codes import family
from antrean.queueing.command.fields import fields_of
from antrean.queueing.commands import COMMANDS
from antrean.queueing.day import ServiceDay
from antrean.queueing.slips.events import LIST, TEST, VOUCHER
from antrean.queueing.slips.lists import MOST_LISTS
from tests.explorer.commands import Step, step
from tests.explorer.small_offices import DOWN, GONE_BY, NOWHERE, Reasons, SmallOffice

NOBODY, NO_SERVICE, NO_CASE = "X-404", "x", "ZZZZZZZZ"
CLOSED_FOR_LONG = "c"
NIK = "3208010101900001"
FOREIGN = Reasons(tlh="Qo'")
PRINTER, OTHER_PRINTER = "p", "q"
MINE, THEIRS = "mine", "theirs"


class Seen:
    """What arguments depend on: the numbers given, who sits where, calls and copies; equal for many states."""

    def __init__(self, office: SmallOffice, day: ServiceDay) -> None:
        self.office = office
        self.numbers = tuple(day.tickets)
        self.seats = tuple((code, day.counter(code).operator) for code in office.counters)
        self.copies = tuple((number, len(day.tickets[number].slips)) for number in day.tickets)
        self.tests, self.lists = len(day.test_slips), len(day.list_slips)
        self.on_paper = len(day.voucher_slips)
        self.call = day.calls[-1].seq if day.calls else 0
        self.announcements = tuple(day.announcements)
        stock = day.standing.stock
        self.vouchers = (*day.standing.vouchers.vouchers, *day.redeemed)
        self.cases = tuple((code, one.stage) for code, one in day.standing.cases.cases.items())
        self.stopped = tuple(one.seq for one in day.stopped.values())
        self.stock = (stock.on_hand("k"), tuple(entry.seq for entry in stock.entries))

    @property
    def key(self) -> tuple[object, ...]:
        return (
            self.office.name,
            self.numbers,
            self.seats,
            self.copies,
            self.tests,
            self.lists,
            self.on_paper,
            self.call,
            self.announcements,
            self.stopped,
            self.stock,
            self.vouchers,
            self.cases,
        )


def steps(office: SmallOffice, day: ServiceDay) -> tuple[Step, ...]:
    """Return every command that is tried on this day, allowed or not."""
    seen = Seen(office, day)
    return _steps(_Key(seen))


class _Key:
    """A key of the cache that brings along what it is made of."""

    def __init__(self, seen: Seen) -> None:
        self.seen, self.key = seen, seen.key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(1 << 14)
def _steps(key: _Key) -> tuple[Step, ...]:
    return tuple(one for name in key.seen.office.commands for one in tried_with(name)(key.seen))


def _issue(seen: Seen) -> Iterator[Step]:
    office = seen.office
    rest = {"language": "en", "device": "k"}
    if len(seen.numbers) < office.tickets:
        for service in office.services:
            for priority in office.priorities:
                for persons in office.persons:
                    for then in office.thens:
                        more = {**rest, "then": then} if then else rest
                        yield step("issue_ticket", service=service, persons=persons, priority=priority, **more)
        for service in office.services if office.with_cases else ():
            for code in _codes(seen):
                yield step("issue_ticket", service=service, case=code, **rest)
            yield step("issue_ticket", service=service, by_staff=True, **rest)
    for service, persons in (("c", 1), (NO_SERVICE, 1), ("a", 0), ("a", 10)):
        yield step("issue_ticket", service=service, persons=persons, priority=False, **rest)


def _codes(seen: Seen) -> tuple[str, ...]:
    """Return the codes of all cases, with the letters alone where some have a number too, and one that nobody has."""
    known = [code for code, _stage in seen.cases]
    return tuple(dict.fromkeys((*known, *map(family, known), NO_CASE)))


def _move_cases(seen: Seen) -> Iterator[Step]:
    every = tuple(code for code, _stage in seen.cases)
    for leads in (True, False):
        for stage in ("ready", "collected", "gone"):
            for cases in dict.fromkeys((*((code,) for code in _codes(seen)), every)):
                yield step("move_cases", cases=cases, stage=stage, leads=leads)
    yield step("move_cases", cases=(NIK,), stage="ready")


def _take_back_cases(seen: Seen) -> Iterator[Step]:
    every = tuple(code for code, _stage in seen.cases)
    for leads in (True, False):
        for stage in ("recorded", "ready", "collected"):
            for cases in dict.fromkeys((*((code,) for code in _codes(seen)), every)):
                yield step("take_back_cases", cases=cases, stage=stage, leads=leads)
    yield step("take_back_cases", cases=(NIK,), stage="ready")


def _key_in_cases(seen: Seen) -> Iterator[Step]:
    for cases, service, stage in (
        (("OLDA",), "a", "ready"), (("NEWA", "OLDB"), "a", "recorded"), (("NEWA",), "a", "collected"),
        (("NEWA",), "b", "ready"), (("NEWA",), NO_SERVICE, "ready"), ((NIK,), "a", "ready"), ((), "a", "ready"),
    ):  # fmt: skip
        yield step("key_in_cases", cases=cases, service=service, stage=stage)


def _withdraw_case(seen: Seen) -> Iterator[Step]:
    for code in _codes(seen):
        for reason in ("r", " "):
            yield step("withdraw_case", case=code, reason=reason)


def _ask_case(seen: Seen) -> Iterator[Step]:
    for code in _codes(seen):
        yield step("ask_case", case=code, place="phone")


def _call_next(seen: Seen) -> Iterator[Step]:
    for counter, operator in _sits(seen):
        for current in (None, "", *seen.numbers, NOBODY):
            yield step("call_next", counter=counter, operator=operator, current=current)
    yield step("call_next", counter=seen.office.counters[0], operator="nobody", current=None)


def _call_ticket(seen: Seen) -> Iterator[Step]:
    for counter, operator in _sits(seen):
        for ticket in (*seen.numbers, NOBODY):
            yield step("call_ticket", ticket=ticket, counter=counter, operator=operator, reason="r")
    first = seen.office.counters[0], seen.office.operators[0]
    yield step("call_ticket", ticket=NOBODY, counter=first[0], operator="nobody", reason="")
    if seen.office.identity_numbers:
        yield step("call_ticket", ticket=NOBODY, counter=first[0], operator=first[1], reason=NIK)


def _sits(seen: Seen) -> Iterator[tuple[str, str]]:
    """Give each counter with who sits there, and with one who does not where nobody does."""
    for counter, operator in seen.seats:
        yield counter, operator or seen.office.operators[0]


def _here(name: str, **more: object) -> Callable[[Seen], Iterator[Step]]:
    """Return what tries every ticket at every counter of the plan."""

    def tried(seen: Seen) -> Iterator[Step]:
        for ticket in seen.numbers:
            for counter in seen.office.plan.counters:
                yield step(name, ticket=ticket, counter=counter.code, **more)
        yield step(name, ticket=NOBODY, counter=seen.office.counters[0], **more)

    return tried


def _complete(seen: Seen) -> Iterator[Step]:
    yield from _here("complete_ticket")(seen)
    for ticket in seen.numbers:
        for counter in seen.office.counters:
            yield step("complete_ticket", ticket=ticket, counter=counter, outcome="papers_missing", persons=None)
            yield step("complete_ticket", ticket=ticket, counter=counter, outcome="invented", persons=None)
            for persons in (*seen.office.persons, 0):
                yield step("complete_ticket", ticket=ticket, counter=counter, outcome="finished", persons=persons)


def _with_reason(name: str) -> Callable[[Seen], Iterator[Step]]:
    def tried(seen: Seen) -> Iterator[Step]:
        yield from _here(name, reason="r")(seen)
        for ticket in seen.numbers if seen.office.identity_numbers else ():
            yield step(name, ticket=ticket, counter=seen.office.counters[0], reason=NIK)

    return tried


def _transfer(seen: Seen) -> Iterator[Step]:
    for ticket in seen.numbers:
        for counter in seen.office.counters:
            for service in seen.office.targets:
                for position in seen.office.positions:
                    for to in seen.office.sent_to:
                        where = {"service": service, "position": position, "to_counter": to}
                        yield step("transfer_ticket", ticket=ticket, counter=counter, **where)
            yield step("transfer_ticket", ticket=ticket, counter=counter, service="c", position="end")
            yield step("transfer_ticket", ticket=ticket, counter=counter, service=NO_SERVICE, position="end")
            yield step("transfer_ticket", ticket=ticket, counter=counter, service="b", position="middle")


def _cancel(seen: Seen) -> Iterator[Step]:
    for ticket in (*seen.numbers, NOBODY):
        for counter in (None, *(counter.code for counter in seen.office.plan.counters)):
            yield step("cancel_ticket", ticket=ticket, reason="", counter=counter)
    if seen.office.identity_numbers:
        yield step("cancel_ticket", ticket=NOBODY, reason=NIK, counter=None)
        yield step("cancel_ticket", ticket=NOBODY, reason="", counter="")


def _persons(seen: Seen) -> Iterator[Step]:
    for ticket in (*seen.numbers, NOBODY):
        for persons in (*seen.office.persons, 0):
            for counter in seen.office.counters:
                yield step("change_persons", ticket=ticket, persons=persons, counter=counter)


def _priority(seen: Seen) -> Iterator[Step]:
    for ticket in (*seen.numbers, NOBODY):
        for priority in seen.office.priorities:
            for counter in seen.office.counters:
                yield step("change_priority", ticket=ticket, priority=priority, counter=counter)


def _service_of(seen: Seen) -> Iterator[Step]:
    for ticket in (*seen.numbers, NOBODY):
        for service in (*seen.office.targets, "c", NO_SERVICE):
            for counter in seen.office.counters:
                yield step("change_service", ticket=ticket, service=service, counter=counter)


def _ticket(name: str) -> Callable[[Seen], Iterator[Step]]:
    return lambda seen: (step(name, ticket=ticket) for ticket in (*seen.numbers, NOBODY))


def _open(seen: Seen) -> Iterator[Step]:
    for operator in seen.office.operators:
        for counter in (*seen.office.counters, NOWHERE):
            yield step("open_counter", counter=counter, operator=operator)


def _seat(name: str, **more: object) -> Callable[[Seen], Iterator[Step]]:
    """Return what tries every counter, with who sits there and with somebody else."""

    def tried(seen: Seen) -> Iterator[Step]:
        for counter, operator in _sits(seen):
            yield step(name, counter=counter, operator=operator, **more)
            yield step(name, counter=counter, operator="nobody", **more)

    return tried


def _seat_with_reason(name: str) -> Callable[[Seen], Iterator[Step]]:
    def tried(seen: Seen) -> Iterator[Step]:
        yield from _seat(name, reason="")(seen)
        for counter, operator in _sits(seen) if seen.office.identity_numbers else ():
            yield step(name, counter=counter, operator=operator, reason=NIK)

    return tried


def _hand_over(seen: Seen) -> Iterator[Step]:
    for counter, operator in _sits(seen):
        for to in seen.office.operators:
            yield step("hand_over_counter", counter=counter, operator=operator, to=to)


def _take_over(seen: Seen) -> Iterator[Step]:
    for operator in seen.office.operators:
        for counter in (*seen.office.counters, NOWHERE):
            for before in seen.office.operators:
                yield step("take_over_counter", counter=counter, operator=operator, before=before)


def _free(seen: Seen) -> Iterator[Step]:
    for counter in (*seen.office.counters, NOWHERE):
        for ticket in ("", *seen.numbers, NOBODY):
            for served in (False, True):
                yield step("free_counter", counter=counter, ticket=ticket, served=served)


def _announce(seen: Seen) -> Iterator[Step]:
    for call in {seen.call, 0}:
        for sound in (*seen.office.sounds, "hummed"):
            yield step("announce_call", call=call, display="d", sound=sound)
        for sound in ("", "muted"):
            yield step("announce_call", call=call, display="d", sound=sound, beside=True)


def _reprint(seen: Seen) -> Iterator[Step]:
    for ticket in (*seen.numbers, NOBODY):
        for by_visitor in (False, True):
            yield step("reprint_slip", ticket=ticket, printer=PRINTER, by_visitor=by_visitor)


def _slips(seen: Seen) -> Iterator[tuple[str, int]]:
    for number, copies in seen.copies:
        for copy in range(copies):
            yield number, copy
    for test in range(seen.tests):
        yield TEST, test + 1
    for one in range(seen.lists):
        yield LIST, one + 1
    for one in range(seen.on_paper):
        yield VOUCHER, one + 1
    yield NOBODY, 0


def _settle(seen: Seen) -> Iterator[Step]:
    for ticket, copy in _slips(seen):
        slip = {"ticket": ticket, "copy": copy}
        for claim in (MINE, THEIRS):
            yield step("settle_slip", **slip, result="sending", claim=claim)
            yield step("settle_slip", **slip, result="waiting", claim=claim, reason="paper_out")
            yield step("settle_slip", **slip, result="printed", claim=claim, evidence="printed", paper_mm=80)
            yield step("settle_slip", **slip, result="failed", claim=claim, reason="paper_out")
            yield step("settle_slip", **slip, result="uncertain", claim=claim, reason="no_answer")
        yield step("settle_slip", **slip, result="eaten", claim=MINE)
        yield step("settle_slip", **slip, result="sending", claim=MINE, printer=OTHER_PRINTER)
        yield step("settle_slip", **slip, result="printed", claim=MINE, evidence="guessed")
        yield step("settle_slip", **slip, result="printed", claim=MINE, paper_mm=5001)


def _slip(name: str) -> Callable[[Seen], Iterator[Step]]:
    return lambda seen: (step(name, ticket=ticket, copy=copy) for ticket, copy in _slips(seen))


def _pause_service(seen: Seen) -> Iterator[Step]:
    for service in (*seen.office.stops, CLOSED_FOR_LONG, NO_SERVICE):
        for reasons, until in seen.office.told:
            yield step("pause_service", service=service, reasons=reasons, until=until)
    for reasons, until in ((DOWN, GONE_BY), (DOWN, "9.30"), (FOREIGN, "")):
        yield step("pause_service", service=seen.office.stops[0], reasons=reasons, until=until)


def _close_service(seen: Seen) -> Iterator[Step]:
    for service in (*seen.office.stops, CLOSED_FOR_LONG, NO_SERVICE):
        for reasons in {reasons: None for reasons, _until in seen.office.told}:
            yield step("close_service", service=service, reasons=reasons)
    yield step("close_service", service=seen.office.stops[0], reasons=FOREIGN)


def _service(name: str) -> Callable[[Seen], Iterator[Step]]:
    def tried(seen: Seen) -> Iterator[Step]:
        for service in (*seen.office.stops, CLOSED_FOR_LONG, NO_SERVICE):
            yield step(name, service=service)

    return tried


def _announce_words(seen: Seen) -> Iterator[Step]:
    for urgent, minutes, every in ((True, 0, 0), (False, 60, 0), (False, 0, 60)):
        yield step("announce", texts=DOWN, zone="", urgent=urgent, minutes=minutes, every=every)
    for texts, minutes, every in ((Reasons(en=" "), 0, 0), (FOREIGN, 0, 0), (DOWN, 241, 0), (DOWN, 0, 61)):
        yield step("announce", texts=texts, minutes=minutes, every=every)
    if seen.office.identity_numbers:
        yield step("announce", texts=Reasons(en=NIK))


def _stock(name: str, *values: tuple[int, str]) -> Callable[[Seen], Iterator[Step]]:
    """Return what tries an entry by hand with counts and reasons, as long as few stand there, and what is refused."""
    said = {"receive_stock": "note"}.get(name, "reason")

    def tried(seen: Seen) -> Iterator[Step]:
        on_hand, entries = seen.stock
        for count, why in values:
            grows = name != "spoil_stock" and count > (on_hand or 0)
            if len(entries) < 2 and not (grows and (on_hand or 0) >= 2):
                yield step(name, item="k", count=count, **{said: why})
        yield step(name, item="x", count=1, **{said: "r"})
        yield step(name, item="k", count=-1, **{said: "r"})
        if name == "spoil_stock":
            yield step(name, item="k", count=3, reason="r")
            yield step(name, item="k", count=1, reason=" ")

    return tried


def _take_back_stock(seen: Seen) -> Iterator[Step]:
    for entry in (*seen.stock[1], 0):
        yield step("take_back_stock", entry=entry)


def _redeem_voucher(seen: Seen) -> Iterator[Step]:
    for voucher in (*seen.vouchers, 0):
        yield step("redeem_voucher", voucher=voucher, language="en", device="k")
    yield step("redeem_voucher", voucher=1, language="tlh")


def _print_vouchers(seen: Seen) -> Iterator[Step]:
    if seen.on_paper < 2:  # staff may ask for those that failed for ever
        yield step("print_vouchers", printer=PRINTER)


def _print_voucher(seen: Seen) -> Iterator[Step]:
    for voucher in (*seen.vouchers, 0):
        yield step("print_voucher", voucher=voucher, printer=PRINTER)


def _end_announcement(seen: Seen) -> Iterator[Step]:
    for announcement in (*seen.announcements, 0):
        yield step("end_announcement", announcement=announcement)


def _printer(name: str) -> Callable[[Seen], Iterator[Step]]:
    return _alone(name, printer=PRINTER)


def _test_slip(seen: Seen) -> Iterator[Step]:
    if seen.tests < 1:
        yield step("request_test_slip", printer=PRINTER)


def _list(seen: Seen) -> Iterator[Step]:
    for service, printer in (("a", PRINTER), ("a", ""), ("b", PRINTER), (NO_SERVICE, PRINTER)):
        if seen.lists < MOST_LISTS or service != "a" or not printer:
            yield step("request_list", service=service, printer=printer)
    if seen.lists == MOST_LISTS:
        yield step("request_list", service="a", printer=PRINTER)
    if seen.lists < 1:
        yield step("request_list", service="a", about="spared", printer=PRINTER)
    yield step("request_list", service="b", about="spared", printer=PRINTER)
    yield step("request_list", service="a", language="tlh", printer=PRINTER)


def _spare_visit(seen: Seen) -> Iterator[Step]:
    for service in ("a", "b", NO_SERVICE):
        yield step("spare_visit", service=service)


def _begin_outage(seen: Seen) -> Iterator[Step]:
    for numbers in (True, False):
        yield step("begin_outage", need="n", minutes=0, numbers=numbers)
    for need, minutes in (("m", 0), ("x", 0), ("n", 481)):
        yield step("begin_outage", need=need, minutes=minutes, numbers=True)


def _end_outage(seen: Seen) -> Iterator[Step]:
    yield step("end_outage", need="n")


def _stop_numbers(seen: Seen) -> Iterator[Step]:
    for service in ("a", "b", NO_SERVICE):
        yield step("stop_numbers", service=service, percent=80, counters=1, closes="2026-11-24T15:00:00+07:00")


def _resume_numbers(seen: Seen) -> Iterator[Step]:
    for line in (*seen.stopped, 0):
        yield step("resume_numbers", service="a", stopped_in=line, why="counters")


def _let_numbers_go_on(seen: Seen) -> Iterator[Step]:
    for service, reason in (("a", "r"), ("a", " "), ("b", "r"), (NO_SERVICE, "r")):
        yield step("let_numbers_go_on", service=service, reason=reason)


def _hold_printer(seen: Seen) -> Iterator[Step]:
    for reason in ("", NIK) if seen.office.identity_numbers else ("",):
        yield step("hold_printer", printer=PRINTER, reason=reason)


def _report(seen: Seen) -> Iterator[Step]:
    for state in ("ready", "agent_away", "on_fire"):
        yield step("report_printer", printer=PRINTER, state=state)
    yield step("report_printer", printer=PRINTER, state="ready", fallback="on_fire")


def _alone(name: str, **more: object) -> Callable[[Seen], Iterator[Step]]:
    return lambda seen: iter((step(name, **more),))


Tried = Callable[[Seen], Iterator[Step]]
# What a command is tried with, by the fields that it needs and its reason.
BY_FIELDS: dict[frozenset[str], Callable[[str], Tried]] = {
    frozenset(): _alone,
    frozenset({"ticket"}): _ticket,
    frozenset({"ticket", "counter"}): _here,
    frozenset({"ticket", "counter", "reason"}): _with_reason,
    frozenset({"ticket", "copy"}): _slip,
    frozenset({"counter", "operator"}): _seat,
    frozenset({"counter", "operator", "reason"}): _seat_with_reason,
    frozenset({"service"}): _service,
    frozenset({"printer"}): _printer,
}
# What commands are tried with whose fields alone don't say it.
BY_HAND: dict[str, Tried] = {
    "issue_ticket": _issue,
    "call_next": _call_next,
    "call_ticket": _call_ticket,
    "complete_ticket": _complete,
    "transfer_ticket": _transfer,
    "cancel_ticket": _cancel,
    "change_persons": _persons,
    "change_priority": _priority,
    "change_service": _service_of,
    "open_counter": _open,
    "hand_over_counter": _hand_over,
    "take_over_counter": _take_over,
    "free_counter": _free,
    "pause_service": _pause_service,
    "close_service": _close_service,
    "announce": _announce_words,
    "end_announcement": _end_announcement,
    "announce_call": _announce,
    "reprint_slip": _reprint,
    "settle_slip": _settle,
    "change_plan": _alone("change_plan", what="hours"),
    "report_printer": _report,
    "hold_printer": _hold_printer,
    "request_test_slip": _test_slip,
    "request_list": _list,
    "spare_visit": _spare_visit,
    "begin_outage": _begin_outage,
    "end_outage": _end_outage,
    "stop_numbers": _stop_numbers,
    "resume_numbers": _resume_numbers,
    "let_numbers_go_on": _let_numbers_go_on,
    "receive_stock": _stock("receive_stock", (2, "")),
    "count_stock": _stock("count_stock", (0, ""), (1, "r")),
    "spoil_stock": _stock("spoil_stock", (1, "r")),
    "take_back_stock": _take_back_stock,
    "move_cases": _move_cases,
    "take_back_cases": _take_back_cases,
    "key_in_cases": _key_in_cases,
    "withdraw_case": _withdraw_case,
    "ask_case": _ask_case,
    "redeem_voucher": _redeem_voucher,
    "print_voucher": _print_voucher,
    "print_vouchers": _print_vouchers,
    "stop_vouchers": _printer("stop_vouchers"),
}


@cache
def tried_with(name: str) -> Tried:
    """Return what a command is tried with; refuses (LookupError) one whose fields don't say it."""
    if name in BY_HAND:
        return BY_HAND[name]
    needs = frozenset(
        field.name for field in fields_of(COMMANDS[name]) if field.default is MISSING or field.name == "reason"
    )
    if needs not in BY_FIELDS:
        wanted = ", ".join(sorted(needs))
        raise LookupError(f"say in BY_HAND of tests/explorer/arguments.py with which {wanted} {name} is tried")
    return BY_FIELDS[needs](name)
