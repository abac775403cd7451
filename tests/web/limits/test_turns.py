"""Whose turn it is among strangers, and how long they wait for the office's own screens."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from antrean.hub.async_mode import ThreadingMode
from antrean.web.limits.turns import HOLD_SECONDS, URGENT_SECONDS, Turns


class Waiting:
    """A promise that notes when it is kept."""

    def __init__(self, mode: Rounds) -> None:
        self._mode = mode

    def set(self, value: Any) -> None:
        self._mode.kept.append((self._mode.asking.pop(self), self._mode.round))

    def get(self, seconds: float | None = None) -> None:
        """Return at once: the test asks for everybody."""


class Rounds(ThreadingMode):
    """Stands in for a loop that goes round when it is asked to let others."""

    name = "eventlet"

    def __init__(self) -> None:
        self.round = 0
        self.now = 0.0
        self.kept: list[tuple[str, int]] = []
        self.asking: dict[Waiting, str] = {}
        self.next = ""
        self.unanswered = 0

    def promise(self) -> Waiting:
        found = Waiting(self)
        self.asking[found] = self.next
        return found

    def let_others(self) -> None:
        self.round += 1

    def sleep(self, seconds: float) -> None:
        self.round += 1
        self.now += seconds


def turns_of(mode: Rounds, *addresses: str) -> tuple[Turns, Callable[[], None]]:
    """Return turns for which these addresses wait, and what serves them."""
    serving: list[Callable[[], None]] = []
    turns = Turns(mode, serving.append, mode.sleep, lambda: mode.now, lambda: mode.unanswered)
    for place, address in enumerate(addresses):
        mode.next = f"{address}{place}"
        turns.wait(address)
    assert len(serving) == 1
    return turns, serving[0]


def test_addresses_take_turns_one_in_each_round_and_each_is_served_in_its_order() -> None:
    mode = Rounds()
    _turns, serve = turns_of(mode, "a", "a", "a", "b", "c", "b")
    serve()
    assert mode.kept == [("a0", 0), ("b3", 1), ("c4", 2), ("a1", 3), ("b5", 4), ("a2", 5)]


def test_strangers_wait_while_the_office_is_served_but_never_long() -> None:
    mode = Rounds()
    turns, serve = turns_of(mode, *["a"] * 10)
    turns.begin("a number")
    serve()
    rounds = [round_ for _name, round_ in mode.kept]
    assert rounds[0] >= HOLD_SECONDS * 1000 - 1
    assert mode.now < URGENT_SECONDS + HOLD_SECONDS  # after which it holds nobody up any more
    assert len(mode.kept) == 10
    turns.end("a number")
    before = mode.round
    turns.hold()
    assert mode.round == before


def test_strangers_go_on_while_the_office_waits_for_its_disk() -> None:
    mode = Rounds()
    turns, serve = turns_of(mode, "a")
    turns.begin("a number")
    turns.begin("another")
    mode.unanswered = 2
    turns.hold()
    assert mode.round == 1  # a pause, in which the thread that decides has the interpreter, and no more
    mode.unanswered = 1  # one of them has been written, and is to be answered now
    serve()
    assert mode.kept[0][1] >= HOLD_SECONDS * 1000


def test_native_threads_wait_for_no_turn() -> None:
    turns = Turns(ThreadingMode(), lambda task: None, lambda seconds: None, lambda: 0.0, lambda: 0)
    over = Event()
    thread = Thread(target=lambda: (turns.wait("a"), over.set()))
    thread.start()
    assert over.wait(60)
    thread.join()
