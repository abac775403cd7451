"""The text of a slip (SlipContent) and its layout (SlipLayout), both read strictly from JSON."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

BLOCKS = (
    "logo",
    "header",
    "office",
    "mark",
    "number",
    "service",
    "fields",
    "qr",
    "qr_caption",
    "case",
    "papers",
    "issued",
    "footer",
    "translations",
)
SIZED = ("header", "office", "service", "fields", "qr_caption", "case", "papers", "translations", "issued", "footer")
LONGEST_TEXT = 400
MOST_LINES = 12
MOST_CODES = 20
LARGEST_LOGO = 200_000


class SlipError(ValueError):
    """A slip's content or layout is invalid; the message names the key."""

    code = "slip_invalid"


@dataclass(frozen=True, slots=True)
class SlipField:
    """One line of the slip's table; `key` is the field's name for SlipLayout.fields."""

    label: str
    value: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class SlipCases:
    """Codes of cases as people read them, below a `title`; `words` say what a code is for. A single one is large."""

    title: str = ""
    codes: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """The slip's text in a further language, printed small below the main one."""

    language: str
    service: str = ""
    fields: tuple[SlipField, ...] = ()
    footer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlipContent:
    """All text of a slip, ready to print: nothing is left to be chosen or translated.

    `papers` are the documents to bring, below `papers_title`. A slip that lists them may have no number.
    """

    number: str = ""
    office: str = ""
    service: str = ""
    fields: tuple[SlipField, ...] = ()
    issued: str = ""
    qr: str = ""
    qr_caption: str = ""
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    mark: str = ""
    language: str = "id"
    translations: tuple[Translation, ...] = ()
    papers_title: str = ""
    papers: tuple[str, ...] = ()
    cases: tuple[SlipCases, ...] = ()


@dataclass(frozen=True, slots=True)
class SlipLayout:
    """An office's layout of its slips.

    `blocks`: which parts, from top to bottom. `fields`: keys of the table lines to show, empty for all.
    `sizes`: type size 1 to 8 by block; the number always takes the largest type that fits, at most
    `number_size`. `header`, `footer`: lines for slips whose content brings none. `languages`: which
    translations follow, in this order. `logo`: a PNG in base64. `qr_module`: dots of one QR module,
    0 as the printer's profile says. `beep`: sound the printer's buzzer, where it has one. `papers`: the
    documents to bring stand on the slip of a number, too; `case`: the codes of its cases do.
    """

    blocks: tuple[str, ...] = BLOCKS
    fields: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    number_size: int = 8
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    logo: str = ""
    qr_module: int = 0
    beep: bool = False
    papers: bool = True
    case: bool = True

    def size(self, block: str) -> int:
        """Return the type size of a block, 1 to 8; without a setting 2 for service and office, else 1."""
        return self.sizes.get(block, 2 if block in ("service", "office") else 1)

    def logo_png(self) -> bytes:
        """Return the logo's PNG bytes, empty when there is none."""
        return base64.b64decode(self.logo)


def content_from_json(data: object) -> SlipContent:
    """Return the SlipContent of decoded JSON. Refuses with SlipError unknown keys, wrong types, too long texts."""
    values = _known(data, SlipContent, "content")
    if not values.get("number") and not values.get("papers"):
        raise SlipError("content.number is missing")
    read: dict[str, Any] = {}
    for key, value in values.items():
        where = f"content.{key}"
        if key == "fields":
            read[key] = _fields(value, where)
        elif key in ("header", "footer", "papers"):
            read[key] = _texts(value, where)
        elif key == "cases":
            read[key] = tuple(_cases(v, where) for v in _list(value, where))
        elif key == "translations":
            read[key] = tuple(_translation(v, where) for v in _list(value, where))
        else:
            read[key] = _text(value, where)
    return SlipContent(**read)


def layout_from_json(data: object) -> SlipLayout:
    """Return the SlipLayout of decoded JSON. Refuses with SlipError unknown keys, wrong types, unknown blocks."""
    values = _known(data, SlipLayout, "layout")
    read: dict[str, Any] = {}
    for key, value in values.items():
        where = f"layout.{key}"
        if key in ("blocks", "fields", "header", "footer", "languages"):
            read[key] = _texts(value, where, most=len(BLOCKS) * 2)
        elif key == "sizes":
            read[key] = _sizes(value, where)
        elif key == "number_size":
            read[key] = _number(value, where, 1, 8)
        elif key == "qr_module":
            read[key] = _number(value, where, 0, 16)
        elif key in ("beep", "papers", "case"):
            if not isinstance(value, bool):
                raise SlipError(f"{where} must be true or false")
            read[key] = value
        else:
            read[key] = _logo(value, where)
    for block in read.get("blocks", ()):
        if block not in BLOCKS:
            raise SlipError(f"layout.blocks: {block!r} is not one of {', '.join(BLOCKS)}")
    if "blocks" in read and "number" not in read["blocks"]:
        raise SlipError("layout.blocks: a slip without its number is no slip")
    return SlipLayout(**read)


def to_json(value: SlipContent | SlipLayout) -> dict[str, Any]:
    """Return the plain dict that the matching `…_from_json` reads back to an equal value."""
    return asdict(value)


def _known(data: object, kind: type, where: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise SlipError(f"{where} must be an object")
    known = {f.name for f in fields(kind)}
    for key in data:
        if key not in known:
            raise SlipError(f"{where}: unknown key {key!r}")
    return data


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise SlipError(f"{where} must be text")
    if len(value) > LONGEST_TEXT:
        raise SlipError(f"{where} is longer than {LONGEST_TEXT} letters")
    return value


def _list(value: object, where: str, most: int = MOST_LINES) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise SlipError(f"{where} must be a list")
    if len(value) > most:
        raise SlipError(f"{where} has more than {most} entries")
    return list(value)


def _texts(value: object, where: str, most: int = MOST_LINES) -> tuple[str, ...]:
    return tuple(_text(line, where) for line in _list(value, where, most))


def _fields(value: object, where: str) -> tuple[SlipField, ...]:
    read = []
    for entry in _list(value, where):
        texts = {key: _text(text, f"{where}.{key}") for key, text in _known(entry, SlipField, where).items()}
        if "label" not in texts or "value" not in texts:
            raise SlipError(f"{where}: every field needs label and value")
        read.append(SlipField(**texts))
    return tuple(read)


def _cases(value: object, where: str) -> SlipCases:
    entry = _known(value, SlipCases, where)
    return SlipCases(
        title=_text(entry.get("title", ""), f"{where}.title"),
        codes=_texts(entry.get("codes", ()), f"{where}.codes", most=MOST_CODES),
        words=_text(entry.get("words", ""), f"{where}.words"),
    )


def _translation(value: object, where: str) -> Translation:
    entry = _known(value, Translation, where)
    if not entry.get("language"):
        raise SlipError(f"{where}.language is missing")
    return Translation(
        language=_text(entry["language"], f"{where}.language"),
        service=_text(entry.get("service", ""), f"{where}.service"),
        fields=_fields(entry.get("fields", ()), f"{where}.fields"),
        footer=_texts(entry.get("footer", ()), f"{where}.footer"),
    )


def _number(value: object, where: str, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise SlipError(f"{where} must be a whole number from {low} to {high}")
    return value


def _sizes(value: object, where: str) -> dict[str, int]:
    if not isinstance(value, dict):
        raise SlipError(f"{where} must be an object")
    for block in value:
        if block not in SIZED:
            raise SlipError(f"{where}: {block!r} is not one of {', '.join(SIZED)}")
    return {block: _number(size, f"{where}.{block}", 1, 8) for block, size in value.items()}


def _logo(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise SlipError(f"{where} must be text")
    if len(value) > LARGEST_LOGO:
        raise SlipError(f"{where} is larger than {LARGEST_LOGO} letters")
    try:
        png = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise SlipError(f"{where} is not base64") from None
    if value and not png.startswith(b"\x89PNG"):
        raise SlipError(f"{where} is not a PNG")
    return value
