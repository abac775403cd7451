"""May this happen to a counter, a slip, a call's announcement or the day? One function for each wish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from queueing import events as e
from queueing.day import ServiceDay
from queueing.errors import Invalid, Refused, Unknown
from queueing.events_printing import TEST
from queueing.plan import OfficePlan
from queueing.privacy import refuse_identity_numbers
from queueing.rules import no_longer_there
from queueing.rules_printing import report_printer as report_printer
from queueing.slips import of_use
from queueing.sounds import SOUNDS, tells_more
from queueing.ticket import CounterState, Slip, Undo

EVIDENCE = ("none", "composed", "sent", "drained", "echoed", "printed", "virtual")
MOST_PAPER_MM = 5000
AGENT_GONE, LONGEST_SILENCE = "agent_gone", timedelta(minutes=15)
# What a step that can be taken back leads to.
UNDOABLE = {
    "start": "serving", "complete": "completed", "no_show": "no_show", "hold": "held", "transfer": "waiting",
    "return": "waiting",
}  # fmt: skip


def open_counter(day: ServiceDay, plan: OfficePlan, at: datetime, *, counter: str, operator: str) -> Sequence[e.Event]:
    """Sit down at a counter, leaving the one before.

    Refuses when someone else sits there or a visitor stands at the one before, and once the day was closed.
    """
    plan.counter(counter)
    day.check_open()
    row = day.counter(counter)
    if row.state != "closed":
        if row.operator == operator:
            return (e.CounterResumed(counter),) if row.state == "paused" else ()
        raise Refused("counter_taken", operator=row.operator)
    before = day.counter_of(operator)
    leave = () if before is None else close_counter(day, plan, at, counter=before.code, operator=operator)
    return (*leave, e.CounterOpened(counter, operator))


def pause_counter(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, counter: str, operator: str, reason: str
) -> Sequence[e.Event]:
    """Take no calls for now; the current ticket may be finished."""
    row = day.counter(counter)
    refuse_identity_numbers(reason)
    if row.state == "closed" or row.operator != operator:
        raise Refused("not_at_counter")
    return () if row.state == "paused" else (e.CounterPaused(counter, reason),)


def resume_counter(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, counter: str, operator: str
) -> Sequence[e.Event]:
    """Take calls again."""
    row = day.counter(counter)
    if row.state == "closed" or row.operator != operator:
        raise Refused("not_at_counter")
    return () if row.state == "open" else (e.CounterResumed(counter),)


def close_counter(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, counter: str, operator: str, reason: str = ""
) -> Sequence[e.Event]:
    """Leave the counter. Refuses while a ticket is called or served there; held tickets stay beside it."""
    refuse_identity_numbers(reason)
    row = day.counter(counter)
    if row.state == "closed":
        return ()
    if row.operator != operator:
        raise Refused("not_at_counter")
    if row.ticket:
        raise Refused("counter_busy", ticket=row.ticket)
    return (e.CounterClosed(counter, reason),)


def free_counter(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, counter: str, ticket: str = "", served: bool = False
) -> Sequence[e.Event]:
    """Close a counter whose operator went away and left it open; a supervisor's wish.

    `ticket` is the number that the supervisor saw there, "" for none: refuses when it is another by now. A called one
    goes back to the queue; so does one being served, unless it was `served`. Held tickets stay beside the counter.
    """
    plan.counter(counter)
    row = day.counter(counter)
    if row.state == "closed":
        return ()
    if row.ticket != ticket:
        raise no_longer_there(day, row, ticket)
    closed = e.CounterClosed(counter, "freed")
    if not ticket:
        return (closed,)
    place = day.ticket(ticket)
    if served and place.state == "serving":
        return (e.TicketCompleted(ticket, counter, "finished", place.persons), closed)
    return (e.TicketReturned(ticket, counter), closed)


def undo(day: ServiceDay, plan: OfficePlan, at: datetime, *, counter: str, operator: str) -> Sequence[e.Event]:
    """Take back the counter's last start, completion, no-show, hold, transfer or return, if nothing followed it.

    What one wish did is one step: taking back "finish and call next" lets the next wait again where they waited, and
    the one before is served on. Refuses once the next was started, or has gone.
    """
    row = day.counter(counter)
    if row.state == "closed" or row.operator != operator:
        raise Refused("not_at_counter")
    undo = row.undo
    if undo is None or not _as_it_left(day, row, undo):
        raise Refused("nothing_to_undo")
    undone = e.WishUndone(undo.before.number, counter, undo.step, undo.before.state)
    if undo.called is None:
        return (undone,)
    return (e.WishUndone(undo.called.number, counter, "call", undo.called.state), undone)


def _as_it_left(day: ServiceDay, row: CounterState, undo: Undo) -> bool:
    """Whether everything still is as the counter's last step left it."""
    ticket = day.ticket(undo.before.number)
    if ticket.state != UNDOABLE[undo.step]:
        return False
    if undo.called is not None:
        return row.ticket == undo.called.number and day.tickets[row.ticket].state == "called"
    if ticket.state == "waiting":
        # It may have been called elsewhere and wait again.
        return not row.ticket and len(ticket.legs) == len(undo.before.legs) + 1
    # It may have gone on to another counter and be in that state there.
    return ticket.counter == row.code and row.ticket in ("", ticket.number)


def announce_call(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, call: int, display: str, sound: str = "", beside: bool = False
) -> Sequence[e.Event]:
    """A display has drawn this call; `sound` says what was heard of it, "" when that is not known yet.

    `beside`: it is the small screen beside the call's counter, which has no sound. Journalled are the first word of all
    displays of the waiting room, the first of those beside the counter, and each that tells more of the sound than
    those before. Refuses an unknown word, and a call that is none of today's.
    """
    if sound not in SOUNDS or (sound and beside):
        raise Invalid("value_invalid", field="sound")
    if is_known(day, call, sound, beside):
        return ()
    if all(known.seq != call for known in reversed(day.calls)):
        raise Unknown("call_unknown")
    return (e.CallAnnounced(call, display, sound, beside),)


def is_known(day: ServiceDay, call: int, sound: str, beside: bool = False) -> bool:
    """Whether a display's word on a call tells nothing that the day does not know.

    Once the waiting room shows a call, it matters to nobody whether the screen beside the counter does.
    """
    if beside:
        return call in day.announced or call in day.beside
    return call in day.announced and not tells_more(sound, day.sounded.get(call, ""))


def reprint_slip(day: ServiceDay, plan: OfficePlan, at: datetime, *, ticket: str, printer: str) -> Sequence[e.Event]:
    """Ask for one more paper of an open ticket, marked as copy; does nothing while one is still to be printed.

    Refuses more copies than the plan allows, so that nobody can empty the roll.
    """
    place = day.ticket(ticket)
    if place.state not in ("waiting", "called", "serving", "held"):
        raise Refused("ticket_ended", ticket=ticket)
    if place.slip is not None and place.slip.open:
        return ()
    if len(place.slips) > plan.limits.copies:
        raise Refused("copy_limit", limit=plan.limits.copies)
    copy = place.slip.copy + 1 if place.slip is not None else 0
    return (e.SlipRequested(ticket, copy, printer),)


def settle_slip(
    day: ServiceDay,
    plan: OfficePlan,
    at: datetime,
    *,
    ticket: str,
    copy: int,
    result: str,
    claim: str,
    printer: str = "",
    evidence: str = "none",
    reason: str = "",
    paper_mm: int = 0,
    fallback: bool = False,
) -> Sequence[e.Event]:
    """Take a print agent's word: `sending` claims, `waiting` gives back, `printed`, `failed`, `uncertain` settle.

    `paper_mm`: about how much paper it took; `fallback`: the second printer did it. An equal result said twice
    changes nothing. Refuses a claim on a slip that another run has taken, that is of no use any more, that is settled,
    or whose printer is held. `printer` is whose agent it is: of others' slips it has no say.
    """
    slip = _slip(day, ticket, copy)
    if printer and slip.printer != printer:
        raise Unknown("slip_unknown")
    if evidence not in EVIDENCE:
        raise Invalid("value_invalid", field="evidence")
    if not 0 <= paper_mm <= MOST_PAPER_MM:
        raise Invalid("value_invalid", field="paper_mm")
    if result == "sending":
        return _take(day, slip, plan, at, claim)
    if not slip.open:
        if slip.state == result:
            return ()
        if result == "printed" and slip.reason == AGENT_GONE and slip.claim == claim:
            # The agent that was silent is back, and knows better.
            return (e.SlipPrinted(ticket, copy, evidence, paper_mm, slip.printer, fallback),)
        raise Refused("slip_settled")
    if result == "waiting":
        if slip.state == "waiting":
            return ()
        if slip.claim != claim:
            raise Refused("slip_already_taken")
        return (e.SlipReleased(ticket, copy, reason),)
    if slip.state != "sending":
        if result == "failed":
            return (e.SlipFailed(ticket, copy, reason, evidence),)
        raise Refused("slip_already_taken")
    if slip.claim != claim and result != "uncertain":
        raise Refused("slip_already_taken")
    if result == "printed":
        return (e.SlipPrinted(ticket, copy, evidence, paper_mm, slip.printer, fallback),)
    if result in ("failed", "uncertain"):
        return (e.SlipFailed(ticket, copy, reason, evidence, uncertain=result == "uncertain"),)
    raise Invalid("value_invalid", field="result")


def _take(day: ServiceDay, slip: Slip, plan: OfficePlan, at: datetime, claim: str) -> Sequence[e.Event]:
    if not slip.open:
        raise Refused("slip_settled")
    if slip.state == "sending":
        if slip.claim == claim:
            return ()
        raise Refused("slip_already_taken")
    if slip.doubtful or not of_use(day, plan, at, slip):
        raise Refused("slip_not_needed")
    if slip.printer in day.held_printers:
        raise Refused("printer_held")
    return (e.SlipTaken(slip.ticket, slip.copy, claim),)


def give_up_slips(day: ServiceDay, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
    """Give up slips that are of no use any more. One being sent is its agent's to tell of, but not for ever.

    A slip of an agent that stays silent is uncertain, and so is one that waited when the journal was brought back from
    a backup: then a person can have it printed again.
    """
    return tuple(given_up for slip in day.open_slips.values() if (given_up := _given_up(day, plan, at, slip)))


def _given_up(day: ServiceDay, plan: OfficePlan, at: datetime, slip: Slip) -> e.SlipFailed | None:
    if slip.state == "sending":
        silent = at - (slip.taken_at or slip.asked_at) > LONGEST_SILENCE
        return e.SlipFailed(slip.ticket, slip.copy, AGENT_GONE, "none", uncertain=True) if silent else None
    if slip.doubtful:
        return e.SlipFailed(slip.ticket, slip.copy, "restored", "none", uncertain=True)
    if of_use(day, plan, at, slip):
        return None
    return e.SlipFailed(slip.ticket, slip.copy, "too_old" if slip.ticket == TEST else "not_needed", "none")


def change_plan(
    day: ServiceDay,
    plan: OfficePlan,
    at: datetime,
    *,
    what: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Sequence[e.Event]:
    """Settings were edited; `before` and `after` are the values that differ, small and without secrets."""
    return (e.PlanChanged(what, before, after),)


def close_day(day: ServiceDay, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
    """Resolve what is left open: tickets expire, slips are given up, counters close. A second run finds nothing."""
    tickets = day.open_tickets()
    counters = [row for row in day.counters.values() if row.state != "closed"]
    if day.closed and not tickets and not counters:
        return ()
    return (
        *(
            e.SlipFailed(slip.ticket, slip.copy, "day_closed", "none", uncertain=slip.state == "sending")
            for slip in day.open_slips.values()
        ),
        *(e.TicketExpired(ticket.number) for ticket in tickets),
        *(e.CounterClosed(row.code, "day_closed") for row in counters),
        e.DayClosed(len(tickets)),
    )


def open_day(day: ServiceDay, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
    """Take back the close of today: whoever it sent away has the place again; counters are opened by their operators.

    Does nothing on a day that is open. A day that has ended can't be opened again.
    """
    return (e.DayReopened(len(day.expired)),) if day.closed else ()


def _slip(day: ServiceDay, ticket: str, copy: int) -> Slip:
    for slip in day.slips_of(ticket):
        if slip.copy == copy:
            return slip
    raise Unknown("slip_unknown")
