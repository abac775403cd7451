"""The results of a benchmark: rows, as a table on the terminal, as JSON, and in docs/benchmarks.md."""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

PACKAGES = ("flask", "flask-socketio", "python-socketio", "python-engineio", "gunicorn", "eventlet", "sqlalchemy")
DASH = "–"
COLUMNS = ("", "", "beside, in the same run", "", "ratio", "aim", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one benchmark.

    `beside` names a limit or peer measured in the same run and `limit` is its figure in the same unit; `ratio` is
    value ÷ limit unless it is given. `aim` is words; `met` is None when there is no aim. A value of None means that
    it could not be measured, and `aim` says why.
    """

    bench: str
    what: str
    value: float | None
    unit: str = ""
    beside: str = ""
    limit: float | None = None
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None

    def share(self) -> float | None:
        """Return value ÷ limit, or the ratio that was given."""
        if self.ratio is not None or self.value is None or not self.limit:
            return self.ratio
        return self.value / self.limit


class IncompleteError(Exception):
    """A part of a benchmark failed; `rows` are those of the rest, and one that names the failure."""

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__("a part broke")
        self.rows = rows


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that at least this share (0 to 1) of all values do not exceed. Refuses no values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    place = -(-share * len(ordered) // 1)  # rounded up
    return ordered[max(int(place) - 1, 0)]


def median_rows(rounds: Sequence[Sequence[Row]]) -> list[Row]:
    """Return one row for each of the first round's: the medians of value, limit and ratio over all rounds.

    The ratio is the median of the rounds' ratios, each taken in one round, and not a ratio of medians. Whether the
    aim is met must be said afterwards: it belongs to the medians.
    """
    merged = []
    for row in rounds[0]:
        same = [other for rows in rounds for other in rows if (other.bench, other.what) == (row.bench, row.what)]
        values, limits, ratios = (
            [found for found in column if found is not None]
            for column in ([r.value for r in same], [r.limit for r in same], [r.share() for r in same])
        )
        merged.append(
            replace(
                row,
                value=median(values) if values else None,
                limit=median(limits) if limits else None,
                ratio=median(ratios) if ratios else None,
                met=None,
            )
        )
    return merged


# -- tables --------------------------------------------------------------------------------------


def number(value: float | None) -> str:
    """Return a figure with three significant digits, or with all digits before the point."""
    if value is None:
        return DASH
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3g}"


def cells(row: Row) -> tuple[str, ...]:
    """Return a row's texts, one for each column."""
    limit = f"{number(row.limit)} {row.unit}".strip() if row.limit is not None else ""
    ratio = row.share()
    return (
        row.what,
        f"{number(row.value)} {row.unit}".strip(),
        row.beside,
        limit,
        f"{number(ratio)}×" if ratio is not None else "",
        row.aim,
        {True: "met", False: "NOT MET", None: ""}[row.met],
    )


def text_table(rows: Sequence[Row]) -> str:
    """Return the rows for a terminal, under the name of their benchmark."""
    lines: list[str] = []
    body = [cells(row) for row in rows]
    widths = [max(len(line[column]) for line in [COLUMNS, *body]) for column in range(len(COLUMNS))]
    heads = [("what", "found", *COLUMNS[2:])] if rows else []
    last = ""
    for row, line in zip(rows, body, strict=True):
        if row.bench != last:
            lines += ["", row.bench, *(_padded(head, widths) for head in heads)]
            last = row.bench
        lines.append(_padded(line, widths))
    return "\n".join(lines).strip("\n")


def _padded(line: Sequence[str], widths: Sequence[int]) -> str:
    numbers = (1, 3, 4)
    texts = (f"{t:>{w}}" if i in numbers else f"{t:<{w}}" for i, (t, w) in enumerate(zip(line, widths, strict=True)))
    return "  " + "  ".join(texts).rstrip()


def markdown_table(rows: Iterable[Row]) -> str:
    """Return the rows of one benchmark for a page."""
    lines = ["| what | found | beside, in the same run | | ratio | aim | |", "|---|--:|---|--:|--:|---|---|"]
    for row in rows:
        what, found, beside, limit, ratio, aim, met = cells(row)
        met = {"met": "met", "NOT MET": "**not met**"}.get(met, "")
        lines.append(f"| {what} | **{found}** | {beside} | {limit} | {ratio} | {aim} | {met} |")
    return "\n".join(re.sub(r" {2,}", " ", line) for line in lines)


# -- files ---------------------------------------------------------------------------------------


def machine() -> dict[str, Any]:
    """Return what the figures depend on: cores, memory, kernel, Python and the packages that matter."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return " ".join(found[1].split()) if found else platform.machine()


def save(path: Path, rows: Sequence[Row], about: Mapping[str, Any]) -> None:
    """Write a run as JSON: its machine and versions, then its rows."""
    whole = {**about, "rows": [{**asdict(row), "ratio": row.share()} for row in rows]}
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> tuple[list[Row], dict[str, Any]]:
    """Return the rows of a saved run, and its machine and versions."""
    whole = json.loads(path.read_text(encoding="utf-8"))
    return [Row(**row) for row in whole.pop("rows")], whole


def machine_words(about: Mapping[str, Any]) -> str:
    """Return a sentence about the machine and the day of a run."""
    here = about["machine"]
    packages = ", ".join(f"{name} {number}" for name, number in here["packages"].items())
    return (
        f"Last full run: {about['at']}, load {about['load_before']:.1f} before it. {here['cores']} cores "
        f"({here['processor']}), {here['memory_gib']} GiB, {here['system']}, Python {here['python']}, "
        f"SQLite {here['sqlite']}, {packages}."
    )


def redraw(page: str, rows: Sequence[Row], about: Mapping[str, Any]) -> str:
    """Return the page with its tables and its machine drawn anew between their markers.

    Refuses (ValueError) a page without a place for one of the benchmarks, so that no figure is left out unseen.
    """
    page = _between(page, "machine", machine_words(about))
    for name in dict.fromkeys(row.bench for row in rows):
        page = _between(page, name, markdown_table(row for row in rows if row.bench == name))
    return page


def places(page: str) -> set[str]:
    """Return the names of the benchmarks that a page has a place for."""
    return set(re.findall(r"<!-- bench: (\w+) -->", page)) - {"machine"}


def _between(page: str, name: str, block: str) -> str:
    start, end = f"<!-- bench: {name} -->", "<!-- end -->"
    before, found, rest = page.partition(start)
    _old, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"no place for {name}: {start} … {end}")
    return f"{before}{start}\n{block}\n{end}{after}"
