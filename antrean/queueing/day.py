"""A business day: today's state is the fold of today's events, with its results and estimates beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from antrean.queueing import events as e
from antrean.queueing.calling.ahead import Ahead
from antrean.queueing.day_state import FULL as FULL
from antrean.queueing.day_state import STOPPED as STOPPED
from antrean.queueing.day_state import DayState
from antrean.queueing.estimation.port import NoEstimates, WaitEstimator
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.results import CommandResult, CommandResults
from antrean.queueing.standing import NOTHING, Standing

# What a day keeps when an office of one's own begins in it: where it stands, and what is known of its time and journal.
KEPT = ("business_day", "waits", "standing", "seq", "last_at", "doubted", "undated", "sealed")


@dataclass(eq=False, repr=False)
class ServiceDay(DayState):
    """One business day of one office. Only `apply` changes it, with journal entries in the order of their seq.

    `waits` is the estimator that hears every entry after the day; it decides nothing and is no part of the fold, nor is
    `ahead`, which keeps what was worked out of the day. `results` are those of today's requests. `standing` is what
    outlives the day, as it stands at this line of the journal: no part of the fold either, but fed by every line.
    """

    business_day: date
    waits: WaitEstimator = field(default_factory=NoEstimates)
    ahead: Ahead = field(default_factory=Ahead, kw_only=True)
    results: CommandResults = field(default_factory=CommandResults, kw_only=True)
    standing: Standing = field(default=NOTHING, kw_only=True)

    @classmethod
    def fold(
        cls, business_day: date, entries: Iterable[JournalEntry], waits: WaitEstimator | None = None
    ) -> ServiceDay:
        """Return the day after these entries; those of other days are passed over."""
        day = cls(business_day, waits or NoEstimates())
        for entry in entries:
            day.apply(entry)
        return day

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

    def apply(self, entry: JournalEntry) -> None:
        """Take one journal entry into the day. Entries of another business day only move `seq` and what stands."""
        self.seq = entry.seq
        self.standing = self.standing.after(entry)
        if entry.business_day != self.business_day:
            return
        if entry.tells_time:
            self.last_at = entry.at
        if isinstance(entry.event, e.OfficeMadeMine):
            self._begin_anew(entry)
        self.take_in(entry)
        if entry.request_id is not None:
            self.results[entry.request_id] = self.result_of(entry)
        self.ahead.heard(self, entry.event)
        self.waits.apply(self, entry)

    def _begin_anew(self, entry: JournalEntry) -> None:
        """Forget everything of the sample office: the office that begins here has given no number yet."""
        fresh = vars(ServiceDay(self.business_day, self.waits))
        for name in fresh.keys() - KEPT:
            setattr(self, name, fresh[name])
        self.waits = self.waits.anew(self, entry.at)

    def result_of(self, entry: JournalEntry) -> CommandResult:
        """Return what the command that ended with this entry led to, with the ticket as it is now."""
        event = entry.event
        number = getattr(event, "ticket", "")
        ticket = self.tickets[number].snapshot() if number in self.tickets else None
        facts = {"rule": event.rule, **(event.facts or {})} if isinstance(event, e.TicketCalled) else {}
        return CommandResult(entry.seq, entry.at, event.kind, ticket, facts, entry.actor)
