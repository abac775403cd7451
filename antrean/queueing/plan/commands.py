"""Commands about the plan."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from antrean.queueing import events as e
from antrean.queueing.command.base import ADMINISTRATOR, SUPERVISOR, Command, Standing, command
from antrean.queueing.command.fields import GIVEN, Whole
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.plan.document import as_text, plan_of, problems, to_document
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.parts import part, told, with_part

MOST_REVISIONS = 2**31 - 1
WRONG = (
    "field_unknown", "value_missing", "plan_twice", "plan_service_unknown", "plan_zone_unknown", "plan_stock_unknown",
    "plan_group_unknown",
    "plan_need_unknown",
    "plan_no_journey",
    "hours_overlap",
    "campaign_ends_early", "campaign_too_long", "campaign_target_small",
    "plan_too_large",
    "note_has_id_number", "name_unprintable", "text_unprintable",
)  # fmt: skip


@command("change_plan", gives=(e.PlanChanged,), given_by=(SUPERVISOR, ADMINISTRATOR))
class ChangePlan(Command):
    """Devices or staff were edited; `before` and `after` are the values that differ, small and without secrets."""

    what: Annotated[str, GIVEN]
    before: Annotated[Mapping[str, Any] | None, GIVEN] = None
    after: Annotated[Mapping[str, Any] | None, GIVEN] = None

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the change."""
        return (e.PlanChanged(self.what, self.before, self.after),)


@command(
    "save_plan",
    gives=(e.PlanChanged,),
    given_by=(SUPERVISOR, ADMINISTRATOR),
    refuses=(
        "plan_changed_meanwhile",
        "service_in_use",
        "stage_in_use",
        "journey_in_use",
        "counter_staffed",
        "counter_in_use",
        "services_unserved",
        "time_zone_numbers",
        "time_zone_date",
        *WRONG,
    ),
)
class SavePlan(Command):
    """Save parts of the plan as its next revision.

    `parts` are the new values by their paths, None for an item that goes; the empty path is the whole document. They
    were made from the revision `made_from`; None: from whatever is there. Whoever changed another part meanwhile loses
    nothing: `seen` are the values of that revision at the same paths, and only a part that has other values by now is
    refused (`plan_changed_meanwhile`). Without `seen`, any other revision is. No service goes while a number is open
    that waits for it or is served there, and no counter at which somebody sits, or where a number is called, served,
    on hold, or to which one was sent. No stage of a journey goes while cases are in it, nor becomes the one that ends
    them, and no journey while it has cases (`stage_in_use`, `journey_in_use`). With `must_serve`, no service is left
    without a counter (`services_unserved`) that had one, or comes without any, while the office has counters. The time
    zone stays while the day has numbers (`time_zone_numbers`), whose times and day it says, and where the date there is
    another one now (`time_zone_date`), as a day would be lost or come twice.
    """

    what: Annotated[str, GIVEN]
    parts: Annotated[Mapping[str, Any], GIVEN]
    made_from: Annotated[int | None, Whole(0, MOST_REVISIONS), GIVEN] = None
    seen: Annotated[Mapping[str, Any] | None, GIVEN] = None
    must_serve: Annotated[bool, GIVEN] = False
    decided_alone = True

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the change; nothing where everything is so already."""
        before = to_document(plan)
        if self.made_from is not None and self.made_from != plan.revision and self._is_late(before):
            raise Refused("plan_changed_meanwhile")
        after = before
        for path, value in self.parts.items():
            after = with_part(after, path, value)
        if after == before:
            return ()
        if found := tuple(problems(after)):
            known = frozenset(problems(before))  # an office of an older release may have what no new one may have
            for problem in found:
                if problem not in known:
                    raise problem.refusal()
        _check_time_zone(day, plan, after, at)
        _check_services(day, plan, after)
        _check_counters(day, plan, after)
        _check_cases(standing, plan, plan_of(after))
        if self.must_serve:
            _check_served(plan, plan_of(after))
        change = told(tuple(self.parts), before, after)
        body = as_text(after)
        digest = hashlib.sha256(body.encode()).hexdigest()
        return (
            e.PlanChanged(self.what, change.before or None, change.after or None, plan.revision + 1, digest, body=body),
        )

    def _is_late(self, now: Mapping[str, Any]) -> bool:
        """Whether what was changed here has other values by now than those that were seen."""
        return self.seen is None or any(part(now, path) != self.seen.get(path) for path in self.parts)


def _check_time_zone(day: ServiceDay, plan: OfficePlan, after: Mapping[str, Any], at: datetime) -> None:
    """Refuse another time zone for a day with numbers, and one that has another date now."""
    if after["time_zone"] == plan.zone:
        return
    if day.tickets:
        raise Refused("time_zone_numbers")
    if plan_of(after).business_day(at) != plan.business_day(at):
        raise Refused("time_zone_date")


def _check_services(day: ServiceDay, plan: OfficePlan, after: Mapping[str, Any]) -> None:
    """Refuse that a service goes for which numbers are open."""
    stay = {service["code"] for service in after["services"]}
    gone = {service.code for service in plan.services} - stay
    if not gone:
        return
    count = sum(ticket.service in gone or ticket.then in gone for ticket in day.open_tickets())
    if count:
        raise Refused("service_in_use", count=count)


def _check_cases(standing: Standing, before: OfficePlan, after: OfficePlan) -> None:
    """Refuse that a stage goes, or becomes the last one, in which cases are, and that a journey goes which has some.

    Nobody could move them on, and whoever has their codes would be told nothing. Of what has gone before, as by an
    older release, nothing is refused.
    """
    stay = {one.code: one.journey for one in after.services}
    changed = {
        one.code: one for one in before.services if one.journey is not None and stay.get(one.code) != one.journey
    }
    left: dict[tuple[str, str], int] = {}
    for case in standing.cases.cases.values() if changed else ():
        if not case.ended and case.service in changed:
            left[case.service, case.stage] = left.get((case.service, case.stage), 0) + 1
    for code, service in changed.items():
        now = stay.get(code)
        if now is None:
            count = sum(n for (of, _stage), n in left.items() if of == code)
            if count:
                raise Refused("journey_in_use", count=count, service=service.name(after.languages[0]))
            continue
        for stage in service.journey.stages[:-1] if service.journey is not None else ():
            if (count := left.get((code, stage.code), 0)) and now.stage(stage.code) in (None, now.last):
                raise Refused("stage_in_use", count=count, stage=stage.name(after.languages[0]))


def _check_counters(day: ServiceDay, plan: OfficePlan, after: Mapping[str, Any]) -> None:
    """Refuse that a counter goes at which somebody sits, or that a number needs."""
    stay = {counter["code"] for counter in after["counters"]}
    for counter in plan.counters:
        if counter.code in stay:
            continue
        now = day.counter(counter.code)
        if now.state != "closed":
            raise Refused("counter_staffed", operator=now.operator, counter=counter.name)
        here = {now.ticket, *now.held} - {""}
        sent = {ticket.number for ticket in day.waiting if ticket.only_at == counter.code}
        if count := len(here | sent):
            raise Refused("counter_in_use", count=count)


def _check_served(before: OfficePlan, after: OfficePlan) -> None:
    """Refuse that no counter serves a service which one did serve, or which is new."""
    if not before.counters:
        return  # an office that is being set up: its services come first
    known = {service.code for service in before.unserved()}
    left = [service.name(after.languages[0]) for service in after.unserved() if service.code not in known]
    if left:
        raise Refused("services_unserved", services=", ".join(left))
