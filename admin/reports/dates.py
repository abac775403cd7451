"""The days that a report is asked for, as they stand in its address."""

from __future__ import annotations

from datetime import date, timedelta

from flask import request

from antrean.queueing.errors import Invalid

LONGEST = timedelta(days=3653)  # ten years


def day_asked(name: str, usual: date) -> date:
    """Return the day that the address says under this name, the usual one where it says none.

    Refuses (`value_invalid`) what is no date, written like 2026-11-30.
    """
    said = request.args.get(name, "")
    if not said:
        return usual
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Invalid("value_invalid", field=name) from None


def days_asked(usual: tuple[date, date]) -> tuple[date, date]:
    """Return the first and the last day that the address says, the usual ones where it says none.

    Refuses (`value_invalid`) a last day before the first, and more than ten years.
    """
    since, until = day_asked("since", usual[0]), day_asked("until", usual[1])
    if until < since or until - since > LONGEST:
        raise Invalid("value_invalid", field="until")
    return since, until
