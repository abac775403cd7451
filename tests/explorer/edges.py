"""What must hold of every step from one day to the next: which moves there are, and what each leaves as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.events import Event, TicketCalled, from_data
from antrean.queueing.journal.entry import JournalEntry, to_data
from antrean.queueing.plan.model import Counter
from antrean.queueing.slips.events import LIST, TEST, VOUCHER
from tests.explorer import cases_by_hand, queue_by_hand
from tests.explorer.canonical import form_of, may_be_undone
from tests.explorer.commands import Step, decide, step
from tests.explorer.copies import copy_of
from tests.explorer.small_offices import LAST_NUMBERS, NEWS, OUTAGES, STOPS, SmallOffice

# From which states a command takes a ticket to which; "" is none yet. Nothing else may change a ticket's state.
MOVES: dict[str, set[tuple[str, str]]] = {
    "issue_ticket": {("", "waiting")},
    "redeem_voucher": {("", "waiting")},
    "call_next": {("waiting", "called"), ("serving", "completed"), ("serving", "waiting")},
    "call_ticket": {("waiting", "called"), ("serving", "completed"), ("serving", "waiting")},
    "start_service": {("called", "serving")},
    "complete_ticket": {("serving", "completed"), ("serving", "waiting")},
    "mark_no_show": {("called", "no_show")},
    "readmit_ticket": {("no_show", "waiting")},
    "reopen_ticket": {("completed", "waiting")},
    "come_back": {("completed", "waiting")},
    "hold_ticket": {("serving", "held")},
    "resume_ticket": {("held", "serving")},
    "return_ticket": {("called", "waiting"), ("serving", "waiting")},
    "transfer_ticket": {("called", "waiting"), ("serving", "waiting")},
    "cancel_ticket": {("waiting", "cancelled"), ("called", "cancelled")},
    "free_counter": {("called", "waiting"), ("serving", "waiting"), ("serving", "completed")},
    "undo_step": {
        ("serving", "called"), ("completed", "serving"), ("no_show", "called"), ("held", "serving"),
        ("waiting", "called"), ("waiting", "serving"), ("called", "waiting"),
    },
    "close_day": {(state, "expired") for state in ("waiting", "called", "serving", "held")},
    "open_day": {("expired", "waiting"), ("expired", "held")},
}  # fmt: skip
# Which commands may change these fields of a ticket; all others leave them alone.
CALLS = {"call_next", "call_ticket"}
FINISHES = {"complete_ticket", "free_counter", "undo_step", *CALLS}
ENDS = {"undo_step", "close_day", "open_day"}
CHANGES: dict[str, set[str]] = {
    "service": {"transfer_ticket", "change_service", "come_back", *FINISHES},
    "then": {"transfer_ticket", "change_service", *FINISHES},
    "arrival": {"transfer_ticket", "undo_step"},
    "persons": {"change_persons", "complete_ticket", "come_back", "undo_step"},
    "priority": {"change_priority", "undo_step"},
    "behind": {"defer_ticket", "come_back", "transfer_ticket", *FINISHES},
    "deferred": {"defer_ticket"},
    "only_at": {"transfer_ticket", "reopen_ticket", "come_back", *FINISHES},
    "coming": {"say_coming", "start_service", "mark_no_show", "undo_step"},
    "readmits": {"readmit_ticket", "come_back"},
    "seated": {"help_to_seat", "start_service", "undo_step", "open_day"},
    "front": {"defer_ticket", "transfer_ticket", "reopen_ticket", "undo_step", "open_day", *CALLS},
    "called_at": {"undo_step", *CALLS},
    "recalls": {"recall_ticket", "undo_step", *CALLS},
    "last_call_at": {"recall_ticket", "undo_step", *CALLS},
    "call": {"recall_ticket", "undo_step", *CALLS},
    "slips": {"reprint_slip", "settle_slip", "give_up_slips", "cancel_slip", "close_day"},
    "held_at": {"hold_ticket", "resume_ticket", *ENDS},
    "hold_reason": {"hold_ticket", "resume_ticket", *ENDS},
    "outcome": {"complete_ticket", "free_counter", "reopen_ticket", "come_back", "cancel_ticket", *ENDS, *CALLS},
    **{name: set() for name in ("number", "series", "language", "device", "issued_at", "seq", "token")},
    "case": FINISHES,
    **{name: set() for name in ("people_ahead_at_issue", "wait_at_issue", "reach_at_issue", "carried_over")},
    "collects": set(),
}
# What may become of a slip; only an agent that comes back after a silence knows better than "uncertain".
SLIPS = {
    ("", "waiting"), ("waiting", "sending"), ("sending", "waiting"), ("sending", "printed"), ("sending", "failed"),
    ("sending", "uncertain"), ("waiting", "failed"), ("uncertain", "printed"),
}  # fmt: skip


def _read_again(event: Event) -> Event:
    """Return the event as a journal gives it back. Many steps lead to the same event, and it comes back the same."""
    try:
        return _kept_line(event)
    except TypeError:  # facts of a call, and whatever else can't be a key
        return _from_line(event)


def _from_line(event: Event) -> Event:
    return from_data(event.kind, json.loads(json.dumps(to_data(event))))


_kept_line = lru_cache(1 << 12)(_from_line)


def follow(
    day: ServiceDay, at: datetime, events: Sequence[Event], said: list[JournalEntry] | None = None
) -> tuple[ServiceDay, list[str]]:
    """Return a copy of the day that took in these events as a journal gives them back, and what got lost on the way."""
    copy, lost = copy_of(day), []
    for event in events:
        read = _read_again(event)
        if read != event:
            lost.append(f"{event} comes back from the journal as {read}")
        entry = JournalEntry(copy.seq + 1, at, copy.business_day, read)
        copy.apply(entry)
        if said is not None:
            said.append(entry)
    return copy, lost


def broken(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """Give what is wrong with a step that was allowed."""
    yield from _moves(day, command, after)
    yield from _slips(day, command, after)
    if office.with_cases:
        yield from cases_by_hand.stepped(office, day, at, command, events, after)
    for check in CHECKS.get(command.name, ()):
        yield from check(office, day, at, command, events, after)


def _moves(day: ServiceDay, command: Step, after: ServiceDay) -> Iterator[str]:
    allowed = MOVES.get(command.name, set())
    for number, ticket in after.tickets.items():
        before = day.tickets.get(number)
        state = before.state if before is not None else ""
        if state != ticket.state and (state, ticket.state) not in allowed:
            yield f"{command.name} took {number} from {state or 'nothing'} to {ticket.state}"
        if before is None or before == ticket:
            continue
        if number != command.fields.get("ticket", number) and command.name not in ("call_ticket", "free_counter"):
            yield f"{command} changed {number}"
        for name, commands in CHANGES.items():
            if command.name not in commands and getattr(before, name) != getattr(ticket, name):
                yield f"{command.name} changed {name} of {number} to {getattr(ticket, name)!r}"
    for code, row in after.counters.items():
        was = day.counter(code)
        if row != was and (command.fields.get("counter") or code) != code and command.name != "open_counter":
            yield f"{command} changed counter {code}"


def _slips(day: ServiceDay, command: Step, after: ServiceDay) -> Iterator[str]:
    loose = (TEST, LIST, VOUCHER)
    known = {(slip.ticket, slip.copy): slip for number in (*day.tickets, *loose) for slip in day.slips_of(number)}
    for number in (*after.tickets, *loose):
        for slip in after.slips_of(number):
            before = known.get((number, slip.copy))
            if before == slip:
                continue
            state = before.state if before is not None else ""
            if (state, slip.state) not in SLIPS:
                yield f"{command.name} took slip {slip.copy} of {number} from {state or 'nothing'} to {slip.state}"
            claim = command.fields.get("claim")
            if before is not None and before.claim and claim not in (before.claim, None) and slip.state != "uncertain":
                yield f"{command.name} by {claim!r} changed a slip that {before.claim!r} has"


def _printed_again(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """At a kiosk a copy is printed of nothing that is on paper or that staff took back."""
    newest = day.tickets[command.fields["ticket"]].slip
    on_paper = newest is not None and (newest.state == "printed" or newest.reason == "cancelled")
    if events and command.fields["by_visitor"] and on_paper:
        yield f"{command} printed a copy of {newest}"


def _call_next(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    counter = office.plan.counter(command.fields["counter"])
    ticket, rule, passed = queue_by_hand.queue(day, office.plan, at, counter)[0]
    waited = int((at - ticket.arrival) / timedelta(minutes=1))
    called = events[-1]
    assert isinstance(called, TicketCalled)
    facts = called.facts or {}
    told = (called.ticket, called.rule, facts.get("passed"), facts.get("waited"))
    if told != (ticket.number, rule, passed, waited):
        yield f"called {told}, and should {(ticket.number, rule, passed, waited)}"


def _call_begins_anew(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    counter = after.counter(command.fields["counter"])
    ticket = after.tickets[counter.ticket]
    if (ticket.state, ticket.front, ticket.recalls, ticket.started_at) != ("called", False, 0, None):
        yield f"{ticket.number} was called and keeps what was before: {ticket}"
    undo = after.undo.get(counter.code)
    if len(events) == 1 and undo is not None:
        yield f"after a call of {ticket.number}, {undo.step} of {undo.before.number} can be taken back"


def _resumed(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    if command.fields["counter"] in after.undo:
        yield f"after {command} an older step can be taken back"


def _undone(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    row = day.counter(command.fields["counter"])
    if not may_be_undone(day, row):
        undo = day.undo.get(row.code)
        yield f"{command} took back {undo.step if undo else 'nothing'}, which was over"
    for number, ticket in day.tickets.items():
        # What was noted of somebody who waits is true whoever takes back what, until they are served.
        now = after.tickets[number]
        if ticket.state == "waiting" and now.seated != (ticket.seated and now.state != "serving"):
            yield f"after {command} it is wrongly said whether {number} was helped to a seat"
        if ticket.state in ("waiting", "called") and now.coming != (ticket.coming and now.state != "serving"):
            yield f"after {command} it is wrongly said whether {number} is on the way"


def _transferred(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    fields = command.fields
    before, ticket = day.tickets[fields["ticket"]], after.tickets[fields["ticket"]]
    if queue_by_hand.stands(day, office.plan, ticket.service) == "closed":
        yield f"{ticket.number} was sent to a service that is closed"
    expected = (fields["service"], fields["position"] == "front", at if fields["position"] == "end" else before.arrival)
    if (ticket.service, ticket.front, ticket.arrival) != expected:
        yield f"{command} led to {(ticket.service, ticket.front, ticket.arrival)}, not to {expected}"
    if ticket.only_at != fields["to_counter"]:
        yield f"{command} sent {ticket.number} to {ticket.only_at!r}"
    if ticket.only_at and queue_by_hand.alone(day, office.plan, ticket) != fields["to_counter"]:
        yield f"{ticket.number} was sent to a counter that can't call it"
    if ticket.behind != (None if fields["position"] == "end" else before.behind):
        yield f"after {command} {ticket.number} stands behind {ticket.behind}"


def _deferred(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """The next of its service go first, so many as the plan says, without those who have more priority than it.

    Of one that was sent to a counter, the others are those sent there too.
    """
    number = command.fields["ticket"]
    mine, here = day.tickets[number], Counter("", "", (day.tickets[number].service,))
    before = [ticket for ticket, _rule, _passed in queue_by_hand.queue(day, office.plan, at, here)]
    now = [ticket.number for ticket, _rule, _passed in queue_by_hand.queue(after, office.plan, at, here)]
    others = [
        other
        for other in before[before.index(mine) + 1 :]
        if other.only_at == mine.only_at
        and (mine.front if other.front else queue_by_hand.favoured(mine) or not queue_by_hand.favoured(other))
    ]
    if not others:
        yield f"{command} let nobody go first"
        return
    last = others[: office.plan.limits.let_first][-1]
    right = [ticket.number for ticket in before if ticket is not mine]
    right.insert(right.index(last.number) + 1, number)
    if now != right:
        yield f"after {command} they are called in the order {now}, and should be in {right}"


def _handed_over(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """Another operator sits there, and what was at the counter is there still, but for what could be taken back."""
    code, fields = command.fields["counter"], command.fields
    was, row = day.counter(code), after.counter(code)
    mine, before = fields.get("to", fields["operator"]), fields.get("before", fields["operator"])
    if (row.operator, row.state, row.ticket, row.held) != (mine, "open", was.ticket, was.held):
        yield f"after {command}, counter {code} is {row}"
    if was.operator != before or after.counter_of(before) is not None or code in after.undo:
        yield f"{command} by {was.operator} left {before} at {after.counter_of(before)}, undo {after.undo.get(code)}"
    for number, ticket in day.tickets.items():
        now = after.tickets[number]
        at_hand = number in (row.ticket, *row.held)
        if now.operator != (mine if at_hand else ticket.operator):
            yield f"after {command}, {number} is {now.operator}'s"
        if (now.started_at, now.called_at, now.legs) != (ticket.started_at, ticket.called_at, ticket.legs):
            yield f"{command} changed the times of {number}"


def _corrected(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """A correction is what was said, at a service that takes it; and what others could take back of it is over."""
    fields = command.fields
    ticket, number = after.tickets[fields["ticket"]], fields["ticket"]
    name = command.name.removeprefix("change_")
    if getattr(ticket, name) != fields[name]:
        yield f"{command} led to {getattr(ticket, name)!r}"
    if not events:
        return
    service = office.plan.service(ticket.service)
    if name == "service" and queue_by_hand.stands(day, office.plan, service.code) == "closed":
        yield f"{number} was put into a service that is closed"
    now, before = after.persons_of(service.code), day.persons_of(service.code)
    if service.daily_limit is not None and before < now and service.daily_limit < now:
        yield f"{command} led to {now} persons of a service that takes {service.daily_limit}"
    for code, undo in after.undo.items():
        if code != fields["counter"] and undo.before.number == number and undo.step == name:
            yield f"after {command}, counter {code} may take back another {name} of {number}"


def _issued(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    if not queue_by_hand.gives_numbers(day, office.plan, command.fields["service"]):
        stands = queue_by_hand.stands(day, office.plan, command.fields["service"])
        yield f"{command} gave a number of a service that is {stands}"


def _service_stands(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """A service stands as it was told to, and nothing else of the day has changed."""
    service, reasons = command.fields["service"], command.fields.get("reasons")
    said = {"pause_service": "paused", "close_service": "closed"}.get(command.name, "open")
    if queue_by_hand.stands(after, office.plan, service) != said:
        yield f"after {command} the service is {queue_by_hand.stands(after, office.plan, service)}"
    if said != "open" and service in after.services:
        today = after.services[service]
        if (today.reasons, today.until) != (reasons, command.fields.get("until", "")):
            yield f"{command} led to {today}"
    left = {code: today for code, today in after.services.items() if code != service}
    if left != {code: today for code, today in day.services.items() if code != service}:
        yield f"{command} changed another service"
    after = copy_of(after)
    after.services, after.seq, after.last_at = day.services, day.seq, day.last_at
    after.outages, after.back_since = day.outages, day.back_since
    if not after.same_as(day):
        yield f"{command} changed more than how services stand"


def _outage(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """What is down holds up all services that need it until it is back; nothing else of the day has changed."""
    need = command.fields["need"]
    if command.name == "end_outage" and need in after.outages:
        yield f"after {command} it is down still"
    if command.name == "begin_outage":
        held_up = set(after.outages[need].services)
        wanted = {one.code for one in office.plan.services if need in one.needs}
        if need in day.outages:
            wanted = set(day.outages[need].services)
        if held_up != wanted or after.outages[need].numbers != command.fields["numbers"]:
            yield f"{command} led to {after.outages[need]}"
    after = copy_of(after)
    after.outages, after.seq, after.last_at = day.outages, day.seq, day.last_at
    after.back_since = day.back_since
    if not after.same_as(day):
        yield f"{command} changed more than what is down"


def _stops_numbers(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """A service stops once, and no more after a supervisor let it go on; nothing else of the day has changed."""
    service = command.fields["service"]
    if command.name != "stop_numbers" and service in after.stopped:
        yield f"after {command} it gives no numbers"
    if command.name == "stop_numbers" and (service in after.stopped) != (service not in day.went_on):
        yield f"{command} led to {after.stopped}"
    if (service in after.went_on) != (service in day.went_on or (bool(events) and command.name == "let_numbers_go_on")):
        yield f"{command} led to {after.went_on}"
    after = copy_of(after)
    after.stopped, after.went_on, after.seq, after.last_at = day.stopped, day.went_on, day.seq, day.last_at
    if not after.same_as(day):
        yield f"{command} changed more than which services give numbers"


def _announced(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """What holds is what was announced and has had its end neither by time nor by staff; nothing else has changed."""
    before, fields = day.announcements, command.fields
    left = set(before) - set(after.announcements)
    if command.name == "announce":
        (seq,) = set(after.announcements) - set(before)
        made = after.announcements[seq]
        times = (None, 0) if made.urgent else (fields["minutes"] or None, fields["every"])
        stands = None if made.until is None else (made.until - made.at).total_seconds() / 60
        if left or (made.texts, made.urgent, stands, made.every) != (fields["texts"], fields["urgent"], *times):
            yield f"{command} led to {made}"
    elif command.name == "end_announcement":
        if left != {fields["announcement"]}:
            yield f"{command} ended {left}"
    else:
        over = {seq for seq, one in before.items() if one.until is not None and one.until <= at}
        due = {seq for seq, one in before.items() if one.every and at - one.said_at >= timedelta(minutes=one.every)}
        said = {seq for seq, one in after.announcements.items() if one.said != before[seq].said}
        if left != over or said != due - over:
            yield f"{command} ended {left} and repeated {said}"
    after = copy_of(after)
    after.announcements, after.seq, after.last_at = before, day.seq, day.last_at
    if not after.same_as(day):
        yield f"{command} changed more than what is announced"


def _came_back(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    before, ticket = day.tickets[command.fields["ticket"]], after.tickets[command.fields["ticket"]]
    told = (getattr(events[0], "counter", None), ticket.front, ticket.readmits - before.readmits)
    reopened = command.name == "reopen_ticket"
    if told != (before.counter, reopened or before.front, int(not reopened)):
        yield f"{command} told {told}; {ticket.number} was at {before.counter}"


def _with_papers(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """Who is next of the service stays next, and who waits for longer than the next one is second at the latest.

    Among those who have no more priority, that is.
    """
    ticket = after.tickets[command.fields["ticket"]]
    here = Counter("", "", (ticket.service,))
    before = [other for other, _rule, _passed in queue_by_hand.queue(day, office.plan, at, here)]
    now = [other.number for other, _rule, _passed in queue_by_hand.queue(after, office.plan, at, here)]
    if before and now[0] != before[0].number:
        yield f"after {command}, {now[0]} is next, and was not before"
    equals = [other.number for other in before if not other.front and other.goes_ahead <= ticket.priority]
    passed = now[: now.index(ticket.number)]
    mine = (ticket.arrival, ticket.seq)
    later = [one for one in equals if (after.tickets[one].arrival, after.tickets[one].seq) > mine]
    if sum(number in later for number in passed) > 1:
        yield f"after {command}, {ticket.number} stands behind {passed}, of whom {later} came later"


def _missed(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """Who missed a call may come back to the last moment of the limit, and not a moment later."""
    ticket = after.tickets[command.fields["ticket"]]
    limits = office.plan.limits
    for moment, in_time in ((timedelta(), True), (timedelta(microseconds=1), False)):
        last = at + timedelta(minutes=limits.readmit_minutes) + moment
        allowed = ticket.readmits < limits.readmits and in_time
        try:
            decide(after, office.plan, last, step("readmit_ticket", ticket=ticket.number))
            granted = True
        except QueueError:
            granted = False
        if granted != allowed:
            yield f"{ticket.number} may come back at {last}: {granted}"


def _places_given_back(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    for number, before in day.expired.items():
        ticket = after.tickets[number]
        expected = before.state if before.state in ("waiting", "held") else "waiting"
        front = before.front or before.state in ("called", "serving")
        told = (ticket.state, ticket.front, ticket.arrival, ticket.persons, ticket.hold_reason)
        if told != (expected, front, before.arrival, before.persons, before.hold_reason):
            yield f"{number} was {before.state} before the close and is {told} after it was taken back"


def _taken_back(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """Undo, right after a step that it can take back, leads to where the step began."""
    counter = command.fields["counter"]
    if not events or (command.name in CALLS and not day.counter(counter).ticket):
        return
    try:
        operator = after.counter(counter).operator
        undone = decide(after, office.plan, at, step("undo_step", counter=counter, operator=operator))
    except QueueError as refusal:
        yield f"{command} can't be taken back: {refusal.code}"
        return
    back, _lost = follow(after, at, undone)
    if form_of(office, back, at, undo=False) != form_of(office, day, at, undo=False):
        yield f"{command}, taken back, leads to {summary(back)}, not to {summary(day)}"
    for number, ticket in day.tickets.items():
        if back.tickets[number] != ticket:
            yield f"{command}, taken back, leaves {back.tickets[number]}, not {ticket}"


Check = Callable[[SmallOffice, ServiceDay, datetime, Step, Sequence[Event], ServiceDay], Iterator[str]]
CHECKS: dict[str, tuple[Check, ...]] = {
    "issue_ticket": (_issued,),
    **dict.fromkeys(STOPS, (_service_stands,)),
    **dict.fromkeys(NEWS, (_announced,)),
    **dict.fromkeys(OUTAGES, (_outage,)),
    **dict.fromkeys(LAST_NUMBERS, (_stops_numbers,)),
    "call_next": (_call_next, _call_begins_anew, _taken_back),
    "call_ticket": (_call_begins_anew, _taken_back),
    "start_service": (_taken_back,),
    "complete_ticket": (_taken_back,),
    "mark_no_show": (_missed, _taken_back),
    "hold_ticket": (_taken_back,),
    "resume_ticket": (_resumed,),
    "transfer_ticket": (_transferred, _taken_back),
    "defer_ticket": (_deferred,),
    "return_ticket": (_taken_back,),
    **dict.fromkeys(("change_persons", "change_priority", "change_service"), (_corrected, _taken_back)),
    **dict.fromkeys(("hand_over_counter", "take_over_counter"), (_handed_over,)),
    "readmit_ticket": (_came_back,),
    "reopen_ticket": (_came_back,),
    "come_back": (_with_papers,),
    "undo_step": (_undone,),
    "open_day": (_places_given_back,),
    "reprint_slip": (_printed_again,),
}


def summary(day: ServiceDay) -> str:
    """Return a day in a line: its tickets, its counters."""
    tickets = [
        f"{t.number} {t.state}{' in front' if t.front else ''}{' priority' if t.priority else ''} for {t.service}"
        + (f" at {t.counter}" if t.counter else "")
        + "".join(f", slip {slip.copy} {slip.state}" for slip in t.slips)
        for t in day.tickets.values()
    ]
    counters = [
        f"counter {row.code} {row.state}" + (f" has {row.ticket}" if row.ticket else "")
        + (f" holds {' '.join(row.held)}" if row.held else "")
        + (f" may take back {undo.step} of {undo.before.number}" if (undo := day.undo.get(row.code)) else "")
        for row in day.counters.values()
    ]  # fmt: skip
    services = [f"service {code} {today.state}" for code, today in day.services.items()]
    return "; ".join([*tickets, *counters, *services, *(["day closed"] if day.closed else [])]) or "an empty day"
