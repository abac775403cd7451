"""Reading requests and answering them: JSON for programs, pages for people, one shape for refusals."""

from __future__ import annotations

import logging
import re
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge

from queueing.errors import Counted, InternalError, Invalid, QueueError, Unavailable, Unknown
from queueing.office import JournalError
from storage.database import DatabaseError, in_a_line
from web.limits import MAX_BODY

log = logging.getLogger(__name__)
MAX_DRAIN = 8 * 1024 * 1024
MAX_REQUEST_ID = 80
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WHOLE = re.compile(r"\s*(-?[0-9]{1,12})\s*")


def wants_html() -> bool:
    """Whether a page is asked for; programs that say nothing get JSON."""
    return not request.is_json and "text/html" in request.headers.get("Accept", "")


def body() -> dict[str, Any]:
    """Return the fields of a JSON object or a form; refuses what can't be read."""
    if request.content_length is None and len(request.get_data()) >= MAX_BODY:
        raise RequestEntityTooLarge  # sent in chunks: what lies beyond the limit is cut off without a word
    if request.is_json:
        found = _json()
        if found is None and request.get_data(cache=True).strip() in (b"", b"null"):
            return {}
        if not isinstance(found, dict):
            raise Invalid("bad_request")
        return found
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
        return request.form.to_dict()
    raise Invalid("bad_request")


def _json() -> Any:
    """Return the JSON of the body, or None when it can't be read, be it for its depth."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def request_id(fields: dict[str, Any]) -> str | None:
    """Return the id that makes the request safe to repeat, if it carries one."""
    found = fields.get("request_id")
    if found in (None, ""):
        return None
    if not _is_text(found, MAX_REQUEST_ID):
        raise Invalid("value_invalid", field="request_id")
    return str(found)


def text(fields: dict[str, Any], name: str, default: str | None = None, most: int = 200) -> str:
    """Return a text field; refuses a missing one without default, another type, or a longer one."""
    found = fields.get(name, default)
    if found is None:
        raise Invalid("value_missing", field=name)
    if not _is_text(found, most):
        raise Invalid("value_invalid", field=name)
    return str(found)


def _is_text(found: object, most: int) -> bool:
    """Whether every database can keep it: no NUL, no half of a surrogate pair, which JSON can write and UTF-8 can't."""
    return isinstance(found, str) and len(found) <= most and not _UNSTORABLE.search(found)


def whole(fields: dict[str, Any], name: str, default: int | None = None) -> int:
    """Return a whole number, also when a form wrote it as text."""
    found = fields.get(name, default)
    if found is None or found == "":
        if default is None:
            raise Invalid("value_missing", field=name)
        return default
    if isinstance(found, str) and (written := _WHOLE.fullmatch(found)):
        found = int(written[1])
    if isinstance(found, bool) or not isinstance(found, int):
        raise Invalid("value_invalid", field=name)
    return found


def flag(fields: dict[str, Any], name: str) -> bool:
    """Return a yes or no, also when a form wrote it as text; missing means no."""
    found = fields.get(name, False)
    if isinstance(found, str):
        found = {"": False, "0": False, "false": False, "off": False, "1": True, "true": True, "on": True}.get(
            found.lower()
        )
    if not isinstance(found, bool):
        raise Invalid("value_invalid", field=name)
    return found


def sentence(error: QueueError) -> str:
    """Return what a refusal says to people, in the language of the request."""
    said = error.sentence
    if isinstance(said, Counted):
        text = ngettext(said.one, said, int(str(error.values[said.of]))).format_map(error.values)
    else:
        text = gettext(said).format_map(error.values)
    why = error.values.get("why")
    return f"{text} {why}" if why else text


def refusals(app: Flask) -> None:
    """Answer every refusal, and every fault, in one shape."""
    app.register_error_handler(QueueError, refused)
    app.register_error_handler(HTTPException, _http_error)
    for failure in (DatabaseError, JournalError):
        app.register_error_handler(failure, _database_away)
    app.register_error_handler(Exception, _fault)


def refused(error: QueueError) -> tuple[Response | str, int, dict[str, str]]:
    """Return the answer to a wish that was refused: a page, or code and sentence as JSON."""
    message = sentence(error)
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    if wants_html():
        page = render_template("error.html", code=error.code, message=message, status=error.status)
        return page, error.status, headers
    return jsonify(error={"code": error.code, "message": message}), error.status, headers


def _http_error(error: HTTPException) -> Any:
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


def _database_away(error: Exception) -> Any:
    log.error("%s %s failed: %s", request.method, request.path, in_a_line(error))
    return refused(Unavailable("storage_unavailable"))


def _fault(error: Exception) -> Any:
    log.exception("%s %s failed", request.method, request.path)
    return refused(InternalError("internal_error"))


def _drain() -> None:
    """Read what the client still sends, so that it hears the answer instead of a reset connection."""
    left = MAX_DRAIN if request.content_length is None else min(request.content_length, MAX_DRAIN)
    stream = request.environ["wsgi.input"]
    while left > 0:
        piece = stream.read(min(left, 65536))
        if not piece:
            return
        left -= len(piece)
