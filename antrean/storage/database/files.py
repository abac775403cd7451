"""The files under an open SQLite database: whether they are still those at their paths, and what can be done if not.

A file that is removed or replaced stays with whoever has it open, so that a hub would go on writing into a file without
a name: every number told from then on would be given again after the next start. Two calls of `stat` before and after
each commit, some microseconds in all, keep that from happening. What is only read is looked at as well, unless the last
look was a moment ago: whatever is decided on it is looked at again before it is written.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from antrean.storage.database.engine import database_file
from antrean.storage.database.errors import DatabaseError, in_a_line
from antrean.storage.private_files import sync_folder, take_name

log = logging.getLogger(__name__)
Connection = sa.PoolProxiedConnection
Identity = tuple[int, int]
MOMENT = 0.05  # seconds
# One word for each fault -> what stands in the log.
FAULTS = {
    "database_gone": "the database's file is gone from its place",
    "database_replaced": "the database's file was replaced by another one",
    "wal_gone": "the file beside the database (-wal) was removed",
    "wal_replaced": "the file beside the database (-wal) was replaced by another one",
    "wal_cut": "the file beside the database (-wal) was cut short",
    "lines_missing": "the database that stands there now lacks lines that were told",
    "database_damaged": "the database that stands there now is damaged",
}


class FilesFault(Exception):
    """The files are not those that were opened; `what` is one word of FAULTS."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(FAULTS[what])


class OpenFiles:
    """Which files a connection has open. `opened` is called right after it was made, `fault` whenever it is used."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self._paths = str(database), str(database) + "-wal"  # a Path costs as much as the look at it
        self._known: tuple[Identity | None, Identity | None] = (None, None)
        self._wal_size = 0

    def opened(self) -> None:
        """Take what stands at the paths now for what was opened; something must have been read already."""
        self._known = _identity(_stat(self._paths[0])), _identity(_stat(self._paths[1]))
        self._wal_size = 0

    def were_open(self) -> bool:
        """Whether anything was opened here before."""
        return self._known[0] is not None

    def remove_beside(self) -> bool:
        """Remove the `-wal` and `-shm` of the file that was opened; whether no lines of another are left there."""
        wal = _stat(self._paths[1])
        if wal is not None and _identity(wal) != self._known[1]:
            return not wal.st_size
        for path in (self._paths[1], self._paths[0] + "-shm"):
            with suppress(FileNotFoundError):
                os.unlink(path)
        return True

    def fault(self) -> str:
        """Return one word of FAULTS, or nothing."""
        try:
            database = os.stat(self._paths[0])
        except OSError:
            return "database_gone"
        if (database.st_dev, database.st_ino) != self._known[0]:
            return "database_replaced"
        try:
            wal = os.stat(self._paths[1])
        except OSError:
            return "wal_gone"
        if (wal.st_dev, wal.st_ino) != self._known[1]:
            return "wal_replaced"
        if wal.st_size < self._wal_size:  # while it is open it only grows, or is begun anew in place
            return "wal_cut"
        self._wal_size = wal.st_size
        return ""


class GuardedFiles:
    """Keeps a writer's connection on the files that have a name.

    What can be mended is mended without a line lost: what was in a `-wal` that was removed is written into the
    database; a database that was removed is written anew from the open one; one that was put in its place is taken when
    it holds all that was told. `whole` looks at a connection and says whether it does. Anything else is a FilesFault,
    each time, until the files are back.
    """

    def __init__(self, engine: sa.Engine, database: Path) -> None:
        self._engine = engine
        self._files = OpenFiles(database)
        self._refused: tuple[Any, str] | None = None  # the file that was not taken, and why
        self._told = ""
        self._taken: Connection | None = None
        self._looked_at = 0.0  # by a clock that nobody sets

    @classmethod
    def of(cls, engine: sa.Engine) -> GuardedFiles | None:
        """Return the guard of an SQLite file; None for a database that lies elsewhere."""
        file = database_file(engine)
        return cls(engine, file) if file is not None else None

    def before_opening(self) -> None:
        """Refuse (FilesFault) to open anew what was open before and is gone."""
        if self._files.were_open() and not self._files.database.exists():
            self._tell("database_gone")
            raise FilesFault("database_gone")

    def opened(self, connection: Connection, whole: Callable[[Connection], bool]) -> None:
        """Take a new connection for the one to guard; refuses (FilesFault) one that lacks what was told."""
        if not whole(connection):
            self._tell("lines_missing")
            raise FilesFault("lines_missing")
        self._take(connection)

    def _take(self, connection: Connection) -> None:
        self._taken = connection
        connection.cursor().execute("SELECT count(*) FROM sqlite_master").fetchone()  # a -wal is made by the first read
        self._files.opened()

    def guards(self, connection: Connection | None) -> bool:
        """Whether this is the connection that was taken: it holds what was told, whatever became of its files."""
        return connection is not None and connection is self._taken

    def fault(self) -> str:
        """Return one word of FAULTS, and tell the log; nothing when the files are those that were opened."""
        fault = self._files.fault()
        if fault:
            self._tell(fault)
        return fault

    def undisturbed(self) -> bool:
        """Whether the files are those that were opened, and were so at the last look."""
        if self._told or self._files.fault():
            return False
        self._looked_at = time.monotonic()
        return True

    def were_undisturbed(self) -> bool:
        """Whether they were, a moment ago: enough for what is only read, as nothing is written without a look."""
        return not self._told and time.monotonic() - self._looked_at < MOMENT

    def sound(self, connection: Connection, whole: Callable[[Connection], bool]) -> Connection:
        """Return the connection, or another one to the same lines; raises FilesFault."""
        fault = self.fault()
        if fault:
            connection = self._mended(fault, connection, whole)
        if self._told:
            log.warning("%s: the files are in order again, and no line is missing", self._files.database)
        self._told = ""
        return connection

    def _tell(self, fault: str) -> None:
        if fault != self._told:
            log.error("%s: %s", self._files.database, FAULTS[fault])
        self._told = fault

    def _mended(self, fault: str, connection: Connection, whole: Callable[[Connection], bool]) -> Connection:
        if fault == "wal_cut":
            # Somebody may have had it written into the database, and emptied. Else what was cut is in no file any more.
            return self._opened_anew(connection, whole, unreadable=fault)
        if self._refused is not None and self._refused[0] == self._which():
            raise FilesFault(self._refused[1])
        if fault == "database_gone":
            self._write_anew(connection)
        elif not _checkpointed(connection):
            raise FilesFault(fault)
        elif fault == "database_replaced":
            self._files.remove_beside()  # they tell of the old file
        return self._opened_anew(connection, whole)

    def _write_anew(self, connection: Connection) -> None:
        """Write what is open into a file at the old place, if there is a folder and nothing has come there since."""
        new = self._files.database.with_name(self._files.database.name + ".rescued")
        try:
            with suppress(FileNotFoundError):
                new.unlink()
            connection.cursor().execute("VACUUM INTO ?", (str(new),))
            _to_disk(new)
            if not self._files.remove_beside():
                raise FilesFault("wal_replaced")
            take_name(new, self._files.database)  # never over another
            sync_folder(new.parent)
        except (OSError, self._errors) as error:
            raise FilesFault("database_gone") from error
        finally:
            with suppress(OSError):
                new.unlink()

    def _which(self) -> Any:
        seen = _stat(self._files.database)
        return seen and (_identity(seen), seen.st_size, seen.st_mtime_ns)

    def _opened_anew(
        self, connection: Connection, whole: Callable[[Connection], bool], unreadable: str = "database_damaged"
    ) -> Connection:
        which = self._which()
        if self._refused is not None and self._refused[0] == which:
            raise FilesFault(self._refused[1])
        found: Connection | None = None
        fault = unreadable
        try:
            found = self._engine.raw_connection()
            if found.cursor().execute("PRAGMA quick_check(1)").fetchone()[0] == "ok":
                fault = "" if whole(found) else "lines_missing"
        except (self._errors, DatabaseError) as error:
            log.error("%s: %s", self._files.database, in_a_line(error))
            fault = unreadable
        if fault or found is None:
            if found is not None:
                _close(found)
            self._refused = which, fault
            raise FilesFault(fault)
        self._refused = None
        _close(connection)
        self._take(found)
        return found

    @property
    def _errors(self) -> type[Exception]:
        error: type[Exception] = self._engine.dialect.loaded_dbapi.Error
        return error


def _checkpointed(connection: Connection) -> bool:
    """Write all lines of the open `-wal` into the database; whether that was done as a whole."""
    try:
        busy, _lines, _written = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except Exception as error:
        log.error("the open -wal could not be written into the database: %s", in_a_line(error))
        return False
    return not busy


def _close(connection: Connection) -> None:
    try:
        connection.close()
    except Exception:
        connection.invalidate()


def _stat(path: str | Path) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None


def _identity(found: os.stat_result | None) -> Identity | None:
    return (found.st_dev, found.st_ino) if found is not None else None


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
