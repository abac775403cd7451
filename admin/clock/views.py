"""Clock: the hub's time, what is wrong with its machine's clock, and how to tell the hub the true time."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import render_template
from flask_babel import gettext

from admin import frame
from admin.section import Routes, View
from antrean.queueing.commands import TellTime
from antrean.queueing.errors import Invalid
from antrean.web.http.forms import body, flag, request_id, text
from antrean.web.http.guard import current_identity
from antrean.web.operations.operation import operation
from antrean.web.operations.results import SaidResult
from antrean.web.services import services
from antrean.web.text.alarms import clock_words
from antrean.web.text.times import long_date, long_time

routes = Routes()

LONGEST_MS = 13  # digits of a time in milliseconds until the year 2286


def render() -> View:
    """Return the section's fragment: both clocks and the business day now."""
    office, plan = services().office, frame.plan()
    guard, language = office.guard, plan.languages[0]
    now, day = office.clock(), office.business_day()
    closed, open_now = office.read(lambda day, _plan: (day.closed, len(day.open_tickets())))
    html = render_template(
        "admin/clock/state.html",
        state=guard.state,
        said=clock_words(guard.state, guard.why, office.time.stops(day, closed)),
        hub=long_time(now, plan.tz, language),
        machine=long_time(guard.wall(), plan.tz, language),
        told=bool(guard.offset),
        day=long_date(day, language),
        elsewhere=day != plan.business_day(now),
        open=open_now,
    )
    return {"html": {"clock": html}}


@routes.get("/clock")
def clock() -> str:
    """Show the hub's time."""
    now = services().office.clock().astimezone(frame.plan().tz)
    return frame.page("clock", typed=now.strftime("%Y-%m-%dT%H:%M"), zone=frame.plan().zone)


@routes.post("/clock")
@operation(TellTime, gives=SaidResult, reads=())
def tell_time() -> SaidResult:
    """Set the hub's time: `at` in milliseconds as a browser counts them, or `local` as read from a clock in the office.

    With `end_day` the business day is closed first. Refuses what is no time, and one that can't be true.
    """
    fields, office = body("at", "local", "end_day"), services().office
    at = _from_device(text(fields, "at", "", most=LONGEST_MS)) or _typed(text(fields, "local", "", most=19))
    told = TellTime(
        seconds=(at - office.clock()).total_seconds(),
        since=office.time.began_at,
        guard=office.guard,
        end_day=flag(fields, "end_day"),
    )
    office.execute(told, current_identity().actor, request_id(fields))
    services().publisher.redraw()
    return SaidResult(gettext("The hub goes by this time now."))


def _from_device(said: str) -> datetime | None:
    if not said:
        return None
    if not (said.isascii() and said.isdigit()):
        raise Invalid("value_invalid", field="at")
    return datetime.fromtimestamp(int(said) / 1000, UTC)


def _typed(said: str) -> datetime:
    try:
        return datetime.fromisoformat(said).replace(tzinfo=frame.plan().tz).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("value_invalid", field="local") from None
