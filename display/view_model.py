"""What the waiting room sees, computed from the day and the plan alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from antrean.queueing.announcements.state import Announcement
from antrean.queueing.calls.call import Call
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Unknown
from antrean.queueing.outages.state import Outage
from antrean.queueing.plan.model import CLOSED, OPEN, PAUSED, Counter, OfficePlan
from antrean.queueing.services.state import EndOf, end_unknown
from antrean.queueing.stock.use import promised_of_counted, service_state
from antrean.voice.reading import plates_together
from antrean.web.screens.display_scope import EVERYWHERE, DisplayScope

CALLS_TOLD = 20
ROWS_SHOWN = 12

Wait = tuple[int, int] | None
WaitOf = Callable[[str], Wait]


def wait_unknown(service: str) -> Wait:
    """Return that no service's wait is known."""
    return None


def told_end(outage: Outage) -> str:
    """Return the end that was told of an outage, also when it is past."""
    return outage.until


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call of the log, ready to be shown: `seq` is its journal line, `at` is UTC.

    `standing` means that the visitor is still expected at the counter. Only such a call is spoken, and it stays on the
    board. `arrow`, `floor` and `way` tell where the counter is, as in the plan. `elsewhere`: it is in another zone than
    the display, whose arrow would point the wrong way; `zone` is then the name of that zone, where no floor is named.
    """

    seq: int
    number: str
    counter: str
    counter_name: str
    service: str
    service_name: str
    names: Mapping[str, str]
    series: str
    hue: int
    at: datetime
    recall: bool
    standing: bool = False
    arrow: str = ""
    floor: str = ""
    way: Mapping[str, str] = field(default_factory=dict)
    elsewhere: bool = False
    zone: str = ""


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """The state of one service: open, paused, closed or full today.

    `waiting` counts tickets; `wait` is minutes (low, high) or None. `until` is the time at which a pause is expected to
    end, such as 11:30; "" when nobody knows. `outage` is the code of what holds it up, where that is why it is paused.
    """

    series: str
    name: str
    names: Mapping[str, str]
    hue: int
    state: str
    closure_reasons: Mapping[str, str]
    waiting: int
    wait: Wait
    until: str = ""
    outage: str = ""

    @property
    def reasons(self) -> Mapping[str, str]:
        """Why the service is not open, by language."""
        return {code: words for code, words in self.closure_reasons.items() if words and self.state in (PAUSED, CLOSED)}


@dataclass(frozen=True, slots=True)
class OutageCard:
    """What services need and have not now: why, by language, until about when, and their letters with their hues.

    `said` is the line that told it last.
    """

    said: int
    why: Mapping[str, str]
    until: str
    services: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class CounterRow:
    """The state of one counter: open, paused or closed, with the number that is called or served there, or ""."""

    code: str
    name: str
    state: str
    number: str
    hue: int


@dataclass(frozen=True, slots=True)
class Board:
    """The whole display: call log (oldest first), newest call of each number (newest first), services, counters."""

    business_day: str
    calls: tuple[CallRow, ...]
    rows: tuple[CallRow, ...]
    services: tuple[ServiceRow, ...]
    counters: tuple[CounterRow, ...]
    closed: bool = False
    outages: tuple[OutageCard, ...] = ()
    carries: bool = False  # whoever still waited at the close keeps the place for another day

    @property
    def concerns(self) -> tuple[ServiceRow, ...]:
        """The services of which the room has to know something now: paused, or closed with a reason.

        Those that are held up by an outage have one card together.
        """
        return tuple(
            one
            for one in self.services
            if (one.state == PAUSED and not one.outage) or (one.state == CLOSED and one.reasons)
        )

    @property
    def newest(self) -> CallRow | None:
        """The last call made, or None when nobody was called today."""
        return self.calls[-1] if self.calls else None

    @property
    def open_counters(self) -> int:
        """How many counters are not closed."""
        return sum(counter.state != "closed" for counter in self.counters)


def board(
    day: ServiceDay,
    plan: OfficePlan,
    language: str,
    wait_of: WaitOf = wait_unknown,
    zone: DisplayScope = EVERYWHERE,
    end_of: EndOf = end_unknown,
    hangs_in: str = "",
    end_of_outage: Callable[[Outage], str] = told_end,
) -> Board:
    """Return what the display shows of the day, in a language, within its scope of the office.

    `hangs_in` is the code of the zone in which the display hangs, "" for none.
    """
    calls = [call for call in day.calls if zone.has_call(call)]
    given = promised_of_counted(day, plan)
    here = [service for service in plan.services if zone.has_service(service.code, plan)]
    states = {service.code: service_state(day, plan, service, given) for service in plan.services}
    today = {service.code: day.service_today(service) for service in plan.services}
    states |= {code: PAUSED for code, one in today.items() if one.outage and states[code] == OPEN}
    return Board(
        business_day=day.business_day.isoformat(),
        calls=tuple(
            call_row(call, plan, language, is_standing(day, call), hangs_in) for call in told_calls(day, calls)
        ),
        rows=tuple(newest_of_each_number(calls, plan, language, day, hangs_in)),
        services=tuple(
            ServiceRow(
                series=service.series,
                name=service.name(language),
                names={code: service.name(code) for code in plan.languages},
                hue=service.hue,
                state=states[service.code],
                closure_reasons={code: today[service.code].reason(code) for code in plan.languages},
                waiting=day.waiting.count([service.code]),
                wait=wait_of(service.code) if states[service.code] == OPEN else None,
                until=end_of(service),
                outage=today[service.code].outage if states[service.code] == PAUSED else "",
            )
            for service in here
        ),
        counters=tuple(
            counter_row(day, plan, counter.code, counter.name)
            for counter in plan.counters
            if zone.has_counter(counter.code, plan)
        ),
        closed=day.closed,
        outages=tuple(
            OutageCard(
                one.said,
                one.words or one.names,
                end_of_outage(one),
                tuple((service.series, service.hue) for service in here if service.code in one.services),
            )
            for one in day.outages.values()
            if any(service.code in one.services for service in here)
        ),
        carries=day.closed and bool(day.standing.vouchers.given_on(day.business_day)),
    )


def told_calls(day: ServiceDay, calls: Sequence[Call]) -> list[Call]:
    """Return the last calls, oldest first, and before them older calls whose visitors are still expected.

    A display that was away for long announces only calls whose visitor has not come yet.
    """
    early, late = calls[:-CALLS_TOLD], calls[-CALLS_TOLD:]
    newest = {call.number: call.seq for call in calls}
    return [call for call in early if newest[call.number] == call.seq and is_standing(day, call)] + list(late)


def is_standing(day: ServiceDay, call: Call) -> bool:
    """Return whether the visitor of this call is still expected at its counter and was not called again since."""
    ticket = day.tickets.get(call.number)
    return ticket is not None and ticket.state == "called" and ticket.call == call.seq


def counter_row(day: ServiceDay, plan: OfficePlan, code: str, name: str) -> CounterRow:
    """Return the state of a counter, with the hue of the service that is called or served there."""
    current = day.current(code)
    hue = 1
    if current is not None:
        try:
            hue = plan.service(current.service).hue
        except Unknown:
            hue = 1
    return CounterRow(code, name, day.counter(code).state, current.number if current else "", hue)


def newest_of_each_number(
    calls: Sequence[Call], plan: OfficePlan, language: str, day: ServiceDay | None = None, hangs_in: str = ""
) -> list[CallRow]:
    """Return the last calls, newest first. A number that was called again has one row, for its last call."""
    seen: set[str] = set()
    newest: list[Call] = []
    for call in islice(reversed(calls), ROWS_SHOWN * 6):
        if call.number not in seen and len(newest) < ROWS_SHOWN:
            seen.add(call.number)
            newest.append(call)
    if day is not None:
        newest += [
            call for call in reversed(told_calls(day, calls)) if is_standing(day, call) and call.number not in seen
        ]
    return [call_row(call, plan, language, day is not None and is_standing(day, call), hangs_in) for call in newest]


def call_row(call: Call, plan: OfficePlan, language: str, standing: bool = False, hangs_in: str = "") -> CallRow:
    """Return a call with names and hue; a service or counter no longer in the plan keeps its code."""
    try:
        service = plan.service(call.service)
        service_name, series, hue = service.name(language), service.series, service.hue
        names = {code: service.name(code) for code in plan.languages}
    except Unknown:
        service_name, series, hue, names = call.service, call.number[:1], 1, {}
    try:
        counter = plan.counter(call.counter)
    except Unknown:
        counter = Counter(call.counter, call.counter, ())
    stands_in = plan.zone_of(call.counter)
    elsewhere = stands_in is not None and stands_in.code != hangs_in
    return CallRow(
        seq=call.seq,
        number=call.number,
        counter=call.counter,
        counter_name=counter.name,
        service=call.service,
        service_name=service_name,
        names=names,
        series=series,
        hue=hue,
        at=call.at,
        recall=call.recall,
        standing=standing,
        arrow="" if elsewhere else counter.arrow,
        floor=counter.floor,
        way=counter.way,
        elsewhere=elsewhere,
        zone=stands_in.name(language) if stands_in is not None and elsewhere and not counter.floor else "",
    )


def messages_json(announcements: Sequence[Announcement], languages: Sequence[str]) -> list[dict[str, Any]]:
    """Return what staff announce as JSON, by the line with which it was said last; `at` as in `calls_json`.

    `message` are the words in the display's languages; where they have none, in the one that they were written in.
    """
    return [
        {
            "seq": one.said,
            "message": {code: plates_together(one.texts[code]) for code in _languages_of(one, languages)},
            "urgent": one.urgent,
            "standing": True,
            "at": int(one.said_at.timestamp() * 1000),
        }
        for one in sorted(announcements, key=lambda one: one.said)
    ]


def _languages_of(one: Announcement, languages: Sequence[str]) -> list[str]:
    return [code for code in languages if code in one.texts] or list(one.texts)


def calls_json(calls: Sequence[CallRow]) -> list[dict[str, Any]]:
    """Return the call log as JSON, newest last; `at` in milliseconds since 1970."""
    return [
        {
            "seq": call.seq,
            "number": call.number,
            "counter": call.counter,
            "counter_name": call.counter_name,
            "service": call.service,
            "service_name": call.service_name,
            "names": dict(call.names),
            "series": call.series,
            "hue": call.hue,
            "at": int(call.at.timestamp() * 1000),
            "recall": call.recall,
            "standing": call.standing,
            "arrow": call.arrow,
            "floor": call.floor,
            "elsewhere": call.elsewhere,
            "zone": call.zone,
        }
        for call in calls
    ]
