"""The cases that an office knows, and how many came to each stage and left it on its newest days."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from antrean.queueing.cases import events as e
from antrean.queueing.cases.codes import members
from antrean.queueing.cases.kept import KeptByCode
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event

COLLECTED, EXPIRED = "collected", "expired"  # how a case ended
MOST_DAYS = 60  # newest days of which it is known how many came to a stage and left it


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody applied for, at one stage of the journey of its service `since` then.

    `ticket` is the number of the visit that began it, "" for one that was keyed in. `ended` is COLLECTED or EXPIRED, at
    `ended_at`, on the business day `ended_on`; "" while it goes on. `day` is the business day on which it came to its
    stage. `passed` are the stages where it was before, oldest first, each with since when and that day. `seq` is the
    line of its last change.
    """

    code: str
    service: str
    stage: str
    since: datetime
    day: date
    seq: int
    ticket: str = ""
    ended: str = ""
    ended_at: datetime | None = None
    ended_on: date | None = None
    passed: tuple[tuple[str, datetime, date], ...] = ()

    @property
    def opened(self) -> datetime:
        """When it began."""
        return self.passed[0][1] if self.passed else self.since

    @property
    def stages(self) -> tuple[tuple[str, datetime], ...]:
        """Every stage where it was and is, oldest first, each with since when."""
        return (*((stage, since) for stage, since, _day in self.passed), (self.stage, self.since))


class Flow(NamedTuple):
    """How many cases came to a stage and left it by moves on a day, and how many more were there for other reasons.

    The others were keyed in, withdrawn or expired; those who withdrew or expired count below 0.
    """

    came: int = 0
    went: int = 0
    other: int = 0


Flows = Mapping[date, Mapping[tuple[str, str], Flow]]  # by day, and there by service and stage


@dataclass(frozen=True, slots=True)
class CaseBook:
    """The cases of an office by their codes, and the flows of its newest days. Nothing changes one.

    `spared` is how many asked on a day for a case that was not ready, and had to take no number, by service.
    """

    cases: Mapping[str, Case] = field(default_factory=KeptByCode)
    flows: Flows = field(default_factory=dict)
    spared: Mapping[date, Mapping[str, int]] = field(default_factory=dict)

    def of(self, code: str) -> list[Case]:
        """Return the cases that a code means to residents: with the letters alone all of the visit, else one."""
        return [self.cases[one] for one in members(code) if one in self.cases]

    def named(self, code: str) -> list[Case]:
        """Return the cases that a code means to staff: the one that has it, else all of the visit."""
        return [self.cases[code]] if code in self.cases else self.of(code)

    def with_cases(self, cases: Iterable[Case]) -> CaseBook:
        """Return the book with these cases in place of those with the same codes."""
        return replace(self, cases=self._kept.with_changes({one.code: one for one in cases}))

    def without(self, codes: Iterable[str]) -> CaseBook:
        """Return the book without the cases with these codes."""
        return replace(self, cases=self._kept.with_changes({}, codes))

    @property
    def _kept(self) -> KeptByCode[Case]:
        return self.cases if isinstance(self.cases, KeptByCode) else KeptByCode(self.cases)

    def counting(self, changes: Iterable[tuple[date, str, str, Flow]]) -> CaseBook:
        """Return the book with more in the flows of a day, a service and a stage, each by what is in a change."""
        new: dict[date, dict[tuple[str, str], Flow]] = {}
        for day, service, stage, more in changes:
            if day not in new:
                new[day] = dict(self.flows.get(day, {}))
            before = new[day].get((service, stage), Flow())
            new[day][service, stage] = Flow(*(a + b for a, b in zip(before, more, strict=True)))
        flows = {**self.flows, **new}
        return replace(self, flows={day: flows[day] for day in sorted(flows)[-MOST_DAYS:]})


def codes_of(event: Event) -> Sequence[str]:
    """Return the codes of the cases that an event changes."""
    return event.cases.split() if isinstance(event, CHANGING) else ()


def _known(book: CaseBook, codes: str) -> list[Case]:
    """Return the cases of these codes; nobody may know some any more."""
    return [book.cases[code] for code in codes.split() if code in book.cases]


def _opened(book: CaseBook, event: e.CasesOpened, entry: JournalEntry) -> CaseBook:
    made = [
        Case(code, event.service, event.stage, entry.at, entry.business_day, entry.seq, event.ticket)
        for code in event.cases.split()
    ]
    came = (entry.business_day, event.service, event.stage, Flow(came=len(made)))
    return book.with_cases(made).counting([came])


def _keyed_in(book: CaseBook, event: e.CasesKeyedIn, entry: JournalEntry) -> CaseBook:
    since = datetime.fromisoformat(event.since)
    made = [
        Case(code, event.service, event.stage, since, entry.business_day, entry.seq) for code in event.cases.split()
    ]
    return book.with_cases(made).counting([(entry.business_day, event.service, event.stage, Flow(other=len(made)))])


def _moved(book: CaseBook, event: e.CasesMoved, entry: JournalEntry) -> CaseBook:
    before, day = _known(book, event.cases), entry.business_day
    end: dict[str, Any] = {"ended": COLLECTED, "ended_at": entry.at, "ended_on": day} if event.ends else {}
    after = [
        replace(
            one, stage=event.stage, since=entry.at, day=day, seq=entry.seq,
            passed=(*one.passed, (one.stage, one.since, one.day)), **end,
        )
        for one in before
    ]  # fmt: skip
    changes = [
        change
        for one in before
        for change in (
            (day, one.service, one.stage, Flow(went=1)),
            (day, one.service, event.stage, Flow(came=1)),
        )
    ]
    return book.with_cases(after).counting(changes)


def _taken_back(book: CaseBook, event: e.CasesTakenBack, entry: JournalEntry) -> CaseBook:
    """Count on the day of the move as if there had been none."""
    after, changes = [], []
    for one in _known(book, event.cases):
        back = replace(one, seq=entry.seq, ended="", ended_at=None, ended_on=None)
        if one.ended == EXPIRED:
            after.append(back)
            changes.append((one.ended_on or one.day, one.service, one.stage, Flow(other=1)))
        elif one.passed:
            *passed, (stage, since, day) = one.passed
            after.append(replace(back, stage=stage, since=since, day=day, passed=tuple(passed)))
            changes += [
                (one.day, one.service, stage, Flow(went=-1)),
                (one.day, one.service, one.stage, Flow(came=-1)),
            ]
    return book.with_cases(after).counting(changes)


def _withdrawn(book: CaseBook, event: e.CasesWithdrawn, entry: JournalEntry) -> CaseBook:
    gone = _known(book, event.cases)
    changes = [(entry.business_day, one.service, one.stage, Flow(other=-1)) for one in gone if not one.ended]
    return book.without(event.cases.split()).counting(changes)


def _expired(book: CaseBook, event: e.CasesExpired, entry: JournalEntry) -> CaseBook:
    before, day = _known(book, event.cases), entry.business_day
    after = [replace(one, seq=entry.seq, ended=EXPIRED, ended_at=entry.at, ended_on=day) for one in before]
    return book.with_cases(after).counting((day, one.service, one.stage, Flow(other=-1)) for one in before)


def _forgotten(book: CaseBook, event: e.CasesForgotten, entry: JournalEntry) -> CaseBook:
    return book.without(event.cases.split())


def _asked(book: CaseBook, event: e.CaseAsked, entry: JournalEntry) -> CaseBook:
    case = book.cases.get(event.case)
    if event.ready or case is None:
        return book
    spared = {day: dict(of_day) for day, of_day in book.spared.items()}
    of_day = spared.setdefault(entry.business_day, {})
    of_day[case.service] = of_day.get(case.service, 0) + 1
    return replace(book, spared={day: spared[day] for day in sorted(spared)[-MOST_DAYS:]})


CHANGING = (
    e.CasesOpened, e.CasesKeyedIn, e.CasesMoved, e.CasesTakenBack, e.CasesWithdrawn, e.CasesExpired, e.CasesForgotten,
)  # fmt: skip
CASES: dict[type[Event], Callable[[CaseBook, Any, JournalEntry], CaseBook]] = {
    e.CasesOpened: _opened,
    e.CasesKeyedIn: _keyed_in,
    e.CasesMoved: _moved,
    e.CasesTakenBack: _taken_back,
    e.CasesWithdrawn: _withdrawn,
    e.CasesExpired: _expired,
    e.CasesForgotten: _forgotten,
    e.CaseAsked: _asked,
}


def figures_as_data(book: CaseBook) -> dict[str, Any]:
    """Return what a book says of days as JSON values: all of it but the cases."""
    return {
        "flows": [
            [day.isoformat(), service, stage, *flow]
            for day, of_day in book.flows.items()
            for (service, stage), flow in sorted(of_day.items())
        ],
        "spared": [
            [day.isoformat(), service, count]
            for day, of_day in book.spared.items()
            for service, count in sorted(of_day.items())
        ],
    }


def case_as_data(case: Case) -> list[Any]:
    """Return a case as JSON values: a short list, as there may be thousands."""
    return [
        case.code, case.service, case.stage, case.since.isoformat(), case.day.isoformat(), case.seq, case.ticket,
        case.ended, case.ended_at.isoformat() if case.ended_at is not None else "",
        case.ended_on.isoformat() if case.ended_on is not None else "",
        [[stage, since.isoformat(), day.isoformat()] for stage, since, day in case.passed],
    ]  # fmt: skip


def case_from_data(data: Sequence[Any]) -> Case:
    """Return the case that `case_as_data` gave. Raises LookupError, TypeError or ValueError for anything else."""
    code, service, stage, since, day, seq, ticket, ended, ended_at, ended_on, passed = data
    at, on = datetime.fromisoformat, date.fromisoformat
    return Case(
        str(code), str(service), str(stage), at(since), on(day), int(seq), str(ticket), str(ended),
        at(ended_at) if ended_at else None, on(ended_on) if ended_on else None,
        tuple((str(before), at(then), on(its_day)) for before, then, its_day in passed),
    )  # fmt: skip


def packed(cases: Iterable[Case]) -> str:
    """Return cases as one text in base64, a tenth as long: a seal holds those of its day, and stays for months."""
    text = json.dumps([case_as_data(one) for one in cases], ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode())).decode()


def unpacked(text: str) -> list[list[Any]]:
    """Return what `packed` gave, case by case. Raises ValueError for anything else."""
    try:
        found: list[list[Any]] = json.loads(zlib.decompress(base64.b64decode(text, validate=True)))
    except zlib.error as error:
        raise ValueError(str(error)) from None
    return found


def from_data(figures: Mapping[str, Any], cases: Iterable[Sequence[Any]]) -> CaseBook:
    """Return a book of what `figures_as_data` and `case_as_data` gave. Raises as they do for anything else."""
    made = [case_from_data(one) for one in cases]
    flows: dict[date, dict[tuple[str, str], Flow]] = {}
    for day, service, stage, came, went, other in figures["flows"]:
        of_day = flows.setdefault(date.fromisoformat(day), {})
        of_day[str(service), str(stage)] = Flow(int(came), int(went), int(other))
    spared: dict[date, dict[str, int]] = {}
    for day, service, count in figures["spared"]:
        spared.setdefault(date.fromisoformat(day), {})[str(service)] = int(count)
    return CaseBook(KeptByCode({one.code: one for one in made}), flows, spared)
