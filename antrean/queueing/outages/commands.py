"""Commands about what services need: it has failed, or it is back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import ADMINISTRATOR, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.fields import Text, Whole
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid
from antrean.queueing.outages.state import Outage
from antrean.queueing.plan.model import OfficePlan

GIVEN_BY = (SUPERVISOR, ADMINISTRATOR)
NEED, MINUTES = Text(40), Whole(0, 480)
STEP = 5  # minutes to which an expected end is told: nobody knows it better


@command(
    "begin_outage",
    gives=(e.OutageBegun, e.OutageTold),
    given_by=GIVEN_BY,
    refuses=("day_closed", "need_unknown"),
)
class BeginOutage(Command):
    """What services need has failed: hold up all that need it. Who waits keeps the place.

    It is expected back in so many `minutes`; 0: nobody knows. With `numbers`, kiosks go on giving numbers and say so
    before; else they stop. Of one that lasts already, end and numbers are told anew. Refuses what no service needs, and
    everything once the day was closed.
    """

    need: Annotated[str, NEED]
    minutes: Annotated[int, MINUTES] = 0
    numbers: bool = True

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the outage, or what is told anew of it; nothing where that is so already."""
        need = plan.need(self.need)
        day.check_open()
        until = _until(self.minutes, plan, day, at)
        lasting = day.outages.get(need.code)
        if lasting is not None:
            same = (lasting.until, lasting.numbers) == (until, self.numbers)
            return () if same else (e.OutageTold(need.code, until, self.numbers),)
        services = [one.code for one in plan.services if need.code in one.needs]
        if not services:
            raise Invalid("value_invalid", field="need")
        return (e.OutageBegun(need.code, " ".join(services), need.names, need.words, until, self.numbers),)


@command("end_outage", gives=(e.OutageEnded,), given_by=GIVEN_BY)
class EndOutage(Command):
    """What services need is back: they go on. Does nothing where it is not away."""

    need: Annotated[str, NEED]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end of the outage."""
        found = day.outages.get(self.need)
        return (_ended(found, at),) if found is not None else ()


def ends(day: ServiceDay, plan: OfficePlan, at: datetime) -> Iterator[e.Event]:
    """Yield the ends of all outages of a day that is closed at this moment, which may be one after it."""
    here = plan.business_day(at) == day.business_day
    last = at if here or day.last_at is None else day.last_at
    for one in day.outages.values():
        yield _ended(one, last)


def _ended(outage: Outage, at: datetime) -> e.OutageEnded:
    minutes = max(round((at - outage.at).total_seconds() / 60), 0)
    return e.OutageEnded(outage.need, minutes, outage.waited, outage.left)


def _until(minutes: int, plan: OfficePlan, day: ServiceDay, at: datetime) -> str:
    """Return the time in so many minutes, to the next five; "" where nobody knows it, or it is after midnight."""
    if not minutes:
        return ""
    local = at.astimezone(plan.tz).replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    local += timedelta(minutes=-local.minute % STEP)
    return local.strftime("%H:%M") if local.date() == day.business_day else ""
