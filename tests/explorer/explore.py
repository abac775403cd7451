"""Every sequence of commands of a small office, breadth first: the first broken promise is met on a shortest way."""

from __future__ import annotations

import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn, TypeAlias

from antrean.queueing.calling.ahead import Ahead
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.events import CasesKeyedIn, CasesMoved, Event, VoucherGiven
from antrean.queueing.journal.entry import JournalEntry
from tests.explorer import edges, promises, refusals
from tests.explorer.arguments import steps
from tests.explorer.canonical import form_of, key_of
from tests.explorer.commands import WAIT, Step, decide, step
from tests.explorer.copies import copy_of
from tests.explorer.small_offices import DAY, MORNING, SmallOffice

# Entries of the last command and the lines before it; () at the beginning.
Lines: TypeAlias = "tuple[()] | tuple[list[JournalEntry], Lines]"


@dataclass(frozen=True, slots=True)
class Node:
    """A day that was reached, when, and by which journal lines, the newest first in a chain."""

    id: int
    day: ServiceDay
    at: datetime
    lines: Lines


class BrokenPromise(Exception):
    """Something that must always hold does not; says how it was reached, in the fewest commands."""


@dataclass
class Found:
    """How far an exploration came. `whole`: every state was looked at."""

    states: int = 0
    edges: int = 0
    depth: int = 0
    whole: bool = False
    seconds: float = 0.0
    allowed: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)  # by "command: code"

    def counts(self) -> dict[str, Any]:
        """Return what stays the same as long as the rules do."""
        return {
            "states": self.states,
            "edges": self.edges,
            "depth": self.depth,
            "allowed": dict(sorted(self.allowed.items())),
            "refused": dict(sorted(self.refused.items())),
        }


def carried_over(office: SmallOffice) -> list[JournalEntry]:
    """Return the lines of yesterday: its close gave so many vouchers, the first of them with priority; and cases."""
    yesterday, until = MORNING - timedelta(days=1), DAY.isoformat()
    given: list[Event] = [
        VoucherGiven(f"A-{7 + n:03d}", 0, "a", priority=n == 0, valid_from=until, valid_until=until)
        for n in range(office.carried)
    ]
    given += [CasesKeyedIn(code, "a", stage, since.isoformat()) for code, stage, since in office.known]
    given += [CasesMoved(code, stage, ends=True) for code, stage in office.ended]
    return [JournalEntry(n, yesterday, yesterday.date(), event) for n, event in enumerate(given, 1)]


class Exploration:
    """One small office from its empty day on."""

    def __init__(self, office: SmallOffice, fold_each: int = 1, report: Callable[[Found], None] | None = None) -> None:
        """Fold the whole journal at one state of so many; `report` hears when all sequences of one length are done."""
        self.office = office
        self.report = report
        self.found = Found()
        self._fold_each = fold_each
        self._known: set[bytes] = set()
        self._untouched: ServiceDay | None = None
        self._parents = array("L")
        self._commands: list[Step] = []

    def run(self, seconds: float | None = None) -> Found:
        """Look at everything, or as much as there is time for. Raises BrokenPromise."""
        begun = time.process_time()
        layer = [self._begin()]
        while layer:
            following: list[Node] = []
            for node in layer:
                if seconds is not None and time.process_time() - begun > seconds:
                    self.found.seconds = time.process_time() - begun
                    return self.found
                following += self._leave(node)
            layer = following
            self.found.depth += bool(layer)
            self.found.seconds = time.process_time() - begun
            if self.report is not None:
                self.report(self.found)
        self.found.whole = True
        self.found.seconds = time.process_time() - begun
        return self.found

    def _begin(self) -> Node:
        day, lines = ServiceDay(DAY), carried_over(self.office)
        for line in lines:
            day.apply(line)
        self._known.add(key_of(form_of(self.office, day, MORNING)))
        self._parents.append(0)
        self._commands.append(step("begin"))
        self.found.states = 1
        return Node(0, day, MORNING, (lines, ()) if lines else ())

    def _leave(self, node: Node) -> Iterator[Node]:
        """Try every command in a state; give the states that nobody has seen yet."""
        office, found = self.office, self.found
        at = node.at + office.tick
        self._untouched = untouched = copy_of(node.day)
        for command in steps(office, node.day):
            try:
                events = decide(node.day, office.plan, at, command)
            except QueueError as refusal:
                found.refused[f"{command.name}: {refusal.code}"] += 1
                for sentence in refusals.broken(office, node.day, at, command, refusal):
                    self._fail(node, command, None, sentence)
                continue
            except Exception as error:
                self._fail(node, command, None, f"{type(error).__name__}: {error}")
            found.edges += 1
            found.allowed[command.name] += 1
            if not events:
                continue
            entries: list[JournalEntry] = []
            try:
                after, lost = edges.follow(node.day, at, events, entries)
            except Exception as error:
                self._fail(node, command, None, f"the fold of {events} raised {type(error).__name__}: {error}")
            for sentence in lost:
                self._fail(node, command, after, sentence)
            for sentence in edges.broken(office, node.day, at, command, events, after):
                self._fail(node, command, after, sentence)
            yield from self._reach(node, command, after, at, entries)
        if not node.day.same_as(untouched):
            self._find_who_changed(node, at)
        for length in office.waits:
            found.edges += 1
            yield from self._reach(node, step(WAIT, seconds=length.total_seconds()), node.day, node.at + length, [])

    def _reach(
        self, node: Node, command: Step, day: ServiceDay, at: datetime, entries: list[JournalEntry]
    ) -> Iterator[Node]:
        key = key_of(form_of(self.office, day, at))
        if key in self._known:
            return
        self._known.add(key)
        for sentence in promises.broken(self.office, day, at):
            self._fail(node, command, day, sentence)
        new = Node(len(self._commands), day, at, (entries, node.lines) if entries else node.lines)
        self._parents.append(node.id)
        self._commands.append(command)
        self.found.states += 1
        if new.id % self._fold_each == 0:
            for sentence in self._folded(new, entries):
                self._fail(node, command, day, sentence)
        yield new

    def _folded(self, node: Node, last: list[JournalEntry]) -> Iterator[str]:
        """The fold of all lines is the day; and the figures that are kept over the last command are those of now."""
        lines: list[list[JournalEntry]] = []
        rest = node.lines
        while rest:
            entries, rest = rest
            lines.append(entries)
        *before, newest = reversed(lines) if lines else [[]]
        day = ServiceDay.fold(DAY, [entry for entries in before for entry in entries])
        day.ahead.figures(day, self.office.plan, day.last_at or MORNING)
        for entry in newest:
            day.apply(entry)
        if not day.same_as(node.day):
            yield "the fold of all lines is another day"
        if last and day.ahead.figures(day, self.office.plan, node.at) != Ahead().figures(
            day, self.office.plan, node.at
        ):
            yield "the figures that were kept over the command are not those of now"

    def _find_who_changed(self, node: Node, at: datetime) -> None:
        """Name the command that changed the day while it was only decided."""
        self._untouched = None
        pristine = self._again(node)
        for command in steps(self.office, pristine):
            day = copy_of(pristine)
            try:
                decide(day, self.office.plan, at, command)
                how = "decided"
            except QueueError as refusal:
                how = f"refused ({refusal.code})"
            if not day.same_as(pristine):
                self._fail(node, command, day, f"the day changed while the command was {how}")
        self._fail(node, step("?"), node.day, "the day changed while commands were decided")

    def _again(self, node: Node) -> ServiceDay:
        lines: list[JournalEntry] = []
        rest = node.lines
        while rest:
            entries, rest = rest
            lines[:0] = entries
        return ServiceDay.fold(DAY, lines)

    def _fail(self, node: Node, command: Step, after: ServiceDay | None, sentence: str) -> NoReturn:
        if self._untouched is not None and not node.day.same_as(self._untouched):
            self._find_who_changed(node, node.at + self.office.tick)  # whatever broke later, that is why
        way = [command]
        state = node.id
        while state:
            way.append(self._commands[state])
            state = self._parents[state]
        said = [f"{count:3}. {one}" for count, one in enumerate(reversed(way), 1)]
        before = f"     before: {edges.summary(node.day)}"
        then = [] if after is None else [f"     after:  {edges.summary(after)}"]
        raise BrokenPromise("\n".join([sentence, *said[:-1], before, said[-1], *then]))
