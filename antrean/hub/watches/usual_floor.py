"""UsualFloor: what earlier days say beside the floor, read once in five minutes while somebody looks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from antrean.hub.async_mode import AsyncMode
from antrean.queueing.keeping.report_rows import micro
from antrean.queueing.office import Office
from antrean.reporting.so_far import SoFar, TodaySoFar, Usual, usual
from antrean.storage.reports.read import ReportReader
from antrean.storage.reports.usual import same_weekdays, served_within, service_days

log = logging.getLogger(__name__)
READ_SECONDS = 300.0
AGAIN_SECONDS = 10.0  # where they could not be read: the floor goes on without them
LOOKED_SECONDS = 150.0  # the floor is drawn at least once a minute while somebody looks
WEEKDAYS = 4
SERVICE_DAYS = 20
PERCENT = 90
AT_ONCE = 25  # tickets that are worked on before others have their turn
LEAST = 20  # of a service, or nobody knows what is usual there


@dataclass(frozen=True, slots=True)
class EarlierFloor:
    """What earlier days say: `served_within` by service in microseconds, and `figures` until `until` on such weekdays.

    `until` is None while nothing was read.
    """

    until: datetime | None = None
    figures: Usual = field(default_factory=Usual)
    served_within: Mapping[str, int] = field(default_factory=dict)


NOTHING = EarlierFloor()


@dataclass(slots=True)
class UsualFloor:
    """`look` runs once a second beside requests, and does something only while the floor is drawn for somebody."""

    office: Office
    reports: ReportReader
    mode: AsyncMode
    monotonic: Callable[[], float]
    redraw: Callable[[], None]
    _looked_at: float = -1e9
    _read_at: float = -1e9
    _of: date | None = None
    _earlier: EarlierFloor = NOTHING
    _today: TodaySoFar = field(default_factory=TodaySoFar)

    def earlier(self) -> EarlierFloor:
        """Return what earlier days say, as it was read last, and note that somebody looks."""
        self._looked_at = self.monotonic()
        return self._earlier if self._of == self.office.business_day() else NOTHING

    def today(self) -> SoFar:
        """Return the figures of today until now."""
        at = micro(self.office.clock())
        while not self.office.read(lambda day, plan: self._today.follow(day, plan, AT_ONCE)):
            self.mode.step_aside()
        return self.office.read(lambda day, plan: self._today.figures(day, plan, at))

    def look(self) -> None:
        """Read earlier days again when that is due and somebody looks, and have the floor drawn again."""
        if self.monotonic() - self._looked_at <= LOOKED_SECONDS and self.read():
            self.redraw()

    def read(self) -> bool:
        """Read earlier days, in nobody's way, unless they were read within five minutes; return whether they were."""
        today, now = self.office.business_day(), self.office.clock()
        if self._of == today and self.monotonic() - self._read_at < READ_SECONDS:
            return False
        self._read_at, self._of = self.monotonic(), today
        cuts = self.office.read(lambda _day, plan: _cuts(now.astimezone(plan.tz), today))
        try:
            self._earlier = self.mode.run_blocking(self._read, today, now, cuts)
        except sa.exc.SQLAlchemyError as error:  # a hub that has just started for the first time has no tables yet
            log.info("what is usual on the floor was not read: %s", error)
            self._earlier, self._read_at = NOTHING, self.monotonic() - READ_SECONDS + AGAIN_SECONDS
        return True

    def _read(self, today: date, now: datetime, cut: Callable[[date], datetime]) -> EarlierFloor:
        reports = self.reports
        alike = [(reports.visits(day, day), micro(cut(day))) for day in same_weekdays(reports, today, WEEKDAYS)]
        days = service_days(reports, today, SERVICE_DAYS)
        served = served_within(reports, days[-1], today, PERCENT, LEAST) if days else {}
        return EarlierFloor(now, usual(alike), served)


def _cuts(local: datetime, today: date) -> Callable[[date], datetime]:
    """Return what gives the moment of an earlier business day at which the office's clock showed the same time.

    A business day that lasts beyond midnight is cut as far beyond it.
    """
    later = local.date() - today
    return lambda day: datetime.combine(day + later, local.time(), local.tzinfo)
