"""Lines have gaps where nothing is known, heat maps are darkest where there is most, and a mark lies by its band."""

from __future__ import annotations

import pytest

from antrean.reporting.charts import Plot
from antrean.reporting.line_charts import SHADES, heat_map, intervals, lines

PLOT = Plot(width=100, height=100, left=0, right=0, top=0, bottom=0)


def test_a_line_has_a_gap_where_nothing_is_known_and_the_limit_is_on_its_scale() -> None:
    drawn = lines([[10, None, 5, 20]], ["a", "b", "c", "d"], limit=15, plot=PLOT)
    assert drawn.lines[0].path == "M12.5 50M62.5 75L87.5 0"
    assert drawn.lines[0].dots == ((12.5, 50.0), (62.5, 75.0), (87.5, 0.0))
    assert drawn.limit == 25.0


def test_a_limit_above_all_values_is_on_the_chart() -> None:
    drawn = lines([[1, 2]], ["a", "b"], limit=30, plot=PLOT)
    assert drawn.limit == 0.0
    assert lines([[1, 2]], ["a", "b"], plot=PLOT).limit is None


def test_lines_of_other_lengths_than_their_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="2 labels"):
        lines([[1]], ["a", "b"])


def test_the_most_is_darkest_and_nothing_known_has_no_text() -> None:
    drawn = heat_map([[(0, "0"), (10, "10")], [None, (5, "5")]], ["Mon", "Tue"], ["08.00", "08.30"])
    assert [(cell.shade, cell.text) for cell in drawn.cells] == [(0, "0"), (SHADES - 1, "10"), (0, ""), (2, "5")]
    assert drawn.cells[0].y == drawn.cells[1].y < drawn.cells[2].y
    assert heat_map([[(0, "0")]], ["Mon"], ["08.00"]).cells[0].shade == 0


def test_a_mark_lies_in_its_band_or_beside_it() -> None:
    drawn = intervals([("Card", 5, 15, 10), ("Birth", 5, 15, 20)])
    inside, beside = drawn.rows
    assert inside.x < inside.mark < inside.x + inside.width < beside.mark
    assert intervals([("Card", 3, 3, 0)]).rows[0].width == 1
