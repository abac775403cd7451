"""Restores a backup: rows, files, and the line that prevents numbers on paper from being given again."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from antrean.queueing.day import ServiceDay
from antrean.queueing.events import KINDS, JournalRestored
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.document import plan_of
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.numbers import is_number, parts, written
from antrean.storage.backup.archive import CHUNK, BackupError, reflected
from antrean.storage.backup.reader import NO_BACKUP, Backup
from antrean.storage.backup.set_aside import set_tables_aside
from antrean.storage.database.engine import reading
from antrean.storage.database.errors import DatabaseError, in_a_line, unfit
from antrean.storage.database.schema import codes, devices, factors, journal, plans, sessions
from antrean.storage.database.upgrade import upgrade_in
from antrean.storage.factors import RECOVERY
from antrean.storage.journal.chain import STORED, Head, line_of
from antrean.storage.journal.heads import newest_line, read_head, write_head
from antrean.storage.journal.lines import entry_of
from antrean.storage.private_files import new_private_file, private_folder
from antrean.storage.settings.digests import check_all
from antrean.storage.settings.private_texts import mask_settings
from antrean.storage.times import stored_time

RESTORE = "restore"
NOT_EMPTY = "the database is not empty: restore into a new one"
_HIGHEST = re.compile(r"([A-Z0-9]{1,4})[=-]([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What is known to be on paper.

    `read` are the highest numbers of each series, by office, that staff read from slips on the day of the restore;
    `printed` the numbers that a print agent remembers, by business day, and `agent` the hash of its token: they are
    numbers of the office that the agent is paired with, or may be of each one where none of them has it. `office` is
    the first one, whose files lie in the data folder itself.
    """

    office: str = ""
    read: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    printed: Mapping[date, frozenset[str]] = field(default_factory=dict)
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """What an office lacks after a restore: everything between two moments.

    `goes_on` says each series' next number, which has `digits` digits at least, `printed` which numbers a print agent
    remembers that are unknown now.
    """

    office: str
    zone: str
    since: datetime | None
    until: datetime
    goes_on: Mapping[str, int]
    printed: tuple[str, ...]
    digits: int

    def next_numbers(self) -> dict[str, str]:
        """Return each series' next number as it will be printed."""
        return {series: written(series, count, self.digits) for series, count in self.goes_on.items()}


@dataclass(frozen=True, slots=True)
class Restored:
    """Rows by table, what each office has lost, and in which schema (PostgreSQL) lies what was there before.

    `recovery` names who has recovery codes of an authenticator app: those used after the backup are good again.
    """

    rows: Mapping[str, int]
    lost: tuple[Lost, ...]
    aside: str = ""
    recovery: tuple[str, ...] = ()


def highest_from(said: str) -> tuple[str, dict[str, int]]:
    """Read `B=311,A=120` (or `B-311 A-120`), with `CODE:` of an office before it or without, which is "".

    Refuses (ValueError) anything else.
    """
    found: dict[str, int] = {}
    office, colon, numbers = said.strip().rpartition(":")
    if colon and not office:
        raise ValueError(said)
    for part in numbers.upper().replace(",", " ").split():
        match = _HIGHEST.fullmatch(part)
        if match is None:
            raise ValueError(part)
        found[match[1]] = int(match[2])
    return office, found


def printed_on(jobs: Iterable[str]) -> dict[date, frozenset[str]]:
    """Return the numbers of each day among a print agent's jobs, such as `2026-11-24/A-012/0`."""
    found: dict[date, frozenset[str]] = {}
    for job in jobs:
        day, _, rest = job.partition("/")
        number = rest.partition("/")[0]
        with suppress(ValueError):
            if is_number(number):
                of_day = date.fromisoformat(day)
                found[of_day] = found.get(of_day, frozenset()) | {number}
    return found


def restore(
    engine: sa.Engine,
    folder: Path,
    backup: Backup,
    at: datetime,
    on_paper: OnPaper | None = None,
    replace: bool = False,
) -> Restored:
    """Bring a backup back into an empty database and its files into the data folder, as of one moment or not at all.

    A backup of an older release is brought to the newest schema. `at` is the time it is. Each office's journal gets a
    line that says what is lost, on the day of its last line and on that of the restore. Identity numbers in settings,
    which an older release took, are masked. Nobody is signed in afterwards. With `replace` the tables of a PostgreSQL
    database are moved aside first.
    Refuses with BackupError a database that holds anything, and rows that no office can have; then nothing is changed.
    """
    put: list[Path] = []
    remembered, replaced = read_head(folder), False
    on_paper = on_paper or OnPaper()
    if engine.dialect.name == "sqlite":
        _make_private(Path(str(engine.url.database)))
    if not replace:
        _expect_room(engine)
    try:
        with engine.begin() as connection:
            aside = set_tables_aside(connection, at) if replace else ""
            if sa.inspect(connection).get_table_names():
                raise BackupError(NOT_EMPTY)
            upgrade_in(connection, backup.about.revision)
            _insert(connection, backup)
            upgrade_in(connection)
            for damage in check_all(connection):
                raise BackupError(f"{backup.file} is damaged: {damage.table} is not as it was written", "damaged")
            for table in (sessions, codes):  # who was signed in then may have signed out since, and codes were used
                connection.execute(sa.delete(table))
            mask_settings(connection)
            lost = tuple(_say_lost(connection, row, backup, at, on_paper) for row in _offices(connection))
            recovery = _with_recovery_codes(connection)
            for name, content in backup.files():
                put += _put(folder, name, content)
            # Before the commit: what is remembered of the journal before this one must not outlive it.
            replaced = True
            write_head(folder, newest_line(connection, on_paper.office))
            for head in folder.glob("offices/*/journal.head"):
                head.unlink()  # of the journal before this one as well; the hub writes it anew
    except BaseException as error:
        if replaced:
            write_head(folder, remembered)
        for path in put:
            path.unlink(missing_ok=True)
        if isinstance(error, sa.exc.OperationalError | OSError):
            raise BackupError(in_a_line(error)) from error
        if isinstance(error, (*NO_BACKUP, sa.exc.SQLAlchemyError)):
            raise BackupError(f"{backup.file} is damaged or no backup of Antrean", "damaged") from error
        raise
    return Restored(backup.about.rows, lost, aside, recovery)


def _with_recovery_codes(connection: sa.Connection) -> tuple[str, ...]:
    found = sa.select(factors.c.staff).where(factors.c.kind == RECOVERY).distinct()
    return tuple(connection.scalars(found.order_by(factors.c.staff)))


def _expect_room(engine: sa.Engine) -> None:
    """Refuse (BackupError) a place with a database, be it damaged: that is no fault of the backup's."""
    try:
        with reading(engine) as connection:
            taken = bool(sa.inspect(connection).get_table_names())
    except DatabaseError as error:
        wrong = unfit(error)
        raise BackupError(f"{wrong.said}: {wrong.advice}") from error
    if taken:
        raise BackupError(f"{NOT_EMPTY}, or with --replace, which moves this one aside whole")


def _make_private(database: Path) -> None:
    """Make a SQLite file that is not there for this user alone; SQLite gives the files beside it the same rights."""
    with suppress(FileExistsError):
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _insert(connection: sa.Connection, backup: Backup) -> None:
    for table in reflected(connection):
        if table.name not in backup.about.rows:
            continue
        for batch in backup.rows(table.name):
            connection.execute(sa.insert(table), batch)
        found = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        if found != backup.about.rows[table.name]:
            raise BackupError(f"{table.name}: {found} of {backup.about.rows[table.name]} rows", "damaged")


@dataclass(frozen=True, slots=True)
class _Office:
    id: str
    plan: OfficePlan


def _offices(connection: sa.Connection) -> list[_Office]:
    """Return each office with the newest revision of its plan."""
    newest = sa.select(plans.c.office, sa.func.max(plans.c.revision)).group_by(plans.c.office)
    of_it = sa.tuple_(plans.c.office, plans.c.revision).in_(newest)
    rows = connection.execute(sa.select(plans.c.office, plans.c.body).where(of_it).order_by(plans.c.office)).all()
    return [_Office(row.office, plan_of(json.loads(row.body))) for row in rows]


def _say_lost(connection: sa.Connection, office: _Office, backup: Backup, at: datetime, on_paper: OnPaper) -> Lost:
    """Write an office's lines that say what is lost, so that no number that may be on paper is given again."""
    columns = journal.c.seq, journal.c.at, journal.c.business_day, journal.c.chain
    mine = sa.select(*columns).where(journal.c.office == office.id).order_by(journal.c.seq.desc()).limit(1)
    last = connection.execute(mine).one_or_none()
    known = [moment for moment in (last and datetime.fromisoformat(last.at), backup.about.at) if moment is not None]
    since = max(known, default=None)
    today = at.astimezone(office.plan.tz).date()
    days = [today]
    if last is not None:
        # A clock that is before the last line must not open an earlier day.
        last_day = date.fromisoformat(last.business_day)
        days = sorted({last_day, max(last_day, today)})
        at = max(at, datetime.fromisoformat(last.at))
    head = Head(last.seq, last.chain) if last is not None else Head()
    printed = on_paper.printed if _may_have_printed(connection, office.id, on_paper.agent) else {}
    for day in days:
        event = JournalRestored(
            lost_from=stored_time(since) if since is not None else "",
            lost_until=stored_time(at),
            on_paper=dict(on_paper.read.get(office.id, {})) if day == days[-1] else {},
            printed=_highest(printed.get(day, frozenset())),
        )
        line = line_of(office.id, JournalEntry(head.seq + 1, at, day, event, None, RESTORE), head.chain)
        connection.execute(sa.insert(journal), line)
        head = Head(line["seq"], line["chain"])
    folded = [_fold(connection, office.id, day) for day in days]
    series = [service.series for service in office.plan.services]
    today_now = folded[-1]
    goes_on = {one: today_now.last_of(one) + 1 for one in sorted({*series, *today_now.last_number})}
    unknown = sorted(printed.get(days[-1], frozenset()) - set(today_now.tickets), key=parts)
    return Lost(office.id, office.plan.zone, since, at, goes_on, tuple(unknown), office.plan.number_digits)


def _may_have_printed(connection: sa.Connection, office: str, agent: str) -> bool:
    """Whether a print agent's numbers may be an office's: it is paired there, or the backup knows of no such agent."""
    paired = set(connection.scalars(sa.select(devices.c.office).where(devices.c.token_hash == agent)))
    return office in paired or not paired


def _highest(numbers: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for series, number in map(parts, numbers):
        found[series] = max(found.get(series, 0), number)
    return found


def _fold(connection: sa.Connection, office: str, day: date) -> ServiceDay:
    """Return a day as it is now; one that can't be folded is refused with what that raises."""
    lines = sa.select(journal).where(journal.c.office == office, journal.c.business_day == day.isoformat())
    return ServiceDay.fold(day, map(_entry, connection.execute(lines.order_by(journal.c.seq))))


def _entry(row: Any) -> JournalEntry:
    if row.kind not in KINDS:
        raise BackupError(
            f"line {row.seq} was written by a newer release ({row.kind}): restore with that release", "newer"
        )
    return entry_of(*(row._mapping[name] for name in STORED))


def _put(folder: Path, name: str, content: IO[bytes]) -> list[Path]:
    """Write one kept file; return it when it was not there before."""
    target = folder / name
    private_folder(target.parent)
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise BackupError(f"{target.parent} leads out of the data folder")
    fresh = [] if target.exists() else [target]
    with new_private_file(target, replace=True) as out:
        shutil.copyfileobj(content, out, CHUNK)
    return fresh
