"""Charts draw what their figures are: each bar as high as its value, each staircase one step a ticket."""

from __future__ import annotations

import re

import pytest

from antrean.reporting.charts import Plot, Tick, apart, bars, rounded_up, stacked, stairs

PLAIN = Plot(width=100, height=100, left=0, right=0, top=0, bottom=0)


def test_a_bar_is_as_high_as_its_value_and_stands_on_the_floor() -> None:
    drawn = bars([[2, 1], [0, 4]], ["08.00", "08.30"], PLAIN)
    assert [(bar.value, bar.y, bar.height) for bar in drawn.bars] == [
        (2, 50, 50),
        (1, 75, 25),
        (0, 100, 0),
        (4, 0, 100),
    ]
    assert all(earlier.x + earlier.width <= later.x for earlier, later in zip(drawn.bars, drawn.bars[1:], strict=False))
    assert [tick.label for tick in drawn.levels] == ["0", "1", "2", "3", "4"]


def test_bars_need_a_label_for_each_group() -> None:
    with pytest.raises(ValueError):
        bars([[1], [2]], ["08.00"])


def test_labels_that_would_touch_are_left_out_evenly() -> None:
    ticks = [Tick(10.0 * place, "08.00") for place in range(9)]
    assert [tick.at for tick in apart(ticks)] == [0, 60]
    assert apart([Tick(0, "1"), Tick(50, "2")]) == (Tick(0, "1"), Tick(50, "2"))


def test_an_axis_ends_at_a_whole_step() -> None:
    assert [rounded_up(most) for most in (0, 1, 5, 6, 11, 23, 51, 101, 251)] == [1, 1, 5, 6, 15, 25, 60, 150, 300]


def test_a_staircase_goes_up_one_step_at_each_moment_and_starts_with_what_was_before() -> None:
    drawn = stairs([[20, 10, 5], [50, 51]], 10, 50, [(10, "08.00"), (50, "09.00"), (60, "10.00")], PLAIN)
    assert drawn.paths[0] == "M0 33.3H25V0H100"
    assert drawn.paths[1] == "M0 100H100V66.7H100"
    assert [tick.label for tick in drawn.labels] == ["08.00", "09.00"]


def test_a_staircase_of_a_full_day_stays_small() -> None:
    path = stairs([range(0, 36_000, 7)], 0, 36_000, []).paths[0]
    assert len(re.findall("V", path)) <= 6641
    assert path.endswith("H696")


def test_a_time_that_does_not_go_on_has_no_staircase() -> None:
    with pytest.raises(ValueError):
        stairs([[1]], 5, 5, [])


def test_the_parts_of_a_lying_bar_follow_each_other_on_one_scale() -> None:
    drawn = stacked([("Loket 1", [60, 30]), ("Loket 2", [0, 45])], lambda value: f"{value} min", step=30)
    first, second = drawn.rows
    full = drawn.plot.end - drawn.plot.left
    assert first.bars[1].x == pytest.approx(first.bars[0].x + first.bars[0].width, abs=0.11)
    assert first.bars[0].width == pytest.approx(full * 60 / 90, abs=0.11)
    assert second.bars[1].width == pytest.approx(full * 45 / 90, abs=0.11)
    assert [tick.label for tick in drawn.labels] == ["0 min", "30 min", "60 min", "90 min"]
    assert second.label_y > first.bars[0].y + first.bars[0].height


def test_nothing_is_drawn_of_nothing() -> None:
    assert bars([], []).bars == ()
    assert stacked([]).rows == ()
    assert stairs([[]], 0, 1, []).paths == ("M44 212H696",)
