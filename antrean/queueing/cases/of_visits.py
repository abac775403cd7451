"""What visits do with cases: a number gets a code, a service that is done opens some, and others are collected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from antrean.queueing.cases import events as e
from antrean.queueing.cases.book import COLLECTED, Case, CaseBook
from antrean.queueing.cases.codes import Draw, family, free, members, unused
from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.kinds import Event
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.standing import Standing
from antrean.queueing.tickets.events import CommandUndone, TicketCompleted, TicketIssued
from antrean.queueing.tickets.ticket import Ticket

FINISHED = "finished"  # the outcome with which a service is really done


def with_cases(
    day: ServiceDay, standing: Standing, plan: OfficePlan, events: Sequence[Event], draw: Draw
) -> Sequence[Event]:
    """Return what a command leads to, with what that does to cases right before it.

    A number for a service with a journey has the code of its case from the start, so that it can stand on the slip.
    """
    if not plan.follows_cases:
        return events
    return [one for event in events for one in _of(day, standing, plan, event, draw)]


def journey_of(plan: OfficePlan, service: str) -> Journey | None:
    """Return the journey of a service; None where it has none, or has left the plan."""
    return plan.service(service).journey if plan.has_service(service) else None


def is_ready(plan: OfficePlan, case: Case) -> bool:
    """Whether a case can be collected."""
    journey = journey_of(plan, case.service)
    return not case.ended and journey is not None and case.stage == journey.ready.code


def _of(day: ServiceDay, standing: Standing, plan: OfficePlan, event: Event, draw: Draw) -> Iterator[Event]:
    if isinstance(event, TicketIssued):
        yield _with_code(day, standing, plan, event, draw)
        return
    if isinstance(event, TicketCompleted) and event.outcome == FINISHED:
        yield from _done(day, standing, plan, event, draw)
    elif isinstance(event, CommandUndone) and event.undone == "complete" and event.ticket in day.cases_done:
        yield from _undone(day, standing.cases, event)
    yield event


def _with_code(day: ServiceDay, standing: Standing, plan: OfficePlan, event: TicketIssued, draw: Draw) -> TicketIssued:
    leads_on = any(journey_of(plan, service) is not None for service in filter(None, (event.service, event.then)))
    if event.case or not leads_on:
        return event
    return replace(event, case=_new_code(day, standing, draw))


def _new_code(day: ServiceDay, standing: Standing, draw: Draw) -> str:
    return unused(draw, _Taken(day, standing))


class _Taken:
    """The letters that some case has, with a number behind them or none, or a ticket of today or of a voucher."""

    def __init__(self, day: ServiceDay, standing: Standing) -> None:
        self._day, self._standing = day, standing

    def __contains__(self, code: object) -> bool:
        cases, vouchers = self._standing.cases.cases, self._standing.vouchers.vouchers.values()
        return (
            code in self._day.case_codes
            or any(map(cases.__contains__, members(str(code))))
            or any(one.case == code for one in vouchers)
        )


def _done(day: ServiceDay, standing: Standing, plan: OfficePlan, event: TicketCompleted, draw: Draw) -> Iterator[Event]:
    ticket, book = day.tickets[event.ticket], standing.cases
    journey = journey_of(plan, ticket.service)
    if journey is not None:
        wanted = event.persons if journey.each_person else 1
        missing = wanted - len(day.opened_by.get((ticket.number, ticket.service), ()))
        code = ticket.case or _new_code(day, standing, draw)
        opened = free(family(code), max(missing, 0), book.cases)
        if opened:
            yield e.CasesOpened(" ".join(opened), ticket.service, journey.first.code, ticket.number)
    collected: dict[str, list[str]] = {}
    not_found = event.not_collected.split()
    for one in ticket.collects.split():
        case = book.cases.get(one)
        if case is not None and one not in not_found and is_ready(plan, case) and _handed_out(plan, ticket, case):
            collected.setdefault(case.service, []).append(one)
    for service, codes in collected.items():
        last = plan.service(service).journey
        if last is not None:
            yield e.CasesMoved(" ".join(codes), last.last.code, ends=True, ticket=ticket.number)


def _handed_out(plan: OfficePlan, ticket: Ticket, case: Case) -> bool:
    """Whether a visitor was at a service that hands the case out; nobody was whose service was wrong and put right."""
    return any(
        plan.has_service(leg.service) and case.service in plan.service(leg.service).collects for leg in ticket.legs
    )


def _undone(day: ServiceDay, book: CaseBook, event: CommandUndone) -> Iterator[Event]:
    """Take back what the end of the visit did. A case that somebody has moved since then goes on."""
    done = day.cases_done[event.ticket]
    opened = [one for one in done.opened if one in book.cases and _as_opened(book.cases[one], event.ticket)]
    if opened:
        yield e.CasesWithdrawn(" ".join(opened), ticket=event.ticket)
    collected = [one for one in done.collected if one in book.cases and book.cases[one].ended == COLLECTED]
    if collected:
        yield e.CasesTakenBack(" ".join(collected), ticket=event.ticket)


def _as_opened(case: Case, ticket: str) -> bool:
    return case.ticket == ticket and not case.passed and not case.ended
