"""Commands that set the office's time: what that does to the day, and to whoever waits in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.clock.guard import ClockGuard
from antrean.queueing.closing.commands import closing
from antrean.queueing.command.base import HUB, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.fields import GIVEN, LIVE
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid
from antrean.queueing.events import ADOPTED, BEGUN, TOLD
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.numbers import parts
from antrean.queueing.tickets.ticket import OPEN_STATES, Ticket

LAST_DAY = date(2199, 12, 31)  # far enough, and counting on from there overflows nothing


@command("tell_time", gives=(e.ClockSet,), given_by=(SUPERVISOR,))
class TellTime(Command):
    """Set the office's time by what a person says. Refuses a day before this program was built, or of a far century.

    `seconds` is how much later it is than the hub thinks. `since` is the seq before which nobody knows how wrong the
    clock was. `end_day` closes this business day first.
    """

    moves_time = True
    seconds: Annotated[float, GIVEN]
    since: Annotated[int, GIVEN]
    guard: Annotated[ClockGuard, LIVE]
    end_day: bool = False

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the step of the clock."""
        local = plan.business_day(at + timedelta(seconds=self.seconds))
        if not self.guard.built_on <= local <= LAST_DAY:
            raise Invalid("value_invalid", field="at")
        after = self.guard.right_until()
        return clock_set(day, plan, at, self.seconds, TOLD, self.since, after, self.end_day)


@command("adopt_clock", gives=(e.ClockSet,), given_by=(HUB,))
class AdoptClock(Command):
    """Take the machine's new time if it has stood for long enough and may be believed at this moment."""

    moves_time = True
    since: Annotated[int, GIVEN]
    guard: Annotated[ClockGuard, LIVE]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the step of the clock, or nothing when none is due."""
        step = self.guard.due()
        if step is None:
            return ()
        return clock_set(day, plan, at, step.total_seconds(), ADOPTED, self.since, self.guard.right_until())


@command("begin_day", gives=(e.ClockSet,), given_by=(HUB,))
class BeginDay(Command):
    """Begin the day of a date on which another business day went on, now that nobody of that date waits in it."""

    moves_time = True
    stays_on: Annotated[date | None, GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the begin of the day, or nothing while it must wait."""
        local = plan.business_day(at)
        given = given_on(local, day, plan, 0, timedelta())
        if local != self.stays_on or local == day.business_day or anybody_open(given):
            return ()
        return (e.ClockSet(0.0, BEGUN, "", day.business_day.isoformat(), floors_of(given, day, plan)),)


def clock_set(
    day: ServiceDay, plan: OfficePlan, at: datetime, seconds: float, how: str, since: int,
    after: datetime | None = None, end_day: bool = False,
) -> Sequence[e.Event]:  # fmt: skip
    """Set the office's time by so many seconds. Another date begins at once, unless people of that date wait here.

    Then this business day goes on until none of them does, or is closed first with `end_day`. Numbers that were given
    on the true date are not given on it again. `since` is the seq before which nobody knows how wrong the clock was;
    times up to `after` were right, or up to an earlier start without the time while nobody has dated what followed.
    """
    if after is not None and day.undated is not None:
        after = min(after, day.undated)
    right_until = after.isoformat() if after is not None and seconds > 0 else ""
    step = timedelta(seconds=seconds)
    local = plan.business_day(at + step)
    if local == day.business_day:
        return (e.ClockSet(seconds, how, after=right_until),)
    # A day that was begun too early was begun by this very clock, all of it.
    given = given_on(local, day, plan, unknown_since(day, since) if local > day.business_day else 0, step)
    if anybody_open(given) and not end_day:
        return (e.ClockSet(seconds, how, local.isoformat(), after=right_until),)
    closed = closing(day, plan, at, local) if end_day else ()
    return (*closed, e.ClockSet(seconds, how, "", day.business_day.isoformat(), floors_of(given, day, plan)))


def given_on(local: date, day: ServiceDay, plan: OfficePlan, since: int, by: timedelta) -> list[Ticket]:
    """Return the tickets beyond a seq that were really given on a date, where the clock was wrong by so much."""
    return [
        ticket
        for ticket in day.tickets.values()
        if ticket.seq > since and plan.business_day(ticket.issued_at + by) == local
    ]


def unknown_since(day: ServiceDay, since: int) -> int:
    """Return the seq from which on nobody knows how wrong the clock was."""
    return min(since, day.doubted) if day.doubted else since


def anybody_open(tickets: Iterable[Ticket]) -> bool:
    """Whether one of the tickets is still waiting, called, served or held."""
    return any(ticket.state in OPEN_STATES for ticket in tickets)


def floors_of(tickets: Iterable[Ticket], day: ServiceDay, plan: OfficePlan) -> dict[str, int]:
    """Return the last number of each series that may have been given on the real day of these tickets.

    What is on paper without a ticket in the day that is left may be of any date, so it counts for each.
    """
    floors = {service.series: day.unseen_last for service in plan.services if day.unseen_last} | day.on_paper
    for ticket in tickets:
        number = parts(ticket.number)[1]
        floors[ticket.series] = max(floors.get(ticket.series, 0), number)
    return floors
