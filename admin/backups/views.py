"""Backups: the list, the age of the newest, a button for one more, and the second place with the choice of it."""

from __future__ import annotations

from pathlib import Path

from flask import Response, jsonify, render_template, request
from flask_babel import gettext

from admin import frame
from admin.backups.alarms import alarms
from admin.section import Routes, View
from antrean.hub.second_place import choose_second, leave_second
from antrean.hub.watches.backups import BackupWatch
from antrean.queueing.events import SecurityNoted
from antrean.queueing.security.events import BACKUPS_LED
from antrean.web.http.forms import body, text
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text import times

routes = Routes()

MOST_SHOWN = 60
LONGEST_FOLDER = 500


def render() -> View:
    """Return the section's fragments: the backups with what is wrong, and the second place."""
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
                    "age": times.age_words(now - copy.at),
                    "megabytes": f"{max(copy.size / 1e6, 0.1):.1f}",
                    "encrypted": copy.encrypted,
                },
            )
            row[place] = True
    newest_first = sorted(rows.values(), key=lambda row: str(row["at"]), reverse=True)[:MOST_SHOWN]
    html = render_template("admin/backups/list.html", rows=newest_first, watch=watch, alarms=alarms(watch))
    return {"html": {"backups": html, "second_place": _second_place(watch)}}


def _second_place(watch: BackupWatch) -> str:
    """Return the second place as it is now, and the drives that could be one."""
    if not watch.named:
        watch.show_drives()
    there = watch.stock.second
    chosen = watch.places.second
    return render_template(
        "admin/backups/second_place.html",
        watch=watch,
        away=watch.stock.second_state == "away",
        newest=times.age_words(services().office.clock() - there[0].at) if there else "",
        room=_room(watch.stock.free, watch.stock.size),
        drives=[
            {"folder": str(one.folder), "writable": one.writable, "room": _room(one.free, one.size)}
            for one in watch.drives
            if not Path(chosen).is_relative_to(one.mounted)
        ],
    )


def _room(free: int, size: int) -> str:
    """Return how much room there is, "" where nobody knows."""
    return gettext("%(free)s of %(size)s GB free", free=_gigabytes(free), size=_gigabytes(size)) if size else ""


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.{0 if size >= 10e9 else 1}f}"


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


@routes.post("/backups/second_place")
def second_place() -> Response:
    """Have backups copied to `folder` as well from now on, "" for nowhere.

    The folder is written to and read back first. Refuses a folder that can't be the second place, and any where the
    machine's settings name one.
    """
    folder = text(body("folder"), "folder", most=LONGEST_FOLDER).strip()
    hub = services()
    if folder:
        folder = choose_second(hub.backups, folder)
    else:
        leave_second(hub.backups)
    noted = SecurityNoted(BACKUPS_LED, device=folder)
    hub.security.note(noted, current_identity().actor, request.remote_addr or "")
    hub.publisher.redraw()
    if not folder:
        return jsonify(said=gettext("Backups lie on this machine only now. What was copied before stays where it is."))
    return jsonify(
        said=gettext("%(folder)s was written to and read back. A backup is made now and copied there.", folder=folder)
    )
