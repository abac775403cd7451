"""The command that answers whether something is down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import ADMINISTRATOR, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.fields import OneOf, Text
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.standstill.found import ANSWERS, answer_of

CODES, ANSWER = Text(2000), OneOf(ANSWERS)


@command(
    "answer_standstill",
    gives=(e.StandstillAnswered,),
    given_by=(SUPERVISOR, ADMINISTRATOR),
    refuses=("day_closed", "service_unknown"),
)
class AnswerStandstill(Command):
    """Say why nobody is called: it is a `break`, or work goes on (`goes_on`). It holds until the next call.

    `services` are the codes of those that were asked for, with a space between. Holds nothing up, and changes no
    counter. Refuses services that do not exist, and everything once the day was closed.
    """

    services: Annotated[str, CODES]
    answer: Annotated[str, ANSWER]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the answer, for the services for which it was not given yet."""
        day.check_open()
        asked = [plan.service(code) for code in dict.fromkeys(self.services.split())]
        if not asked:
            raise Invalid("value_invalid", field="services")
        new = [one.code for one in asked if answer_of(day, plan, one) != self.answer]
        return (e.StandstillAnswered(" ".join(new), self.answer),) if new else ()
