"""The board of what is ready to be collected, computed from the cases, the day and the plan alone: codes, and no more.

What became ready last comes first, with its time; the rest is in the order of the alphabet, so that people find theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from antrean.queueing.cases.book import Case, CaseBook
from antrean.queueing.cases.codes import family, spaced
from antrean.queueing.cases.of_visits import is_ready
from antrean.queueing.hours.calendar import spans_on
from antrean.queueing.hours.model import Spans
from antrean.queueing.plan.model import OfficePlan, Requirement
from antrean.web.screens.display_scope import DisplayScope

MOST_CODES = 400  # that are paged: whoever has an older one asks at the kiosk, and reads no fifty pages
MOST_COUNTERS = 3  # that are named: where it may be any of more, the call says which
ONE_BATCH = timedelta(minutes=15)  # what becomes ready no longer after the one before belongs to the same batch


@dataclass(frozen=True, slots=True)
class ReadyCode:
    """The code of one visit as people read it, in groups of four letters.

    `persons` are the numbers behind its letters of those that are ready, "" where the letters alone are the code. `key`
    names it, whoever of the visit is meant.
    """

    letters: str
    persons: str
    key: str


@dataclass(frozen=True, slots=True)
class Pickup:
    """A service at which codes are collected: where, and within which hours of this day.

    `counters` are the names of those that serve it, none where there are many. `hours` is None where the office has
    none.
    """

    series: str
    names: Mapping[str, str]
    hue: int
    counters: tuple[str, ...]
    hours: Spans | None = None
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadyCodes:
    """The codes of a board: those that became ready together last, today `at` that time; and all others.

    `more` of them, the oldest, are not shown.
    """

    newest: tuple[ReadyCode, ...] = ()
    at: datetime | None = None
    others: tuple[ReadyCode, ...] = ()
    more: int = 0


class ReadyBoard:
    """Finds the codes for boards. It looks through all cases only when one has changed, not at each call."""

    def __init__(self) -> None:
        self._kept: _Kept | None = None

    def codes(self, book: CaseBook, plan: OfficePlan, services: tuple[str, ...], today: date) -> ReadyCodes:
        """Return the codes of these services on a business day."""
        kept = self._kept
        if kept is None or kept.of is not book.cases or kept.plan is not plan or kept.today != today:
            kept = self._kept = _Kept(book.cases, plan, today)
        if services not in kept.found:
            kept.found[services] = ready_codes(book, plan, services, today)
        return kept.found[services]


@dataclass(frozen=True, slots=True)
class _Kept:
    """The codes that were found `of` these cases, by services: one object, so that threads never mix two."""

    of: Mapping[str, Case]
    plan: OfficePlan
    today: date
    found: dict[tuple[str, ...], ReadyCodes] = field(default_factory=dict)


def shown_services(scope: DisplayScope, plan: OfficePlan) -> tuple[str, ...]:
    """Return the services whose codes a board shows: those of its part of the office, and what is collected there."""
    collected = {code for one in plan.services if scope.has_service(one.code, plan) for code in one.collects}
    return tuple(
        one.code
        for one in plan.services
        if one.journey is not None and (one.code in collected or scope.has_service(one.code, plan))
    )


def ready_codes(book: CaseBook, plan: OfficePlan, services: Sequence[str], today: date) -> ReadyCodes:
    """Return the codes of the cases of these services that are ready on a business day."""
    ready = [one for one in book.cases.values() if one.service in services and is_ready(plan, one)]
    ready.sort(key=lambda one: (one.since, one.code), reverse=True)
    shown = ready[:MOST_CODES]
    newest = _newest(shown, plan, today)
    return ReadyCodes(
        _in_order(newest),
        newest[0].since if newest else None,
        _in_order(shown[len(newest) :]),
        len(ready) - len(shown),
    )


def _newest(ready: Sequence[Case], plan: OfficePlan, today: date) -> Sequence[Case]:
    """Return those that became ready together last, if that was today; newest first, as they are given."""
    count = 0
    for one in ready:
        late = count and ready[count - 1].since - one.since > ONE_BATCH
        if late or plan.business_day(one.since) != today:
            break
        count += 1
    return ready[:count]


def _in_order(cases: Iterable[Case]) -> tuple[ReadyCode, ...]:
    """Return the codes of cases by the alphabet, those of one visit together."""
    persons: dict[tuple[str, bool], list[str]] = {}
    for one in cases:
        letters = family(one.code)
        persons.setdefault((letters, one.code != letters), []).append(one.code[len(letters) :])
    return tuple(
        ReadyCode(spaced(letters), _runs(sorted(map(int, numbers))) if numbered else "", letters)
        for (letters, numbered), numbers in sorted(persons.items())
    )


def _runs(numbers: Sequence[int]) -> str:
    """Return numbers in few characters, such as `1 2` or `1–6 9`."""
    runs: list[list[int]] = []
    for one in numbers:
        if runs and runs[-1][-1] == one - 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return " ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else " ".join(map(str, run)) for run in runs)


def pickups(plan: OfficePlan, shown: Sequence[str], today: date) -> list[Pickup]:
    """Return the services at which codes of these services are collected, in the plan's order."""
    return [
        Pickup(
            one.series,
            {code: one.name(code) for code in plan.languages},
            one.hue,
            _served_at(plan, one.code),
            spans_on(plan, today, one) if plan.hours.given else None,
            one.requirements,
        )
        for one in plan.services
        if set(one.collects) & set(shown) and not one.closed_on(today)
    ]


def _served_at(plan: OfficePlan, service: str) -> tuple[str, ...]:
    """Return the names of the counters of a service; those that only help out count where it has no other."""
    own = tuple(counter.name for counter in plan.counters if service in counter.primary)
    found = own or tuple(counter.name for counter in plan.counters if service in counter.services)
    return found if len(found) <= MOST_COUNTERS else ()
