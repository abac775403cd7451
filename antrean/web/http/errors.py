"""Refusals and faults as HTTP responses, all in one shape."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Flask, Response, g, jsonify, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge

from antrean.queueing.errors import Counted, InternalError, Invalid, QueueError, Unavailable, Unknown
from antrean.queueing.office import JournalError
from antrean.storage.database.errors import DatabaseError, in_a_line
from antrean.storage.settings.digests import SettingsDamaged
from antrean.web.http.forms import wants_html
from antrean.web.services import offices, services
from antrean.web.text.hours import opens_words
from antrean.web.text.pauses import end_words

log = logging.getLogger(__name__)
Refusal = tuple[Response | str, int, dict[str, str]]
FIRST_START = "/first_start"  # where an office is set up, until it is there
# Among what Flask keeps for a request of a page that leads to fields; others rely on the code and the sentence alone.
NAMES_FIELDS = "names_fields"
MAX_DRAIN = 8 * 1024 * 1024


def sentence(error: QueueError) -> str:
    """Return the sentence of a refusal, in the language of the request."""
    said = error.sentence
    if isinstance(said, Counted):
        text = ngettext(said.one, said, int(str(error.values[said.of]))).format_map(error.values)
    else:
        text = gettext(said).format_map(error.values)
    more = (end_words(str(error.values.get("until", ""))), _opens(error.values.get("opens")), error.values.get("why"))
    return " ".join([text, *(str(one) for one in more if one)])


def _opens(opens: object) -> str:
    """Return as a sentence when it opens next, "" where a refusal says nothing of it."""
    if not isinstance(opens, datetime):
        return ""
    office = services().office
    return f"{opens_words(opens, office.clock(), office.read(lambda _day, plan: plan.tz))}."


def refusals(app: Flask) -> None:
    """Respond to every refusal and every fault in one shape."""
    app.register_error_handler(QueueError, refused)
    app.register_error_handler(HTTPException, _http_error)
    for failure in (DatabaseError, JournalError):
        app.register_error_handler(failure, _database_away)
    app.register_error_handler(SettingsDamaged, _settings_damaged)
    app.register_error_handler(Exception, _fault)


def refused(error: QueueError) -> Refusal:
    """Return the response to a refused request: a page, or code and sentence as JSON."""
    message = sentence(error)
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    if wants_html():
        page = render_template("error.html", code=error.code, message=message, status=error.status)
        return page, error.status, headers
    known = isinstance(error, Invalid) and "field" in error.values and g.get(NAMES_FIELDS)
    field = {"field": error.values["field"]} if known else {}
    return jsonify(error={"code": error.code, "message": message, **field}), error.status, headers


def _http_error(error: HTTPException) -> HTTPException | Refusal:
    if isinstance(error, NotFound) and request.path.startswith(FIRST_START) and len(offices()):
        return refused(Unknown("office_made"))
    if isinstance(error, NotFound):
        return refused(Unknown("not_found"))
    if isinstance(error, RequestEntityTooLarge):
        _drain()
        return refused(Invalid("body_too_large"))
    if error.code is None or error.code < 400:
        return error
    refusal = Invalid("bad_request")
    refusal.status = error.code if error.code == 405 else 422
    return refused(refusal)


def _database_away(error: Exception) -> Refusal:
    log.error("%s %s failed: %s", request.method, request.path, in_a_line(error))
    return refused(Unavailable("storage_unavailable"))


def _settings_damaged(error: SettingsDamaged) -> Refusal:
    services().damage.told(error.said)
    return refused(Unavailable("settings_damaged"))


def _fault(error: Exception) -> Refusal:
    log.exception("%s %s failed", request.method, request.path)
    return refused(InternalError("internal_error"))


def _drain() -> None:
    """Read what the client still sends, so that it receives the response instead of a reset connection."""
    left = MAX_DRAIN if request.content_length is None else min(request.content_length, MAX_DRAIN)
    stream = request.environ["wsgi.input"]
    while left > 0:
        piece = stream.read(min(left, 65536))
        if not piece:
            return
        left -= len(piece)
