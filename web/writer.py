"""The one writer of a hub: wishes that arrive while a commit is under way share the next one."""

from __future__ import annotations

import logging
from collections import deque
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from queueing.errors import QueueError, Unavailable
from queueing.office import Office, Wish
from queueing.ticket import Answer
from web.async_mode import AsyncMode, Promise

log = logging.getLogger(__name__)
MAX_BATCH = 256
FAILING_FOR = timedelta(seconds=30)  # a hub that nobody asks any more must not count as broken for ever


class Writer:
    """Takes wishes from every request, decides them in batches off the loop and answers each after its commit."""

    def __init__(self, office: Office, mode: AsyncMode) -> None:
        self._office = office
        self._mode = mode
        # Threads append while the writer takes: both ends of a deque are safe without a lock, in either async mode.
        self._waiting: deque[tuple[Wish, Promise]] = deque()
        self._something = Event()
        self._nudged = False
        self._stopped = False
        self._failed_at: datetime | None = None

    def submit(self, wish: Wish) -> Answer:
        """Wait for the wish's answer, or raise its refusal."""
        promise = self._mode.promise()
        self._waiting.append((wish, promise))
        self._something.set()
        outcome: Any = promise.get()
        if isinstance(outcome, BaseException):
            raise outcome
        assert isinstance(outcome, Answer)
        return outcome

    def nudge(self) -> None:
        """Have the journal looked at soon: another process may have written, or midnight has passed."""
        self._nudged = True
        self._something.set()

    def stop(self) -> None:
        """End `run` after the batch at hand."""
        self._stopped = True
        self._something.set()

    def run(self) -> None:
        """Serve wishes until stopped; the hub runs this once, as a background task."""
        while not self._stopped:
            self._something.wait()
            self._something.clear()
            # The wish that woke the writer may have been answered with the batch before.
            while self._waiting or self._nudged:
                self._serve()

    def _serve(self) -> None:
        self._nudged = False
        batch = self._batch()
        outcomes: Any
        try:
            decided = self._mode.run_blocking(self._office.decide, [wish for wish, _ in batch])
            self._office.publish(decided)
            outcomes = decided.outcomes
        except Exception as error:
            log.exception("a batch of %d wishes failed", len(batch))
            outcomes = [error] * len(batch)
        if batch:
            broken = any(isinstance(outcome, Exception) and not _is_refusal(outcome) for outcome in outcomes)
            self._failed_at = self._office.clock() if broken else None
        for (_, promise), outcome in zip(batch, outcomes, strict=True):
            promise.set(outcome)

    @property
    def failing(self) -> bool:
        """Whether the last wish could not be saved, and that was a moment ago."""
        return self._failed_at is not None and self._office.clock() - self._failed_at < FAILING_FOR

    def _batch(self) -> list[tuple[Wish, Promise]]:
        batch: list[tuple[Wish, Promise]] = []
        seen = 0
        while seen < len(self._waiting) < MAX_BATCH:
            # Requests that are at hand come in first, as long as there are more: they share this commit.
            seen = len(self._waiting)
            self._mode.let_others()
        while self._waiting and len(batch) < MAX_BATCH:
            batch.append(self._waiting.popleft())  # nobody else takes, so what was there still is
        return batch


def _is_refusal(outcome: Exception) -> bool:
    return isinstance(outcome, QueueError) and not isinstance(outcome, Unavailable)
