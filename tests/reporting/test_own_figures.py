"""An operator's own figures: theirs alone, and beside them nothing of which anybody else's could be worked out."""

from __future__ import annotations

import pytest

from antrean.queueing.keeping.report_rows import MINUTE, PauseRow, ServedRow, SpanRow
from antrean.reporting.figures import Times
from antrean.reporting.own_figures import own_days, own_services

DAY = "2026-11-24"


def legs(minutes: dict[str, list[int]], service: str = "card") -> list[ServedRow]:
    """Return legs that these people served, each of so many minutes."""
    return [ServedRow(DAY, service, name, 0, took * MINUTE, 0) for name, every in minutes.items() for took in every]


def test_the_own_times_stand_beside_those_of_all() -> None:
    (card,) = own_services("Ani", legs({"Ani": [1, 2, 3, 4, 5], "Budi": [6, 7, 8], "Cici": [9, 10]}))
    assert (card.service, card.served) == ("card", 5)
    assert card.own == Times.of(minute * MINUTE for minute in range(1, 6))
    assert card.office == Times.of(minute * MINUTE for minute in range(1, 11))


@pytest.mark.parametrize(
    ("served", "own", "office"),
    [
        ({"Ani": [1] * 4, "Budi": [2] * 9, "Cici": [3] * 9}, False, True),  # few of their own
        ({"Ani": [1] * 9, "Budi": [2] * 99}, True, False),  # of two, each could work out the other's
        ({"Ani": [1] * 9, "Budi": [2] * 2, "Cici": [3] * 2}, True, False),  # few of all others
        ({"Ani": [1] * 9, "Budi": [2] * 3, "Cici": [3] * 2}, True, True),
        ({"Ani": [1] * 9}, True, False),
    ],
)
def test_nothing_is_said_of_few_numbers_or_of_few_people(served: dict[str, list[int]], own: bool, office: bool) -> None:
    (card,) = own_services("Ani", legs(served))
    assert (card.own is not None, card.office is not None) == (own, office)


def test_a_service_at_which_they_served_nobody_is_not_theirs_to_read() -> None:
    rows = legs({"Ani": [1] * 5}) + legs({"Budi": [2] * 9, "Cici": [2] * 9, "Didi": [2] * 9}, "birth")
    assert [one.service for one in own_services("Ani", rows)] == ["card"]
    assert own_services("Eka", rows) == []


def test_what_goes_on_and_the_time_put_aside_are_in_no_service_time() -> None:
    open_ = ServedRow(DAY, "card", "Ani", 0, None, 0)
    held = [ServedRow(DAY, "card", "Ani", 0, 9 * MINUTE, 4 * MINUTE)] * 5
    (card,) = own_services("Ani", [open_, *held])
    assert card.own is not None
    assert (card.served, card.own.p50) == (5, 5 * MINUTE)


def test_days_are_told_newest_first_with_pauses_and_what_lasts_until_now() -> None:
    spans = [SpanRow("2026-11-23", 1, "3", "Ani", 0, 60 * MINUTE), SpanRow(DAY, 9, "3", "Ani", 100 * MINUTE, None)]
    pauses = [PauseRow(DAY, 10, "3", "Ani", "prayer", 110 * MINUTE, 120 * MINUTE)]
    now, before = own_days("Ani", spans, pauses, [], 130 * MINUTE)
    assert (now.day, now.time.open, now.time.paused) == (DAY, 30 * MINUTE, {"prayer": 10 * MINUTE})
    assert (before.day, before.time.open, before.served, before.calls) == ("2026-11-23", 60 * MINUTE, 0, 0)


def test_on_the_first_day_there_is_nothing() -> None:
    assert own_days("Ani", [], [], [], 0) == []
    assert own_services("Ani", []) == []
