"""Connections to PostgreSQL that never wait without limit, whatever happens to the server or the network."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import psycopg
import sqlalchemy as sa

from antrean.storage.database.waits import WaitLimits

# For a server that disappears without closing; a network that acknowledges and drops data is noticed by `wait`.
TCP = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 5000}


class NoAnswer(psycopg.OperationalError):
    """The database has been silent for longer than any statement may take; the connection was given up."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that closes itself when a response does not come in time."""

    answer_seconds = 5.0

    def wait(self, gen: Any, *arguments: Any, **more: Any) -> Any:
        """Wait as psycopg does, but not on a socket silent for `answer_seconds`; raises NoAnswer and is closed then."""
        try:
            return super().wait(_within(gen, self.answer_seconds), *arguments, **more)
        except NoAnswer:
            self.close()
            raise


def _within(gen: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    """Pass on what a step of psycopg waits for; psycopg resumes it every tenth of a second while the socket is silent.

    A response of many rows may take longer as a whole, such as a day's lines over a slow network.
    """
    until = time.monotonic() + seconds
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if ready:
                until = time.monotonic() + seconds
            elif time.monotonic() > until:
                raise NoAnswer(f"the database has not answered for {seconds:g} s")
            wanted = gen.send(ready)
    except StopIteration as done:
        return done.value


def limit(engine: sa.Engine, limits: WaitLimits) -> None:
    """Set the limits on every connection of the engine, on the server and in this process."""

    def connect(_dialect: Any, _record: Any, arguments: Any, options: dict[str, Any]) -> BoundedConnection:
        given = {"connect_timeout": limits.connect, **TCP, **options}
        connection = BoundedConnection.connect(*arguments, **given)
        connection.answer_seconds = limits.statement + limits.late
        try:
            connection.autocommit = True
            connection.execute(
                f"SET lock_timeout = {_ms(limits.lock)}; SET statement_timeout = {_ms(limits.statement)}; "
                f"SET idle_in_transaction_session_timeout = {_ms(limits.idle)}"
            )
            connection.autocommit = False
        except BaseException:
            connection.close()
            raise
        return connection

    sa.event.listen(engine, "do_connect", connect)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
