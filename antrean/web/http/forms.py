"""Reads the fields of a request, from a form or JSON, and refuses values of another type."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import date
from io import BytesIO

from flask import Request
from flask.globals import app_ctx, request_ctx
from werkzeug.exceptions import RequestEntityTooLarge

from antrean.access.identity import Identity
from antrean.queueing.errors import Invalid
from antrean.queueing.journal.port import UNSTORABLE
from antrean.web.http.private_texts import masked, refuse_in, refuse_in_id
from antrean.web.http.sample_gate import enter_sample
from antrean.web.limits.rate_limit import MAX_BODY

REQUEST_ID = "request_id"
LONGEST_NAME = 40  # of an unknown field, as far as the refusal repeats it
LARGEST = 10**12 - 1
_REQUEST_ID = re.compile("[A-Za-z0-9_-]{8,64}")
_WHOLE = re.compile(r"\s*(-?[0-9]{1,12})\s*")
_NUMBER = re.compile(r"\s*-?[0-9]{1,12}([.,][0-9]{1,12})?\s*")


def wants_html() -> bool:
    """Whether the client wants a page; programs without an Accept header get JSON."""
    asked = request_ctx.request
    return "text/html" in asked.environ.get("HTTP_ACCEPT", "") and not _is_json(asked)


def _is_json(request: Request) -> bool:
    """Whether the body is JSON; what most programs write is known without Werkzeug's reading of it."""
    return request.environ.get("CONTENT_TYPE") == "application/json" or request.is_json


class Fields(dict[str, object]):
    """The fields of a request by name. `written`: they come from a form, where every value is text; else from JSON."""

    def __init__(self, said: Mapping[str, object], written: bool) -> None:
        super().__init__(said)
        self.written = written


def body(*names: str, more: bool = False) -> Fields:
    """Return the fields of a JSON object or a form; `names` are those that the view knows, besides `request_id`.

    Refuses what can't be read, a field of another name (`field_unknown`, unless `more` may come, as from a print agent
    of a newer release), and an id that is none (`bad_request_id`). No identity number is among the fields, and no sign
    that nobody sees: people are refused (`note_has_id_number`, `text_unprintable`), a print agent's are masked.
    """
    fields = _read(request_ctx.request)
    enter_sample()
    request_id(fields)
    return _private(fields) if more else only(fields, names)


def only(fields: Fields, names: Collection[str]) -> Fields:
    """Return the fields; refuses one whose name is none of these, and identity numbers as `body` does."""
    for name in fields:
        if name != REQUEST_ID and name not in names:
            raise Invalid("field_unknown", field=UNSTORABLE.sub("?", name)[:LONGEST_NAME])
    return _private(fields)


def _private(fields: Fields) -> Fields:
    """Return the fields without identity numbers. Fields of strangers are not kept, and not checked."""
    asker: Identity | None = app_ctx.g.get("identity")
    if asker is None:
        return fields
    if asker.role == "print_agent":
        return Fields(masked(fields), fields.written)
    refuse_in(fields)
    return fields


def _read(request: Request) -> Fields:
    if _is_json(request):
        data = _data(request)
        found = _json(data)
        if found is None and data.strip() in (b"", b"null"):
            return Fields({}, written=False)
        if not isinstance(found, dict):
            raise Invalid("bad_request")
        return Fields(found, written=False)
    if request.content_length is None:
        _data(request)
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
        return Fields(request.form.to_dict(), written=True)
    raise Invalid("bad_request")


def _data(request: Request) -> bytes:
    """Return the body; refuses one that is too large."""
    environ = request.environ
    sent, told = environ["wsgi.input"], environ.get("CONTENT_LENGTH", "")
    chunked = "HTTP_TRANSFER_ENCODING" in environ
    if isinstance(sent, BytesIO) and not chunked and told.isdecimal() and int(told) <= MAX_BODY:
        return sent.getvalue()[: int(told)]  # the worker has it whole; Werkzeug would put a counting stream around it
    length = request.content_length
    data = request.get_data()
    if length is None and len(data) >= MAX_BODY:
        raise RequestEntityTooLarge  # sent in chunks: Werkzeug cuts off what lies beyond the limit
    return data


def _json(data: bytes) -> object:
    """Return the JSON of a body, or None when it can't be read or is nested too deeply."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def request_id(fields: Mapping[str, object]) -> str | None:
    """Return the id that makes the request safe to repeat, if it carries one; refuses what is no id."""
    if REQUEST_ID not in fields:
        return None
    found = fields[REQUEST_ID]
    if not isinstance(found, str) or not _REQUEST_ID.fullmatch(found):
        raise Invalid("bad_request_id")
    refuse_in_id(found)
    return found


def text(fields: Mapping[str, object], name: str, default: str | None = None, most: int = 200) -> str:
    """Return a text field; refuses a missing one without default, another type (null too), or a longer one."""
    found = fields.get(name)
    if name not in fields and default is not None:
        return default
    if found is None and default is None:
        raise Invalid("value_missing", field=name)
    if not _is_text(found, most):
        raise Invalid("value_invalid", field=name)
    return str(found)


def _is_text(found: object, most: int) -> bool:
    """Whether every database can keep it: no NUL, no half of a surrogate pair, which JSON can write and UTF-8 can't."""
    return isinstance(found, str) and len(found) <= most and not UNSTORABLE.search(found)


def choice(fields: Mapping[str, object], name: str, choices: Collection[str], default: str | None = None) -> str:
    """Return one of the words that a field may say; refuses any other, and a missing one without default."""
    found = text(fields, name, default)
    if found not in choices:
        raise Invalid("value_invalid", field=name)
    return found


def whole(fields: Mapping[str, object], name: str, default: int | None = None) -> int:
    """Return a whole number; refuses null, true, 1.0 and, unless a form wrote it, text."""
    nothing_said = left_out(fields, name)
    if nothing_said and default is not None:
        return default
    found = fields.get(name)
    if default is None and (nothing_said or found is None):
        raise Invalid("value_missing", field=name)
    if _written(fields) and isinstance(found, str) and (written := _WHOLE.fullmatch(found)):
        found = int(written[1])
    if isinstance(found, bool) or not isinstance(found, int):
        raise Invalid("value_invalid", field=name)
    return found


def number(fields: Mapping[str, object], name: str, default: float) -> float:
    """Return a number, with a point or a comma when a form wrote it; refuses null, true and what is not finite."""
    if left_out(fields, name):
        return default
    found = fields[name]
    if _written(fields) and isinstance(found, str) and _NUMBER.fullmatch(found):
        found = float(found.replace(",", "."))
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) <= LARGEST:
        raise Invalid("value_invalid", field=name)
    return float(found)


def flag(fields: Mapping[str, object], name: str) -> bool:
    """Return a yes or no, also when a form wrote it as text; missing means no, null is refused."""
    found = fields.get(name, False)
    if _written(fields) and isinstance(found, str):
        found = {"": False, "0": False, "false": False, "off": False, "1": True, "true": True, "on": True}.get(
            found.lower()
        )
    if not isinstance(found, bool):
        raise Invalid("value_invalid", field=name)
    return found


def calendar_day(fields: Mapping[str, object], name: str) -> date | None:
    """Return a day such as 2026-12-01, None where none is written; refuses anything else."""
    found = text(fields, name, "", most=10)
    try:
        return date.fromisoformat(found) if found else None
    except ValueError:
        raise Invalid("value_invalid", field=name) from None


def _written(fields: Mapping[str, object]) -> bool:
    return isinstance(fields, Fields) and fields.written


def left_out(fields: Mapping[str, object], name: str) -> bool:
    """Whether a field says nothing: it is missing, or a form sent it empty."""
    return name not in fields or (_written(fields) and fields[name] == "")
