"""Errors of a database, and the sentences for them."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa

RESTORE = "restore the newest backup; nothing is deleted: antrean restore --replace FILE"
DAMAGED = "the database is damaged"
DISK_FULL = "the disk is full", "free space on this disk, then start again"
DatabaseError = sa.exc.SQLAlchemyError  # any error of a database or of the connection to it


def in_a_line(error: Exception) -> str:
    """Return the first line of an error of a database or a disk, without the statement."""
    said = str(getattr(error, "orig", None) or error)
    return (said.strip().splitlines() or [type(error).__name__])[0]


# Part of an error of SQLite or PostgreSQL -> what is wrong and what to do; the first match counts.
_SAID = (
    ("file is not a database", "the database is damaged: its first bytes are not those of a database", RESTORE),
    ("malformed", DAMAGED, RESTORE),
    ("disk i/o error", "the database can't be read or written on this disk", f"is it full? (df -h) Failing? {RESTORE}"),
    ("database or disk is full", *DISK_FULL),
    ("readonly database", "the database can't be written", "let the user that runs Antrean write it, then start again"),
    (
        "unable to open database file",
        "the database can't be opened: unable to open database file",
        "is the folder there, and may the user that runs Antrean write in it?",
    ),
    ("is locked", "another program keeps the database locked", "end that program, then start again"),
    ("password authentication failed", "PostgreSQL refuses the name or password", "correct DATABASE_URL"),
    ("no password supplied", "PostgreSQL asks for a password", "put it into DATABASE_URL"),
    ("no pg_hba.conf entry", "PostgreSQL does not let this machine in", "allow it in pg_hba.conf"),
    ("permission denied", "PostgreSQL does not let this user in", "give it the rights to its own database"),
)


# Of SQLite: another's lock, no memory, interrupted, no file. Of PostgreSQL, classes of SQLSTATE: connection, resources,
# another's lock, operator (a limit of time is one); and a missing right.
_NOT_LOOKED_SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT,
                      sqlite3.SQLITE_CANTOPEN}  # fmt: skip
_NOT_LOOKED_POSTGRESQL = ("08", "53", "55", "57", "42501")


def not_looked(error: DatabaseError) -> bool:
    """Whether an error says nothing of what is stored: no answer, none in time, or nobody was let in."""
    failed = getattr(error, "orig", None)
    if (code := getattr(failed, "sqlite_errorcode", None)) is not None:
        return code & 0xFF in _NOT_LOOKED_SQLITE
    state = getattr(failed, "sqlstate", "")  # None where the connection was lost; SQLite's errors have none
    if state is None:
        return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
    return bool(state) and state.startswith(_NOT_LOOKED_POSTGRESQL)


class Unfit(Exception):
    """A database can't be used as it is. `said`: what is wrong; `advice`: what a supervisor can do."""

    def __init__(self, said: str, advice: str) -> None:
        self.said = said
        self.advice = advice
        super().__init__(said)


def unfit(error: DatabaseError) -> Unfit:
    """Return the sentence and the advice for an error of a database."""
    line = in_a_line(error)
    for word, said, advice in _SAID:
        if word in line.lower():
            return Unfit(said, advice)
    if "database" in line and "does not exist" in line:
        return Unfit(f"PostgreSQL has no such database ({line})", "create it, or correct DATABASE_URL")
    if isinstance(error, sa.exc.OperationalError):
        return Unfit(f"the database does not answer: {line}", "is it running, and is DATABASE_URL right?")
    return Unfit(f"the database failed: {line}", "look whether it is the database of this office")
