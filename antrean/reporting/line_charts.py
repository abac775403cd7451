"""Where the parts of lines, heat maps and intervals lie, as coordinates of an SVG. Pure arithmetic, as `charts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from antrean.reporting.charts import Plot, Tick, apart, levels, rounded_up

SHADES = 5  # of a heat map, from light to dark
MOST_DOTS = 40  # points of a line that are marked; of more the line alone is read


@dataclass(frozen=True, slots=True)
class Line:
    """A line: SVG path commands, with a gap where there is no value, and its points where they are marked."""

    path: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over places, the levels at the left, the labels below, and how high a limit lies, None without one."""

    plot: Plot
    lines: tuple[Line, ...]
    levels: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    limit: float | None


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A field of a heat map: its shade from 0, the lightest, and where its text stands; `text` is "" of no value."""

    x: float
    y: float
    width: float
    height: float
    shade: int
    text: str
    text_x: float
    text_y: float


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Fields in rows and columns with their labels."""

    plot: Plot
    cells: tuple[HeatCell, ...]
    rows: tuple[Tick, ...]
    labels: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """A lying band from a lower to an upper value, and a mark on or beside it; its label stands above."""

    label: str
    label_y: float
    x: float
    y: float
    width: float
    height: float
    mark: float


@dataclass(frozen=True, slots=True)
class Intervals:
    """Bands below each other, and the values below them all."""

    plot: Plot
    rows: tuple[Interval, ...]
    labels: tuple[Tick, ...]


def lines(
    values: Sequence[Sequence[float | None]],
    labels: Sequence[str],
    limit: float | None = None,
    plot: Plot | None = None,
) -> Lines:
    """Return a line for each sequence of values, with a place for each label; None is a gap. Values are 0 or more.

    Refuses (ValueError) values that are not as many as the labels.
    """
    if any(len(line) != len(labels) for line in values):
        raise ValueError(f"lines have other places than {len(labels)} labels")
    plot = plot or Plot()
    known = [value for line in values for value in line if value is not None]
    top = rounded_up(ceil(max([*known, limit or 0], default=0)))
    places = [plot.across((place + 0.5) / max(len(labels), 1)) for place in range(len(labels))]
    return Lines(
        plot,
        tuple(_line([(x, plot.up(y / top)) if y is not None else None for x, y in zip(places, line, strict=True)])
              for line in values),
        levels(plot, top),
        apart([Tick(x, label) for x, label in zip(places, labels, strict=True)]),
        None if limit is None else plot.up(limit / top),
    )  # fmt: skip


def heat_map(
    values: Sequence[Sequence[tuple[float, str] | None]], rows: Sequence[str], labels: Sequence[str], left: float = 64
) -> HeatMap:
    """Return a field for each value with its text, in rows from above; None is an empty field.

    The darkest shade is the largest value, the lightest 0. `left` is how much room the labels of rows have.
    """
    height, above = 30.0, 4.0
    plot = Plot(height=above + height * len(rows) + 28, left=left, right=2, top=above)
    most = max((value[0] for row in values for value in row if value is not None), default=0)
    room = 1 / max(len(labels), 1)
    cells = []
    for down, row in enumerate(values):
        for place, value in enumerate(row):
            x, end = plot.across(room * place), plot.across(room * (place + 1))
            y = above + height * down
            shade = 0 if value is None or not most else min(int(value[0] / most * SHADES), SHADES - 1)
            text = "" if value is None else value[1]
            middle = round((x + end) / 2, 1)
            cells.append(HeatCell(x, y, round(end - x, 1), height, shade, text, middle, y + height / 2 + 4))
    return HeatMap(
        plot,
        tuple(cells),
        tuple(Tick(above + height * (down + 0.5) + 4, label) for down, label in enumerate(rows)),
        apart([Tick(plot.across(room * (place + 0.5)), label) for place, label in enumerate(labels)]),
    )


def intervals(rows: Sequence[tuple[str, float, float, float]], row_height: float = 40) -> Intervals:
    """Return a band for each label, from its lower to its upper value, with a mark at the third one; all on one scale.

    Values are 0 or more.
    """
    plot = Plot(height=12 + 28 + row_height * len(rows), left=8, right=16)
    top = rounded_up(ceil(max((value for _label, *values in rows for value in values), default=0)))
    found = []
    for place, (label, low, high, mark) in enumerate(rows):
        y = plot.top + row_height * place
        x, end = plot.across(low / top), plot.across(high / top)
        band = round(max(end - x, 1), 1), 12.0
        found.append(Interval(label, y + 12, x, y + 19, *band, plot.across(mark / top)))
    marks = [Tick(plot.across(int(tick.label) / top), tick.label) for tick in levels(plot, top)]
    return Intervals(plot, tuple(found), apart(marks))


def _line(points: Sequence[tuple[float, float] | None]) -> Line:
    path, joined = "", False
    for point in points:
        if point is not None:
            path += f"{'L' if joined else 'M'}{point[0]:g} {point[1]:g}"
        joined = point is not None
    dots = tuple(point for point in points if point is not None)
    return Line(path, dots if len(points) <= MOST_DOTS else ())
