"""The slip editor's form: from its fields to the office's slip settings and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from antrean.printing.slip.content import BLOCKS, SlipError, layout_from_json
from antrean.queueing.errors import Invalid
from antrean.web.http.forms import flag, text, whole

SHOWN = ("logo", "header", "office", "service", "qr", "issued", "footer")
FIELDS = ("persons", "people_ahead", "wait")
SIZES = {"number_size": (8, (4, 5, 6, 7, 8)), "service": (2, (1, 2, 3)), "fields": (1, (1, 2)), "footer": (1, (1, 2))}
MOST_LINES, LONGEST_LINE = 4, 120
LONGEST_BLOCK = 2000  # with blank lines, which count for nothing


def read(fields: Mapping[str, Any], languages: Sequence[str], logo: str) -> dict[str, Any]:
    """Return the settings of the form; `logo` is the one to keep, in base64, or empty.

    Refuses (`value_invalid`) values that a slip can't have.
    """
    hidden = {block for block in SHOWN if not flag(fields, f"show_{block}")}
    shown_fields = [field for field in FIELDS if flag(fields, f"field_{field}")]
    if not shown_fields:
        hidden.add("fields")
    if "qr" in hidden:
        hidden.add("qr_caption")
    sizes = {name: _size(fields, name) for name in SIZES}
    settings = {
        "blocks": [block for block in BLOCKS if block not in hidden],
        "fields": shown_fields,
        "number_size": sizes.pop("number_size"),
        "sizes": sizes,
        "languages": [code for code in languages if flag(fields, f"language_{code}")],
        "logo": logo,
        "beep": flag(fields, "beep"),
        "papers": flag(fields, "papers"),
        "case": flag(fields, "case"),
        "header": {code: _lines(fields, f"header_{code}") for code in languages},
        "footer": {code: _lines(fields, f"footer_{code}") for code in languages},
    }
    try:
        layout_from_json({key: value for key, value in settings.items() if key not in ("header", "footer")})
    except SlipError as error:
        raise Invalid("value_invalid", field=str(error)) from None
    return settings


def shown(settings: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """Return the form's fields for these settings. Without settings a slip has everything."""
    blocks, sizes = settings.get("blocks", BLOCKS), settings.get("sizes", {})
    fields = settings.get("fields") or (FIELDS if "fields" in blocks else ())
    form: dict[str, Any] = {f"show_{block}": block in blocks for block in SHOWN}
    form |= {f"field_{field}": field in fields for field in FIELDS}
    form |= {name: sizes.get(name, default) for name, (default, _choices) in SIZES.items()}
    form["number_size"] = settings.get("number_size", 8)
    form["beep"] = settings.get("beep", False)
    form["papers"] = settings.get("papers", True)
    form["case"] = settings.get("case", True)
    for code in languages:
        form[f"language_{code}"] = code in settings.get("languages", ())
        for block in ("header", "footer"):
            form[f"{block}_{code}"] = "\n".join(settings.get(block, {}).get(code, ()))
    return form


def names(languages: Sequence[str]) -> list[str]:
    """Return the names of the form's fields."""
    return list(shown({}, languages))


def _size(fields: Mapping[str, Any], name: str) -> int:
    default, choices = SIZES[name]
    given = whole(fields, name, default)
    if given not in choices:
        raise Invalid("value_invalid", field=name)
    return given


def _lines(fields: Mapping[str, Any], name: str) -> list[str]:
    given = text(fields, name, "", most=LONGEST_BLOCK)
    lines = [line.strip() for line in given.splitlines() if line.strip()]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise Invalid("value_invalid", field=name)
    return lines
