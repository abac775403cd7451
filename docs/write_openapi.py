"""Writes antrean/web/openapi.json: what the routes, commands and results say of themselves, and what
openapi_by_hand.json adds.

`python -m docs.write_openapi` runs it; a test fails when the file is not what it writes.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from flask import Flask
from werkzeug.routing import Rule

from antrean.access.identity import ANYONE, STAFF, Roles
from antrean.access.permissions import merge
from antrean.queueing.command.data import json_schema, refusals
from antrean.queueing.command.fields import Whole, fields_of
from antrean.queueing.commands import Command
from antrean.queueing.errors import INVALID, REFUSED, UNKNOWN
from antrean.web.live.view import Stamped
from antrean.web.operations.operation import Operation, operation_of
from antrean.web.operations.results import NotedResult, Result, Says
from antrean.web.screens.part import Part
from app import device_kinds, parts

Json = dict[str, Any]
FILE = Path(__file__).parents[1] / "antrean" / "web" / "openapi.json"
BY_HAND = Path(__file__).parent / "openapi_by_hand.json"
FOR_PEOPLE = "admin"  # its pages are made for people: no interface for programs
PATH_WORDS = {
    "ticket": "as printed, such as A-012",
    "number": "as printed, such as A-012",
    "name": "as the view or the page names it",
    "service": "its code, such as card",
    "need": "the code of what services need, such as server",
    "kiosk": "the id of the device",
    "printer": "the id of its print agent",
    "wished": "the id of the request that is withdrawn",
    "voucher": "the line of the journal that gave it, as the panel's search names it",
    "code": "as on the slip; case, blanks and dashes do not matter",
    "key": "as `sound` of the view names it",
}
# What a refusal of a command may be, with the codes that say so.
REFUSALS = {"404": ("NotFound", UNKNOWN), "409": ("Conflict", REFUSED), "422": ("Invalid", INVALID)}
ALWAYS = {"409", "422"}  # the id of a request, or a field that is not known
TYPES = {str: "string", int: "integer", bool: "boolean", type(None): "null"}
CONTENT, SCHEMAS, RESPONSES = "application/json", "#/components/schemas/", "#/components/responses/"


def description() -> Json:
    """Return the description."""
    by_hand = json.loads(BY_HAND.read_text(encoding="utf-8"))
    components: Json = {}
    paths: Json = {}
    for path, method, operation in _operations(components, by_hand.get("paths", {})):
        paths.setdefault(path, {})[method] = operation
    browsers = [code for code, kind in device_kinds().items() if kind.browser]
    cookies = {f"{code}_cookie": {"type": "apiKey", "in": "cookie", "name": f"antrean_{code}"} for code in browsers}
    components["BrowserKind"] = {"type": "string", "enum": browsers}
    said = {"paths": dict(sorted(paths.items())), "components": {"schemas": components, "securitySchemes": cookies}}
    return merged(said, by_hand)


def merged(said: Json, by_hand: Json) -> Json:
    """Return both in one: what is written by hand counts, and adds to lists. Refuses what both say alike."""
    both = dict(said)
    for key, value in by_hand.items():
        before = said.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            both[key] = merged(before, value)
        elif isinstance(before, list) and key in ("parameters", "required"):
            both[key] = before + value
        elif before == value:
            raise ValueError(f"{key}: {value!r} is said twice")
        else:
            both[key] = value
    return both


def written() -> str:
    """Return the description as the file holds it."""
    document = description()
    head = {key: document.pop(key) for key in ("openapi", "info", "tags")}
    return json.dumps({**head, **document}, indent=1, ensure_ascii=False) + "\n"


def rooms() -> list[Part]:
    """Return the parts whose routes are an interface for programs."""
    return [part for part in parts() if part.blueprint.name != FOR_PEOPLE]


def app() -> Flask:
    """Return an application with the routes that are described, and nothing behind them."""
    made = Flask("antrean", static_folder=None)
    for room in rooms():
        made.register_blueprint(room.blueprint)
    return made


def path_of(rule: Rule) -> str:
    """Return a route's address as OpenAPI writes it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def _operations(components: Json, by_hand: Json) -> Iterator[tuple[str, str, Json]]:
    """Give each operation with its path and method; `components` takes what they refer to."""
    routes, shapes = app(), view_shapes()
    pages = merge({}, {room.blueprint.name: room.PERMISSIONS for room in rooms()}).pages
    for rule in routes.url_map.iter_rules():
        view = routes.view_functions[rule.endpoint]
        found = operation_of(view)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            whole = _around(rule, pages[rule.endpoint])
            if found is None:
                described = by_hand.get(path_of(rule), {}).get(method.lower())
                if (shape := shapes.get(rule.endpoint)) is not None:
                    yield path_of(rule), method.lower(), merged(whole, _viewed(rule, shape, components))
                    continue
                yield path_of(rule), method.lower(), whole if described else _both(whole, _by_itself(rule, view))
                continue
            # A view that reads fields of its own says itself what it does with them.
            said = view.__doc__ if found.reads is not None else None
            for word, kind in kinds(found):
                wished = _wished(kind, found, rule, components, said or kind.__doc__)
                yield path_of(rule).replace("{command}", word), method.lower(), _both(whole, wished)


def _by_itself(rule: Rule, view: Callable[..., Any]) -> Json:
    """Return what a view that takes no command says of itself, where nothing is written by hand."""
    summary = (view.__doc__ or rule.endpoint).strip().partition("\n")[0].rstrip(".")
    content = "text/html" if "str" in str(view.__annotations__.get("return")) else CONTENT
    answer = {"description": "as the summary says", "content": {content: {"schema": {}}}}
    return {"operationId": rule.endpoint.replace(".", "_"), "summary": summary, "responses": {"200": answer}}


def view_shapes() -> dict[str, list[type[Any]]]:
    """Return by endpoint the classes of `TypedDict` that each screen says its `render` returns: mostly one."""
    screens = {part.blueprint.name: getattr(part, "Screen", None) for part in rooms()}
    said = {f"{name}.view": get_type_hints(one.render)["return"] for name, one in screens.items() if one is not None}
    shapes = {
        endpoint: [one for one in (hint, *get_args(hint)) if is_typeddict(one)] for endpoint, hint in said.items()
    }
    return {endpoint: found for endpoint, found in shapes.items() if found}


def _viewed(rule: Rule, shapes: Sequence[type[Any]], components: Json) -> Json:
    """Return what a screen says of its view, or of each of its views."""
    for shape in shapes:
        own = {**_members(Stamped), **_members(shape)}
        components[shape.__name__] = _object(shape, own, components)
    one_of = [{"$ref": SCHEMAS + shape.__name__} for shape in shapes]
    schema = one_of[0] if len(one_of) == 1 else {"anyOf": one_of}
    return {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": f"What the {rule.endpoint.partition('.')[0].replace('_', ' ')}'s socket would say now",
        "responses": {"200": {"description": "the whole view", "content": {CONTENT: {"schema": schema}}}},
    }


def _both(whole: Json, wished: Json) -> Json:
    """Return what a route's place and its command say; what the command says of a refusal is said of that status."""
    around = {status: said for status, said in whole["responses"].items() if status not in wished["responses"]}
    return merged({**whole, "responses": around}, wished)


def kinds(found: Operation) -> Sequence[tuple[str, type[Command]]]:
    """Return each command that a route takes, with the last word of its address; "" where there is only one."""
    return list(found.takes.items()) if isinstance(found.takes, Mapping) else [("", found.takes)]


def _around(rule: Rule, allowed: Roles) -> Json:
    """Return what a route's place says of it: its room, who may ask, what its address holds."""
    ways = ["staff_session"] if allowed & STAFF else []
    for kind in sorted(allowed & set(device_kinds())):
        ways += ["token", f"{kind}_cookie"] if device_kinds()[kind].browser else ["token"]
    operation: Json = {
        "tags": [rule.endpoint.partition(".")[0]],
        "security": [{way: []} for way in ways],
        "responses": {},
    }
    variables = [name for name in re.findall(r"<(?:\w+:)?(\w+)>", rule.rule) if name != "command"]
    if variables:
        operation["parameters"] = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": PATH_WORDS[name],
                "schema": {"type": "string"},
            }
            for name in variables
        ]
        operation["responses"]["404"] = _refusal("NotFound")
    if allowed is not ANYONE:
        operation["responses"]["403"] = _refusal("Forbidden")
    return operation


def _wished(kind: type[Command], found: Operation, rule: Rule, components: Json, said: str | None) -> Json:
    """Return what a command and its result say of a route."""
    known = {field.name for field in fields_of(kind) if not field.given}
    elsewhere = set(rule.arguments) | (set() if found.reads is None else known - set(found.reads))
    schema = json_schema(kind, said_elsewhere=elsewhere)
    schema["properties"]["request_id"] = {"$ref": SCHEMAS + "RequestId"}
    summary, rest = _sentences(said)
    operation: Json = {
        "operationId": kind.name,
        "summary": summary,
        "requestBody": {"required": "required" in schema, "content": {CONTENT: {"schema": schema}}},
        "responses": {
            str(found.status): _answer(found.gives, components),
            **_refused(kind),
            "503": _refusal("Unavailable"),
        },
    }
    if rest:
        operation["description"] = rest
    return operation


def _refused(kind: type[Command]) -> Json:
    """Return the refusals of a command, each status with the codes that the command itself gives."""
    found = {}
    for status, (name, of_status) in REFUSALS.items():
        codes = sorted(refusals(kind) & set(of_status))
        if codes:
            found[status] = {**_refusal(name), "description": ", ".join(f"`{code}`" for code in codes)}
        elif status in ALWAYS:
            found[status] = _refusal(name)
    return found


def _sentences(said: str | None) -> tuple[str, str]:
    """Return the first sentence of a docstring without its full stop, and the rest."""
    first, _, rest = " ".join((said or "").split()).partition(". ")
    return first.removesuffix("."), rest


def _refusal(name: str) -> Json:
    return {"$ref": RESPONSES + name}


def _answer(gives: type[Result], components: Json) -> Json:
    said = (gives.__doc__ or "").removesuffix(".")
    if gives is NotedResult:
        return {"description": said}
    return {"description": said, "content": {CONTENT: {"schema": _reference(gives, components)}}}


def _reference(kind: type[Result], components: Json) -> Json:
    name = kind.__name__.removesuffix("Result")
    if name not in components:
        components[name] = {}
        described = _object(kind, _members(kind), components)
        components[name] = described if is_typeddict(kind) else {**described, "additionalProperties": False}
    return {"$ref": SCHEMAS + name}


def _members(kind: type[Any]) -> dict[str, tuple[Any, bool]]:
    """Return the type of each field, and whether it may be left out."""
    hints = get_type_hints(kind, include_extras=True)
    if not is_typeddict(kind):
        return {field.name: (hints[field.name], field.default is None) for field in fields(kind)}
    members = {}
    for name, hint in hints.items():
        optional = get_origin(hint) is NotRequired
        members[name] = (get_args(hint)[0] if optional else hint, optional)
    return members


def _object(kind: type[Any], members: Mapping[str, tuple[Any, bool]], components: Json) -> Json:
    return {
        "type": "object",
        "description": (kind.__doc__ or "").removesuffix("."),
        "required": [name for name, (_hint, optional) in members.items() if not optional],
        "properties": {name: _schema(hint, components, optional) for name, (hint, optional) in members.items()},
    }


def _schema(hint: Any, components: Json, optional: bool = False) -> Json:
    """Return the schema of a field of this type; an optional one is left out rather than null."""
    markers: Sequence[object] = getattr(hint, "__metadata__", ())
    bare = hint.__origin__ if markers else hint
    if optional and types.NoneType in get_args(bare):
        (bare,) = (part for part in get_args(bare) if part is not types.NoneType)
    schema = _bare(bare, components)
    for marker in markers:
        match marker:
            case Whole(least=least, most=most):
                schema |= {"minimum": least, "maximum": most}
            case Says(name=name):
                schema |= _said(marker)
                if name:
                    components[name] = schema
                    return {"$ref": SCHEMAS + name}
    return schema


def _said(says: Says) -> Json:
    examples = [says.example] if says.example else None
    found = {"description": says.words, "format": says.shape, "minimum": says.least, "examples": examples}
    return {key: value for key, value in found.items() if value not in ("", None)}


def _bare(bare: Any, components: Json) -> Json:
    if get_origin(bare) in (types.UnionType, Union):
        schemas = [_bare(part, components) for part in get_args(bare)]
        plain = all(set(schema) == {"type"} for schema in schemas)
        return {"type": [schema["type"] for schema in schemas]} if plain else {"anyOf": schemas}
    if get_origin(bare) is Literal:
        words = list(get_args(bare))
        return {"const": words[0]} if len(words) == 1 else {"type": "string", "enum": words}
    if get_origin(bare) in (Mapping, dict):
        return {"type": "object", "additionalProperties": _schema(get_args(bare)[1], components)}
    if get_origin(bare) in (Sequence, list, tuple):
        return {"type": "array", "items": _schema(get_args(bare)[0], components)}
    return _reference(bare, components) if bare not in TYPES else {"type": TYPES[bare]}


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
