"""Read a journal as it stands in the database, beside what clients were told, and say what can't be true of both.

Nothing of the product is imported: what the rules, the fold and the storage believe must not decide what is right. The
table is read by the database's own driver; the names of events and the legal ways of a ticket are written down here
once more. A history is right when `violations` returns nothing.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COLUMNS = "office, seq, at, business_day, kind, data, request_id, actor, chain"

# What happens to tickets and counters, under the name that is stored, old or new.
KINDS = {
    "TicketIssued": "ticket.issued",
    "TicketCalled": "ticket.called",
    "TicketRecalled": "ticket.recalled",
    "TicketStarted": "ticket.started",
    "TicketCompleted": "ticket.completed",
    "TicketMarkedNoShow": "ticket.no_show",
    "TicketReadmitted": "ticket.readmitted",
    "TicketHeld": "ticket.held",
    "TicketResumed": "ticket.resumed",
    "TicketReturned": "ticket.returned",
    "TicketTransferred": "ticket.transferred",
    "TicketCancelled": "ticket.cancelled",
    "TicketExpired": "ticket.expired",
    "TicketReopened": "ticket.reopened",
    "PersonsChanged": "ticket.persons_changed",
    "PriorityChanged": "ticket.priority_changed",
    "WishUndone": "command.undone",
    "CounterOpened": "counter.opened",
    "CounterClosed": "counter.closed",
    "DayClosed": "day.closed",
    "DayReopened": "day.reopened",
    "JournalRestored": "journal.restored",
    "JournalSealed": "journal.sealed",
    "LostNumbersFound": "journal.lost_numbers_found",
    "ClockSet": "clock.set",
}
OPEN = ("waiting", "called", "serving", "held")
# Each step: the states it may start from, and the one it leads to; None: it stays as it is.
STEPS: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    "ticket.called": (("waiting",), "called"),
    "ticket.recalled": (("called",), "called"),
    "ticket.started": (("called",), "serving"),
    "ticket.completed": (("serving",), "completed"),
    "ticket.went_on": (("completed",), "waiting"),
    "ticket.no_show": (("called",), "no_show"),
    "ticket.readmitted": (("no_show",), "waiting"),
    "ticket.held": (("serving",), "held"),
    "ticket.resumed": (("held",), "serving"),
    "ticket.returned": (("called", "serving"), "waiting"),
    "ticket.transferred": (("waiting", "called", "serving"), "waiting"),
    "ticket.cancelled": (("waiting", "called"), "cancelled"),
    "ticket.expired": (OPEN, "expired"),
    "ticket.reopened": (("completed",), "waiting"),
    "ticket.came_back": (("completed",), "waiting"),
    "ticket.persons_changed": (OPEN, None),
    "ticket.priority_changed": (OPEN, None),
    "ticket.service_changed": (OPEN, None),
    "ticket.seated": (("waiting",), None),
    "ticket.deferred": (("waiting",), None),
    "ticket.coming": (("waiting", "called"), None),
}
AT_COUNTER = ("called", "serving")
BESIDE_COUNTER = (*AT_COUNTER, "held")  # where a ticket belongs to one counter
UNDOABLE = (
    "ticket.started", "ticket.completed", "ticket.no_show", "ticket.held", "ticket.returned", "ticket.transferred",
    "ticket.persons_changed", "ticket.priority_changed", "ticket.service_changed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the journal; `kind` is the new name where there are two, `stored` its columns as they stand."""

    seq: int
    at: str
    business_day: str
    kind: str
    data: Mapping[str, Any]
    request_id: str | None
    actor: str
    stored: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What a client was told: `what` is the kind of line that its request led to."""

    what: str
    number: str
    seq: int
    request_id: str = ""


def read_sqlite(path: Path, office: str) -> list[Line]:
    """Return an office's lines in the order of seq, from a file that a hub may have been killed over."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"SELECT {COLUMNS} FROM journal WHERE office = ? ORDER BY seq", (office,))
        return [_line(row) for row in rows]


def read_postgresql(address: str, office: str) -> list[Line]:
    """Return an office's lines in the order of seq; `address` as libpq takes it."""
    import psycopg

    with psycopg.connect(address) as connection:
        rows = connection.execute(f"SELECT {COLUMNS} FROM journal WHERE office = %s ORDER BY seq", (office,))
        return [_line(row) for row in rows]


def _line(row: Sequence[Any]) -> Line:
    stored = tuple("" if value is None else str(value) for value in row)
    _office, seq, at, business_day, kind, data, request_id, actor, _chain = row
    words = KINDS.get(kind, kind), json.loads(data), request_id, actor
    return Line(int(seq), str(at), str(business_day), *words, stored)


def violations(lines: Sequence[Line], told: Iterable[Told], everything_was_told: bool = True) -> list[str]:
    """Return in sentences what can't be true; `lines` are one office's, from its first on, in the order of seq.

    With `everything_was_told` each number and call must have been told to somebody: clients asked until they had an
    answer, and nobody else took part. A journal may begin after lines that a later line of it says are sealed; lines of
    days that were sealed, and what was told of sealed lines, are not looked at any more, except for their chain.
    """
    found = [*_order(lines), *_chain(lines)]
    last, days = _sealed(lines)
    left = {line.seq for line in lines if line.seq <= last or line.business_day in days}
    lines = [line for line in lines if line.seq not in left]
    told = [one for one in told if one.seq > last and one.seq not in left]
    return [
        *found,
        *_requests(lines, told),
        *_numbers(lines),
        *_telling(lines, told, everything_was_told),
        *_ways(lines),
    ]


def _sealed(lines: Sequence[Line]) -> tuple[int, set[str]]:
    """Return the last line that may have left the journal, and the days whose figures are all that has to be left."""
    seals = [line for line in lines if line.kind == "journal.sealed"]
    last = max((line.data["last"] for line in seals), default=0)
    return last, {day for line in seals for day in line.data["days"] or {}}


def _first(lines: Sequence[Line]) -> int:
    """Return the seq that the first line ought to have: lines that are sealed may be there still, or none of them."""
    last, _days = _sealed(lines)
    return min(lines[0].seq, last + 1) if lines else 1


def _order(lines: Sequence[Line]) -> Iterable[str]:
    for place, line in enumerate(lines, _first(lines)):
        if line.seq != place:
            yield f"line {place} of the journal has seq {line.seq}"
            return


def _chain(lines: Sequence[Line]) -> Iterable[str]:
    """Each line is made of the one before it, as the contract says; lines that were read from nowhere have no chain.

    The first one is made of the last one that was sealed, as the line says that sealed it; among sealed lines that are
    still there nobody knows what the first one was made of.
    """
    sealed = {line.data["last"]: line.data["chain"] for line in lines if line.kind == "journal.sealed"}
    first = _first(lines)
    before = "0" * 64 if first == 1 else sealed.get(first - 1, "")
    for line in lines:
        if not line.stored:
            return
        *columns, chain = line.stored
        if line.seq in sealed and chain != sealed[line.seq]:
            yield f"seq {line.seq} is not the line that was sealed"
        unknown = not before and line.seq == first
        if not unknown and chain != hashlib.sha256("\x1f".join([before, *columns]).encode("utf-8")).hexdigest():
            yield f"seq {line.seq} does not fit the line before it"
        before = chain


def _requests(lines: Sequence[Line], told: Sequence[Told]) -> Iterable[str]:
    effects = Counter(line.request_id for line in lines if line.request_id)
    yield from (f"request {request} has {times} effects" for request, times in effects.items() if times > 1)
    answers: dict[str, set[Told]] = defaultdict(set)
    for one in told:
        if one.request_id:
            answers[one.request_id].add(one)
    for request, different in answers.items():
        if len(different) > 1:
            yield f"request {request} was answered in {len(different)} ways: {sorted(map(str, different))}"
        if request not in effects:
            yield f"request {request} was answered and left no line"


def _numbers(lines: Sequence[Line]) -> Iterable[str]:
    series: dict[tuple[str, str], list[int]] = defaultdict(list)
    jumps: dict[tuple[str, str], set[int]] = defaultdict(set)  # places behind which a series may go on further up
    restored: set[str] = set()
    days: list[str] = []
    went_back = False
    for line in lines:
        if line.kind == "journal.restored":
            restored.add(line.business_day)
            for (day, letter), numbers in series.items():
                if day == line.business_day:
                    jumps[day, letter].add(len(numbers))
        elif line.kind == "journal.lost_numbers_found":
            for letter in {number.partition("-")[0] for number in line.data["numbers"].split()}:
                jumps[line.business_day, letter].add(len(series[line.business_day, letter]))
        elif line.kind == "clock.set":
            for letter in line.data.get("floors") or {}:
                jumps[line.business_day, letter].add(len(series[line.business_day, letter]))
            if line.data.get("from_day"):
                days = []  # somebody told the true time, which may be in an earlier day
        if line.kind == "ticket.issued":
            if line.business_day in restored and not series[line.business_day, line.data["series"]]:
                jumps[line.business_day, line.data["series"]].add(0)
            series[line.business_day, line.data["series"]].append(line.data["number"])
            went_back |= bool(days) and line.business_day < days[-1]
            days.append(line.business_day)
            letter, _, digits = line.data["ticket"].rpartition("-")
            if letter != line.data["series"] or len(digits) < 2 or int(digits) != line.data["number"]:
                yield f"seq {line.seq}: {line.data['ticket']} is not number {line.data['number']} of its series"
    for (day, letter), numbers in series.items():
        twice = [number for number, times in Counter(numbers).items() if times > 1]
        if twice:
            yield f"{day}: numbers given twice in series {letter}: {twice}"
        elif wrong := _first_wrong(numbers, jumps[day, letter]):
            yield f"{day}: series {letter} has gaps or is out of order: {wrong}"
    if went_back:
        yield "numbers were given on a business day after those of a later one"


def _first_wrong(numbers: Sequence[int], jumps: Collection[int]) -> str:
    """Say which number does not follow the one before; a series may jump up where the journal was brought back."""
    before = 0
    for place, number in enumerate(numbers):
        if number != before + 1 and not (place in jumps and number > before):
            return f"number {number} stands where {before + 1} belongs"
        before = number
    return ""


def _telling(lines: Sequence[Line], told: Sequence[Told], everything: bool) -> Iterable[str]:
    at = {line.seq: line for line in lines}
    for one in dict.fromkeys(told):
        line = at.get(one.seq)
        if line is None:
            yield f"{one.what} of {one.number} was told as seq {one.seq}, which does not exist"
        elif (line.kind, line.data.get("ticket")) != (one.what, one.number):
            true = f"{line.kind} of {line.data.get('ticket')}"
            yield f"seq {one.seq} was told as {one.what} of {one.number} and is {true}"
        elif one.request_id and line.request_id != one.request_id:
            yield f"seq {one.seq} was told for request {one.request_id} and stands for {line.request_id}"
    for what in ("ticket.issued", "ticket.called"):
        numbers = Counter((one.what, one.number, one.seq) for one in set(told) if one.what == what)
        same = Counter(seq for _what, _number, seq in numbers)
        yield from (f"two clients were told seq {seq}" for seq, times in same.items() if times > 1)
        seqs = {line.seq for line in lines if line.kind == what}
        missed = sorted(seqs - set(same))
        if everything and missed:
            yield f"{len(missed)} lines {what} were told to nobody, first seq {missed[0]}"
    requests = Counter(one.seq for one in {(o.seq, o.request_id): o for o in told if o.request_id}.values())
    yield from (f"seq {seq} was told to {times} requests" for seq, times in requests.items() if times > 1)


@dataclass(slots=True)
class _Ticket:
    state: str = "waiting"
    counter: str = ""


@dataclass(slots=True)
class _Day:
    tickets: dict[str, _Ticket] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)  # counter -> the ticket that is called or served there
    last: dict[str, tuple[str, str, _Ticket]] = field(default_factory=dict)  # counter -> step, ticket, how it was
    called: dict[str, str] = field(default_factory=dict)  # counter -> ticket called by the wish that finished another
    expired: dict[str, _Ticket] = field(default_factory=dict)  # what the close sent away, as it was before
    closed: bool = False


def _ways(lines: Sequence[Line]) -> Iterable[str]:
    days: dict[str, _Day] = defaultdict(_Day)
    for line in lines:
        if not line.kind.startswith(("ticket.", "counter.", "command.", "day.")):
            continue
        day = days[line.business_day]
        for words in _step(day, line):
            yield f"seq {line.seq}, {line.kind} {line.data.get('ticket', '')}: {words}"


def _step(day: _Day, line: Line) -> Iterable[str]:
    number, counter = line.data.get("ticket", ""), line.data.get("counter", "")
    if line.kind == "day.closed":
        dangling = [number for number, ticket in day.tickets.items() if ticket.state in OPEN]
        if dangling:
            yield f"left open by the close of the day: {dangling}"
        day.closed = True
        return
    if line.kind == "day.reopened":
        if not day.closed:
            yield "the day was not closed"
        yield from _open_again(day)
        return
    if day.closed:
        yield "the day was closed before"
    if line.kind == "counter.handed_over":
        day.last.pop(counter, None)
        day.called.pop(counter, None)
        return
    if line.kind == "counter.closed":
        day.last.pop(counter, None)
        day.called.pop(counter, None)
        if day.at.get(counter):
            yield f"counter {counter} was closed over {day.at[counter]}"
        return
    if line.kind == "command.undone":
        take_back = _take_call_back if line.data.get("undone") == "call" else _take_back
        yield from take_back(day, number, counter)
        return
    if line.kind == "ticket.issued":
        if number in day.tickets:
            yield "it exists already"
        day.tickets[number] = _Ticket()
        return
    if line.kind not in STEPS:
        if line.kind.startswith("ticket."):
            yield "nothing is known of this step"
        return
    ticket = day.tickets.get(number)
    if ticket is None:
        yield "no such number was given on this day"
        return
    before, after = STEPS[line.kind]
    if ticket.state not in before:
        yield f"it was {ticket.state}"
    if ticket.state in BESIDE_COUNTER and counter and counter != ticket.counter:
        yield f"it belongs to counter {ticket.counter}, not {counter}"
    if after is not None:
        remembered = _Ticket(ticket.state, ticket.counter)
        if after == "expired":
            day.expired[number] = remembered
        yield from _move(day, number, ticket, after, counter or ticket.counter)
        if line.kind == "ticket.recalled":
            return
        day.called.pop(counter, None)
        if line.kind in UNDOABLE:
            day.last[counter] = (line.kind, number, remembered)
        elif line.kind == "ticket.called" and day.last.get(counter, ("", ""))[:2] == (
            "ticket.completed",
            line.data.get("finished"),
        ):
            day.called[counter] = number
        elif line.kind in ("ticket.called", "ticket.resumed"):
            day.last.pop(counter, None)
    elif counter and line.kind in UNDOABLE:  # a correction, which moves nobody
        day.called.pop(counter, None)
        day.last[counter] = (line.kind, number, _Ticket(ticket.state, ticket.counter))


def _move(day: _Day, number: str, ticket: _Ticket, after: str, counter: str) -> Iterable[str]:
    if day.at.get(ticket.counter) == number:
        del day.at[ticket.counter]
    ticket.state = after
    if after in AT_COUNTER:
        other = day.at.get(counter)
        if other is not None:
            yield f"counter {counter} has {other} already"
        day.at[counter] = number
    if after in BESIDE_COUNTER:
        ticket.counter = counter
    elif after == "waiting":
        ticket.counter = ""


def _open_again(day: _Day) -> Iterable[str]:
    """Nobody sits at a counter after a close: who stood there waits again, who was held is held beside it."""
    day.closed = False
    for number, before in day.expired.items():
        ticket = day.tickets[number]
        if ticket.state != "expired":
            yield f"{number} was {ticket.state} when the day was opened again"
        ticket.state = "held" if before.state == "held" else "waiting"
        ticket.counter = before.counter if before.state == "held" else ""
    day.expired.clear()


def _take_call_back(day: _Day, number: str, counter: str) -> Iterable[str]:
    ticket = day.tickets.get(number)
    if day.called.pop(counter, "") != number or ticket is None:
        yield f"this number was not called at counter {counter} by the wish that finished another"
        return
    if ticket.state != "called":
        yield f"it has gone on since and is {ticket.state}"
    yield from _move(day, number, ticket, "waiting", "")


def _take_back(day: _Day, number: str, counter: str) -> Iterable[str]:
    step, last, before = day.last.pop(counter, ("", "", _Ticket()))
    ticket = day.tickets.get(number)
    if day.called.pop(counter, ""):
        yield f"the call after it at counter {counter} was not taken back"
    if last != number or ticket is None:
        yield f"the last step at counter {counter} was not of this number"
        return
    if ticket.state != (STEPS[step][1] or before.state):
        yield f"it has gone on since and is {ticket.state}"
    yield from _move(day, number, ticket, before.state, before.counter)
