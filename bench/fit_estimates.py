"""Fits the weights of the formula of waits, and the curves it starts with, to the days of a queue trace."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from antrean.queueing.estimation import formula
from antrean.queueing.estimation.quantiles import KNOTS, SHARES
from antrean.queueing.estimation.service_rate import ServiceRate
from bench._queue_trace import FLOOR, read_trace
from bench._trace_replay import Answer, replay

STEPS, LEAST_ERROR, NEAR, FEWEST = 25, 0.02, 0.35, 50


class Seen(NamedTuple):
    """What the formula knew when it answered, and the minutes that it really took."""

    place: float
    signs: formula.Signs
    actual: float


def main(argv: Sequence[str]) -> int:
    """Print weights and curves; see `python -m bench fit_estimates --help`."""
    parser = argparse.ArgumentParser(prog="python -m bench fit_estimates", description=__doc__)
    parser.add_argument("tickets", type=Path)
    parser.add_argument("snapshots", type=Path)
    parser.add_argument("--until", metavar="DATE", required=True, help="last day to fit; later ones are not looked at")
    parser.add_argument(
        "--usual", type=float, nargs=2, default=formula.WEIGHTS[4:], metavar="WEIGHT",
        help="weights of the usual wait and pace of the half hour: few days say little about them, so they are given",
    )  # fmt: skip
    options = parser.parse_args(argv)
    joined, updates = _seen(options.tickets, options.snapshots, options.until)
    usual = tuple(options.usual)
    days = sorted(joined)
    for day in days[1:]:
        others = [seen for other in days if other != day for seen in joined[other]]
        print(
            f"{day} with the weights of the other days: {_mean_error(fit(others, usual), joined[day]):.2f} minutes off"
        )
    weights = fit([seen for day in days for seen in joined[day]], usual)
    print(f"PLACE {weights[0]:.3f} WEIGHTS {', '.join(f'{weight:.3f}' for weight in weights[1:])}")
    remembering = [seen for day in days[1:] for seen in joined[day]]
    for name, found in (("START", remembering), ("UPDATES", [seen for day in days[1:] for seen in updates[day]])):
        print(name, *curves(found, weights), sep="\n  ")
    return 0


def _seen(tickets: Path, snapshots: Path, until: str) -> tuple[dict[str, list[Seen]], dict[str, list[Seen]]]:
    """Return what was seen as tickets were issued, and later in their waits, by day."""
    trace = {day: offices for day, offices in read_trace(tickets, snapshots).items() if day <= until}
    asked: dict[int, tuple[float, formula.Signs]] = {}
    last: list[formula.Signs] = []
    signs, guess = formula.signs, formula.Estimator.guess

    def noted_signs(pace: float, factor: float, rate: ServiceRate, clock: float) -> formula.Signs:
        last[:] = [signs(pace, factor, rate, clock)]
        return last[0]

    def noted_guess(*args: object, **more: object) -> formula.Interval:
        interval = guess(*args, **more)  # type: ignore[arg-type]
        asked[id(interval)] = (float(args[3]), last[0])  # type: ignore[arg-type]
        return interval

    def seen(answer: Answer) -> Seen:
        return Seen(*asked[id(answer.interval)], answer.actual)

    joined: dict[str, list[Seen]] = {day: [] for day in trace}
    updates: dict[str, list[Seen]] = {day: [] for day in trace}
    with patch.object(formula, "signs", noted_signs), patch.object(formula.Estimator, "guess", noted_guess):
        for outcome in replay(trace):
            joined[outcome.day].append(seen(outcome.joined))
            if outcome.update is not None:
                updates[outcome.day].append(seen(outcome.update))
    return joined, updates


# -- fitting -------------------------------------------------------------------------------------


def fit(found: Sequence[Seen], usual: tuple[float, ...]) -> tuple[float, ...]:
    """Return the weights with the least absolute errors of logarithms, each weighted by the root of the wait.

    Long waits count more, since their errors are more minutes, but not as much more, since they are fewer and odd.
    """
    rows = [(math.log(max(seen.place, 1.0)), *seen.signs[:4]) for seen in found]
    given = [sum(w * sign for w, sign in zip(usual, seen.signs[4:], strict=True)) for seen in found]
    goals = [math.log(max(seen.actual, FLOOR)) - known for seen, known in zip(found, given, strict=True)]
    importance = [math.sqrt(_expected((formula.PLACE, *formula.WEIGHTS), seen)) for seen in found]
    errors, weights = [1.0] * len(rows), [0.0] * 5
    for _ in range(STEPS):
        weights = _least_squares(rows, goals, [i / error for i, error in zip(importance, errors, strict=True)])
        errors = [
            max(abs(goal - sum(map(float.__mul__, weights, row))), LEAST_ERROR)
            for row, goal in zip(rows, goals, strict=True)
        ]
    return (*weights, *usual)


def _least_squares(rows: Sequence[Sequence[float]], goals: Sequence[float], shares: Sequence[float]) -> list[float]:
    """Return the weights of the columns with the least weighted squares, by elimination."""
    size = len(rows[0])
    table = [[0.0] * (size + 1) for _ in range(size)]
    for row, goal, share in zip(rows, goals, shares, strict=True):
        for line, value in zip(table, row, strict=True):
            scaled = share * value
            for column, other in enumerate(row):
                line[column] += scaled * other
            line[size] += scaled * goal
    for pivot in range(size):
        for index in range(size):
            if index != pivot:
                factor = table[index][pivot] / table[pivot][pivot]
                table[index] = [a - factor * b for a, b in zip(table[index], table[pivot], strict=True)]
    return [line[size] / line[index] for index, line in enumerate(table)]


def curves(found: Sequence[Seen], weights: Sequence[float]) -> list[str]:
    """Return for each share the offsets at the knots: logarithms of actual over expected wait; "-" where few are."""
    errors = [(math.log(_expected(weights, seen)), seen) for seen in found]
    near = [sorted(math.log(max(seen.actual, 1.0)) - x for x, seen in errors if abs(x - knot) < NEAR) for knot in KNOTS]
    return [
        " ".join(f"{at[int(share * len(at))]:.2f}" if len(at) >= FEWEST else "-" for at in near) for share in SHARES
    ]


def _expected(weights: Sequence[float], seen: Seen) -> float:
    return math.exp(sum(map(float.__mul__, weights, (math.log(max(seen.place, 1.0)), *seen.signs))))


def _mean_error(weights: Sequence[float], found: Sequence[Seen]) -> float:
    return sum(abs(_expected(weights, seen) - seen.actual) for seen in found) / len(found)
