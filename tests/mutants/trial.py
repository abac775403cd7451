"""Tries mutants: each in a child of this process, on the tests that run its function, until one of them fails.

It is a plugin of pytest. After the tests are collected it runs each of them once and notes which functions it runs and
for how long; all children have the tests at hand from there.
"""

from __future__ import annotations

import cProfile
import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.mutations import ROOT, Mutant, Program

EXAMPLES = 25  # of each property, as in `make test-fast`
QUICK = 0.1  # seconds of a test that may come before its turn
MOST_MEMORY = 4 << 30  # a mutant that fills the memory is killed by it
MOST_WAITED = 600  # seconds for one test: a mutant that waits for ever ends then
SECONDS = 5.0  # of the processor: what a test may take more than five times as long as it took without a mutant


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant. `how`: killed, survived, untested (no test runs it), or same (no change at all)."""

    mutant: Mutant
    how: str
    by: str = ""  # the test that killed it, "" where the child ended otherwise


@dataclass
class Seen:
    """What a test took without a mutant, and which functions of the queue it ran: by file and name."""

    seconds: float
    functions: list[tuple[str, str]]


@dataclass
class _Child:
    mutant: Mutant | None  # None: to see whether the tests that killed some pass without any
    tests: list[str]
    pipe: int = 0


@dataclass
class Trial:
    """Runs each mutant once the tests are collected; `hear` is told what became of each.

    `notes`: a file for what was seen of the tests. With `again` it is believed for the tests that it knows. `most`: a
    mutant has survived when its tests took so many seconds of the processor.
    """

    mutants: Sequence[Mutant]
    hear: Callable[[Outcome], None]
    notes: Path
    again: bool
    most: float
    workers: int
    killers: set[str] = field(default_factory=set)  # tests that killed one, in this run or before
    seen: dict[str, Seen] = field(default_factory=dict)  # by test
    _items: dict[str, pytest.Item] = field(default_factory=dict)
    _killers: dict[str, dict[str, None]] = field(default_factory=dict)  # tests by function, the latest to kill last
    _running: dict[int, _Child] = field(default_factory=dict)

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        """Let properties look for a failing example only: nobody reads the smallest one."""
        import hypothesis  # pytest wants to load it first, as it is a plugin

        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        calm = hypothesis.settings.get_profile("calm")
        hypothesis.settings.register_profile("mutants", calm, phases=phases, max_examples=EXAMPLES)
        hypothesis.settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests without a mutant, then the mutants."""
        if session.testsfailed:
            raise session.Interrupted("tests can't be collected")
        self._items = {item.nodeid: item for item in session.items}
        self._look_at_tests(session)
        tests_of: dict[tuple[str, str], list[str]] = {}
        for name in self._items:
            for function in self.seen[name].functions:
                tests_of.setdefault(function, []).append(name)
        self._try_all(tests_of)
        return True

    def _look_at_tests(self, session: pytest.Session) -> None:
        known = json.loads(self.notes.read_text()) if self.again else {}
        names = [name for name in self._items if name not in known]
        for name in self._items:
            if name in known:
                seconds, functions = known[name]
                self.seen[name] = Seen(seconds, [(file, function) for file, function in functions])
        for name, following in zip(names, [*names[1:], None], strict=False):
            profile = cProfile.Profile()
            begun = time.process_time()
            profile.enable()
            passed = self._passes(name, following)
            profile.disable()
            if not passed:
                raise session.Failed(f"{name} fails without a mutant")
            self.seen[name] = Seen(time.process_time() - begun, _functions_run(profile))
        self.notes.write_text(json.dumps({name: [seen.seconds, seen.functions] for name, seen in self.seen.items()}))
        seconds = sum(self.seen[name].seconds for name in self._items)
        sys.stdout.write(f"{len(self._items)} tests of {seconds:.0f} s without a mutant\n")
        sys.stdout.flush()

    def _try_all(self, tests_of: dict[tuple[str, str], list[str]]) -> None:
        program = Program(sorted({mutant.file for mutant in self.mutants}))
        gc.collect()
        gc.freeze()
        for mutant in self.mutants:
            tests = tests_of.get((mutant.file, mutant.function), [])
            if not tests:
                self.hear(Outcome(mutant, "untested"))
                continue
            while len(self._running) >= self.workers:
                self._end_one()
            self._begin(_Child(mutant, self._ordered(mutant, tests)), program)
        while self._running:
            self._end_one()
        quickest_first = sorted(self.killers & set(self._items), key=lambda name: self.seen[name].seconds)
        self._begin(_Child(None, quickest_first), program)
        _child, how, by = self._told()
        if how == "killed":
            raise pytest.Session.Failed(f"{by} fails in a child without a mutant, too")

    def _ordered(self, mutant: Mutant, tests: list[str]) -> list[str]:
        """Those quick ones first that killed others of the function, and of its file, then by the time they take."""
        here, file = (list(self._killers.get(name, ())) for name in (mutant.file + mutant.function, mutant.file))
        quick = [name for name in [*file, *here] if self.seen[name].seconds < QUICK]
        rank = {name: index for index, name in enumerate(quick)}
        return sorted(tests, key=lambda name: (-rank.get(name, -1), self.seen[name].seconds))

    def _begin(self, child: _Child, program: Program) -> None:
        child.pipe, told = os.pipe()
        pid = os.fork()
        if pid:
            os.close(told)
            self._running[pid] = child
            return
        try:
            _be_quiet()
            os.write(told, json.dumps(self._tried(child, program)).encode())
        except BaseException as error:  # a child never goes on with what the parent does
            os.write(told, json.dumps(["killed", f"{type(error).__name__}: {error}"[:300]]).encode())
        os._exit(0)

    def _tried(self, child: _Child, program: Program) -> list[str]:
        if child.mutant is not None and not program.become(child.mutant):
            return ["same", ""]
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        for name, following in zip(child.tests, [*child.tests[1:], None], strict=True):
            if child.mutant is not None and time.process_time() > self.most:
                break
            signal.alarm(MOST_WAITED)
            signal.setitimer(signal.ITIMER_PROF, SECONDS + 5 * self.seen[name].seconds)  # it ends the process
            if not self._passes(name, following):
                return ["killed", name]
        return ["survived", ""]

    def _told(self) -> tuple[_Child, str, str]:
        """Wait for a child; return what it says, and of which test."""
        pid, _status = os.wait()
        child = self._running.pop(pid)
        with os.fdopen(child.pipe) as pipe:
            told = pipe.read()
        how, by = json.loads(told) if told else ("killed", "it took too long, or ended the process")
        return child, how, by

    def _end_one(self) -> None:
        child, how, by = self._told()
        assert child.mutant is not None
        if by in self._items:
            self.killers.add(by)
            for name in (child.mutant.file + child.mutant.function, child.mutant.file):
                known = self._killers.setdefault(name, {})
                known.pop(by, None)
                known[by] = None
        self.hear(Outcome(child.mutant, how, by))

    def _passes(self, name: str, following: str | None) -> bool:
        after = None if following is None else self._items[following]
        return not any(one.failed for one in runtestprotocol(self._items[name], log=False, nextitem=after))


def _functions_run(profile: cProfile.Profile) -> list[tuple[str, str]]:
    codes = [entry.code for entry in profile.getstats() if isinstance(entry.code, CodeType)]
    queue = f"{ROOT}/antrean/queueing/"
    found = {
        (code.co_filename.removeprefix(f"{ROOT}/"), code.co_qualname.partition(".<locals>")[0])
        for code in codes
        if code.co_filename.startswith(queue)
    }
    return sorted(found)


def _be_quiet() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nothing, stream)
