"""Texts of an office's settings without identity numbers, whatever release or hand wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from antrean.queueing.privacy import mask_identity_numbers
from antrean.storage.settings.digests import renew_all

# What people write, by table, as text or as JSON; ids, digests and addresses of printers are none of it.
TEXTS: Mapping[str, tuple[str, ...]] = {"offices": ("name",), "counters": ("name",), "devices": ("name",)}
IN_JSON: Mapping[str, tuple[str, ...]] = {
    "offices": ("notices", "slip"),
    "services": ("names", "notices"),
    "interludes": ("texts",),
}
PICTURE = "logo"


def mask_settings(connection: sa.Connection) -> int:
    """Mask identity numbers in the settings of every office of this database; return how many values had some."""
    found = sa.MetaData()
    found.reflect(connection, only=sorted({*TEXTS, *IN_JSON}))
    masked = 0
    for name, table in found.tables.items():
        if name not in (*TEXTS, *IN_JSON):
            continue
        for row in connection.execute(sa.select(table)).mappings().all():
            values = {column: mask_identity_numbers(row[column]) for column in TEXTS.get(name, ())}
            values |= {column: _in_json(row[column]) for column in IN_JSON.get(name, ())}
            changes = {column: words for column, words in values.items() if words != row[column]}
            if changes:
                mine = (key == row[key.name] for key in table.primary_key)
                connection.execute(sa.update(table).where(*mine).values(**changes))
                masked += len(changes)
    if masked:
        renew_all(connection)
    return masked


def _in_json(written: str) -> str:
    before = json.loads(written)
    after = _masked(before)
    return written if after == before else json.dumps(after, ensure_ascii=False)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_identity_numbers(value)
    if isinstance(value, Mapping):
        return {name: inner if name == PICTURE else _masked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    return value
