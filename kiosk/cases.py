"""Cases that are looked up at a kiosk by their code: how far each is, and with what number it is collected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from antrean.queueing.cases.book import Case
from antrean.queueing.cases.collecting import pickup_of, ticket_for
from antrean.queueing.cases.of_visits import is_ready
from antrean.queueing.cases.telling import Told, told
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import OPEN_STATES
from antrean.web.operations.results import CaseResult, CaseStageResult, CollectResult, LookedUpResult
from antrean.web.text.case_days import DaysNow


@dataclass(frozen=True, slots=True)
class Alike:
    """Cases of one service that are just as far, told of once; `codes` are theirs."""

    codes: tuple[str, ...]
    seen: Told


@dataclass(frozen=True, slots=True)
class Collect:
    """A service at which ready cases are collected. `ticket` is the number of whoever is here for all of them."""

    service: str
    codes: tuple[str, ...]
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a code means. `ticket` is the number of today that has it and is not done, "" for none."""

    code: str
    seen: tuple[Told, ...]
    collect: tuple[Collect, ...]
    ticket: str = ""

    @property
    def alike(self) -> list[Alike]:
        """Those that are told of together: what is ready first, then in the order of their codes."""
        found: dict[tuple[object, ...], list[Told]] = {}
        for one in self.seen:
            came = tuple(step.since for step in one.stages)
            found.setdefault((one.service, one.now.code, came, one.ready, one.ended), []).append(one)
        alike = [Alike(tuple(one.code for one in some), some[0]) for some in found.values()]
        return sorted(alike, key=lambda one: not one.seen.ready)

    @property
    def ready(self) -> int:
        """How many are ready."""
        return sum(one.ready for one in self.seen)

    @property
    def going_on(self) -> int:
        """How many have not ended."""
        return sum(not one.ended for one in self.seen)


def looked_up(day: ServiceDay, plan: OfficePlan, code: str, now: datetime, days: DaysNow) -> LookedUp:
    """Return what a code means to residents; those of a service that follows none any more are left out."""
    book, today = day.standing.cases, plan.business_day(now)
    cases = book.of(code)
    measured = days.of(book, plan, today) if cases else {}
    found = [seen for case in cases if (seen := told(case, plan, today, measured)) is not None]
    number = day.case_codes.get(code, "")
    waits = not cases and number and day.tickets[number].state in OPEN_STATES
    return LookedUp(code, tuple(found), tuple(_collect(day, plan, cases)), number if waits else "")


def _collect(day: ServiceDay, plan: OfficePlan, cases: Sequence[Case]) -> list[Collect]:
    ready: dict[str, list[Case]] = {}
    for case in cases:
        where = pickup_of(plan, case.service)
        if where is not None and is_ready(plan, case):
            ready.setdefault(where.code, []).append(case)
    found = []
    for service, those in ready.items():
        free = [one for one in those if not ticket_for(day, one)]
        here = "" if free else ticket_for(day, those[0])
        found.append(Collect(service, tuple(one.code for one in free or those), here))
    return found


def as_result(seq: int, found: LookedUp, plan: OfficePlan) -> LookedUpResult:
    """Return what was looked up for programs."""
    return LookedUpResult(
        seq,
        found.code,
        found.ticket or None,
        [_case(one, plan) for one in found.seen],
        [CollectResult(one.service, list(one.codes), one.ticket or None) for one in found.collect],
    )


def _case(seen: Told, plan: OfficePlan) -> CaseResult:
    return CaseResult(
        code=seen.code,
        service=seen.service,
        stage=seen.now.code,
        since=seen.since.isoformat(),
        stages=[
            CaseStageResult(
                one.stage.code,
                {language: one.stage.said(language) for language in plan.languages},
                one.since.isoformat() if one.since is not None else None,
            )
            for one in seen.stages
        ],
        usual_days=seen.usual_days,
        days=seen.days,
        longer=seen.longer,
        ready=seen.ready,
        ended="collected" if seen.collected else "expired" if seen.expired else "",
    )
