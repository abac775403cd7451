"""What must be so of any journal: the edges a ticket may take, numbers without a gap, legs in order."""

from __future__ import annotations

from collections.abc import Mapping

from antrean.queueing.events import CommandUndone
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.slips.events import TEST
from antrean.queueing.tickets.ticket import OPEN_STATES, Ticket

# The ways a ticket may go, told apart from the fold: state before, event -> state after.
EDGES: Mapping[tuple[str, str], str] = {
    ("waiting", "ticket.called"): "called",
    ("called", "ticket.recalled"): "called",
    ("called", "ticket.started"): "serving",
    ("called", "ticket.no_show"): "no_show",
    ("called", "ticket.returned"): "waiting",
    ("serving", "ticket.returned"): "waiting",
    ("called", "ticket.transferred"): "waiting",
    ("serving", "ticket.transferred"): "waiting",
    ("serving", "ticket.completed"): "completed",
    ("completed", "ticket.went_on"): "waiting",
    ("serving", "ticket.held"): "held",
    ("held", "ticket.resumed"): "serving",
    ("no_show", "ticket.readmitted"): "waiting",
    ("waiting", "ticket.cancelled"): "cancelled",
    ("called", "ticket.cancelled"): "cancelled",
    **{(state, "ticket.expired"): "expired" for state in OPEN_STATES},
    ("expired", "voucher.given"): "expired",
    **{(state, "ticket.persons_changed"): state for state in OPEN_STATES},
    **{(state, "ticket.priority_changed"): state for state in OPEN_STATES},
    **{(state, "ticket.service_changed"): state for state in OPEN_STATES},
    ("waiting", "ticket.seated"): "waiting",
    ("waiting", "ticket.deferred"): "waiting",
    ("waiting", "ticket.coming"): "waiting",
    ("called", "ticket.coming"): "called",
    ("completed", "ticket.reopened"): "waiting",
    ("completed", "ticket.came_back"): "waiting",
}
# Back over one step: from the state that it led to, to the one before; a correction leads to the same one.
UNDONE = {
    *((state, state) for state in OPEN_STATES),
    ("serving", "called"), ("completed", "serving"), ("no_show", "called"), ("held", "serving"), ("called", "waiting"),
    ("waiting", "called"), ("waiting", "serving"),
}  # fmt: skip
BESIDE = ("slip.", "stock.", "case.")  # lines of what lies beside a ticket


def walk(lines: list[JournalEntry]) -> dict[str, str]:
    """Return each ticket's state by the edges alone; refuses a step that no edge allows."""
    states: dict[str, str] = {}
    expired: dict[str, str] = {}
    for entry in lines:
        number, kind = getattr(entry.event, "ticket", ""), entry.event.kind
        if kind == "day.reopened":
            # Nobody sits at a counter then: who stood there waits again.
            states |= {ticket: state if state == "held" else "waiting" for ticket, state in expired.items()}
            expired.clear()
        if kind == "ticket.expired":
            expired[number] = states[number]
        if kind == "ticket.issued":
            assert number not in states
            states[number] = "waiting"
        elif kind == "command.undone":
            assert isinstance(entry.event, CommandUndone)
            assert (states[number], entry.event.state) in UNDONE
            states[number] = entry.event.state
        elif number and not kind.startswith(BESIDE) and number != TEST:
            states[number] = EDGES[states[number], kind]
    return states


def check_numbers(lines: list[JournalEntry]) -> None:
    """Each series counts from one without a gap, in the order of issue."""
    series: dict[str, list[int]] = {}
    for entry in lines:
        if entry.event.kind == "ticket.issued":
            series.setdefault(entry.event.series, []).append(entry.event.number)  # type: ignore[attr-defined]
    for numbers in series.values():
        assert numbers == list(range(1, len(numbers) + 1))


def check_legs(ticket: Ticket) -> None:
    """A visit is a chain of legs, each with its times in order, all but the last ended."""
    assert ticket.legs[0].waiting_since == ticket.issued_at
    for leg in ticket.legs:
        times = [at for at in (leg.waiting_since, leg.called_at, leg.started_at, leg.ended_at) if at is not None]
        assert times == sorted(times)
    assert all(leg.ended_at is not None for leg in ticket.legs[:-1])
    assert (ticket.legs[-1].ended_at is None) == (ticket.state in OPEN_STATES)
    assert ticket.legs[-1].service == ticket.service
