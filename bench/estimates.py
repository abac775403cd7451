"""Plays a queue trace through the estimator that a hub keeps beside its day, and scores what people would be told."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean, median

from bench._queue_trace import read_trace
from bench._trace_replay import Answer, Outcome, replay

Figures = dict[str, float]
FEWEST = 100  # tickets of an office or queue that is scored by itself


def main(argv: Sequence[str]) -> int:
    """Print the scores of a trace; see `python -m bench estimates --help`."""
    parser = argparse.ArgumentParser(prog="python -m bench estimates", description=__doc__)
    parser.add_argument("tickets", type=Path, help="office,queue,date,ticket,seen_by,called_by (.csv or .csv.gz)")
    parser.add_argument("snapshots", type=Path, help="office,queue,date,time,service_min,open_counters,…")
    parser.add_argument("--tuned-until", metavar="DATE", help="last day that was tuned on; later ones are scored apart")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too, by office and queue")
    options = parser.parse_args(argv)
    groups = list(split(list(replay(read_trace(options.tickets, options.snapshots))), options.tuned_until))
    report = {name: score(group) for name, group in groups}
    parts = {name: {"offices": by(group, _office), "queues": by(group, _queue)} for name, group in groups}
    print(table(report, parts))
    if options.json:
        apart = {name: {**rows, **parts[name]} for name, rows in report.items()}
        options.json.write_text(json.dumps(apart, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


# -- scoring -------------------------------------------------------------------------------------


def split(outcomes: Sequence[Outcome], tuned_until: str | None) -> Iterator[tuple[str, list[Outcome]]]:
    """Yield all outcomes, then those of the days tuned on and those of other days, where the days are given."""
    yield "all days", list(outcomes)
    if tuned_until:
        yield f"tuned on (to {tuned_until})", [o for o in outcomes if o.day <= tuned_until]
        yield f"held out (after {tuned_until})", [o for o in outcomes if o.day > tuned_until]


def score(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """Return the figures of one group of tickets, for each way of estimating.

    The first three rows are about the same tickets: those that got an answer and for which the geometric mean
    has one as well. "Every ticket" are all that had to wait, answered or not. "Told" is the range that people read,
    "updates" one later moment of each ticket's wait, drawn at random.
    """
    same = [o for o in outcomes if o.joined.told is not None and o.geometric is not None]
    joined, updates = [o.joined for o in outcomes], [o.update for o in outcomes if o.update is not None]
    return {
        "antrean": _intervals([o.joined for o in same], len(outcomes)),
        "geometric mean": _points(same, [o.geometric or 0.0 for o in same], len(outcomes)),
        "announced": _points(same, [o.announced for o in same], len(outcomes)),
        "antrean, every ticket": _intervals(joined, len(outcomes)),
        "announced, every ticket": _points(outcomes, [o.announced for o in outcomes], len(outcomes)),
        "antrean, told": _told(joined),
        "antrean, updates": _intervals(updates, len(updates)),
        "antrean, updates told": _told(updates),
    }


def by(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, Figures]:
    """Return the figures of every ticket of each office or queue that had enough of them."""
    groups: dict[str, list[Answer]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome.joined)
    return {name: _intervals(found, len(found)) for name, found in sorted(groups.items()) if len(found) >= FEWEST}


def _office(outcome: Outcome) -> str:
    return outcome.office


def _queue(outcome: Outcome) -> str:
    return f"{outcome.office}: {outcome.queue}"


def _points(tickets: Sequence[Outcome], points: Sequence[float], everybody: int) -> Figures:
    return _errors([abs(point - o.joined.actual) for point, o in zip(points, tickets, strict=True)], everybody)


def _intervals(answers: Sequence[Answer], everybody: int) -> Figures:
    figures = _errors([abs(a.interval.point - a.actual) for a in answers], everybody)
    if answers:
        figures["bias"] = fmean(a.interval.point - a.actual for a in answers)
        figures["inside"] = fmean(a.interval.low <= a.actual <= a.interval.high for a in answers)
        figures["below"] = fmean(a.actual < a.interval.low for a in answers)
        figures["width"] = fmean(a.interval.high - a.interval.low for a in answers)
    return figures


def _told(answers: Sequence[Answer]) -> Figures:
    """Return the figures of the ranges that people were told; `share` is how many were told one."""
    told = [(a.actual, *a.told) for a in answers if a.told is not None]
    figures: Figures = {"tickets": len(told), "share": len(told) / len(answers) if answers else 0.0}
    if told:
        figures["inside"] = fmean(low <= actual <= high for actual, low, high in told)
        figures["below"] = fmean(actual < low for actual, low, _ in told)
        figures["width"] = fmean(high - low for _, low, high in told)
    return figures


def _errors(errors: Sequence[float], everybody: int) -> Figures:
    if not errors:
        return {"tickets": 0, "share": 0.0}
    share = len(errors) / everybody
    return {"tickets": len(errors), "share": share, "mean_error": fmean(errors), "median_error": median(errors)}


def table(report: dict[str, dict[str, Figures]], parts: dict[str, dict[str, dict[str, Figures]]]) -> str:
    """Return the report as text."""
    lines = []
    for group, rows in report.items():
        lines += ["", group, f"{'':26}{'tickets':>8}{'share':>7}{'mean':>7}{'median':>8}{'inside':>8}{'width':>7}"]
        for name, row in rows.items():
            cells = f"{name:26}{row['tickets']:8}{row['share']:7.0%}"
            cells += f"{row['mean_error']:7.2f}{row['median_error']:8.2f}" if "mean_error" in row else " " * 15
            if "inside" in row:
                cells += f"{row['inside']:8.1%}{row['width']:7.1f}"
            lines.append(cells.rstrip())
        for name, found in parts[group].items():
            inside = sorted(figures["inside"] for figures in found.values())
            if inside:
                lines.append(f"{len(inside)} {name} apart, every ticket: {inside[0]:.1%} to {inside[-1]:.1%} inside")
    lines += [
        "",
        "errors and widths in minutes; inside = share of actual waits within the 80 % interval or the range told",
    ]
    return "\n".join(lines).strip("\n")
