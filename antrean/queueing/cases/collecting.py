"""For which cases a number of a service that hands out what is ready may be taken."""

from __future__ import annotations

from collections.abc import Sequence

from antrean.queueing.cases.book import Case, CaseBook
from antrean.queueing.cases.codes import read
from antrean.queueing.cases.of_visits import is_ready
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, Refused, Unknown
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.tickets.ticket import OPEN_STATES


def check_collects(
    day: ServiceDay, book: CaseBook, plan: OfficePlan, service: Service, case: str, by_staff: bool
) -> tuple[str, ...]:
    """Return the codes of the cases that can be collected with a code: its own, or all ready ones of its visit.

    Refuses a code where the service hands nothing out, none where it does (`case_needed`), unless staff give the
    number, one that is not known here (`case_unknown`), what has ended (`case_ended`) or is not ready yet
    (`case_not_ready`), and a case for which somebody waits already (`case_has_number`).
    """
    if not service.collects:
        if case:
            raise Invalid("value_invalid", field="case")
        return ()
    if not case:
        if by_staff:
            return ()
        raise Refused("case_needed")
    found = [one for one in book.of(read(case)) if one.service in service.collects]
    if not found:
        raise Unknown("case_unknown")
    return _free(day, plan, found)


def _free(day: ServiceDay, plan: OfficePlan, found: Sequence[Case]) -> tuple[str, ...]:
    ready = [one for one in found if is_ready(plan, one)]
    if not ready:
        raise Refused("case_ended" if all(one.ended for one in found) else "case_not_ready")
    free = [one for one in ready if not ticket_for(day, one)]
    if not free:
        raise Refused("case_has_number", ticket=ticket_for(day, ready[0]))
    return tuple(one.code for one in free)


def check_still_collects(day: ServiceDay, book: CaseBook, plan: OfficePlan, codes: str) -> str:
    """Return which of the cases for which a number of an earlier day was taken can be collected now.

    Refuses as `check_collects` does where none can: somebody may have it, or it waited for too long.
    """
    if not codes:
        return ""
    found = [book.cases[one] for one in codes.split() if one in book.cases]
    if not found:
        raise Unknown("case_unknown")
    return " ".join(_free(day, plan, found))


def ticket_for(day: ServiceDay, case: Case) -> str:
    """Return the number of whoever is here to collect a case; "" for nobody."""
    numbers = reversed(day.collecting.get(case.code, ()))
    return next((number for number in numbers if day.tickets[number].state in OPEN_STATES), "")


def pickup_of(plan: OfficePlan, service: str) -> Service | None:
    """Return the service at which cases of a service are collected; None where there is none."""
    return next((one for one in plan.services if service in one.collects), None)
