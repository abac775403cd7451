"""Databases on a PostgreSQL server that is there: made for one test each, and dropped beside the next ones."""

from __future__ import annotations

import uuid
from concurrent.futures import Future, ThreadPoolExecutor

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade


class PostgresDatabases:
    """What one process of tests makes on the server at an address. `close` leaves nothing of it."""

    def __init__(self, server: str) -> None:
        self._server = sa.make_url(server)
        self._admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        # The server looks after its disk before it drops a database, which takes as long as a test.
        self._apart = ThreadPoolExecutor(1)
        self._dropped: list[Future[None]] = []
        self._newest = ""

    def empty(self) -> str:
        """Make an empty one; return its address."""
        return self._address(self._make())

    def newest(self) -> str:
        """Make one with the newest schema, which is laid once and then copied; return its address."""
        if not self._newest:
            self._newest = self._make()
            engine = open_engine(self._address(self._newest))
            upgrade(engine)
            engine.dispose()  # nobody may be connected to what is copied
        return self._address(self._make(f'TEMPLATE "{self._newest}"'))

    def drop(self, address: str) -> None:
        """Drop one, whoever is connected to it, without waiting for that."""
        self._dropped.append(
            self._apart.submit(self._say, f'DROP DATABASE "{sa.make_url(address).database}" WITH (FORCE)')
        )

    def close(self) -> None:
        """Drop what is left, and wait for it; raises what went wrong."""
        if self._newest:
            self.drop(self._address(self._newest))
        self._apart.shutdown()
        for dropped in self._dropped:
            dropped.result()
        self._admin.dispose()

    def _make(self, like: str = "") -> str:
        name = "antrean_test_" + uuid.uuid4().hex[:12]
        self._say(f'CREATE DATABASE "{name}" {like}')
        return name

    def _address(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _say(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(sa.text(statement))
