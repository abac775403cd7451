"""Makes commands from JSON and forms, and executes them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from antrean.queueing.command.fields import Field, fields_of
from antrean.queueing.commands import Command
from antrean.queueing.errors import Invalid
from antrean.queueing.results import CommandResult
from antrean.web.http.forms import Fields, body, flag, number, request_id, whole
from antrean.web.http.guard import current_identity
from antrean.web.services import services

C = TypeVar("C", bound=Command)


def execute(kind: type[Command], **given: object) -> CommandResult:
    """Execute a command in the name of the client; `given` are the values that the hub knows, by field.

    All other fields are read from the request. Refuses values that can't be read, and fields that the command does not
    have; raises what the command refuses.
    """
    return done(kind, body(*said(kind, given)), **given)


def done(kind: type[Command], fields: Fields, **given: object) -> CommandResult:
    """Execute the command with these fields of the request, in the name of the client."""
    return services().office.execute(made(kind, fields, **given), current_identity().actor, request_id(fields))


def said(kind: type[Command], given: Collection[str] = ()) -> list[str]:
    """Return the names of the fields that come from the request, not from the hub."""
    return [field.name for field in fields_of(kind) if not field.given and field.name not in given]


def made(kind: type[C], fields: Fields, **given: object) -> C:
    """Return the command with these fields and the values that the hub knows; refuses a value that it can't hold."""
    values = dict(given)
    for field in fields_of(kind):
        name = field.name
        if field.given or name in given:
            continue
        # A form's empty text is a text, as one in JSON is; of any other field it says nothing.
        if name in fields and not (fields.written and fields[name] == "" and field.kind != "text"):
            values[name] = _read(field, fields)
        elif field.required:
            raise Invalid("value_missing", field=name)
    return kind(**values)


def _read(field: Field, fields: Fields) -> object:
    """Return a field's value: from JSON as it is, from a form converted to the field's type."""
    found = fields[field.name]
    if found is None:  # null can't stand for a missing field: the request leaves it out
        raise Invalid("value_missing" if field.required else "value_invalid", field=field.name)
    match field.kind:
        case "whole":
            return whole(fields, field.name)
        case "number":
            return number(fields, field.name, 0.0)
        case "flag":
            return flag(fields, field.name)
        case "texts" if isinstance(found, list):
            return tuple(found)
        case _:
            return found
