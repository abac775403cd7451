"""Told and true: how often the wait was within the range that its visitor was told. Pure arithmetic.

The true wait is from the number to the first call. It is known of visitors who were called at the service for which
they took the number; those who left before, or were sent on, are counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from antrean.queueing.keeping.report_rows import MINUTE, VisitRow
from antrean.reporting.figures import Share

TARGET = (80, 87)  # percent inside: with fewer the ranges are too narrow, with more wider than they need be
FEWEST = 30  # of fewer visitors a share says nothing of the ranges
TOO_FEW, TOO_NARROW, AS_WANTED, TOO_WIDE = "few", "narrow", "wanted", "wide"
ENDS = (5, 15, 30, 60, 120)  # minutes: where bands of what was told end
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class ToldCount:
    """First legs of one service and half hour whose visitors were told from `low` to `high` minutes, None for nothing.

    Their true wait, from the number to the first call, was `below` the range, `inside` it (both ends are) or `above`;
    the three are of those who were told something and were called at this service. `uncalled` were not. `waited` are
    the microseconds that all who were called waited.
    """

    service: str
    half_hour: int
    low: int | None
    high: int | None
    below: int
    inside: int
    above: int
    called: int
    uncalled: int
    waited: int


@dataclass(frozen=True, slots=True)
class Told:
    """Of some visitors: how the true wait lay to the range told, `below`, `inside` or `above` it.

    `width` is the sum of the widths of these ranges, `low` and `high` the sums of their ends, in minutes. `waited` is
    what these visitors waited in all, in microseconds. `untold` were told nothing, and `uncalled` were told a range and
    were not called.
    """

    below: int = 0
    inside: int = 0
    above: int = 0
    low: int = 0
    high: int = 0
    waited: int = 0
    untold: int = 0
    uncalled: int = 0

    @property
    def known(self) -> int:
        """Of how many it is known whether they were told right."""
        return self.below + self.inside + self.above

    @property
    def share(self) -> Share:
        """How many of these were told right."""
        return Share(self.inside, self.known)

    @property
    def mean_width(self) -> float | None:
        """The mean width of the ranges, in minutes; None of none."""
        return (self.high - self.low) / self.known if self.known else None

    @property
    def mean_range(self) -> tuple[float, float] | None:
        """The mean of the ranges told, in minutes; None of none."""
        return (self.low / self.known, self.high / self.known) if self.known else None

    @property
    def mean_wait(self) -> float | None:
        """The mean of the true waits, in minutes; None of none."""
        return self.waited / self.known / MINUTE if self.known else None

    @property
    def verdict(self) -> str:
        """How the share lies to the target: TOO_FEW, TOO_NARROW, AS_WANTED or TOO_WIDE."""
        percent = self.share.percent
        if percent is None or self.known < FEWEST:
            return TOO_FEW
        return TOO_NARROW if percent < TARGET[0] else TOO_WIDE if percent > TARGET[1] else AS_WANTED


@dataclass(frozen=True, slots=True)
class Band:
    """Those who were told a range whose middle is from `since` to under `until` minutes; None for any longer one."""

    since: int
    until: int | None
    told: Told


def told(counts: Iterable[ToldCount]) -> Told:
    """Return what the counts say together."""
    found = list(counts)
    known = [one for one in found if one.low is not None and one.high is not None]
    return Told(
        below=sum(one.below for one in known),
        inside=sum(one.inside for one in known),
        above=sum(one.above for one in known),
        low=sum((one.low or 0) * one.called for one in known),
        high=sum((one.high or 0) * one.called for one in known),
        waited=sum(one.waited for one in known),
        untold=sum(one.called + one.uncalled for one in found if one.low is None or one.high is None),
        uncalled=sum(one.uncalled for one in known),
    )


def by_service(counts: Iterable[ToldCount]) -> dict[str, Told]:
    """Return it by the code of the service."""
    return _by(counts, lambda one: one.service)


def by_hour(counts: Iterable[ToldCount]) -> dict[int, Told]:
    """Return it by the hour of the local day in which the number was taken, in their order."""
    return dict(sorted(_by(counts, lambda one: one.half_hour // 2).items()))


def by_band(counts: Iterable[ToldCount]) -> list[Band]:
    """Return it by how long a wait was told, the shortest first; bands of nobody are left out."""
    found = _by((one for one in counts if one.low is not None), _band)
    ends = (*ENDS, None)
    return [
        Band(since, until, found[place])
        for place, (since, until) in enumerate(zip((0, *ENDS), ends, strict=True))
        if place in found
    ]


def counts_of(rows: Iterable[VisitRow]) -> list[ToldCount]:
    """Return the counts of rows that are at hand, such as those of one day: one for each first leg."""
    return [_count_of(row) for row in rows if row.leg == 0]


def _count_of(row: VisitRow) -> ToldCount:
    waited = None if row.called_at is None else row.called_at - row.issued_at
    below = inside = above = 0
    if waited is not None and row.wait_low is not None and row.wait_high is not None:
        below, above = int(waited < row.wait_low * MINUTE), int(waited > row.wait_high * MINUTE)
        inside = 1 - below - above
    return ToldCount(
        row.service, row.half_hour, row.wait_low, row.wait_high, below, inside, above,
        int(waited is not None), int(waited is None), waited or 0,
    )  # fmt: skip


def _by(counts: Iterable[ToldCount], key: Callable[[ToldCount], Key]) -> dict[Key, Told]:
    parts: dict[Key, list[ToldCount]] = {}
    for one in counts:
        parts.setdefault(key(one), []).append(one)
    return {name: told(some) for name, some in parts.items()}


def _band(one: ToldCount) -> int:
    middle = ((one.low or 0) + (one.high or 0)) / 2
    return sum(middle >= end for end in ENDS)
