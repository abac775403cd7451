"""The replay of a trace knows only what could be known, and its figures are what they are called."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from antrean.queueing.estimation.formula import Interval
from bench import estimates as bench
from bench._queue_trace import read_trace
from bench._trace_replay import Answer, Outcome, replay

TICKETS = "office,queue,date,ticket,seen_by,called_by"
SNAPSHOTS = "office,queue,date,time,service_min,open_counters,waiting,last_called"


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def lines_of_a_day(day: str, hours: int = 6, later: int | None = None) -> tuple[list[str], list[str]]:
    """Return a day with two arrivals and one call in five minutes; from `later` (minutes) on two calls."""
    tickets: list[str] = []
    snapshots: list[str] = []
    seen: dict[int, int] = {}
    done: dict[int, int] = {}
    called = issued = 0
    for time in range(480, 480 + hours * 60, 5):
        issued += 2 if time < 660 else 0
        called = min(called + (2 if later is not None and time >= later else 1), issued)
        for number in range(1, issued + 1):
            seen.setdefault(number, time)
            if number <= called:
                done.setdefault(number, time)
        snapshots.append(f"X,A,{day},{clock(time)},10,2,{issued - called},{called}")
    for number, time in done.items():
        tickets.append(f"X,A,{day},{number},{clock(seen[number])},{clock(time)}")
    return tickets, snapshots


def write(folder: Path, *days: tuple[list[str], list[str]]) -> tuple[Path, Path]:
    tickets, snapshots = folder / "tickets.csv", folder / "snapshots.csv.gz"
    tickets.write_text("\n".join([TICKETS, *(line for day in days for line in day[0])]) + "\n")
    with gzip.open(snapshots, "wt") as out:
        out.write("\n".join([SNAPSHOTS, *(line for day in days for line in day[1])]) + "\n")
    return tickets, snapshots


def outcomes(folder: Path, *days: tuple[list[str], list[str]]) -> list[Outcome]:
    return list(replay(read_trace(*write(folder, *days))))


def test_only_tickets_that_had_to_wait_are_scored(tmp_path: Path) -> None:
    found = outcomes(tmp_path, lines_of_a_day("2020-01-02"))
    tickets, _ = lines_of_a_day("2020-01-02")
    waited = [line for line in tickets if line.split(",")[4] != line.split(",")[5]]
    assert len(tickets) > len(waited) == len(found)
    assert all(outcome.joined.actual > 0 for outcome in found)


def test_what_happens_later_changes_no_earlier_estimate(tmp_path: Path) -> None:
    steady = outcomes(tmp_path, lines_of_a_day("2020-01-02"))
    faster = outcomes(tmp_path, lines_of_a_day("2020-01-02", later=600))
    before = [(o.joined.interval, o.joined.told, o.geometric) for o in steady[:40]]
    assert before == [(o.joined.interval, o.joined.told, o.geometric) for o in faster[:40]]
    assert steady[-1].joined.interval != faster[-1].joined.interval
    assert [o.joined.actual for o in steady[:40]] != [o.joined.actual for o in faster[:40]]


def test_a_later_day_knows_the_earlier_ones_and_never_the_other_way_round(tmp_path: Path) -> None:
    first, second = lines_of_a_day("2020-01-02"), lines_of_a_day("2020-01-03")
    alone, both = outcomes(tmp_path, second), outcomes(tmp_path, first, second)
    assert both[: len(alone)] == outcomes(tmp_path, first)
    assert [o.joined.interval for o in both[len(alone) :]] != [o.joined.interval for o in alone]


def test_one_office_learns_nothing_from_another(tmp_path: Path) -> None:
    day = lines_of_a_day("2020-01-02")
    other = tuple([line.replace("X,", "Y,", 1) for line in lines] for lines in lines_of_a_day("2020-01-01", later=500))
    alone, beside = outcomes(tmp_path, day), outcomes(tmp_path, (other[0], other[1]), day)
    assert [o for o in beside if o.office == "X"] == alone


def test_too_little_seen_means_no_answer_but_the_ticket_still_counts_among_all(tmp_path: Path) -> None:
    found = outcomes(tmp_path, lines_of_a_day("2020-01-02"))
    assert found[0].joined.told is None
    assert found[-1].joined.told is not None
    rows = bench.score(found)
    assert rows["antrean"]["tickets"] == rows["geometric mean"]["tickets"] == rows["announced"]["tickets"]
    assert rows["antrean"]["tickets"] < rows["antrean, every ticket"]["tickets"] == len(found)
    assert rows["antrean, every ticket"]["share"] == 1.0


def test_the_figures_are_computed_as_they_are_called() -> None:
    def answer(actual: float, point: float, low: float, high: float, told: bool = True) -> Answer:
        return Answer(actual, Interval(low, point, high), (0, 30) if told else None)

    def outcome(joined: Answer, update: Answer | None = None) -> Outcome:
        return Outcome("2020-01-02", "X", "A", joined, update, joined.actual + 60, joined.actual + 9)

    rows = bench.score(
        [
            outcome(answer(10, 12, 5, 20), answer(4, 6, 5, 9)),
            outcome(answer(30, 20, 15, 25)),
            outcome(answer(40, 43, 30, 60), answer(31, 30, 20, 40)),
            outcome(answer(9, 99, 9, 9, told=False), answer(1, 3, 1, 2, told=False)),
        ]
    )
    assert rows["antrean"] == {
        "tickets": 3, "share": 0.75, "mean_error": 5.0, "median_error": 3.0, "bias": pytest.approx(-5 / 3),
        "inside": pytest.approx(2 / 3), "below": 0.0, "width": pytest.approx(55 / 3),
    }  # fmt: skip
    assert rows["geometric mean"]["mean_error"] == 9
    assert rows["announced"]["median_error"] == 60
    assert rows["antrean, every ticket"]["mean_error"] == pytest.approx(105 / 4)
    assert rows["antrean, told"] == {
        "tickets": 3, "share": 0.75, "inside": pytest.approx(2 / 3), "below": 0.0, "width": 30.0,
    }  # fmt: skip
    assert rows["antrean, updates"]["mean_error"] == pytest.approx(5 / 3)
    assert rows["antrean, updates"]["inside"] == pytest.approx(2 / 3)
    assert rows["antrean, updates told"]["inside"] == 0.5


def test_each_ticket_asks_once_again_while_it_waits(tmp_path: Path) -> None:
    found = outcomes(tmp_path, lines_of_a_day("2020-01-02"))
    for outcome in found:
        # Without a snapshot between the first and the call there is no later moment.
        assert (outcome.update is None) == (outcome.joined.actual <= 5)
        assert outcome.update is None or 0 < outcome.update.actual < outcome.joined.actual
    left = [outcome.update.actual / outcome.joined.actual for outcome in found if outcome.update is not None]
    assert 0.4 < sum(left) / len(left) < 0.6


def test_the_yardsticks_are_the_two_known_rules(tmp_path: Path) -> None:
    found = outcomes(tmp_path, lines_of_a_day("2020-01-02"))
    # 09:55 is the 24th snapshot: 48 issued, 24 called; ticket 47 is the 23rd in line, as 46 was five minutes before.
    _, at_9_55 = [o for o in found if o.announced == 23 * 10 / 2]
    # Ticket 24 was seen by 08:55 and called by 09:55: 60 minutes. 12 calls in the last hour.
    assert at_9_55.geometric == pytest.approx((60 * 23 * 60 / 12) ** 0.5)


def test_the_command_prints_both_groups_of_days_and_writes_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tickets, snapshots = write(tmp_path, lines_of_a_day("2020-01-02"), lines_of_a_day("2020-01-03"))
    report = tmp_path / "report.json"
    code = bench.main([str(tickets), str(snapshots), "--tuned-until", "2020-01-02", "--json", str(report)])
    printed = capsys.readouterr().out
    assert code == 0
    assert "tuned on (to 2020-01-02)" in printed
    assert "held out (after 2020-01-02)" in printed
    figures = json.loads(report.read_text())
    everybody = [group["antrean, every ticket"]["tickets"] for group in figures.values()]
    assert everybody[0] == everybody[1] + everybody[2]
