"""Writer: decides requests in batches; requests that arrive during a commit share the next one."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock
from typing import Any, TypeVar

from antrean.hub.async_mode import AsyncMode, OwnThread, Promise
from antrean.hub.fault_log import FaultLog
from antrean.queueing.errors import QueueError, Unavailable
from antrean.queueing.office import Office, Request
from antrean.queueing.results import CommandResult

T = TypeVar("T")
log = logging.getLogger(__name__)
DECIDING = "deciding a batch"
MAX_BATCH = 256
MOST_WAITING = 2000  # requests; beyond that the writer refuses, and clients repeat
# No request waits longer, even when the writer fails: each statement of the journal has a limit well below.
ANSWER_SECONDS = 30.0
PROBE_SECONDS = 2.5  # how long the journal may take to say its newest seq before it counts as away
PROBE_EVERY = 1.0  # within this time the last result is returned again
FAILING_SECONDS = 30.0  # stop reporting failure after 30 s without new commands


class WriterThread:
    """The one thread that decides and writes in a database. Its offices take turns, each with a batch.

    Whoever uses it calls `stop` once; it ends after the last of them.
    """

    def __init__(self, mode: AsyncMode) -> None:
        self._thread: OwnThread = mode.own_thread("writer")
        self._turn = Lock()  # two native threads that write to one SQLite file would wait for each other there
        self._users = 0

    def join(self) -> None:
        """Count one more user."""
        self._users += 1

    def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Run the work there, after what was given before."""
        if self._users <= 1:
            return self._thread.run(work, *arguments)
        with self._turn:
            return self._thread.run(work, *arguments)

    def stop(self) -> None:
        """End the thread once its last user has ended."""
        self._users -= 1
        if self._users <= 0:
            self._thread.stop()


class Writer:
    """Decides the commands of an office's requests in batches, and returns each result after its commit.

    Deciding and writing have a native thread of their own, so that nothing else that blocks can hold them up. All
    offices of a database share `thread`, so that no two batches are written at once.
    """

    def __init__(
        self,
        office: Office,
        mode: AsyncMode,
        monotonic: Callable[[], float] = time.monotonic,
        thread: WriterThread | None = None,
    ) -> None:
        self._office = office
        self._mode = mode
        self._monotonic = monotonic
        self._thread = thread or WriterThread(mode)
        self._thread.join()
        self._probe: Promise | None = None  # asked for, and not answered yet
        self._probed: tuple[float, int | Exception] | None = None  # when, and what was answered
        self.faults = FaultLog(log)
        self._one_probe = Lock()  # held for no longer than it takes to look at the two
        # Threads append while the writer takes: both ends of a deque are safe without a lock, in either async mode.
        self._waiting: deque[tuple[Request, Promise]] = deque()
        self._deciding = 0  # requests of the batch at hand
        self._something = Event()
        self._nudged = False
        self._stopped = self._ended = False
        self._failed_at: float | None = None

    def submit(self, request: Request) -> CommandResult:
        """Wait for the request's answer, or raise its refusal.

        Raises `storage_unavailable` when too many wait, or when no answer comes in time; the same request asked again
        then gets the one answer.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable("storage_unavailable")
        promise = self._mode.promise()
        waiting = (request, promise)
        self._waiting.append(waiting)
        if not self._something.is_set():  # to set it takes a lock; `run` clears it before it looks who waits
            self._something.set()
        if self._ended:
            raise Unavailable("storage_unavailable")
        try:
            outcome: Any = promise.get(ANSWER_SECONDS)
        except TimeoutError:
            log.error("the writer has not answered %s for %.0f s", request.command.name, ANSWER_SECONDS)
            with suppress(ValueError, IndexError):  # it is being decided, or the deque has changed meanwhile
                self._waiting.remove(waiting)
            raise Unavailable("storage_unavailable") from None
        if isinstance(outcome, BaseException):
            raise outcome
        assert isinstance(outcome, CommandResult)
        return outcome

    def newest_seq(self) -> int:
        """Return the newest seq as the journal's own connection says it, at most a second ago; nothing is written.

        However many ask at once, the journal is asked once. Raises `storage_unavailable` when it can't say, or has not
        said within 3 s.
        """
        with self._one_probe:
            if self._probed is not None and self._monotonic() - self._probed[0] < PROBE_EVERY:
                return _value(self._probed[1])
            probe = self._probe
            if probe is None:
                probe = self._probe = self._mode.promise()
                self._something.set()
        try:
            return _value(probe.get(PROBE_SECONDS))
        except TimeoutError:
            # The next caller need not wait as long; a late result of the journal is taken when it comes.
            silent = Unavailable("storage_unavailable")
            self._probed = self._monotonic(), silent
            raise silent from None

    def between(self, work: Callable[[], T]) -> T:
        """Run short work that writes to the database between two batches, so that it never keeps one from its lock."""
        return self._thread.run(work)

    def nudge(self) -> None:
        """Have the journal looked at soon: another process may have written, or midnight has passed."""
        self._nudged = True
        self._something.set()

    def stop(self) -> None:
        """End `run` after the batch at hand."""
        self._stopped = True
        self._something.set()

    def run(self) -> None:
        """Serve requests until stopped; the hub runs this once, as a background task."""
        while not self._stopped:
            self._something.wait()
            self._something.clear()
            # The request that woke the writer may have been answered with the batch before.
            while self._waiting or self._nudged or self._probe is not None:
                self._serve()
        self._thread.stop()
        self._ended = True
        while self._waiting:
            self._waiting.popleft()[1].set(Unavailable("storage_unavailable"))

    def _serve(self) -> None:
        self._nudged = False
        batch = self._batch()
        self._deciding = len(batch)
        outcomes: Any
        try:
            decided = self._thread.run(self._office.decide, [request for request, _ in batch])
            self._office.publish(decided)
            outcomes = decided.outcomes
            self.faults.passed(DECIDING)
        except Exception as error:
            self.faults.note(DECIDING, error)  # the journal is checked each second: one log line is enough
            outcomes = [error] * len(batch)
        self._deciding = 0
        unsaved = [outcome for outcome in outcomes if isinstance(outcome, Exception) and not _is_refusal(outcome)]
        if batch:
            # A hold is no failure: it ends by itself.
            self._failed_at = self._office.guard.monotonic() if unsaved and not self._office.holds else None
        for (_, promise), outcome in zip(batch, outcomes, strict=True):
            promise.set(outcome)
        if self._probe is not None:
            self._answer_probe(unsaved[0] if unsaved else None)

    def _answer_probe(self, failure: Exception | None) -> None:
        """Say the journal's newest seq to all who ask; after a failure of this moment without asking it again."""
        found: int | Exception
        try:
            found = failure or self._thread.run(self._office.newest_seq)
        except Exception as error:
            found = error
        with self._one_probe:
            probe, self._probe = self._probe, None
            self._probed = self._monotonic(), found
        if probe is not None:
            probe.set(found)

    @property
    def unanswered(self) -> int:
        """How many requests wait for the journal, and for nothing that the loop could do for them."""
        return len(self._waiting) + self._deciding

    @property
    def failing(self) -> bool:
        """Whether the last request could not be saved, and that was a moment ago."""
        return self._failed_at is not None and self._office.guard.monotonic() - self._failed_at < FAILING_SECONDS

    def _batch(self) -> list[tuple[Request, Promise]]:
        batch: list[tuple[Request, Promise]] = []
        seen = 0
        while seen < len(self._waiting) < MAX_BATCH:
            # Requests that are ready join first, as long as there are more: they share this commit.
            seen = len(self._waiting)
            self._mode.let_others()
        while self._waiting and len(batch) < MAX_BATCH:
            batch.append(self._waiting.popleft())  # only this thread takes, so what was there still is
        return batch


def _value(found: int | Exception) -> int:
    if isinstance(found, Exception):
        raise found
    return found


def _is_refusal(outcome: Exception) -> bool:
    return isinstance(outcome, QueueError) and not isinstance(outcome, Unavailable)
