"""Commands about a service today: pause it, close it, let it go on, and count a visit to it that was not needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import ADMINISTRATOR, KIOSK, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.checks import SERVICE
from antrean.queueing.command.fields import TIME, Words
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, Refused
from antrean.queueing.plan.model import CLOSED, PAUSED, OfficePlan, Service
from antrean.queueing.services.state import ServiceToday

GIVEN_BY = (SUPERVISOR, ADMINISTRATOR)
WORDS = Words(120)


@command(
    "pause_service",
    gives=(e.ServicePaused,),
    given_by=GIVEN_BY,
    refuses=("day_closed", "service_closed", "service_unknown", "time_past"),
)
class PauseService(Command):
    """Give no numbers of a service and call nobody of it for now; who waits keeps the place.

    `reasons` say why, by language; a language that the office does not speak is refused. `until` is the time of today
    at which it is expected to go on. A pause may be told anew, with another reason or time. Refuses a time that is
    past, a service that the plan closes, and everything once the day was closed.
    """

    service: Annotated[str, SERVICE]
    reasons: Annotated[Mapping[str, str] | None, WORDS] = None
    until: Annotated[str, TIME] = ""

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the pause, or nothing when it stands as it is told."""
        service = _of_open_day(day, plan, self.service)
        _check_not_closed_for_long(day, plan, service)
        paused = ServiceToday(PAUSED, _spoken(self.reasons, plan), self.until)
        if day.service_today(service) == paused:
            return ()
        if self.until and day.time_today(self.until, plan.tz) <= at:
            raise Refused("time_past")
        return (e.ServicePaused(self.service, paused.reasons, self.until),)


@command(
    "resume_service",
    gives=(e.ServiceResumed,),
    given_by=GIVEN_BY,
    refuses=("day_closed", "service_closed", "service_unknown"),
)
class ResumeService(Command):
    """Let a paused service go on. Refuses a closed one, and everything once the day was closed."""

    service: Annotated[str, SERVICE]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end of the pause, or nothing when there is none."""
        service = _of_open_day(day, plan, self.service)
        today = day.service_today(service)
        if today.state == CLOSED:
            raise _closed(today, plan)
        return (e.ServiceResumed(self.service),) if today.state == PAUSED else ()


@command("close_service", gives=(e.ServiceClosed,), given_by=GIVEN_BY, refuses=("day_closed", "service_unknown"))
class CloseService(Command):
    """Close a service for today. Its waiting visitors keep their numbers; `reasons` say why, by language.

    A language that the office does not speak is refused, and everything once the day was closed.
    """

    service: Annotated[str, SERVICE]
    reasons: Annotated[Mapping[str, str] | None, WORDS] = None

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the close, or nothing when the plan closes it, or it stands as it is told."""
        service = _of_open_day(day, plan, self.service)
        reasons = _spoken(self.reasons, plan)
        if service.closed_on(day.business_day) or day.service_today(service) == ServiceToday(CLOSED, reasons):
            return ()
        return (e.ServiceClosed(self.service, reasons),)


@command(
    "open_service",
    gives=(e.ServiceOpened, e.ServiceResumed),
    given_by=GIVEN_BY,
    refuses=("day_closed", "service_closed", "service_unknown"),
)
class OpenService(Command):
    """Open a service that was closed for today, or end its pause.

    Refuses one that the plan closes, and everything once the day was closed.
    """

    service: Annotated[str, SERVICE]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the opening, or nothing when it is open."""
        service = _of_open_day(day, plan, self.service)
        _check_not_closed_for_long(day, plan, service)
        match day.service_today(service).state:
            case "closed":
                return (e.ServiceOpened(self.service),)
            case "paused":
                return (e.ServiceResumed(self.service),)
            case _:
                return ()


@command("spare_visit", gives=(e.VisitSpared,), given_by=(KIOSK,), refuses=("service_unknown",))
class SpareVisit(Command):
    """Count a visit that was not needed: somebody read at the kiosk why, and left without a number.

    Refuses a service that tells nobody so. Of whom is not asked and not kept; a day that was closed meanwhile counts it
    as well, since the hub may hear of it later.
    """

    service: Annotated[str, SERVICE]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the visit that was spared."""
        if not plan.service(self.service).may_spare:
            raise Invalid("value_invalid", field="service")
        return (e.VisitSpared(self.service),)


def _of_open_day(day: ServiceDay, plan: OfficePlan, code: str) -> Service:
    service = plan.service(code)
    day.check_open()
    return service


def _check_not_closed_for_long(day: ServiceDay, plan: OfficePlan, service: Service) -> None:
    """Refuse (`service_closed`) a service that the plan closes: what lasts is changed in the plan."""
    if service.closed_on(day.business_day):
        raise _closed(day.service_today(service), plan)


def _closed(today: ServiceToday, plan: OfficePlan) -> Refused:
    return Refused("service_closed", why=today.reason(plan.languages[0]))


def _spoken(reasons: Mapping[str, str] | None, plan: OfficePlan) -> Mapping[str, str]:
    """Return the reasons that say something; refuses a language that the office does not speak."""
    for language in reasons or {}:
        if language not in plan.languages:
            raise Invalid("value_invalid", field="reasons")
    return {language: words for language, words in (reasons or {}).items() if words.strip()}
