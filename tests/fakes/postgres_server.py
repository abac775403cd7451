"""A PostgreSQL server of our own, so that stopping it harms nobody else."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import CI
from tests.fakes.hub_process import STOP_SECONDS, free_port, wait_until

SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=60", "shared_buffers=32MB")


class PostgresServer:
    """A cluster in a folder of its own, on a port that it keeps.

    PostgreSQL refuses to run as root, so there it runs as the user postgres.
    """

    def __init__(self) -> None:
        self._programs = _programs()
        self.port = free_port()
        self._databases = 0
        self._as: dict[str, Any] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="antrean-postgres-"))
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
            self._as = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--locale=C", "--encoding=UTF8")

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def url(self, database: str = "postgres", port: int = 0) -> str:
        """Return a database's address, through another port such as a proxy's."""
        return f"postgresql://postgres@127.0.0.1:{port or self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database and return its name."""
        self._databases += 1
        name = f"office_{self._databases}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        assert self._process is None
        options = [word for setting in (*SETTINGS, f"port={self.port}") for word in ("-c", setting)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._folder / "data", *options],
                cwd="/", stdout=log, stderr=log, **self._as,
            )  # fmt: skip
        wait_until(self._answers, "PostgreSQL")

    def stop(self) -> None:
        """Stop at once, as a power cut would: the next start recovers from the log."""
        process, self._process = self._process, None
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait(STOP_SECONDS)

    def close(self) -> None:
        """Leave nothing behind."""
        if self._process is not None:
            self.stop()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *options: str) -> None:
        command = [str(self._programs / program), "-D", str(self._folder / "data"), *options]
        subprocess.run(command, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=120, **self._as)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "log").read_text()
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


def _programs() -> Path:
    """Return the folder of the server's programs; skips without one, which under CI is a failure."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        assert not CI, "the programs of PostgreSQL's server are missing"
        pytest.skip("the programs of PostgreSQL's server are missing")
    return found[-1]
