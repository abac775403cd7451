"""What the page of cases shows, computed from day, plan and cases alone: one case, all of a stage, counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from antrean.queueing.cases.book import EXPIRED, Case, CaseBook
from antrean.queueing.cases.codes import family, spaced
from antrean.queueing.cases.collecting import ticket_for
from antrean.queueing.cases.commands import MOST_AT_ONCE
from antrean.queueing.cases.of_visits import journey_of
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.journeys import LEADERS, Journey, Stage
from antrean.queueing.plan.model import OfficePlan

Counts = Mapping[tuple[str, str], int]  # cases that have not ended, by service and stage


@dataclass(frozen=True, slots=True)
class StageChoice:
    """A stage to which cases can be moved; `leaders`: only those who lead move a case there."""

    code: str
    name: str
    leaders: bool


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One case as staff see it. `words` is its code as people read it.

    `steps` are the stages where it was and is, oldest first, each with the day on which it came there. `onward` are
    those that come after, and `back` is where it would be if its last move were taken back, None where there is none.
    `number` is that of whoever is here to collect it.
    """

    code: str
    words: str
    service_name: str
    hue: int
    stage: str
    stage_name: str
    steps: tuple[tuple[str, date], ...]
    ended: str
    ended_on: date | None
    onward: tuple[StageChoice, ...]
    back: StageChoice | None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a code led to: cases, or the `number` of today whose service is not done yet, or nothing."""

    cards: tuple[CaseCard, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage with how many cases are in it now, and the one that follows."""

    code: str
    name: str
    count: int
    onward: StageChoice


@dataclass(frozen=True, slots=True)
class ServiceStages:
    """The stages of a service's journey, without the one that ends a case."""

    service: str
    name: str
    hue: int
    rows: tuple[StageRow, ...]


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case in the list of a stage, in it since that day."""

    code: str
    words: str
    since: date


@dataclass(frozen=True, slots=True)
class StageList:
    """The cases of a stage that have been there longest, so many as one command moves, of `count` in all."""

    service_name: str
    stage: StageChoice
    onward: StageChoice
    cases: tuple[ListedCase, ...]
    count: int


def counted(book: CaseBook) -> Counts:
    """Return how many cases are in each stage of each service."""
    found: dict[tuple[str, str], int] = {}
    for case in book.cases.values():
        if not case.ended:
            found[case.service, case.stage] = found.get((case.service, case.stage), 0) + 1
    return found


def stages(plan: OfficePlan, counts: Counts) -> tuple[ServiceStages, ...]:
    """Return every journey with how many cases are in each of its stages."""
    language = plan.languages[0]
    return tuple(
        ServiceStages(
            service.code, service.name(language), service.hue,
            tuple(
                StageRow(
                    here.code, here.name(language), counts.get((service.code, here.code), 0), _choice(after, language)
                )
                for here, after in zip(service.journey.stages, service.journey.stages[1:], strict=False)
            ),
        )
        for service in plan.services
        if service.journey is not None
    )  # fmt: skip


def targets(plan: OfficePlan) -> tuple[tuple[str, tuple[StageChoice, ...]], ...]:
    """Return the stages to which a stack of cards can be moved, in groups with the names of their services.

    Services with the same stages are one group.
    """
    language = plan.languages[0]
    services: dict[tuple[StageChoice, ...], list[str]] = {}
    for service in plan.services:
        if service.journey is not None:
            choices = tuple(_choice(one, language) for one in service.journey.stages[1:])
            services.setdefault(choices, []).append(service.name(language))
    return tuple((", ".join(names), choices) for choices, names in services.items())


def found(day: ServiceDay, plan: OfficePlan, code: str) -> Found:
    """Return what a code leads to: the case that has it, else all of its visit."""
    cases = day.standing.cases.named(code) if code else []
    if cases:
        return Found(tuple(card(day, plan, one) for one in cases))
    return Found(number=day.case_codes.get(code, "") or day.case_codes.get(family(code), ""))


def card(day: ServiceDay, plan: OfficePlan, case: Case) -> CaseCard:
    """Return one case with where it was, where it can go, and who is here for it."""
    language, journey = plan.languages[0], journey_of(plan, case.service)
    steps = tuple((stage_name(plan, case.service, stage), _day(plan, since)) for stage, since in case.stages)
    after = journey.stages[journey.place(case.stage) + 1 :] if journey is not None and not case.ended else ()
    return CaseCard(
        code=case.code,
        words=spaced(case.code),
        service_name=plan.service_name(case.service),
        hue=plan.service(case.service).hue if plan.has_service(case.service) else 1,
        stage=case.stage,
        stage_name=stage_name(plan, case.service, case.stage),
        steps=steps,
        ended=case.ended,
        ended_on=_day(plan, case.ended_at) if case.ended_at is not None else None,
        onward=tuple(_choice(one, language) for one in after),
        back=_back(plan, case, journey),
        number=ticket_for(day, case),
    )


def in_stage(plan: OfficePlan, book: CaseBook, service: str, stage: str) -> StageList | None:
    """Return the cases of a stage, those that have been there longest first; None for one that has no next stage."""
    journey = journey_of(plan, service)
    here = journey.stage(stage) if journey is not None else None
    after = journey.after(stage) if journey is not None else None
    if here is None or after is None:
        return None
    cases = [one for one in book.cases.values() if not one.ended and (one.service, one.stage) == (service, stage)]
    cases.sort(key=lambda one: (one.since, one.code))
    language = plan.languages[0]
    return StageList(
        plan.service_name(service), _choice(here, language), _choice(after, language),
        tuple(ListedCase(one.code, spaced(one.code), _day(plan, one.since)) for one in cases[:MOST_AT_ONCE]),
        len(cases),
    )  # fmt: skip


def changed_by(book: CaseBook, plan: OfficePlan, codes: Sequence[str], seq: int) -> list[Case]:
    """Return those of these cases that the command which ended at a line changed.

    A move has a line for each kind of end: cases of one code may end at one service and go on at another.
    """
    cases = list({one.code: one for code in codes for one in book.named(code)}.values())
    newest = [one for one in cases if one.seq == seq]
    kinds = {bool(one.ended) for one in newest}
    return newest + [one for one in cases if newest and one.seq == seq - 1 and bool(one.ended) not in kinds]


def stage_name(plan: OfficePlan, service: str, stage: str) -> str:
    """Return what staff call a stage; one that has left the plan keeps its code."""
    journey = journey_of(plan, service)
    found = journey.stage(stage) if journey is not None else None
    return found.name(plan.languages[0]) if found is not None else stage


def stage_names(plan: OfficePlan, cases: Iterable[Case]) -> list[str]:
    """Return the names of the stages in which cases are, each once."""
    return list(dict.fromkeys(stage_name(plan, one.service, one.stage) for one in cases))


def _back(plan: OfficePlan, case: Case, journey: Journey | None) -> StageChoice | None:
    if not case.passed and case.ended != EXPIRED:
        return None
    to = case.stage if case.ended == EXPIRED else case.passed[-1][0]
    here = journey.stage(case.stage) if journey is not None else None
    return StageChoice(to, stage_name(plan, case.service, to), here is not None and here.moved_by == LEADERS)


def _choice(stage: Stage, language: str) -> StageChoice:
    return StageChoice(stage.code, stage.name(language), stage.moved_by == LEADERS)


def _day(plan: OfficePlan, at: datetime) -> date:
    return at.astimezone(plan.tz).date()
