"""Backups: the list, the age of the newest, the state of the second place, and a button for one more."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, jsonify, render_template
from flask_babel import gettext

from admin import frame
from admin.backups.alarms import alarms
from admin.section import Routes, View
from antrean.web.http.forms import body
from antrean.web.services import services
from antrean.web.text import times

routes = Routes()

MOST_SHOWN = 60


def render() -> View:
    """Return the section's fragments: the backups, and what is wrong."""
    hub, plan = services(), frame.plan()
    watch, now = hub.backups, hub.office.clock()
    rows: dict[str, dict[str, object]] = {}
    for place, found in (("here", watch.stock.here), ("second", watch.stock.second)):
        for copy in found[:MOST_SHOWN]:
            row = rows.setdefault(
                copy.file.name,
                {
                    "at": copy.at,
                    "when": times.long_time(copy.at, plan.tz, plan.languages[0]),
                    "age": age_words(now - copy.at),
                    "megabytes": f"{max(copy.size / 1e6, 0.1):.1f}",
                    "encrypted": copy.encrypted,
                },
            )
            row[place] = True
    newest_first = sorted(rows.values(), key=lambda row: str(row["at"]), reverse=True)[:MOST_SHOWN]
    html = render_template("admin/backups/list.html", rows=newest_first, watch=watch, alarms=alarms(watch))
    return {"html": {"backups": html}}


@routes.get("/backups")
def backups() -> str:
    """Show the backups."""
    return frame.page("backups", watch=services().backups)


@routes.post("/backups")
def back_up() -> Response:
    """Start a backup now, in the process that makes the hourly ones."""
    body()
    hub = services()
    hub.backups.ask()
    hub.publisher.redraw()
    return jsonify(said=gettext("A backup is being made. It stands in the list when it was read back whole."))


def age_words(age: timedelta) -> str:
    """Return how long ago something was, in the language of the request."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return gettext("%(minutes)d min ago", minutes=minutes)
    if minutes < 48 * 60:
        return gettext("%(hours)d h %(minutes)d min ago", hours=minutes // 60, minutes=minutes % 60)
    return gettext("%(days)d days ago", days=minutes // 1440)
