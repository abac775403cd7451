"""The command for whoever comes back with the papers that were missing: the same number, not from the end again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.calling.ahead import Figure
from antrean.queueing.command.base import KIOSK, OPERATOR, Command, Standing, command
from antrean.queueing.command.checks import COUNTER, check_sits, check_state
from antrean.queueing.command.fields import GIVEN, KEY
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket, lacking


@command(
    "come_back",
    gives=(e.VisitorCameBack,),
    given_by=(KIOSK, OPERATOR),
    refuses=(
        "day_closed",
        "not_at_counter",
        "readmit_limit",
        "service_unknown",
        "ticket_ended",
        "ticket_not_completed",
        "ticket_unknown",
    ),
)
class ComeBack(Command):
    """Let a visitor whose papers were missing wait again today, with the same number and the original arrival.

    Where the visit went on to a second service meanwhile, it waits for the first one again once the second has ended.
    Whoever is next of the service stays next: the number stands right behind them where its arrival would lead it
    before. Where nobody of the service waits, whoever is next at its counters does. Refuses a number that ended
    otherwise (`ticket_ended`), more returns than the plan allows of a missed call, a service that has left the plan,
    everything once the day was closed, and an operator at no counter.
    """

    ticket: Annotated[str, KEY]
    counter: Annotated[str | None, COUNTER, GIVEN] = None  # where the operator sits, "" nowhere; None: see check_sits

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the return, and behind whom it stands."""
        check_sits(self.counter)
        day.check_open()
        back = day.ticket(self.ticket)
        check_state(back, "completed")
        stage = lacking(back)
        if stage is None:
            raise Refused("ticket_ended", ticket=self.ticket)
        if back.readmits >= plan.limits.readmits:
            raise Refused("readmit_limit", ticket=self.ticket)
        plan.service(stage.service)
        first = _stays_first(day, plan, at, back, stage.service)
        behind = first.number if first is not None else ""
        return (e.VisitorCameBack(self.ticket, behind, stage.service if stage.service != back.service else ""),)


def may_come_back_with_papers(ticket: Ticket, plan: OfficePlan) -> bool:
    """Whether a number has ended, papers were missing at one of its services, and they can be brought there today."""
    return ticket.state == "completed" and keeps_place(ticket, plan)


def keeps_place(ticket: Ticket, plan: OfficePlan) -> bool:
    """Whether the visitor of a number may bring missing papers today, once the visit has ended."""
    stage = lacking(ticket)
    return stage is not None and ticket.readmits < plan.limits.readmits and plan.has_service(stage.service)


def _stays_first(day: ServiceDay, plan: OfficePlan, at: datetime, back: Ticket, service: str) -> Ticket | None:
    """Return behind whom a ticket has to stand, so that the next one of its service stays next; None for nobody.

    That is the first of those who have no more priority than it, so that it does not lose what it waited for to
    somebody with priority who has just come; where all have more, the first of them. Whoever came before it and stands
    behind that one, too, since they were let in again before it or let others go first, stays before it. Where nobody
    of the service waits, it is whoever is next for another service of its counters.
    """
    figures = day.ahead.figures(day, plan, at)
    others = sorted(day.waiting.of(service), key=lambda other: figures[other.number].own)
    if not others:
        return _next_beside(day, plan, figures, back, service)
    if others[0].front:
        return None
    first = next((other for other in others if other.goes_ahead <= back.priority), others[0])
    mine = (back.arrival, back.seq)
    if first.goes_ahead == back.priority and mine > first.key:
        return None
    alike = [other for other in others if other.goes_ahead == first.goes_ahead]
    for other in alike[alike.index(first) + 1 :]:
        if other.behind is None or other.priority < back.priority or (other.arrival, other.seq) > mine:
            break
        first = other
    return first


def _next_beside(
    day: ServiceDay, plan: OfficePlan, figures: Mapping[str, Figure], back: Ticket, service: str
) -> Ticket | None:
    """Return the last of those who are next at a counter that may serve a ticket, too; None where it comes later."""
    beside = {code for counter in plan.counters if service in counter.services for code in counter.services}
    nexts = (day.tickets[number] for number, figure in figures.items() if figure.next)
    last = max((one for one in nexts if one.service in beside), key=lambda one: one.key, default=None)
    if last is None or last.front or (last.goes_ahead == back.priority and (back.arrival, back.seq) > last.key):
        return None
    return last
