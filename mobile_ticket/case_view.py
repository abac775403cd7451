"""What whoever has a code reads of its cases: how far each is, on which days it came so far, where it is collected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from antrean.queueing.cases.codes import spaced
from antrean.queueing.cases.collecting import pickup_of
from antrean.queueing.cases.telling import NONE_MEASURED, Told, told
from antrean.queueing.day import ServiceDay
from antrean.queueing.hours.calendar import spans_on
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.tickets.ticket import OPEN_STATES
from antrean.web.text.bring import Bring, bring
from antrean.web.text.case_words import since_words, stage_words, told_words
from antrean.web.text.hours import coming_days, spans_words
from antrean.web.text.times import day_and_month, short_date

LISTED_DAYS = 3  # on which it can be collected next


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a journey: `day`, as read, on which the cases came to it, "" where nobody knows or not yet.

    `stands` is "done", "now" or "to_come".
    """

    name: str
    day: str
    stands: str


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases of one visit that are equally far: their `codes` as read, the stage in few words, and what else is said.

    `kind` is "ready", "ended", "longer" or "on_its_way".
    """

    codes: tuple[str, ...]
    service_name: str
    hue: int
    kind: str
    stage: str
    since: str
    words: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Pickup:
    """Where cases are collected that are ready: the service, when it is open next, and what it asks for."""

    service_name: str
    days: tuple[tuple[str, str], ...]
    asks: Bring


@dataclass(frozen=True, slots=True)
class CaseView:
    """All that the page of a code says.

    Without `cases` the visit is going on (`begins`), or came to nothing, or the service is followed no more (`lost`).
    """

    code: str
    cases: tuple[Cases, ...]
    pickups: tuple[Pickup, ...] = ()
    begins: bool = False
    lost: bool = False

    @property
    def read_code(self) -> str:
        """Return the code as people read it."""
        return spaced(self.code)


def case_view(
    day: ServiceDay,
    plan: OfficePlan,
    code: str,
    now: datetime,
    language: str,
    measured: Mapping[str, int] = NONE_MEASURED,
) -> CaseView:
    """Return what is said of a code, in the language of the request; `measured` is what `days_now` gives."""
    today = plan.business_day(now)
    of_code = day.standing.cases.of(code)
    if not of_code:
        number = day.case_codes.get(code, "")
        return CaseView(code, (), begins=bool(number) and day.tickets[number].state in OPEN_STATES)
    seen = [one for case in of_code if (one := told(case, plan, today, measured)) is not None]
    return CaseView(
        code, tuple(_alike(seen, plan, language)), tuple(_pickups(seen, plan, now, language)), lost=not seen
    )


def _alike(seen: Sequence[Told], plan: OfficePlan, language: str) -> Iterable[Cases]:
    """Return the cases with those together of which the same is said: a family's cards mostly go together."""
    found: dict[Cases, list[str]] = {}
    for one in seen:
        found.setdefault(replace(_cases(one, plan, language), codes=()), []).append(spaced(one.code))
    return [replace(said, codes=tuple(codes)) for said, codes in found.items()]


def _cases(seen: Told, plan: OfficePlan, language: str) -> Cases:
    service = plan.service(seen.service)
    kind = "ready" if seen.ready else "ended" if seen.ended else "longer" if seen.longer else "on_its_way"
    return Cases(
        codes=(spaced(seen.code),),
        service_name=service.name(language),
        hue=service.hue,
        kind=kind,
        stage=stage_words(seen, language),
        since=since_words(seen, language),
        words=tuple(told_words(seen, plan, language)),
        steps=tuple(_steps(seen, language)),
    )


def _steps(seen: Told, language: str) -> Iterable[Step]:
    """Yield the stages that residents read of, in their order. One that was passed over has no day."""
    place = next((at for at, one in enumerate(seen.stages) if one.stage.code == seen.now.code), 0)
    for at, one in enumerate(seen.stages):
        stands = "done" if at < place or seen.collected else "now" if at == place else "to_come"
        came = day_and_month(one.since, language) if one.since is not None and at <= place else ""
        yield Step(one.stage.said(language), came, stands)


def _pickups(seen: Sequence[Told], plan: OfficePlan, now: datetime, language: str) -> Iterable[Pickup]:
    """Yield each service at which one of the cases can be collected now."""
    places = {where.code: where for one in seen if one.ready and (where := pickup_of(plan, one.service)) is not None}
    for service in places.values():
        yield Pickup(service.name(language), tuple(_open_days(plan, service, now, language)), bring(service, language))


def _open_days(plan: OfficePlan, service: Service, now: datetime, language: str) -> Iterable[tuple[str, str]]:
    """Yield the next days on which a service is open, with its hours; of today those that are not over."""
    local, listed = now.astimezone(plan.tz), 0
    for row in coming_days(plan, plan.business_day(now)):
        spans = spans_on(plan, row.day, service)
        if row.day == local.date():
            spans = tuple(span for span in spans if span[1] > local.hour * 60 + local.minute)
        if spans and listed < LISTED_DAYS:
            listed += 1
            yield short_date(row.day, language), spans_words(spans, language)
