"""Costly work one piece at a time: in order, within bounds, never stuck."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from antrean.hub.async_mode import ThreadingMode
from antrean.hub.lane import Busy, Lane
from antrean.queueing.errors import QueueError
from tests.fakes.hub_process import wait_until


class Comers:
    """People who ask a lane for work that ends when the test says so."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.begun: list[str] = []
        self.outcomes: dict[str, Any] = {}
        self._let_go = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []

    def come(self, name: str, rank: int = 0, asker: str = "", key: str = "", error: Exception | None = None) -> None:
        """Ask, and return when the lane has taken it in."""

        def work() -> str:
            self.begun.append(name)
            assert self._let_go.acquire(timeout=60)
            if error is not None:
                raise error
            return f"made by {name}"

        def ask() -> None:
            try:
                if key:
                    self.outcomes[name] = self.lane.run_once(key, work, rank, asker)
                else:
                    self.outcomes[name] = self.lane.run(work, rank, asker)
            except (QueueError, RuntimeError) as refusal:
                self.outcomes[name] = refusal

        before = self._known()
        thread = threading.Thread(target=ask, daemon=True)
        self._threads.append(thread)
        thread.start()
        wait_until(lambda: self._known() > before or not thread.is_alive(), f"{name} is taken in")

    def _known(self) -> int:
        sharing = sum(map(len, self.lane._shared.values()))
        return len(self.begun) + len(self.lane._waiting) + sharing

    def let_go(self, count: int) -> None:
        self._let_go.release(count)

    def end(self) -> None:
        self.let_go(100)
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()


def lane(places: tuple[int, ...] = (4,), each: int = 100, monotonic: Callable[[], float] = lambda: 0.0) -> Lane:
    return Lane(ThreadingMode(), monotonic, places, each, patience=10.0)


def test_lower_ranks_go_first_and_within_a_rank_whoever_came_first() -> None:
    comers = Comers(lane((4, 4)))
    for name, rank in (("first", 1), ("b", 1), ("c", 0), ("d", 1), ("e", 0)):
        comers.come(name, rank)
    comers.end()
    assert comers.begun == ["first", "c", "e", "b", "d"]
    assert comers.lane.idle


def test_what_finds_no_place_in_its_rank_is_refused_at_once() -> None:
    comers = Comers(lane((2, 1)))
    for name, rank in (("running", 1), ("waits", 1), ("refused", 1), ("known 1", 0), ("known 2", 0), ("too many", 0)):
        comers.come(name, rank)
    assert {name for name, outcome in comers.outcomes.items() if isinstance(outcome, Busy)} == {"refused", "too many"}
    assert comers.lane.refused == 2
    comers.end()
    assert comers.begun == ["running", "known 1", "known 2", "waits"]


def test_one_asker_never_has_the_whole_queue() -> None:
    comers = Comers(lane((10,), each=2))
    for number in range(5):
        comers.come(f"greedy {number}", asker="greedy")
    comers.come("other", asker="other")
    comers.end()
    assert comers.begun == ["greedy 0", "greedy 1", "other"]
    comers.come("greedy again", asker="greedy")
    comers.end()
    assert comers.outcomes["greedy again"] == "made by greedy again"


def test_the_same_thing_is_made_once_for_all_who_ask_meanwhile() -> None:
    comers = Comers(lane((0,)))
    for number in range(20):
        comers.come(str(number), key="sound")
    comers.end()
    assert comers.begun == ["0"]
    assert set(comers.outcomes.values()) == {"made by 0"}


def test_work_that_fails_fails_for_those_who_share_it_and_harms_nobody_else() -> None:
    comers = Comers(lane())
    comers.come("fails", key="sound", error=RuntimeError("broken"))
    comers.come("shares", key="sound")
    comers.come("other")
    comers.end()
    found = {name: str(outcome) for name, outcome in comers.outcomes.items()}
    assert found == {"fails": "broken", "shares": "broken", "other": "made by other"}
    comers.come("asks again", key="sound")
    comers.end()
    assert comers.outcomes["asks again"] == "made by asks again"


def test_who_has_waited_too_long_is_refused_instead_of_served_late() -> None:
    seconds = [0.0]
    comers = Comers(lane(monotonic=lambda: seconds[0]))
    comers.come("slow")
    comers.come("patient")
    seconds[0] = 11.0
    comers.end()
    assert isinstance(comers.outcomes["patient"], Busy)
    comers.come("later")
    comers.end()
    assert comers.outcomes["later"] == "made by later"


class _CutOff(BaseException):
    """What ends a green thread."""


class _CutPromise:
    def set(self, value: Any) -> None: ...

    def get(self) -> Any:
        raise _CutOff


def test_a_request_that_is_ended_while_it_waits_leaves_the_lane_free(monkeypatch: pytest.MonkeyPatch) -> None:
    comers = Comers(lane())
    comers.come("running")
    monkeypatch.setattr(ThreadingMode, "promise", lambda self: _CutPromise())
    with pytest.raises(_CutOff):
        comers.lane.run(lambda: "never")
    monkeypatch.undo()
    comers.come("next")
    comers.end()
    assert comers.outcomes == {"running": "made by running", "next": "made by next"}
    assert comers.lane.idle
