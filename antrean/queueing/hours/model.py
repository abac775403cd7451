"""When an office is open, as frozen values: a week, seasons with weeks of their own, and single days before both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_MINUTES = 24 * 60
Span = tuple[int, int]  # from when until when, in minutes of the office's clock since midnight
Spans = tuple[Span, ...]  # in their order, none overlaps another; what lies between two of them is a break
Week = Mapping[str, Spans]  # by weekday
WHOLE_DAY: Spans = ((0, DAY_MINUTES),)


@dataclass(frozen=True, slots=True)
class Season:
    """Business days from `starts_on` to `ends_on`, both included, with a week of their own, such as Ramadan.

    `names` are by language code. A weekday that the week does not have is closed.
    """

    id: str
    names: Mapping[str, str]
    starts_on: date
    ends_on: date
    week: Week

    def holds_on(self, day: date) -> bool:
        """Whether a business day belongs to it."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One business day that is not as its week says: open otherwise, or closed where it has no `hours`.

    `reasons` say why, by language code.
    """

    day: date
    hours: Spans = ()
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayHours:
    """When the office is open on one business day, and what says so: a special day, a season, or neither: the week."""

    spans: Spans
    special: SpecialDay | None = None
    season: Season | None = None


@dataclass(frozen=True)
class Hours:
    """The opening hours of an office. Without a week it has none: then it gives numbers at any time.

    A special day goes before a season, a season before the week. A weekday that the week does not have is closed.
    """

    week: Week = field(default_factory=dict)
    seasons: tuple[Season, ...] = ()
    days: tuple[SpecialDay, ...] = ()

    @cached_property
    def _special(self) -> dict[date, SpecialDay]:
        return {one.day: one for one in self.days}

    @cached_property
    def given(self) -> bool:
        """Whether the office has opening hours."""
        return any(self.week.values())

    def usual(self, day: date) -> DayHours:
        """Return the hours of a business day by its season or the week, whatever is special about it."""
        season = next((one for one in self.seasons if one.holds_on(day)), None)
        week = self.week if season is None else season.week
        return DayHours(week.get(WEEKDAYS[day.weekday()], ()), season=season)

    def on(self, day: date) -> DayHours:
        """Return the hours of a business day."""
        special = self._special.get(day)
        return self.usual(day) if special is None else DayHours(special.hours, special)


def minutes(spans: Spans) -> int:
    """Return how many minutes spans have in all."""
    return sum(until - since for since, until in spans)


def common(one: Spans, other: Spans) -> Spans:
    """Return what two rows of spans have in common."""
    both = ((max(a[0], b[0]), min(a[1], b[1])) for a in one for b in other)
    return tuple(span for span in both if span[0] < span[1])


def breaks(spans: Spans) -> Spans:
    """Return what lies between the spans of a day."""
    return tuple((one[1], other[0]) for one, other in pairwise(spans) if one[1] < other[0])
