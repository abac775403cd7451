"""What displays show between calls, as rows: notices in words, and the names of stored pictures and videos."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import sqlalchemy as sa

from antrean.queueing.plan.model import PlaylistItem
from antrean.storage.database import schema
from antrean.storage.settings.digests import changing, check

TABLE = schema.interludes


class Playlist:
    """Writes the playlist of one office; its items are read with the plan."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._engine = engine
        self._office = office

    def save(self, item: PlaylistItem) -> None:
        """Add an item at the end, or change the one with its id where it stands."""
        values = {
            "kind": item.kind,
            "texts": json.dumps(dict(item.texts), ensure_ascii=False),
            "file": item.file,
            "seconds": item.seconds,
            "starts_on": item.starts_on.isoformat() if item.starts_on else None,
            "ends_on": item.ends_on.isoformat() if item.ends_on else None,
        }
        with changing(self._engine, self._office, TABLE) as connection:
            changed = connection.execute(sa.update(TABLE).where(*self._one(item.id)).values(**values))
            if changed.rowcount == 0:
                last = connection.scalar(sa.select(sa.func.max(TABLE.c.position)).where(TABLE.c.office == self._office))
                place = {"office": self._office, "id": item.id, "position": (last or 0) + 1}
                connection.execute(sa.insert(TABLE), {**place, **values})

    def remove(self, item: str) -> None:
        """Take an item away; an unknown one is gone already."""
        with changing(self._engine, self._office, TABLE) as connection:
            connection.execute(sa.delete(TABLE).where(*self._one(item)))

    def _one(self, item: str) -> tuple[Any, Any]:
        return TABLE.c.office == self._office, TABLE.c.id == item


def playlist_items(connection: sa.Connection, office: str) -> tuple[PlaylistItem, ...]:
    """Return the office's items in their order."""
    rows = connection.execute(sa.select(TABLE).where(TABLE.c.office == office).order_by(TABLE.c.position)).all()
    check(connection, office, TABLE, rows)
    return tuple(
        PlaylistItem(
            id=row.id,
            kind=row.kind,
            texts=json.loads(row.texts),
            file=row.file,
            seconds=row.seconds,
            starts_on=date.fromisoformat(row.starts_on) if row.starts_on else None,
            ends_on=date.fromisoformat(row.ends_on) if row.ends_on else None,
        )
        for row in rows
    )
