"""A new field of a ticket: what has to know of it, and which file lacks it."""

from __future__ import annotations

import inspect
import re

from antrean.queueing.tickets.state import TAKEN_BACK
from antrean.queueing.tickets.ticket import Ticket
from tests.explorer import canonical
from tests.explorer.edges import CHANGES

FIELDS = set(Ticket.__slots__)
# What stays when an operator takes a step back: what the ticket is, and paper, which may have come out since.
STAYS = {
    "number", "series", "language", "device", "issued_at", "seq", "token", "people_ahead_at_issue", "wait_at_issue",
    "reach_at_issue", "carried_over", "slips", "deferred", "case", "collects",
}  # fmt: skip
SET_BY_MANY = {"state", "counter", "operator", "started_at", "ended_at", "legs"}  # by the table of edges of each state


def test_each_field_of_a_ticket_is_taken_back_with_a_step_or_said_to_stay() -> None:
    assert set(TAKEN_BACK) | STAYS == FIELDS, (
        "name the new field in TAKEN_BACK of antrean/queueing/tickets/state.py, or in STAYS of this test"
    )
    assert not set(TAKEN_BACK) & STAYS


def test_each_field_of_a_ticket_has_the_commands_that_may_change_it() -> None:
    assert set(CHANGES) | SET_BY_MANY == FIELDS, (
        "say in CHANGES of tests/explorer/edges.py which commands set the field"
    )


def test_no_field_of_a_ticket_is_forgotten_where_states_are_told_apart() -> None:
    read = set(re.findall(r"\b(?:ticket|now|seen|t)\.(\w+)", inspect.getsource(canonical)))
    assert FIELDS - read <= canonical.NOT_TOLD_APART, (
        "put the new field into _ticket of tests/explorer/canonical.py where a rule looks at it, or into NOT_TOLD_APART"
    )
    assert canonical.NOT_TOLD_APART <= FIELDS
