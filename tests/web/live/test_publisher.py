"""What screens are told: each distinct view drawn once, after those who wait for an answer, for news that they show."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from flask import Flask

from antrean.queueing.events import CallAnnounced, Event, SecurityNoted, TicketCalled, TicketIssued, TicketStarted
from antrean.queueing.journal.entry import JournalEntry
from antrean.web.live.publisher import LEAST_PAUSE, Publisher, Screen
from antrean.web.live.view import View
from tests.fakes.hub_process import wait_until

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
ISSUED = TicketIssued("A-001", "card", "A", 1)


class Letters(Screen):
    """A screen whose rooms show their first letter."""

    name = "letters"
    least_seconds = 0.05
    unseen = (CallAnnounced,)

    def __init__(self, office: Office) -> None:
        self.office = office

    def render(self, room: str) -> View:
        self.office.steps.append(f"draw {room}")
        return {"letter": room[0], "news": self.office.seq}

    def alike(self, room: str) -> str:
        return room[0]


class Office:
    """What a publisher knows of its hub: the newest seq, whom it tells, and when it lets others go on."""

    def __init__(self) -> None:
        self.seq = 0
        self.steps: list[str] = []
        self.told: list[tuple[str, Any, list[str]]] = []
        self.monotonic: Callable[[], float] = iter(range(0, 10**9, 10)).__next__
        self.publisher = Publisher(
            Flask("small"), emit=self.emit, newest=lambda: self.seq, stamp=dict,
            monotonic=lambda: self.monotonic(), sleep=self.sleep,
        )  # fmt: skip
        self.publisher.add(Letters(self))

    def emit(self, event: str, data: View, namespace: str, rooms: Sequence[str]) -> None:
        self.told.append((event, data.get("letter"), list(rooms)))

    def sleep(self, seconds: float) -> None:
        self.steps.append("others")

    def happens(self, event: Event) -> None:
        self.seq += 1
        self.publisher.heard([JournalEntry(self.seq, AT, date(2026, 11, 24), event)])


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    thread = threading.Thread(target=office.publisher.run)
    thread.start()
    yield office
    office.publisher.stop()
    thread.join()


def join(office: Office, *rooms: str) -> None:
    for room in rooms:
        office.publisher.join("letters", room)
    office.steps.clear()


def test_rooms_that_show_the_same_are_drawn_once_and_all_of_them_told_at_once(office: Office) -> None:
    join(office, "a1", "a2", "b1", "a3")
    office.happens(TicketStarted("A-001", "1"))
    wait_until(lambda: len(office.told) == 2, "the news")
    assert office.told == [("view", "a", ["a1", "a2", "a3"]), ("view", "b", ["b1"])]
    assert [step for step in office.steps if step.startswith("draw")] == ["draw a1", "draw b1"]


def test_a_room_that_was_told_something_else_before_is_told_as_well(office: Office) -> None:
    join(office, "a1")
    office.happens(TicketStarted("A-001", "1"))
    wait_until(lambda: len(office.told) == 1, "the first news")
    join(office, "a2")
    office.publisher.redraw()
    wait_until(lambda: len(office.told) == 2, "the newcomer's view")
    assert office.told == [("view", "a", ["a1"]), ("view", "a", ["a2"])]


def test_whoever_waits_for_an_answer_goes_on_before_the_first_drawing_and_between_any_two(office: Office) -> None:
    join(office, "a1", "b1", "c1")
    office.happens(TicketStarted("A-001", "1"))
    wait_until(lambda: len(office.told) == 3, "the news")
    wait_until(lambda: office.steps[-1] == "others", "the end of the round")
    assert office.steps == ["others", "draw a1", "others", "draw b1", "others", "draw c1", "others"]


def test_nothing_is_drawn_for_who_signed_in_unless_a_day_begins_with_it(office: Office) -> None:
    join(office, "a1")
    office.happens(TicketStarted("A-001", "1"))
    wait_until(lambda: len(office.told) == 1, "the news")
    office.steps.clear()
    office.happens(SecurityNoted("sign_in", "Ani"))
    assert office.publisher._stale == set()
    office.seq += 1
    office.publisher.heard([JournalEntry(office.seq, AT, date(2026, 11, 25), SecurityNoted("sign_in", "Ani"))])
    wait_until(lambda: len(office.told) == 2, "the new day")


def test_nothing_is_drawn_for_what_a_screen_does_not_show(office: Office) -> None:
    join(office, "a1")
    office.happens(CallAnnounced(1, "Display 1", "spoken"))
    office.happens(TicketStarted("A-001", "1"))
    wait_until(lambda: len(office.told) == 1, "the news")
    assert [step for step in office.steps if step.startswith("draw")] == ["draw a1"]


def test_a_change_that_is_not_an_event_is_drawn_for_everyone(office: Office) -> None:
    join(office, "a1")
    office.publisher.heard([])
    wait_until(lambda: len(office.told) == 1, "the new day")


def test_a_call_never_waits_because_something_of_no_hurry_was_drawn_just_before(office: Office) -> None:
    join(office, "a1")
    office.monotonic = lambda: 100.0  # no time passes from here on
    office.happens(ISSUED)
    wait_until(lambda: len(office.told) == 1, "the new ticket")
    office.happens(TicketCalled("A-001", "1"))
    wait_until(lambda: len(office.told) == 2, "the call")


def test_calls_that_follow_each_other_closely_are_drawn_once(office: Office) -> None:
    join(office, "a1")
    office.monotonic = lambda: 100.0
    for number in (1, 2, 3):
        office.happens(TicketCalled(f"A-00{number}", "1"))
        wait_until(lambda: office.told, "the first call")
    office.happens(ISSUED)
    office.monotonic = lambda: 100.0 + LEAST_PAUSE
    wait_until(lambda: len(office.told) == 2, "the others")
    assert office.publisher.join("letters", "a1")["news"] == 4
    assert [step for step in office.steps if step.startswith("draw")] == ["draw a1", "draw a1"]


def told_so_often(told: Sequence[object], times: int) -> bool:
    return len(told) == times


class Crowd(Letters):
    """A screen of which thousands may come back at once."""

    name = "crowd"
    least_seconds = 1.0


def test_a_crowd_that_comes_is_given_one_drawing_and_the_news_a_moment_later(office: Office) -> None:
    office.publisher.add(Crowd(office))
    assert json.loads(office.publisher.join_text("crowd", "everyone") or "") == {"seq": 0, "letter": "e", "news": 0}
    office.steps.clear()
    office.seq = 1
    texts = [office.publisher.join_text("crowd", "everyone") for _ in range(3)]
    assert [json.loads(text or "")["seq"] for text in texts] == [0, 0, 0]
    assert office.steps == []
    office.happens(TicketStarted("A-001", "1"))
    wait_until(lambda: office.told, "the news")
    assert office.told == [("view", "e", ["everyone"])]
    assert json.loads(office.publisher.join_text("crowd", "everyone") or "") == {"seq": 2, "letter": "e", "news": 2}


def test_others_are_given_the_newest_and_what_is_written_once_is_what_was_drawn(office: Office) -> None:
    office.publisher.join("letters", "a1")
    office.seq = 7
    assert json.loads(office.publisher.join_text("letters", "a1") or "") == {"seq": 7, "letter": "a", "news": 7}


class Torn(Letters):
    """A screen of which the rooms that begin with a letter can't be drawn."""

    name = "torn"

    def __init__(self, office: Office, letter: str) -> None:
        super().__init__(office)
        self.letter = letter

    def render(self, room: str) -> View:
        if room[0] == self.letter:
            raise TypeError(f"no picture of {room}")
        return super().render(room)


def test_a_room_that_can_not_be_drawn_harms_no_other_room_and_no_other_screen(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    torn = Torn(office, "b")
    office.publisher.add(torn)
    join(office, "z1")
    assert office.publisher.join("torn", "a1") is not None
    assert office.publisher.join_text("torn", "b1") is None
    office.publisher.join("torn", "c1")
    office.told.clear()
    for number in range(3):
        office.happens(TicketStarted("A-001", "1"))
        wait_until(partial(told_so_often, office.told, 3 * (number + 1)), "the news")
    assert sorted(told[1] for told in office.told) == ["a", "a", "a", "c", "c", "c", "z", "z", "z"]
    assert office.publisher.faults.counts["torn"] >= 4
    assert caplog.text.count("Traceback") == 1
    torn.letter = "-"
    wait_until(lambda: ("view", "b", ["b1"]) in office.told, "the room that could not be drawn")
    assert "torn works again" in caplog.text


class Unlike(Letters):
    """A screen that can't tell what a room that begins with b shows, while `torn`."""

    name = "unlike"
    torn = True

    def alike(self, room: str) -> str:
        if self.torn and room[0] == "b":
            raise TypeError(f"no settings of {room}")
        return super().alike(room)


def test_a_room_that_can_not_be_compared_is_logged_once_and_told_when_it_can(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    unlike = Unlike(office)
    office.publisher.add(unlike)
    for room in ("a1", "b1"):
        office.publisher.join("unlike", room)
    for number in range(3):
        office.happens(TicketStarted("A-001", "1"))
        wait_until(partial(told_so_often, office.told, number + 1), "the news")
    assert office.publisher.faults.counts["unlike"] >= 3
    assert caplog.text.count("Traceback") == 1
    unlike.torn = False
    wait_until(lambda: ("view", "b", ["b1"]) in office.told, "the room that could not be compared")


def test_what_could_not_be_sent_is_sent_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    join(office, "a1", "b1")
    emit, failures = office.publisher._emit, iter([OSError("no wire")])

    def torn(event: str, data: View, namespace: str, rooms: Sequence[str]) -> None:
        if rooms == ["a1"] and (error := next(failures, None)) is not None:
            raise error
        emit(event, data, namespace, rooms)

    monkeypatch.setattr(office.publisher, "_emit", torn)
    office.happens(TicketStarted("A-001", "1"))
    wait_until(lambda: len(office.told) == 2, "both rooms to hear")
    assert office.told == [("view", "b", ["b1"]), ("view", "a", ["a1"])]
    assert office.publisher.faults.counts["letters"] == 1
