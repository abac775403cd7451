"""A benchmark's figures are what they are called, and arrive whole in table, file and page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import report
from bench.report import Row

ROWS = [
    Row("issue", "8 kiosks", 1234.5, "/s", "empty request", 2469.0, aim="≥ 0.4×", met=True),
    Row("issue", "8 kiosks, p99", 9.87, "ms", aim="≤ 5 ms", met=False),
    Row("memory", "a follower", None, "KB", aim="not measured: no followers"),
]
ABOUT = {"at": "2026-11-24", "load_before": 0.25, "machine": report.machine()}


def test_a_percentile_is_a_value_that_was_seen() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert [report.percentile(values, share) for share in (0.0, 0.2, 0.5, 0.8, 0.99, 1.0)] == [1, 1, 3, 4, 5, 5]
    assert report.percentile([7.0], 0.5) == 7.0
    assert report.percentile(range(1, 101), 0.99) == 99
    with pytest.raises(ValueError, match="no values"):
        report.percentile([], 0.5)


def test_the_ratio_is_value_by_limit_unless_it_is_given() -> None:
    assert ROWS[0].share() == 0.5
    assert Row("x", "y", 3.0, limit=2.0, ratio=9.0).share() == 9.0
    assert Row("x", "y", 3.0).share() is None
    assert Row("x", "y", None, limit=2.0).share() is None


def test_a_ratio_over_rounds_is_the_median_of_ratios_taken_in_one_round() -> None:
    rounds = [[Row("x", "y", value, limit=limit)] for value, limit in ((10.0, 10.0), (40.0, 20.0), (30.0, 5.0))]
    (merged,) = report.median_rows(rounds)
    assert (merged.value, merged.limit, merged.ratio) == (30.0, 10.0, 2.0)


def test_the_terminal_shows_every_figure_under_its_benchmark() -> None:
    shown = report.text_table(ROWS).splitlines()
    assert shown[0] == "issue"
    assert shown.index("memory") > 3
    first, second, third = (next(line for line in shown if row.what + "  " in line) for row in ROWS)
    assert "1,234 /s" in first
    assert "2,469 /s" in first
    assert "0.50×" in first
    assert first.endswith("met")
    assert "NOT MET" not in first
    assert second.endswith("NOT MET")
    assert "– KB" in third


def test_a_saved_run_comes_back_whole(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    report.save(file, ROWS, ABOUT)
    rows, about = report.load(file)
    assert about == ABOUT
    assert [row.value for row in rows] == [row.value for row in ROWS]
    assert [row.share() for row in rows] == [0.5, None, None]
    assert json.loads(file.read_text())["rows"][1]["met"] is False


def test_the_page_gets_the_new_tables_and_keeps_its_words() -> None:
    page = (
        "# Page\n<!-- bench: machine -->\nold\n<!-- end -->\nwords\n<!-- bench: issue -->\n<!-- end -->\nmore\n"
        "<!-- bench: memory -->\n| stale |\n<!-- end -->\nlast\n"
    )
    drawn = report.redraw(page, ROWS, ABOUT)
    assert "stale" not in drawn
    assert "old" not in drawn
    for kept in ("# Page\n", "\nwords\n", "\nmore\n", "\nlast\n"):
        assert kept in drawn
    assert "| 8 kiosks | **1,234 /s** | empty request | 2,469 /s | 0.50× | ≥ 0.4× | met |" in drawn
    assert "**not met**" in drawn
    assert drawn.index("8 kiosks") < drawn.index("more") < drawn.index("a follower") < drawn.index("last")
    assert report.redraw(drawn, ROWS, ABOUT) == drawn


def test_a_page_without_a_place_for_a_benchmark_is_refused() -> None:
    page = "<!-- bench: machine -->\n<!-- end -->\n<!-- bench: issue -->\n<!-- end -->\n"
    with pytest.raises(ValueError, match="no place for memory"):
        report.redraw(page, ROWS, ABOUT)


def test_figures_are_short_and_small_ones_do_not_vanish() -> None:
    shown = [report.number(value) for value in (None, 12345.6, 0.0, 99.94, 1.239, 0.5, 0.0123)]
    assert shown == ["–", "12,346", "0", "99.9", "1.24", "0.50", "0.0123"]


def test_the_machine_is_described_without_its_name() -> None:
    import socket

    about = report.machine()
    assert about["cores"] >= 1
    assert about["packages"]["flask"]
    assert socket.gethostname() not in json.dumps(about) or len(socket.gethostname()) < 4
