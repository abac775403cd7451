"""A business day: today's state is the fold of today's events, one case for each event."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from antrean.queueing import events as e
from antrean.queueing.calling.ahead import Ahead
from antrean.queueing.calling.waiting_lists import WaitingLists
from antrean.queueing.calls.call import Call
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.errors import Refused, Unknown
from antrean.queueing.estimation.port import NoEstimates, WaitEstimator
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.model import CLOSED, Service
from antrean.queueing.results import CommandResult, CommandResults
from antrean.queueing.slips import state as slips_state
from antrean.queueing.slips.events import TEST
from antrean.queueing.slips.slip import PrinterState, Roll, Slip
from antrean.queueing.tickets import state as tickets_state
from antrean.queueing.tickets.ticket import OPEN_STATES, Ticket

FULL = "full"  # how a service stands that is open or paused and takes nobody more today


@dataclass(eq=False, repr=False)
class ServiceDay:
    """One business day of one office. Only `apply` changes it, with journal entries in the order of their seq.

    `waits` is the estimator that hears every entry after the day; it decides nothing and is no part of the fold, nor is
    `ahead`, which keeps what was worked out of the day.
    """

    business_day: date
    waits: WaitEstimator = field(default_factory=NoEstimates)
    ahead: Ahead = field(default_factory=Ahead)
    seq: int = 0
    last_at: datetime | None = None
    tickets: dict[str, Ticket] = field(default_factory=dict)
    tokens: dict[str, Ticket] = field(default_factory=dict)  # those that an earlier release issued
    last_number: dict[str, int] = field(default_factory=dict)
    unseen_last: int = 0  # behind it goes on a series that has given no number here today
    on_paper: dict[str, int] = field(default_factory=dict)  # last numbers that may be on paper without a ticket here
    restored: int = 0  # seq of the line that says so, when the journal was brought back from a backup today
    lost_from: str = ""  # the span of time that it lacks, UTC as ISO text
    lost_until: str = ""
    lost_numbers: tuple[str, ...] = ()  # on paper, as a print agent remembers, and unknown here
    sealed: int = 0  # the last line that was sealed today; 0: none was
    issued: dict[str, int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)  # by service, of all its tickets but the cancelled ones
    waiting: WaitingLists = field(default_factory=WaitingLists)
    counters: dict[str, CounterState] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    announced: dict[int, datetime] = field(default_factory=dict)  # when a display first had drawn a call, by its seq
    beside: dict[int, datetime] = field(default_factory=dict)  # when the screen beside its counter first had drawn it
    sounded: dict[int, str] = field(default_factory=dict)  # the word on its sound that tells most, by its seq
    open_slips: dict[tuple[str, int], Slip] = field(default_factory=dict)
    test_slips: tuple[Slip, ...] = ()
    printers: dict[str, PrinterState] = field(default_factory=dict)
    held_printers: dict[str, datetime] = field(default_factory=dict)
    rolls: dict[str, Roll] = field(default_factory=dict)
    results: CommandResults = field(default_factory=CommandResults)
    priority_streak: int = 0
    closed: bool = False
    doubted: int = 0  # the seq of the line since which nobody knows the date of what happens in this day; 0: known
    expired: dict[str, Ticket] = field(default_factory=dict)  # tickets that the close expired, as they were before

    @classmethod
    def fold(
        cls, business_day: date, entries: Iterable[JournalEntry], waits: WaitEstimator | None = None
    ) -> ServiceDay:
        """Return the day after these entries; those of other days are passed over."""
        day = cls(business_day, waits or NoEstimates())
        for entry in entries:
            day.apply(entry)
        return day

    # -- asking ------------------------------------------------------------------------------

    def ticket(self, number: str) -> Ticket:
        """Return today's ticket with this number; refuses an unknown one."""
        try:
            return self.tickets[number]
        except (KeyError, TypeError):
            raise Unknown("ticket_unknown", ticket=number) from None

    def last_of(self, series: str) -> int:
        """Return the number behind which a series goes on."""
        return self.last_number.get(series, self.unseen_last)

    def counter(self, code: str) -> CounterState:
        """Return the counter's state today; a counter nobody opened is closed."""
        return self.counters.get(code) or CounterState(code)

    def counter_of(self, operator: str) -> CounterState | None:
        """Return the counter where the operator sits, or None."""
        for counter in self.counters.values():
            if counter.operator == operator and counter.state != "closed":
                return counter
        return None

    def current(self, counter: str) -> Ticket | None:
        """Return the ticket called or served at a counter, or None."""
        number = self.counter(counter).ticket
        return self.tickets[number] if number else None

    def call(self, seq: int) -> Call | None:
        """Return the call that the journal's line with this seq made, None when it made none."""
        index = bisect_left(self.calls, seq, key=lambda call: call.seq)
        return self.calls[index] if index < len(self.calls) and self.calls[index].seq == seq else None

    def slips_of(self, number: str) -> tuple[Slip, ...]:
        """Return the slips of a ticket, oldest first; of `TEST`, the day's test slips; of an unknown number, none."""
        if number == TEST:
            return self.test_slips
        ticket = self.tickets.get(number)
        return ticket.slips if ticket is not None else ()

    def open_tickets(self) -> list[Ticket]:
        """Return the tickets that are waiting, called, served or held, in issue order."""
        return [ticket for ticket in self.tickets.values() if ticket.state in OPEN_STATES]

    def persons_of(self, service: str) -> int:
        """Return how many persons the service was or will be for today; who gave their number back does not count."""
        return self.persons.get(service, 0)

    def persons_left(self, service: Service) -> int | None:
        """Return for how many more persons the service takes numbers today, never below 0; None without a limit."""
        if service.daily_limit is None:
            return None
        return max(service.daily_limit - self.persons_of(service.code), 0)

    def service_state(self, service: Service) -> str:
        """Return how a service stands towards newcomers: open, paused, closed, or FULL: it takes nobody more today.

        This is the order in which a wish for a number is refused.
        """
        if self.closed or service.state == CLOSED:
            return CLOSED
        return FULL if self.persons_left(service) == 0 else service.state

    def same_as(self, other: ServiceDay) -> bool:
        """Whether both days hold the same state, the estimators aside, and each of its tickets only once."""
        apart = {"waits", "ahead", "waiting", "tokens"}
        return (
            all(found == vars(other)[name] for name, found in vars(self).items() if name not in apart)
            and self.waiting.numbers() == other.waiting.numbers()
            and {token: ticket.number for token, ticket in self.tokens.items()}
            == {token: ticket.number for token, ticket in other.tokens.items()}
            and all(self.tickets.get(ticket.number) is ticket for ticket in self.tokens.values())
            and all(self.tickets.get(ticket.number) is ticket for ticket in self.waiting)
        )

    def check_open(self) -> None:
        """Refuse (`day_closed`) what begins something new on a day that was closed."""
        if self.closed:
            raise Refused("day_closed")

    # -- the fold ----------------------------------------------------------------------------

    def apply(self, entry: JournalEntry) -> None:
        """Take one journal entry into the day. Entries of another business day only move `seq`."""
        self.seq = entry.seq
        if entry.business_day != self.business_day:
            return
        if entry.tells_time:
            self.last_at = entry.at
        event = entry.event
        _CASES[type(event)](self, event, entry)
        if entry.request_id is not None:
            self.results[entry.request_id] = self.result_of(entry)
        self.ahead.heard(self, event)
        self.waits.apply(self, entry)

    def result_of(self, entry: JournalEntry) -> CommandResult:
        """Return what the command that ended with this entry led to, with the ticket as it is now."""
        event = entry.event
        number = getattr(event, "ticket", "")
        ticket = self.tickets[number].snapshot() if number in self.tickets else None
        facts = {"rule": event.rule, **(event.facts or {})} if isinstance(event, e.TicketCalled) else {}
        return CommandResult(entry.seq, entry.at, event.kind, ticket, facts, entry.actor)

    def counter_row(self, code: str) -> CounterState:
        """Return the counter's row for changing; only the fold's cases do that."""
        return self.counters.setdefault(code, CounterState(code))


_CASES = {**tickets_state.CASES, **slips_state.CASES}
