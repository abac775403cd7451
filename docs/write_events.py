"""Writes docs/events.md: each event's wire name, fields and meaning, as the classes say them.

`python -m docs.write_events` runs it; a test fails when the page is not what it writes.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, fields
from itertools import groupby
from pathlib import Path

from antrean.queueing.events import KINDS, Event

PAGE = Path(__file__).parent / "events.md"
HEAD = """# What stands in the journal

`python -m docs.write_events` writes this page from the `events.py` of each subject in `antrean/queueing`.

Each line of the table `journal` is one event. `kind` is its wire name, and `data` its fields as JSON. A field that an
old line lacks has the value after `=`; one without a value is in every line. Fields that a release does not know are
passed over.

From its second version on an event is stored as its wire name with the version behind it (`ticket.issued.2`), and lines
of earlier versions are read as if they had been written in the newest. No line is ever rewritten. Lines of releases
before wire names have the name in the last column instead; it means version 1 of the same event
(`docs/decisions/0025`).
"""
TYPES = {"str": "text", "int": "number", "float": "number", "bool": "yes or no", "Mapping": "object"}


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    events = sorted(KINDS, key=lambda event: KINDS.of(event)[0])
    for subject, of_subject in groupby(events, key=lambda event: KINDS.of(event)[0].partition(".")[0]):
        parts.append(f"\n## {subject}\n\n| kind | what happened | fields | before |\n|---|---|---|---|\n")
        parts.extend(map(_row, of_subject))
    return "".join(parts)


def _row(event: type[Event]) -> str:
    earlier = ", ".join(f"`{kind}`" for kind in KINDS.of(event) if kind != event.kind)
    said = " ".join((event.__doc__ or "").split())
    named = ", ".join(map(_field, fields(event)))
    return f"| `{event.kind}` | {said} | {named} | {earlier} |\n"


def _field(field: Field[object]) -> str:
    kind, _, or_none = str(field.type).partition(" | ")
    value = "" if field.default is MISSING else f" = {json.dumps(field.default)}"
    return f"`{field.name}` {TYPES[kind.partition('[')[0]]}{' or null' if or_none else ''}{value}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
