"""Which days, rows and visits the page *Period* is asked for, from its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from antrean.hub.periods import Question
from antrean.queueing.errors import Invalid
from antrean.storage.reports.wanted import Wanted

ROWS = ("day", "week", "month", "weekday", "hour")
MEASURES = ("arrivals", "wait", "kept")
FILTERS = ("service", "counter", "operator", "priority", "language", "device")
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)
MOST_DAYS = 3653  # ten years
MOST_ROWS = 800  # days one by one: more nobody reads
LONGEST_VALUE = 80
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """The days from `since` to `until`, told apart by `rows`; `measure` is what the heat map shows."""

    since: date
    until: date
    rows: str
    measure: str
    only: Mapping[str, str | int]

    @property
    def wanted(self) -> Wanted:
        """The legs of the period."""
        return Wanted(self.since, self.until, tuple(self.only.items()))

    @property
    def before(self) -> Wanted:
        """The legs of the period of the same length before it."""
        length = self.until - self.since + ONE_DAY
        return Wanted(self.since - length, self.since - ONE_DAY, tuple(self.only.items()))

    def question(self, zone: str, now: int) -> Question:
        """Return what is to be read, for an office of this zone; what has not ended counts until `now`."""
        return Question(self.wanted, self.before, self.rows, zone, now)


def asked_for(said: Mapping[str, str], today: date) -> Asked:
    """Read an address; this week without one. Refuses (`value_invalid`) what can't be, and more than ten years."""
    since = _day(said, "since", today - timedelta(days=today.weekday()))
    until = _day(said, "until", max(since, today))
    if until < since or until - since >= timedelta(days=MOST_DAYS):
        raise Invalid("value_invalid", field="until")
    rows = said.get("rows") or _usual_rows(since, until)
    if rows not in ROWS or (rows == "day" and until - since >= timedelta(days=MOST_ROWS)):
        raise Invalid("value_invalid", field="rows")
    measure = said.get("measure") or MEASURES[0]
    if measure not in MEASURES:
        raise Invalid("value_invalid", field="measure")
    only: dict[str, str | int] = {name: said[name] for name in FILTERS if said.get(name)}
    for name, value in only.items():
        if len(str(value)) > LONGEST_VALUE or not str(value).isprintable():
            raise Invalid("value_invalid", field=name)
    if "priority" in only:
        if only["priority"] not in ("0", "1"):
            raise Invalid("value_invalid", field="priority")
        only["priority"] = int(only["priority"])
    return Asked(since, until, rows, measure, only)


def presets(today: date) -> dict[str, tuple[date, date]]:
    """Return the periods that are asked for most, by name; they end on their last day, also where it is to come."""
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = first - ONE_DAY
    return {
        "this_week": (monday, monday + timedelta(days=6)),
        "last_week": (monday - timedelta(days=7), monday - ONE_DAY),
        "this_month": (first, (first + timedelta(days=31)).replace(day=1) - ONE_DAY),
        "last_month": (before.replace(day=1), before),
        "this_year": (date(today.year, 1, 1), date(today.year, 12, 31)),
    }


def _day(said: Mapping[str, str], name: str, usual: date) -> date:
    if not said.get(name):
        return usual
    try:
        found = date.fromisoformat(said[name])
    except ValueError:
        raise Invalid("value_invalid", field=name) from None
    if not EARLIEST <= found <= LATEST:
        raise Invalid("value_invalid", field=name)
    return found


def _usual_rows(since: date, until: date) -> str:
    days = (until - since).days + 1
    return "day" if days <= 31 else "week" if days <= 184 else "month"
