"""What must hold of cases, counted by hand: in every state, and over every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from antrean.queueing.cases.book import COLLECTED, EXPIRED, Case, CaseBook
from antrean.queueing.cases.codes import family
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.events import Event
from antrean.queueing.tickets.ticket import OPEN_STATES
from tests.explorer.commands import Step, decide, step
from tests.explorer.small_offices import SmallOffice

BACK = ("take_back_cases", "undo_step")  # only they change what has ended


def sound(office: SmallOffice, day: ServiceDay) -> Iterator[str]:
    """Give what is wrong with the cases of a day: where they are is what came and went, and no code is given twice."""
    book = day.standing.cases
    there = Counter((one.service, one.stage) for one in book.cases.values() if not one.ended)
    for service in office.plan.services:
        stages = service.journey.stages if service.journey is not None else ()
        for stage in stages[:-1]:
            told = _counted(book, service.code, stage.code)
            if told != there[service.code, stage.code]:
                yield f"{there[service.code, stage.code]} cases are {stage.code}, and {told} came and did not leave"
    for code, case in book.cases.items():
        journey = office.plan.service(case.service).journey
        assert journey is not None
        last = case.stage == journey.last.code
        if code != case.code or (case.ended == COLLECTED) != last or bool(case.ended) != (case.ended_at is not None):
            yield f"the case {code} is {case}"
        stages_of = [stage for stage, *_when in (*case.passed, (case.stage,))]
        if len(set(stages_of)) != len(stages_of):
            yield f"the case {code} was twice at one stage: {stages_of}"
    given = [ticket.case for ticket in day.tickets.values() if ticket.case]
    if len(set(given)) != len(given):
        yield f"a code was given twice: {given}"
    for (number, of), codes in day.opened_by.items():
        known = [code for code in codes if code in book.cases]
        wrong = [one for one in known if (book.cases[one].ticket, book.cases[one].service) != (number, of)]
        if len(set(codes)) != len(codes) or wrong or any(family(one) != day.tickets[number].case for one in codes):
            yield f"{number} with the code {day.tickets[number].case} began {codes}"


def stepped(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, events: Sequence[Event], after: ServiceDay
) -> Iterator[str]:
    """Give what a step did to cases that it may not do."""
    before, now = day.standing.cases, after.standing.cases
    for code, case in before.cases.items():
        if case.ended and command.name not in BACK and now.cases.get(code, case) != case:
            yield f"{command} changed {case}, which has ended"
    yield from STEPS.get(command.name, _ends_only_what_is_collected)(office, day, at, command, after)


def _ends_only_what_is_collected(
    office: SmallOffice, day: ServiceDay, at: datetime, command: Step, after: ServiceDay
) -> Iterator[str]:
    """Only the end of a visit changes cases: it ends what its visitor came for and was ready, and begins others."""
    before, now = day.standing.cases.cases, after.standing.cases.cases
    done = {
        n for n, one in after.tickets.items() if n in day.tickets and _served(one.legs) > _served(day.tickets[n].legs)
    }
    wanted = {code for n in done for code in day.tickets[n].collects.split() if code in before}
    for code, case in before.items():
        collected = code in wanted and not case.ended and case.stage == _journey_ready(office, case)
        if now.get(code, case) == case and not collected:
            continue
        ended = now.get(code)
        if not collected or ended is None or (ended.ended, ended.ended_on) != (COLLECTED, day.business_day):
            yield f"{command} made of {case} {ended}"
    begun = [one for code, one in now.items() if code not in before]
    if any(one.ticket not in done or one.passed or one.ended for one in begun):
        yield f"{command} began {begun}"
    for number in done:
        ticket, ends = day.tickets[number], after.tickets[number].legs[len(day.tickets[number].legs) - 1]
        journey = office.plan.service(ticket.service).journey
        if journey is None or ends.end != "finished":
            continue
        persons = after.tickets[number].persons if journey.each_person else 1
        codes = after.opened_by.get((number, ticket.service), ())
        earlier = day.opened_by.get((number, ticket.service), ())
        if len(codes) != max(persons, len(earlier)):
            yield f"{command} for {persons} left {number} with the cases {codes}"


def _served(legs: Sequence[object]) -> int:
    return sum(getattr(leg, "end", "") == "finished" for leg in legs)


def _journey_ready(office: SmallOffice, case: Case) -> str:
    journey = office.plan.service(case.service).journey
    assert journey is not None
    return journey.ready.code


def _issued(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, after: ServiceDay) -> Iterator[str]:
    """A number of a service that hands out is for what is ready and for which nobody is here, or staff gave it."""
    ticket = next(one for number, one in after.tickets.items() if number not in day.tickets)
    book, service = day.standing.cases, office.plan.service(ticket.service)
    here = {code for one in day.tickets.values() if one.state in OPEN_STATES for code in one.collects.split()}
    codes = ticket.collects.split()
    if service.collects and not codes and not command.fields.get("by_staff"):
        yield f"{command} gave {ticket.number} without a case"
    for code in codes:
        case = book.cases[code]
        if case.ended or case.stage != _journey_ready(office, case) or case.service not in service.collects:
            yield f"{command} gave {ticket.number} for {case}"
        if code in here:
            yield f"{command} gave {ticket.number} for {code}, for which somebody is here"
    if codes and ticket.persons != len(codes):
        yield f"{command} gave {ticket.number} for {ticket.persons} persons and {codes}"
    leads_on = any(office.plan.service(one).journey is not None for one in (ticket.service, ticket.then) if one)
    if leads_on != bool(ticket.case) or any(family(one) == ticket.case for one in (*book.cases, *day.case_codes)):
        yield f"{command} gave {ticket.number} the code {ticket.case!r}"
    if after.standing.cases.cases != book.cases:
        yield f"{command} changed cases"


def _moved(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, after: ServiceDay) -> Iterator[str]:
    """Those named that were before the stage are there now; all others are as they were; and it goes back."""
    stage, before, now = command.fields["stage"], day.standing.cases, after.standing.cases
    wanted = {one.code for text in command.fields["cases"] for one in before.named(text)}
    for code, case in before.cases.items():
        journey = office.plan.service(case.service).journey
        assert journey is not None
        places = [one.code for one in journey.stages]
        expected = case
        if code in wanted and not case.ended and places.index(case.stage) < places.index(stage):
            last = stage == places[-1]
            expected = replace(
                case, stage=stage, since=at, day=day.business_day, seq=now.cases[code].seq,
                passed=(*case.passed, (case.stage, case.since, case.day)), ended=COLLECTED if last else "",
                ended_at=at if last else None, ended_on=day.business_day if last else None,
            )  # fmt: skip
        if now.cases.get(code) != expected:
            yield f"{command} made of {case} {now.cases.get(code)}"
    moved = {code for code, case in now.cases.items() if case != before.cases[code]}
    back = _after(office, after, at, step("take_back_cases", cases=tuple(sorted(moved)), stage=stage, leads=True))
    if back is None:
        yield f"{command} can't be taken back"
    elif _as_they_are(back) != _as_they_are(before) or _flows(back) != _flows(before):
        yield f"{command}, taken back, leads to {_as_they_are(back)} and {_flows(back)}"


def _after(office: SmallOffice, day: ServiceDay, at: datetime, command: Step) -> CaseBook | None:
    from tests.explorer.edges import follow  # which reads this

    try:
        events = decide(day, office.plan, at, command)
    except QueueError:
        return None
    return follow(day, at, events)[0].standing.cases


def _taken_back(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, after: ServiceDay) -> Iterator[str]:
    """Those named are one stage back, or have not expired; all others are as they were; and not twice."""
    stage, before, now = command.fields["stage"], day.standing.cases, after.standing.cases
    wanted = {one.code for text in command.fields["cases"] for one in before.named(text)}
    for code, case in before.cases.items():
        expected = case
        if code in wanted and case.stage == stage and case.ended == EXPIRED:
            expected = replace(case, seq=now.cases[code].seq, ended="", ended_at=None, ended_on=None)
        elif code in wanted and case.stage == stage and case.passed:
            *passed, (was, since, on) = case.passed
            expected = replace(
                case, stage=was, since=since, day=on, seq=now.cases[code].seq, passed=tuple(passed), ended="",
                ended_at=None, ended_on=None,
            )  # fmt: skip
        if now.cases.get(code) != expected:
            yield f"{command} made of {case} {now.cases.get(code)}"
    changed = {code for code, case in now.cases.items() if case != before.cases[code]}
    expired = {code for code in changed if before.cases[code].ended == EXPIRED}
    again = _after(office, after, at, command)
    if again is not None and any(again.cases[code] != now.cases[code] for code in changed - expired):
        yield f"{command} took back twice"


def _keyed_in(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, after: ServiceDay) -> Iterator[str]:
    before, now = day.standing.cases.cases, after.standing.cases.cases
    new = {code: case for code, case in now.items() if code not in before}
    told = {(case.service, case.stage, case.ticket, case.ended) for case in new.values()}
    if told != {(command.fields["service"], command.fields["stage"], "", "")} or len(now) != len(before) + len(new):
        yield f"{command} brought in {new}"
    if any(now[code] != case for code, case in before.items()):
        yield f"{command} changed a case that was known"


def _withdrawn(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, after: ServiceDay) -> Iterator[str]:
    code = command.fields["case"]
    left = {one: case for one, case in day.standing.cases.cases.items() if one != code}
    if after.standing.cases.cases != left:
        yield f"{command} left {after.standing.cases.cases}"


def _asked(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, after: ServiceDay) -> Iterator[str]:
    """A question changes no case, is noted once, and one for what is not ready is a visit spared."""
    before, now = day.standing.cases, after.standing.cases
    found = before.of(command.fields["case"])
    ready = any(not one.ended and one.stage == _journey_ready(office, one) for one in found)
    new = len(after.asked) - len(day.asked)
    spared = sum(sum(one.values()) for one in now.spared.values()) - sum(
        sum(x.values()) for x in before.spared.values()
    )
    if now.cases != before.cases or spared != (0 if ready else new) or new > 1:
        yield f"{command} led to {sorted(after.asked)}, and spared {spared}"
    if (
        new == 0
        and not all(one.ended for one in found)
        and not any((one.code, command.fields["place"]) in day.asked for one in found)
    ):
        yield f"{command} was not noted"


def _closed(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, after: ServiceDay) -> Iterator[str]:
    """What stayed for longer than its journey allows has expired; what ended longer ago than is kept is forgotten."""
    before, now = day.standing.cases.cases, after.standing.cases.cases
    if day.closed and not day.open_tickets() and all(row.state == "closed" for row in day.counters.values()):
        return
    for code, case in before.items():
        days = (day.business_day - (case.ended_on or _day_of(office, case.since))).days
        journey = office.plan.service(case.service).journey
        assert journey is not None
        state = case.ended
        if case.ended and days > office.plan.limits.case_days:
            state = "forgotten"
        elif not case.ended and journey.expires_days and days > journey.expires_days:
            state = EXPIRED
        told = now[code].ended if code in now else "forgotten"
        if told != state or (code in now and now[code].stage != case.stage):
            yield f"{command} left {case} {told or 'as it was'}, and it should be {state}"


def _day_of(office: SmallOffice, at: datetime) -> date:
    return at.astimezone(office.plan.tz).date()


def _undone(office: SmallOffice, day: ServiceDay, at: datetime, command: Step, after: ServiceDay) -> Iterator[str]:
    """What the end of a visit collected is ready again; what it began is gone, unless somebody has moved it."""
    before, now = day.standing.cases.cases, after.standing.cases.cases
    undo = day.undo[command.fields["counter"]]
    number = undo.before.number
    for code, case in before.items():
        mine = undo.step == "complete" and code in day.cases_done.get(number, _NOTHING).opened and case.ticket == number
        if code not in now and not (mine and not case.passed and not case.ended):
            yield f"{command} forgot {case}"
        if code in now and now[code] != case:
            done = day.cases_done.get(number, _NOTHING)
            if undo.step != "complete" or code not in done.collected or case.ended != COLLECTED or now[code].ended:
                yield f"{command} made of {case} {now[code]}"
    if now.keys() - before.keys():
        yield f"{command} began {now.keys() - before.keys()}"


class _Nothing:
    opened: tuple[str, ...] = ()
    collected: tuple[str, ...] = ()


_NOTHING = _Nothing()


def _as_they_are(book: CaseBook) -> Mapping[str, Case]:
    return {code: replace(case, seq=0) for code, case in book.cases.items()}


def _flows(book: CaseBook) -> set[object]:
    return {(day, key, flow) for day, of_day in book.flows.items() for key, flow in of_day.items() if any(flow)}


def _counted(book: CaseBook, service: str, stage: str) -> int:
    """Return how many cases came to a stage of a service and did not leave it, by the flows of all days."""
    return sum(
        flow.came - flow.went + flow.other
        for of_day in book.flows.values()
        for key, flow in of_day.items()
        if key == (service, stage)
    )


STEPS = {
    "issue_ticket": _issued,
    "move_cases": _moved,
    "take_back_cases": _taken_back,
    "key_in_cases": _keyed_in,
    "withdraw_case": _withdrawn,
    "ask_case": _asked,
    "close_day": _closed,
    "undo_step": _undone,
}
