"""Lists of cases: which ones of a stage a list means, and which of the codes that somebody typed can be moved. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from antrean.queueing.cases.book import Case, CaseBook
from antrean.queueing.cases.codes import spaced
from antrean.queueing.errors import QueueError, Refused, Unknown
from antrean.queueing.plan.journeys import Journey, Stage
from antrean.queueing.plan.model import OfficePlan, Service

ALL, TODAY, EARLIER = "all", "today", "earlier"
WHICH = (ALL, TODAY, EARLIER)  # of the cases in a stage: all, those that came today, those that were there before
MOVE, BACK = "move", "back"
_BETWEEN = re.compile(r"[\r\n\t,;]+")
ReadCode = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished for typed codes: to move them to a stage, or to take the move to it back."""

    back: bool
    service: Service
    journey: Journey
    stage: Stage


@dataclass(slots=True)
class Sorted:
    """Typed codes, sorted: those that can be moved, how many are where they should be, and those that can't, and why.

    `left` has each as it was typed.
    """

    moving: dict[str, str] = field(default_factory=dict)  # code of a case -> as it was typed
    there: int = 0
    left: list[tuple[str, QueueError]] = field(default_factory=list)

    def put_back(self, codes: Iterable[str], why: QueueError) -> None:
        """Leave cases that were refused after all, each as it was typed."""
        typed = dict.fromkeys(self.moving[code] for code in codes)
        self.left += [(one, why) for one in typed]


def at_stage(book: CaseBook, service: str, stage: str) -> list[Case]:
    """Return the cases in a stage, the one that is there for longest first."""
    found = [one for one in book.cases.values() if one.service == service and one.stage == stage and not one.ended]
    return sorted(found, key=lambda one: (one.since, one.code))


def picked(
    cases: Sequence[Case], plan: OfficePlan, today: date, which: str, most: int | None, until: int | None = None
) -> list[Case]:
    """Return which of the cases in a stage a list means: so many at most, those that are there for longest first.

    With `until`, a line of the journal, only those that have not changed since: what somebody saw, and no more.
    """

    def meant(case: Case) -> bool:
        if until is not None and case.seq > until:
            return False
        return which == ALL or (case.since.astimezone(plan.tz).date() == today) == (which == TODAY)

    found = [one for one in cases if meant(one)]
    return found if most is None else found[:most]


def moved_by_lines(cases: Iterable[Case], lines: Iterable[int]) -> list[str]:
    """Return the codes of the cases whose last change is one of these lines of the journal."""
    wanted = set(lines)
    return [one.code for one in cases if one.seq in wanted]


def typed_lines(text: str) -> list[str]:
    """Return the codes of a list as they were typed, each once: one a line, or with a comma or semicolon between."""
    return list(dict.fromkeys(one for line in _BETWEEN.split(text) if (one := " ".join(line.split()))))


def sorted_out(typed: Iterable[str], book: CaseBook, wish: Wish, code_in: ReadCode) -> Sorted:
    """Return which typed codes can be moved. The letters alone mean all cases of a visit, of which some may stay."""
    found = Sorted()
    for line in typed:
        cases = book.named(code_in(line))
        problems = []
        for case in cases:
            why = _taken_back(case, wish) if wish.back else _moved(case, wish)
            if why is None and not wish.back and case.stage == wish.stage.code:
                found.there += 1
            elif why is None:
                found.moving.setdefault(case.code, line)
            else:
                problems.append(why)
        if not cases:
            found.left.append((line, Unknown("case_unknown")))
        elif len(problems) == len(cases):
            found.left.append((line, problems[0]))
    return found


def _moved(case: Case, wish: Wish) -> QueueError | None:
    """Return why a case can't come to a stage; None where it can, or is there already."""
    if case.service != wish.service.code:
        return Unknown("stage_unknown")
    if case.stage == wish.stage.code and (not case.ended or wish.stage == wish.journey.last):
        return None
    if case.ended:
        return Refused("case_ended")
    beyond = wish.journey.place(case.stage) > wish.journey.place(wish.stage.code)
    return Refused("case_moved", case=spaced(case.code)) if beyond else None


def _taken_back(case: Case, wish: Wish) -> QueueError | None:
    moved = case.service == wish.service.code and case.stage == wish.stage.code and (case.passed or case.ended)
    return None if moved else Refused("case_not_moved", case=spaced(case.code))


def to_key_in(
    typed: Iterable[str], book: CaseBook, of_today: Mapping[str, str], wish: Wish, since: date, plan: OfficePlan,
    code_in: ReadCode,
) -> Sorted:  # fmt: skip
    """Return which typed codes can be keyed in. Those that stand so already, as after a lost answer, are `there`."""
    found = Sorted()
    for line in typed:
        code = code_in(line)
        known = book.cases.get(code)
        if not code:
            found.left.append((line, Unknown("case_unknown")))
        elif known is not None and _as_keyed_in(known, wish, since, plan):
            found.there += 1
        elif known is not None or code in of_today:
            found.left.append((line, Refused("case_known", case=spaced(code))))
        else:
            found.moving.setdefault(code, line)
    return found


def _as_keyed_in(case: Case, wish: Wish, since: date, plan: OfficePlan) -> bool:
    where = (case.service, case.stage, case.ticket, case.passed, case.since.astimezone(plan.tz).date())
    return where == (wish.service.code, wish.stage.code, "", (), since)


def in_parts(codes: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    """Yield codes in lists of so many at most."""
    for start in range(0, len(codes), most):
        yield tuple(codes[start : start + most])
