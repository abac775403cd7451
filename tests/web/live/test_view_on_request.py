"""A view that many ask for over HTTP: never older than the question, and drawn a few times a second at most."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from antrean.web.live.view_on_request import ASKED_KEPT, ASKED_PAUSE, AskedView


class Office:
    """An office with a clock of its own, whose view says the newest seq and how often it was drawn."""

    def __init__(self) -> None:
        self.seq = 1
        self.drawn = 0
        self.now = 100.0
        self.meanwhile: list[Callable[[], object]] = []
        self.view = AskedView(self._draw, lambda: self.seq, lambda: {"at": self.now}, lambda: self.now, self._sleep)

    def _draw(self) -> dict[str, object]:
        self.drawn += 1
        self.now += 0.002
        return {"seq": self.seq, "at": 0.0, "drawing": self.drawn}

    def _sleep(self, seconds: float) -> None:
        while self.meanwhile:
            self.meanwhile.pop()()
        self.now += seconds


@pytest.fixture
def office() -> Office:
    return Office()


def test_while_nothing_happens_all_are_given_one_drawing_and_the_time_at_which_they_ask(office: Office) -> None:
    first = office.view.get()
    office.now += ASKED_KEPT / 2
    assert office.view.get() == {**first, "at": office.now}
    assert (first["seq"], office.drawn) == (1, 1)


def test_waits_grow_shorter_for_who_asks_although_nothing_happens(office: Office) -> None:
    office.view.get()
    office.now += ASKED_KEPT + 0.1
    assert office.view.get()["drawing"] == 2


def test_who_asks_after_something_has_happened_is_never_told_what_was_before(office: Office) -> None:
    office.view.get()
    office.seq = 2
    assert office.view.get()["seq"] == 2
    office.now += ASKED_PAUSE
    office.seq = 3
    asked_at = office.now
    assert office.view.get()["seq"] == 3
    assert office.now - asked_at < ASKED_PAUSE / 2  # who asks when nobody has for a while need not wait


def test_in_a_rush_ten_drawings_a_second_do_for_all_who_ask(office: Office) -> None:
    began = office.now
    for seq in range(2, 40):
        office.seq = seq
        assert office.view.get()["seq"] == seq
    assert office.drawn <= (office.now - began) / ASKED_PAUSE + 1


def test_who_waits_for_the_next_drawing_shares_it_with_who_came_meanwhile(office: Office) -> None:
    office.view.get()
    office.seq = 2
    others: list[dict[str, object]] = []
    office.meanwhile = [lambda: others.append(office.view.get())]
    mine = office.view.get()
    assert mine["seq"] == others[0]["seq"] == 2
    assert office.drawn == 2
