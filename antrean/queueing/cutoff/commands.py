"""Commands about the last number of a service before closing: stop, go on by itself, and go on by a word of staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import ADMINISTRATOR, HUB, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.checks import REASON, SERVICE
from antrean.queueing.command.fields import GIVEN, OneOf, Text, Whole
from antrean.queueing.cutoff.events import BY_SUPERVISOR, LONGER_HOURS, MORE_COUNTERS, OTHER_RULE
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid
from antrean.queueing.plan.model import OfficePlan


@command("stop_numbers", gives=(e.NumbersStopped,), given_by=(HUB,), refuses=("service_unknown",))
class StopNumbers(Command):
    """Give no more numbers of a service today. What is foreseen was asked before: this only writes it down.

    Does nothing where that is so already, where a supervisor let the service go on today, where the office wants no
    service to stop, and on a day that was closed. So it stops once, whatever several hubs foresee.
    """

    service: Annotated[str, SERVICE, GIVEN]
    percent: Annotated[int, Whole(1, 99), GIVEN]
    counters: Annotated[int, Whole(0, 1000), GIVEN]
    closes: Annotated[str, Text(40), GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the stop, or nothing."""
        code = plan.service(self.service).code
        if day.closed or code in day.stopped or code in day.went_on or not plan.limits.served_percent:
            return ()
        after = next((one.number for one in reversed(day.tickets.values()) if one.service == code), "")
        return (e.NumbersStopped(code, after, self.percent, self.counters, self.closes),)


@command("resume_numbers", gives=(e.NumbersResumed,), given_by=(HUB,))
class ResumeNumbers(Command):
    """Give numbers of a service again that stopped in the line `stopped_in`, since something has changed (`why`).

    Does nothing where it gives numbers again already, or stopped anew since, and on a day that was closed.
    """

    service: Annotated[str, SERVICE, GIVEN]
    stopped_in: Annotated[int, GIVEN]
    why: Annotated[str, OneOf((MORE_COUNTERS, LONGER_HOURS, OTHER_RULE)), GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return that it goes on, or nothing."""
        stopped = day.stopped.get(self.service)
        if day.closed or stopped is None or stopped.seq != self.stopped_in:
            return ()
        return (e.NumbersResumed(self.service, self.why),)


@command(
    "let_numbers_go_on",
    gives=(e.NumbersResumed,),
    given_by=(SUPERVISOR, ADMINISTRATOR),
    refuses=("day_closed", "numbers_reason_missing", "service_unknown"),
)
class LetNumbersGoOn(Command):
    """Give numbers of a service again that has stopped before closing. It does not stop by itself any more today.

    Whoever says so says why: those who come now may have to be sent home. Does nothing where it gives numbers. Refuses
    everything once the day was closed.
    """

    service: Annotated[str, SERVICE]
    reason: Annotated[str, REASON] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return that it goes on, or nothing."""
        code = plan.service(self.service).code
        day.check_open()
        if code not in day.stopped:
            return ()
        if not self.reason.strip():
            raise Invalid("numbers_reason_missing")
        return (e.NumbersResumed(code, BY_SUPERVISOR, self.reason.strip()),)
