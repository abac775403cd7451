"""Letters on displays are as large as the farthest seat needs, and own up to it when they can't be."""

from __future__ import annotations

import pytest

from antrean.web.screens.legibility import CALL_DEGREES, LYING, READ_DEGREES, arc, capital_mm, letters


@pytest.mark.parametrize(("metres", "millimetres"), [(3, 37), (5, 61), (8, 98), (12, 147)])
def test_a_call_fills_the_angle_of_the_european_standard(metres: float, millimetres: int) -> None:
    assert round(capital_mm(metres, CALL_DEGREES)) == millimetres


def test_angle_and_height_say_the_same() -> None:
    assert arc(capital_mm(7.5, READ_DEGREES), 7.5) == pytest.approx(READ_DEGREES)


def test_seats_farther_away_get_larger_letters_until_the_layout_is_full() -> None:
    near, far, too_far = (letters(metres, 95)["strip"] for metres in (2, 5, 20))
    assert LYING["strip"][0] == near.size < far.size < too_far.size == LYING["strip"][1]
    assert (near.enough, far.enough, too_far.enough) == (True, True, False)
    assert too_far.carries_m < 20


def test_a_wider_screen_carries_farther_with_the_same_share_of_its_width() -> None:
    assert letters(3, 190)["call"].carries_m == pytest.approx(2 * letters(3, 95)["call"].carries_m, abs=0.1)


def test_a_screen_nobody_measured_counts_as_43_inches_lying_or_upright() -> None:
    assert letters(5, 0) == letters(5, 95)
    assert letters(5, 0, upright=True) == letters(5, 53, upright=True)
