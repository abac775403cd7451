"""A command as JSON values, as bytes, and back; and its JSON schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING
from datetime import date
from typing import Any

from antrean.queueing.command.base import Command
from antrean.queueing.command.fields import Field, OneOf, Text, TimeOfDay, Whole, Words, fields_of
from antrean.queueing.commands import COMMANDS
from antrean.queueing.errors import Invalid

NAME = "command"
_SCHEMA_TYPES = {"text": "string", "whole": "integer", "number": "number", "flag": "boolean"}


def to_bytes(command: Command) -> bytes:
    """Return what `from_bytes` makes the same command of. Refuses (TypeError) one that holds an object of a process."""
    said: dict[str, object] = {NAME: command.name}
    for field in fields_of(type(command)):
        value = getattr(command, field.name)
        if field.kind == "live":
            raise TypeError(f"{command.name} holds {field.name}, which is no data")
        if value != field.default or field.required:
            said[field.name] = value.isoformat() if isinstance(value, date) else value
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def from_bytes(data: bytes) -> Command:
    """Return the command that these bytes hold. Refuses (`Invalid`) what is none: text, name, field or value."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        raise Invalid("bad_request") from None
    if not isinstance(said, dict):
        raise Invalid("bad_request")
    kind = COMMANDS.get(said.pop(NAME, "")) if isinstance(said.get(NAME), str) else None
    if kind is None or any(field.kind == "live" for field in fields_of(kind)):
        raise Invalid("value_invalid", field=NAME)
    return made(kind, {name: _from_json(kind, name, value) for name, value in said.items()})


def made(kind: type[Command], values: Mapping[str, object]) -> Command:
    """Return the command of these values. Refuses a field that it has not, and one that lacks (`value_missing`)."""
    known = fields_of(kind)
    check_names(known, values)
    for field in known:
        if field.required and field.name not in values:
            raise Invalid("value_missing", field=field.name)
    return kind(**values)


def check_names(known: Iterable[Field], values: Iterable[str]) -> None:
    """Refuse (`field_unknown`) the first name that none of the fields has."""
    names = {field.name for field in known}
    for name in values:
        if name not in names:
            raise Invalid("field_unknown", field=name)


def _from_json(kind: type[Command], name: str, value: object) -> object:
    field = next((field for field in fields_of(kind) if field.name == name), None)
    if field is None or value is None:
        return value
    if field.kind == "day" and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Invalid("value_invalid", field=name) from None
    return tuple(value) if field.kind == "texts" and isinstance(value, list) else value


def refusals(kind: type[Command]) -> frozenset[str]:
    """Return the code of every refusal that making and deciding a command of this class can end with."""
    return frozenset({*kind.refuses, *(code for field in fields_of(kind) for code in field.codes())})


def json_schema(kind: type[Command], said_elsewhere: Iterable[str] = ()) -> dict[str, Any]:
    """Return the JSON schema (2020-12) of what a request says; `said_elsewhere` are fields that its address says."""
    said = [field for field in fields_of(kind) if not field.given and field.name not in set(said_elsewhere)]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: field_schema(field) for field in said},
        "additionalProperties": False,
    }
    required = [field.name for field in said if field.required]
    return {**schema, "required": required} if required else schema


def field_schema(field: Field) -> dict[str, Any]:
    """Return the JSON schema of one field's values."""
    if field.kind == "day":
        schema: dict[str, Any] = {"type": "string", "format": "date"}
    elif field.kind == "texts":
        schema = {"type": "array", "items": {"type": "string"}}
    else:
        schema = {"type": _SCHEMA_TYPES.get(field.kind, "object")}
    match field.rule:
        case Text(most=most):
            schema["maxLength"] = most
        case Whole(least=least, most=most):
            schema |= {"minimum": least, "maximum": most}
        case OneOf(words=words):
            schema["enum"] = list(words)
        case Words(most=most):
            schema["additionalProperties"] = {"type": "string", "maxLength": most}
        case TimeOfDay():
            schema["pattern"] = f"^({TimeOfDay.pattern})?$"
        case _:
            pass
    if field.default is not MISSING and field.default is not None:
        schema["default"] = field.default
    return schema
