"""What followers see: one small message for all phones of the office, and one ticket for the first page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from antrean.queueing.calling.ahead import Figure
from antrean.queueing.calling.sent import can_call
from antrean.queueing.cases.codes import family, spaced
from antrean.queueing.cases.telling import NONE_MEASURED
from antrean.queueing.counters.serving import serving
from antrean.queueing.day import ServiceDay
from antrean.queueing.estimation.open_time import Reach
from antrean.queueing.hours.calendar import closes_at
from antrean.queueing.plan.model import OPEN, OfficePlan, Service
from antrean.queueing.plan.texts import in_language
from antrean.queueing.services.state import OPEN_TODAY, EndOf, end_unknown
from antrean.queueing.standstill.found import NoCall
from antrean.queueing.tickets.coming_back import may_come_back_with_papers
from antrean.queueing.tickets.commands import may_come_back
from antrean.queueing.tickets.ticket import OPEN_STATES, Ticket
from antrean.queueing.vouchers.book import Voucher
from antrean.web.text.places import ways_to
from antrean.web.text.times import clock, short_date
from mobile_ticket.case_view import CaseView, case_view

KEPT_AFTER_END = timedelta(minutes=15)
COUNTER_LENGTHS = (12, 28)  # letters; a longer name would go on below the fold of a small phone
GONE = Figure(0, 0)  # of a ticket that waits no more
_REACH_MARKS: dict[Reach, str] = {"": "", "may_not_be_served_today": "m", "unlikely": "l"}
_SENT_MARKS = {"": "", "alone": "s", "paused": "p", "free": "f"}

Wait = tuple[int, int] | None
NOT_STILL: Mapping[str, NoCall] = {}
Sent = Literal["", "alone", "paused", "free"]
WaitOf = Callable[[Ticket, int], Wait]
ReachOf = Callable[[Ticket, int], Reach]


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """A number that was not served on its `day`, and can be taken up `since` one and `until` another, as read.

    `today`: it can be now; `over`: it can be no more. `kiosk`: there is a kiosk that asks for number and code.
    """

    number: str
    service_name: str
    hue: int
    persons: int
    day: str
    since: str
    until: str
    today: bool
    kiosk: bool
    over: bool = False


def kept_place(day: ServiceDay, plan: OfficePlan, held: Voucher, language: str) -> KeptPlace:
    """Return a voucher as its holder sees it."""
    return KeptPlace(
        number=held.number,
        service_name=plan.service_name(held.service, language),
        hue=next((one.hue for one in plan.services if one.code == held.service), 1),
        persons=held.persons,
        day=short_date(held.day, language),
        since=short_date(held.valid_from, language),
        until=short_date(held.valid_until, language),
        today=day.business_day >= held.valid_from,
        kiosk=any(plan.printers.values()),
        over=held.is_over(day.business_day),
    )


@dataclass(frozen=True, slots=True)
class Followed:
    """One ticket as its holder sees it. `people_ahead` counts tickets, `wait` is minutes (low, high) or None.

    `next`: every open counter that may call it calls it first. `uncalled`: its service is open, but no counter that
    serves it. `until` is when a pause of it is expected to end, such as 11:30; "" when nobody knows. `may_come_back`:
    it was called, nobody came, and an operator may let it wait again. `outcome` is how a completed visit ended: it is
    on the holder's own page alone, not in the message for all phones; so are `coming`, that the visitor said to be on
    the way, and `deferred`, that they let others go first of whom they still stand behind one. `behind`: others of the
    service wait behind, and as many as `let_first` could go first, as each visitor may ask once. `then_name`: the
    second service of the visit, which has not begun. `before_name`: the first one, once the visit went on from it, and
    `before_end` how that ended. `sent`: whether the counter `sent_to`, to which it was sent, alone calls it ("alone"),
    and is paused ("paused"), or whether any counter may by now ("free"); "" where it was sent to none. `way` tells
    where the zone of its counter is; "" where that is not said. `documents` are what visitors bring for its service;
    `missing` those that were missing at the end, or at that of the first service, where that was said. With these the
    visitor may come back to a kiosk today that asks for lost slips (`kiosk_takes_back`). `brings_first`: with those of
    the first service, once the second has ended. `come_on`: when an operator told the visitor to bring them. `reach`:
    whether it may not be served before its service `closes`, such as 15:00 as read in its language. `kept`: the close
    of its `day` ended it, and kept its place for another one. `no_call`: it waits, and the queue of its service stands
    still. `case` is what is said of the case that its visit begins, or began; `collects` are the codes of those that it
    came for, as read.
    """

    number: str
    state: str
    service: str
    service_name: str
    hue: int
    persons: int
    people_ahead: int
    next: bool
    uncalled: bool
    may_come_back: bool
    wait: Wait
    counter: str
    call_seq: int
    service_state: str
    reason: str
    until: str
    notice: str
    outcome: str = ""
    coming: bool = False
    deferred: bool = False
    behind: bool = False
    let_first: int = 0
    then_name: str = ""
    before_name: str = ""
    before_end: str = ""
    sent: Sent = ""
    sent_to: str = ""
    way: str = ""
    documents: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    brings_first: bool = False
    come_on: str = ""
    kiosk_takes_back: bool = False
    reach: Reach = ""
    closes: str = ""
    kept: KeptPlace | None = None
    day: str = ""
    no_call: NoCall | None = None
    case: CaseView | None = None
    collects: tuple[str, ...] = ()

    @property
    def counter_length(self) -> str:
        """Return how long the counter's name is: "short", "middle" or "long", each in smaller letters."""
        short, middle = COUNTER_LENGTHS
        return "short" if len(self.counter) <= short else "middle" if len(self.counter) <= middle else "long"

    @property
    def shown(self) -> str:
        """Return the face of the page that is shown."""
        return "next" if self.next else self.state


def wait_unknown(ticket: Ticket, own_ahead: int) -> Wait:
    """Return that the wait is not known."""
    return None


def reach_unknown(ticket: Ticket, own_ahead: int) -> Reach:
    """Return that nobody can tell whether a ticket is served today."""
    return ""


def queue_view(
    day: ServiceDay,
    plan: OfficePlan,
    wait_of: WaitOf = wait_unknown,
    end_of: EndOf = end_unknown,
    reach_of: ReachOf = reach_unknown,
    still: Mapping[str, NoCall] = NOT_STILL,
) -> dict[str, Any]:
    """Return what every follower gets: open tickets and those ended a short while ago, by number.

    `day` is the business day, so that a page that is still open on another one takes nobody else's number for its own.
    Each ticket is [state, people ahead, wait low, wait high, counter, seq of its last call, service, persons, marks];
    minutes, None when not known; the counter of a waiting one is that to which it was sent; marks is a text with "n"
    for next, "u" for uncalled, "r" for one that may come back, "m" for one that may not be served today and "l" for one
    that hardly will be, and "s", "p" or "f" for one that was sent to a counter
    which alone calls it, is paused, or can't call it now. `still` are the services whose queue stands still: [minutes
    without a call, whether it is a break]. It depends on the day alone, so that all phones can share the
    same bytes; whoever holds one link reads them all, so they don't say who has priority.
    """
    figures = _figures(day, plan)
    stand = {service.code: day.service_today(service) for service in plan.services}
    are_open = {code for code, today in stand.items() if today.state == OPEN}
    served = {service.code for service in plan.services if serving(day, plan, service.code) == "open"}
    tickets: dict[str, list[Any]] = {}
    for ticket in day.tickets.values():
        if ticket.state in OPEN_STATES or _ended_lately(day, ticket):
            figure = figures.get(ticket.number, GONE)
            wait = wait_of(ticket, figure.own) if ticket.state == "waiting" else None
            low, high = wait if wait is not None else (None, None)
            sent = _sent(day, plan, ticket, figure)
            stands = ticket.service in are_open and (figure.stands or ticket.service not in served)
            marks = "n" * figure.next + "u" * _uncalled(ticket, stands, sent)
            marks += _REACH_MARKS[reach_of(ticket, figure.own)] if ticket.state == "waiting" and not figure.next else ""
            marks += "r" * _may_come_back(day, plan, ticket) + _SENT_MARKS[sent]
            tickets[ticket.number] = [
                ticket.state, figure.ahead, low, high, _counter(plan, ticket) or _sent_to(plan, ticket) or None,
                ticket.call, ticket.service, ticket.persons, marks,
            ]  # fmt: skip
    return {
        "day": day.business_day.isoformat(),
        "tickets": tickets,
        "names": {service.code: dict(service.names) for service in plan.services},
        "ways": {one.name: way for one in plan.counters if (way := ways_to(plan, one.code))},
        "hues": {service.code: service.hue for service in plan.services},
        "services": {code: today.state for code, today in stand.items() if code not in are_open},
        "reasons": {code: dict(today.reasons) for code, today in stand.items() if today.reasons},
        "closes": {
            service.code: {code: clock(closes, plan.tz, code) for code in plan.languages}
            for service in plan.services
            if (closes := _closes(day, plan, service)) is not None
        },
        "still": {code: [told.minutes, told.on_break] for code, told in still.items()},
        "until": {service.code: until for service in plan.services if (until := end_of(service))},
    }


def followed(
    day: ServiceDay,
    plan: OfficePlan,
    number: str,
    language: str,
    wait_of: WaitOf = wait_unknown,
    end_of: EndOf = end_unknown,
    reach_of: ReachOf = reach_unknown,
    still: Mapping[str, NoCall] = NOT_STILL,
    measured: Mapping[str, int] = NONE_MEASURED,
) -> Followed:
    """Return one ticket for its page; refuses an unknown number. `measured`: in how many days cases are ready now."""
    ticket = day.ticket(number)
    service = next((service for service in plan.services if service.code == ticket.service), None)
    today = day.service_today(service) if service is not None else OPEN_TODAY
    figures = _figures(day, plan)
    figure = figures.get(number, GONE)
    sent = _sent(day, plan, ticket, figure)
    before = next((leg for leg in reversed(ticket.legs) if leg.persons is not None), None)
    lacked = ticket.legs[-1] if ticket.outcome == "papers_missing" else before
    return Followed(
        number=number,
        state=ticket.state,
        service=ticket.service,
        service_name=service.name(language) if service else ticket.service,
        hue=service.hue if service else 1,
        persons=ticket.persons,
        people_ahead=figure.ahead,
        next=figure.next,
        uncalled=_uncalled(ticket, _stands(day, plan, service, figure), sent),
        may_come_back=_may_come_back(day, plan, ticket),
        wait=wait_of(ticket, figure.own) if ticket.state == "waiting" else None,
        counter=_counter(plan, ticket),
        call_seq=ticket.call,
        service_state=today.state,
        reason=today.reason(language),
        until=end_of(service) if service is not None else "",
        notice=in_language(plan.ticker, language) or "",
        outcome=ticket.outcome,
        coming=ticket.coming,
        deferred=ticket.let_go,
        behind=ticket.state == "waiting" and _anybody_behind(day, figures, ticket),
        let_first=0 if ticket.deferred else plan.limits.let_first,
        then_name=plan.service_name(ticket.then, language) if ticket.state in OPEN_STATES else "",
        before_name=plan.service_name(before.service, language) if before is not None else "",
        before_end=before.end if before is not None else "",
        sent=sent,
        sent_to=_sent_to(plan, ticket),
        come_on=lacked.come_on if lacked is not None else "",
        brings_first=not day.closed and ticket.outcome != "papers_missing" and may_come_back_with_papers(ticket, plan),
        kiosk_takes_back=not day.closed and any(plan.printers.values()) and may_come_back_with_papers(ticket, plan),
        missing=plan.missing_names(lacked.service, lacked.missing, language) if lacked is not None else (),
        way=in_language(ways_to(plan, ticket.counter), language) or "",
        reach=reach_of(ticket, figure.own) if ticket.state == "waiting" and not figure.next else "",
        closes=clock(closes, plan.tz, language) if (closes := _closes(day, plan, service)) is not None else "",
        documents=tuple(one.name(language) for one in service.requirements) if service is not None else (),
        kept=kept_place(day, plan, held, language) if (held := _voucher(day, ticket)) is not None else None,
        day=day.business_day.isoformat(),
        no_call=still.get(ticket.service) if ticket.state == "waiting" else None,
        case=_case(day, plan, ticket, language, measured),
        collects=tuple(spaced(code) for code in ticket.collects.split()),
    )


def _case(
    day: ServiceDay, plan: OfficePlan, ticket: Ticket, language: str, measured: Mapping[str, int]
) -> CaseView | None:
    """Return what is said of the case that a ticket's visit begins or began; None of one that begins none."""
    code = case_begun(day, ticket)
    if not code or day.last_at is None:
        return None
    return case_view(day, plan, code, day.last_at, language, measured)


def case_begun(day: ServiceDay, ticket: Ticket) -> str:
    """Return the code by which residents ask for what a ticket's visit begins or began; "" for nothing.

    A number that was sent on to a service with a journey has none until that service is done.
    """
    begun = (codes for (number, _service), codes in day.opened_by.items() if number == ticket.number and codes)
    return ticket.case or family(next(begun, ("",))[0])


def _stands(day: ServiceDay, plan: OfficePlan, service: Service | None, figure: Figure) -> bool:
    """Whether a service is open, and no counter that serves it."""
    if service is None or day.service_today(service).state != OPEN:
        return False
    return figure.stands or serving(day, plan, service.code) != "open"


def _uncalled(ticket: Ticket, stands: bool, sent: Sent) -> bool:
    return ticket.state == "waiting" and stands and sent not in ("alone", "paused")


def _voucher(day: ServiceDay, ticket: Ticket) -> Voucher | None:
    """Return the voucher that the close of the day gave for a ticket."""
    if ticket.state != "expired":
        return None
    return next((one for one in day.standing.vouchers.of(ticket.number) if one.seq == ticket.seq), None)


def _figures(day: ServiceDay, plan: OfficePlan) -> Mapping[str, Figure]:
    return {} if day.last_at is None else day.ahead.figures(day, plan, day.last_at)


def _closes(day: ServiceDay, plan: OfficePlan, service: Service | None) -> datetime | None:
    """Return when a service closes today by its hours; None where no hours say it."""
    return closes_at(plan, day.last_at, service) if day.last_at is not None else None


def _anybody_behind(day: ServiceDay, figures: Mapping[str, Figure], ticket: Ticket) -> bool:
    """Whether anybody of its service, and sent to its counter or none as it was, is called after a waiting ticket.

    Every phone can tell it from the message.
    """
    mine = figures[ticket.number].own
    alike = (other for other in day.waiting.of(ticket.service) if other.only_at == ticket.only_at)
    return any(figures[other.number].own > mine for other in alike)


def _may_come_back(day: ServiceDay, plan: OfficePlan, ticket: Ticket) -> bool:
    if ticket.state != "no_show" or day.closed or day.last_at is None:
        return False
    return may_come_back(ticket, plan, day.last_at)


def _ended_lately(day: ServiceDay, ticket: Ticket) -> bool:
    now: datetime | None = day.last_at
    return now is not None and ticket.ended_at is not None and now - ticket.ended_at <= KEPT_AFTER_END


def _sent(day: ServiceDay, plan: OfficePlan, ticket: Ticket, figure: Figure) -> Sent:
    if not _sent_to(plan, ticket):
        return ""
    if not can_call(ticket, day, plan):
        return "" if figure.stands else "free"  # where no other counter calls it either, that is said
    return "paused" if day.counter(ticket.only_at).state == "paused" else "alone"


def _sent_to(plan: OfficePlan, ticket: Ticket) -> str:
    return plan.counter_name(ticket.only_at) if ticket.only_at and ticket.state == "waiting" else ""


def _counter(plan: OfficePlan, ticket: Ticket) -> str:
    if not ticket.counter:
        return ""
    return plan.counter_name(ticket.counter)
