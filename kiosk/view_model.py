"""What the kiosk shows, computed from the day and the plan alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from antrean.queueing.cases.codes import spaced
from antrean.queueing.counters.serving import Serving, serving
from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.open_time import Reach
from antrean.queueing.hours.calendar import ClosedBy, always_open, closed_at, closes_at, opens_after_today
from antrean.queueing.plan.model import CLOSED, MAX_PERSONS, OPEN, OfficePlan, Service
from antrean.queueing.plan.texts import in_language
from antrean.queueing.services.state import EndOf, end_unknown
from antrean.queueing.slips.printers import gives_slips, printers_of
from antrean.queueing.standstill.found import NoCall
from antrean.queueing.stock.use import USED_UP, persons_left, promised_of_counted, service_state, used_up
from antrean.queueing.tickets.ticket import OPEN_STATES, Ticket

Stopped = Literal["", "closed", "held", "hours", "break"]
SlipWord = Literal["none", "printing", "held_up", "printed", "sent", "elsewhere", "uncertain", "failed"]
RECENT_SLIPS = 30
MANY_SERVICES = 8

Wait = tuple[int, int] | None
WaitOf = Callable[[str], Wait]
ReachOf = Callable[[Service], tuple[Reach, datetime | None]]  # with the moment at which it closes today
Ahead = Mapping[str, int]  # by service
NOBODY: Ahead = {}
EVERYBODY_CALLED: Mapping[str, NoCall] = {}


def wait_unknown(service: str) -> Wait:
    """Return that no service's wait is known."""
    return None


def reach_unknown(service: Service) -> tuple[Reach, datetime | None]:
    """Return that nobody can tell whether a visitor is served today."""
    return "", None


@dataclass(frozen=True, slots=True)
class ServiceTile:
    """One service on the start screen. `waiting` counts its tickets; `wait` is minutes (low, high) or None.

    `state` is open, paused, closed, full when the service takes no more visitors today, stopped when those who wait
    take until closing, or used_up while nothing is left of what `notice` names. `left` is the number of persons for
    whom it still gives numbers, None when that is more than one visitor may ask for. `ahead` counts the tickets of all
    services that are called before a visitor who takes a number now. `until` is when a pause is expected to end, such
    as 11:30; "" when nobody knows. One that is closed by its hours opens next at `opens_at`. `priority` says whether
    visitors may ask for it. `reach` is whether a visitor who takes a number now may not be served before it closes at
    `closes_at`, `serving` whether a counter is open. `no_call`: its queue stands still, and for how long
    nobody was called.
    """

    code: str
    series: str
    name: str
    icon: str
    hue: int
    state: str
    notice: str
    waiting: int
    ahead: int
    wait: Wait
    left: int | None = None
    until: str = ""
    opens_at: datetime | None = None
    explanation: str = ""
    priority: bool = True
    reach: Reach = ""
    closes_at: datetime | None = None
    serving: Serving = "open"
    held_up: bool = False
    no_call: NoCall | None = None
    collects: bool = False

    @property
    def open(self) -> bool:
        """Whether the service gives a number now."""
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class Outside:
    """Why the office gives no number now, "" while it does, with the moment at which it opens next, if it is known.

    `reasons` say why it is closed on this day, by language.
    """

    stopped: Stopped = ""
    opens_at: datetime | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: OfficePlan, at: datetime | None, day_closed: bool) -> Outside:
        """Return how the office stands at a moment, None where nobody knows it: by its hours, and its day's close."""
        if day_closed:
            return cls("closed", opens_after_today(plan, at) if at is not None else None)
        closed = closed_at(plan, at) if at is not None else None
        if closed is None:
            return cls()
        return cls("break" if closed.pause else "hours", closed.opens_at, closed.reasons)


IN_HOURS = Outside()


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """The result screen: the number, its figures, and the state of its slip.

    `reach` is whether its visitor may not be served before the service closes at `closes_at`, `serving` whether a
    counter is open for it. `held_up` says that its service is held up by an outage, `no_call` for how many minutes
    nobody was called of one whose queue stands still; 0 of others. `found` by number and code after its slip was lost:
    the figures are those of now. Else they are those told at issue.
    """

    number: str
    service: str
    series: str
    name: str
    icon: str
    hue: int
    persons: int
    priority: bool
    people_ahead: int
    wait: Wait
    follow_url: str
    slip: SlipWord
    again: bool
    then_name: str = ""  # of the second service, for which the same number waits afterwards
    counter: str = ""  # the name of the counter that it was called to
    found: bool = False
    held_up: str = ""
    reach: Reach = ""
    closes_at: datetime | None = None
    serving: Serving = "open"
    no_call: int = 0
    case: str = ""  # its code as people read it; "" where the service has no journey


Carries = Literal["", "given", "held"]


def carries_over(day: ServiceDay, plan: OfficePlan) -> Carries:
    """Return whether visitors have to know of vouchers: today's close gave some, or some can be redeemed at a kiosk.

    One without a printer asks for no number and code.
    """
    if day.closed:
        return "given" if day.standing.vouchers.given_on(day.business_day) else ""
    held = any(plan.printers.values()) and any(day.standing.vouchers.valid_on(day.business_day))
    return "held" if held else ""


def service_tiles(
    day: ServiceDay,
    plan: OfficePlan,
    languages: Sequence[str],
    wait_of: WaitOf = wait_unknown,
    ahead: Ahead = NOBODY,
    end_of: EndOf = end_unknown,
    closed_by: ClosedBy = always_open,
    reach_of: ReachOf = reach_unknown,
    still: Mapping[str, NoCall] = EVERYBODY_CALLED,
) -> dict[str, list[ServiceTile]]:
    """Return by language all services in the plan's order; a service that is not open has no wait.

    No service is open on a day that was closed, nor one that its hours close (`closed_by`). `ahead` are the figures of
    `ahead_of_newcomers`, `still` are the services whose queue stands still.
    """
    given = promised_of_counted(day, plan)
    shown: dict[str, list[ServiceTile]] = {language: [] for language in languages}
    for service in plan.services:
        today, state = day.service_today(service), service_state(day, plan, service, given)
        by_hours = closed_by(service) if state != CLOSED else None
        state = CLOSED if by_hours is not None else state
        held_up = state == OPEN and today.numbers
        reach, closes_at = reach_of(service) if state == OPEN else reach_unknown(service)
        wait = wait_of(service.code) if state == OPEN and not held_up else None
        left, served = _left(day, plan, service, given), serving(day, plan, service.code)
        waiting, until = day.waiting.count([service.code]), "" if by_hours is not None else end_of(service)
        for language, tiles in shown.items():
            notice = used_up(day, plan, service, language, given) if state == USED_UP else today.reason(language)
            tile = ServiceTile(
                code=service.code,
                series=service.series,
                name=service.name(language),
                icon=service.icon,
                hue=service.hue,
                state=state,
                notice="" if by_hours is not None else notice,
                waiting=waiting,
                ahead=ahead.get(service.code, 0),
                wait=wait,
                left=left,
                until=until,
                opens_at=by_hours.opens_at if by_hours is not None else None,
                explanation=in_language(service.explanations, language) or "",
                priority=service.priority_allowed,
                reach=reach,
                closes_at=closes_at,
                serving=served,
                held_up=held_up,
                no_call=still.get(service.code),
                collects=bool(service.collects),
            )
            tiles.append(tile)
    return shown


def served_alike(tiles: Iterable[ServiceTile]) -> Serving:
    """Return that no counter is open for any of the services that give numbers; "open" where fewer than two do."""
    found = [tile.serving for tile in tiles if tile.open]
    if len(found) < 2 or "open" in found:
        return "open"
    return "none" if "none" in found else "none_yet"


def reaches_of(day: ServiceDay, plan: OfficePlan, now: datetime) -> ReachOf:
    """Return what says of each service whether a visitor who takes a number now is served today."""
    return lambda service: (day.waits.reach_of_arrival(service.code, now), closes_at(plan, now, service))


def _left(day: ServiceDay, plan: OfficePlan, service: Service, given: Mapping[str, int]) -> int | None:
    stock = persons_left(day, plan, service, given=given)
    found = (day.persons_left(service), stock[0] if stock is not None else None)
    left = min([MAX_PERSONS, *(one for one in found if one is not None)])
    return left if left < MAX_PERSONS else None


def ahead_of_newcomers(day: ServiceDay, plan: OfficePlan, at: datetime) -> Ahead:
    """Return for each service how many tickets are called before a regular visitor who takes a number now."""
    later = at if day.last_at is None else max(at, day.last_at)

    def newcomer(service: Service) -> Ticket:
        return Ticket(
            number="", service=service.code, series=service.series, persons=1, priority=False, language="", device="",
            issued_at=later, arrival=later, seq=day.seq + 1,
        )  # fmt: skip

    return {
        service.code: day.ahead.for_arrival(day, plan, newcomer(service)).ahead
        for service in plan.services
        if day.service_today(service).for_newcomers == OPEN
    }


def issued_ticket(
    ticket: Ticket,
    plan: OfficePlan,
    language: str,
    follow_url: str,
    slip: SlipWord = "none",
    again: bool = False,
    serving: Serving = "open",
    held_up: str = "",
    no_call: int = 0,
) -> IssuedTicket:
    """Return the result screen of a ticket. Its figures are those told when it was issued.

    `slip` is the state of its slip now; `again` offers to print it once more. `held_up` says that its service is, and
    `no_call` for how many minutes nobody of it was called.
    """
    service = plan.service(ticket.service)
    reach = ticket.reach_at_issue
    return IssuedTicket(
        number=ticket.number,
        service=service.code,
        series=ticket.series,
        name=service.name(language),
        icon=service.icon,
        hue=service.hue,
        persons=ticket.persons,
        priority=ticket.priority,
        people_ahead=ticket.people_ahead_at_issue,
        wait=ticket.wait_at_issue,
        follow_url=follow_url,
        slip=slip,
        again=again,
        then_name=plan.service_name(ticket.then, language) if ticket.then else "",
        reach=reach,
        closes_at=closes_at(plan, ticket.issued_at, service) if reach else None,
        serving=serving,
        held_up=held_up,
        no_call=no_call,
        case=spaced(ticket.case),
    )


def found_ticket(
    day: ServiceDay,
    plan: OfficePlan,
    ticket: Ticket,
    language: str,
    wait_of: Callable[[Ticket, int], Wait],
    reach_of: Callable[[Ticket, int], Reach],
) -> IssuedTicket:
    """Return the screen of a ticket whose slip was lost: how many are ahead of it now, or where it was called."""
    figure = None if day.last_at is None else day.ahead.figures(day, plan, day.last_at).get(ticket.number)
    counters = {counter.code: counter.name for counter in plan.counters}
    reach = reach_of(ticket, figure.own) if figure is not None else ""
    open_for_it = serving(day, plan, ticket.service) if figure is not None else "open"
    return replace(
        issued_ticket(ticket, plan, language, "", slip_word(day, ticket), serving=open_for_it),
        reach=reach,
        closes_at=closes_at(plan, day.last_at, plan.service(ticket.service)) if reach and day.last_at else None,
        people_ahead=figure.ahead if figure is not None else 0,
        wait=wait_of(ticket, figure.own) if figure is not None else None,
        counter=counters.get(ticket.counter, ticket.counter) if ticket.counter else "",
        found=True,
    )


def slip_word(day: ServiceDay, ticket: Ticket) -> SlipWord:
    """Return the state of a ticket's newest slip in the words of the result screen.

    `held_up`: the printer can't print now. `sent`: nobody can confirm it. `elsewhere`: on the second printer.
    """
    slip = ticket.slip
    if slip is None or not slip.printer:
        return "none"
    if slip.open:
        return "printing" if gives_slips(day, slip.printer) else "held_up"
    if slip.state != "printed":
        return "uncertain" if slip.state == "uncertain" else "failed"
    if slip.fallback:
        return "elsewhere"
    return "sent" if slip.evidence in ("sent", "drained") else "printed"


def may_print_again(day: ServiceDay, plan: OfficePlan, ticket: Ticket) -> bool:
    """Return whether a copy is offered: the slip may not have come out, and one more may be printed and would be."""
    slip = ticket.slip
    return (
        slip is not None
        and slip.missing
        and ticket.state in OPEN_STATES
        and len(ticket.slips) <= plan.limits.copies
        and gives_slips(day, slip.printer)
    )


def no_slips(day: ServiceDay, plan: OfficePlan) -> bool:
    """Return whether no kiosk gets slips now although there are printers. Numbers are then shown on the screen only."""
    printers = printers_of(plan)
    return bool(printers) and not any(gives_slips(day, printer) for printer in printers)


def recent_slips(day: ServiceDay, found: Iterable[str] = ()) -> dict[str, SlipWord]:
    """Return the slip words of the newest tickets and of those found after their slip was lost, by number."""
    tickets = [*_newest(day), *(day.tickets[number] for number in found if number in day.tickets)]
    return {ticket.number: slip_word(day, ticket) for ticket in tickets}


def recent_again(day: ServiceDay, plan: OfficePlan) -> list[str]:
    """Return the newest numbers whose slip may be printed again."""
    return [ticket.number for ticket in _newest(day) if may_print_again(day, plan, ticket)]


def _newest(day: ServiceDay) -> list[Ticket]:
    return list(islice(reversed(day.tickets.values()), RECENT_SLIPS))


def services_json(
    day: ServiceDay,
    plan: OfficePlan,
    wait_of: WaitOf = wait_unknown,
    ahead: Ahead = NOBODY,
    end_of: EndOf = end_unknown,
    closed_by: ClosedBy = always_open,
    reach_of: ReachOf = reach_unknown,
) -> list[dict[str, Any]]:
    """Return the services as `GET /kiosk/services` gives them, with the names in every language."""
    (tiles,) = service_tiles(day, plan, plan.languages[:1], wait_of, ahead, end_of, closed_by, reach_of).values()
    return [
        {
            "code": tile.code,
            "series": tile.series,
            "names": dict(service.names),
            "icon": tile.icon,
            "state": tile.state,
            "held_up": tile.held_up,
            "notice": tile.notice,
            "until": tile.until or None,
            "opens_at": tile.opens_at.isoformat() if tile.opens_at is not None else None,
            "waiting": tile.waiting,
            "ahead": tile.ahead,
            "wait": wait_json(tile.wait),
            "reach": tile.reach,
            "closes_at": tile.closes_at.isoformat() if tile.closes_at is not None else None,
            "counters": tile.serving,
            "explanations": dict(service.explanations),
            "requirements": [{"code": one.code, "names": dict(one.names)} for one in service.requirements],
            "costs": dict(service.costs),
            "legal_days": service.legal_days,
            "legal_times": dict(service.legal_times),
            "priority_allowed": service.priority_allowed,
            "spare_questions": dict(service.spare_questions),
            "spare_words": dict(service.spare_words),
            "group": service.group or None,
            "journey": service.journey is not None,
            "collects": list(service.collects),
        }
        for tile, service in zip(tiles, plan.services, strict=True)
    ]


def groups_json(plan: OfficePlan) -> list[dict[str, Any]]:
    """Return the groups of services in their order, with the names in every language."""
    return [{"code": one.code, "names": dict(one.names), "icon": one.icon} for one in plan.groups]


def wait_json(wait: Wait) -> dict[str, int] | None:
    """Return a wait as JSON: low and high in minutes, or None when it is not known."""
    return {"low": wait[0], "high": wait[1]} if wait else None
