"""The calling disciplines: one object each, with the code that names it, its key, and its words.

Waiting tickets lie in lists, one for each service and priority class. Every key rises with arrival within such a list,
so each list is first come, first served, and only the heads of the lists have to be compared. Who lets others go first
has the key of the last of these, and a little more: no discipline calls anybody between the two. Tickets that were
brought to the front come before all others. Those of one service are in order of arrival, whatever their priority;
between services the discipline's key decides, as for all other tickets.

Terms after Kleinrock, *Queueing Systems* II, and Stanford, Taylor, Ziedins (Queueing Systems 77, 2014) for accumulating
priority.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

from antrean.queueing.errors import N_, Counted, nN_
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket

ACCUMULATION_RATE = 4
NOBODY_WAITS_BEYOND = timedelta(minutes=60)
ALL_DAY = 1440.0  # minutes

Key = tuple[object, ...]


class Words(NamedTuple):
    """Why a ticket has its place: `place` while it waits, `reason` once it is called, counted by the minutes waited.

    English sentences, which screens translate. They may name the facts of the discipline as `%(name)d`.
    """

    place: str
    reason: Counted


class Discipline:
    """A rule for the order in which waiting tickets are called.

    `code` names it in plans and in recorded calls. `name` and `about` are for whoever chooses it: what it is called,
    and in a sentence or two what it does and who waits longer. `words` explains a place. `changes_with_time` is whether
    two waiting tickets may swap places without any event. `takes_turns` is whether regular visitors have a turn at
    times, in which `regular_key` decides.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    about: ClassVar[str]
    words: ClassVar[Words]
    changes_with_time: ClassVar[bool] = False
    takes_turns: ClassVar[bool] = False

    def key(self, ticket: Ticket, plan: OfficePlan, at: datetime) -> Key:
        """Return what a ticket is sorted by: the smallest key is called first. No two tickets have the same key."""
        raise NotImplementedError

    def regular_key(self, ticket: Ticket, plan: OfficePlan, at: datetime) -> Key:
        """Return what a ticket is sorted by while a regular visitor has the turn; asked where visitors take turns."""
        raise NotImplementedError

    def is_regular_turn(self, plan: OfficePlan, streak: int) -> bool:
        """Whether a regular visitor has the turn, after so many priority calls in a row."""
        return False

    def stays_before(self, ticket: Ticket, other: Ticket, plan: OfficePlan, at: datetime) -> bool:
        """Whether a ticket is called before another one however long both wait and whoever is called meanwhile."""
        return self.key(ticket, plan, at) < self.key(other, plan, at)

    def overtakes(self, plan: OfficePlan) -> tuple[float, float]:
        """Return until when priority visitors who come after a regular one are called before, as waits are estimated.

        They come within so many minutes of the other's arrival, and within such a share of its wait.
        """
        return 0.0, 1.0

    def facts(self, ticket: Ticket, plan: OfficePlan) -> Mapping[str, object]:
        """Return the facts that explain the place of a ticket besides its wait, as JSON values."""
        return {}

    def words_for(self, facts: Mapping[str, object]) -> Words:
        """Return the words for a ticket with these facts; a call of long ago may lack any of them."""
        return self.words


class EarliestDueDate(Discipline):
    """In order of due time: arrival - head start of the service - credit. A key never changes while a ticket waits.

    The reason names the `credit` of a priority visitor and the `head_start` of the service, in minutes.
    """

    code = "earliest_due_date"
    name = N_("By due time")
    about = N_(
        "Whoever came first is called first. Priority visitors, and those of services with a head start, "
        "count as arrived earlier; the others wait longer."
    )
    words = Words(
        place=N_("In order of due time"),
        reason=nN_("Waited %(num)d minute and is due first.", "Waited %(num)d minutes and is due first.", "waited"),
    )
    words_with_credit = Words(
        place=N_("Priority: counts as arrived %(credit)d min earlier"),
        reason=nN_(
            "Waited %(num)d minute; priority counts as arrived %(credit)d min earlier.",
            "Waited %(num)d minutes; priority counts as arrived %(credit)d min earlier.",
            "waited",
        ),
    )
    words_with_head_start = Words(
        place=N_("This service counts as arrived %(head_start)d min earlier"),
        reason=nN_(
            "Waited %(num)d minute; this service counts as arrived %(head_start)d min earlier.",
            "Waited %(num)d minutes; this service counts as arrived %(head_start)d min earlier.",
            "waited",
        ),
    )
    words_with_both = Words(
        place=N_("Priority counts as arrived %(credit)d min earlier, this service %(head_start)d min"),
        reason=nN_(
            "Waited %(num)d minute; "
            "priority counts as arrived %(credit)d min earlier, this service %(head_start)d min.",
            "Waited %(num)d minutes; "
            "priority counts as arrived %(credit)d min earlier, this service %(head_start)d min.",
            "waited",
        ),
    )

    def key(self, ticket: Ticket, plan: OfficePlan, at: datetime) -> Key:
        return (due(ticket, plan), *ticket.key[1:])

    def overtakes(self, plan: OfficePlan) -> tuple[float, float]:
        return float(plan.credit_minutes), 1.0

    def facts(self, ticket: Ticket, plan: OfficePlan) -> Mapping[str, object]:
        head_start = plan.service(ticket.service).head_start
        facts = {"credit": plan.credit_minutes} if ticket.goes_ahead else {}
        return {**facts, "head_start": head_start} if head_start else facts

    def words_for(self, facts: Mapping[str, object]) -> Words:
        if facts.get("head_start"):
            return self.words_with_both if facts.get("credit") else self.words_with_head_start
        return self.words_with_credit if facts.get("credit") else self.words


class FirstComeFirstServed(Discipline):
    """In order of the original arrival, whatever the priority."""

    code = "first_come_first_served"
    name = N_("By arrival")
    about = N_("Whoever came first is called first. Priority visitors wait as long as all others.")
    words = Words(
        place=N_("In order of arrival"),
        reason=nN_("Waited %(num)d minute and came first.", "Waited %(num)d minutes and came first.", "waited"),
    )

    def key(self, ticket: Ticket, plan: OfficePlan, at: datetime) -> Key:
        return ticket.key


class StrictPriority(Discipline):
    """Priority visitors before all others."""

    code = "strict_priority"
    name = N_("Priority first")
    about = N_("Priority visitors are called before all others. While they keep coming, nobody else is called.")
    words = Words(
        place=N_("Priority visitors go first"),
        reason=nN_(
            "Waited %(num)d minute; priority visitors go first.",
            "Waited %(num)d minutes; priority visitors go first.",
            "waited",
        ),
    )

    def key(self, ticket: Ticket, plan: OfficePlan, at: datetime) -> Key:
        return (not ticket.goes_ahead, *ticket.key)

    def overtakes(self, plan: OfficePlan) -> tuple[float, float]:
        return ALL_DAY, 1.0


class Interleave(Discipline):
    """Priority visitors first, but one regular visitor after `plan.interleave` priority calls in a row."""

    code = "interleave"
    name = N_("Taking turns")
    about = N_(
        "Priority visitors are called first, but after some of them one other visitor has a turn. "
        "The others wait longer, and are always called in the end."
    )
    words = Words(
        place=N_("Priority and others take turns"),
        reason=nN_(
            "Waited %(num)d minute; priority and others take turns.",
            "Waited %(num)d minutes; priority and others take turns.",
            "waited",
        ),
    )
    takes_turns = True

    def key(self, ticket: Ticket, plan: OfficePlan, at: datetime) -> Key:
        return (not ticket.goes_ahead, *ticket.key)

    def regular_key(self, ticket: Ticket, plan: OfficePlan, at: datetime) -> Key:
        return (ticket.goes_ahead, *ticket.key)

    def is_regular_turn(self, plan: OfficePlan, streak: int) -> bool:
        return streak >= plan.interleave

    def overtakes(self, plan: OfficePlan) -> tuple[float, float]:
        return ALL_DAY, 1.0

    def stays_before(self, ticket: Ticket, other: Ticket, plan: OfficePlan, at: datetime) -> bool:
        return ticket.goes_ahead == other.goes_ahead and ticket.key < other.key


class AccumulatingPriority(Discipline):
    """Largest waited time x rate of the class first; a ticket that waited beyond the cap comes before all others."""

    code = "accumulating_priority"
    name = N_("Growing priority")
    about = N_(
        "The wait of a priority visitor counts several times. "
        "Whoever has waited more than an hour goes before all others."
    )
    words = Words(
        place=N_("Priority counts its wait several times"),
        reason=nN_(
            "Waited %(num)d minute; priority counts its waiting several times.",
            "Waited %(num)d minutes; priority counts its waiting several times.",
            "waited",
        ),
    )
    changes_with_time = True

    def key(self, ticket: Ticket, plan: OfficePlan, at: datetime) -> Key:
        waited = at - ticket.counts_from
        if waited > NOBODY_WAITS_BEYOND:
            return (0, *ticket.key)
        rate = ACCUMULATION_RATE if ticket.goes_ahead else 1
        return (1, -waited * rate, *ticket.key)

    def overtakes(self, plan: OfficePlan) -> tuple[float, float]:
        return NOBODY_WAITS_BEYOND.total_seconds() / 60.0, 1.0 - 1.0 / ACCUMULATION_RATE

    def stays_before(self, ticket: Ticket, other: Ticket, plan: OfficePlan, at: datetime) -> bool:
        beyond = at - ticket.counts_from > NOBODY_WAITS_BEYOND
        return ticket.key < other.key and (ticket.goes_ahead >= other.goes_ahead or beyond)


DISCIPLINES: dict[str, Discipline] = {
    discipline.code: discipline
    for discipline in (
        EarliestDueDate(), FirstComeFirstServed(), StrictPriority(), Interleave(), AccumulatingPriority(),
    )
}  # fmt: skip


def discipline_of(plan: OfficePlan) -> Discipline:
    """Return the discipline that the plan names. Raises KeyError when there is none of that code."""
    return DISCIPLINES[plan.discipline]


def due(ticket: Ticket, plan: OfficePlan) -> datetime:
    """Return when a ticket is due: original arrival - head start of the service - credit of a priority visitor.

    Who let others go first is due with the last of these.
    """
    return ticket.counts_from - plan.counts_earlier[ticket.service, ticket.goes_ahead]


def overdue_after(ticket: Ticket, plan: OfficePlan) -> datetime:
    """Return after which moment a ticket is overdue: original arrival + promised wait - credit of a priority visitor.

    It has no part in the order. Counters that only help with its service call it before they are idle from then on.
    """
    return ticket.counts_from + plan.overdue_after[ticket.service, ticket.goes_ahead]


def keys(plan: OfficePlan, at: datetime) -> tuple[Callable[[Ticket], Key], Callable[[Ticket], Key]]:
    """Return two functions from a waiting ticket to its key, with those brought to the front before all others.

    The second one is for while a regular visitor has the turn. It is the first one where visitors take no turns.
    """
    discipline = discipline_of(plan)

    def usual(ticket: Ticket) -> Key:
        return (not ticket.front, *discipline.key(ticket, plan, at))

    def regular(ticket: Ticket) -> Key:
        return (not ticket.front, *discipline.regular_key(ticket, plan, at))

    return usual, regular if discipline.takes_turns else usual


def stays_before(ticket: Ticket, other: Ticket, plan: OfficePlan, at: datetime) -> bool:
    """Whether a waiting ticket is called before another one however long both wait and whoever is called meanwhile."""
    if ticket.front != other.front:
        return ticket.front
    return discipline_of(plan).stays_before(ticket, other, plan, at)
