"""Commands about a ticket's place in the queue: take it, move it, give it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from antrean.queueing import events as e
from antrean.queueing.calling.deferral import others_behind
from antrean.queueing.cases.collecting import check_collects
from antrean.queueing.command.base import KIOSK, OPERATOR, VISITOR, Command, Standing, command
from antrean.queueing.command.checks import (
    CODE,
    COUNTER,
    LANGUAGE,
    NOTE,
    PERSONS,
    REASON,
    SERVICE,
    at_counter,
    check_room,
    check_sits,
    check_state,
)
from antrean.queueing.command.fields import GIVEN, KEY, OneOf
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, Refused
from antrean.queueing.hours.calendar import closed_at
from antrean.queueing.plan.model import CLOSED, MAX_PERSONS, PAUSED, Counter, OfficePlan, Service
from antrean.queueing.plan.texts import in_language
from antrean.queueing.standstill.found import standstill
from antrean.queueing.stock.use import check_stock, promised_here
from antrean.queueing.tickets.numbers import written
from antrean.queueing.tickets.ticket import Ticket, carried

POSITIONS = ("front", "arrival", "end")


@command(
    "issue_ticket",
    gives=(e.TicketIssued,),
    given_by=(KIOSK, OPERATOR),
    refuses=(
        "case_ended",
        "case_has_number",
        "case_needed",
        "case_not_ready",
        "case_unknown",
        "closed_now",
        "day_closed",
        "numbers_stopped",
        "priority_not_here",
        "service_closed",
        "service_paused",
        "service_unknown",
        "stock_used_up",
        "too_many_persons",
        "too_many_today",
    ),
)
class IssueTicket(Command):
    """Give the next number of the service's series, with at least as many digits as the plan says.

    Refuses a paused or closed service, with the reason that the office gives in the visitor's language, more persons
    than the service takes on one day, a service whose queue takes until closing (`numbers_stopped`), priority where
    the service has none, a language that the office does not speak,
    and everything once the day was closed. Outside the hours of the office (`closed_now`) or the service
    (`service_closed`) only staff give numbers, unless nobody knows the date (not `date_known`) since a start without
    the time; a refusal says when it opens next (`opens`). Without a language it is
    the office's first one. `then` is a second service of the same visit, for which the visitor waits with the same
    number once the first has served them; it must take them as well, and a refusal that is its own names it (`then`).
    A service that hands out what is ready takes the code of a `case`, and counts one person for each case of it.
    The slip comes out at the kiosk `device`, unless the visitor takes the number without `paper`.
    """

    service: Annotated[str, SERVICE]
    persons: Annotated[int, PERSONS] = 1
    priority: bool = False
    language: Annotated[str, LANGUAGE] = ""
    device: Annotated[str, GIVEN] = ""
    then: Annotated[str, SERVICE] = ""
    case: Annotated[str, CODE] = ""
    paper: Annotated[bool, GIVEN] = True
    by_staff: Annotated[bool, GIVEN] = False
    date_known: Annotated[bool, GIVEN] = True

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the ticket's first event, with what its visitor is told."""
        language = self.language or plan.languages[0]
        self.check(day, plan, at)
        wanted = plan.service(self.service)
        if self.priority and not wanted.priority_allowed:
            raise Refused("priority_not_here")
        if self.then:
            if self.then == self.service:
                raise Invalid("value_invalid", field="then")
            try:
                self._check_taken(day, plan.service(self.then), plan, at, language, beside=wanted)
            except Refused as refusal:
                raise Refused(refusal.code, **refusal.values, then=self.then) from None
            if plan.service(self.then).collects and not self.by_staff:
                raise Refused("case_needed", then=self.then)
        collects = check_collects(day, standing.cases, plan, wanted, self.case, self.by_staff)
        if not collects:
            return (self.issued(day, plan, at),)
        coming = replace(self, persons=min(len(collects), MAX_PERSONS))
        check_room(day, wanted, coming.persons)
        return (coming.issued(day, plan, at, collects=" ".join(collects)),)

    def check(self, day: ServiceDay, plan: OfficePlan, at: datetime, promised: bool = False) -> None:
        """Refuse what the first service does not take now. Who was `promised` the place is never too many for a day."""
        language = self.language or plan.languages[0]
        if language not in plan.languages:
            raise Invalid("value_invalid", field="language")
        wanted = plan.service(self.service)
        day.check_open()
        if self._keeps_hours and (closed := closed_at(plan, at)) is not None:
            raise Refused("closed_now", why=in_language(closed.reasons, language) or "", opens=closed.opens_at)
        self._check_taken(day, wanted, plan, at, language, promised=promised)

    def issued(
        self, day: ServiceDay, plan: OfficePlan, at: datetime, carried_over: int = 0, case: str = "", collects: str = ""
    ) -> e.TicketIssued:
        """Return the ticket's first event; `carried_over` is the line of the voucher of which it comes, 0 for none.

        `case` is the code that it had already, and `collects` are those of the cases that its visitor came for.
        """
        language, wanted = self.language or plan.languages[0], plan.service(self.service)
        number = day.last_of(wanted.series) + 1
        label = written(wanted.series, number, plan.number_digits)
        newcomer = Ticket(
            number=label, service=self.service, series=wanted.series, persons=self.persons, priority=self.priority,
            language=language, device=self.device, issued_at=at, arrival=at, seq=day.seq + 1, then=self.then,
            **carried(carried_over, day.business_day),
        )  # fmt: skip
        figure = day.ahead.for_arrival(day, plan, newcomer)
        still = standstill(day, plan, wanted, at)  # nobody knows how long it lasts
        wait = None if still is not None else day.waits.for_ticket(newcomer, figure.own, at)
        reach = day.waits.reach_of_ticket(newcomer, figure.own, at) if self.date_known else ""
        return e.TicketIssued(
            ticket=label, service=self.service, series=wanted.series, number=number, persons=self.persons,
            priority=self.priority, language=language, device=self.device,
            printer=plan.printer_of(self.device) if self.paper else "",
            people_ahead=figure.ahead, service_ahead=figure.own,
            wait_low=wait[0] if wait else None, wait_high=wait[1] if wait else None, then=self.then,
            reach=reach, carried_over=carried_over, case=case, collects=collects,
        )  # fmt: skip

    @property
    def _keeps_hours(self) -> bool:
        return self.date_known and not self.by_staff

    def _check_taken(
        self,
        day: ServiceDay,
        wanted: Service,
        plan: OfficePlan,
        at: datetime,
        language: str,
        beside: Service | None = None,
        promised: bool = False,
    ) -> None:
        """Refuse what the service does not take now, with the reason and until when it is expected to be so.

        `beside` is the first service of the visit, where this is the second: both use of the same stock.
        """
        today = day.service_today(wanted)
        if today.state == CLOSED:
            raise Refused("service_closed", why=today.reason(language))
        if self._keeps_hours and (closed := closed_at(plan, at, wanted)) is not None:
            raise Refused("service_closed", opens=closed.opens_at)
        if today.for_newcomers == PAUSED and (promised or day.persons_left(wanted) != 0):
            until = day.expected_end(wanted, plan.tz, at)
            raise Refused("service_paused", why=today.reason(language), until=until)
        if not promised:
            check_room(day, wanted, self.persons)
            day.check_gives_numbers(wanted.code)
        # Where there is not enough for all vouchers, whoever comes first is served: others may never come.
        given = promised_here(day, plan) if promised else None
        check_stock(day, plan, wanted, self.persons, language, beside=beside, given=given)


@command(
    "readmit_ticket",
    gives=(e.TicketReadmitted,),
    given_by=(OPERATOR,),
    refuses=(
        "day_closed",
        "not_at_counter",
        "readmit_limit",
        "service_unknown",
        "ticket_not_no_show",
        "ticket_unknown",
    ),
)
class ReadmitTicket(Command):
    """Let a no-show wait again with the original arrival, within the plan's limits of times and minutes.

    Refuses once the day was closed, a service that has left the plan, and an operator at no counter.
    """

    ticket: Annotated[str, KEY]
    counter: Annotated[str | None, COUNTER, GIVEN] = None  # where the operator sits, "" nowhere; None for a supervisor

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the readmission."""
        check_sits(self.counter)
        day.check_open()
        missed = day.ticket(self.ticket)
        check_state(missed, "no_show")
        if not may_come_back(missed, plan, at):
            raise Refused("readmit_limit", ticket=self.ticket)
        plan.service(missed.service)
        return (e.TicketReadmitted(self.ticket, missed.counter),)


def may_come_back(missed: Ticket, plan: OfficePlan, at: datetime) -> bool:
    """Whether a no-show is within the plan's limits of times and minutes."""
    return not past_coming_back(missed, plan, at)


def past_coming_back(missed: Ticket, plan: OfficePlan, at: datetime) -> Literal["", "late", "often"]:
    """Return which of the plan's limits keeps a no-show from waiting again; "" while none does."""
    if missed.readmits >= plan.limits.readmits:
        return "often"
    late = missed.ended_at is not None and at - missed.ended_at > timedelta(minutes=plan.limits.readmit_minutes)
    return "late" if late else ""


@command(
    "reopen_ticket",
    gives=(e.TicketReopened,),
    given_by=(OPERATOR,),
    refuses=("day_closed", "not_at_counter", "service_unknown", "ticket_not_completed", "ticket_unknown"),
)
class ReopenTicket(Command):
    """Let a finished visitor wait again with the same number, before all others of the service.

    Refuses once the day was closed, a service that has left the plan, and an operator at no counter.
    """

    ticket: Annotated[str, KEY]
    counter: Annotated[str | None, COUNTER, GIVEN] = None  # where the operator sits, "" nowhere; None for a supervisor

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the reopening."""
        check_sits(self.counter)
        day.check_open()
        done = day.ticket(self.ticket)
        check_state(done, "completed")
        plan.service(done.service)
        return (e.TicketReopened(self.ticket, done.counter),)


@command(
    "return_ticket",
    gives=(e.TicketReturned,),
    given_by=(OPERATOR,),
    refuses=("ticket_not_called", "ticket_not_here", "ticket_unknown"),
)
class ReturnTicket(Command):
    """Send the called or served ticket back to where it stood: same number, original arrival."""

    ticket: Annotated[str, KEY]
    counter: Annotated[str, COUNTER, GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the way back."""
        at_counter(day, self.ticket, self.counter, "called", "serving")
        return (e.TicketReturned(self.ticket, self.counter),)


@command(
    "transfer_ticket",
    gives=(e.TicketTransferred,),
    given_by=(OPERATOR,),
    refuses=(
        "counter_not_for_service",
        "counter_not_open",
        "counter_unknown",
        "same_service",
        "service_closed",
        "service_unknown",
        "ticket_not_called",
        "ticket_not_here",
        "ticket_unknown",
    ),
)
class TransferTicket(Command):
    """Move the called or served ticket to another service, or to another counter; the number stays.

    With `to_counter`, that counter alone calls the visitor, as long as somebody works there. Refuses a closed service,
    a counter that does not serve the service or where nobody sits, and where nothing would change. `note` is for
    whoever serves the visitor there.
    """

    ticket: Annotated[str, KEY]
    counter: Annotated[str, COUNTER, GIVEN]
    service: Annotated[str, SERVICE]
    position: Annotated[str, OneOf(POSITIONS)] = "arrival"
    note: Annotated[str, NOTE] = ""
    to_counter: Annotated[str, COUNTER] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the transfer."""
        moved = at_counter(day, self.ticket, self.counter, "called", "serving")
        target = plan.service(self.service)
        if target.code == moved.service and self.to_counter in ("", self.counter):
            raise Refused("same_service", ticket=self.ticket)
        today = day.service_today(target)
        if today.state == CLOSED:
            raise Refused("service_closed", why=today.reason(plan.languages[0]))
        if self.to_counter:
            _check_may_call(day, plan.counter(self.to_counter), target.code)
        note = self.note.strip()
        return (e.TicketTransferred(self.ticket, self.counter, self.service, self.position, note, self.to_counter),)


def _check_may_call(day: ServiceDay, counter: Counter, service: str) -> None:
    """Refuse a counter that can't call a visitor of this service who is sent to it."""
    if service not in counter.services:
        raise Refused("counter_not_for_service", counter=counter.name)
    if day.counter(counter.code).state == "closed":
        raise Refused("counter_not_open")


@command(
    "cancel_ticket",
    gives=(e.TicketCancelled,),
    given_by=(OPERATOR, VISITOR, KIOSK),
    refuses=("not_at_counter", "reason_missing", "ticket_not_here", "ticket_not_waiting", "ticket_unknown"),
)
class CancelTicket(Command):
    """Take a waiting or called ticket out of the queue.

    Staff say why: others read it in the audit. Refuses an operator at no counter, and staff to whose counter it was not
    called.
    """

    ticket: Annotated[str, KEY]
    reason: Annotated[str, REASON] = ""
    counter: Annotated[str | None, COUNTER, GIVEN] = None  # where the operator sits, "" nowhere; None: see check_sits
    by_staff: Annotated[bool, GIVEN] = False

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end of the ticket."""
        check_sits(self.counter)
        given_up = day.ticket(self.ticket)
        if given_up.state not in ("waiting", "called"):
            raise Refused("ticket_not_waiting", ticket=self.ticket)
        elsewhere = (self.by_staff or self.counter is not None) and given_up.counter != self.counter
        if given_up.state == "called" and elsewhere:
            raise Refused("ticket_not_here", ticket=self.ticket)
        if self.by_staff and not self.reason.strip():
            raise Invalid("reason_missing")
        return (e.TicketCancelled(self.ticket, self.reason.strip()),)


@command(
    "help_to_seat", gives=(e.VisitorSeated,), given_by=(OPERATOR,), refuses=("ticket_not_waiting", "ticket_unknown")
)
class HelpToSeat(Command):
    """A waiting visitor was helped to a seat: whoever calls them knows that they need time to come."""

    ticket: Annotated[str, KEY]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the help, or nothing when it is known."""
        waiting = day.ticket(self.ticket)
        check_state(waiting, "waiting")
        return () if waiting.seated else (e.VisitorSeated(self.ticket),)


@command(
    "defer_ticket",
    gives=(e.TicketDeferred,),
    given_by=(VISITOR,),
    refuses=("deferred_before", "nobody_behind", "ticket_not_waiting", "ticket_unknown"),
)
class DeferTicket(Command):
    """A waiting visitor needs more time and lets others go first, as many as the plan says, once.

    The others are the next of the same service that are called after this one and have no more priority than it. The
    ticket stands right behind the last of them and is called as one of them, also where it has priority and that one
    has none. Refuses where nobody is there.
    """

    ticket: Annotated[str, KEY]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the new place."""
        waiting = day.ticket(self.ticket)
        check_state(waiting, "waiting")
        if waiting.deferred:
            raise Refused("deferred_before", ticket=self.ticket)
        others = others_behind(waiting, day.waiting, day.ahead.figures(day, plan, at))[: plan.limits.let_first]
        if not others:
            raise Refused("nobody_behind", ticket=self.ticket)
        return (e.TicketDeferred(self.ticket, others[-1].number),)


@command("say_coming", gives=(e.VisitorComing,), given_by=(VISITOR,), refuses=("ticket_not_waiting", "ticket_unknown"))
class SayComing(Command):
    """A waiting or called visitor is on the way: the operator sees it and gives them time to come."""

    ticket: Annotated[str, KEY]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the word, or nothing when it is known."""
        coming = day.ticket(self.ticket)
        check_state(coming, "waiting", "called")
        return () if coming.coming else (e.VisitorComing(self.ticket),)
