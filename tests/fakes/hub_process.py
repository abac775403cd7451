"""The real hub as a process: gunicorn with its own settings, on a free port, that can be killed and started again."""

from __future__ import annotations

import errno
import fcntl
import functools
import itertools
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import psutil
import requests

from antrean.access.devices import pair_device
from antrean.access.passwords import Passwords
from antrean.access.staff import add_staff
from antrean.config import ROOT, Config
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from app import open_office
from tests.fakes.clock_file import CLOCK, ClockFile
from tests.fakes.made_once import lay_office
from tests.fakes.newest_schema import newest_schema

PASSWORD = "long-enough"
STAFF = {"Ani": "operator", "Budi": "operator", "Dewi": "supervisor", "Eka": "administrator"}
START_SECONDS = 60.0  # generous: the machine may be busy with other things
STOP_SECONDS = 60.0
# A process that lets everybody else go first, such as a backup, has a fiftieth of a busy processor.
STEPPED_BACK_SECONDS = 600.0
# Below the ports that the system gives to outgoing connections, so that a stopped hub finds its port free again.
PORTS = range(20_000, 32_000)


class HashedOnce(Passwords):
    """Passwords whose hashes cost what those of the product do, each made once in a process of tests."""

    def hashed(self, secret: str) -> str:
        """Return the same hash each time."""
        return _hashed(secret)


@functools.cache
def _hashed(secret: str) -> str:
    return Passwords().hashed(secret)


def add_people(settings: Settings) -> None:
    """Add those who work in the office, with hashes of their passwords that cost what those of the product do."""
    for name, role in STAFF.items():
        add_staff(settings, name, role, PASSWORD, HashedOnce())


def now() -> datetime:
    return datetime.now(UTC)


_steps = itertools.count()


def free_port() -> int:
    """Return a port nobody listens on, another at each call, that this process keeps for itself until it ends.

    It is kept by a lock on one byte of a file that all runs of tests on this machine share, so that two of them never
    take the same one, also between the stop of a hub and its next start.
    """
    for step in itertools.islice(_steps, len(PORTS)):
        port = PORTS[(os.getpid() * 97 + step) % len(PORTS)]
        with socket.socket() as probe:
            try:
                fcntl.lockf(_kept_ports(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise OSError("no free port")


@functools.cache
def _kept_ports() -> int:
    """Return the shared file, open as long as this process lives: closing it would give up every lock."""
    path = Path(tempfile.gettempdir()) / f"antrean-test-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def listen(port: int) -> socket.socket:
    """Return a socket that listens on a port, which somebody else may still be about to let go."""
    until = time.monotonic() + STOP_SECONDS
    while True:
        try:
            return socket.create_server(("127.0.0.1", port), backlog=128)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
            time.sleep(0.05)


def wait_until(done: Callable[[], object], what: str, seconds: float = START_SECONDS) -> None:
    """Look again and again until it is so; fails, saying what was waited for, when it never is."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, f"waited {seconds:.0f} s in vain: {what}"
        time.sleep(0.01)


def alive(process: psutil.Process) -> bool:
    """Whether a process still holds anything, such as its port; one that waits to be reaped holds nothing."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class HubProcess:
    """One hub. `folder` holds its data; hubs given the same `database_url` serve one database.

    With a `clock` it goes by that one, and not by the machine's.
    """

    clock: ClockFile | None = None

    def __init__(
        self,
        folder: Path,
        plan: OfficePlan,
        mode: str = "eventlet",
        database_url: str = "",
        message_queue: str = "",
        least_free_mb: int = 0,
        clock: ClockFile | None = None,
    ) -> None:
        self.config = Config(
            data=folder,
            database_url=database_url,
            message_queue=message_queue,
            office=plan.office,
            host="127.0.0.1",
            port=free_port(),
            async_mode=mode,
            least_free_mb=least_free_mb,
        )
        self.plan, self.clock = plan, clock
        self.url = f"http://127.0.0.1:{self.config.port}"
        self._process: subprocess.Popen[bytes] | None = None
        if not (database_url or (folder / newest_schema().name).exists()):
            lay_office(self.config, plan, add_people)
        _office, self.settings = open_office(self.config, clock)
        if not self.settings.exists():
            self.settings.create_office(plan)
            add_people(self.settings)

    def pair(self, kind: str, name: str) -> str:
        """Pair a device and return its token."""
        return pair_device(self.settings, kind, name, self.clock or now, numbered=True)[1]

    def launch(self) -> None:
        """Start the process and return at once."""
        assert self._process is None
        gunicorn = str(Path(sys.executable).parent / "gunicorn")
        loads = "antrean.server.wsgi:build()" if self.clock is None else "tests.fakes.clock_file:build()"
        self.config.data.mkdir(parents=True, exist_ok=True)
        with (self.config.data / "hub.log").open("ab") as log:
            self._process = subprocess.Popen(
                [gunicorn, "--config", str(ROOT / "antrean/server/gunicorn.conf.py"), loads],
                cwd=ROOT, env=self._environ(), stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def start(self) -> float:
        """Start the process; return after how many seconds it was ready to give numbers."""
        began = time.monotonic()
        self.launch()
        wait_until(self.ready, f"the hub on {self.url}, see {self.config.data}/hub.log")
        return time.monotonic() - began

    def ready(self) -> bool:
        """Whether it answers and can give numbers."""
        assert self._process is not None
        assert self._process.poll() is None, (self.config.data / "hub.log").read_text()
        try:
            return self.listens() and requests.get(self.url + "/readyz", timeout=10).status_code == 200
        except requests.RequestException:
            return False

    def listens(self) -> bool:
        """Whether anybody listens at its port; to ask this costs a hundredth of what a request in vain does."""
        try:
            socket.create_connection(("127.0.0.1", self.config.port), 10).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """Kill the master and its worker with SIGKILL, as a power cut would, and wait until they are gone."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, as a service manager does; fails when it has to be killed."""
        assert self._end(signal.SIGTERM), "the hub did not stop by itself"

    def end(self) -> None:
        """Leave nothing running, whatever the test came to."""
        if self._process is not None:
            self.kill()

    def _end(self, how: signal.Signals) -> bool:
        """Send the signal; return whether that was enough."""
        process, self._process = self._process, None
        assert process is not None
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        try:
            process.wait(STOP_SECONDS)
            wait_until(lambda: not any(alive(child) for child in children), "the end of the worker", STOP_SECONDS)
        except (subprocess.TimeoutExpired, AssertionError):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(STOP_SECONDS)
            return False
        return True

    def _environ(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ANTREAN_")}
        kept |= {"DATABASE_URL": self.config.database_url, "PORT": str(self.config.port)}
        given = replace(self.config, log_level="warning")
        for name in ("data", "message_queue", "office", "host", "async_mode", "log_level", "least_free_mb"):
            kept["ANTREAN_" + name.upper()] = str(getattr(given, name))
        if self.clock is not None:
            kept[CLOCK] = str(self.clock.path)
        return kept

    def __enter__(self) -> HubProcess:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()


def journal(hub: HubProcess) -> Sequence[JournalEntry]:
    """Return every line of the office's journal, as the product reads it."""
    opened = SqlJournal(open_engine(database_url(hub.config.database_url, hub.config.data)), hub.config.office)
    lines = opened.read(after=0)
    opened.close()
    return lines
