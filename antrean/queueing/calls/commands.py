"""Commands about calls: call a visitor, serve, finish; and what displays say of a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.calling.order import order
from antrean.queueing.calls.sounds import SOUNDS, tells_more
from antrean.queueing.command.base import DISPLAY, OPERATOR, Command, Standing, command
from antrean.queueing.command.checks import (
    COUNTER,
    PERSONS,
    REASON,
    SEEN,
    at_counter,
    check_state,
    counter_of,
    no_longer_there,
    open_counter_of,
)
from antrean.queueing.command.fields import GIVEN, KEY, TIME, OneOf, Text
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, Refused, Unknown
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.finish import finished
from antrean.queueing.tickets.ticket import CORRECTIONS, Undo

LATEST_RETURN = timedelta(days=62)  # for so long ahead a visitor who lacked papers is told a day
OUTCOMES = ("finished", "papers_missing", "referred")
# What a step that can be taken back leads to.
UNDOABLE = {
    "start": "serving", "complete": "completed", "no_show": "no_show", "hold": "held", "transfer": "waiting",
    "return": "waiting",
}  # fmt: skip


@command(
    "call_next",
    gives=(e.TicketCalled,),
    given_by=(OPERATOR,),
    refuses=(
        "counter_busy",
        "counter_paused",
        "counter_unknown",
        "not_at_counter",
        "queue_empty",
        "ticket_ended",
        "ticket_not_here",
    ),
)
class CallNext(Command):
    """Call whoever is next, completing the ticket being served. Refuses when nobody waits for this counter.

    `current` is the number that the operator saw there, "" for none: refuses when it is another by now, since a tap
    kept for a while, or from a second tablet, must not finish a visitor whom its page did not show.
    """

    counter: Annotated[str, COUNTER, GIVEN]
    operator: Annotated[str, GIVEN]
    current: Annotated[str | None, SEEN] = None

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the call, after the end of the ticket before."""
        row = open_counter_of(day, self.counter, self.operator)
        if self.current is not None and self.current != row.ticket:
            raise no_longer_there(day, row, self.current)
        finish = _finish_current(day, plan, row)
        ranked = next(order(day, plan, at, plan.counter(self.counter)), None)
        if ranked is None:
            raise Refused("queue_empty")
        called = e.TicketCalled(
            ranked.ticket.number, self.counter, self.operator, ranked.rule, dict(ranked.facts),
            row.ticket if finish else "",
        )  # fmt: skip
        return (*finish, called)


@command(
    "call_ticket",
    gives=(e.TicketCalled,),
    given_by=(OPERATOR,),
    refuses=(
        "already_called",
        "counter_busy",
        "counter_paused",
        "not_at_counter",
        "ticket_not_waiting",
        "ticket_unknown",
    ),
)
class CallTicket(Command):
    """Call a chosen waiting ticket out of order; the reason and the number of people passed over are recorded."""

    ticket: Annotated[str, KEY]
    counter: Annotated[str, COUNTER, GIVEN]
    operator: Annotated[str, GIVEN]
    reason: Annotated[str, REASON] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the call, after the end of the ticket before."""
        row = open_counter_of(day, self.counter, self.operator)
        chosen = day.ticket(self.ticket)
        if chosen.state in ("called", "serving", "held"):
            raise Refused("already_called", ticket=self.ticket, counter=chosen.counter)
        check_state(chosen, "waiting")
        finish = _finish_current(day, plan, row)
        facts = {"note": self.reason, "passed": day.ahead.before(day, plan, at, chosen)}
        before = row.ticket if finish else ""
        return (*finish, e.TicketCalled(self.ticket, self.counter, self.operator, "chosen", facts, before))


@command(
    "recall_ticket",
    gives=(e.TicketRecalled,),
    given_by=(OPERATOR,),
    refuses=("recall_limit", "recall_too_soon", "ticket_not_called", "ticket_not_here", "ticket_unknown"),
)
class RecallTicket(Command):
    """Call the called ticket once more. Refuses too soon after the last call and beyond the limit."""

    ticket: Annotated[str, KEY]
    counter: Annotated[str, COUNTER, GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the repeated call."""
        called = at_counter(day, self.ticket, self.counter, "called")
        limits = plan.limits
        if called.recalls >= limits.recalls:
            raise Refused("recall_limit", limit=called.recalls + 1)
        if called.last_call_at is not None:
            again = called.last_call_at + timedelta(seconds=limits.recall_gap_seconds)
            if at < again:
                raise Refused("recall_too_soon", seconds=-(-(again - at) // timedelta(seconds=1)))
        return (e.TicketRecalled(self.ticket, self.counter),)


@command(
    "start_service",
    gives=(e.TicketStarted,),
    given_by=(OPERATOR,),
    refuses=("ticket_not_called", "ticket_not_here", "ticket_unknown"),
)
class StartService(Command):
    """The called visitor has come."""

    ticket: Annotated[str, KEY]
    counter: Annotated[str, COUNTER, GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the start."""
        at_counter(day, self.ticket, self.counter, "called")
        return (e.TicketStarted(self.ticket, self.counter),)


@command(
    "complete_ticket",
    gives=(e.TicketCompleted, e.TicketWentOn, e.ListRequested),
    given_by=(OPERATOR,),
    refuses=("ticket_not_here", "ticket_not_serving", "ticket_unknown", "time_past"),
)
class CompleteTicket(Command):
    """Finish the served ticket with its outcome and the persons really served (default: as issued).

    `missing` are the codes of the service's documents that were missing; refused where the outcome is another. One that
    the service asks for no more is left out: it left the plan while the operator ticked it. A visitor who chose a
    second service waits for that one now, with the same number and the original arrival. `on_paper`: what the visitor
    is to bring comes out of the `printer`, where there is one and the service asks for something. `come_on` and
    `come_at` are the day, such as 2026-11-26, and the time on which the visitor was told to bring them, "" for none; a
    time alone is one of today. Refuses a time that is past (`time_past`), and a day in more than two months.
    `not_collected` are the codes of those cases for which the visitor came that could not be found: they stay ready.
    """

    ticket: Annotated[str, KEY]
    counter: Annotated[str, COUNTER, GIVEN]
    outcome: Annotated[str, OneOf(OUTCOMES)] = "finished"
    persons: Annotated[int | None, PERSONS] = None
    missing: tuple[str, ...] = ()
    on_paper: bool = False
    come_on: Annotated[str, Text(10)] = ""
    come_at: Annotated[str, TIME] = ""
    not_collected: tuple[str, ...] = ()
    printer: Annotated[str, GIVEN] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end of the service."""
        served = at_counter(day, self.ticket, self.counter, "serving")
        known = [one.code for one in plan.requirements_of(served.service)]
        for field in ("missing", "on_paper", "come_on", "come_at"):
            if getattr(self, field) and self.outcome != "papers_missing":
                raise Invalid("value_invalid", field=field)
        missing = " ".join(code for code in known if code in self.missing)
        left = " ".join(code for code in served.collects.split() if code in self.not_collected)
        end = finished(served, plan, self.outcome, self.persons, missing, self._come_on(day, plan, at), left)
        if not (self.on_paper and self.printer and known):
            return end
        place = len(day.list_slips) + 1
        paper = e.ListRequested(self.printer, served.service, served.language, place, served.number, missing)
        return (*end, paper)

    def _come_on(self, day: ServiceDay, plan: OfficePlan, at: datetime) -> str:
        """Return when the visitor was told to come back, as the event says it."""
        if not self.come_on and not self.come_at:
            return ""
        try:
            told = date.fromisoformat(self.come_on) if self.come_on else day.business_day
        except ValueError:
            raise Invalid("value_invalid", field="come_on") from None
        if told - day.business_day > LATEST_RETURN:
            raise Invalid("value_invalid", field="come_on")
        today = told == day.business_day
        if told < day.business_day or (today and self.come_at and day.time_today(self.come_at, plan.tz) <= at):
            raise Refused("time_past")
        if today and not self.come_at:
            return ""
        return f"{told.isoformat()}T{self.come_at}" if self.come_at else told.isoformat()


@command(
    "mark_no_show",
    gives=(e.TicketMarkedNoShow,),
    given_by=(OPERATOR,),
    refuses=("ticket_not_called", "ticket_not_here", "ticket_unknown"),
)
class MarkNoShow(Command):
    """Nobody came to the call."""

    ticket: Annotated[str, KEY]
    counter: Annotated[str, COUNTER, GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the absence."""
        at_counter(day, self.ticket, self.counter, "called")
        return (e.TicketMarkedNoShow(self.ticket, self.counter),)


@command(
    "hold_ticket",
    gives=(e.TicketHeld,),
    given_by=(OPERATOR,),
    refuses=("hold_limit", "ticket_not_here", "ticket_not_serving", "ticket_unknown"),
)
class HoldTicket(Command):
    """Put the served ticket aside, up to the plan's limit for each counter."""

    ticket: Annotated[str, KEY]
    counter: Annotated[str, COUNTER, GIVEN]
    reason: Annotated[str, REASON] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the hold."""
        at_counter(day, self.ticket, self.counter, "serving")
        if len(day.counter(self.counter).held) >= plan.limits.holds:
            raise Refused("hold_limit", limit=plan.limits.holds)
        return (e.TicketHeld(self.ticket, self.counter, self.reason),)


@command(
    "resume_ticket",
    gives=(e.TicketResumed,),
    given_by=(OPERATOR,),
    refuses=("counter_busy", "counter_not_open", "ticket_not_held", "ticket_not_here", "ticket_unknown"),
)
class ResumeTicket(Command):
    """Serve a held ticket again; the counter must be free, and somebody must sit there."""

    ticket: Annotated[str, KEY]
    counter: Annotated[str, COUNTER, GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the return to the counter."""
        at_counter(day, self.ticket, self.counter, "held")
        row = day.counter(self.counter)
        if row.state == "closed":
            raise Refused("counter_not_open")
        if row.ticket:
            raise Refused("counter_busy", ticket=row.ticket)
        return (e.TicketResumed(self.ticket, self.counter),)


@command("undo_step", gives=(e.CommandUndone,), given_by=(OPERATOR,), refuses=("not_at_counter", "nothing_to_undo"))
class UndoStep(Command):
    """Take back the counter's last start, completion, no-show, hold, transfer, return or correction.

    What one command did is one step: taking back "finish and call next" lets the next wait again where they waited,
    and the one before is served on. Refuses once something followed it: the next was started, or has gone.
    """

    counter: Annotated[str, COUNTER, GIVEN]
    operator: Annotated[str, GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return what is taken back, the newest first."""
        row = counter_of(day, self.counter, self.operator)
        undo = day.undo.get(row.code)
        if undo is None or not _as_it_left(day, row, undo):
            raise Refused("nothing_to_undo")
        undone = e.CommandUndone(undo.before.number, self.counter, undo.step, undo.before.state)
        if undo.called is None:
            return (undone,)
        return (e.CommandUndone(undo.called.number, self.counter, "call", undo.called.state), undone)


@command("announce_call", gives=(e.CallAnnounced,), given_by=(DISPLAY,), refuses=("call_unknown",))
class AnnounceCall(Command):
    """A display has drawn this call; `sound` says what was heard of it, "" when that is not known yet.

    `beside`: it is the small screen beside the call's counter, which has no sound. Journalled are the first word of all
    displays of the waiting room, the first of those beside the counter, and each that tells more of the sound than
    those before. Refuses an unknown word, and a call that is none of today's.
    """

    call: int
    display: Annotated[str, GIVEN]
    sound: Annotated[str, OneOf(SOUNDS)] = ""
    beside: Annotated[bool, GIVEN] = False

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the word, or nothing when it tells no more than is known."""
        if self.sound and self.beside:
            raise Invalid("value_invalid", field="sound")
        if is_known(day, self.call, self.sound, self.beside):
            return ()
        if all(known.seq != self.call for known in reversed(day.calls)):
            raise Unknown("call_unknown")
        return (e.CallAnnounced(self.call, self.display, self.sound, self.beside),)


def is_known(day: ServiceDay, call: int, sound: str, beside: bool = False) -> bool:
    """Whether a display's word on a call tells nothing that the day does not know.

    Once the waiting room shows a call, it matters to nobody whether the screen beside the counter does.
    """
    if beside:
        return call in day.announced or call in day.beside
    return call in day.announced and not tells_more(sound, day.sounded.get(call, ""))


def _finish_current(day: ServiceDay, plan: OfficePlan, row: CounterState) -> tuple[e.Event, ...]:
    if not row.ticket:
        return ()
    current = day.tickets[row.ticket]
    if current.state != "serving":
        raise Refused("counter_busy", ticket=current.number)
    return finished(current, plan)


def _as_it_left(day: ServiceDay, row: CounterState, undo: Undo) -> bool:
    """Whether everything still is as the counter's last step left it."""
    before, ticket = undo.before, day.ticket(undo.before.number)
    if undo.step in CORRECTIONS:
        # It may have been called elsewhere and wait again.
        then, now = (before.state, before.counter), (ticket.state, ticket.counter)
        return then == now and len(ticket.legs) == len(before.legs)
    went_on = undo.step == "complete" and bool(before.then) and not ticket.then
    if ticket.state != ("waiting" if went_on else UNDOABLE[undo.step]):
        return False
    if ticket.state == "waiting" and len(ticket.legs) != len(before.legs) + 1:
        return False  # it was called elsewhere and waits again
    if ticket.state != "waiting" and ticket.counter != row.code:
        return False  # it has gone on to another counter and is in that state there
    if undo.called is not None:
        return row.ticket == undo.called.number and day.tickets[row.ticket].state == "called"
    return row.ticket in ("", ticket.number) if ticket.state != "waiting" else not row.ticket
