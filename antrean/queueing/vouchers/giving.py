"""Which vouchers the close of a day gives, and for which days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from antrean.queueing.calling.disciplines import keys
from antrean.queueing.day import ServiceDay
from antrean.queueing.hours.calendar import FARTHEST, spans_on
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.vouchers.events import VoucherGiven


def given_at_close(day: ServiceDay, plan: OfficePlan, first: date) -> list[VoucherGiven]:
    """Return a voucher for each ticket that waits, for service days from `first` on, in the order of calling.

    There are none where the plan gives none, for a service that has left the plan, nor for one that is not open again
    in the time that is looked ahead: nobody could say when to come.
    """
    if not plan.limits.voucher_days or day.last_at is None:
        return []
    windows = {service.code: window(plan, service, first) for service in plan.services}
    waiting = sorted((one for one in day.waiting if plan.has_service(one.service)), key=keys(plan, day.last_at)[0])
    return [
        VoucherGiven(
            one.number,
            one.seq,
            one.service,
            one.persons,
            one.priority,
            one.then,
            since.isoformat(),
            until.isoformat(),
            one.case,
            one.collects,
        )
        for one in waiting
        for since, until in windows[one.service]
    ]


def window(plan: OfficePlan, service: Service, first: date) -> list[tuple[date, date]]:
    """Return the first and the last of the days on which a voucher holds, from `first` on; nothing where none is found.

    They are service days: the service is open by the hours of the plan, and is not closed until a later date. Nobody
    knows when one is reopened that is closed without a date, so its days count.
    """
    days = list(islice(_service_days(plan, service, first), plan.limits.voucher_days))
    return [(days[0], days[-1])] if days else []


def _service_days(plan: OfficePlan, service: Service, first: date) -> Iterator[date]:
    for ahead in range(FARTHEST.days):
        day = first + timedelta(days=ahead)
        reopens_later = service.opens_on is not None and service.closed_on(day)
        if not reopens_later and (not plan.hours.given or spans_on(plan, day, service)):
            yield day
