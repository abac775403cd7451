"""The pages of the first start that bring an office back: which backup, what is in it, and what came of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from antrean.hub.first_start.backups import MB, Chosen, Offered, OfficeInBackup
from antrean.queueing.errors import Invalid, QueueError
from antrean.queueing.plan.texts import NATIONAL, in_language
from antrean.queueing.tickets.numbers import written
from antrean.storage.backup.restore import Lost
from antrean.web.first_start.switch import FIRST_START, FirstStart
from antrean.web.first_start.views import guard, remember_language
from antrean.web.http.errors import sentence
from antrean.web.http.files.media import MAX_BACKUP, received_by
from antrean.web.http.forms import Fields, body, flag, only, text, wants_html
from antrean.web.text import times

log = logging.getLogger(__name__)
blueprint = Blueprint("first_start_backups", __name__, url_prefix="/first_start")
blueprint.before_request(guard)
blueprint.after_request(remember_language)
LONGEST_KEY, LONGEST_PASSPHRASE, LONGEST_NUMBER = 100, 1000, 12
SIGN_IN = "/sign_in"  # of the hub that takes over: it is no route of the first start
SHOWN = 5  # at once; older ones stand behind a key
_HIGHEST = re.compile(r"(?:([A-Z0-9]{1,4})[-= ]+)?([0-9]{1,5})")


def _first_start() -> FirstStart:
    return current_app.extensions[FIRST_START]  # type: ignore[no-any-return]


@blueprint.get("/backup")
def backup() -> str:
    """Offer the backups that are here, and to send one."""
    return _backup_page()


@blueprint.post("/backup")
def read_backup() -> ResponseReturnValue:
    """Read a backup whole, one of those offered or one that is sent, and lead to what is in it.

    Refuses what can't be brought back; a page then says why above the choice. One that was sent and is encrypted waits
    for its passphrase: it is then chosen by the name `sent`. Nothing is changed either way.
    """
    desk, key = _first_start().backups, ""
    try:
        with _too_large_said():
            incoming = partial(desk.incoming, most=MAX_BACKUP)
            with received_by(incoming, request, ("backup", "passphrase"), MAX_BACKUP) as (fields, upload):
                passphrase = text(fields, "passphrase", "", LONGEST_PASSPHRASE)
                if upload is not None:
                    desk.take(upload, passphrase)
                elif request.mimetype == "multipart/form-data":
                    raise Invalid("value_missing", field="file")
        if upload is None:
            key = text(fields, "backup", most=LONGEST_KEY)
            desk.choose(key, passphrase)
    except QueueError as refusal:
        if not wants_html():
            raise
        return _backup_page(sentence(refusal), key), refusal.status
    target = url_for("first_start_backups.restore")
    return redirect(target, 303) if wants_html() else jsonify(next=target, backup=_as_json(desk.chosen()))


@contextmanager
def _too_large_said() -> Iterator[None]:
    """Say of a file that is too large what can be done about it."""
    try:
        yield
    except Invalid as refusal:
        if refusal.code == "body_too_large":
            raise Invalid("backup_too_large", most=MAX_BACKUP // MB) from None
        raise


@blueprint.post("/anew")
def begin_anew() -> ResponseReturnValue:
    """Lead to the questions for a new office, where another one has been. Only who says so in so many words."""
    if not flag(only(body("anew"), ("anew",)), "anew"):
        raise Invalid("value_missing", field="anew")
    first = _first_start()
    first.refuse_made()
    first.change(lambda draft: replace(draft, anew=True))
    target = url_for("first_start.index")
    return redirect(target, 303) if wants_html() else jsonify(next=target)


@blueprint.get("/restore")
def restore() -> ResponseReturnValue:
    """Say what is in the backup that was read, and ask for the highest numbers on paper."""
    try:
        chosen = _first_start().backups.chosen()
    except QueueError:
        return redirect(url_for("first_start_backups.backup"))
    return _restore_page(chosen)


@blueprint.post("/restore")
def bring_back() -> ResponseReturnValue:
    """Bring the backup back in one step, serve its office, and say what is lost and where numbers go on.

    `backup` names the one whose contents were read; `highest_1_A` is the highest number on paper of the first office's
    series A. Refuses what is no number, and whatever can't be brought back; then nothing is changed.
    """
    first = _first_start()
    first.refuse_made()
    fields, _ = body(more=True), _language()  # of this request: the hub's own is asked as soon as it is there
    chosen = first.backups.chosen(text(fields, "backup", most=LONGEST_KEY))
    try:
        done = first.backups.bring_back(chosen.id, _highest(fields, chosen))
    except QueueError as refusal:
        if not wants_html():
            raise
        return _restore_page(chosen, sentence(refusal), fields), refusal.status
    names = {office.code: office.name for office in chosen.offices}
    page = ""
    if wants_html():
        lost = [_lost_words(one, names) for one in done.lost]
        page = render_template("first_start/restored.html", lost=lost, done=done, sign_in=SIGN_IN)
    try:
        first.hub()
    except Exception:  # the office is back, and this is said once: the hub is tried again each second
        log.exception("the office that was brought back can't be served yet")
    if page:
        return page
    return jsonify(next=SIGN_IN, offices={one.office: dict(one.goes_on) for one in done.lost})


def _highest(fields: Fields, chosen: Chosen) -> dict[str, dict[str, int]]:
    known = {
        f"highest_{place}_{series}": (office.code, series)
        for place, office in enumerate(chosen.offices, 1)
        for series in office.last
    }
    only(fields, ("backup", *known))
    found: dict[str, dict[str, int]] = {}
    for name, (office, series) in known.items():
        said = text(fields, name, "", LONGEST_NUMBER).strip().upper()
        match = _HIGHEST.fullmatch(said)
        if said and (match is None or match[1] not in (None, series)):
            raise Invalid("highest_unreadable", value=said, series=series)
        if match:
            found.setdefault(office, {})[series] = int(match[2])
    return found


def _language() -> str:
    return str(get_locale() or NATIONAL)


def _backup_page(message: str = "", chosen: str = "") -> str:
    """Return the page of the choice; `chosen` is what was chosen in vain, and stays chosen."""
    first = _first_start()
    found = first.mode.run_blocking(first.backups.offered)
    rows = [_row(one) for one in found]
    return render_template(
        "first_start/backup.html",
        message=message,
        chosen=chosen if any(one.key == chosen for one in found) else found[0].key if found else "",
        waiting=_megabytes(first.mode.run_blocking(first.backups.waiting)),
        rows=rows[:SHOWN],
        older=rows[SHOWN:],
        encrypted=any(one.encrypted for one in found),
        asks=first.asks_for_backup(),
        most=MAX_BACKUP // MB,
    )


def _row(one: Offered) -> dict[str, Any]:
    return {
        "key": one.key,
        "when": times.long_time(one.at, _zone(), _language()),
        "age": times.age_words(_first_start().clock() - one.at),
        "megabytes": _megabytes(one.size),
        "place": one.place,
        "encrypted": one.encrypted,
    }


def _megabytes(size: int) -> str:
    return f"{max(size / MB, 0.1):.1f}" if size else ""


def _zone() -> ZoneInfo:
    """Return the zone in which backups are dated before anybody has looked into one: as told, else of the capital."""
    return ZoneInfo(_first_start().draft().time_zone or "Asia/Jakarta")


def _restore_page(chosen: Chosen, message: str = "", typed: Fields | None = None) -> str:
    zone, language = ZoneInfo(chosen.offices[0].zone), _language()
    at = chosen.at
    return render_template(
        "first_start/restore.html",
        message=message,
        typed=typed or {},
        backup=chosen.id,
        made=times.long_time(at, zone, language) if at else "",
        age=times.age_words(chosen.now - at) if at else "",
        clock=times.long_time(chosen.now, zone, language) if at and chosen.now < at else "",
        offices=[_office(one) for one in chosen.offices],
    )


def _office(office: OfficeInBackup) -> dict[str, Any]:
    language = _language()
    rows = [
        {
            "series": series,
            "names": [in_language(names, language) or "" for names in office.services.get(series, [])],
            "last": written(series, number, office.digits) if number else "",
        }
        for series, number in office.last.items()
    ]
    day = times.long_date(office.day, language) if office.day is not None else ""
    return {"name": office.name or office.code, "day": day, "rows": rows}


def _lost_words(lost: Lost, names: dict[str, str]) -> dict[str, Any]:
    zone, language = ZoneInfo(lost.zone), _language()
    return {
        "name": names.get(lost.office, lost.office),
        "since": times.long_time(lost.since, zone, language) if lost.since else "",
        "until": times.long_time(lost.until, zone, language),
        "goes_on": list(lost.next_numbers().values()),
        "printed": lost.printed,
    }


def _as_json(chosen: Chosen) -> dict[str, Any]:
    return {
        "id": chosen.id,
        "at": chosen.at.isoformat() if chosen.at else None,
        "offices": {
            one.code: {"name": one.name, "day": one.day and one.day.isoformat(), "last": dict(one.last)}
            for one in chosen.offices
        },
    }
