"""Limits of how long operations wait for the database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WaitLimits:
    """Seconds: for a connection, for what others have locked, for a statement.

    `idle` is how long a transaction may stand between two statements: the server then ends it, and what it locked is
    free again. A busy machine keeps a process from going on for seconds; one that has stopped never goes on.

    `file` is for a SQLite file that others write: it is asked for in turns that nobody orders, so some wait long.
    `late` is how long after a statement's limit its answer may come before the connection counts as silent.
    """

    connect: int = 2
    lock: float = 2.0
    file: float = 6.0
    statement: float = 3.0
    idle: float = 10.0
    late: float = 1.0


HUB = WaitLimits()  # one attempt at a kiosk takes no longer
# Copying, migrating, counting.
CARE = WaitLimits(connect=10, lock=15.0, file=15.0, statement=600.0, idle=600.0, late=30.0)
