"""A whole plan from outside, such as a file: checked by everybody who knows a part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from antrean.printing.slip.content import LONGEST_TEXT, MOST_LINES, SlipError, SlipLayout, layout_from_json
from antrean.queueing.errors import Invalid
from antrean.queueing.plan.document import Document, problems
from antrean.queueing.plan.rules import Problem, under
from antrean.voice.settings import SettingError, read_settings

BY_LANGUAGE = ("header", "footer")  # of a slip: an office has them in each of its languages


def problems_of(document: object, media: Path) -> Iterator[Problem]:
    """Say everything that is wrong in a document, its voice, its slip, and files in this folder of media included."""
    found = False
    for problem in problems(document, {"voice": _voice, "slip": _slip}):
        found = True
        yield problem
    if not found and isinstance(document, Mapping):
        yield from _missing_files(document, media)


def _missing_files(document: Document, media: Path) -> Iterator[Problem]:
    for item in document["displays"]["playlist"]:
        if item.get("file") and not (media / item["file"]).is_file():
            yield Problem("plan_file_missing", f"displays/playlist/{item['id']}/file", item["file"])


def _voice(values: Mapping[str, Any]) -> None:
    try:
        read_settings(values)
    except SettingError as error:
        raise Invalid("value_invalid", field=error.name) from None


def _slip(values: Mapping[str, Any]) -> None:
    for name in BY_LANGUAGE:
        texts = values.get(name, {})
        if not isinstance(texts, Mapping):
            raise Invalid("value_invalid", field=name)
        for language, lines in texts.items():
            fits = isinstance(lines, list) and len(lines) <= MOST_LINES
            if not fits or not all(isinstance(line, str) and len(line) <= LONGEST_TEXT for line in lines):
                raise Invalid("value_invalid", field=under(name, language))
    layout = {name: value for name, value in values.items() if name not in BY_LANGUAGE}
    known = {field.name for field in fields(SlipLayout)}
    for name, value in layout.items():
        try:
            layout_from_json({name: value})
        except SlipError:
            raise Invalid("value_invalid" if name in known else "field_unknown", field=name) from None
    layout_from_json(layout)
