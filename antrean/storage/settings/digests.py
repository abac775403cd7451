"""Digests of an office's settings, written with each change, so that a row changed elsewhere is noticed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from antrean.storage.database import schema
from antrean.storage.database.errors import RESTORE, DatabaseError, Unfit, not_looked
from antrean.storage.settings.plan_chain import newest_of

BEFORE_PLANS = ("services", "counters", "interludes")  # tables of releases whose plan had no revisions
# The tables, and the column that says whose a row is; "" where all offices have them together.
WHOSE = {"offices": "id", **dict.fromkeys(("plans", "staff", "devices", *BEFORE_PLANS), "office"), "people": ""}
NOT_ALWAYS = (*BEFORE_PLANS, "people")  # of these tables, which a database of another release lacks
EVERY = ""  # in the table of digests, instead of an office: of rows that all offices have together
DIGESTS, PLANS = schema.digests, schema.plans


class SettingsDamaged(Unfit):
    """Rows of a table are not as they were written; `table` names it."""

    def __init__(self, table: str) -> None:
        super().__init__(f"the settings are damaged: the table {table} is not as it was written", RESTORE)
        self.table = table


class SettingsLost(Unfit):
    """The newest changes of settings are missing."""

    def __init__(self) -> None:
        super().__init__("the settings are damaged: their newest changes are missing", RESTORE)


def digest_of(rows: Iterable[dict[str, Any]], table: str = "") -> str:
    """Return hex SHA-256 of rows with all their columns by name, whatever their order.

    Of plans, which are given in the order of their revisions, it is the chain value of the newest. Refuses (ValueError)
    plans that are not as they were written.
    """
    if table == PLANS.name:
        return newest_of(rows)
    lines = sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)
    return sha256("\n".join(lines).encode()).hexdigest()


@contextmanager
def changing(engine: sa.Engine, office: str, *tables: sa.Table) -> Iterator[sa.Connection]:
    """Give a transaction that writes an office's rows of these tables; their digests are written with it.

    Refuses (SettingsDamaged) tables that are not as they were written, because new digests would hide the damage.
    Another change of the same table waits for this one.
    """
    with engine.begin() as connection:
        for table in tables:
            take(connection, office, table)
        yield connection
        for table in tables:
            renew(connection, office, table)


def take(connection: sa.Connection, office: str, table: sa.Table) -> None:
    """Begin to change an office's rows of a table within a transaction; `renew` ends it.

    Refuses (SettingsDamaged) a table that is not as it was written. People are taken before anything else: whoever
    waits for them holds nothing.
    """
    row = {"office": owner(table.name, office), "name": table.name, "revision": 0, "digest": _nothing(table)}
    connection.execute(FIRST, row)
    connection.execute(sa.update(DIGESTS).where(*_one(office, table)).values(revision=DIGESTS.c.revision + 1))
    check(connection, office, table, connection.execute(_rows_of(table, office)).all())


def owner(table: str, office: str) -> str:
    """Return under which office the digest of an office's table stands."""
    return office if WHOSE[table] else EVERY


FIRST = sa.text(
    "INSERT INTO digests (office, name, revision, digest) VALUES (:office, :name, :revision, :digest) "
    "ON CONFLICT DO NOTHING"
)


def check(connection: sa.Connection, office: str, table: sa.Table, rows: Sequence[sa.Row[Any]]) -> None:
    """Refuse (SettingsDamaged) rows of an office that are not all, or not as they were written."""
    written = connection.scalar(sa.select(DIGESTS.c.digest).where(*_one(office, table)))
    try:
        right = _digest(table, rows) == written if written is not None else not rows
    except (TypeError, ValueError):  # what no text column gives
        right = False
    if not right:
        raise SettingsDamaged(table.name)


def changes_of(connection: sa.Connection, office: str) -> int:
    """Return how often the office's settings have been written, and those that all offices have together."""
    its = sa.or_(DIGESTS.c.office == office, DIGESTS.c.office == EVERY)  # asked each second; `in_` leaves circles
    return int(connection.scalar(sa.select(sa.func.sum(DIGESTS.c.revision)).where(its)) or 0)


def check_all(connection: sa.Connection) -> Iterator[SettingsDamaged]:
    """Look at the tables of every office, as they are in this database; say which are damaged.

    Raises the error of a database that does not answer: nobody has looked then.
    """
    offices = set(connection.scalars(sa.select(DIGESTS.c.office)))
    for table in _tables(connection):
        try:
            for office in offices | _owners(connection, table) if WHOSE[table.name] else (EVERY,):
                check(connection, office, table, connection.execute(_rows_of(table, office)).all())
        except (SettingsDamaged, DatabaseError, KeyError) as error:  # KeyError: a column is not there
            if isinstance(error, DatabaseError) and not_looked(error):
                raise
            yield SettingsDamaged(table.name)


def renew_all(connection: sa.Connection) -> None:
    """Write the digests of every office anew, after the tables themselves have changed."""
    for table in _tables(connection):
        for office in _owners(connection, table):
            row = {"office": office, "name": table.name, "revision": 0, "digest": ""}
            connection.execute(FIRST, row)
            renew(connection, office, table)


def renew(connection: sa.Connection, office: str, table: sa.Table) -> None:
    """Write the digest of an office's rows of a table anew."""
    found = _digest(table, connection.execute(_rows_of(table, office)).all())
    connection.execute(sa.update(DIGESTS).where(*_one(office, table)).values(digest=found))


def _owners(connection: sa.Connection, table: sa.Table) -> set[str]:
    """Return whose rows there are in a table."""
    whose = WHOSE[table.name]
    if whose:
        return set(connection.scalars(sa.select(table.c[whose]).distinct()))
    return {EVERY} if connection.execute(sa.select(table).limit(1)).first() is not None else set()


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """Return the tables of settings with the columns that they have here, and nothing else of them."""
    there = tables_in(connection)
    found = sa.inspect(connection).get_multi_columns(filter_names=there)
    columns = {name: [sa.Column(one["name"], one["type"]) for one in its] for (_, name), its in found.items()}
    return [sa.Table(name, sa.MetaData(), *columns[name]) for name in there]


def tables_in(connection: sa.Connection) -> list[str]:
    """Return the names of the tables of settings that this database has, be it one of an older release."""
    there = set(sa.inspect(connection).get_table_names())
    return [name for name in WHOSE if name in there]


def _digest(table: sa.Table, rows: Sequence[sa.Row[Any]]) -> str:
    return digest_of((dict(row._mapping) for row in rows), table.name)


def _nothing(table: sa.Table) -> str:
    """Return the digest of a table in which an office has no row."""
    return digest_of([], table.name)


def _one(office: str, table: sa.Table) -> tuple[Any, Any]:
    return DIGESTS.c.office == owner(table.name, office), DIGESTS.c.name == table.name


def _rows_of(table: sa.Table, office: str) -> sa.Select[Any]:
    whose = WHOSE[table.name]
    mine = sa.select(table).where(table.c[whose] == office) if whose else sa.select(table)
    return mine.order_by(table.c.revision) if table.name == PLANS.name else mine
