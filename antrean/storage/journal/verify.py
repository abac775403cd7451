"""Reads a journal line by line to find lines that are not as they were written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from antrean.storage.database.engine import reading
from antrean.storage.database.errors import DatabaseError, in_a_line, not_looked
from antrean.storage.database.schema import journal
from antrean.storage.journal.chain import GENESIS, STORED, Damage, Head, Links, Row, beginning
from antrean.storage.journal.sealed import newest_seal

LINES_AT_ONCE = 5000
MOST_UNREAD = 100  # unreadable lines in a row, after which the rest is not read


def verify(engine: sa.Engine, office: str, *, after: int = 0, chain: str = GENESIS) -> Iterator[Damage]:
    """Read an office's lines beyond a seq in batches and say what is not as it was written; `chain` stands at `after`.

    From 0 on these are all lines; they may begin behind those that were sealed. Memory is bounded. A line that can't be
    read is damage too; after so many in a row the rest is not looked at. Raises the error of a database that does not
    answer: nobody has looked then.
    """
    links = _whole(engine, office) if (after, chain) == (0, GENESIS) else Links(office, Head(after, chain))
    limit, unread = LINES_AT_ONCE, 0
    while True:
        try:
            rows = _rows(engine, office, after, limit)
        except DatabaseError as error:
            if limit > 1:
                limit = max(1, limit // 10)
                continue
            if not_looked(error):
                raise
            unread += 1
            after += 1
            links.pass_over()
            if unread == MOST_UNREAD:
                yield Damage(after, f"and those after it can't be read: {in_a_line(error)}")
                return
            yield Damage(after, f"can't be read: {in_a_line(error)}")
            continue
        if not links.take(rows):
            for row in rows:
                yield from links.damage(row)
        if len(rows) < limit:
            return
        if not isinstance(rows[-1][0], int) or rows[-1][0] <= after:
            yield Damage(after + 1, "and those after it are out of order")
            return
        after, limit, unread = rows[-1][0], min(limit * 10, LINES_AT_ONCE), 0


def _whole(engine: sa.Engine, office: str) -> Links:
    """Return what follows all lines of a journal; one whose first line can't be read ought to begin with line 1."""
    first_line = sa.select(sa.func.min(journal.c.seq)).where(journal.c.office == office)
    try:
        with reading(engine) as connection:
            first = connection.scalar(first_line)
            return beginning(office, first if isinstance(first, int) else 1, newest_seal(connection, office))
    except DatabaseError as error:
        if not_looked(error):
            raise
        return Links(office, Head())


def _rows(engine: sa.Engine, office: str, after: int, limit: int) -> Sequence[Row]:
    columns = [journal.c[name] for name in (*STORED, "chain")]
    lines = sa.select(*columns).where(journal.c.office == office, journal.c.seq > after)
    with reading(engine) as connection:
        return connection.execute(lines.order_by(journal.c.seq).limit(limit)).all()
