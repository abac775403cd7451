"""Where the parts of charts lie: bars, staircases and stacked bars, as coordinates of an SVG. Pure arithmetic.

Coordinates are units of the drawing's view box, counted from its left and from its top. What people read on a chart is
given as text: nothing is worded here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

LETTER = 10  # how wide a letter of a label is at most: on paper, where a drawing may have half a page
FEWEST = 10  # groups of bars for which there is room: a few stand at the left, and are not as wide as a hand
BETWEEN = 0.24  # of the room of a group of bars: what is left free beside it


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing of `width` by `height`, and the edges around what is drawn in it, where axes are labelled."""

    width: float = 720
    height: float = 240
    left: float = 44
    right: float = 24
    top: float = 12
    bottom: float = 28

    @property
    def end(self) -> float:
        """Where the room for drawing ends at the right."""
        return self.width - self.right

    @property
    def floor(self) -> float:
        """Where the room for drawing ends below."""
        return self.height - self.bottom

    def across(self, share: float) -> float:
        """Return how far from the left such a share of the way to the right is."""
        return _unit(self.left + share * (self.end - self.left))

    def up(self, share: float) -> float:
        """Return how far from the top such a share of the way from the floor to the top is."""
        return _unit(self.floor - share * (self.floor - self.top))


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place of an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle for a value; `part` is its place among those of its group."""

    part: int
    value: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Groups of upright bars: each bar, the levels at the left and the labels below."""

    plot: Plot
    bars: tuple[Bar, ...]
    levels: tuple[Tick, ...]
    labels: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Stairs:
    """Staircases over time: an SVG path for each, the levels at the left and the labels below."""

    plot: Plot
    paths: tuple[str, ...]
    levels: tuple[Tick, ...]
    labels: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class StackedRow:
    """A lying bar made of parts, and where its label stands above it."""

    label: str
    label_y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Stacked:
    """Lying bars below each other, and the values below them all."""

    plot: Plot
    rows: tuple[StackedRow, ...]
    labels: tuple[Tick, ...]


def bars(groups: Sequence[Sequence[int]], labels: Sequence[str], plot: Plot | None = None) -> Bars:
    """Return a group of bars for each label: labels that would touch the one before are left out.

    Values are 0 or more. Refuses (ValueError) groups and labels that are not as many as each other.
    """
    plot = plot or Plot()
    top = rounded_up(max((value for group in groups for value in group), default=0))
    room = 1 / max(len(groups), FEWEST)
    found: list[Bar] = []
    for place, group in enumerate(groups):
        wide = room * (1 - BETWEEN) / max(len(group), 1)
        for part, value in enumerate(group):
            start = room * (place + BETWEEN / 2) + wide * part
            x, y = plot.across(start), plot.up(value / top)
            found.append(Bar(part, value, x, y, _unit(plot.across(start + wide) - x), _unit(plot.floor - y)))
    middles = [Tick(plot.across(room * (place + 0.5)), label) for (place, label) in enumerate(labels)]
    if len(middles) != len(groups):
        raise ValueError(f"{len(groups)} groups of bars have {len(middles)} labels")
    return Bars(plot, tuple(found), levels(plot, top), apart(middles))


def stairs(
    lines: Sequence[Iterable[int]], since: int, until: int, marks: Iterable[tuple[int, str]], plot: Plot | None = None
) -> Stairs:
    """Return a staircase for each of these lists of moments, one step up at each, from `since` to `until`.

    What was before `since` is on the floor already: the line begins that much higher. What is later than `until` is
    left out. `marks` are moments with their labels. Refuses (ValueError) a time that does not end after it begins.
    """
    if until <= since:
        raise ValueError("staircases need a time that ends after it begins")
    plot = plot or Plot()
    ordered = [sorted(line) for line in lines]
    top = rounded_up(max((bisect_right(line, until) for line in ordered), default=0))
    length = until - since
    labels = [Tick(plot.across((at - since) / length), label) for at, label in marks if since <= at <= until]
    paths = tuple(_staircase(plot, line, since, until, top) for line in ordered)
    return Stairs(plot, paths, levels(plot, top), apart(labels))


def stacked(
    rows: Sequence[tuple[str, Sequence[int]]],
    words: Callable[[int], str] = str,
    step: int | None = None,
    row_height: float = 44,
) -> Stacked:
    """Return a lying bar for each label, with its parts one after the other; all on one scale.

    `words` writes a value of the scale, and `step` is how far its marks are apart, where it is not one of 1, 2, 5, 10…
    Values are 0 or more.
    """
    plot = Plot(height=12 + 28 + row_height * len(rows), left=18, right=18)
    most = max((sum(parts) for _label, parts in rows), default=0)
    top = max(-(-most // step), 1) * step if step else rounded_up(most)
    marks = range(0, top + 1, step or _step(top))
    found = tuple(
        StackedRow(label, plot.top + row_height * place + 12, _laid(plot, parts, top, place * row_height, row_height))
        for place, (label, parts) in enumerate(rows)
    )
    return Stacked(plot, found, apart([Tick(plot.across(value / top), words(value)) for value in marks]))


def levels(plot: Plot, top: int) -> tuple[Tick, ...]:
    """Return the levels of an upright axis from 0 to `top`, a value of `rounded_up`."""
    step = _step(top)
    return tuple(Tick(plot.up(value / top), str(value)) for value in range(0, top + 1, step))


def rounded_up(most: int) -> int:
    """Return the end of an axis for values up to `most`: a whole number of its steps, at least 1."""
    step = _step(max(most, 1))
    return -(-max(most, 1) // step) * step


def apart(ticks: Sequence[Tick]) -> tuple[Tick, ...]:
    """Return every tick, or every second, third, …: as many as have room beside each other."""
    every = 1
    while every < len(ticks) and not _have_room(ticks[::every]):
        every += 1
    return tuple(ticks[::every])


def _have_room(ticks: Sequence[Tick]) -> bool:
    return all(
        later.at - tick.at >= LETTER * (len(tick.label) + len(later.label)) / 2 + LETTER
        for tick, later in pairwise(ticks)
    )


def _step(most: int) -> int:
    """Return how far the levels of an axis up to `most` are apart: 1, 2 or 5, or ten, a hundred times as much."""
    step = 1
    for factor in range(20):
        step = (1, 2, 5)[factor % 3] * 10 ** (factor // 3)
        if step * 5 >= most:
            break
    return step


def _staircase(plot: Plot, moments: Sequence[int], since: int, until: int, top: int) -> str:
    """Return the path of a staircase; steps that fall on one place are one."""
    before = bisect_right(moments, since)
    within = bisect_right(moments, until)
    ends = dict[float, int]()
    for count, at in enumerate(moments[before:within], before + 1):
        ends[plot.across((at - since) / (until - since))] = count
    path = f"M{plot.left:g} {plot.up(before / top):g}"
    path += "".join(f"H{x:g}V{plot.up(count / top):g}" for x, count in ends.items())
    return f"{path}H{plot.end:g}"


def _laid(plot: Plot, parts: Sequence[int], top: int, above: float, row_height: float) -> tuple[Bar, ...]:
    found, so_far = [], 0
    for part, value in enumerate(parts):
        x, end = plot.across(so_far / top), plot.across((so_far + value) / top)
        found.append(Bar(part, value, x, plot.top + above + 18, _unit(end - x), row_height - 26))
        so_far += value
    return tuple(found)


def _unit(value: float) -> float:
    return round(value, 1)
