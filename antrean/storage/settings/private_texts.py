"""Texts of an office's settings without identity numbers, whatever release or hand wrote them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from antrean.queueing.plan.parts import difference
from antrean.queueing.privacy import mask_identity_numbers
from antrean.storage.database import schema
from antrean.storage.settings.digests import renew_all
from antrean.storage.settings.plan_chain import GENESIS, STORED, link

# What people write, by table, as text or as JSON; ids, digests and addresses of printers are none of it.
TEXTS: Mapping[str, tuple[str, ...]] = {"devices": ("name",)}
PLANS = schema.plans
PICTURE = "logo"


def mask_settings(connection: sa.Connection) -> int:
    """Mask identity numbers in the settings of every office of this database; return how many values had some."""
    masked = sum(_in_plans(connection))
    for name, columns in TEXTS.items():
        table = schema.metadata.tables[name]
        for row in connection.execute(sa.select(table)).mappings().all():
            values = {column: mask_identity_numbers(row[column]) for column in columns}
            changes = {column: words for column, words in values.items() if words != row[column]}
            if changes:
                mine = (key == row[key.name] for key in table.primary_key)
                connection.execute(sa.update(table).where(*mine).values(**changes))
                masked += len(changes)
    if masked:
        renew_all(connection)
    return masked


def _in_plans(connection: sa.Connection) -> Iterator[int]:
    """Mask every revision of every plan, and chain them anew; give how many values had some in each."""
    rows = connection.execute(sa.select(PLANS).order_by(PLANS.c.office, PLANS.c.revision)).all()
    office, chain = "", GENESIS
    for row in rows:
        chain = chain if row.office == office else GENESIS
        office = row.office
        before = json.loads(row.body)
        after = _masked(before)
        body = row.body if after == before else json.dumps(after, ensure_ascii=False, separators=(",", ":"))
        chain = link(chain, office, *(body if name == "body" else getattr(row, name) for name in STORED))
        if chain != row.chain:
            mine = (PLANS.c.office == office, PLANS.c.revision == row.revision)
            connection.execute(sa.update(PLANS).where(*mine).values(body=body, chain=chain))
        yield sum(1 for _ in difference(before, after))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_identity_numbers(value)
    if isinstance(value, Mapping):
        return {name: inner if name == PICTURE else _masked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    return value
