"""What a refusal says must be true: how long to wait, how often it was called, how many are left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError, Refused
from tests.explorer.commands import Step, decide, step
from tests.explorer.small_offices import SmallOffice


def broken(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, refusal: QueueError) -> Iterator[str]:
    """Give what is wrong with what a refusal says: its numbers must be true."""
    told = REFUSALS.get(refusal.code)
    if told is not None and isinstance(refusal, Refused):
        yield from told(office, day, at, command, refusal)


def _too_soon(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, refusal: Refused) -> Iterator[str]:
    for begun in (timedelta(), timedelta(milliseconds=400)):
        now = at + begun
        seconds = _seconds(office, day, now, command)
        if seconds is None or seconds < 1:
            yield f"too soon at {at}, and not {begun} later"
            return
        if _seconds(office, day, now + timedelta(seconds=seconds), command) is not None:
            yield f"it said to try again in {seconds} seconds, and refused then"
        if _seconds(office, day, now + timedelta(seconds=seconds - 1), command) is None:
            yield f"it said to try again in {seconds} seconds, and allowed it a second before"


def _seconds(office: SmallOffice, day: ServiceDay, at: datetime, command: Step) -> int | None:
    try:
        decide(day, office.plan, at, command)
    except QueueError as refusal:
        seconds = refusal.values.get("seconds", 0)
        assert isinstance(seconds, int)
        return seconds
    return None


def _recall_limit(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, refusal: Refused) -> Iterator[str]:
    ticket = day.tickets[command.fields["ticket"]]
    mine = [call for call in day.calls if call.number == ticket.number and call.seq <= ticket.call]
    times = next(count for count, call in enumerate(reversed(mine), 1) if not call.recall)
    if refusal.values["limit"] != times or times <= office.plan.limits.recalls:
        yield f"it said that {ticket.number} was called {refusal.values['limit']} times, and it was {times} times"


def _hold_limit(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, refusal: Refused) -> Iterator[str]:
    held = len(day.counter(command.fields["counter"]).held)
    if refusal.values["limit"] != held:
        yield f"it said that the counter holds {refusal.values['limit']}, and it holds {held}"


def _persons(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, refusal: Refused) -> Iterator[str]:
    left = refusal.values["left"]
    assert isinstance(left, int)
    if command.name == "change_service":
        ticket = day.tickets[command.fields["ticket"]]
        if ticket.persons <= left or not left:
            yield f"it said that {left} persons more can come, and refused {ticket.persons}"
        return
    here = day.tickets[command.fields["ticket"]].persons if command.name == "change_persons" else 0
    for persons, allowed in ((here + left, True), (here + left + 1, False)):
        fields = {**command.fields, "persons": persons}
        try:
            decide(day, office.plan, at, step(command.name, **fields))
            granted = True
        except QueueError:
            granted = False
        if granted != allowed:
            yield f"it said that {left} persons more can come; of {persons} it was {granted}"


def _names_the_counter(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, refusal: Refused
) -> Iterator[str]:
    ticket = day.tickets[command.fields["ticket"]]
    if ticket.state == "waiting" or refusal.values["counter"] != ticket.counter or not ticket.counter:
        yield f"it said that {ticket.number} is at {refusal.values['counter']!r}, and it is {ticket.state}"


def _not_at_a_counter(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, refusal: Refused
) -> Iterator[str]:
    ticket = day.tickets[command.fields["ticket"]]
    if command.name == "call_ticket" and ticket.state in ("called", "serving", "held"):
        yield f"it did not say that {ticket.number} is at counter {ticket.counter}"


def _on_paper(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, refusal: Refused) -> Iterator[str]:
    newest = day.tickets[command.fields["ticket"]].slip
    if newest is None or newest.state != "printed" or not command.fields["by_visitor"]:
        yield f"it said that a slip went to the printer, and it is {newest}"


Told = Callable[[SmallOffice, ServiceDay, datetime, Step, Refused], Iterator[str]]
REFUSALS: dict[str, Told] = {
    "recall_too_soon": _too_soon,
    "recall_limit": _recall_limit,
    "hold_limit": _hold_limit,
    "too_many_persons": _persons,
    "slip_printed": _on_paper,
    "already_called": _names_the_counter,
    "ticket_not_waiting": _not_at_a_counter,
}
