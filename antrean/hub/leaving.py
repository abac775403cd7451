"""Somebody who may work here no more leaves the counter where they sit."""

from __future__ import annotations

from antrean.queueing.commands import FreeCounter
from antrean.queueing.errors import QueueError
from antrean.queueing.office import Office

TRIES = 3  # a last wish of theirs may have been on its way


def free_counter_of(office: Office, operator: str, actor: str) -> bool:
    """Close the counter where this operator sits, in the name of `actor`; blocking. Return whether there was one.

    The visitor called or served there waits again, at the place of their arrival; held ones stay beside the counter.
    """
    for _ in range(TRIES):
        seat = office.read(
            lambda day, _plan: (row.code, row.ticket) if (row := day.counter_of(operator)) is not None else None
        )
        if seat is None:
            return False
        counter, ticket = seat
        try:
            office.execute(FreeCounter(counter=counter, ticket=ticket), actor=actor)
            return True
        except QueueError:
            continue
    return False
