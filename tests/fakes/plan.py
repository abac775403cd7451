"""Changing an office's plan as its administration does: a part is saved as the next revision."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from antrean.queueing.commands import SavePlan
from antrean.queueing.office import Office
from antrean.queueing.plan.document import as_text, written
from antrean.queueing.plan.model import PlaylistItem
from antrean.storage.database import schema
from antrean.storage.settings.digests import renew_all
from antrean.storage.settings.plan_chain import GENESIS, STORED, link


def save_part(office: Office, path: str, value: Any, what: str = "plan", actor: str = "") -> None:
    """Save one part of the plan, whatever is there."""
    office.execute(SavePlan(what=what, parts={path: value}), actor)


def save_item(office: Office, item: PlaylistItem) -> None:
    """Add an item to the playlist, or change the one with its id."""
    save_part(office, f"displays/playlist/{item.id}", written(item))


def close_service(office: Office, code: str, reasons: dict[str, str] | None = None) -> None:
    """Close a service until somebody opens it."""
    of_it = {"closed": True, "opens_on": None, "closure_reasons": reasons or {}}
    office.execute(SavePlan(what="services", parts={f"services/{code}/{name}": of_it[name] for name in of_it}))


def put_plan(engine: sa.Engine, office: str, document: dict[str, Any]) -> None:
    """Write a document over the newest revision, as an office may have it that no check has seen; chained anew."""
    table = schema.plans
    with engine.begin() as connection:
        mine = sa.select(table).where(table.c.office == office).order_by(table.c.revision)
        *earlier, newest = connection.execute(mine).all()
        row = dict(newest._mapping, body=as_text(document))
        row["chain"] = link(earlier[-1].chain if earlier else GENESIS, office, *(row[name] for name in STORED))
        connection.execute(sa.update(table).where(table.c.revision == newest.revision).values(**row))
        renew_all(connection)
