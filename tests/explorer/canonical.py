"""What rules can tell apart in a day: two days with the same form lead to the same days, by the same commands.

Numbers become places in the order of arrival, operators the counters at which they sit. Times become the classes that
rules measure: in which order visitors arrived, and whether a long time lay between; whether a call was a moment ago;
whether a visitor who missed it may still come back; whether an agent has been silent for long. What only reports and
screens read (legs, the log of calls, reasons, outcomes) is left out. So is a ticket that can never come back, but for
its number and its slips.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from antrean.queueing.calls.commands import UNDOABLE
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.commands import AGENT_GONE, LONGEST_SILENCE
from antrean.queueing.slips.lists import LISTS_WITHIN
from antrean.queueing.slips.slip import Slip
from antrean.queueing.tickets.ticket import Ticket, Undo, lacking
from tests.explorer import queue_by_hand
from tests.explorer.small_offices import LONG, SmallOffice

Form = tuple[Any, ...]
# Of a ticket, what no rule looks at, or what says the same as a part of the form. A field that is neither here nor read
# by the form makes states look alike that lead to different ones.
NOT_TOLD_APART = frozenset(
    {
        "number", "series", "seq", "issued_at", "language", "device", "token", "people_ahead_at_issue", "wait_at_issue",
        "reach_at_issue", "operator", "call", "called_at", "started_at", "held_at", "hold_reason", "legs",
    }
)  # fmt: skip


def key_of(form: Form) -> bytes:
    """Return 16 bytes that stand for a form."""
    return blake2b(marshal.dumps(form, 2), digest_size=16).digest()


def form_of(office: SmallOffice, day: ServiceDay, at: datetime, *, undo: bool = True) -> Form:
    """Return the form of a day at a moment; without `undo`, whatever its counters could take back."""
    return _Form(office, day, at, undo).whole()


def may_be_undone(day: ServiceDay, row: CounterState) -> bool:
    """Whether what a counter remembers can be taken back, now or once another counter has taken back a call.

    Whatever else happened to the ticket since, or at the counter, is for good: each further step at the counter is
    remembered in place of this one, and each return to a queue begins another stage of the visit.
    """
    undo = day.undo.get(row.code)
    if undo is None:
        return False
    ticket, before = day.tickets[undo.before.number], undo.before
    corrected = undo.step in ("persons", "priority", "service")
    stages = len(before.legs) + (0 if corrected else 1)
    if undo.called is not None:
        there = row.ticket == undo.called.number and day.tickets[row.ticket].state == "called"
        return there and (ticket.state == "completed" or (ticket.state == "waiting" and len(ticket.legs) == stages))
    if corrected and before.state != "waiting":
        return (ticket.state, ticket.counter, len(ticket.legs)) == (before.state, before.counter, stages)
    went_on = undo.step == "complete" and before.then
    if not corrected and not went_on and undo.step not in ("return", "transfer"):
        return ticket.state == UNDOABLE[undo.step] and ticket.counter == row.code
    called = [other.called for other in day.undo.values()]
    return (ticket.state == "waiting" and len(ticket.legs) == stages) or any(
        one.number == ticket.number and len(one.legs) == stages for one in called if one is not None
    )


class _Form:
    def __init__(self, office: SmallOffice, day: ServiceDay, at: datetime, undo: bool) -> None:
        self.office, self.day, self.at, self.with_undo = office, day, at, undo
        self.plan: OfficePlan = office.plan
        rows = [day.counter(counter.code) for counter in self.plan.counters]
        self.rows: list[CounterState] = rows
        self.undos: list[Undo] = [day.undo[row.code] for row in rows if undo and may_be_undone(day, row)]
        self.remembered: list[Ticket] = [
            *(one for undo in self.undos for one in (undo.before, undo.called) if one is not None),
            *day.expired.values(),
        ]
        named = {ticket.number for ticket in self.remembered}
        self.live = [t for t in day.tickets.values() if t.number in named or not self._gone(t)]
        self.live.sort(key=queue_by_hand.stood)
        self.place = {ticket.number: index for index, ticket in enumerate(self.live)}
        known = (*self.live, *self.remembered)
        self.rank = _ranks((time for one in known for time in (one.arrival, queue_by_hand.stood(one)[0])), at)
        self.order = {key: index for index, key in enumerate(sorted({queue_by_hand.stood(one) for one in known}))}

    def whole(self) -> Form:
        day = self.day
        return (
            day.closed,
            len(day.tickets),
            self.rank[self.at],
            tuple(self._now(ticket) for ticket in self.live),
            tuple(sorted(self._slips(t, t) for t in day.tickets.values() if t.number not in self.place and t.slips)),
            tuple(self._counter(row) for row in self.rows),
            tuple((self.place[number], self._ticket(before)) for number, before in day.expired.items()),
            tuple(sorted(one for one in day.persons.items() if one[1])) if self.office.limited else (),
            self._streak() if self.plan.discipline == "interleave" else (),
            self._printing(),
            self._services() if self.office.stops else (),
            self._heard(day.calls[-1].seq) if self.office.sounds and day.calls else (),
            self._announcements(),
            self._stock() if self.plan.stock else (),
            self._outages() if self.plan.needs else (),
            self._vouchers() if self.office.carried else (),
            (sorted(day.stopped), sorted(day.went_on)) if self.plan.limits.served_percent else (),
            self._cases() if self.office.with_cases else (),
        )

    def _stock(self) -> Form:
        """Return the ledger, and what a step that can be taken back has used; the lines of entries say nothing more."""
        stock = self.day.standing.stock
        items = [(code, one.on_hand) for code, one in stock.items.items()]
        used = [(self.place[n], *items.items()) for n, items in self.day.stock_used.items() if n in self.place]
        return (sorted(items), [(one.item, one.what, one.change) for one in stock.entries], sorted(used))

    def _outages(self) -> Form:
        """Return what is down, and which services it holds up; how long, and how many wait for it, decides nothing."""
        return tuple((one.need, one.services, one.numbers) for one in self.day.outages.values())

    def _vouchers(self) -> Form:
        """Return which vouchers of yesterday are left and which became a ticket; today's are those of its tickets."""
        left = [one for one in self.day.standing.vouchers.vouchers.values() if one.day != self.day.business_day]
        return ([one.line for one in left], sorted(self.day.redeemed))

    def _cases(self) -> Form:
        """Return the cases as they are, what the day remembers of them, and the codes of its tickets."""
        day, book = self.day, self.day.standing.cases
        cases = [
            (one.code, one.stage, one.ended, one.ticket, [stage for stage, *_when in one.passed])
            for one in book.cases.values()
        ]
        codes = [(n, ticket.case, ticket.collects if n in self.place else "") for n, ticket in day.tickets.items()]
        undone = {undo.before.number for undo in self.undos if undo.step == "complete"}
        done = [(n, one.opened, one.collected) for n, one in day.cases_done.items() if n in undone]
        opened = [(by, codes) for by, codes in day.opened_by.items() if codes and by[0] in self.place]
        return (sorted(cases), codes, sorted(done), sorted(opened), sorted(day.asked))

    def _services(self) -> Form:
        """Return how services stand today, and which times that may be told are past."""
        today = [(code, one.state, sorted(one.reasons.items()), one.until) for code, one in self.day.services.items()]
        past = [self.day.time_today(until, self.plan.tz) <= self.at for _reasons, until in self.office.told if until]
        return (sorted(today), past)

    def _announcements(self) -> Form:
        """Return which announcements hold: their kinds, and whether they are due to be said again or to end."""
        every = self.day.announcements.values()
        return tuple(
            sorted(
                (one.urgent, one.every, one.until is None, one.is_over(self.at), one.is_due(self.at)) for one in every
            )
        )

    def _heard(self, call: int) -> Form:
        return (self.day.sounded.get(call, ""), call in self.day.announced, call in self.day.beside)

    def _gone(self, ticket: Ticket) -> bool:
        """Whether a ticket can never be anything else any more."""
        if ticket.state == "completed":
            return "reopen_ticket" not in self.office.commands and not self._may_bring_papers(ticket)
        return ticket.state == "cancelled" or (ticket.state == "no_show" and not self._may_come_back(ticket))

    def _may_bring_papers(self, ticket: Ticket) -> str:
        """Return the service for which papers may still be brought, now or once the visit has ended; "" for none."""
        stage = lacking(ticket) if "come_back" in self.office.commands else None
        return stage.service if stage is not None and ticket.readmits < self.plan.limits.readmits else ""

    def _may_come_back(self, ticket: Ticket) -> bool:
        limits = self.plan.limits
        if "readmit_ticket" not in self.office.commands:
            return False
        return ticket.readmits < limits.readmits and not self._older(ticket.ended_at, limits.readmit_minutes * 60)

    def _older(self, then: datetime | None, seconds: float) -> bool:
        return then is not None and self.at - then > timedelta(seconds=seconds)

    def _now(self, ticket: Ticket) -> Form:
        ties = ticket.seq if not self.office.tick else 0
        order = sorted(other.seq for other in self.live).index(ties) if ties else 0
        return (*self._ticket(ticket), self._slips(ticket, ticket), order)

    def _ticket(self, ticket: Ticket) -> Form:
        """Return what matters of a ticket as it is, or as it was when it was remembered."""
        state, counter, more = ticket.state, ticket.counter, 0
        limits = self.plan.limits
        if state == "called":
            spent = ticket.recalls >= limits.recalls
            again = ticket.last_call_at is not None and self.at >= ticket.last_call_at + timedelta(
                seconds=limits.recall_gap_seconds
            )
            more = 2 if spent else int(again)
        elif state == "no_show":
            more = int(self._may_come_back(ticket))
        if state in ("completed", "no_show") and not any(undo.before.number == ticket.number for undo in self.undos):
            counter = ""
        persons = ticket.persons if len(self.office.persons) > 1 else 0
        now = self.day.tickets[ticket.number]
        seen = () if ticket is now or not now.slips else self._slips(now, ticket)
        return (
            state, ticket.service, ticket.then, ticket.priority, ticket.front, persons, self.rank[ticket.arrival],
            ticket.readmits, counter, ticket.only_at, ticket.carried_over, more, ticket.seated, ticket.coming,
            ticket.deferred, self._behind(ticket), seen, ticket.outcome if state == "expired" else "",
            self._may_bring_papers(ticket),
        )  # fmt: skip

    def _behind(self, ticket: Ticket) -> Form:
        behind = ticket.behind
        if behind is None:
            return ()
        return (self.rank[behind.arrival], self.order[queue_by_hand.stood(ticket)], behind.as_regular)

    def _counter(self, row: CounterState) -> Form:
        held = tuple(sorted(self.place[number] for number in row.held))
        ticket = self.place[row.ticket] if row.ticket else None
        undo: Any = None
        if self.with_undo and row.code in self.day.undo:
            undo = self._undo(self.day.undo[row.code]) if may_be_undone(self.day, row) else "spent"
        several = self.with_undo and len(self.office.counters) > 1
        turn = sum(other.turn < row.turn for other in self.rows) if several and row.state == "open" else 0
        return (row.state, ticket, held, undo, turn)

    def _undo(self, undo: Undo) -> Form:
        before, called = undo.before, undo.called
        return (undo.step, *self._remembered(before), None if called is None else self._remembered(called))

    def _streak(self) -> Form:
        """Return the priority calls in a row, the newest first, and which of them may still be taken back."""
        open_calls = {undo.called.number for undo in self.undos if undo.called is not None}
        row: list[Any] = []
        for call in reversed(self.day.calls):
            if call.recall or call.undone:
                continue
            mine = call.number in open_calls
            open_calls.discard(call.number)
            row.append((call.priority, self.place[call.number] if mine else None))
            if (not mine and not call.priority) or row.count((True, None)) >= self.plan.interleave:
                break
        return tuple(row)

    def _remembered(self, ticket: Ticket) -> Form:
        return (self.place[ticket.number], self._ticket(ticket))

    def _slips(self, now: Ticket, seen: Ticket) -> Form:
        """Return the slips of a ticket; `seen` is the ticket, or what was remembered of it: when its service began."""
        return tuple(self._slip(slip, seen) for slip in now.slips)

    def _slip(self, slip: Slip, seen: Ticket | None) -> Form:
        more: Any = ""
        if slip.state == "waiting" and seen is not None:
            more = seen.started_at is not None and slip.asked_at > seen.started_at
        elif slip.state == "waiting":
            more = self._older(slip.asked_at, self.plan.limits.slip_seconds)
        elif slip.state == "sending":
            more = (slip.claim, self._older(slip.taken_at, LONGEST_SILENCE.total_seconds()))
        elif slip.state == "uncertain" and slip.reason == AGENT_GONE:
            more = slip.claim
        elif slip.state == "failed":
            more = slip.reason == "cancelled"
        return (slip.state, more)

    def _printing(self) -> Form:
        day = self.day
        known: Sequence[Any] = sorted((name, one.state) for name, one in day.printers.items())
        loose = tuple(
            tuple((self._slip(slip, None), slip.about, slip.voucher) for slip in some)
            for some in (day.test_slips, day.list_slips, day.voucher_slips)
        )
        lately = sum(self.at - slip.asked_at < LISTS_WITHIN for slip in day.list_slips)
        return (loose, lately, tuple(day.held_printers), tuple(known))


def _ranks(times: Iterable[datetime], at: datetime) -> dict[datetime, int]:
    """Return the place of each time in their order; 2 apart where a long time lay between."""
    ranks: dict[datetime, int] = {}
    rank, last = 0, None
    for time in sorted({*times, at}):
        if last is not None:
            rank += 1 if time - last < LONG else 2
        ranks[time] = rank
        last = time
    return ranks
