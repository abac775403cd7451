"""Commands about counters: sit down, pause, leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import OPERATOR, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.checks import COUNTER, PERSON, SEEN, SHORT_REASON, counter_of, no_longer_there
from antrean.queueing.command.fields import GIVEN
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.finish import finished


@command(
    "open_counter",
    gives=(e.CounterOpened, e.CounterResumed),
    given_by=(OPERATOR,),
    refuses=("counter_busy", "counter_taken", "counter_unknown", "day_closed"),
)
class OpenCounter(Command):
    """Sit down at a counter, leaving the one before, or come back from a pause.

    Refuses when someone else sits there or a visitor stands at the one before, and once the day was closed.
    """

    counter: Annotated[str, COUNTER]
    operator: Annotated[str, GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the opening, after the close of the counter before."""
        plan.counter(self.counter)
        day.check_open()
        row = day.counter(self.counter)
        if row.state != "closed":
            if row.operator == self.operator:
                return (e.CounterResumed(self.counter),) if row.state == "paused" else ()
            raise Refused("counter_taken", operator=row.operator)
        before = day.counter_of(self.operator)
        leave = () if before is None else _closed(day, before.code, self.operator, "")
        return (*leave, e.CounterOpened(self.counter, self.operator))


@command("pause_counter", gives=(e.CounterPaused,), given_by=(OPERATOR,), refuses=("not_at_counter",))
class PauseCounter(Command):
    """Take no calls for now; the current ticket may be finished."""

    counter: Annotated[str, COUNTER, GIVEN]
    operator: Annotated[str, GIVEN]
    reason: Annotated[str, SHORT_REASON] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the pause, or nothing while there is one."""
        row = counter_of(day, self.counter, self.operator)
        return () if row.state == "paused" else (e.CounterPaused(self.counter, self.reason),)


@command("resume_counter", gives=(e.CounterResumed,), given_by=(OPERATOR,), refuses=("not_at_counter",))
class ResumeCounter(Command):
    """Take calls again."""

    counter: Annotated[str, COUNTER, GIVEN]
    operator: Annotated[str, GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end of the pause, or nothing when there is none."""
        row = counter_of(day, self.counter, self.operator)
        return () if row.state == "open" else (e.CounterResumed(self.counter),)


@command("close_counter", gives=(e.CounterClosed,), given_by=(OPERATOR,), refuses=("counter_busy", "not_at_counter"))
class CloseCounter(Command):
    """Leave the counter. Refuses while a ticket is called or served there; held tickets stay beside it."""

    counter: Annotated[str, COUNTER, GIVEN]
    operator: Annotated[str, GIVEN]
    reason: Annotated[str, SHORT_REASON] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the close, or nothing when it is closed."""
        return _closed(day, self.counter, self.operator, self.reason)


@command(
    "hand_over_counter",
    gives=(e.CounterHandedOver,),
    given_by=(OPERATOR,),
    refuses=("not_at_counter", "sits_elsewhere"),
)
class HandOverCounter(Command):
    """Let a colleague go on at this counter, with its visitor. Refuses one who sits at a counter."""

    counter: Annotated[str, COUNTER, GIVEN]
    operator: Annotated[str, GIVEN]
    to: Annotated[str, PERSON]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the hand-over."""
        counter_of(day, self.counter, self.operator)
        _check_sits_nowhere(day, self.to)
        return (e.CounterHandedOver(self.counter, self.to, self.operator),)


@command(
    "take_over_counter",
    gives=(e.CounterHandedOver,),
    given_by=(OPERATOR,),
    refuses=("counter_not_open", "counter_taken", "counter_unknown", "sits_elsewhere"),
)
class TakeOverCounter(Command):
    """Go on at the counter of a colleague who had to leave, with the visitor there.

    `before` is who sat there when the operator chose it: refuses when it is somebody else by now, or nobody. Refuses an
    operator who sits at a counter.
    """

    counter: Annotated[str, COUNTER]
    operator: Annotated[str, GIVEN]
    before: Annotated[str, PERSON]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the hand-over."""
        plan.counter(self.counter)
        row = day.counter(self.counter)
        if row.state == "closed":
            raise Refused("counter_not_open")
        if row.operator != self.before:
            raise Refused("counter_taken", operator=row.operator)
        _check_sits_nowhere(day, self.operator)
        return (e.CounterHandedOver(self.counter, self.operator, self.before),)


@command(
    "free_counter",
    gives=(e.CounterClosed,),
    given_by=(SUPERVISOR,),
    refuses=("counter_busy", "counter_unknown", "ticket_ended", "ticket_not_here"),
)
class FreeCounter(Command):
    """Close a counter whose operator went away and left it open.

    `ticket` is the number that the supervisor saw there, "" for none: refuses when it is another by now. A called one
    goes back to the queue; so does one being served, unless it was `served`. Held tickets stay beside the counter.
    """

    counter: Annotated[str, COUNTER]
    ticket: Annotated[str, SEEN] = ""
    served: bool = False

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return what becomes of the visitor, and the close."""
        plan.counter(self.counter)
        row = day.counter(self.counter)
        if row.state == "closed":
            return ()
        if row.ticket != self.ticket:
            raise no_longer_there(day, row, self.ticket)
        closed = e.CounterClosed(self.counter, "freed")
        if not self.ticket:
            return (closed,)
        there = day.ticket(self.ticket)
        if self.served and there.state == "serving":
            return (*finished(there, plan), closed)
        return (e.TicketReturned(self.ticket, self.counter), closed)


def _check_sits_nowhere(day: ServiceDay, operator: str) -> None:
    row = day.counter_of(operator)
    if row is not None:
        raise Refused("sits_elsewhere", operator=operator, counter=row.code)


def _closed(day: ServiceDay, counter: str, operator: str, reason: str) -> tuple[e.Event, ...]:
    row = day.counter(counter)
    if row.state == "closed":
        return ()
    if row.operator != operator:
        raise Refused("not_at_counter")
    if row.ticket:
        raise Refused("counter_busy", ticket=row.ticket)
    return (e.CounterClosed(counter, reason),)
