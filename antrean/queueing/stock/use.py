"""What services use of the stock, and what is promised: to those who are here, and to those who hold a voucher."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.journal.kinds import Event
from antrean.queueing.plan.model import OPEN, OfficePlan, Service, StockItem, StockUse
from antrean.queueing.stock.events import StockReturned, StockUsed
from antrean.queueing.stock.ledger import Ledger
from antrean.queueing.tickets.events import CommandUndone, TicketCompleted
from antrean.queueing.tickets.ticket import Ticket
from antrean.queueing.vouchers.book import Voucher

USED_UP = "used_up"  # how an open service stands while nothing is left of what it uses
FINISHED = "finished"  # the outcome with which a service has really used something


def with_stock(day: ServiceDay, stock: Ledger, plan: OfficePlan, events: Sequence[Event]) -> Sequence[Event]:
    """Return what a command leads to, with what that uses of the stock, or gives back, right before it.

    Only items that somebody keeps count of are used. A visitor who is referred, or lacks papers, uses nothing.
    """
    if not stock.items:
        return events
    return [one for event in events for one in (*_of(day, stock, plan, event), event)]


def _of(day: ServiceDay, stock: Ledger, plan: OfficePlan, event: Event) -> Iterator[Event]:
    if isinstance(event, TicketCompleted) and event.outcome == FINISHED:
        service = day.tickets[event.ticket].service
        items = {one.code: one.each * event.persons for one in uses_of(plan, service) if one.code in stock.items}
        if items:
            yield StockUsed(event.ticket, service, items)
    elif isinstance(event, CommandUndone) and event.undone == "complete" and event.ticket in day.stock_used:
        yield StockReturned(event.ticket, dict(day.stock_used[event.ticket]))


def uses_of(plan: OfficePlan, service: str) -> tuple[StockUse, ...]:
    """Return what a service uses for each person; of one that left the plan, nothing."""
    return next((one.uses for one in plan.services if one.code == service), ())


def persons_left(
    day: ServiceDay,
    plan: OfficePlan,
    service: Service,
    without: str = "",
    beside: Service | None = None,
    given: Mapping[str, int] | None = None,
) -> tuple[int, StockItem] | None:
    """Return for how many more persons there is enough of what a service uses, and of which item is least.

    What is promised to others is not given twice, but for the ticket `without`, which asks anew. `beside` is the other
    service of the same visit: what both use is needed twice. Whoever asks for many services works out once what is
    `given` (`promised`), as that goes through all who wait. None where it uses nothing that is kept count of.
    """
    stock = day.standing.stock
    uses = [use for use in service.uses if use.code in stock.items]
    if not uses:
        return None
    given = promised(day, plan, without) if given is None else given
    also = {one.code: one.each for one in beside.uses} if beside is not None else {}
    free = {one.code: max(stock.items[one.code].on_hand - given.get(one.code, 0), 0) for one in uses}
    persons, code = min((free[one.code] // (one.each + also.get(one.code, 0)), one.code) for one in uses)
    return persons, plan.stock_item(code)


def service_state(day: ServiceDay, plan: OfficePlan, service: Service, given: Mapping[str, int] | None = None) -> str:
    """Return how a service stands towards newcomers, as the day says; USED_UP where it is open and nothing is left."""
    state = day.service_state(service)
    if state == OPEN and (left := persons_left(day, plan, service, given=given)) is not None and left[0] == 0:
        return USED_UP
    return state


def used_up(
    day: ServiceDay, plan: OfficePlan, service: Service, language: str, given: Mapping[str, int] | None = None
) -> str:
    """Return the name of what is used up, in a language; "" while something is left."""
    return used_up_by(persons_left(day, plan, service, given=given), language)


def used_up_by(left: tuple[int, StockItem] | None, language: str) -> str:
    """Return the name of what is used up where so many persons are left, in a language; "" while some are."""
    return left[1].name(language) if left is not None and left[0] == 0 else ""


def check_stock(
    day: ServiceDay,
    plan: OfficePlan,
    service: Service,
    persons: int,
    language: str = "",
    without: str = "",
    beside: Service | None = None,
    given: Mapping[str, int] | None = None,
) -> None:
    """Refuse so many persons more of a service than there is enough for of what it uses, and nobody was promised.

    `given` is what is promised to others, where that is less than all that is (see `persons_left`).
    """
    left = persons_left(day, plan, service, without, beside, given)
    if left is None or persons <= left[0]:
        return
    if left[0]:
        raise Refused("too_many_persons", left=left[0])
    raise Refused("stock_used_up", item=left[1].name(language or plan.languages[0]))


def promised(day: ServiceDay, plan: OfficePlan, without: str = "") -> Mapping[str, int]:
    """Return by item how many are promised: to those who are here, and to those who can still come with a voucher.

    The ticket `without` is left out.
    """
    return promised_here(day, plan, without) + promised_to_vouchers(day, plan)


def promised_of_counted(day: ServiceDay, plan: OfficePlan) -> Mapping[str, int]:
    """Return what `promised` does, or nothing where nobody keeps count of any item: then nobody need go through all."""
    return promised(day, plan) if day.standing.stock.items else {}


def promised_here(day: ServiceDay, plan: OfficePlan, without: str = "") -> Counter[str]:
    """Return by item how many are promised to those who wait, are called, are served or held; `without` is left out."""
    return _needed(plan, (ticket for ticket in _here(day) if ticket.number != without))


def promised_to_vouchers(day: ServiceDay, plan: OfficePlan) -> Counter[str]:
    """Return by item how many are promised to the vouchers that are not over, also to those of a later day."""
    held = day.standing.vouchers.vouchers.values()
    return _needed(plan, (voucher for voucher in held if not voucher.is_over(day.business_day)))


def _needed(plan: OfficePlan, visits: Iterable[Ticket | Voucher]) -> Counter[str]:
    """Return by item how many visits need. Who goes on to a second service needs its items too."""
    uses = {one.code: one.uses for one in plan.services if one.uses}
    found: Counter[str] = Counter()
    for visit in visits if uses else ():
        for service in filter(None, (visit.service, visit.then)):
            for use in uses.get(service, ()):
                found[use.code] += use.each * visit.persons
    return found


def _here(day: ServiceDay) -> Iterator[Ticket]:
    yield from day.waiting
    for row in day.counters.values():
        for number in filter(None, (row.ticket, *row.held)):
            yield day.tickets[number]
