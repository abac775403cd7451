"""The results of operations: one class each, from which come the JSON and its description.

In JSON a field of None is null; one whose default is None is left out then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Annotated, Literal

from antrean.queueing.command.checks import PERSONS
from antrean.queueing.tickets.ticket import State


@dataclass(frozen=True, slots=True)
class Says:
    """What a field means, for the description. One with a `name` is described once for all fields like it."""

    words: str = ""
    name: str = ""
    shape: str = ""
    least: int | None = None
    example: str = ""


Seq = Annotated[
    int, Says("number of the journal line up to which this is true; what is older may be ignored", "Seq", least=0)
]


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an operation, as the client gets it."""

    def as_json(self) -> dict[str, object]:
        """Return the fields as JSON values."""
        names, values_of, left_out = _fields(type(self))
        told: dict[str, object] = {}
        for name, value in zip(names, values_of(self), strict=True):
            if value is not None or name not in left_out:
                told[name] = value if type(value) in _PLAIN else _json_of(value)
        return told


@dataclass(frozen=True, slots=True)
class WaitResult(Result):
    """A wait in minutes."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class TicketResult(Result):
    """A ticket as it is now, with the figures its visitor was told."""

    number: Annotated[str, Says(example="A-012")]
    service: str
    then: Annotated[str | None, Says("the service it waits for afterwards, with the same number")]
    state: Annotated[State, Says(name="State")]
    persons: Annotated[int, PERSONS]
    priority: bool
    issued_at: Annotated[str, Says(shape="date-time")]
    people_ahead: Annotated[
        int, Says("numbers of all services called before it, as told at the kiosk; 0 once it waits no more")
    ]
    wait: Annotated[WaitResult | None, Says("null while not known")]
    counter: str | None
    outcome: Annotated[
        str | None,
        Says("finished, papers_missing or referred; of a cancelled or expired number the reason"),
    ]
    follow_url: Annotated[
        str | None,
        Says("the visitor's link, for the kiosk that gave the number and nobody else", shape="uri"),
    ] = None
    case: Annotated[
        str | None,
        Says("the code of its case, where the service has a journey; for the kiosk that gave the number"),
    ] = None


@dataclass(frozen=True, slots=True)
class ReasonResult(Result):
    """Why this ticket was called."""

    rule: str
    text: Annotated[str, Says("why this one, in a sentence")]


@dataclass(frozen=True, slots=True)
class IssuedResult(Result):
    """The place in the queue, durable before it is told."""

    seq: Seq
    ticket: TicketResult
    html: Annotated[Mapping[str, str] | None, Says("drawn fragments by name, as the page holds them")] = None


@dataclass(frozen=True, slots=True)
class FoundResult(Result):
    """The ticket of a lost slip; a copy is asked for where the kiosk has a printer."""

    seq: Seq
    ticket: TicketResult
    html: Annotated[Mapping[str, str], Says("the ticket's screen by language, as it stands now")]


@dataclass(frozen=True, slots=True)
class CaseStageResult(Result):
    """A stage of which residents read."""

    code: str
    words: Annotated[Mapping[str, str], Says("what residents are told, by language")]
    since: Annotated[str | None, Says("the day on which the case came there; null while it has not", shape="date")]


@dataclass(frozen=True, slots=True)
class CaseResult(Result):
    """How far a case is, as residents are told."""

    code: str
    service: str
    stage: Annotated[str, Says("the newest stage that residents read of")]
    since: Annotated[str, Says("the day on which it came there", shape="date")]
    stages: Sequence[CaseStageResult]
    usual_days: Annotated[int | None, Says("service days in which it is usually ready; null where nobody knows")]
    days: Annotated[int, Says("service days since it began")]
    longer: Annotated[bool, Says("it takes longer than usual")]
    ready: bool
    ended: Annotated[Literal["", "collected", "expired"], Says("how it ended; '' while it goes on")]


@dataclass(frozen=True, slots=True)
class CollectResult(Result):
    """A service at which some of the cases are collected."""

    service: str
    cases: Annotated[Sequence[str], Says("the codes of those that are ready")]
    ticket: Annotated[str | None, Says("the number of whoever is here for all of them; null for nobody")]


@dataclass(frozen=True, slots=True)
class LookedUpResult(Result):
    """The cases that a code means: all of a visit, or one."""

    seq: Seq
    code: str
    ticket: Annotated[str | None, Says("the number of today that has the code and is not done; null otherwise")]
    cases: Sequence[CaseResult]
    collect: Annotated[Sequence[CollectResult], Says("where a number can be taken for what is ready")]
    html: Annotated[Mapping[str, str] | None, Says("the screen by language, as the page holds it")] = None


@dataclass(frozen=True, slots=True)
class CalledResult(Result):
    """Who was called, and why."""

    seq: Seq
    ticket: TicketResult
    reason: ReasonResult


@dataclass(frozen=True, slots=True)
class ToldResult(Result):
    """The ticket as it is now; with the reason after a call."""

    seq: Seq
    ticket: TicketResult
    reason: ReasonResult | None = None


@dataclass(frozen=True, slots=True)
class SeatedResult(Result):
    """The counter where the operator sits now."""

    seq: Seq
    counter: str


@dataclass(frozen=True, slots=True)
class LeftResult(Result):
    """The operator sits nowhere."""

    seq: Seq
    counter: None


@dataclass(frozen=True, slots=True)
class PausedResult(Result):
    """The counter takes no calls."""

    seq: Seq
    state: Literal["paused"] = "paused"


@dataclass(frozen=True, slots=True)
class ResumedResult(Result):
    """The counter takes calls."""

    seq: Seq
    state: Literal["open"] = "open"


@dataclass(frozen=True, slots=True)
class AnnouncedResult(Result):
    """It is announced."""

    seq: Seq
    announcement: Annotated[int, Says("by which it is ended")]


@dataclass(frozen=True, slots=True)
class GivenBackResult(Result):
    """The place is given back."""

    seq: Seq
    state: Literal["cancelled"] = "cancelled"


@dataclass(frozen=True, slots=True)
class DeferredResult(Result):
    """Others go first."""

    seq: Seq
    state: Literal["waiting"] = "waiting"


@dataclass(frozen=True, slots=True)
class DoneResult(Result):
    """Done, or asked for."""

    seq: Seq


@dataclass(frozen=True, slots=True)
class SlipAskedResult(Result):
    """A slip was asked for, unless one was still to be printed."""

    seq: Seq
    html: Annotated[Mapping[str, str] | None, Says("drawn fragments by name, as the page holds them")] = None


@dataclass(frozen=True, slots=True)
class MovedResult(Result):
    """What became of cases; `said` tells people so. `cases` are the codes of those that were changed."""

    seq: Seq
    cases: Sequence[str]
    said: str


@dataclass(frozen=True, slots=True)
class SaidResult(Result):
    """Done; `said` tells people so."""

    said: str


@dataclass(frozen=True, slots=True)
class EntryResult(Result):
    """The entry stands in the ledger. Its line is `seq`, by which it can be taken back."""

    seq: Seq
    next: Annotated[str, Says("the page that shows it")]


@dataclass(frozen=True, slots=True)
class NotedResult(Result):
    """Noted; said twice it changes nothing."""


_PLAIN = frozenset({str, int, bool, float, dict, type(None)})  # as nearly all are


def _json_of(value: object) -> object:
    if isinstance(value, Result):
        return value.as_json()
    return [_json_of(one) for one in value] if isinstance(value, list | tuple) else value


Values = Callable[[Result], tuple[object, ...]]
_known: dict[type[Result], tuple[tuple[str, ...], Values, frozenset[str]]] = {}


def _fields(kind: type[Result]) -> tuple[tuple[str, ...], Values, frozenset[str]]:
    """Return the names of a result's fields, what gives their values, and those that are left out when None."""
    found = _known.get(kind)
    if found is None:
        names = tuple(field.name for field in fields(kind))
        left_out = frozenset(field.name for field in fields(kind) if field.default is None)
        found = _known[kind] = names, _values_of(names), left_out
    return found


def _values_of(names: tuple[str, ...]) -> Values:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda result: tuple(getattr(result, name) for name in names)  # attrgetter would give a lone value as it is
