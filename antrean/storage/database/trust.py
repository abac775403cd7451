"""Verifies what a database holds: the newest day before a start, and everything on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from antrean.queueing.events import KINDS
from antrean.queueing.keeping.day_source import REACH
from antrean.storage.database.engine import reading
from antrean.storage.database.errors import RESTORE, DatabaseError, Unfit, in_a_line
from antrean.storage.database.schema import journal, metadata
from antrean.storage.journal.chain import GENESIS, Damage, missing
from antrean.storage.journal.heads import Remembered, missed, newest_line, read_head, settings_lost
from antrean.storage.journal.lasting import differences
from antrean.storage.journal.plan_told import plans_untold
from antrean.storage.journal.sealed import newest_seal
from antrean.storage.journal.verify import verify
from antrean.storage.settings.digests import SettingsDamaged, SettingsLost, check_all, tables_in

NAMED = 5  # damages that a sentence names
MOST = 1000  # damages of one office that are looked for
NEWER = "install that release again; an older one can't read its lines"


class JournalUntrue(Unfit):
    """Lines of the newest day are not as they were written."""

    def __init__(self, found: Iterable[Damage]) -> None:
        super().__init__(f"the journal is damaged: {in_words(found)}", RESTORE)


class ShapeLost(Unfit):
    """A table, or a column of one, is not there; who needs it would notice only then."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the database is damaged: {name} is missing", RESTORE)


class PlanUntrue(Unfit):
    """The plan in force is not the one of which the journal tells."""

    def __init__(self, said: str) -> None:
        super().__init__(f"the settings are damaged: {said}", RESTORE)


def in_words(found: Iterable[Damage]) -> str:
    """Return damages in a line, the first few by name."""
    all_of_them = list(found)
    more = f", and {len(all_of_them) - NAMED} more" if len(all_of_them) > NAMED else ""
    return ", ".join(map(str, all_of_them[:NAMED])) + more


def examine_newest_day(engine: sa.Engine, office: str, folder: Path) -> None:
    """Refuse (Unfit) a database that no day can go on with: settings or newest lines are not as they were written.

    Lines from the first of the newest day on are read by their key, whatever day they are of; damage in earlier days
    keeps nobody from starting. Lines of a newer release do, of all days that this one may have to read.
    """
    heads = _heads(folder)
    with reading(engine, at_one_moment=True) as connection:
        _check_tables(connection)
        for damaged in check_all(connection):
            raise damaged
        for lost in _shape(connection):
            raise lost
        for missed_there in _missed(connection, heads):
            raise missed_there
        newest = newest_line(connection, office)
        if newest is None:
            return
        first, chain = _beginning(connection, office, newest.seq)
        kinds = _kinds(connection, office, newest.seq)
        untold = list(plans_untold(connection, office, newest=True))
    found = list(islice(verify(engine, office, after=first - 1, chain=chain), MOST))
    if found:
        raise JournalUntrue(found)
    for said in untold:
        raise PlanUntrue(said)
    for kind, seq in kinds.items():
        if kind not in KINDS:
            raise Unfit(f"the journal was written by a newer release: line {seq} is of the kind {kind}", NEWER)


def _heads(folder: Path) -> list[Remembered]:
    """Return what the data folder remembers, one line for each office.

    Asked before the database is read: what a running hub writes from then on is in neither or in the database alone.
    """
    return list(filter(None, map(read_head, (folder, *sorted(folder.glob("offices/*"))))))


def _missed(connection: sa.Connection, heads: Iterable[Remembered]) -> Iterator[Unfit]:
    """Give what the database lacks of the lines that are remembered."""
    for head in heads:
        found = missed(connection, head)
        if found is not None:
            yield JournalUntrue([found])
        if settings_lost(connection, head):
            yield SettingsLost()


def _beginning(connection: sa.Connection, office: str, newest: int) -> tuple[int, str]:
    """Return the first line of the newest line's day, and the chain value before it; of sealed lines, that after."""
    mine = journal.c.office == office
    day = connection.scalar(sa.select(journal.c.business_day).where(mine, journal.c.seq == newest))
    of_day = sa.select(sa.func.min(journal.c.seq)).where(mine, journal.c.business_day == day)
    first = int(connection.scalar(of_day) or newest)
    if first == 1:
        return 1, GENESIS
    chain = connection.scalar(sa.select(journal.c.chain).where(mine, journal.c.seq == first - 1))
    if chain is None and (sealed := newest_seal(connection, office)) is not None and first <= sealed.last + 1:
        return sealed.last + 1, sealed.chain
    if chain is None:
        raise JournalUntrue([missing(first - 1, first - 1)])
    return first, str(chain)


def _kinds(connection: sa.Connection, office: str, newest: int) -> dict[str, int]:
    """Return the kinds of the lines of all days that may still be read whole, each with its first line there."""
    mine = journal.c.office == office
    day = connection.scalar(sa.select(journal.c.business_day).where(mine, journal.c.seq == newest))
    begin = date.fromisoformat(str(day)) - REACH
    lines = sa.select(journal.c.kind, sa.func.min(journal.c.seq)).where(
        mine, journal.c.business_day >= begin.isoformat()
    )  # fmt: skip
    return {str(kind): seq for kind, seq in connection.execute(lines.group_by(journal.c.kind))}


def _check_tables(connection: sa.Connection) -> None:
    """Compare the small tables of a SQLite file with their indexes: rows that an index lacks would not be found."""
    if connection.dialect.name != "sqlite":
        return
    for table in tables_in(connection):
        said = connection.exec_driver_sql(f"PRAGMA integrity_check('{table}')").scalars().all()
        if said != ["ok"]:
            raise SettingsDamaged(table)


def _shape(connection: sa.Connection) -> Iterator[ShapeLost]:
    """Give the tables and columns of this release that the database lacks."""
    there = {
        table: {column["name"] for column in columns}
        for (_, table), columns in sa.inspect(connection).get_multi_columns().items()
    }
    for table in metadata.sorted_tables:
        if table.name not in there:
            yield ShapeLost(f"the table {table.name}")
        else:
            lost = (column.name for column in table.columns if column.name not in there[table.name])
            yield from (ShapeLost(f"the column {name} of the table {table.name}") for name in lost)


def offices_in(connection: sa.Connection) -> list[str]:
    """Return every office that has lines."""
    return sorted(connection.scalars(sa.select(journal.c.office).distinct()), key=str)


def damage(engine: sa.Engine, folder: Path) -> Iterator[str]:
    """Look at everything: the file, the settings and every line of every office. Say in a line each what is wrong."""
    heads = _heads(folder)
    try:
        with reading(engine, at_one_moment=True) as connection:
            yield from _file_damage(connection)
            yield from (damaged.said for damaged in check_all(connection))
            yield from (lost.said for lost in _shape(connection))
            yield from (missed_there.said for missed_there in _missed(connection, heads))
            offices = offices_in(connection)
            yield from (f"{office}: {said}" for office in offices for said in plans_untold(connection, office))
            yield from (f"{office}: {said}" for office in offices for said in differences(connection, office))
        for office in offices:
            found = list(islice(verify(engine, office), MOST))
            if found:
                yield f"{office}: {in_words(found)}"
    except DatabaseError as error:
        yield f"the database can't be read: {in_a_line(error)}"


def _file_damage(connection: sa.Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        said = connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
        if said != ["ok"]:
            more = f" (and {len(said) - 1} more)" if len(said) > 1 else ""
            yield f"the database file is damaged: {' '.join(str(said[0]).split())}{more}"
