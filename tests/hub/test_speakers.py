"""One voice in each zone: who speaks, who waits, and who takes over from a display that fell silent."""

from __future__ import annotations

import pytest

from antrean.hub.speakers import HELD, PREFERRED, Speakers

HALL, STAIRS = "hall", "stairs"


class Zones:
    """Speakers with a clock that is moved by hand, and the displays that are there."""

    def __init__(self, quiet_until: float = 0.0) -> None:
        self.now = 100.0
        self.there = {"left", "right", "upstairs"}
        self.told = 0
        self.speakers = Speakers(lambda: self.now, self.changed, quiet_until)

    def changed(self) -> None:
        self.told += 1

    def ask(self, display: str, call: int, zone: str = HALL, still: bool = False) -> bool:
        return self.speakers.ask(zone, display, call, still, self.there.__contains__)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.speakers.look()

    def heard(self, zone: str = HALL) -> list[int]:
        heard: list[int] = self.speakers.view(zone)["heard"]
        return heard


@pytest.fixture
def zones() -> Zones:
    return Zones()


def test_of_two_displays_in_a_zone_one_speaks_and_both_are_told_which(zones: Zones) -> None:
    assert (zones.ask("left", 5), zones.ask("right", 5)) == (True, False)
    assert zones.speakers.view(HALL) == {"speaker": "left", "call": 5, "heard": []}
    assert zones.told == 1


def test_what_was_said_is_said_by_nobody_again(zones: Zones) -> None:
    zones.ask("left", 5)
    zones.speakers.over(HALL, "left", 5, heard=True)
    assert zones.heard() == [5]
    zones.wait(60)
    assert not zones.ask("right", 5)
    assert not zones.ask("left", 5)


def test_zones_have_a_voice_each(zones: Zones) -> None:
    assert zones.ask("left", 5)
    assert zones.ask("upstairs", 5, STAIRS)
    zones.speakers.over(HALL, "left", 5, heard=True)
    assert (zones.heard(HALL), zones.heard(STAIRS)) == ([5], [])


def test_the_display_that_spoke_last_goes_on_and_another_has_to_wait_for_it(zones: Zones) -> None:
    zones.ask("left", 5)
    zones.speakers.over(HALL, "left", 5, heard=True)
    assert not zones.ask("right", 6)
    assert zones.ask("left", 6)


def test_a_display_that_spoke_last_and_asks_for_nothing_is_replaced_within_seconds(zones: Zones) -> None:
    zones.ask("left", 5)
    zones.speakers.over(HALL, "left", 5, heard=True)
    assert not zones.ask("right", 6)
    zones.wait(PREFERRED - 0.1)
    assert not zones.ask("right", 6)
    zones.wait(0.2)
    assert zones.ask("right", 6)
    assert not zones.ask("left", 6)


def test_a_display_that_is_gone_is_not_waited_for(zones: Zones) -> None:
    zones.ask("left", 5)
    zones.speakers.over(HALL, "left", 5, heard=True)
    zones.there.remove("left")
    assert zones.ask("right", 6)


def test_a_speaker_that_gives_no_sign_of_life_loses_its_turn_and_the_call_is_said_by_another(zones: Zones) -> None:
    zones.ask("left", 5)
    zones.wait(HELD - 0.1)
    assert zones.ask("left", 5, still=True)
    zones.wait(HELD - 0.1)
    assert not zones.ask("right", 5)
    zones.wait(0.2)
    assert zones.speakers.view(HALL)["speaker"] == ""
    assert zones.ask("right", 5)
    assert not zones.ask("left", 5, still=True)


def test_a_call_that_was_said_once_is_not_said_again_when_its_speaker_dies_while_repeating_it(zones: Zones) -> None:
    zones.ask("left", 5)
    zones.speakers.spoken(HALL, "left", 5)
    zones.wait(HELD + 1)
    assert zones.heard() == [5]
    assert not zones.ask("right", 5)


def test_the_word_of_a_display_that_does_not_speak_ends_no_other_turn(zones: Zones) -> None:
    zones.ask("left", 5)
    zones.speakers.over(HALL, "right", 5, heard=True)
    zones.speakers.spoken(HALL, "right", 5)
    zones.wait(HELD + 1)
    assert zones.heard() == []


def test_a_call_that_was_interrupted_is_said_when_its_turn_comes_again(zones: Zones) -> None:
    zones.ask("left", 5)
    zones.speakers.over(HALL, "left", 5, heard=False)
    assert zones.ask("left", 5)


def test_an_evacuation_is_said_again_and_again(zones: Zones) -> None:
    for _ in range(3):
        assert zones.ask("left", 7)
        zones.speakers.over(HALL, "left", 7, heard=False)
    assert zones.heard() == []


def test_a_hub_that_was_started_again_lets_who_is_speaking_go_on() -> None:
    zones = Zones(quiet_until=100.0 + HELD)
    assert not zones.ask("right", 6)
    assert zones.ask("left", 5, still=True)
    zones.wait(HELD - 0.1)
    zones.speakers.over(HALL, "left", 5, heard=True)
    zones.wait(0.2)
    zones.there.remove("left")
    assert zones.ask("right", 6)


def test_a_zone_remembers_no_more_than_its_last_calls(zones: Zones) -> None:
    for call in range(1, 200):
        assert zones.ask("left", call)
        zones.speakers.over(HALL, "left", call, heard=True)
    assert zones.heard() == list(range(140, 200))
