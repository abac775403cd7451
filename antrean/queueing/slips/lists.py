"""The command for words on paper without a number: what a service asks to bring, or why a visit is not needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import KIOSK, Command, Standing, command
from antrean.queueing.command.checks import LANGUAGE, SERVICE
from antrean.queueing.command.fields import GIVEN, OneOf
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, Refused
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.events import DOCUMENTS, SPARED
from antrean.queueing.slips.printers import gives_slips

# So many lists a printer gives within this time: enough for a family at the kiosk, too few to empty a roll by.
MOST_LISTS, LISTS_WITHIN = 3, timedelta(minutes=2)


@command(
    "request_list",
    gives=(e.ListRequested,),
    given_by=(KIOSK,),
    refuses=("list_day_limit", "list_limit", "lists_not_now", "service_unknown"),
)
class RequestList(Command):
    """Ask for the documents of a service on paper, without a number, or for why a visit is not needed (`about`).

    Does nothing while the same list is still to be printed there. Refuses a service that says nothing of it, a kiosk
    whose printer gives no slips now (`lists_not_now`), more lists than a few within two minutes (`list_limit`), and
    more than the plan allows in a day (`list_day_limit`), so that nobody can empty the roll. Those that staff print for
    whoever lacks papers don't count. Without a language it is the office's first one.
    """

    service: Annotated[str, SERVICE]
    language: Annotated[str, LANGUAGE] = ""
    about: Annotated[str, OneOf((DOCUMENTS, SPARED))] = DOCUMENTS
    printer: Annotated[str, GIVEN] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the request for a list, or nothing while it is to be printed."""
        language = self.language or plan.languages[0]
        if language not in plan.languages:
            raise Invalid("value_invalid", field="language")
        service = plan.service(self.service)
        if not (service.may_spare if self.about == SPARED else service.requirements):
            raise Invalid("value_invalid", field="service")
        mine = [one for one in day.list_slips if one.printer == self.printer and not one.number]
        same = (self.service, language, self.about)
        if any(one.open and (one.service, one.language, one.about) == same for one in mine):
            return ()
        if not self.printer or not gives_slips(day, self.printer):
            raise Refused("lists_not_now")
        if len(mine) >= plan.limits.lists:
            raise Refused("list_day_limit")
        if sum(at - one.asked_at < LISTS_WITHIN for one in mine) >= MOST_LISTS:
            raise Refused("list_limit")
        return (e.ListRequested(self.printer, self.service, language, len(day.list_slips) + 1, about=self.about),)
