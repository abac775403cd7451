"""Lane: runs costly work one piece at a time behind a bounded queue; refuses work that does not fit in the queue."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, TypeVar

from antrean.hub.async_mode import AsyncMode, Promise
from antrean.queueing.errors import QueueError

T = TypeVar("T")
MOST_SHARING = 1000


class Busy(QueueError):
    """A bounded queue is full; the same request may succeed a moment later."""

    status = 503
    retry_after = 2

    def __init__(self) -> None:
        super().__init__("busy")


class Lane:
    """One piece of work at a time. Lower ranks go first; within a rank the order of arrival.

    `places` says for each rank how many may wait, `each` how many pieces one asker may have here at once, `patience`
    how many seconds a piece may wait for its turn. `refusal` makes what is raised past these bounds.
    """

    def __init__(
        self,
        mode: AsyncMode,
        monotonic: Callable[[], float],
        places: Sequence[int],
        each: int,
        patience: float,
        refusal: Callable[[], QueueError] = Busy,
    ) -> None:
        self._mode = mode
        self._monotonic = monotonic
        self._places = tuple(places)
        self._each = each
        self._patience = patience
        self._refusal = refusal
        self._lock = Lock()
        self._order = itertools.count()
        self._occupied = False
        self._waiting: list[tuple[int, int, Promise]] = []
        self._having: Counter[str] = Counter()
        self._shared: dict[str, list[Promise]] = {}
        self.refused = 0

    @property
    def idle(self) -> bool:
        """Whether nothing is done and nothing waits."""
        return not self._occupied

    def run(self, work: Callable[[], T], rank: int = 0, asker: str = "") -> T:
        """Do the work when its turn comes and return what it returns; refuses when there is no place for it."""
        self._enter(rank, asker)
        try:
            return work()
        finally:
            self._leave(asker)

    def run_once(self, key: str, work: Callable[[], T], rank: int = 0, asker: str = "") -> T:
        """Like `run`; requests for the same key meanwhile get the same outcome and take no place."""
        with self._lock:
            sharing = self._shared.get(key)
            if sharing is None:
                self._shared[key] = []
            elif len(sharing) >= MOST_SHARING:
                self.refused += 1
                raise self._refusal()
            else:
                promise = self._mode.promise()
                sharing.append(promise)
        if sharing is not None:
            outcome: Any = promise.get()
            if isinstance(outcome, _Failed):
                raise outcome.error
            return outcome  # type: ignore[no-any-return]
        try:
            outcome = self.run(work, rank, asker)
        except BaseException as error:
            # Who shares a piece of work whose own asker was cut off is refused, not cut off as well.
            self._tell(key, _Failed(error if isinstance(error, Exception) else self._refusal()))
            raise
        self._tell(key, outcome)
        return outcome  # type: ignore[no-any-return]

    def _tell(self, key: str, outcome: object) -> None:
        with self._lock:
            sharing = self._shared.pop(key)
        for promise in sharing:
            promise.set(outcome)

    def _enter(self, rank: int, asker: str) -> None:
        with self._lock:
            waiting = sum(1 for other, _, _ in self._waiting if other == rank)
            full = self._occupied and waiting >= self._places[rank]
            if full or self._having[asker] >= self._each:
                self.refused += 1
                raise self._refusal()
            self._having[asker] += 1
            if not self._occupied:
                self._occupied = True
                return
            turn = (rank, next(self._order), self._mode.promise())
            heapq.heappush(self._waiting, turn)
        began = self._monotonic()
        try:
            turn[2].get()
        except BaseException:  # the request was ended while it waited
            self._give_up(turn, asker)
            raise
        if self._monotonic() - began > self._patience:
            self._leave(asker)
            self.refused += 1
            raise self._refusal()

    def _give_up(self, turn: tuple[int, int, Promise], asker: str) -> None:
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                heapq.heapify(self._waiting)
                self._forget(asker)
                return
        self._leave(asker)  # its turn had come already

    def _leave(self, asker: str) -> None:
        with self._lock:
            self._forget(asker)
            following = heapq.heappop(self._waiting)[2] if self._waiting else None
            self._occupied = following is not None
        if following is not None:
            following.set(True)

    def _forget(self, asker: str) -> None:
        self._having[asker] -= 1
        if self._having[asker] <= 0:
            del self._having[asker]


class _Failed:
    """An outcome that is to be raised."""

    def __init__(self, error: Exception) -> None:
        self.error = error
