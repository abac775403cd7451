"""When a backup is due, which ones are kept, and when the newest is too old; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo

HOURS, DAYS, MONTHS = 24, 14, 12
EACH = timedelta(hours=1)
TOO_OLD = timedelta(hours=2)


def kept(moments: Iterable[datetime], zone: tzinfo) -> set[datetime]:
    """Return which backups stay: the newest of 24 hours, of 14 days and of 12 months in the office's zone.

    Hours, days and months without a backup are not counted, so neither holidays nor a clock that was wrong cost any.
    """
    newest_first = sorted(moments, reverse=True)
    stay: set[datetime] = set()
    spans: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (HOURS, lambda at: (at.date(), at.hour)),
        (DAYS, lambda at: at.date()),
        (MONTHS, lambda at: (at.year, at.month)),
    )
    for most, span in spans:
        seen: set[object] = set()
        for moment in newest_first:
            here = span(moment.astimezone(zone))
            if here in seen:
                continue
            if len(seen) == most:
                break
            seen.add(here)
            stay.add(moment)
    return stay


def is_too_old(newest: datetime | None, last_line: datetime | None) -> bool:
    """Whether more than two hours of service are in no backup. Without any line there is nothing to keep."""
    if last_line is None:
        return False
    return newest is None or last_line - newest > TOO_OLD
