"""A real hub in a process of its own, with a fresh office, for benchmarks."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psutil

from antrean.access.devices import pair_device
from antrean.access.staff import add_staff
from antrean.commands.sample_office import sample_plan
from antrean.config import Config, load_config
from antrean.hub.start.secret_files import TOKEN, TOKEN_FILE, keep_secret, secret_key
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Counter
from antrean.queueing.tickets.links import TicketLinks
from antrean.queueing.tickets.ticket import Ticket
from antrean.storage.settings.offices import FIRST_OFFICE
from app import open_office, utc_now

ROOT = Path(__file__).resolve().parent.parent
OUTGOING_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
START_SECONDS = 60.0
BESIDE = "antrean.hub.processes."  # modules of processes beside the hub (antrean/hub/processes/side_process.py)
KIOSKS = OPERATORS = 8
DISPLAYS = 20
SUPERVISOR = "Supervisor"
PASSWORD = "bench-password"
OWN_SETTINGS = ("ANTREAN_", "DATABASE_")


class HubProcess:
    """One office in a folder and, when started, its hub: gunicorn and eventlet as `make run` starts them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = Config(data=folder, office=FIRST_OFFICE)
        self.kiosks: list[str] = []  # tokens
        self.displays: list[str] = []  # tokens
        self.port = 0
        self.application = "antrean.server.wsgi:build()"
        self._process: subprocess.Popen[bytes] | None = None
        self._agent: subprocess.Popen[bytes] | None = None

    def set_up(self) -> Office:
        """Make an office with eight kiosks, eight operators, a supervisor, 20 displays and a print agent."""
        office, settings = open_office(self.config)
        plan = sample_plan(self.config.office)
        services = tuple(service.code for service in plan.services)
        counters = tuple(Counter(str(n + 1), f"Loket {n + 1}", services) for n in range(OPERATORS))
        settings.create_office(replace(plan, counters=counters))
        for n in range(OPERATORS):
            add_staff(settings, f"Operator {n + 1}", "operator", PASSWORD)
        add_staff(settings, SUPERVISOR, "supervisor", PASSWORD)
        _, token = pair_device(settings, "print_agent", "Printer", utc_now)
        keep_secret(self.folder / TOKEN_FILE, lambda: token, TOKEN)
        self.kiosks = [pair_device(settings, "kiosk", f"Kiosk {n + 1}", utc_now)[1] for n in range(KIOSKS)]
        self.displays = [pair_device(settings, "display", f"Display {n + 1}", utc_now)[1] for n in range(DISPLAYS)]
        return office

    def links(self, tickets: Sequence[Ticket]) -> list[str]:
        """Return the tickets' links, as this hub derives them."""
        links = TicketLinks(secret_key(self.config), self.config.office)
        return [links.of(ticket) for ticket in tickets]

    def start(self, **environment: str) -> None:
        """Start the hub and wait until it answers."""
        self.launch(**environment)
        self.wait_until_alive()

    def launch(self, **environment: str) -> None:
        """Start the hub; it may take a second before it answers."""
        self.port = self.port or free_port()
        self._process = self._begin(
            ["-m", "gunicorn", "--config", "antrean/server/gunicorn.conf.py", self.application], environment
        )

    def start_agent(self) -> None:
        """Start the print agent beside the hub, as the Procfile does, on the virtual printer."""
        self._agent = self._begin(["-c", "from antrean.commands.cli import main; main()", "print-agent"], {})

    def _begin(self, command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        clean = as_installed({name: value for name, value in os.environ.items() if not name.startswith(OWN_SETTINGS)})
        settings = {"ANTREAN_DATA": str(self.folder), "ANTREAN_HOST": "127.0.0.1", "PORT": str(self.port)}
        settings["ANTREAN_LOG_LEVEL"] = "error"
        with (self.folder / "hub.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-W", "ignore", *command],
                cwd=ROOT, env={**clean, **settings, **environment}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def wait_until_alive(self) -> None:
        """Wait for the first answer of `/healthz`."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.01)
            assert self._process is not None
            if self._process.poll() is not None:
                break
        raise RuntimeError("the hub did not start:\n" + (self.folder / "hub.log").read_text(errors="replace")[-4000:])

    def ask(
        self,
        method: str,
        path: str,
        asked: Any = None,
        headers: Mapping[str, str] | None = None,
        source: str = "127.0.0.1",
    ) -> tuple[int, Any, str]:
        """Send one request on a connection of its own. Returns status, JSON and the cookies of the response."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(source, 0))
        body = None if asked is None else json.dumps(asked)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            said = json.loads(answer.read() or b"null")
            cookies = (line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", ()))
            return answer.status, said, "; ".join(cookies)
        except HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def kiosk_headers(self, kiosk: int) -> str:
        """Return the header lines of a paired kiosk."""
        return f"Authorization: Bearer {self.kiosks[kiosk]}\r\n"

    def page_headers(self, kiosk: int) -> str:
        """Return the header lines with which a kiosk's page asks for a number and its drawn result."""
        here = f"http://127.0.0.1:{self.port}"
        return (
            f"Cookie: antrean_kiosk={self.kiosks[kiosk]}\r\nOrigin: {here}\r\nReferer: {here}/kiosk/\r\n"
            "Antrean-Draw: result\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
            "Accept-Language: id-ID,id;q=0.9,en;q=0.8\r\nAccept-Encoding: gzip, deflate, br\r\n"
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
            "Safari/537.36\r\n"
        )

    def sign_in(self, name: str, source: str = "127.0.0.1") -> str:
        """Sign a member of staff in; return the cookies."""
        status, said, cookie = self.ask("POST", "/sign_in", {"name": name, "password": PASSWORD}, source=source)
        if status != 200:
            raise RuntimeError(f"{name} can't sign in: {said}")
        return cookie

    def operator_headers(self, operator: int) -> str:
        """Sign an operator in, seat them at their counter and return their header lines."""
        cookie = self.sign_in(f"Operator {operator + 1}")
        counter = {"counter": str(operator + 1)}
        status, said, _ = self.ask("POST", "/counter_panel/session", counter, {"Cookie": cookie})
        if status != 200:
            raise RuntimeError(f"Operator {operator + 1} can't sit down: {said}")
        return f"Cookie: {cookie}\r\n"

    def processes(self) -> list[psutil.Process]:
        """Return the hub's processes: gunicorn's master, its one worker, and the processes of that."""
        assert self._process is not None
        master = psutil.Process(self._process.pid)
        return [master, *master.children(recursive=True)]

    def cpu_ms(self) -> float:
        """Return the CPU time the hub has used so far."""
        times = [process.cpu_times() for process in self.processes()]
        return float(sum(spent.user + spent.system for spent in times) * 1000)

    def memory_kib(self) -> float:
        """Return the memory of all processes of the hub in KiB; a shared page is counted once."""
        return sum(_held(process) for process in self.processes()) / 1024

    def works_beside(self) -> bool:
        """Return whether a process beside the hub does some work, after which it ends by itself."""
        return any(_is_beside(process) for process in self.processes())

    def agent_memory_kib(self) -> float:
        """Return the memory of the print agent in KiB."""
        assert self._agent is not None
        return _held(psutil.Process(self._agent.pid)) / 1024

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the hub, every process it started, and the print agent; wait for their end."""
        for process in (self._agent, self._process):
            if process is not None:
                _end(process, how)
        self._process = self._agent = None


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    try:
        os.killpg(process.pid, how)
        process.wait(15)
    except ProcessLookupError:
        pass
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _is_beside(process: psutil.Process) -> bool:
    try:
        return any(word.startswith(BESIDE) for word in process.cmdline())
    except psutil.NoSuchProcess:
        return False


def _held(process: psutil.Process) -> int:
    """Return the memory of one process in bytes, 0 when it has just ended."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0


@contextmanager
def fresh_hub() -> Iterator[HubProcess]:
    """Yield a hub that is not set up yet, in a folder on the disk of the installation's data."""
    home = load_config().data
    home.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=home))
    hub = HubProcess(folder)
    try:
        yield hub
    finally:
        hub.stop()
        shutil.rmtree(folder, ignore_errors=True)


def as_installed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which modules are kept compiled, as they are wherever the program is installed."""
    return {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


def free_port() -> int:
    """Return a free port of this machine, below those that the system gives to outgoing connections."""
    first = int(OUTGOING_PORTS.read_text(encoding="ascii").split()[0]) if OUTGOING_PORTS.exists() else 32768
    while True:
        port = random.randrange(max(first - 12_000, 1024), first)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
